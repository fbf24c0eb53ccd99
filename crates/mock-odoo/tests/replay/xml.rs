//! XML-RPC as nodes, for what Python's library and the server write.

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::node::Node;

/// An element with its text and children.
#[derive(Debug, Default)]
struct Element {
    tag: String,
    text: String,
    children: Vec<Element>,
}

fn element(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => open.push(Element {
                tag: start.name().as_ref().to_owned(),
                ..Element::default()
            }),
            Event::Empty(empty) => open.last_mut()?.children.push(Element {
                tag: empty.name().as_ref().to_owned(),
                ..Element::default()
            }),
            Event::Text(inner) => open.last_mut()?.text.push_str(&inner),
            Event::GeneralRef(name) => {
                let name: &str = &name;
                let text = &mut open.last_mut()?.text;
                match name {
                    "lt" => text.push('<'),
                    "gt" => text.push('>'),
                    "amp" => text.push('&'),
                    "quot" => text.push('"'),
                    "apos" => text.push('\''),
                    code => text.push(char::from_u32(code.strip_prefix('#')?.parse().ok()?)?),
                }
            }
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(done);
            }
            Event::Eof => {
                let mut root = open.pop()?;
                return (open.is_empty() && root.children.len() == 1).then(|| root.children.remove(0));
            }
            _ => {}
        }
    }
}

fn child<'e>(element: &'e Element, tag: &str) -> Option<&'e Element> {
    element.children.iter().find(|c| c.tag == tag)
}

fn value(element: &Element) -> Option<Node> {
    let Some(typed) = element.children.first() else {
        return Some(Node::Text(element.text.clone()));
    };
    Some(match typed.tag.as_str() {
        "int" | "i4" | "i8" => Node::Int(typed.text.trim().parse().ok()?),
        "boolean" => Node::Bool(typed.text.trim() == "1"),
        "double" => Node::Float(typed.text.trim().parse().ok()?),
        "string" => Node::Text(typed.text.clone()),
        "nil" => Node::Null,
        "array" => Node::List(
            child(typed, "data")?
                .children
                .iter()
                .map(value)
                .collect::<Option<_>>()?,
        ),
        "struct" => Node::Dict(
            typed
                .children
                .iter()
                .map(|m| Some((child(m, "name")?.text.clone(), value(child(m, "value")?)?)))
                .collect::<Option<_>>()?,
        ),
        tag => Node::Tagged(tag.to_owned(), typed.text.clone()),
    })
}

fn params(call: &Element) -> Option<Vec<Node>> {
    child(call, "params")?
        .children
        .iter()
        .map(|param| value(child(param, "value")?))
        .collect()
}

/// A request's method and parameters; `None` for what is no plain call.
pub(crate) fn request(text: &str) -> Option<(String, Vec<Node>)> {
    let call = element(text)?;
    Some((child(&call, "methodName")?.text.clone(), params(&call)?))
}

/// A response's value, or its fault as a dict.
pub(crate) fn response(text: &str) -> Option<Result<Node, Node>> {
    let answer = element(text)?;
    if let Some(fault) = child(&answer, "fault") {
        return value(child(fault, "value")?).map(Err);
    }
    params(&answer)?.into_iter().next().map(Ok)
}

/// A request's text.
pub(crate) fn write(method: &str, params: &[Node]) -> String {
    let mut out =
        format!("<?xml version='1.0'?>\n<methodCall>\n<methodName>{method}</methodName>\n<params>\n");
    for param in params {
        out.push_str("<param>\n");
        put(param, &mut out);
        out.push_str("</param>\n");
    }
    out.push_str("</params>\n</methodCall>\n");
    out
}

fn put(node: &Node, out: &mut String) {
    let escape = |text: &str| quick_xml::escape::partial_escape(text).into_owned();
    out.push_str("<value>");
    match node {
        Node::Null => out.push_str("<nil/>"),
        Node::Bool(v) => write!(out, "<boolean>{}</boolean>", i32::from(*v)).unwrap(),
        Node::Int(v) => write!(out, "<int>{v}</int>").unwrap(),
        Node::Float(v) => write!(out, "<double>{v:?}</double>").unwrap(),
        Node::Text(v) => write!(out, "<string>{}</string>", escape(v)).unwrap(),
        Node::Tagged(tag, v) => write!(out, "<{tag}>{}</{tag}>", escape(v)).unwrap(),
        Node::List(items) => {
            out.push_str("<array><data>\n");
            for item in items {
                put(item, out);
            }
            out.push_str("</data></array>");
        }
        Node::Dict(pairs) => {
            out.push_str("<struct>\n");
            for (key, item) in pairs {
                write!(out, "<member>\n<name>{}</name>\n", escape(key)).unwrap();
                put(item, out);
                out.push_str("</member>\n");
            }
            out.push_str("</struct>");
        }
    }
    out.push_str("</value>\n");
}
