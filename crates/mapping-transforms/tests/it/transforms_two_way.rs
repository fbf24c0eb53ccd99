//! Which transforms lead back, and to what.

use mapping_transforms::{Inverse, Registry};
use serde_json::json;

use crate::{back, chain, run};

#[test]
fn what_cannot_be_taken_back_has_no_inverse() {
    for text in [
        "uppercase",
        "lowercase",
        "html_to_text",
        "is:a",
        "is_not:a",
        "is_set",
        "const:a",
        "date",
        "tax_rates",
        "scale:0",
        "map:a=b,*=c",
        "trim|uppercase",
        "round2|const:a",
    ] {
        assert!(chain(text).inverse().is_none(), "{text}");
    }
    assert_eq!(
        chain("trim|html_to_text|uppercase").one_way_step(),
        Some("html_to_text")
    );
    assert_eq!(chain("trim|round2").one_way_step(), None);
}

#[test]
fn what_a_transform_says_of_its_inverse_is_so() {
    for info in Registry::standard().names() {
        let argument = match info.argument.as_deref() {
            None => String::new(),
            Some("<0 to 12>") => ":2".to_owned(),
            Some("<factor>") => ":0.5".to_owned(),
            Some("<value>=<value>,...") => ":a=b".to_owned(),
            Some(_) => ":x".to_owned(),
        };
        let inverse = chain(&format!("{}{argument}", info.name)).inverse();
        assert_eq!(inverse.is_some(), info.inverse != Inverse::No, "{}", info.name);
    }
}

#[test]
fn values_are_taken_back() {
    for (text, value, expected) in [
        ("direct", json!([1]), json!([1])),
        ("trim", json!(" a "), json!("a")),
        ("trim", json!(false), json!(null)),
        ("to_str", json!("007"), json!("007")),
        ("to_str", json!(false), json!(null)),
        ("round2", json!(19.9), json!("19.90")),
        ("round:0", json!(19.5), json!("20")),
        ("decimal", json!(20.0), json!("20")),
        ("negate", json!("-2.5"), json!("2.5")),
        ("scale:0.001", json!(0.5), json!("500")),
        ("scale:3", json!("1"), json!("0.3333333333333333333333333333")),
        ("to_float", json!(19.9), json!("19.9")),
        ("to_int", json!(3), json!("3")),
        ("split:,", json!(["a", "b"]), json!("a, b")),
        ("split:;", json!(["a", "b"]), json!("a; b")),
        ("split:/", json!(["a", "b"]), json!("a/b")),
        ("split:,", json!(false), json!(null)),
        ("join:\", \"", json!("a, b"), json!(["a", "b"])),
        ("join:\" \"", json!("a b"), json!(["a", "b"])),
        ("default:n/a", json!("n/a"), json!(null)),
        ("default:n/a", json!("x"), json!("x")),
        ("empty_to_null", json!(null), json!(null)),
        ("map:a=b,c=d", json!("d"), json!("c")),
        ("map:a=true,b=false", json!(false), json!("b")),
        ("map:a=x,b=x,c=y", json!("x"), json!("a")),
        (
            "text_to_html",
            json!("<p>a &lt; b<br>c</p><p>d</p>"),
            json!("a < b\nc\n\nd"),
        ),
        ("text_to_html", json!(false), json!(null)),
        ("map:a=x,b=x,c=y", json!("y"), json!("c")),
        (
            "datetime",
            json!("2026-03-01 12:00:00"),
            json!("2026-03-01T12:00:00Z"),
        ),
        ("datetime", json!(false), json!(null)),
        ("scale:0.001|round2", json!("0.25"), json!("250")),
        ("negate|scale:2", json!("3"), json!("-1.5")),
    ] {
        assert_eq!(back(text, &value), Ok(expected), "{text} of {value}");
    }
}

#[test]
fn what_would_come_apart_on_the_other_side_is_refused() {
    let error = back("split:,", &json!(["a,b"])).unwrap_err();
    assert_eq!(
        error,
        "`inverse of split:,`: expected texts without the separator in them, found text \"a,b\"; the other side would take it \
         for two"
    );
    assert!(back("map:a=b", &json!("a")).is_err());
    assert!(back("datetime", &json!("2026-03-01T12:00:00Z")).is_err());
}

#[test]
fn the_inverse_of_an_inverse_is_the_chain() {
    let twice = chain("scale:0.001|negate").inverse().unwrap().inverse().unwrap();
    assert_eq!(twice.to_string(), "scale:0.001|negate");
    assert_eq!(run("scale:0.001|negate", &json!(5)), Ok(json!("-0.005")));
}
