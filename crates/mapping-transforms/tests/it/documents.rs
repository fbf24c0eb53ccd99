//! Documents of mapped values.

use mapping_transforms::{BuildError, Element, Mapped, NoLinks, Side, build_target};
use serde_json::{Value, json};

use crate::{compile, order_lines, path, rule};

fn mapped(rule: i64, element: Option<&str>, target: &str, value: Value) -> Mapped {
    let element = element.and_then(Element::from_key);
    Mapped {
        rule,
        element,
        target: path(target),
        source_value: Value::Null,
        value,
    }
}

#[test]
fn elements_come_together_under_their_identity() {
    let rules = [
        rule(1, "name", "client_order_ref", "direct"),
        rule(2, "customer.email", "partner_id.email", "direct"),
        rule(3, "line_items.*.title", "order_line.*.name", "direct"),
        rule(4, "shipping_lines.*.title", "order_line.*.name", "direct"),
        rule(5, "line_items.*.price", "order_line.*.price_unit", "round2"),
        rule(6, "note", "order_line.*.x.note", "direct"),
    ];
    let order = json!({
        "name": "#1", "note": "hi", "customer": {"email": "a@example.com"},
        "line_items": [{"id": 1, "title": "A", "price": "1"}, {"id": 2, "title": "B", "price": "2"}],
        "shipping_lines": [{"id": 1, "title": "DHL"}],
    });
    let (mapped, problems) = compile(&rules, order_lines()).apply(Side::Shopify, &order, &NoLinks);
    assert_eq!(problems, []);
    assert_eq!(
        build_target(&mapped),
        Ok(json!({
            "client_order_ref": "#1",
            "partner_id": {"email": "a@example.com"},
            "order_line": [
                {"@source": "order_line/1", "name": "A", "price_unit": "1.00", "x": {"note": "hi"}},
                {"@source": "order_line/2", "name": "B", "price_unit": "2.00", "x": {"note": "hi"}},
                {"@source": "shipping_line/1", "name": "DHL", "x": {"note": "hi"}},
            ],
        }))
    );
    assert_eq!(build_target(&[]), Ok(json!({})));
}

#[test]
fn keys_of_elements_are_read_back() {
    let element = Element {
        record_type: "discount_line".to_owned(),
        source_id: "12/0".to_owned(),
    };
    assert_eq!(Element::from_key(&element.key()), Some(element));
    for text in ["", "variant", "/1", "variant/"] {
        assert_eq!(Element::from_key(text), None, "{text}");
    }
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let clash = [mapped(1, None, "a", json!(5)), mapped(2, None, "a.b", json!(1))];
    let Err(BuildError::Path { rule, error }) = build_target(&clash) else {
        panic!()
    };
    assert_eq!((rule, error.stopped_at.as_str()), (2, "a"));

    let lists = [
        mapped(1, None, "lines", json!(5)),
        mapped(2, Some("line/1"), "lines.*.a", json!(1)),
    ];
    assert!(build_target(&lists).is_ok_and(|document| document["lines"][0]["a"] == json!(1)));

    for one in [
        mapped(3, None, "lines.*.a", json!(1)),
        mapped(3, Some("line/1"), "lines.0.a", json!(1)),
        mapped(3, Some("line/1"), "lines.*.@source", json!(1)),
    ] {
        assert!(matches!(
            build_target(&[one]),
            Err(BuildError::NoElement { rule: 3, .. })
        ));
    }
}
