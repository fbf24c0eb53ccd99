use jiff::ToSpan;
use rust_decimal::Decimal;

use crate::orm::domain::{Cond, Op, Test};
use crate::orm::{Model, Value, View, index, like};

impl View<'_> {
    /// Whether a record fulfils a condition; `None` is SQL's unknown.
    pub(crate) fn holds(&self, model: &Model, id: i64, cond: &Cond) -> Option<bool> {
        match cond {
            Cond::Const(value) => Some(*value),
            Cond::And(parts) => {
                let mut known = Some(true);
                for part in parts {
                    match self.holds(model, id, part) {
                        Some(false) => return Some(false),
                        None => known = None,
                        Some(true) => {}
                    }
                }
                known
            }
            Cond::Or(parts) => {
                let mut known = Some(false);
                for part in parts {
                    match self.holds(model, id, part) {
                        Some(true) => return Some(true),
                        None => known = None,
                        Some(false) => {}
                    }
                }
                known
            }
            Cond::Not(part) => self.holds(model, id, part).map(|known| !known),
            Cond::Test { field, test } => {
                let field = model.field(field)?;
                self.passes(&self.value(model, id, field), test)
            }
            Cond::Any {
                field,
                comodel,
                inner,
                negate,
                all,
            } => {
                let value = self.value(model, id, model.field(field)?);
                let other = self.reg.find(comodel)?;
                if value.is_null() && !negate {
                    return None;
                }
                let some = value.as_ids().iter().any(|target| {
                    (*all || self.counts(other, *target)) && self.holds(other, *target, inner) == Some(true)
                });
                Some(some != *negate)
            }
        }
    }

    /// Whether a record is seen by a search that does not ask for archived ones.
    pub(crate) fn counts(&self, model: &Model, id: i64) -> bool {
        let wants_all = self.s.ctx("active_test").is_some_and(|flag| !flag.truthy());
        wants_all || self.is_active(model.name, id)
    }

    fn passes(&self, value: &Value, test: &Test) -> Option<bool> {
        match test {
            Test::In {
                values,
                empty,
                negate,
            } => {
                let member = match value {
                    Value::Null => *empty,
                    Value::Text(shown) if shown.is_empty() => {
                        *empty || values.iter().any(|v| v.as_text() == Some(""))
                    }
                    Value::Ids(ids) => {
                        (*empty && ids.is_empty())
                            || values
                                .iter()
                                .any(|v| v.as_int().is_some_and(|id| ids.contains(&id)))
                    }
                    value => values.iter().any(|v| same(value, v)),
                };
                Some(member != *negate)
            }
            Test::Compare { op, value: operand } => self.compare(*op, value, operand),
            Test::Like {
                pattern,
                fold,
                negate,
                keep_null,
            } => {
                let shown = match value {
                    Value::Null if *keep_null => return Some(!negate),
                    Value::Null => return if *negate { Some(true) } else { None },
                    Value::Text(shown) => shown.clone(),
                    Value::Bool(b) => if *b { "true" } else { "false" }.to_owned(),
                    Value::Int(i) => i.to_string(),
                    Value::Num(n) => n.to_string(),
                    Value::Ids(_) => return Some(false),
                };
                let shown = if *fold { shown.to_lowercase() } else { shown };
                Some(like::matches(&shown, pattern) != *negate)
            }
        }
    }

    fn compare(&self, op: Op, value: &Value, operand: &Value) -> Option<bool> {
        let ordering = match (value, operand) {
            (Value::Text(a), Value::Text(b)) => match b.strip_prefix('@') {
                Some(word) => a.as_str().cmp(self.relative(word).as_str()),
                None => a.cmp(b),
            },
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Num(_) | Value::Int(_), Value::Num(_) | Value::Int(_)) => {
                value.as_num().cmp(&operand.as_num())
            }
            (Value::Ids(ids), Value::Int(_)) => {
                return Some(
                    ids.iter()
                        .any(|id| self.compare(op, &Value::Int(*id), operand) == Some(true)),
                );
            }
            _ => return None,
        };
        Some(match op {
            Op::Lt => ordering.is_lt(),
            Op::Le => ordering.is_le(),
            Op::Gt => ordering.is_gt(),
            _ => ordering.is_ge(),
        })
    }

    /// PostgreSQL's words for times near now.
    fn relative(&self, word: &str) -> String {
        let shift = |days: i64| {
            let at = self
                .s
                .now
                .at
                .checked_add((24 * days).hours())
                .unwrap_or(self.s.now.at);
            format!("{} 00:00:00", crate::orm::Moment::new(at).date())
        };
        match word {
            "yesterday" => shift(-1),
            "tomorrow" => shift(1),
            "today" => shift(0),
            _ => self.s.now.micros.clone(),
        }
    }

    /// Ids among which all matches are, found by an index; `None` where only a walk over all rows helps.
    pub(crate) fn candidates(&self, model: &Model, cond: &Cond) -> Option<Vec<i64>> {
        match cond {
            Cond::Const(false) => Some(Vec::new()),
            Cond::And(parts) => parts
                .iter()
                .filter_map(|p| self.candidates(model, p))
                .min_by_key(Vec::len),
            Cond::Or(parts) => {
                let mut ids = Vec::new();
                for part in parts {
                    ids.extend(self.candidates(model, part)?);
                }
                Some(ids)
            }
            Cond::Test {
                field,
                test:
                    Test::In {
                        values,
                        empty: false,
                        negate: false,
                    },
            } => {
                if field == "id" {
                    return Some(values.iter().filter_map(Value::as_int).collect());
                }
                self.indexed(model, field, values)
            }
            Cond::Any {
                field,
                comodel,
                inner,
                negate: false,
                ..
            } => {
                if !Self::can_look_up(model, field) {
                    return None;
                }
                let other = self.reg.find(comodel)?;
                let targets = self.candidates(other, inner)?;
                self.indexed(
                    model,
                    field,
                    &targets.into_iter().map(Value::Int).collect::<Vec<_>>(),
                )
            }
            Cond::Const(true) | Cond::Not(_) | Cond::Test { .. } | Cond::Any { .. } => None,
        }
    }

    fn can_look_up(model: &Model, field: &str) -> bool {
        index::has(model.name, field) && model.field(field).is_some_and(crate::orm::Field::is_column)
    }

    fn indexed(&self, model: &Model, field: &str, values: &[Value]) -> Option<Vec<i64>> {
        if let Some(inherited) = model.field(field).filter(|f| f.inherited) {
            return self.indexed_by_parent(model, &inherited.name, values);
        }
        if !Self::can_look_up(model, field) {
            return None;
        }
        let mut ids = Vec::new();
        for value in values {
            let key = match value {
                Value::Text(text) if !text.is_empty() => text.clone(),
                Value::Int(id) => id.to_string(),
                _ => return None,
            };
            ids.extend(self.t.find(model.name, field, &key));
        }
        Some(ids)
    }

    fn indexed_by_parent(&self, model: &Model, field: &str, values: &[Value]) -> Option<Vec<i64>> {
        let (link, parent) = model.inherits.first()?;
        let parents = self.indexed(self.reg.find(parent)?, field, values)?;
        self.indexed(
            model,
            link,
            &parents.into_iter().map(Value::Int).collect::<Vec<_>>(),
        )
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Num(_) | Value::Int(_), Value::Num(_) | Value::Int(_)) => a.as_num() == b.as_num(),
        (Value::Bool(a), Value::Num(_) | Value::Int(_)) => Decimal::from(i64::from(*a)) == b.as_num(),
        _ => a == b,
    }
}
