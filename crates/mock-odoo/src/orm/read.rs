use crate::fault::Res;
use crate::orm::{Field, Kind, Model, Source, Value, View, to_float};
use crate::py::Py;

impl View<'_> {
    /// `read`: the asked records in the asked order; a missing id is passed over.
    pub(crate) fn read(
        &self,
        model: &Model,
        ids: &[i64],
        names: Option<&[String]>,
        classic: bool,
    ) -> Res<Vec<Py>> {
        let fields = Self::readable(model, names)?;
        Ok(ids
            .iter()
            .filter_map(|id| self.read_one(model, *id, &fields, classic))
            .collect())
    }

    fn readable<'m>(model: &'m Model, names: Option<&[String]>) -> Res<Vec<&'m Field>> {
        let Some(names) = names.filter(|names| !names.is_empty()) else {
            return Ok(model.fields.iter().collect());
        };
        let mut fields: Vec<&Field> = Vec::new();
        for name in names {
            let field = model.checked(name)?;
            if !fields.iter().any(|f| f.name == field.name) {
                fields.push(field);
            }
        }
        Ok(fields)
    }

    fn read_one(&self, model: &Model, id: i64, fields: &[&Field], classic: bool) -> Option<Py> {
        // Id 0 is a record that is not stored yet: it has no values, but it can be read.
        if id != 0 && !self.exists(model.name, id) {
            return None;
        }
        let mut pairs = vec![("id".to_owned(), Py::Int(id))];
        for field in fields.iter().filter(|f| f.name != "id") {
            let value = if id == 0 {
                Value::Null
            } else {
                self.value(model, id, field)
            };
            pairs.push((field.name.to_string(), self.shown(field, &value, classic)));
        }
        Some(Py::Dict(pairs))
    }

    /// A value as a client sees it.
    pub(crate) fn shown(&self, field: &Field, value: &Value, classic: bool) -> Py {
        match &field.kind {
            Kind::Integer | Kind::Many2oneReference => Py::Int(value.as_int().unwrap_or(0)),
            Kind::Float(_) | Kind::Monetary => Py::Float(to_float(value.as_num())),
            Kind::Boolean => Py::Bool(value.as_bool()),
            Kind::Datetime => match value {
                Value::Text(text) => Py::Str(text.chars().take(19).collect()),
                _ => Py::Bool(false),
            },
            Kind::Many2one(comodel) => match value {
                Value::Int(id) if classic => {
                    Py::List(vec![Py::Int(*id), Py::Str(self.display_name(comodel, *id))])
                }
                Value::Int(id) => Py::Int(*id),
                _ => Py::Bool(false),
            },
            Kind::One2many(comodel, _) | Kind::Many2many(comodel) => {
                Py::ids(&self.linked(comodel, value.as_ids()))
            }
            Kind::Binary | Kind::Image => match value {
                Value::Text(text) if self.s.flag("bin_size") => Py::Str(human_size(text)),
                Value::Text(text) => Py::str(text),
                _ => Py::Bool(false),
            },
            Kind::Json => match value {
                Value::Text(text) => serde_json::from_str(text).unwrap_or(Py::Bool(false)),
                _ => Py::Bool(false),
            },
            Kind::Properties => match value {
                Value::Text(text) => serde_json::from_str(text).unwrap_or(Py::List(Vec::new())),
                _ => Py::List(Vec::new()),
            },
            Kind::Char | Kind::Text | Kind::Html | Kind::Date | Kind::Selection(_) => match value {
                Value::Text(text) => Py::str(text),
                _ => Py::Bool(false),
            },
        }
    }

    /// The linked records that a reader sees, in their model's order.
    pub(crate) fn linked(&self, comodel: &str, ids: &[i64]) -> Vec<i64> {
        let Some(other) = self.reg.find(comodel) else {
            return ids.to_vec();
        };
        let seen = ids
            .iter()
            .copied()
            .filter(|id| self.exists(comodel, *id) && self.counts(other, *id))
            .collect();
        self.sort(other, seen, None).unwrap_or_default()
    }

    /// `web_read`: fields by a specification that also looks into relations.
    pub(crate) fn web_read(
        &self,
        model: &Model,
        ids: &[i64],
        specification: &Py,
        depth: usize,
    ) -> Res<Vec<Py>> {
        let mut records = Vec::new();
        for id in ids.iter().filter(|id| self.exists(model.name, **id)) {
            let mut pairs = vec![("id".to_owned(), Py::Int(*id))];
            for (name, wanted) in specification.as_dict().unwrap_or_default() {
                let field = model.checked(name)?;
                if matches!(field.source, Source::Id) {
                    continue;
                }
                let value = self.value(model, *id, field);
                let inner = wanted.get("fields").filter(|_| depth < 8);
                let shown = match (field.kind.comodel().and_then(|c| self.reg.find(c)), inner) {
                    (Some(other), Some(inner)) if field.kind.is_x2many() => Py::List(self.web_read(
                        other,
                        &self.linked(other.name, value.as_ids()),
                        inner,
                        depth + 1,
                    )?),
                    (Some(other), Some(inner)) => match value.as_int() {
                        Some(target) => self
                            .web_read(other, &[target], inner, depth + 1)?
                            .into_iter()
                            .next()
                            .unwrap_or(Py::Bool(false)),
                        None => Py::Bool(false),
                    },
                    _ => self.shown(field, &value, false),
                };
                pairs.push((name.clone(), shown));
            }
            records.push(Py::Dict(pairs));
        }
        Ok(records)
    }
}

/// The size of what base64 text stands for, as `bin_size` shows it.
fn human_size(base64: &str) -> String {
    let padding = base64.bytes().rev().take_while(|b| *b == b'=').count();
    let bytes = (base64.len() / 4 * 3).saturating_sub(padding);
    let (mut whole, mut rest, mut unit) = (bytes, 0, 0);
    while whole >= 1024 && unit < 4 {
        rest = whole % 1024;
        whole /= 1024;
        unit += 1;
    }
    let units = ["bytes", "Kb", "Mb", "Gb", "Tb"];
    format!(
        "{whole}.{:02} {}",
        rest * 100 / 1024,
        units.get(unit).unwrap_or(&"bytes")
    )
}
