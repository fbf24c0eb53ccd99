use crate::fault::{Class, Fault, Res};
use crate::orm::Op;
use crate::py::{Py, tuple_repr};

/// A domain with its operators applied, before its leaves are looked at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// The three parts, and the operator's negation applied.
    Leaf(Py, Py, Py),
}

const MAX_NESTING: usize = 100;

/// Checks a domain's form and makes a tree of it, negations carried down to the leaves.
pub(crate) fn normalize(domain: &Py) -> Res<Node> {
    let Some(tokens) = domain.as_list() else {
        return Err(Fault::new(
            Class::Builtin("AssertionError"),
            "Domains to normalize must have a 'domain' form: a list or tuple of domain components",
        ));
    };
    if tokens.is_empty() {
        return Ok(Node::And(Vec::new()));
    }
    check_arity(domain, tokens)?;
    let mut parser = Parser { tokens, at: 0 };
    let mut parts = Vec::new();
    while parser.at < tokens.len() {
        parts.push(parser.term(false, 0)?);
    }
    Ok(Node::And(parts))
}

/// Every operator must have its operands.
fn check_arity(domain: &Py, tokens: &[Py]) -> Res<()> {
    let mut expected = 1_i64;
    for token in tokens {
        if expected == 0 {
            expected = 1;
        }
        expected += match token.as_str() {
            Some("&" | "|") => 1,
            Some("!") => 0,
            _ => -1,
        };
    }
    if expected == 0 {
        return Ok(());
    }
    Err(Fault::value(format!(
        "Domain {} is syntactically not correct.",
        domain.repr()
    )))
}

struct Parser<'t> {
    tokens: &'t [Py],
    at: usize,
}

impl Parser<'_> {
    fn term(&mut self, negate: bool, depth: usize) -> Res<Node> {
        if depth > MAX_NESTING {
            return Err(Fault::new(
                Class::Builtin("RecursionError"),
                "maximum recursion depth exceeded",
            ));
        }
        let Some(token) = self.tokens.get(self.at) else {
            return Err(Fault::value("Domain is syntactically not correct."));
        };
        self.at += 1;
        match token.as_str() {
            Some("!") => self.term(!negate, depth + 1),
            Some(operator @ ("&" | "|")) => {
                // A long chain `|, |, |, a, b, c, d` is taken in a loop, so that its length does not nest.
                let mut parts = Vec::new();
                let mut open = 2_usize;
                while open > 0 {
                    if self.tokens.get(self.at).and_then(Py::as_str) == Some(operator) {
                        self.at += 1;
                        open += 1;
                        continue;
                    }
                    parts.push(self.term(negate, depth + 1)?);
                    open -= 1;
                }
                Ok(if (operator == "&") == negate {
                    Node::Or(parts)
                } else {
                    Node::And(parts)
                })
            }
            _ => leaf(token, negate),
        }
    }
}

fn leaf(token: &Py, negate: bool) -> Res<Node> {
    let Some(parts) = token.as_list() else {
        return Err(Fault::value(format!("Invalid leaf {}", token.display())));
    };
    let [left, operator, right] = parts else {
        return Err(Fault::value(if parts.len() < 3 {
            format!("not enough values to unpack (expected 3, got {})", parts.len())
        } else {
            "too many values to unpack (expected 3)".to_owned()
        }));
    };
    let invalid = || Fault::value(format!("Invalid leaf {}", tuple_repr(parts)));
    let text = operator.as_str().ok_or_else(invalid)?;
    let lower = text.to_lowercase();
    let op = Op::parse(&lower).ok_or_else(invalid)?;
    let named = left.as_str().is_some_and(|name| !name.is_empty());
    let constant = matches!((left.as_int(), right.as_int()), (Some(0 | 1), Some(1))) && op == Op::Eq;
    if !named && !constant {
        return Err(invalid());
    }
    if !negate {
        return Ok(Node::Leaf(left.clone(), operator.clone(), right.clone()));
    }
    if constant {
        let flipped = 1 - left.as_int().unwrap_or(0);
        return Ok(Node::Leaf(Py::Int(flipped), operator.clone(), right.clone()));
    }
    // `not (a.b = x)` is not `a.b != x`: only a leaf on the record itself is turned round.
    match (op.negated(), left.as_str().is_some_and(|l| l.contains('.'))) {
        (Some(opposite), false) => Ok(Node::Leaf(
            left.clone(),
            Py::str(name_of(opposite)),
            right.clone(),
        )),
        _ => Ok(Node::Not(Box::new(Node::Leaf(
            left.clone(),
            operator.clone(),
            right.clone(),
        )))),
    }
}

fn name_of(op: Op) -> &'static str {
    match op {
        Op::Eq => "=",
        Op::Ne => "!=",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::In => "in",
        Op::NotIn => "not in",
        Op::Like => "like",
        Op::NotLike => "not like",
        Op::Ilike => "ilike",
        Op::NotIlike => "not ilike",
        Op::EqLike => "=like",
        Op::EqIlike => "=ilike",
        Op::EqOptional => "=?",
        Op::ChildOf => "child_of",
        Op::ParentOf => "parent_of",
        Op::Any => "any",
        Op::NotAny => "not any",
    }
}
