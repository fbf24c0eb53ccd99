use mapping_transforms::{Mapped, Side, build_target};
use serde_json::Value;

use super::{Draft, PlanInput};
use crate::{ChildRef, FieldChange, Record};

/// An element of the side that a draft comes from, and its counterpart, if known.
pub type ChildPlan = ChildRef;

/// Everything is new.
pub(super) fn for_create(
    input: &PlanInput<'_>,
    from: Side,
    record: &Record,
    mapped: &[Mapped],
) -> Result<Draft, String> {
    let desired = build_target(mapped).map_err(|error| error.to_string())?;
    let changes = mapped
        .iter()
        .filter(|one| !one.value.is_null())
        .map(|one| FieldChange {
            side: from.other(),
            field: match &one.element {
                Some(element) => one
                    .target
                    .to_string()
                    .replacen(".*", &format!("[new {element}]"), 1),
                None => one.target.to_string(),
            },
            old: Value::Null,
            new: one.value.clone(),
        });
    let changes = changes.collect();
    // Links of a record that is gone from the other side lead nowhere.
    let children = children(input, from, record)
        .into_iter()
        .map(|child| ChildPlan {
            target_id: None,
            ..child
        })
        .collect();
    Ok(Draft {
        desired,
        changes,
        children,
        removed: Vec::new(),
        carried: Vec::new(),
        archives: false,
    })
}

/// The elements of a side's record in its order, with their counterparts where they are linked or matched.
pub(super) fn children(input: &PlanInput<'_>, from: Side, record: &Record) -> Vec<ChildPlan> {
    let elements = input.rules.elements(from, &record.body, input.lookup);
    let to = from.other();
    let plans = elements.into_iter().map(|element| {
        let linked = input.children.iter().find(|link| {
            link.record_type.as_str() == element.record_type && link.id_on(from) == element.source_id
        });
        let matched = || {
            let found = input.matched.iter().find(|pair| {
                pair.record_type.as_str() == element.record_type && pair.id_on(from) == element.source_id
            });
            found.map(|pair| pair.id_on(to).to_owned())
        };
        ChildPlan {
            target_id: linked.map(|link| link.id_on(to).to_owned()).or_else(matched),
            record_type: element.record_type.into(),
            source_id: element.source_id,
        }
    });
    plans.collect()
}

/// Whether a draft puts the record away.
pub(super) fn archives(input: &PlanInput<'_>, to: Side, desired: &Value) -> bool {
    let Some(archived) = &input.spec.archived else {
        return false;
    };
    let (path, value) = archived.on(to);
    let is_away = |body: &Value| path.get(body).ok().flatten() == Some(value);
    is_away(desired) && !input.record(to).is_some_and(|record| is_away(&record.body))
}
