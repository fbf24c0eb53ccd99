//! Values in a few words, for messages: never a whole record, never an unbounded text.

use serde_json::Value;

/// Longest text of a value that a message repeats, in characters.
const SHOWN_CHARS: usize = 60;

/// At most this many names are compared when a suggestion is looked for.
const CANDIDATES: usize = 500;

/// Longer names are never suggested and never get a suggestion.
const NAME_CHARS: usize = 64;

/// A value in a few words: `null`, `true`, `number 5`, `text "abc"`, `a list of 3`, `an object with 2 keys`.
pub fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("number {number}"),
        Value::String(text) => format!("text \"{}\"", shorten(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(map) if map.len() == 1 => "an object with 1 key".to_owned(),
        Value::Object(map) => format!("an object with {} keys", map.len()),
    }
}

/// The first characters of a text, control characters escaped, with `…` where something was cut off.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN_CHARS).flat_map(visible).collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        short.push('…');
    }
    short
}

fn visible(c: char) -> Vec<char> {
    if c.is_control() {
        c.escape_default().collect()
    } else {
        vec![c]
    }
}

/// The name that `wanted` was probably meant to be, if one is close enough (letter case aside).
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let length = wanted.chars().count();
    if length > NAME_CHARS {
        return None;
    }
    let lower = wanted.to_lowercase();
    let allowed = (length / 3).clamp(1, 4);
    names
        .into_iter()
        .take(CANDIDATES)
        .filter(|name| name.chars().count() <= NAME_CHARS)
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_described_in_a_few_words() {
        for (value, words) in [
            (json!(null), "null"),
            (json!(false), "false"),
            (json!(2.5), "number 2.5"),
            (json!("a\nb"), r#"text "a\nb""#),
            (json!([1, 2]), "a list of 2"),
            (json!({"a": 1}), "an object with 1 key"),
            (json!({}), "an object with 0 keys"),
        ] {
            assert_eq!(describe(&value), words);
        }
        assert_eq!(
            describe(&json!("x".repeat(5000))).chars().count(),
            "text \"\"".len() + SHOWN_CHARS + 1
        );
    }

    #[test]
    fn only_close_names_are_suggested() {
        let names = ["handle", "title", "vendor"];
        assert_eq!(nearest("handel", names), Some("handle".to_owned()));
        assert_eq!(nearest("Title", names), Some("title".to_owned()));
        assert_eq!(nearest("barcode", names), None);
    }
}
