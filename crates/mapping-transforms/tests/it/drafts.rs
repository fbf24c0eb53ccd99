//! Rules as people type them.

use insta::assert_snapshot;
use mapping_transforms::{Finding, MappingDraft, OnMissing, Registry, check_draft};
use serde_json::{Value, json};

use crate::{rule, variants};

fn draft(fields: Value) -> MappingDraft {
    serde_json::from_value(fields).unwrap()
}

fn refused(draft: &MappingDraft) -> String {
    let others = [
        rule(1, "title", "name", "direct"),
        rule(2, "vendor", "x_vendor", "direct"),
    ];
    let findings = check_draft(draft, &others, &variants(), &Registry::standard()).unwrap_err();
    let line = |finding: &Finding| {
        let Finding {
            mapping,
            field,
            value,
            message,
            allowed,
            ..
        } = finding;
        format!(
            "#{mapping} {field}={value}: {message} [{} allowed]",
            allowed.len()
        )
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_good_rule_is_parsed() {
    let typed = draft(json!({
        "record_type": "product", "shopify_field": " handle ", "odoo_field": "website_slug", "transform": " lowercase ",
        "on_missing": "skip", "position": 3,
    }));
    let checked = check_draft(
        &typed,
        &[rule(1, "title", "name", "direct")],
        &variants(),
        &Registry::standard(),
    )
    .unwrap();
    assert_eq!(checked.mapping.shopify_field.to_string(), "handle");
    assert_eq!(checked.mapping.transform, "lowercase");
    assert_eq!(
        (
            checked.mapping.on_missing,
            checked.mapping.position,
            checked.mapping.enabled
        ),
        (OnMissing::Skip, 3, true)
    );
    assert_eq!(checked.warnings, []);
}

#[test]
fn a_bad_rule_is_refused_with_everything_at_once() {
    assert_snapshot!(refused(&draft(json!({
        "record_type": "product", "shopify_field": "a..b", "odoo_field": "name", "transform": "upercase",
        "on_missing": "sometimes", "note": "x".repeat(3000),
    }))));
    assert_snapshot!(
        "nothing_in_it",
        refused(&draft(json!({
            "id": 7, "record_type": " ", "shopify_field": "", "odoo_field": "", "transform": "",
        })))
    );
    assert_snapshot!(
        "a_pair_that_is_none",
        refused(&draft(json!({
            "record_type": "product", "shopify_field": "options.*.name", "odoo_field": "product_variant_ids.*.name",
        })))
    );
}

#[test]
fn a_rule_may_be_replaced_by_its_new_self() {
    let others = [rule(1, "title", "name", "direct")];
    let check = |id: i64| {
        let typed = draft(
            json!({"id": id, "record_type": "product", "shopify_field": "title", "odoo_field": "name"}),
        );
        check_draft(&typed, &others, &[], &Registry::standard())
    };
    assert!(check(1).is_ok());
    assert!(check(0).is_err());
    assert!(check(2).is_err());
}

#[test]
fn rules_of_other_record_types_and_those_that_are_off_do_not_count() {
    let mut other = rule(1, "title", "name", "direct");
    other.record_type = "order".to_owned();
    let mut off = rule(2, "title", "name", "direct");
    off.enabled = false;
    let typed = draft(json!({"record_type": "product", "shopify_field": "title", "odoo_field": "name"}));
    assert!(check_draft(&typed, &[other, off], &[], &Registry::standard()).is_ok());
}

#[test]
fn unknown_fields_are_refused() {
    let typo = json!({"record_type": "p", "shopify_field": "a", "odoo_field": "b", "enabeld": true});
    assert!(serde_json::from_value::<MappingDraft>(typo).is_err());
}
