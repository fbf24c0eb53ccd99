use mapping_transforms::{Mapped, RuleSet, Side, build_target};
use serde_json::Value;

use super::{Draft, PlanInput};
use crate::{Base, ChildRef, FieldChange, Link, LinkDraft, Record, RecordType, Shown, rule_key};

/// A child of the source and its counterpart, if known.
pub type ChildPlan = ChildRef;

/// Everything is new.
pub(super) fn for_create(input: &PlanInput<'_>, mapped: Vec<Mapped>) -> Result<Draft, String> {
    let desired = build_target(&mapped).map_err(|error| error.to_string())?;
    let changes = mapped
        .iter()
        .filter(|one| !one.value.is_null())
        .map(|one| FieldChange {
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
    // Links of a record that is gone from the target lead nowhere.
    let children = children(input)
        .into_iter()
        .map(|child| ChildPlan {
            target_id: None,
            ..child
        })
        .collect();
    Ok(Draft {
        mapped,
        desired,
        changes,
        children,
        removed: Vec::new(),
    })
}

/// The source's children in its order.
pub(super) fn children(input: &PlanInput<'_>) -> Vec<ChildPlan> {
    let elements = input.rules.elements(input.from, &input.source.body, input.lookup);
    let target = input.from.other();
    let plans = elements.into_iter().map(|element| {
        let link = input.children.iter().find(|link| {
            link.record_type.as_str() == element.record_type && link.id_on(input.from) == element.source_id
        });
        ChildPlan {
            record_type: element.record_type.into(),
            source_id: element.source_id,
            target_id: link.map(|link| link.id_on(target).to_owned()),
        }
    });
    plans.collect()
}

/// Linked children that the source has no more.
pub(super) fn removed(input: &PlanInput<'_>) -> Vec<ChildPlan> {
    let present = children(input);
    let gone = input.children.iter().filter(|link| {
        !present
            .iter()
            .any(|child| child.record_type == link.record_type && child.source_id == link.id_on(input.from))
    });
    let plan = |link: &Link| ChildPlan {
        record_type: link.record_type.clone(),
        source_id: link.id_on(input.from).to_owned(),
        target_id: Some(link.id_on(input.from.other()).to_owned()),
    };
    gone.map(plan).collect()
}

/// The link as it should be stored for two records that agree; `None` if it is stored like that.
pub(super) fn refresh(input: &PlanInput<'_>, mapped: &[Mapped], target: &Record) -> Option<LinkDraft> {
    let children = children(input);
    let draft = link_draft(
        input.rules,
        input.from,
        &input.spec.name,
        mapped,
        input.source,
        target,
        &children,
    );
    let Some(link) = input.link else {
        return Some(draft);
    };
    let same_child = |child: &LinkDraft| {
        input.children.iter().any(|stored| {
            stored.record_type == child.record_type
                && stored.shopify_id == child.shopify_id
                && stored.odoo_id == child.odoo_id
                && stored.base == child.base
        })
    };
    let same = link.base == draft.base
        && link.open == draft.open
        && link.label == draft.label
        && draft.children.iter().all(same_child);
    (!same).then_some(draft)
}

/// The link of two records that agree now: `target` was read after the write.
pub fn link_draft(
    rules: &RuleSet,
    from: Side,
    record_type: &RecordType,
    mapped: &[Mapped],
    source: &Record,
    target: &Record,
    children: &[ChildRef],
) -> LinkDraft {
    let view = rules.view(from.other(), &target.body);
    let base = |element: Option<&ChildRef>| {
        let mut base = Base::new();
        for one in mapped {
            let about = one
                .element
                .as_ref()
                .map(|e| (e.record_type.as_str(), e.source_id.as_str()));
            if about != element.map(|child| (child.record_type.as_str(), child.source_id.as_str())) {
                continue;
            }
            let Some(rule) = rules.rule(one.rule) else {
                continue;
            };
            let shown = view.read(rule, element.and_then(|child| child.target_id.as_deref()));
            let shown = shown.ok().flatten().unwrap_or(Value::Null);
            let mapping = rule.mapping();
            let key = rule_key(
                &mapping.shopify_field.to_string(),
                &mapping.odoo_field.to_string(),
            );
            base.insert(key, pair(from, one.source_value.clone(), shown));
        }
        base
    };
    let draft = |record_type: &RecordType, source_id: &str, target_id: &str, label: &str, base: Base| {
        let (shopify_id, odoo_id) = match from {
            Side::Shopify => (source_id, target_id),
            Side::Odoo => (target_id, source_id),
        };
        LinkDraft {
            record_type: record_type.clone(),
            shopify_id: shopify_id.to_owned(),
            odoo_id: odoo_id.to_owned(),
            label: label.to_owned(),
            base,
            open: false,
            children: Vec::new(),
        }
    };
    let mut link = draft(record_type, &source.id, &target.id, &source.label, base(None));
    link.open = still_moving(source, target);
    link.children = children
        .iter()
        .filter_map(|child| {
            let target_id = child.target_id.as_deref()?;
            Some(draft(
                &child.record_type,
                &child.source_id,
                target_id,
                "",
                base(Some(child)),
            ))
        })
        .collect();
    link
}

fn pair(from: Side, source: Value, target: Value) -> Shown {
    match from {
        Side::Shopify => Shown {
            shopify: source,
            odoo: target,
        },
        Side::Odoo => Shown {
            shopify: target,
            odoo: source,
        },
    }
}

/// Whether goods may be shipped on one side now or later while the other side has them still, or no more.
fn still_moving(source: &Record, target: &Record) -> bool {
    let (Some(a), Some(b)) = (&source.movements, &target.movements) else {
        return false;
    };
    let sum = |movements: &crate::Movements| {
        movements
            .shipped
            .iter()
            .fold(rust_decimal::Decimal::ZERO, |sum, one| {
                sum.saturating_add(one.quantity)
            })
    };
    !(a.complete && b.complete && sum(a) == sum(b))
}
