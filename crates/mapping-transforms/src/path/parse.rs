//! Text to path.

use std::str::FromStr;

use super::{FieldPath, MAX_INDEX, MAX_PATH_CHARS, MAX_SEGMENTS, PathParseError, Segment};

impl FromStr for FieldPath {
    type Err = PathParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let chars: Vec<char> = text.chars().take(MAX_PATH_CHARS + 1).collect();
        let fail = |(at, problem): Failure| PathParseError::new(text, at, problem);
        if chars.len() > MAX_PATH_CHARS {
            return Err(fail((
                MAX_PATH_CHARS,
                format!("longer than {MAX_PATH_CHARS} characters"),
            )));
        }
        let mut segments = Vec::new();
        let mut at = 0;
        loop {
            if segments.len() == MAX_SEGMENTS {
                return Err(fail((at, format!("more than {MAX_SEGMENTS} segments"))));
            }
            let (segment, end) = segment(&chars, at).map_err(fail)?;
            segments.push(segment);
            match chars.get(end) {
                None => return Ok(Self { segments }),
                Some('.') => at = end + 1,
                Some(other) => return Err(fail((end, format!("`{other}` after the closing quote")))),
            }
        }
    }
}

/// Where it went wrong (characters from the start), and what was wrong.
type Failure = (usize, String);

/// The segment that starts at `start`, and where it ends.
fn segment(chars: &[char], start: usize) -> Result<(Segment, usize), Failure> {
    if chars.get(start) == Some(&'"') {
        return quoted(chars, start);
    }
    let rest = chars.get(start..).unwrap_or_default();
    let length = rest.iter().position(|c| *c == '.').unwrap_or(rest.len());
    let word: String = rest.iter().take(length).collect();
    let end = start + length;
    if word.is_empty() {
        return Err((start, "a segment is empty".to_owned()));
    }
    if word == "*" {
        return Ok((Segment::Each, end));
    }
    if is_integer(&word) {
        return index(&word)
            .map(|segment| (segment, end))
            .map_err(|problem| (start, problem));
    }
    if let Some((offset, c)) = word.chars().enumerate().find(|(_, c)| !is_key_char(*c)) {
        return Err((start + offset, refusal(c)));
    }
    Ok((Segment::Key(word), end))
}

fn refusal(c: char) -> String {
    match c {
        '[' | ']' => "brackets are not used here; write an index as `.0`".to_owned(),
        '*' => "`*` stands alone between dots".to_owned(),
        '"' => "a quote stands at the start of a segment".to_owned(),
        c if c.is_control() => format!("control character {}", c.escape_default()),
        c => format!("a key with `{c}` has to be in quotes"),
    }
}

fn quoted(chars: &[char], start: usize) -> Result<(Segment, usize), Failure> {
    let mut key = String::new();
    let mut at = start + 1;
    while let Some(c) = chars.get(at) {
        match c {
            '"' => return Ok((Segment::Key(key), at + 1)),
            '\\' => match chars.get(at + 1) {
                Some(escaped @ ('"' | '\\')) => {
                    key.push(*escaped);
                    at += 2;
                }
                _ => return Err((at, "`\\` stands before `\"` or `\\` only".to_owned())),
            },
            c if c.is_control() => return Err((at, refusal(*c))),
            c => {
                key.push(*c);
                at += 1;
            }
        }
    }
    Err((start, "the quote is not closed".to_owned()))
}

fn index(word: &str) -> Result<Segment, String> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let from_end = digits.len() < word.len();
    if digits.starts_with('0') && (digits.len() > 1 || from_end) {
        return Err("an index has no leading zero; write a key of digits in quotes".to_owned());
    }
    match digits.parse::<usize>() {
        Ok(number) if number <= MAX_INDEX && from_end => Ok(Segment::FromEnd(number)),
        Ok(number) if number <= MAX_INDEX => Ok(Segment::Index(number)),
        _ => Err(format!(
            "an index is at most {MAX_INDEX}; write a key of digits in quotes"
        )),
    }
}

fn is_integer(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_key_char(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || matches!(c, '.' | '*' | '"' | '\\' | '[' | ']'))
}

/// Whether a key is written without quotes.
pub(super) fn is_bare(key: &str) -> bool {
    !key.is_empty() && !is_integer(key) && key.chars().all(is_key_char)
}
