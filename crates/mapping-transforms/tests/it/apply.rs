//! Applying rule sets, and reading what the other side shows.

use insta::assert_json_snapshot;
use mapping_transforms::{Element, Mapping, MappingProblem, NoLinks, OnMissing, RuleSet, Side, Stage};
use serde_json::{Value, json};

use crate::{Links, compile, order_lines, rule, variants};

fn product_rules() -> RuleSet {
    let rules = [
        rule(1, "title", "name", "direct"),
        rule(2, "body_html", "description_sale", "html_to_text"),
        rule(3, "variants.0.price", "list_price", "round2"),
        rule(
            4,
            "variants.*.sku",
            "product_variant_ids.*.default_code",
            "to_str",
        ),
        rule(5, "variants.*.price", "product_variant_ids.*.lst_price", "round2"),
        rule(
            6,
            "variants.*.grams",
            "product_variant_ids.*.weight",
            "scale:0.001",
        ),
        rule(7, "status", "active", "is_not:archived"),
        rule(8, "tags", "product_tag_ids", "split:,"),
        rule(9, "vendor", "product_variant_ids.*.x_vendor", "uppercase"),
        rule(10, "variants.*.barcode", "x_barcodes", "direct"),
    ];
    compile(&rules, variants())
}

fn product() -> Value {
    json!({
        "id": 1, "title": "Shirt", "body_html": "<p>Soft</p>", "status": "active", "tags": "a, b", "vendor": "Acme",
        "variants": [
            {"id": 11, "sku": "S-1", "price": "19.995", "grams": 250, "barcode": "1"},
            {"id": "12", "sku": null, "price": 20, "grams": 0, "barcode": null},
        ],
    })
}

/// Rule, element, value: one line each.
fn values(set: &RuleSet, from: Side, source: &Value) -> Vec<String> {
    let (mapped, problems) = set.apply(from, source, &NoLinks);
    assert_eq!(problems, []);
    mapped
        .iter()
        .map(|one| {
            let element = one
                .element
                .as_ref()
                .map_or(String::new(), |element| format!(" {element}"));
            format!("{}{element} {}", one.rule, one.value)
        })
        .collect()
}

#[test]
fn a_product_is_mapped() {
    let (mapped, problems) = product_rules().apply(Side::Shopify, &product(), &NoLinks);
    assert_eq!(problems, []);
    assert_json_snapshot!(mapped);
}

#[test]
fn elements_are_read_by_their_id_wherever_they_are() {
    let set = product_rules();
    let template = json!({
        "id": 5, "name": "Shirt", "active": true,
        "product_variant_ids": [
            {"id": 502, "default_code": false, "lst_price": 20.0},
            {"id": 501, "default_code": "S-1", "lst_price": 20.0, "x_vendor": null},
        ],
    });
    let view = set.view(Side::Odoo, &template);
    let read = |id: i64, element| view.read(set.rule(id).unwrap(), element).unwrap();
    assert_eq!(read(1, None), Some(json!("Shirt")));
    assert_eq!(read(3, None), None);
    assert_eq!(read(4, Some("501")), Some(json!("S-1")));
    assert_eq!(read(4, Some("502")), Some(json!(false)));
    assert_eq!(read(4, Some("503")), None);
    assert_eq!(read(4, None), None);
    assert_eq!(read(6, Some("501")), None);
    assert_eq!(read(9, Some("501")), Some(json!(null)));
    assert_eq!(
        set.read(Side::Odoo, &template, set.rule(4).unwrap(), Some("501")),
        Ok(Some(json!("S-1")))
    );

    let product = product();
    let view = set.view(Side::Shopify, &product);
    let read = |id: i64, element| view.read(set.rule(id).unwrap(), element).unwrap();
    assert_eq!(read(4, Some("11")), Some(json!("S-1")));
    assert_eq!(read(9, Some("11")), Some(json!("Acme")));
    assert_eq!(read(10, None), Some(json!(["1", null])));
    assert!(view.read(set.rule(3).unwrap(), None).unwrap().is_some());
}

#[test]
fn the_way_back_uses_the_inverse_and_skips_one_way_rules() {
    let template = json!({
        "id": 5, "name": "Shirt", "active": true, "list_price": 10.0, "product_tag_ids": ["a", "b"], "description_sale": "x",
        "product_variant_ids": [{"id": 501, "default_code": false, "lst_price": 20.0, "weight": 0.25, "x_vendor": "ACME"}],
    });
    assert_eq!(
        values(&product_rules(), Side::Odoo, &template),
        [
            "1 \"Shirt\"",
            "4 variant/501 null",
            "5 variant/501 \"20.00\"",
            "6 variant/501 \"250\"",
            "8 \"a, b\"",
        ]
    );
}

fn order_rules() -> RuleSet {
    let rules = [
        rule(
            1,
            "line_items.*.variant_id",
            "order_line.*.product_id",
            "link:variant",
        ),
        rule(
            2,
            "line_items.*.current_quantity",
            "order_line.*.product_uom_qty",
            "decimal",
        ),
        rule(3, "shipping_lines.*.title", "order_line.*.name", "to_str"),
        rule(4, "discount_lines.*.amount", "order_line.*.price_unit", "negate"),
        rule(
            5,
            "line_items.*.tax_lines.*.rate",
            "order_line.*.x_rates",
            "direct",
        ),
        rule(6, "name", "order_line.*.x_order", "direct"),
        rule(7, "customer.email", "partner_id.email", "lowercase"),
    ];
    compile(&rules, order_lines())
}

fn order() -> Value {
    json!({
        "id": 7, "name": "#1001", "customer": null,
        "line_items": [
            {"id": 1, "variant_id": 11, "current_quantity": 2, "tax_lines": [{"rate": "0.19"}, {"rate": "0.01"}]},
            {"id": 2, "variant_id": 99, "current_quantity": 1, "tax_lines": []},
            {"id": 3, "variant_id": null, "current_quantity": "1.50"},
        ],
        "shipping_lines": [{"id": 1, "title": "DHL"}],
        "discount_lines": [{"id": "1/0", "amount": "5.00"}],
    })
}

#[test]
fn an_order_is_mapped_and_a_missing_link_is_told_apart() {
    let links = Links::default().with("variant", &[("11", "501")]);
    let (mapped, problems) = order_rules().apply(Side::Shopify, &order(), &links);
    assert_json_snapshot!("an_order", mapped);
    assert_json_snapshot!("an_order_problems", problems);
}

#[test]
fn elements_of_a_shared_list_belong_to_the_child_they_are_linked_as() {
    let links = Links::default()
        .with("order_line", &[("1", "801")])
        .with("shipping_line", &[("1", "802")])
        .with("variant", &[("11", "501")]);
    let sale = json!({"id": 3, "order_line": [
        {"id": 803, "name": "rounding"},
        {"id": 802, "name": "DHL express"},
        {"id": 801, "product_id": 501, "product_uom_qty": 3.0, "name": "Shirt"},
    ]});
    let set = order_rules();
    let (mapped, problems) = set.apply(Side::Odoo, &sale, &links);
    assert_eq!(problems, []);
    let found: Vec<_> = mapped
        .iter()
        .map(|one| (one.rule, one.element.clone().unwrap().key(), one.value.clone()))
        .collect();
    assert_eq!(
        found,
        [
            (1, "order_line/801".to_owned(), json!("11")),
            (2, "order_line/801".to_owned(), json!("3")),
            (3, "shipping_line/802".to_owned(), json!("DHL express")),
        ]
    );
    let elements: Vec<String> = set
        .elements(Side::Odoo, &sale, &links)
        .iter()
        .map(Element::key)
        .collect();
    assert_eq!(elements, ["order_line/801", "shipping_line/802"]);
    let elements: Vec<String> = set
        .elements(Side::Shopify, &order(), &NoLinks)
        .iter()
        .map(Element::key)
        .collect();
    assert_eq!(
        elements,
        [
            "order_line/1",
            "order_line/2",
            "order_line/3",
            "shipping_line/1",
            "discount_line/1/0"
        ]
    );
}

#[test]
fn what_is_missing_is_cleared_or_left_alone() {
    let case = |policy: OnMissing, transform: &str, source: Value| {
        let mapping = Mapping {
            on_missing: policy,
            ..rule(1, "a.b", "x", transform)
        };
        let (mapped, problems) = compile(&[mapping], vec![]).apply(Side::Shopify, &source, &NoLinks);
        match (mapped.first(), problems.first()) {
            (Some(one), None) => one.value.to_string(),
            (None, None) => "left alone".to_owned(),
            (None, Some(problem)) => format!("{:?}", problem.stage),
            _ => panic!(),
        }
    };
    let (absent, null, parent, empty) = (
        json!({"a": {}}),
        json!({"a": {"b": null}}),
        json!({"a": null}),
        json!({"a": {"b": ""}}),
    );
    for (policy, transform, expected) in [
        (OnMissing::Auto, "direct", ["left alone", "null", "null", "\"\""]),
        (
            OnMissing::Auto,
            "round2",
            ["left alone", "null", "null", "Transform"],
        ),
        (
            OnMissing::Auto,
            "empty_to_null|round2",
            ["left alone", "null", "null", "null"],
        ),
        (OnMissing::Auto, "is:x", ["left alone", "false", "false", "false"]),
        (OnMissing::Clear, "round2", ["null", "null", "null", "Transform"]),
        (OnMissing::Clear, "is:x", ["null", "null", "null", "false"]),
        (
            OnMissing::Skip,
            "direct",
            ["left alone", "left alone", "left alone", "\"\""],
        ),
        (
            OnMissing::Skip,
            "empty_to_null",
            ["left alone", "left alone", "left alone", "left alone"],
        ),
        (
            OnMissing::Fail,
            "empty_to_null",
            ["Missing", "Missing", "Missing", "Missing"],
        ),
        (
            OnMissing::Fail,
            "round2|default:0",
            ["\"0\"", "\"0\"", "\"0\"", "Transform"],
        ),
        (
            OnMissing::Skip,
            "const:sale",
            ["\"sale\"", "\"sale\"", "\"sale\"", "\"sale\""],
        ),
    ] {
        let found = [&absent, &null, &parent, &empty].map(|source| case(policy, transform, source.clone()));
        assert_eq!(found, expected, "{policy:?} {transform}");
    }
}

#[test]
fn problems_name_rule_place_and_value() {
    let rules = [
        Mapping {
            on_missing: OnMissing::Fail,
            ..rule(1, "titel", "name", "direct")
        },
        rule(2, "title.x", "x_title", "direct"),
        rule(3, "variants.*.price", "product_variant_ids.*.lst_price", "round2"),
        rule(4, "vendor", "x_vendor", "trim"),
    ];
    let source = json!({
        "title": "Shirt", "vendor": "A",
        "variants": [{"id": 1, "price": "free"}, {"price": "1"}, {"id": 1, "price": "2"}, {"id": 1.5}, "x", {"id": 2, "price": "3"}],
    });
    let (mapped, problems) = compile(&rules, variants()).apply(Side::Shopify, &source, &NoLinks);
    assert_eq!(
        mapped.iter().map(|one| one.value.clone()).collect::<Vec<_>>(),
        [json!("3.00"), json!("A")]
    );
    assert_json_snapshot!(problems);
}

#[test]
fn a_list_that_is_none_is_a_problem_and_false_is_empty() {
    let set = compile(
        &[rule(
            1,
            "variants.*.sku",
            "product_variant_ids.*.default_code",
            "direct",
        )],
        variants(),
    );
    let stages = |from, source: Value| -> Vec<Stage> {
        let (mapped, problems): (Vec<_>, Vec<MappingProblem>) = set.apply(from, &source, &NoLinks);
        assert_eq!(mapped, []);
        problems.iter().map(|problem| problem.stage).collect()
    };
    assert_eq!(
        stages(Side::Shopify, json!({"variants": "none"})),
        [Stage::Elements]
    );
    assert_eq!(stages(Side::Shopify, json!("no record")), [Stage::Elements]);
    for nothing in [
        json!({}),
        json!({"product_variant_ids": null}),
        json!({"product_variant_ids": false}),
    ] {
        assert_eq!(stages(Side::Odoo, nothing), []);
    }
}

#[test]
fn a_false_parent_is_empty_as_odoo_shows_it() {
    let set = compile(&[rule(1, "product_type", "categ_id.name", "direct")], vec![]);
    assert_eq!(values(&set, Side::Odoo, &json!({"categ_id": false})), ["1 null"]);
    assert_eq!(
        set.read(
            Side::Odoo,
            &json!({"categ_id": false}),
            set.rule(1).unwrap(),
            None
        ),
        Ok(Some(json!(null)))
    );
    assert!(
        set.read(Side::Odoo, &json!({"categ_id": 5}), set.rule(1).unwrap(), None)
            .is_err()
    );
}

#[test]
fn a_list_of_values_keeps_its_order() {
    let set = compile(&[rule(1, "variants.*.sku", "x_skus", "join:/")], variants());
    assert_eq!(
        values(
            &set,
            Side::Shopify,
            &json!({"variants": [{"sku": "b"}, {}, {"sku": "a"}]})
        ),
        ["1 \"b/a\""]
    );
    assert_eq!(values(&set, Side::Shopify, &json!({"variants": []})), ["1 \"\""]);
    assert_eq!(
        values(&set, Side::Shopify, &json!({"variants": null})),
        ["1 null"]
    );
    assert!(values(&set, Side::Shopify, &json!({})).is_empty());
}
