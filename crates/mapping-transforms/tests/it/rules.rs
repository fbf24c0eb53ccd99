//! Checking and compiling rules.

use insta::assert_snapshot;
use mapping_transforms::{ChildRule, Finding, Mapping, Registry, RuleSet, Severity, Side};
use serde_json::json;

use crate::{compile, order_lines, path, rule, variants};

fn lines(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let Finding {
            mapping,
            index,
            field,
            value,
            message,
            allowed,
            severity,
        } = finding;
        let allowed = if allowed.len() > 5 {
            format!("{} names", allowed.len())
        } else {
            allowed.join(" ; ")
        };
        format!("{severity:?} #{mapping}@{index} {field}={value}: {message} [{allowed}]")
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn findings(mappings: &[Mapping], children: &[ChildRule]) -> String {
    lines(&RuleSet::check(mappings, children, &Registry::standard()))
}

#[test]
fn a_mapping_is_stored_as_json() {
    let text = json!({"record_type": "product", "shopify_field": "handle", "odoo_field": "website_slug", "transform": "lowercase"});
    let read: Mapping = serde_json::from_value(text).unwrap();
    assert_eq!(
        read,
        Mapping::new("product", path("handle"), path("website_slug"), "lowercase")
    );
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({
            "id": 0, "record_type": "product", "shopify_field": "handle", "odoo_field": "website_slug", "transform": "lowercase",
            "enabled": true, "position": 0, "note": "", "on_missing": "auto", "direction": "auto", "owner": null,
            "strategy": null,
        })
    );
    assert_eq!(read.source(Side::Shopify), read.target(Side::Odoo));
    assert_eq!(read.target(Side::Shopify), &read.odoo_field);
    let typo = json!({"record_type": "p", "shopify_field": "a", "odoo_field": "b", "on_mising": "skip"});
    assert!(serde_json::from_value::<Mapping>(typo).is_err());
}

#[test]
fn everything_wrong_is_found_at_once() {
    let mut other_type = rule(9, "a", "other", "direct");
    other_type.record_type = "order".to_owned();
    let rules = [
        rule(1, "title", "name", "direct"),
        rule(2, "title", "name", "upercase"),
        rule(3, "variants.price", "list_price", "round:99"),
        rule(4, "title", "product_variant_ids", "direct"),
        rule(5, "title", "product_variant_ids.0.name", "direct"),
        rule(6, "variants.*.sku", "seller_ids.*.code", "direct"),
        rule(7, "options.*.name", "product_variant_ids.*.name", "direct"),
        rule(8, "title", "product_variant_ids.*.name.*.x", "direct"),
        other_type,
        rule(1, "vendor", "x_vendor", "direct"),
        rule(10, "title", "tags.*", "direct"),
        rule(11, "title", "a.-1", "direct"),
        rule(12, "title", "product_variant_ids.*.@source", "direct"),
        rule(13, "a", "categ_id", "direct"),
        rule(14, "a", "categ_id.name", "direct"),
        rule(15, "a", "deep.er.x", "direct"),
        rule(16, "a", "deep", "direct"),
    ];
    assert_snapshot!(findings(&rules, &variants()));
    let error = RuleSet::compile(&rules, variants(), &Registry::standard()).unwrap_err();
    assert_eq!(lines(&error), findings(&rules, &variants()));
    assert_eq!(findings(&rules[..1], &variants()), "");
}

#[test]
fn the_same_target_for_other_children_is_no_duplicate() {
    let rules = [
        rule(1, "line_items.*.title", "order_line.*.name", "direct"),
        rule(2, "shipping_lines.*.title", "order_line.*.name", "direct"),
    ];
    assert_eq!(findings(&rules, &order_lines()), "");
    let broadcast = rule(3, "name", "order_line.*.name", "direct");
    let rules = [rules.as_slice(), &[broadcast]].concat();
    assert_snapshot!(findings(&rules, &order_lines()));
}

#[test]
fn rules_that_are_off_are_left_out_with_warnings() {
    let off = Mapping {
        enabled: false,
        ..rule(2, "title", "name", "nonsense")
    };
    let set = compile(&[rule(1, "title", "name", "direct"), off], variants());
    assert_eq!(set.rules().len(), 1);
    assert_eq!(set.warnings().len(), 1);
    assert!(
        set.warnings()
            .iter()
            .all(|finding| finding.severity == Severity::Warning && finding.mapping == 2)
    );
}

#[test]
fn rules_are_in_order_of_position_and_id() {
    let late = Mapping {
        position: 5,
        ..rule(1, "a", "a", "direct")
    };
    let set = compile(
        &[
            late,
            rule(3, "b", "b", "direct"),
            rule(0, "c", "c", "direct"),
            rule(2, "d", "d", "direct"),
        ],
        vec![],
    );
    let ids: Vec<i64> = set.rules().iter().map(mapping_transforms::Rule::id).collect();
    assert_eq!(ids, [-3, 2, 3, 1]);
    assert_eq!(set.rule(-3).unwrap().mapping().odoo_field, path("c"));
    assert!(set.rule(0).is_none());
}

#[test]
fn wrong_children_are_found() {
    let child = |name: &str, shopify: &str, odoo: &str| ChildRule::new(name, path(shopify), path(odoo));
    let children = [
        child("a", "x", "y"),
        child("a", "z", "y"),
        child("b/c", "p", "q"),
        child("d", "x", "y"),
        child("e", "m.*.n", "o"),
    ];
    assert_snapshot!(findings(&[], &children));
}

#[test]
fn one_way_rules_say_why() {
    let rules = [
        rule(1, "title", "name", "trim"),
        rule(2, "body_html", "description_sale", "html_to_text"),
        rule(3, "variants.0.price", "list_price", "round2"),
        rule(4, "variants.*.price", "product_variant_ids.*.lst_price", "round2"),
        rule(5, "title", "product_variant_ids.*.x_title", "direct"),
        rule(6, "variants.*.sku", "x_skus", "direct"),
        rule(7, "title", "x_title", "direct"),
        rule(8, "tags.-1", "x_last_tag", "direct"),
        rule(9, "title.x", "x_inside", "direct"),
    ];
    let set = compile(&rules, variants());
    let reasons = set.rules().iter().map(|rule| {
        assert_eq!(rule.one_way(Side::Shopify), None);
        assert_eq!(
            rule.chain(Side::Odoo).is_some(),
            rule.one_way(Side::Odoo).is_none()
        );
        format!(
            "{} {}",
            rule.id(),
            rule.one_way(Side::Odoo).unwrap_or("both ways")
        )
    });
    assert_snapshot!(reasons.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_chain_decides_how_values_are_compared() {
    let rules = [
        rule(1, "sku", "default_code", "to_str"),
        rule(2, "price", "list_price", "round2"),
        rule(3, "tags", "product_tag_ids", "split:,"),
    ];
    let set = compile(&rules, vec![]);
    let same = |id, a, b| set.rule(id).unwrap().same(&a, &b);
    assert!(!same(1, json!("1.10"), json!("1.1")));
    assert!(same(2, json!("20"), json!("20.00")));
    assert!(same(3, json!(["b", "a"]), json!(["a", "b"])));
}
