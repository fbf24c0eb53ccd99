//! Where ids stand in arguments and results.

use crate::node::Node;
use crate::schema::Schema;

/// What a value is made of.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Nothing that holds ids.
    Plain,
    /// An id, `[id, name]`, or a list of ids, of this model.
    Ids(String),
    /// Field values, one record or several, also as commands.
    Record(String),
    Domain(String),
    /// `[id, name]` pairs.
    Pairs(String),
    /// Rows of `load` under these columns.
    Rows(String, Vec<String>),
    /// A context, or any dict whose keys tell models.
    Context(String),
    /// A dict whose keys are ids of this model.
    Keyed(String),
    /// Rows of `ir.model.data` whose `res_id` is of this model.
    Data(String),
    /// A result with ids under `ids`, `records` or `res_id`.
    Wrapped(String),
}

/// Calls `found(path, model, id, name)` for each id; the name is that of a pair.
pub(crate) fn walk(schema: &Schema<'_>, kind: &Kind, node: &mut Node, path: &str, found: Found<'_>) {
    match kind {
        Kind::Plain => {}
        Kind::Ids(model) => ids(model, node, path, found),
        Kind::Record(model) => record(schema, model, node, path, found),
        Kind::Domain(model) => domain(schema, model, node, path, found),
        Kind::Pairs(model) => each(node, |n, item| ids(model, item, &format!("{path}/{n}"), found)),
        Kind::Rows(model, columns) => rows(schema, model, columns, node, path, found),
        Kind::Context(model) => context(schema, model, node, path, found),
        Kind::Keyed(model) => keyed(model, node, path, found),
        Kind::Data(model) => each(node, |n, row| {
            if let Some(id) = row.get_mut("res_id") {
                ids(model, id, &format!("{path}/{n}"), found);
            }
        }),
        Kind::Wrapped(model) => wrapped(schema, model, node, path, found),
    }
}

type Found<'f> = &'f mut dyn FnMut(&str, &str, &mut i64, Option<&str>);

fn each(node: &mut Node, mut run: impl FnMut(usize, &mut Node)) {
    if let Node::List(items) = node {
        items.iter_mut().enumerate().for_each(|(n, item)| run(n, item));
    }
}

fn ids(model: &str, node: &mut Node, path: &str, found: Found<'_>) {
    match node {
        Node::Int(id) => found(path, model, id, None),
        Node::List(items) => {
            if let [Node::Int(id), Node::Text(name)] = items.as_mut_slice() {
                found(path, model, id, Some(name));
                return;
            }
            for (n, item) in items.iter_mut().enumerate() {
                ids(model, item, &format!("{path}/{n}"), found);
            }
        }
        _ => {}
    }
}

fn record(schema: &Schema<'_>, model: &str, node: &mut Node, path: &str, found: Found<'_>) {
    match node {
        Node::List(_) => each(node, |n, item| {
            record(schema, model, item, &format!("{path}/{n}"), found);
        }),
        Node::Dict(pairs) => {
            let of = (model == "ir.model.data")
                .then(|| pairs.iter().find(|(k, _)| k == "model"))
                .flatten()
                .and_then(|(_, v)| v.text().map(str::to_owned));
            for (key, value) in pairs {
                let inner = format!("{path}/{key}");
                if key == "__domain" {
                    domain(schema, model, value, &inner, found);
                } else if key == "res_id" && of.is_some() {
                    ids(of.as_deref().unwrap_or_default(), value, &inner, found);
                } else if let Some(comodel) = schema.target(model, key.split(':').next().unwrap_or(key)) {
                    related(schema, &comodel, value, &inner, found);
                }
            }
        }
        _ => {}
    }
}

/// The value of a relation: ids, a pair, commands or nested records.
fn related(schema: &Schema<'_>, comodel: &str, node: &mut Node, path: &str, found: Found<'_>) {
    let commands = node
        .items()
        .iter()
        .all(|i| i.items().first().is_some_and(|c| matches!(c, Node::Int(0..=6))) && i.items().len() <= 3);
    let dicts = matches!(node, Node::Dict(_)) || node.items().iter().any(|i| matches!(i, Node::Dict(_)));
    if dicts {
        record(schema, comodel, node, path, found);
    } else if commands && !node.items().is_empty() {
        each(node, |n, item| {
            let inner = format!("{path}/{n}");
            let Node::List(parts) = item else { return };
            let [Node::Int(command), rest @ ..] = parts.as_mut_slice() else {
                return;
            };
            match (*command, rest) {
                (0, [_, vals]) => record(schema, comodel, vals, &inner, found),
                (1, [id, vals]) => {
                    ids(comodel, id, &inner, found);
                    record(schema, comodel, vals, &inner, found);
                }
                (6, [_, list]) => ids(comodel, list, &inner, found),
                (_, [id, ..]) => ids(comodel, id, &inner, found),
                _ => {}
            }
        });
    } else {
        ids(comodel, node, path, found);
    }
}

fn domain(schema: &Schema<'_>, model: &str, node: &mut Node, path: &str, found: Found<'_>) {
    let of = node.items().iter().find_map(|leaf| match leaf.items() {
        [Node::Text(field), _, Node::Text(value)] if model == "ir.model.data" && field == "model" => {
            Some(value.clone())
        }
        _ => None,
    });
    each(node, |n, leaf| {
        let inner = format!("{path}/{n}");
        let Node::List(parts) = leaf else { return };
        let [Node::Text(field), Node::Text(operator), value] = parts.as_mut_slice() else {
            return;
        };
        let comodel = match (field.as_str(), &of) {
            ("res_id", Some(model)) => Some(model.clone()),
            _ => schema.target(model, field),
        };
        let Some(comodel) = comodel else { return };
        if operator.ends_with("any") {
            domain(schema, &comodel, value, &inner, found);
        } else {
            ids(&comodel, value, &inner, found);
        }
    });
}

fn rows(schema: &Schema<'_>, model: &str, columns: &[String], node: &mut Node, path: &str, found: Found<'_>) {
    each(node, |n, row| {
        each(row, |c, cell| {
            let Some(column) = columns.get(c) else { return };
            let column = column.replace('/', ".");
            let comodel = match column.strip_suffix(".id") {
                Some(relation) if relation.ends_with('.') => {
                    schema.target(model, relation.trim_end_matches('.'))
                }
                Some("") => Some(model.to_owned()),
                _ => None,
            };
            let inner = format!("{path}/{n}/{c}");
            match (comodel, cell) {
                (Some(comodel), Node::Text(text)) => {
                    if let Ok(mut id) = text.parse::<i64>() {
                        found(&inner, &comodel, &mut id, None);
                        *text = id.to_string();
                    }
                }
                (Some(comodel), cell) => ids(&comodel, cell, &inner, found),
                _ => {}
            }
        });
    });
}

fn context(schema: &Schema<'_>, model: &str, node: &mut Node, path: &str, found: Found<'_>) {
    let Node::Dict(pairs) = node else { return };
    for (key, value) in pairs {
        let inner = format!("{path}/{key}");
        match key.as_str() {
            "context" => context(schema, model, value, &inner, found),
            "domain" => domain(schema, model, value, &inner, found),
            "vals" | "vals_list" => record(schema, model, value, &inner, found),
            "ids" => ids(model, value, &inner, found),
            "default_order_id" => ids("sale.order", value, &inner, found),
            "default_pick_ids" => related(schema, "stock.picking", value, &inner, found),
            "location" => ids("stock.location", value, &inner, found),
            "warehouse" | "warehouse_id" => ids("stock.warehouse", value, &inner, found),
            "picking_ids_not_to_backorder" | "button_validate_picking_ids" => {
                ids("stock.picking", value, &inner, found);
            }
            other => {
                let field = other.strip_prefix("default_");
                if let Some(comodel) = field.and_then(|f| schema.target(model, f)) {
                    ids(&comodel, value, &inner, found);
                }
            }
        }
    }
}

fn keyed(model: &str, node: &mut Node, path: &str, found: Found<'_>) {
    let Node::Dict(pairs) = node else { return };
    for (n, (key, _)) in pairs.iter_mut().enumerate() {
        if let Ok(mut id) = key.parse::<i64>() {
            found(&format!("{path}/{n}"), model, &mut id, None);
            *key = id.to_string();
        }
    }
}

fn wrapped(schema: &Schema<'_>, model: &str, node: &mut Node, path: &str, found: Found<'_>) {
    let of = node.get("res_model").and_then(Node::text).map(str::to_owned);
    let Node::Dict(pairs) = node else { return };
    for (key, value) in pairs {
        let inner = format!("{path}/{key}");
        match key.as_str() {
            "ids" => ids(model, value, &inner, found),
            "records" => record(schema, model, value, &inner, found),
            "context" => context(schema, of.as_deref().unwrap_or(model), value, &inner, found),
            "res_id" if of.is_some() => ids(of.as_deref().unwrap_or_default(), value, &inner, found),
            _ => {}
        }
    }
}
