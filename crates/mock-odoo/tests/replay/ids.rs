//! Pairs of recorded and simulated ids and dates, and the translation of requests.

use std::collections::{BTreeMap, HashMap};

use crate::node::Node;
use crate::schema::Schema;
use crate::walk::{Kind, walk};

/// What is known of which recorded value became which simulated one.
#[derive(Default)]
pub(crate) struct Pairs {
    ids: HashMap<(String, i64), i64>,
    dates: HashMap<String, String>,
}

/// The kinds of a call's positional arguments and of its result.
pub(crate) fn kinds(model: &str, method: &str, args: &[Node]) -> (Vec<Kind>, Kind) {
    let m = || model.to_owned();
    let (ids, record, domain) = (Kind::Ids(m()), Kind::Record(m()), Kind::Domain(m()));
    match method {
        "search" | "search_fetch" => (vec![domain], ids),
        "search_count" => (vec![domain], Kind::Plain),
        // What the rows point to stands in the domain.
        "search_read" if model == "ir.model.data" => {
            let of = args
                .first()
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .find_map(|leaf| match leaf.items() {
                    [Node::Text(field), _, Node::Text(value)] if field == "model" => Some(value.clone()),
                    _ => None,
                });
            (vec![domain], of.map_or(record, Kind::Data))
        }
        "search_read" | "read_group" | "web_read_group" => (vec![domain], record),
        "web_search_read" => (vec![domain], Kind::Wrapped(m())),
        "create" | "copy" | "exists" => match method {
            "create" => (vec![record], ids),
            _ => (vec![ids.clone(), record], ids),
        },
        "name_create" | "name_search" | "find_or_create" => (vec![Kind::Plain, domain], Kind::Pairs(m())),
        "default_get" => (vec![], record),
        "write" => (vec![ids, record], Kind::Plain),
        "load" => {
            let columns = args.first().map(Node::items).unwrap_or_default();
            let columns = columns
                .iter()
                .filter_map(|c| c.text().map(str::to_owned))
                .collect();
            (vec![Kind::Plain, Kind::Rows(m(), columns)], Kind::Wrapped(m()))
        }
        "get_external_id" => (vec![ids], Kind::Keyed(m())),
        "fields_get" | "check_access_rights" | "get_import_templates" => (vec![], Kind::Plain),
        "read" | "web_read" | "get_metadata" => (vec![ids], record),
        _ => (vec![ids], Kind::Wrapped(m())),
    }
}

impl Pairs {
    pub(crate) fn id(&self, model: &str, recorded: i64) -> i64 {
        self.ids
            .get(&(model.to_owned(), recorded))
            .copied()
            .unwrap_or(recorded)
    }

    pub(crate) fn put(&mut self, model: &str, recorded: i64, simulated: i64) {
        self.ids.insert((model.to_owned(), recorded), simulated);
    }

    /// The recorded value with simulated ids.
    pub(crate) fn translate(&self, schema: &Schema<'_>, kind: &Kind, node: &mut Node) {
        walk(schema, kind, node, "", &mut |_, model, id, _| {
            *id = self.id(model, *id);
        });
    }

    /// Puts the simulated dates into a request.
    pub(crate) fn translate_dates(&self, node: &mut Node) {
        match node {
            Node::Text(text) => {
                let known = text.get(..19).and_then(|head| self.dates.get(head));
                if let Some(date) = known {
                    *text = format!("{date}{}", &text[19..]);
                }
            }
            Node::List(items) => items.iter_mut().for_each(|item| self.translate_dates(item)),
            Node::Dict(pairs) => pairs.iter_mut().for_each(|(_, v)| self.translate_dates(v)),
            _ => {}
        }
    }

    /// `product.template(15,)` and `S00001` in texts.
    pub(crate) fn translate_text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('(') {
            let (head, tail) = rest.split_at(at + 1);
            out.push_str(head);
            let model: String = head
                .chars()
                .rev()
                .skip(1)
                .take_while(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_'))
                .collect();
            let model: String = model.chars().rev().collect();
            let end = tail.find(')').unwrap_or(0);
            let inner = &tail[..end];
            if model.contains('.') && !inner.is_empty() && inner.chars().all(|c| "0123456789, ".contains(c)) {
                let ids: Vec<String> = inner
                    .split(',')
                    .filter_map(|id| id.trim().parse().ok())
                    .map(|id| self.id(&model, id).to_string())
                    .collect();
                out.push_str(&ids.join(", "));
                if ids.len() == 1 {
                    out.push(',');
                }
                rest = &tail[end..];
            } else {
                rest = tail;
            }
        }
        out + rest
    }

    /// Learns from a recorded and a simulated answer to one call. New records (`fresh`) replace what was known.
    pub(crate) fn learn(
        &mut self,
        schema: &Schema<'_>,
        kind: &Kind,
        recorded: &Node,
        simulated: &Node,
        fresh: bool,
    ) {
        let collect = |node: &Node| {
            let mut seen: BTreeMap<String, (String, i64, Option<String>)> = BTreeMap::new();
            walk(
                schema,
                kind,
                &mut node.clone(),
                "",
                &mut |path, model, id, name| {
                    seen.insert(path.to_owned(), (model.to_owned(), *id, name.map(str::to_owned)));
                },
            );
            seen
        };
        let (old, new) = (collect(recorded), collect(simulated));
        // Lists that differ in number tell nothing by their places.
        let same = old.len() == new.len();
        for (path, (model, from, name)) in &old {
            let Some((_, to, other)) = new.get(path) else {
                continue;
            };
            let taken = self
                .ids
                .iter()
                .any(|((m, f), t)| m == model && t == to && f != from);
            let unknown = !self.ids.contains_key(&(model.clone(), *from)) && !taken;
            let named = name.is_some() && name == other;
            if from != to && (fresh || named || (same && unknown && name.is_none())) || fresh {
                self.put(model, *from, *to);
            }
        }
        self.learn_dates(recorded, simulated);
    }

    fn learn_dates(&mut self, recorded: &Node, simulated: &Node) {
        match (recorded, simulated) {
            (Node::Text(old), Node::Text(new)) if crate::compare::near(old, new) && old.len() == 19 => {
                self.dates.insert(old.clone(), new.clone());
            }
            (Node::List(old), Node::List(new)) if old.len() == new.len() => {
                old.iter()
                    .zip(new)
                    .for_each(|(old, new)| self.learn_dates(old, new));
            }
            (Node::Dict(old), Node::Dict(new)) => {
                for (key, old) in old {
                    if let Some((_, new)) = new.iter().find(|(k, _)| k == key) {
                        self.learn_dates(old, new);
                    }
                }
            }
            _ => {}
        }
    }
}
