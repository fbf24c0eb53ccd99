use insta::assert_snapshot;
use mapping_transforms::{FieldPath, MAX_INDEX, PathErrorKind, Segment};
use serde_json::{Value, json};

use crate::path;

fn key(text: &str) -> Segment {
    Segment::Key(text.to_owned())
}

#[test]
fn texts_are_parsed_to_segments() {
    for (text, segments) in [
        ("title", vec![key("title")]),
        (
            "variants.0.price",
            vec![key("variants"), Segment::Index(0), key("price")],
        ),
        ("variants.*.sku", vec![key("variants"), Segment::Each, key("sku")]),
        ("tags.-1", vec![key("tags"), Segment::FromEnd(1)]),
        ("*", vec![Segment::Each]),
        (r#"a."b c"."x.y""#, vec![key("a"), key("b c"), key("x.y")]),
        (r#""0"."""#, vec![key("0"), key("")]),
        (r#""a\"b\\c""#, vec![key("a\"b\\c")]),
        (
            "größe.サイズ.x-y_z:1",
            vec![key("größe"), key("サイズ"), key("x-y_z:1")],
        ),
        ("@source", vec![key("@source")]),
        ("-", vec![key("-")]),
        ("1a", vec![key("1a")]),
    ] {
        let parsed = path(text);
        assert_eq!(parsed.segments(), segments, "{text}");
        assert_eq!(parsed.to_string(), text);
        assert_eq!(FieldPath::from_segments(segments), Ok(parsed));
    }
}

#[test]
fn what_is_no_path_is_refused_with_the_place() {
    let long = "a".repeat(501);
    let deep = ["a"; 33].join(".");
    let texts = [
        "",
        ".",
        "a..b",
        "a.",
        ".a",
        "a b",
        "a[0]",
        "a.**",
        "a*",
        "a.\"b",
        "a.\"b\"c",
        "a.\"\\x\"",
        "a\"b",
        "007",
        "-0",
        "10000",
        "99999999999999999999",
        "a.b\nc",
        "\"a\u{0}\"",
        &long,
        &deep,
    ];
    let messages: Vec<String> = texts
        .iter()
        .map(|text| {
            let error = text.parse::<FieldPath>().unwrap_err();
            format!("{} @{}: {}", error.text, error.position, error.problem)
        })
        .collect();
    assert_snapshot!(messages.join("\n"));
    assert_snapshot!("one_in_full", "a..b".parse::<FieldPath>().unwrap_err());
}

#[test]
fn paths_travel_as_text() {
    let read: FieldPath = serde_json::from_value(json!("variants.*.sku")).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), json!("variants.*.sku"));
    assert!(serde_json::from_value::<FieldPath>(json!("a..b")).is_err());
    assert!(serde_json::from_value::<FieldPath>(json!(5)).is_err());
    assert!(FieldPath::from_segments([]).is_err());
    assert!(FieldPath::from_segments([Segment::Index(MAX_INDEX + 1)]).is_err());
    assert!(FieldPath::from_segments([Segment::FromEnd(0)]).is_err());
}

#[test]
fn a_path_is_split_at_its_first_star() {
    assert_eq!(
        path("a.b.*.c.*.d").collection(),
        Some((path("a.b"), path("c.*.d")))
    );
    assert_eq!(path("a.0").collection(), None);
    assert_eq!(path("*.a").collection(), None);
    assert_eq!(path("a.*").collection(), None);
}

fn product() -> Value {
    json!({
        "title": "Shirt",
        "customer": null,
        "variants": [{"price": "1.00", "sku": "A"}, {"price": null}, null],
        "a b": {"0": "digit"},
    })
}

#[test]
fn values_are_found() {
    let product = product();
    for (text, value) in [
        ("title", Some(json!("Shirt"))),
        ("variants.0.price", Some(json!("1.00"))),
        ("variants.-3.sku", Some(json!("A"))),
        ("variants.1.price", Some(json!(null))),
        (r#""a b"."0""#, Some(json!("digit"))),
        ("nothing", None),
        ("customer", Some(json!(null))),
        ("customer.email", None),
        ("customer.addresses.0.city", None),
        ("variants.1.price.amount", None),
        ("variants.2.price", None),
        ("variants.3.price", None),
        ("variants.-4.price", None),
        ("nothing.at.all", None),
    ] {
        assert_eq!(path(text).get(&product).unwrap(), value.as_ref(), "{text}");
    }
}

#[test]
fn an_error_says_where_the_path_stopped_and_what_was_there() {
    let product = product();
    let texts = [
        "title.0",
        "title.x",
        "variants.price",
        "variants.*.price",
        "variants.0.price.amount",
        "0",
        "-1",
        "\"a b\".0",
    ];
    let messages = texts.map(|text| path(text).get(&product).unwrap_err().to_string());
    assert_snapshot!(messages.join("\n"));
    let flag = json!({"categ_id": false});
    let error = path("categ_id.name").get(&flag).unwrap_err();
    assert_eq!(
        (error.stopped_at.as_str(), error.found.as_str()),
        ("categ_id", "false")
    );
}

#[test]
fn what_is_absent_is_explained_with_the_nearest_key() {
    let product = product();
    let texts = [
        "titel",
        "nothing.x",
        "variants.7.price",
        "customer.email",
        "variants.0.Price",
    ];
    let messages = texts.map(|text| path(text).absence(&product).unwrap().to_string());
    assert_snapshot!(messages.join("\n"));
    assert_eq!(path("title").absence(&product), None);
}

#[test]
fn a_star_finds_all() {
    let order = json!({"lines": [
        {"id": 1, "taxes": [{"rate": "0.1"}, {"rate": "0.2"}]},
        {"id": 2, "taxes": []},
        {"id": 3, "taxes": null},
        {"id": 4},
        {"id": 5, "taxes": [{"rate": null}, {}]},
    ], "none": null});
    let all = |text: &str| {
        path(text)
            .get_all(&order)
            .map(|found| json!(found))
            .map_err(|error| error.to_string())
    };
    assert_eq!(all("lines.*.id"), Ok(json!([1, 2, 3, 4, 5])));
    assert_eq!(all("lines.*.taxes.*.rate"), Ok(json!(["0.1", "0.2", null])));
    assert_eq!(all("lines.0.id"), Ok(json!([1])));
    assert_eq!(all("none.*.x"), Ok(json!([])));
    assert_eq!(all("missing.*.x"), Ok(json!([])));
    assert_eq!(
        all("lines.*.id.x"),
        Err("`lines.*.id.x` stopped at `lines.0.id`: number 1; a key needs an object".to_owned())
    );
    assert_eq!(
        all("lines.0.*.x"),
        Err("`lines.0.*.x` stopped at `lines.0`: an object with 2 keys; `*` needs a list".to_owned())
    );
}

#[test]
fn setting_creates_what_is_missing() {
    for (start, text, expected) in [
        (json!({}), "a", json!({"a": 1})),
        (json!(null), "a.b", json!({"a": {"b": 1}})),
        (json!({"a": null}), "a.1.b", json!({"a": [null, {"b": 1}]})),
        (
            json!({"a": [{"x": 2}]}),
            "a.0.b",
            json!({"a": [{"x": 2, "b": 1}]}),
        ),
        (json!({"a": [5, 6]}), "a.-1", json!({"a": [5, 1]})),
        (json!({"a": [5, 6]}), "a.3", json!({"a": [5, 6, null, 1]})),
        (json!({"a": {"b": 2}}), "a", json!({"a": 1})),
        (json!({"a": "x"}), "a", json!({"a": 1})),
    ] {
        let mut value = start;
        path(text).set(&mut value, json!(1)).unwrap();
        assert_eq!(value, expected, "{text}");
    }
}

#[test]
fn setting_refuses_and_changes_nothing() {
    let start =
        json!({"text": "x", "number": 1, "flag": false, "list": [1], "object": {"k": 1}, "null": null});
    let cases = [
        "text.a",
        "number.0",
        "flag.a",
        "list.a",
        "object.0",
        "list.*.a",
        "list.-2",
        "null.a.-1",
        "new.-1.a",
        "list.5.-1",
        "text",
        "flag",
        "list.0",
    ];
    let mut messages = Vec::new();
    for text in cases {
        let mut value = start.clone();
        let error = path(text).set(&mut value, json!({"an": "object"})).unwrap_err();
        assert_eq!(value, start, "{text}");
        messages.push(error.to_string());
    }
    assert_snapshot!(messages.join("\n"));
    let error = path("text").set(&mut start.clone(), json!({})).unwrap_err();
    assert_eq!(error.kind, PathErrorKind::Overwrites);
}
