//! Parts of an answer: its body, its headers, its page.

use std::collections::BTreeSet;

use wire::WireResponse;

use crate::case::Case;
use crate::compare::{Likeness, Verdict};
use crate::node::Node;
use crate::xml;

/// The length of a body whose trailing blanks were left out of the recording.
pub(crate) fn padded(notes: &str) -> Option<usize> {
    let (_, rest) = notes.split_once("request body cut to ")?;
    let (length, what) = rest.split_once(" of ")?.1.split_once(':')?;
    what.contains("trailing blanks")
        .then(|| length.parse().ok())
        .flatten()
}

/// JSON as Python writes it when it may use all characters.
pub(crate) fn spaced(node: &Node) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match node {
        Node::List(items) => format!("[{}]", list(items.iter().map(spaced).collect())),
        Node::Dict(pairs) => format!(
            "{{{}}}",
            list(
                pairs
                    .iter()
                    .map(|(k, v)| format!("{}: {}", Node::Text(k.clone()).to_json(), spaced(v)))
                    .collect()
            )
        ),
        other => other.to_json(),
    }
}

pub(crate) fn cut(text: &str) -> String {
    text.chars().take(300).collect()
}

/// Without the statement that a database error quotes.
pub(crate) fn statement_cut(text: &str) -> String {
    text.split("\nLINE 1: ")
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_owned()
}

pub(crate) fn flat(node: &Node, path: &str, out: &mut Vec<(String, String)>) {
    match node {
        Node::Dict(pairs) => pairs
            .iter()
            .for_each(|(k, v)| flat(v, &format!("{path}/{k}"), out)),
        Node::List(items) => {
            for (n, item) in items.iter().enumerate() {
                flat(item, &format!("{path}/{n}"), out);
            }
        }
        Node::Text(text) => out.push((path.to_owned(), text.clone())),
        other => out.push((path.to_owned(), other.to_json())),
    }
}

/// A body's value or fault; `None` for a page.
pub(crate) fn answer(body: &str) -> Option<Result<Node, Node>> {
    if body.starts_with("<?xml") {
        return xml::response(body);
    }
    let node = Node::json(body)?;
    if let Some(error) = node.get("error") {
        return Some(Err(error.clone()));
    }
    if node.get("jsonrpc").is_some() {
        return Some(Ok(node
            .get("result")
            .cloned()
            .unwrap_or(Node::Text("no result".to_owned()))));
    }
    Some(Ok(node))
}

pub(crate) fn headers(case: &Case, response: &WireResponse, verdict: &mut Verdict) {
    for (name, value) in &case.response_headers {
        let all: Vec<&str> = response
            .headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
            .collect();
        let all = all.join(", ");
        let given = (!all.is_empty()).then_some(all.as_str());
        let fine = match name.as_str() {
            "Content-Length" => given
                .is_some_and(|g| g.parse().ok() == Some(response.body.len()) || case.http_method == "HEAD"),
            "Set-Cookie" => given.is_some_and(|g| cookies(g) == cookies(value)),
            "Date" | "Server" => true,
            _ => given == Some(value.as_str()),
        };
        if !fine {
            verdict.note(
                Likeness::Different,
                format!("header {name}: {value:?} is {given:?}"),
            );
        }
    }
}

/// The names of cookies that are set, and how long each is kept.
pub(crate) fn cookies(header: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for part in header.split([',', ';']).map(str::trim) {
        if part.starts_with("session_id=") || part.starts_with("cids=") || part.starts_with("frontend_lang=")
        {
            names.insert(part.split('=').next().unwrap_or_default().to_owned());
        } else if part.starts_with("Max-Age=") {
            names.insert(part.to_owned());
        }
    }
    names
}

/// Pages: their title and heading count.
pub(crate) fn pages(recorded: &str, simulated: &str, verdict: &mut Verdict) {
    if recorded.trim_end() == simulated.trim_end() {
        return;
    }
    let title = |text: &str| {
        let at = text.find("<title>").map(|at| at + 7);
        at.and_then(|at| text.get(at..))
            .and_then(|t| t.split('<').next())
            .unwrap_or(text)
            .trim()
            .to_owned()
    };
    let (a, b) = (title(recorded), title(simulated));
    let likeness = if a == b {
        Likeness::Shape
    } else {
        Likeness::Different
    };
    verdict.note(
        likeness,
        format!("page {:?} is {:?}", cut(recorded), cut(simulated)),
    );
}
