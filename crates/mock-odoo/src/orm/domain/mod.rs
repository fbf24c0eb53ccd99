//! Search domains: from Polish notation to a condition on records.
//!
//! A condition is three-valued like SQL: a leaf on NULL is often neither true nor false, and only `true` selects.

mod compile;
mod eval;
mod normal;

use crate::orm::Value;

pub(crate) use normal::{Node, normalize};

/// The operators of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Like,
    NotLike,
    Ilike,
    NotIlike,
    EqLike,
    EqIlike,
    EqOptional,
    ChildOf,
    ParentOf,
    Any,
    NotAny,
}

impl Op {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "=" => Self::Eq,
            "!=" | "<>" => Self::Ne,
            "<" => Self::Lt,
            "<=" => Self::Le,
            ">" => Self::Gt,
            ">=" => Self::Ge,
            "in" => Self::In,
            "not in" => Self::NotIn,
            "like" => Self::Like,
            "not like" => Self::NotLike,
            "ilike" => Self::Ilike,
            "not ilike" => Self::NotIlike,
            "=like" => Self::EqLike,
            "=ilike" => Self::EqIlike,
            "=?" => Self::EqOptional,
            "child_of" => Self::ChildOf,
            "parent_of" => Self::ParentOf,
            "any" => Self::Any,
            "not any" => Self::NotAny,
            _ => return None,
        })
    }

    /// The operator that says the opposite, if there is one.
    pub(crate) fn negated(self) -> Option<Self> {
        Some(match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Lt => Self::Ge,
            Self::Ge => Self::Lt,
            Self::Gt => Self::Le,
            Self::Le => Self::Gt,
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
            Self::Like => Self::NotLike,
            Self::NotLike => Self::Like,
            Self::Ilike => Self::NotIlike,
            Self::NotIlike => Self::Ilike,
            Self::Any => Self::NotAny,
            Self::NotAny => Self::Any,
            _ => return None,
        })
    }

    pub(crate) fn is_negative(self) -> bool {
        matches!(
            self,
            Self::Ne | Self::NotIn | Self::NotLike | Self::NotIlike | Self::NotAny
        )
    }

    pub(crate) fn is_like(self) -> bool {
        matches!(
            self,
            Self::Like | Self::NotLike | Self::Ilike | Self::NotIlike | Self::EqLike | Self::EqIlike
        )
    }
}

/// A condition on a record of one model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cond {
    /// The same for every record.
    Const(bool),
    And(Vec<Cond>),
    Or(Vec<Cond>),
    Not(Box<Cond>),
    /// A test of one field's value.
    Test {
        field: String,
        test: Test,
    },
    /// Some linked record fulfils the inner condition; for `negate`, none does.
    Any {
        field: String,
        comodel: &'static str,
        inner: Box<Cond>,
        negate: bool,
        all: bool,
    },
}

/// A test of one value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// One of these; `empty` stands for NULL and for `''`.
    In {
        values: Vec<Value>,
        empty: bool,
        negate: bool,
    },
    /// `<`, `<=`, `>`, `>=`
    Compare { op: Op, value: Value },
    /// SQL's LIKE on the value's text.
    Like {
        pattern: String,
        fold: bool,
        negate: bool,
        keep_null: bool,
    },
}
