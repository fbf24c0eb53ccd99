//! html fields: what the server keeps of what it is given.

/// Elements that stand for themselves; anything else is wrapped in a paragraph.
const BLOCKS: [&str; 14] = [
    "p",
    "div",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "blockquote",
    "pre",
    "section",
];

/// Removes what is not safe and wraps bare text in `<p>`, as the ORM's sanitiser does.
pub(crate) fn sanitize(html: &str) -> String {
    if html.trim().is_empty() {
        return html.to_owned();
    }
    let mut builder = ammonia::Builder::default();
    builder
        .add_generic_attributes(["style", "class", "id", "title", "data-oe-model"])
        .add_tags(["section", "font", "figure", "button", "iframe", "label"])
        .link_rel(None);
    let clean = builder.clean(html).to_string();
    let first = clean.trim_start().strip_prefix('<').map(|rest| {
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        name.to_ascii_lowercase()
    });
    match first {
        Some(name) if BLOCKS.contains(&name.as_str()) => clean,
        _ => format!("<p>{clean}</p>"),
    }
}

#[cfg(test)]
mod tests {
    use super::sanitize;

    #[test]
    fn scripts_go_and_text_gets_a_paragraph() {
        assert_eq!(sanitize("hi <b>b</b><script>x()</script>"), "<p>hi <b>b</b></p>");
        assert_eq!(sanitize("<p>a</p><p>b</p>"), "<p>a</p><p>b</p>");
        assert_eq!(sanitize("c3"), "<p>c3</p>");
        assert_eq!(sanitize(""), "");
    }
}
