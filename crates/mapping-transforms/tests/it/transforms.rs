//! What each transform makes of a value.

use insta::assert_snapshot;
use mapping_transforms::{Registry, TransformError};
use serde_json::{Value, json};

use crate::{Links, chain, run};

fn table(cases: &[(&str, Value, Value)]) {
    for (text, value, expected) in cases {
        assert_eq!(run(text, value).as_ref(), Ok(expected), "{text} of {value}");
    }
}

/// Each line: what was refused, and in which words.
fn refusals(cases: &[(&str, Value)]) -> String {
    let line = |(text, value): &(&str, Value)| run(text, value).unwrap_err();
    cases.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn text_is_changed_in_every_script() {
    table(&[
        ("direct", json!({"a": [1]}), json!({"a": [1]})),
        ("uppercase", json!("straße Éa жя"), json!("STRASSE ÉA ЖЯ")),
        ("lowercase", json!("ÀÉΣ ЖЯ İ"), json!("àéς жя i\u{307}")),
        ("lowercase", json!("Crème-Brûlée"), json!("crème-brûlée")),
        ("trim", json!(" \u{a0}a b\n"), json!("a b")),
        ("to_str", json!(12), json!("12")),
        ("to_str", json!(1.5), json!("1.5")),
        ("to_str", json!(false), json!("false")),
        ("to_str", json!("007"), json!("007")),
        ("empty_to_null", json!(" \n"), json!(null)),
        ("empty_to_null", json!("a"), json!("a")),
        ("empty_to_null", json!(0), json!(0)),
    ]);
    for text in [
        "direct",
        "uppercase",
        "lowercase",
        "trim",
        "to_str",
        "empty_to_null",
        "html_to_text",
        "datetime",
    ] {
        assert_eq!(run(text, &json!(null)), Ok(json!(null)), "{text}");
    }
}

#[test]
fn round2_rounds_half_away_from_zero() {
    table(&[
        ("round2", json!("2.675"), json!("2.68")),
        ("round2", json!("-2.675"), json!("-2.68")),
        ("round2", json!(2.675), json!("2.68")),
        ("round2", json!("2.665"), json!("2.67")),
        ("round2", json!("2.6749999"), json!("2.67")),
        ("round2", json!("1.005"), json!("1.01")),
        ("round2", json!("20"), json!("20.00")),
        ("round2", json!(20), json!("20.00")),
        ("round2", json!(20.0), json!("20.00")),
        ("round2", json!("-0.001"), json!("0.00")),
        ("round2", json!(" 5.5 "), json!("5.50")),
        ("round2", json!("1e3"), json!("1000.00")),
        ("round2", json!(1e-7), json!("0.00")),
        (
            "round2",
            json!(10_000_000_000_000_000_000_u64),
            json!("10000000000000000000.00"),
        ),
        (
            "round2",
            json!("79228162514264337593543950335"),
            json!("79228162514264337593543950335.00"),
        ),
        ("round:0", json!("2.5"), json!("3")),
        ("round:0", json!("-2.5"), json!("-3")),
        ("round:3", json!("0.0005"), json!("0.001")),
    ]);
}

#[test]
fn numbers_stay_exact() {
    table(&[
        ("decimal", json!("0020.5000"), json!("20.5")),
        ("decimal", json!(0.1), json!("0.1")),
        ("decimal", json!(1e21), json!("1000000000000000000000")),
        ("decimal", json!("-0.0"), json!("0")),
        ("negate", json!("2.50"), json!("-2.5")),
        ("negate", json!("-2.5"), json!("2.5")),
        ("negate", json!(0), json!("0")),
        ("scale:0.001", json!(500), json!("0.5")),
        ("scale:0.001", json!("1"), json!("0.001")),
        ("scale:100", json!("0.19"), json!("19")),
        ("scale:-2", json!("1.5"), json!("-3")),
        ("scale:0", json!("1.5"), json!("0")),
        ("to_float", json!("19.90"), json!(19.9)),
        ("to_float", json!(3), json!(3.0)),
        ("to_int", json!("3"), json!(3)),
        ("to_int", json!("3.00"), json!(3)),
        ("to_int", json!(3.0), json!(3)),
        ("to_int", json!("-9223372036854775808"), json!(i64::MIN)),
        ("round:0|to_int", json!("3.7"), json!(4)),
    ]);
    assert!(run("to_float", &json!("3")).unwrap().is_f64());
}

#[test]
fn what_is_no_number_is_never_a_silent_zero() {
    let twenty_nine = "12345678901234567890123456789.5";
    let mut cases = Vec::new();
    for text in [
        "round2", "round:1", "decimal", "negate", "scale:2", "to_float", "to_int",
    ] {
        for value in [
            json!(null),
            json!(""),
            json!("abc"),
            json!(true),
            json!([1]),
            json!({}),
            json!(twenty_nine),
        ] {
            assert!(run(text, &value).is_err(), "{text} of {value}");
        }
        cases.push((text, json!(null)));
    }
    for value in [
        "",
        "abc",
        "1,234.50",
        "1_000",
        "0x10",
        "1.",
        ".5",
        "+5",
        "--5",
        "1e999",
        "NaN",
        "5 €",
        twenty_nine,
    ] {
        cases.push(("round2", json!(value)));
    }
    cases.extend([
        ("round2", json!(1e300)),
        ("to_int", json!("3.7")),
        ("to_int", json!("9223372036854775808")),
        ("scale:79228162514264337593543950335", json!(2)),
        ("scale:0.0000000000000000001", json!("0.0000000000000000001")),
    ]);
    assert_snapshot!(refusals(&cases));
}

#[test]
fn values_are_chosen() {
    table(&[
        ("is:active", json!("active"), json!(true)),
        ("is:active", json!("draft"), json!(false)),
        ("is:active", json!(null), json!(false)),
        ("is:5", json!(5), json!(true)),
        ("is:true", json!(true), json!(true)),
        ("is_set", json!("2026-11-23T10:00:00Z"), json!(true)),
        ("is_set", json!(0), json!(true)),
        ("is_set", json!(""), json!(false)),
        ("is_set", json!(null), json!(false)),
        ("is_not:archived", json!("archived"), json!(false)),
        ("is_not:archived", json!("draft"), json!(true)),
        ("is_not:archived", json!(null), json!(true)),
        ("default:n/a", json!(null), json!("n/a")),
        ("default:n/a", json!(""), json!("")),
        ("empty_to_null|default:n/a", json!(""), json!("n/a")),
        ("const:sale", json!({"any": "thing"}), json!("sale")),
        ("map:a=b,c=d", json!("c"), json!("d")),
        ("map:1=one,*=many", json!(1), json!("one")),
        ("map:1=one,*=many", json!("2"), json!("many")),
        ("map:1=one", json!(null), json!(null)),
        ("map:null=none,*=some", json!(null), json!("none")),
        ("map:paid=true,*=false", json!("paid"), json!(true)),
        ("map:paid=null", json!("paid"), json!(null)),
        ("map: a = b , \"c,d\" = \"e=f\" ", json!("c,d"), json!("e=f")),
    ]);
    assert_snapshot!(refusals(&[
        ("is:a", json!([])),
        ("map:a=b,c=d", json!("x")),
        ("map:a=b", json!({})),
    ]));
}

#[test]
fn lists_are_cut_and_joined() {
    table(&[
        ("split:,", json!("a, b ,,c"), json!(["a", "b", "c"])),
        ("split:,", json!(""), json!([])),
        ("split:\" - \"", json!("a - b-c"), json!(["a", "b-c"])),
        ("split:,", json!(null), json!(null)),
        ("join:/", json!(["a", 1, null, true]), json!("a/1/true")),
        ("join:\", \"", json!(["a", "b"]), json!("a, b")),
        ("join:/", json!([]), json!("")),
        ("join:/", json!(null), json!(null)),
    ]);
    assert_snapshot!(refusals(&[
        ("split:,", json!(5)),
        ("split:,", json!(["a"])),
        ("join:,", json!("a")),
        ("join:,", json!([[1]])),
        ("uppercase", json!(5)),
        ("to_str", json!([1])),
    ]));
}

#[test]
fn times_become_odoos() {
    table(&[
        (
            "datetime",
            json!("2026-03-01T12:00:00Z"),
            json!("2026-03-01 12:00:00"),
        ),
        (
            "datetime",
            json!("2026-03-01T00:30:00+01:00"),
            json!("2026-02-28 23:30:00"),
        ),
        (
            "datetime",
            json!("2026-03-01T12:00:59.999Z"),
            json!("2026-03-01 12:00:59"),
        ),
        ("datetime", json!(false), json!(null)),
        ("date", json!("2026-03-01T00:30:00+01:00"), json!("2026-02-28")),
    ]);
    assert_snapshot!(refusals(&[
        ("datetime", json!("2026-03-01")),
        ("datetime", json!("2026-03-01 12:00:00")),
        ("datetime", json!("yesterday")),
        ("datetime", json!("2026-02-30T00:00:00Z")),
        ("date", json!(5)),
    ]));
}

#[test]
fn tax_lines_become_rates() {
    table(&[
        ("tax_rates", json!([]), json!([])),
        ("tax_rates", json!(null), json!(null)),
        (
            "tax_rates",
            json!([{"title": "MwSt", "rate": "0.19", "price": "1.90"}]),
            json!(["19"]),
        ),
        (
            "tax_rates",
            json!([{"rate": 0.1}, {"rate": "0.0725"}, {"rate": "0.0"}, {"rate": "0.02"}]),
            json!(["2", "7.25", "10"]),
        ),
        (
            "tax_rates",
            json!([{"rate": "0.05"}, {"rate": 0.05}]),
            json!(["5", "5"]),
        ),
    ]);
    assert_snapshot!(refusals(&[
        ("tax_rates", json!([{"title": "no rate"}])),
        ("tax_rates", json!([{"rate": null}])),
        ("tax_rates", json!("0.19")),
    ]));
}

#[test]
fn references_follow_links() {
    let links = Links::default().with("variant", &[("11", "501"), ("a/1", "502")]);
    let link = chain("link:variant");
    for (value, expected) in [
        (json!(11), json!("501")),
        (json!("11"), json!("501")),
        (json!("a/1"), json!("502")),
        (json!(null), json!(null)),
        (json!(""), json!(null)),
    ] {
        assert_eq!(link.apply(&value, &links), Ok(expected), "{value}");
    }
    for (value, expected) in [
        (json!(501), json!("11")),
        (json!("502"), json!("a/1")),
        (json!(false), json!(null)),
    ] {
        assert_eq!(
            link.inverse().unwrap().apply(&value, &links),
            Ok(expected),
            "{value}"
        );
    }
    let missing = link.apply(&json!(99), &links).unwrap_err();
    assert_eq!(
        missing,
        TransformError::NotLinked {
            record_type: "variant".to_owned(),
            id: "99".to_owned()
        }
    );
    assert_eq!(missing.to_string(), "variant 99 is not linked yet");
    assert!(matches!(
        link.apply(&json!(1.5), &links),
        Err(TransformError::Unsuitable { .. })
    ));
    assert!(matches!(
        link.apply(&json!(true), &links),
        Err(TransformError::Unsuitable { .. })
    ));
}

#[test]
fn all_transforms_are_described() {
    let registry = Registry::standard();
    let line = |info: &mapping_transforms::TransformInfo| {
        let argument = info
            .argument
            .as_ref()
            .map_or(String::new(), |form| format!(":{form}"));
        format!(
            "{}{argument} [inverse: {:?}] {}",
            info.name, info.inverse, info.description
        )
    };
    assert_snapshot!(registry.names().map(line).collect::<Vec<_>>().join("\n"));
}
