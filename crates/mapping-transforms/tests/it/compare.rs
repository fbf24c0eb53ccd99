use mapping_transforms::{Compare, same_value};
use serde_json::{Value, json};

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn values_that_mean_the_same() {
    for (a, b) in [
        (json!("20.0"), json!("20.00")),
        (json!(20), json!("20.00")),
        (json!(20), json!(20.0)),
        (json!("20"), json!(20)),
        (json!(0.1), json!("0.10")),
        (json!("-1.50"), json!("-1.5")),
        (json!("0.0"), json!("0.00")),
        (json!(0), json!("-0.0")),
        (json!(1e300), json!(1e300)),
        (json!(null), json!("")),
        (json!(null), json!("  \n")),
        (json!(null), json!([])),
        (json!(""), json!([])),
        (json!(false), json!(null)),
        (json!(false), json!("")),
        (json!(false), json!([])),
        (json!(false), json!(false)),
        (json!("a "), json!("a\n")),
        (json!("a\r\nb"), json!("a\nb")),
        (json!("007"), json!("007 ")),
        (json!(["a", 1]), json!(["a", "1"])),
        (json!({"a": 1, "b": null}), json!({"a": "1.0"})),
        (json!("é"), json!("é")),
        (nested(60), nested(60)),
    ] {
        assert!(same_value(&a, &b), "{a} and {b}");
        assert!(same_value(&b, &a), "{b} and {a}");
    }
}

#[test]
fn values_that_differ() {
    for (a, b) in [
        (json!("007"), json!("7")),
        (json!("007"), json!(7)),
        (json!("20"), json!("20.0")),
        (json!("7"), json!("7.0")),
        (json!("1e3"), json!(1000)),
        (json!(" 7"), json!(7)),
        (json!("00.5"), json!("0.5")),
        (json!("1.2.0"), json!("1.2")),
        (json!("20.0"), json!("20.01")),
        (json!(0), json!(null)),
        (json!(0), json!(false)),
        (json!("0"), json!("")),
        (json!("0.00"), json!(null)),
        (json!(1), json!(true)),
        (json!("true"), json!(true)),
        (json!("false"), json!(false)),
        (json!(true), json!(null)),
        (json!({}), json!(null)),
        (json!({}), json!(false)),
        (json!([null]), json!([])),
        (json!(["a", "b"]), json!(["b", "a"])),
        (json!(["a"]), json!("a")),
        (json!(" a"), json!("a")),
        (json!("A"), json!("a")),
        (json!({"a": 1}), json!({"b": 1})),
        (nested(60), nested(61)),
        (nested(100), nested(100)),
    ] {
        assert!(!same_value(&a, &b), "{a} and {b}");
        assert!(!same_value(&b, &a), "{b} and {a}");
    }
}

#[test]
fn a_field_can_say_how_it_is_compared() {
    for (compare, a, b, same) in [
        (Compare::Number, json!("20"), json!("20.00"), true),
        (Compare::Number, json!("007"), json!(7), true),
        (Compare::Number, json!("abc"), json!("abc "), true),
        (Compare::Number, json!(null), json!(""), true),
        (Compare::Number, json!(0), json!(null), false),
        (Compare::Text, json!("1.10"), json!("1.1"), false),
        (Compare::Text, json!("1.10"), json!(1.1), false),
        (Compare::Text, json!("12"), json!(12), true),
        (Compare::Text, json!("a\r\nb "), json!("a\nb"), true),
        (Compare::Text, json!(false), json!(""), true),
        (Compare::Set, json!(["b", "a", "a"]), json!(["a", "b"]), true),
        (Compare::Set, json!(["a"]), json!(["a", "b"]), false),
        (Compare::Set, json!([]), json!(false), true),
        (Compare::Set, json!([1, 2]), json!([2, 1]), false),
        (Compare::Set, json!("a, b"), json!("a, b "), true),
        (Compare::Auto, json!("1.10"), json!("1.1"), true),
    ] {
        assert_eq!(compare.same(&a, &b), same, "{compare:?} {a} and {b}");
        assert_eq!(compare.same(&b, &a), same, "{compare:?} {b} and {a}");
    }
}
