//! The text of chains, nulls in chains, and transforms of one's own.

use insta::assert_snapshot;
use mapping_transforms::{
    Action, ChainError, Compare, Definition, Inverse, NoLinks, Nulls, Registry, TransformError,
};
use serde_json::{Value, json};

use crate::{chain, run};

#[test]
fn steps_run_in_order() {
    assert_eq!(run("trim|uppercase", &json!(" a ")), Ok(json!("A")));
    assert_eq!(run(" trim | uppercase ", &json!(" a ")), Ok(json!("A")));
    assert_eq!(run("split:\"|\"|join:\" | \"", &json!("a|b")), Ok(json!("a | b")));
    assert_eq!(
        run(r#"const:"say \"hi\" \\""#, &json!(1)),
        Ok(json!("say \"hi\" \\"))
    );
    assert_eq!(run("const:\"\"", &json!(1)), Ok(json!("")));
    assert_eq!(run("const: a:b, 5\" ", &json!(1)), Ok(json!("a:b, 5\"")));
    assert_eq!(chain(" trim | scale:2 ").to_string(), "trim|scale:2");
}

#[test]
fn an_error_names_the_step() {
    let error = run("trim|round2|negate", &json!("x")).unwrap_err();
    assert_eq!(
        error,
        "`round2`: expected a number, or a text that is one, found text \"x\""
    );
}

#[test]
fn what_is_no_chain_is_refused_with_what_is_allowed() {
    let long = "trim|".repeat(300);
    let many = ["trim"; 17].join("|");
    let texts = [
        "",
        " ",
        "|",
        "trim||trim",
        ":5",
        "upercase",
        "UPPERCASE",
        "nonsense",
        "trim:5",
        "scale",
        "scale:",
        "scale:x",
        "scale:\"2",
        "scale:\"2\"x",
        "round:13",
        "round:-1",
        "round:x",
        "split:\"\"",
        "map:a",
        "map:a=b=c",
        "map:a=b,a=c",
        "map:*=a,*=b",
        "map:a=b,",
        "join:\"a\\x\"",
        &long,
        &many,
    ];
    let registry = Registry::standard();
    let lines = texts.map(|text| {
        let error = registry.parse(text).unwrap_err();
        let allowed = error.allowed();
        let allowed = if allowed.len() > 5 {
            format!("{} names", allowed.len())
        } else {
            allowed.join(" ; ")
        };
        format!("{error} [{allowed}]")
    });
    assert_snapshot!(lines.join("\n"));
    let ChainError::Unknown(unknown) = registry.parse("htmltotext").unwrap_err() else {
        panic!()
    };
    assert_eq!(unknown.suggestion.as_deref(), Some("html_to_text"));
    assert!(unknown.allowed.contains(&"round2".to_owned()));
}

#[test]
fn a_null_that_arises_passes_by_the_steps_that_refuse_it() {
    assert_eq!(run("empty_to_null|round2", &json!("")), Ok(json!(null)));
    assert_eq!(
        run("empty_to_null|round2|default:0.00", &json!("")),
        Ok(json!("0.00"))
    );
    assert_eq!(run("map:x=null|uppercase|is:A", &json!("x")), Ok(json!(false)));
    assert!(run("round2", &json!(null)).is_err());
    assert!(run("trim|round2", &json!(null)).is_err());
    assert_eq!(
        chain("round2|default:0.00").apply_to_missing(&NoLinks),
        Ok(json!("0.00"))
    );
    assert_eq!(chain("round2|trim").apply_to_missing(&NoLinks), Ok(json!(null)));
}

#[test]
fn chains_know_about_missing_values_and_comparison() {
    for (text, takes, supplies, compare) in [
        ("direct", false, false, Compare::Auto),
        ("round2", false, false, Compare::Number),
        ("trim", false, false, Compare::Text),
        ("split:,", false, false, Compare::Set),
        ("is:a", true, false, Compare::Auto),
        ("map:null=a", true, false, Compare::Auto),
        ("round2|default:0", true, true, Compare::Number),
        ("const:a", true, true, Compare::Text),
        ("round2|to_str", false, false, Compare::Text),
    ] {
        let chain = chain(text);
        assert_eq!(
            (chain.takes_null(), chain.supplies_missing(), chain.compare()),
            (takes, supplies, compare),
            "{text}"
        );
    }
}

fn reversed(value: &Value) -> Result<Value, TransformError> {
    let text = value
        .as_str()
        .ok_or_else(|| TransformError::new("not reversible"))?;
    Ok(Value::String(text.chars().rev().collect()))
}

#[test]
fn own_transforms_are_used_like_the_others() {
    let mut registry = Registry::standard();
    registry
        .register("reversed", reversed)
        .unwrap()
        .register_with_inverse("mirror", reversed, reversed)
        .unwrap();
    let definition = Definition::with_argument(
        "repeat",
        "text again and again",
        "<count>",
        Inverse::No,
        |argument| {
            let count: usize = argument
                .parse()
                .map_err(|_| format!("`{argument}` is no count"))?;
            Ok(
                Action::new(move |value| Ok(json!(value.as_str().unwrap_or("-").repeat(count))))
                    .on_null(Nulls::Supplies),
            )
        },
    );
    registry.define(definition).unwrap();

    let parse = |text: &str| registry.parse(text).unwrap();
    assert_eq!(
        parse("reversed|uppercase").apply(&json!("ab"), &NoLinks),
        Ok(json!("BA"))
    );
    assert!(parse("reversed").inverse().is_none());
    assert_eq!(
        parse("mirror").inverse().unwrap().apply(&json!("ab"), &NoLinks),
        Ok(json!("ba"))
    );
    assert_eq!(parse("repeat:3").apply_to_missing(&NoLinks), Ok(json!("---")));
    assert_eq!(
        parse("reversed")
            .apply(&json!(5), &NoLinks)
            .unwrap_err()
            .to_string(),
        "`reversed`: not reversible"
    );
    assert_eq!(
        registry.parse("repeat:x").unwrap_err().to_string(),
        "`repeat`: `x` is no count; write `repeat:<count>`"
    );
    let names: Vec<&str> = registry.names().map(|info| info.name.as_str()).collect();
    assert!(names.contains(&"reversed") && names.is_sorted());
}

#[test]
fn a_name_that_is_taken_or_cannot_be_written_is_refused() {
    let mut registry = Registry::standard();
    for name in ["direct", "", "a b", "a|b", "a:b"] {
        assert!(registry.register(name, reversed).is_err(), "{name}");
    }
    let error = registry.register("round2", reversed).unwrap_err();
    assert_eq!(
        error.to_string(),
        "transform `round2` cannot be registered: the name is taken"
    );
}
