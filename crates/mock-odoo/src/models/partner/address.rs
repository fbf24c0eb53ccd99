use std::collections::BTreeSet;

use crate::models::partner::ADDRESS;
use crate::orm::{Env, Input, Vals, Value, View};

const PARTNER: &str = "res.partner";

impl View<'_> {
    /// The company a contact stands for: itself, or the nearest company above it, else the top.
    pub(crate) fn commercial_partner(&self, id: i64) -> i64 {
        let mut at = id;
        for _ in 0..50 {
            match self.row(PARTNER, at) {
                Some(row) if !row.flag("is_company") => match row.id("parent_id") {
                    Some(parent) => at = parent,
                    None => return at,
                },
                _ => return at,
            }
        }
        at
    }

    /// Children in the order a partner list has.
    fn partner_children(&self, id: i64) -> Vec<i64> {
        self.linked(PARTNER, &self.children(PARTNER, "parent_id", id))
    }
}

/// Which address of a contact serves which purpose: depth first through its children, then upwards as long as it is
/// no company.
pub(crate) fn address_get(view: &View<'_>, id: i64, wanted: &[&str]) -> Vec<(String, i64)> {
    let mut kinds: Vec<&str> = vec!["contact"];
    kinds.extend(wanted.iter().filter(|k| **k != "contact"));
    let mut found: Vec<(&str, i64)> = Vec::new();
    let mut visited = BTreeSet::new();
    let mut current = Some(id);
    'up: while let Some(at) = current {
        let mut to_scan = vec![at];
        while !to_scan.is_empty() {
            let record = to_scan.remove(0);
            if !visited.insert(record) && record != at {
                continue;
            }
            let kind = view.text(PARTNER, record, "type");
            if let Some(kind) = kinds.iter().find(|k| **k == kind)
                && !found.iter().any(|(k, _)| k == kind)
            {
                found.push((kind, record));
            }
            if found.len() == kinds.len() {
                break 'up;
            }
            let children = view.partner_children(record);
            let next = children
                .into_iter()
                .filter(|c| !visited.contains(c) && !view.flag(PARTNER, *c, "is_company"));
            to_scan = next.chain(to_scan).collect();
        }
        if view.flag(PARTNER, at, "is_company") {
            break;
        }
        current = view.id_of(PARTNER, at, "parent_id");
    }
    let default = found
        .iter()
        .find(|(k, _)| *k == "contact")
        .map_or(id, |(_, id)| *id);
    kinds
        .iter()
        .map(|kind| {
            let id = found
                .iter()
                .find(|(k, _)| k == kind)
                .map_or(default, |(_, id)| *id);
            ((*kind).to_owned(), id)
        })
        .collect()
}

fn address_of(view: &View<'_>, id: i64) -> Vals {
    let mut vals = Vals::new();
    for field in ADDRESS {
        vals.set(field, view.get(PARTNER, id, field));
    }
    vals
}

fn has_address(view: &View<'_>, id: i64) -> bool {
    ADDRESS.iter().any(|field| view.get(PARTNER, id, field).truthy())
}

/// A contact of a company takes its address over.
pub(super) fn sync_from_parent(env: &mut Env<'_>, id: i64) {
    let view = env.view();
    let Some(parent) = view.id_of(PARTNER, id, "parent_id") else {
        return;
    };
    if view.text(PARTNER, id, "type") == "contact" && has_address(&view, parent) {
        let vals = address_of(&view, parent);
        set_address(env, id, &vals);
    }
}

/// The first child's address becomes the parent's where that has none.
pub(super) fn first_contact(env: &mut Env<'_>, id: i64) {
    let view = env.view();
    let Some(parent) = view.id_of(PARTNER, id, "parent_id") else {
        return;
    };
    let root = view.flag(PARTNER, parent, "is_company") || view.id_of(PARTNER, parent, "parent_id").is_none();
    let only = view.partner_children(parent).len() == 1;
    if root && only && has_address(&view, id) && !has_address(&view, parent) {
        let vals = address_of(&view, id);
        set_address(env, parent, &vals);
    }
}

/// A changed address goes down to the contacts of a parent.
pub(super) fn sync_to_children(env: &mut Env<'_>, id: i64, vals: &Vals) {
    if !ADDRESS.iter().any(|field| vals.has(field)) {
        return;
    }
    let view = env.view();
    let children = view.partner_children(id);
    let contacts: Vec<i64> = children
        .into_iter()
        .filter(|c| view.text(PARTNER, *c, "type") == "contact")
        .collect();
    let changed = address_of(&view, id);
    for contact in contacts {
        set_address(env, contact, &changed);
    }
}

fn set_address(env: &mut Env<'_>, id: i64, vals: &Vals) {
    let values: Vec<(&str, Value)> = vals
        .iter()
        .filter_map(|(name, input)| match input {
            Input::Value(value) => Some((name, value.clone())),
            Input::Commands(_) => None,
        })
        .collect();
    env.set(PARTNER, id, &values);
}
