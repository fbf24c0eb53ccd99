//! The text of a chain.
//!
//! ```text
//! chain    = step *( "|" step )
//! step     = name [ ":" argument ]
//! argument = words, or for `map:` pairs: key "=" value *( "," key "=" value )
//! ```
//!
//! Blanks around names, arguments, keys and values do not count. What has `|` in it, or blanks at its ends, or is
//! empty, is written in double quotes (`join:" | "`); inside, `\"` and `\\` stand for `"` and `\`.

/// Name and raw argument of each step.
pub(super) fn steps(text: &str) -> Result<Vec<(String, Option<String>)>, String> {
    pieces(text, '|')?
        .into_iter()
        .map(|piece| {
            let (name, argument) = match piece.split_once(':') {
                Some((name, argument)) => (name, Some(argument.trim().to_owned())),
                None => (piece, None),
            };
            match name.trim() {
                "" => Err("a step has no name".to_owned()),
                name => Ok((name.to_owned(), argument)),
            }
        })
        .collect()
}

/// An argument that is one text.
pub(super) fn one(raw: &str) -> Result<String, String> {
    let raw = raw.trim();
    let Some(inner) = raw.strip_prefix('"') else {
        return Ok(raw.to_owned());
    };
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' if chars.as_str().is_empty() => return Ok(text),
            '"' => return Err(format!("`{}` after the closing quote", chars.as_str())),
            '\\' => match chars.next() {
                Some(escaped @ ('"' | '\\')) => text.push(escaped),
                _ => return Err("`\\` stands before `\"` or `\\` only".to_owned()),
            },
            c => text.push(c),
        }
    }
    Err("a quote is not closed".to_owned())
}

/// An argument that is a list of pairs, in the order as written.
pub(super) fn pairs(raw: &str) -> Result<Vec<(String, String)>, String> {
    pieces(raw, ',')?
        .into_iter()
        .map(|piece| match pieces(piece, '=')?.as_slice() {
            [key, value] => Ok((one(key)?, one(value)?)),
            _ => Err(format!("`{}` is no `key=value`", piece.trim())),
        })
        .collect()
}

/// Splits at a delimiter outside quotes. A quote opens only where a name, key, value or argument begins.
fn pieces(text: &str, delimiter: char) -> Result<Vec<&str>, String> {
    let mut pieces = Vec::new();
    let (mut start, mut fresh, mut quoted, mut escaped) = (0, true, false, false);
    for (at, c) in text.char_indices() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        if c == delimiter {
            pieces.push(text.get(start..at).unwrap_or_default());
            start = at + c.len_utf8();
        }
        quoted = fresh && c == '"';
        fresh = matches!(c, '|' | ':' | ',' | '=') || c == delimiter || (fresh && c.is_whitespace());
    }
    if quoted {
        return Err("a quote is not closed".to_owned());
    }
    pieces.push(text.get(start..).unwrap_or_default());
    Ok(pieces)
}
