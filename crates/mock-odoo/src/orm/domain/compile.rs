use crate::fault::{Class, Fault, Res};
use crate::orm::coerce::{invalid_integer_text, python_float};
use crate::orm::domain::normal::Node;
use crate::orm::domain::{Cond, Op, Test, normalize};
use crate::orm::{Field, Kind, Model, Source, Value, View};
use crate::py::{Py, str_repr, tuple_repr};

impl View<'_> {
    /// A client's domain as a condition on a model's records.
    pub(crate) fn domain(&self, model: &Model, domain: &Py) -> Res<Cond> {
        self.compile(model, &normalize(domain)?, 0)
    }

    pub(crate) fn compile(&self, model: &Model, node: &Node, depth: usize) -> Res<Cond> {
        if depth > 200 {
            return Err(Fault::new(
                Class::Builtin("RecursionError"),
                "maximum recursion depth exceeded",
            ));
        }
        let inner = |parts: &[Node]| {
            parts
                .iter()
                .map(|p| self.compile(model, p, depth + 1))
                .collect::<Res<Vec<_>>>()
        };
        Ok(match node {
            Node::And(parts) => Cond::And(inner(parts)?),
            Node::Or(parts) => Cond::Or(inner(parts)?),
            Node::Not(part) => Cond::Not(Box::new(self.compile(model, part, depth + 1)?)),
            Node::Leaf(left, operator, right) => match left.as_str() {
                None => Cond::Const(left.as_int() == Some(1)),
                Some(path) => {
                    let op = operator
                        .as_str()
                        .and_then(|o| Op::parse(&o.to_lowercase()))
                        .unwrap_or(Op::Eq);
                    // A list behind `=` means one of them.
                    let op = match (op, right) {
                        (Op::Eq, Py::List(_)) => Op::In,
                        (Op::Ne, Py::List(_)) => Op::NotIn,
                        _ => op,
                    };
                    let leaf = Leaf {
                        path,
                        operator,
                        op,
                        right,
                    };
                    self.leaf(model, &leaf, path, depth)?
                }
            },
        })
    }

    fn leaf(&self, model: &Model, leaf: &Leaf<'_>, path: &str, depth: usize) -> Res<Cond> {
        let (first, rest) = match path.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let Some(field) = model.field(first) else {
            return Err(Fault::value(format!(
                "Invalid field {}.{first} in leaf {}",
                model.name,
                leaf.repr()
            )));
        };
        if let Some(rest) = rest {
            return self.through(model, field, leaf, rest, depth);
        }
        if matches!(leaf.op, Op::Any | Op::NotAny) {
            let Some(comodel) = field.kind.comodel() else {
                return Err(Fault::value(format!("Invalid leaf {}", leaf.repr())));
            };
            let other = self.reg.model(comodel)?;
            let inner = self.compile(other, &normalize(leaf.right)?, depth + 1)?;
            return Ok(Cond::Any {
                field: field.name.to_string(),
                comodel,
                inner: Box::new(inner),
                negate: leaf.op == Op::NotAny,
                all: matches!(field.kind, Kind::Many2one(_)),
            });
        }
        self.test(model, field, leaf, depth)
    }

    /// `relation.rest op value`: some linked record has it.
    fn through(&self, _model: &Model, field: &Field, leaf: &Leaf<'_>, rest: &str, depth: usize) -> Res<Cond> {
        let Some(comodel) = field.kind.comodel() else {
            return Err(Fault::new(
                Class::Builtin("AssertionError"),
                format!(
                    "Invalid field {} in domain term {}",
                    str_repr(leaf.path),
                    leaf.repr()
                ),
            ));
        };
        let other = self.reg.model(comodel)?;
        let inner = self.leaf(other, leaf, rest, depth + 1)?;
        if !field.is_searchable() {
            return Ok(Cond::Const(true));
        }
        Ok(Cond::Any {
            field: field.name.to_string(),
            comodel,
            inner: Box::new(inner),
            negate: false,
            all: matches!(field.kind, Kind::Many2one(_)),
        })
    }

    fn test(&self, model: &Model, field: &Field, leaf: &Leaf<'_>, depth: usize) -> Res<Cond> {
        let mut op = leaf.op;
        if op == Op::EqOptional {
            if leaf.right.is_unset() {
                return Ok(Cond::Const(true));
            }
            op = Op::Eq;
        }
        if matches!(op, Op::In | Op::NotIn) && !matches!(leaf.right, Py::List(_) | Py::Bool(_)) {
            return Err(Fault::value(format!("Invalid domain term {}", leaf.repr())));
        }
        if field.name == "display_name" {
            return self.name_condition(model, op, leaf.right);
        }
        if matches!(op, Op::ChildOf | Op::ParentOf) {
            return self.hierarchy(model, field, op, leaf.right, depth);
        }
        if !field.is_searchable() {
            // A computed field that cannot be searched: the leaf is dropped, which makes it true.
            return Ok(Cond::Const(true));
        }
        if !field.search_path.is_empty() {
            return self.leaf(model, leaf, field.search_path, depth + 1);
        }
        match field.kind {
            Kind::Many2one(comodel) => self.relation_test(model, field, comodel, op, leaf.right),
            Kind::One2many(comodel, _) | Kind::Many2many(comodel) => {
                self.relation_test(model, field, comodel, op, leaf.right)
            }
            _ => scalar_test(field, op, leaf.right),
        }
        .map(|test| Cond::Test {
            field: field.name.to_string(),
            test,
        })
    }

    /// A relation compared with ids or with a name.
    fn relation_test(&self, _model: &Model, field: &Field, comodel: &str, op: Op, right: &Py) -> Res<Test> {
        let items = match right {
            Py::List(items) => items.clone(),
            one => vec![one.clone()],
        };
        let by_name = op.is_like() || items.iter().any(|i| matches!(i, Py::Str(_)));
        if by_name && !matches!(op, Op::Lt | Op::Le | Op::Gt | Op::Ge) {
            let other = self.reg.model(comodel)?;
            let positive = if op.is_negative() {
                op.negated().unwrap_or(op)
            } else {
                op
            };
            let mut ids = Vec::new();
            for item in &items {
                if let Some(id) = item.as_int().filter(|_| !op.is_like()) {
                    ids.push(id);
                } else {
                    let single = if positive == Op::In { Op::Eq } else { positive };
                    let cond = self.name_condition(other, single, item)?;
                    ids.extend(self.search_all(other, &cond));
                }
            }
            let values = ids.into_iter().map(Value::Int).collect();
            return Ok(Test::In {
                values,
                empty: false,
                negate: op.is_negative(),
            });
        }
        let ids = items.iter().filter_map(Py::as_int).filter(|id| *id != 0);
        match op {
            Op::Lt | Op::Le | Op::Gt | Op::Ge => Ok(Test::Compare {
                op,
                value: Value::Int(right.as_int().unwrap_or(0)),
            }),
            _ => {
                let empty = items.iter().any(|i| !i.truthy()) && !(op == Op::In && items.is_empty());
                // `x2many in False` and `in []` both find nothing to compare with.
                let _ = field;
                Ok(Test::In {
                    values: ids.map(Value::Int).collect(),
                    empty,
                    negate: op.is_negative(),
                })
            }
        }
    }

    /// `child_of` and `parent_of`: along the field's own hierarchy, or along the linked model's.
    fn hierarchy(&self, model: &Model, field: &Field, op: Op, right: &Py, depth: usize) -> Res<Cond> {
        let comodel = match (field.name.as_ref(), field.kind.comodel()) {
            ("id", _) => model,
            (_, Some(comodel)) => self.reg.model(comodel)?,
            _ => return Err(Fault::value(format!("Invalid leaf {}", field.name))),
        };
        let _ = depth;
        let items = match right {
            Py::List(items) => items.clone(),
            one => vec![one.clone()],
        };
        let mut start = Vec::new();
        for item in &items {
            match item {
                Py::Str(_) => {
                    let cond = self.name_condition(comodel, Op::Ilike, item)?;
                    start.extend(self.search_all(comodel, &cond));
                }
                other => start.extend(other.as_int()),
            }
        }
        let ids = if op == Op::ChildOf {
            self.descendants(comodel, start)
        } else {
            self.ancestors(comodel, start)
        };
        let values = ids.into_iter().map(Value::Int).collect();
        let test = Test::In {
            values,
            empty: false,
            negate: false,
        };
        Ok(Cond::Test {
            field: field.name.to_string(),
            test,
        })
    }

    fn descendants(&self, model: &Model, mut found: Vec<i64>) -> Vec<i64> {
        let mut at = 0;
        while let Some(id) = found.get(at).copied() {
            for child in self.children(model.name, model.parent_name, id) {
                if !found.contains(&child) {
                    found.push(child);
                }
            }
            at += 1;
        }
        found
    }

    fn ancestors(&self, model: &Model, mut found: Vec<i64>) -> Vec<i64> {
        let mut at = 0;
        while let Some(id) = found.get(at).copied() {
            if let Some(parent) = self.id_of(model.name, id, model.parent_name)
                && !found.contains(&parent)
            {
                found.push(parent);
            }
            at += 1;
        }
        found
    }
}

struct Leaf<'p> {
    path: &'p str,
    operator: &'p Py,
    op: Op,
    right: &'p Py,
}

impl Leaf<'_> {
    fn repr(&self) -> String {
        tuple_repr(&[Py::str(self.path), self.operator.clone(), self.right.clone()])
    }
}

/// A scalar field compared with a value.
pub(crate) fn scalar_test(field: &Field, op: Op, right: &Py) -> Res<Test> {
    match op {
        _ if op.is_like() => Ok(like_test(op, right)),
        Op::Eq | Op::Ne | Op::In | Op::NotIn => membership(field, op, right),
        _ if field.kind == Kind::Boolean => Ok(Test::Compare {
            op,
            value: Value::Bool(right.truthy()),
        }),
        _ => Ok(Test::Compare {
            op,
            value: operand(field, op, right)?,
        }),
    }
}

fn membership(field: &Field, op: Op, right: &Py) -> Res<Test> {
    let negate = op.is_negative();
    let items = match (op, right) {
        (Op::In | Op::NotIn, Py::List(items)) => items.clone(),
        // `in True` / `in False` mean "is set" / "is not set".
        (Op::In | Op::NotIn, Py::Bool(set)) => {
            return Ok(Test::In {
                values: Vec::new(),
                empty: true,
                negate: negate != *set,
            });
        }
        (_, one) => vec![one.clone()],
    };
    if field.kind == Kind::Boolean {
        let values = items.iter().map(|i| Value::Bool(i.truthy())).collect();
        return Ok(Test::In {
            values,
            empty: items.iter().any(|i| !i.truthy()),
            negate,
        });
    }
    let mut values = Vec::new();
    let mut empty = false;
    for item in &items {
        if item.is_unset() || (item.as_str() == Some("") && !field.kind.is_number()) {
            empty = true;
        } else {
            values.push(operand(field, op, item)?);
        }
    }
    Ok(Test::In {
        values,
        empty,
        negate,
    })
}

fn like_test(op: Op, right: &Py) -> Test {
    let fold = matches!(op, Op::Ilike | Op::NotIlike | Op::EqIlike);
    let text = if right.is_unset() {
        String::new()
    } else {
        right.display()
    };
    let wrapped = !matches!(op, Op::EqLike | Op::EqIlike);
    let pattern = match (wrapped, text.is_empty()) {
        // An empty search text finds everything, also the empty rows.
        (true, true) => {
            return Test::Like {
                pattern: "%".to_owned(),
                fold,
                negate: op.is_negative(),
                keep_null: true,
            };
        }
        (true, false) => format!("%{text}%"),
        (false, _) => text,
    };
    let pattern = if fold { pattern.to_lowercase() } else { pattern };
    Test::Like {
        pattern,
        fold,
        negate: op.is_negative(),
        keep_null: false,
    }
}

/// A value as the database compares the field with it.
fn operand(field: &Field, op: Op, right: &Py) -> Res<Value> {
    match &field.kind {
        Kind::Float(_) | Kind::Monetary => python_float(right).map(Value::Num),
        Kind::Integer | Kind::Many2oneReference => match (right, &field.source) {
            (Py::Str(text), Source::Id) => match text.trim().parse() {
                Ok(id) => Ok(Value::Int(id)),
                Err(_) => Err(invalid_integer_text(text)),
            },
            (Py::Str(text), _) => match text.trim().parse() {
                Ok(int) => Ok(Value::Int(int)),
                Err(_) if text.is_empty() => Ok(Value::Int(0)),
                Err(_) => Err(Fault::value(format!(
                    "invalid literal for int() with base 10: {}",
                    str_repr(text)
                ))),
            },
            (Py::Float(_), _) => python_float(right).map(Value::Num),
            (other, _) => Ok(Value::Int(other.as_int().unwrap_or(0))),
        },
        Kind::Date => date_operand(right),
        Kind::Datetime => datetime_operand(op, right),
        _ => Ok(Value::Text(right.display())),
    }
}

fn date_operand(right: &Py) -> Res<Value> {
    match datetime_operand(Op::Eq, right)? {
        Value::Text(text) => Ok(Value::Text(text.chars().take(10).collect())),
        other => Ok(other),
    }
}

/// What PostgreSQL takes for a timestamp. A text of ten characters gets the day's end or start, as the ORM adds it.
fn datetime_operand(op: Op, right: &Py) -> Res<Value> {
    let Some(text) = right.as_str() else {
        return Ok(if right.truthy() {
            Value::Text(right.display())
        } else {
            Value::Null
        });
    };
    let completed = match (text.chars().count(), op) {
        (10, Op::Gt | Op::Le) => format!("{text} 23:59:59"),
        (10, _) => format!("{text} 00:00:00"),
        _ => text.to_owned(),
    };
    match completed.trim().to_ascii_lowercase().as_str() {
        "epoch" => return Ok(Value::text("1970-01-01 00:00:00")),
        "infinity" => return Ok(Value::text("9999-99-99")),
        "-infinity" => return Ok(Value::text("0")),
        // Relative words need the clock; the evaluation puts it in.
        word @ ("now" | "today" | "yesterday" | "tomorrow") => return Ok(Value::Text(format!("@{word}"))),
        _ => {}
    }
    match parse_timestamp(completed.trim()) {
        Some(canonical) => Ok(Value::Text(canonical)),
        None => Err(Fault::postgres(
            "InvalidDatetimeFormat",
            format!("invalid input syntax for type timestamp: \"{completed}\"\n"),
        )),
    }
}

/// The stored form of a timestamp text: a blank or `T`, an optional fraction, an optional zone (which is dropped).
fn parse_timestamp(text: &str) -> Option<String> {
    let text = text.replacen(['T', 't'], " ", 1);
    let (date, time) = match text.split_once(' ') {
        Some((date, time)) => (date, time.trim()),
        None => (text.as_str(), ""),
    };
    let time = time.trim_end_matches(['Z', 'z']);
    let time = match time.rfind(['+', '-']) {
        Some(at) => time.get(..at).unwrap_or(time).trim(),
        None => time,
    };
    let compact;
    let date = if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        compact = format!("{}-{}-{}", date.get(..4)?, date.get(4..6)?, date.get(6..)?);
        compact.as_str()
    } else {
        date
    };
    let time = if time.is_empty() {
        "00:00:00".to_owned()
    } else {
        time.to_owned()
    };
    let time = if time.matches(':').count() == 1 {
        time + ":00"
    } else {
        time
    };
    let parsed: jiff::civil::DateTime = format!("{date}T{time}").parse().ok()?;
    let text = parsed.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string();
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_of_domains() {
        let read = |text: &str| match datetime_operand(Op::Gt, &Py::str(text)) {
            Ok(Value::Text(text)) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(read("2026-11-23 07:57:11"), "2026-11-23 07:57:11");
        assert_eq!(read("2026-11-23 07:57:11.999999"), "2026-11-23 07:57:11.999999");
        assert_eq!(read("2026-11-23T07:57:11Z"), "2026-11-23 07:57:11");
        assert_eq!(read("20200101T00:00:00"), "2020-01-01 00:00:00");
        assert_eq!(read("2020-01-01"), "2020-01-01 23:59:59");
        assert_eq!(read("2026-11-23 07:57:10"), "2026-11-23 07:57:10");
        assert!(read("not-a-date").contains("not-a-date 23:59:59"));
    }
}
