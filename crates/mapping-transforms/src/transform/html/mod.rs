//! HTML to plain text.
//!
//! html5gum takes the HTML apart as browsers do it (entities, unclosed tags, scripts), and its events are written as lines
//! at once. No tree is built and no attributes are kept: with a tree, some tens of thousands of nested elements, or of
//! formatting elements left open, cost minutes or gigabytes. This costs time and memory in proportion to the text.

mod lines;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use serde_json::Value;

use super::text::text_of;
use super::{Action, Definition, TransformError};
use crate::compare::Compare;
use lines::Lines;

/// Longest HTML that is taken, in bytes: what Shopify allows for a description.
pub const MAX_HTML_BYTES: usize = 512 * 1024;

/// Elements whose content is not for people to read. The tokenizer takes it as text up to the end tag.
const HIDDEN: [&str; 8] = [
    "script", "style", "title", "textarea", "iframe", "noembed", "noframe", "noscript",
];

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::plain(
            "html_to_text",
            "HTML as plain text: an empty line between paragraphs, list items with a dash or their number, cells of \
             a table with a tab between, links as their words, no images",
            Action::new(html_to_text).compared_as(Compare::Text),
        ),
        Definition::plain(
            "text_to_html",
            "plain text as HTML: a paragraph for what stands between empty lines; the way back is that of html_to_text",
            Action::new(text_to_html)
                .with_inverse(html_to_text)
                .compared_as(Compare::Text),
        ),
    ]
}

fn text_to_html(value: &Value) -> Result<Value, TransformError> {
    let Some(text) = text_of(value)? else {
        return Ok(Value::Null);
    };
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let paragraphs = lines.split(|line| line.trim().is_empty());
    let html = paragraphs
        .filter(|lines| !lines.is_empty())
        .map(|lines| format!("<p>{}</p>", escaped(&lines.join("\n")).replace('\n', "<br>")));
    Ok(Value::String(html.collect()))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn html_to_text(value: &Value) -> Result<Value, TransformError> {
    let Some(html) = text_of(value)? else {
        return Ok(Value::Null);
    };
    if html.len() > MAX_HTML_BYTES {
        return Err(TransformError::unsuitable(
            &format!("HTML of at most {MAX_HTML_BYTES} bytes"),
            value,
        ));
    }
    let mut page = Page::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        page.event(&event);
        None
    });
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).for_each(drop);
    Ok(Value::String(page.lines.finish()))
}

#[derive(Default)]
struct Page {
    lines: Lines,
    /// Inside an element whose content is not for people to read.
    hidden: bool,
}

impl Page {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                let name = String::from_utf8_lossy(name);
                if HIDDEN.contains(&&*name) {
                    self.hidden = true;
                } else {
                    self.lines.open(&name);
                }
            }
            CallbackEvent::EndTag { name } => {
                let name = String::from_utf8_lossy(name);
                if HIDDEN.contains(&&*name) {
                    self.hidden = false;
                } else {
                    self.lines.close(&name);
                }
            }
            CallbackEvent::String { value } if !self.hidden => {
                self.lines.text(&String::from_utf8_lossy(value));
            }
            _ => {}
        }
    }
}
