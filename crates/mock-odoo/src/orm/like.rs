//! SQL's `LIKE`.

/// Whether a text matches a pattern with `%` (any run) and `_` (any character); `\` escapes.
pub(crate) fn matches(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern = parse(pattern);
    // Greedy with one point to go back to: the last `%`.
    let (mut t, mut p) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some(Part::Run), _) => {
                back = Some((p, t));
                p += 1;
                continue;
            }
            (Some(Part::Any), _) => {
                t += 1;
                p += 1;
                continue;
            }
            (Some(Part::Char(a)), Some(b)) if a == b => {
                t += 1;
                p += 1;
                continue;
            }
            _ => {}
        }
        match back {
            Some((run, start)) => {
                back = Some((run, start + 1));
                p = run + 1;
                t = start + 1;
            }
            None => return false,
        }
    }
    pattern
        .get(p..)
        .unwrap_or_default()
        .iter()
        .all(|part| *part == Part::Run)
}

#[derive(Debug, PartialEq)]
enum Part {
    Run,
    Any,
    Char(char),
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '%' => Part::Run,
            '_' => Part::Any,
            '\\' => Part::Char(chars.next().unwrap_or('\\')),
            c => Part::Char(c),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::matches;
    use proptest::prelude::*;

    #[test]
    fn wildcards() {
        for (text, pattern, expected) in [
            ("Widget 01", "Widget_0%", true),
            ("100% cotton_shirt", "%100\\% cot%", true),
            ("LAB-001", "LAB-%", true),
            ("xLAB-001", "LAB-%", false),
            ("", "%", true),
            ("", "_", false),
            ("abcabd", "%abd", true),
            ("aXbXc", "a%b%c", true),
        ] {
            assert_eq!(matches(text, pattern), expected, "{text} {pattern}");
        }
    }

    proptest! {
        #[test]
        fn a_text_matches_itself_and_any_part_between_wildcards(text in "[a-c%_]{0,12}", from in 0usize..6, len in 0usize..6) {
            let escaped = |s: &str| s.replace('%', "\\%").replace('_', "\\_");
            prop_assert!(matches(&text, &escaped(&text)));
            let part: String = text.chars().skip(from).take(len).collect();
            let pattern = format!("%{}%", escaped(&part));
            prop_assert!(matches(&text, &pattern));
        }
    }
}
