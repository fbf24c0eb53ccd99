use insta::assert_snapshot;
use mapping_transforms::MAX_HTML_BYTES;
use serde_json::json;

use crate::run;

fn text(html: &str) -> String {
    run("html_to_text", &json!(html))
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_description_becomes_lines() {
    assert_snapshot!(text(
        "<h2>Soft &amp; warm</h2><p>A  <b>good</b>\n shirt.&nbsp;Really.<br>Yes<br><br/>No</p>\
         <ul><li>one</li><li><p>two</p></li><li>three<ol><li>x<li>y</ol></li><li></li></ul>\
         <table><tr><th>S</th><th>M</th></tr><tr><td>10</td><td>20</td></tr></table>\
         <script>alert('<p>x')</script><style>p{}</style><!-- a <p>comment</p> -->\
         <p>1 &lt; 2 &#x1F600;&#1; <a href=\"https://example.com\">link</a> <img src=x alt=y></p>\
         <div>Größe:<div>日本語</div></div><pre>a\n  b</pre>tail"
    ));
}

#[test]
fn odd_html_is_read_as_browsers_do() {
    for (html, expected) in [
        ("", ""),
        ("plain text", "plain text"),
        ("  a \r\n b  ", "a b"),
        ("a < b && c > d", "a < b && c > d"),
        ("<p>a<p>b", "a\n\nb"),
        ("a</p></div></ul>b", "a\n\nb"),
        ("a<b", "a"),
        ("<p>&nbsp;</p><p>&nbsp;</p>a", "a"),
        ("a<p>&nbsp;</p><p> </p>b", "a\n\nb"),
        ("<b>a</b>b <i> c</i>", "ab c"),
        ("<ul><li><li>a</ul>", "- a"),
        ("<li>a<li>b", "- a\n- b"),
        ("a<script>b</script>c<style>d</style><title>e</title>f", "acf"),
        ("a<script>b", "a"),
        ("<![CDATA[x]]>a", "a"),
        (
            "&amp;lt;p&amp;gt; &eacute; &notanentity; &#0;",
            "&lt;p&gt; é ¬anentity; \u{fffd}",
        ),
        ("a\u{0}\u{7}b\u{fffe}c", "abc"),
        ("<pre>&a;<p> \n&a;", "&a;\n\n&a;"),
        ("<pre>a\n\n\n\nb</pre>", "a\n\nb"),
    ] {
        assert_eq!(text(html), expected, "{html}");
    }
}

#[test]
fn hostile_html_costs_no_more_than_its_size() {
    let of = |piece: &str| piece.repeat(MAX_HTML_BYTES / piece.len());
    for piece in [
        "<div>",
        "<b><p>",
        "<ul><li>",
        "<table><td>",
        "<a><b></a>",
        "<hr>",
        "&",
        "<",
        "<!--",
        "<pre>\n",
        "<x a=1 b='>'",
    ] {
        run("html_to_text", &json!(of(piece))).unwrap();
    }
    let attributes: Vec<String> = (0..60_000).map(|number| format!("a{number:05}")).collect();
    assert_eq!(text(&format!("<p {}>x", attributes.join(" "))), "x");
    let error = run("html_to_text", &json!("x".repeat(MAX_HTML_BYTES + 1))).unwrap_err();
    assert!(error.starts_with("`html_to_text`: expected HTML of at most 524288 bytes, found text"));
    assert!(error.len() < 200);
}

#[test]
fn text_becomes_paragraphs_and_text_again() {
    for (text, html) in [
        ("by the door", "<p>by the door</p>"),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("one\ntwo\n\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("\n", ""),
        ("", ""),
    ] {
        assert_eq!(run("text_to_html", &json!(text)), Ok(json!(html)), "{text:?}");
    }
    let chain = crate::chain("text_to_html").inverse().unwrap();
    for text in [
        "by the door",
        "a < b & c > d",
        "one\ntwo\n\nthree",
        "<script>x</script>",
    ] {
        let html = run("text_to_html", &json!(text)).unwrap();
        assert_eq!(
            chain.apply(&html, &mapping_transforms::NoLinks).unwrap(),
            json!(text)
        );
    }
}
