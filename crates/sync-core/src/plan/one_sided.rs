//! A record of which only one side is there: it is made on the other side, or was deleted there.

use mapping_transforms::{FieldPath, Side};
use serde_json::Value;

use super::cells::net;
use super::{Decision, Draft, OnDelete, Plan, PlanInput, draft, fail_mapping, verdict};
use crate::{ConflictDraft, ConflictKind, FieldChange, MadeIn, Record, Winner};

pub(super) fn plan(input: &PlanInput<'_>, from: Side, record: &Record) -> Plan {
    if input.link.is_some() {
        return deleted(input, from, record);
    }
    if let Some(reason) = not_made(input, from, record) {
        return Plan::of(reason);
    }
    create(input, from, record)
}

/// Why the record is not made on the other side.
fn not_made(input: &PlanInput<'_>, from: Side, record: &Record) -> Option<Decision> {
    match may_be_made(input, from.other()) {
        Ok(made) => not_marked(input, from, record, made),
        Err((reason, message)) => Some(Decision::Skip { reason, message }),
    }
}

/// How records are made on a side, or why this run makes none there.
fn may_be_made<'a>(input: &PlanInput<'a>, to: Side) -> Result<&'a MadeIn, (&'static str, String)> {
    if !input.direction.writes(to) {
        let message = format!("this run does not write to {}", input.system(to));
        return Err(("other_direction", message));
    }
    input.spec.made_in(to).ok_or_else(|| {
        let message = format!("a record of this type is not made in {}", input.system(to));
        ("not_made_there", message)
    })
}

/// A condition that the record does not meet.
fn not_marked(input: &PlanInput<'_>, from: Side, record: &Record, made: &MadeIn) -> Option<Decision> {
    let (path, text) = made.only.as_ref()?;
    if shows(&record.body, path, text) {
        return None;
    }
    let message = format!(
        "{} makes only records whose `{path}` has `{text}`: set it in {} to bring this one over",
        input.system(made.side),
        input.system(from)
    );
    Some(Decision::Skip {
        reason: "not_marked",
        message,
    })
}

/// A record that would wait for what nobody is going to bring over does not wait.
fn or_left(input: &PlanInput<'_>, from: Side, record: &Record, decision: Decision) -> Decision {
    if !matches!(decision, Decision::Hold { .. }) {
        return decision;
    }
    let waits = input.spec.waits.iter().find(|made| made.side == from.other());
    waits
        .and_then(|made| not_marked(input, from, record, made))
        .unwrap_or(decision)
}

/// Whether a record shows this text at a place, or in the list there, whatever its case.
fn shows(body: &Value, path: &FieldPath, text: &str) -> bool {
    let wanted = text.trim().to_lowercase();
    let is = |value: &Value| {
        value
            .as_str()
            .is_some_and(|shown| shown.trim().to_lowercase() == wanted)
    };
    match path.get(body) {
        Ok(Some(Value::Array(items))) => items.iter().any(is),
        Ok(Some(value)) => is(value),
        Ok(None) | Err(_) => false,
    }
}

fn create(input: &PlanInput<'_>, from: Side, record: &Record) -> Plan {
    let (mut mapped, problems) = input.apply(from, record);
    if let Some(decision) = verdict(&problems) {
        return Plan::of(or_left(input, from, record, decision));
    }
    let to = from.other();
    for one in &mut mapped {
        if input
            .rules
            .rule(one.rule)
            .is_some_and(|rule| input.is_stock_quantity(rule))
        {
            let moved = input.moved.of(to) - input.moved.of(from);
            one.value = net(&one.value, moved);
        }
    }
    match draft::for_create(input, from, record, &mapped) {
        Ok(draft) => Plan::of(Decision::Create(to, draft)),
        Err(message) => Plan::of(fail_mapping(message)),
    }
}

/// The other side's record is gone.
fn deleted(input: &PlanInput<'_>, there: Side, record: &Record) -> Plan {
    let gone = there.other();
    let kept = input
        .resolutions
        .iter()
        .find(|resolution| resolution.kind == ConflictKind::Deleted);
    let winner = kept.and_then(|resolution| resolution.winner.as_ref());
    let decided = match winner {
        // The side that still has it: it is made again.
        Some(winner) if *winner == Winner::side(there) => return again(input, there, record),
        Some(winner) => *winner == Winner::side(gone),
        None => false,
    };
    let settled = |winner: Option<Winner>| conflict(input, there, record, winner);
    let policy = if decided {
        OnDelete::Archive
    } else {
        input.on_delete
    };
    match (policy, &input.spec.archived) {
        (OnDelete::Archive, Some(_)) => archive(input, there, record, settled(Some(Winner::side(gone)))),
        (OnDelete::Ask, _) => Plan {
            conflicts: vec![settled(None)],
            ..Plan::of(Decision::Conflict)
        },
        (OnDelete::Unlink, _) | (OnDelete::Archive, None) => Plan::of(Decision::Unlink {
            reason: "unlinked",
            message: format!("{} no longer has this record", input.system(gone)),
        }),
    }
}

/// Makes the record again on the side where it was deleted: it was there before, so it needs no mark.
fn again(input: &PlanInput<'_>, there: Side, record: &Record) -> Plan {
    let mut plan = match may_be_made(input, there.other()) {
        Err((reason, message)) => return Plan::of(Decision::Skip { reason, message }),
        Ok(_) => create(input, there, record),
    };
    plan.conflicts
        .push(conflict(input, there, record, Some(Winner::side(there))));
    plan
}

fn archive(input: &PlanInput<'_>, there: Side, record: &Record, settled: ConflictDraft) -> Plan {
    let (gone, Some(archived)) = (input.system(there.other()), &input.spec.archived) else {
        return Plan::of(fail_mapping("this record type cannot be put away"));
    };
    let (path, value) = archived.on(there);
    let shown = path
        .get(&record.body)
        .ok()
        .flatten()
        .cloned()
        .unwrap_or(Value::Null);
    let message = format!("{gone} no longer has this record");
    if shown == *value {
        return Plan::of(Decision::Skip {
            reason: "deleted_there",
            message: format!("{message}; here it is put away already"),
        });
    }
    if !input.direction.writes(there) {
        return Plan::of(Decision::Skip {
            reason: "deleted_there",
            message: format!(
                "{message}: a run towards {} puts it away here; unlink it to make it again",
                input.system(there)
            ),
        });
    }
    let mut desired = Value::Object(serde_json::Map::new());
    if let Err(error) = path.set(&mut desired, value.clone()) {
        return Plan::of(fail_mapping(error.to_string()));
    }
    let draft = Draft {
        desired,
        changes: vec![FieldChange {
            side: there,
            field: path.to_string(),
            old: shown,
            new: value.clone(),
        }],
        children: Vec::new(),
        removed: Vec::new(),
        carried: Vec::new(),
        archives: true,
    };
    let (shopify, odoo) = match there {
        Side::Shopify => (Some(draft), None),
        Side::Odoo => (None, Some(draft)),
    };
    Plan {
        warnings: vec![message],
        conflicts: vec![settled],
        ..Plan::of(Decision::Update { shopify, odoo })
    }
}

fn conflict(input: &PlanInput<'_>, there: Side, record: &Record, winner: Option<Winner>) -> ConflictDraft {
    let (here, nothing) = (Value::String(record.label.clone()), Value::Null);
    let (shopify, odoo) = match there {
        Side::Shopify => (here, nothing),
        Side::Odoo => (nothing, here),
    };
    let at = |side: Side| input.edited_at(side);
    ConflictDraft {
        kind: ConflictKind::Deleted,
        rule: String::new(),
        shopify_field: String::new(),
        odoo_field: String::new(),
        element: None,
        base: None,
        shopify,
        odoo,
        shopify_at: at(Side::Shopify),
        odoo_at: at(Side::Odoo),
        strategy: "on_delete".to_owned(),
        winner,
    }
}
