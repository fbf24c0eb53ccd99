//! How alike two answers are.

use crate::node::Node;

/// From best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    Equal,
    Shape,
    Different,
}

/// A likeness and the first place that spoils it.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub(crate) likeness: Likeness,
    pub(crate) places: Vec<String>,
}

impl Verdict {
    pub(crate) fn equal() -> Self {
        Self {
            likeness: Likeness::Equal,
            places: Vec::new(),
        }
    }

    pub(crate) fn note(&mut self, likeness: Likeness, place: impl AsRef<str>) {
        self.likeness = self.likeness.max(likeness);
        self.places.push(format!("{likeness:?} {}", place.as_ref()));
    }
}

/// Whether two texts are dates of one form, at most an hour apart.
pub(crate) fn near(a: &str, b: &str) -> bool {
    let parse = |text: &str| -> Option<jiff::civil::DateTime> {
        (text.len() >= 19 && text.is_ascii())
            .then(|| text.replace(' ', "T").parse().ok())
            .flatten()
    };
    match (parse(a), parse(b)) {
        (Some(x), Some(y)) => a.len() == b.len() && x.duration_since(y).as_secs().abs() <= 3600,
        _ => false,
    }
}

/// A text whose counted names (`S00012`, `WH/OUT/00003`) lost their numbers.
fn uncounted(text: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let digits = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let before = at.checked_sub(1).and_then(|n| chars.get(n));
        if digits == 5 && before.is_some_and(|c| matches!(c, 'S' | '/')) {
            out.push('#');
            at += 5;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// Texts that say the same: dates near each other, counted names of one series.
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    a == b || near(a, b) || uncounted(a) == uncounted(b)
}

fn kind(node: &Node) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "bool",
        Node::Int(_) => "int",
        Node::Float(_) => "float",
        Node::Text(_) => "text",
        Node::Tagged(..) => "tagged",
        Node::List(_) => "list",
        Node::Dict(_) => "dict",
    }
}

/// Compares an expected with an actual value, place by place.
pub(crate) fn values(expected: &Node, actual: &Node, path: &str, verdict: &mut Verdict) {
    match (expected, actual) {
        (Node::Text(a), Node::Text(b)) => {
            if !same_text(a, b) {
                verdict.note(Likeness::Shape, format!("{path}: {a:?} is {b:?}"));
            }
        }
        (Node::List(a), Node::List(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                values(a, b, &format!("{path}/{n}"), verdict);
            }
        }
        (Node::List(a), Node::List(b)) => lists(a, b, path, verdict),
        (Node::Dict(a), Node::Dict(b)) => dicts(a, b, path, verdict),
        (a, b) if kind(a) != kind(b) => {
            verdict.note(Likeness::Different, format!("{path}: {a:?} is {b:?}"));
        }
        (a, b) => {
            if a != b {
                verdict.note(Likeness::Shape, format!("{path}: {a:?} is {b:?}"));
            }
        }
    }
}

/// Lists of different length: every element must look like one of the expected.
fn lists(a: &[Node], b: &[Node], path: &str, verdict: &mut Verdict) {
    verdict.note(
        Likeness::Shape,
        format!("{path}: {} elements are {}", a.len(), b.len()),
    );
    if a.is_empty() || b.is_empty() {
        return;
    }
    for (n, item) in b.iter().enumerate() {
        let best = a
            .iter()
            .map(|other| {
                let mut inner = Verdict::equal();
                values(other, item, "", &mut inner);
                inner.likeness
            })
            .min();
        if best == Some(Likeness::Different) {
            verdict.note(
                Likeness::Different,
                format!("{path}/{n}: no such element: {item:?}"),
            );
            return;
        }
    }
}

fn dicts(a: &[(String, Node)], b: &[(String, Node)], path: &str, verdict: &mut Verdict) {
    let names = |pairs: &[(String, Node)]| pairs.iter().map(|(k, _)| k.clone()).collect::<Vec<_>>();
    let (old, new) = (names(a), names(b));
    if old != new {
        let missing: Vec<&String> = old.iter().filter(|k| !new.contains(k)).collect();
        let extra: Vec<&String> = new.iter().filter(|k| !old.contains(k)).collect();
        let what = if missing.is_empty() && extra.is_empty() {
            format!("keys in another order: {new:?}")
        } else {
            format!("keys missing {missing:?}, extra {extra:?}")
        };
        verdict.note(Likeness::Different, format!("{path}: {what}"));
    }
    for (key, value) in a {
        if let Some((_, other)) = b.iter().find(|(k, _)| k == key) {
            values(value, other, &format!("{path}/{key}"), verdict);
        }
    }
}

/// The last exception of a traceback: its class and message.
pub(crate) fn last_exception(text: &str) -> String {
    const HEAD: &str = "Traceback (most recent call last):\n";
    let Some(at) = text.rfind(HEAD) else {
        return text.to_owned();
    };
    let tail: Vec<&str> = text[at + HEAD.len()..]
        .lines()
        .skip_while(|line| line.starts_with("  "))
        .collect();
    let text = tail.join("\n");
    // The statement that the database shows is its own business.
    let text = match text.split_once("\nLINE 1: ") {
        Some((head, _)) => head.to_owned(),
        None => text,
    };
    text.trim_end().to_owned()
}
