use crate::orm::{Field, Kind, Model, Source};
use crate::py::Py;

/// `fields_get`: the description of fields, each with its attributes by name; unknown names are passed over.
pub(crate) fn fields_get(model: &Model, names: &[String], attributes: &[String]) -> Py {
    let wanted = |field: &&Field| names.is_empty() || names.iter().any(|n| *n == field.name);
    let describe = |field: &Field| {
        let mut pairs = describe(model, field);
        pairs.retain(|(name, _)| attributes.is_empty() || attributes.iter().any(|a| a == name));
        (field.name.to_string(), Py::Dict(pairs))
    };
    Py::Dict(model.fields.iter().filter(wanted).map(describe).collect())
}

/// All attributes of one field, by name.
fn describe(model: &Model, field: &Field) -> Vec<(String, Py)> {
    let searchable = field.is_searchable();
    let sortable = field.store || matches!(field.source, Source::Inherited(_)) && !field.kind.is_x2many();
    let mut pairs: Vec<(&str, Py)> = vec![
        ("change_default", Py::Bool(false)),
        (
            "company_dependent",
            Py::Bool(field.name == "standard_price" && model.name == "product.product"),
        ),
        ("default_export_compatible", Py::Bool(false)),
        ("depends", depends(field)),
        ("exportable", Py::Bool(true)),
        (
            "groupable",
            Py::Bool(field.store && !matches!(field.kind, Kind::One2many(..) | Kind::Json)),
        ),
        ("manual", Py::Bool(false)),
        ("name", Py::str(field.name.as_ref())),
        ("readonly", Py::Bool(field.readonly)),
        ("required", Py::Bool(field.required)),
        ("searchable", Py::Bool(searchable)),
        ("sortable", Py::Bool(sortable && !field.kind.is_x2many())),
        ("store", Py::Bool(field.store)),
        ("string", Py::str(field.label.as_ref())),
        ("type", Py::str(field.kind.name())),
    ];
    if let Source::Related(path) = field.source {
        pairs.push(("related", Py::str(path)));
    }
    if let Source::Inherited(link) = field.source {
        pairs.push(("related", Py::Str(format!("{link}.{}", field.name))));
    }
    match &field.kind {
        Kind::Char => pairs.extend([("translate", Py::Bool(field.translate)), ("trim", Py::Bool(true))]),
        Kind::Text => pairs.push(("translate", Py::Bool(field.translate))),
        Kind::Html => pairs.extend([
            ("translate", Py::Bool(field.translate)),
            ("sanitize", Py::Bool(true)),
            ("sanitize_tags", Py::Bool(true)),
        ]),
        Kind::Integer | Kind::Float(None) => pairs.push(("aggregator", Py::str("sum"))),
        Kind::Float(Some(digits)) => pairs.extend([
            ("aggregator", Py::str("sum")),
            ("digits", Py::List(vec![Py::Int(16), Py::Int(i64::from(*digits))])),
        ]),
        Kind::Monetary => {
            pairs.extend([
                ("aggregator", Py::str("sum")),
                ("currency_field", Py::str(field.currency)),
            ]);
        }
        Kind::Selection(values) => {
            let pair = |(key, label): &(&str, &str)| Py::List(vec![Py::str(*key), Py::str(*label)]);
            pairs.push(("selection", Py::List(values.iter().map(pair).collect())));
        }
        Kind::Many2one(comodel) | Kind::Many2many(comodel) => pairs.extend(relation(comodel)),
        Kind::One2many(comodel, inverse) => {
            pairs.extend(relation(comodel));
            pairs.push(("relation_field", Py::str(*inverse)));
        }
        Kind::Boolean
        | Kind::Date
        | Kind::Datetime
        | Kind::Many2oneReference
        | Kind::Json
        | Kind::Properties => {}
        Kind::Binary | Kind::Image => pairs.push(("attachment", Py::Bool(true))),
    }
    pairs.sort_by(|a, b| a.0.cmp(b.0));
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn relation(comodel: &str) -> [(&'static str, Py); 3] {
    [
        ("context", Py::Dict(Vec::new())),
        ("domain", Py::List(Vec::new())),
        ("relation", Py::str(comodel)),
    ]
}

fn depends(field: &Field) -> Py {
    let names: Vec<Py> = match field.source {
        Source::Related(path) => vec![Py::str(path)],
        Source::Inherited(link) => vec![Py::Str(format!("{link}.{}", field.name))],
        _ => field.depends.iter().map(|d| Py::str(*d)).collect(),
    };
    Py::List(names)
}
