//! Habits of the house that a compiler does not check.

use std::path::Path;

use house_tests::{SourceFile, root, source_files};
use pulldown_cmark::{Event, Parser, Tag};

const MOST_LINES: usize = 600;

/// Words that may not stand in Rust sources. In pieces, so that this file is none of its own findings.
const UNWANTED: &[(&str, &str)] = &[
    (
        concat!("#[al", "low("),
        "name the lint with #[expect(lint, reason = \"...\")]",
    ),
    (
        concat!("#![al", "low("),
        "name the lint with #![expect(lint, reason = \"...\")]",
    ),
    (concat!("to", "do!("), "finish it"),
    (concat!("unimple", "mented!("), "finish it"),
];

/// How paths begin that exist on one machine only. In pieces for the same reason.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers"),
    concat!("/t", "mp/"),
];

fn refuse(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

fn lines_with<'f>(file: &'f SourceFile, word: &str) -> impl Iterator<Item = usize> + use<'f> {
    let word = word.to_owned();
    let lines = file.text.lines().enumerate();
    lines
        .filter(move |(_, line)| line.contains(&word))
        .map(|(at, _)| at + 1)
}

#[test]
fn no_source_file_is_long() {
    let files = source_files();
    let sources = files
        .iter()
        .filter(|file| file.has_extension(&["rs", "js", "css"]));
    let long = sources.filter(|file| file.text.lines().count() > MOST_LINES);
    let findings: Vec<String> = long
        .map(|file| {
            format!(
                "{}: {} lines, {MOST_LINES} at most",
                file.path,
                file.text.lines().count()
            )
        })
        .collect();
    refuse(&findings);
}

#[test]
fn nothing_is_left_unfinished_or_silenced() {
    let mut findings = Vec::new();
    for file in source_files().iter().filter(|file| file.has_extension(&["rs"])) {
        for (word, advice) in UNWANTED {
            findings.extend(
                lines_with(file, word).map(|line| format!("{}:{line}: `{word}`: {advice}", file.path)),
            );
        }
    }
    refuse(&findings);
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    let mut findings = Vec::new();
    for file in &source_files() {
        for path in MACHINE_PATHS {
            findings.extend(lines_with(file, path).map(|line| format!("{}:{line}: {path}", file.path)));
        }
    }
    refuse(&findings);
}

#[test]
fn paths_named_in_the_docs_exist() {
    let files = source_files();
    let mut findings = Vec::new();
    for doc in files.iter().filter(|file| is_doc(&file.path)) {
        for path in paths_in(&doc.text) {
            if !exists(&path, &doc.path, &files) {
                findings.push(format!("{}: `{path}` does not exist", doc.path));
            }
        }
    }
    refuse(&findings);
}

fn is_doc(path: &str) -> bool {
    let in_docs = path.starts_with("docs/") || !path.contains('/');
    in_docs
        && Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "md")
}

/// Links to files and inline code that looks like a path. Blocks of code are left out: they show commands, and
/// files that come into being when these run.
fn paths_in(markdown: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Code(code) if looks_like_path(&code) => paths.push(code.to_string()),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let file = dest_url.split('#').next().unwrap_or_default();
                if !file.is_empty() && !file.contains(':') {
                    paths.push(file.to_owned());
                }
            }
            _ => {}
        }
    }
    paths
}

/// Endings that make a word without a slash a file name.
const FILE_ENDINGS: &[&str] = &[
    "rs", "js", "css", "html", "toml", "lock", "md", "sh", "sql", "graphql", "json", "yaml", "yml",
];

fn looks_like_path(code: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if !code.chars().all(plain) || code.starts_with(['/', '-']) || code.starts_with("instance/") {
        return false;
    }
    let ending = Path::new(code).extension().and_then(|ending| ending.to_str());
    let is_file = ending.is_some_and(|ending| FILE_ENDINGS.contains(&ending));
    let first = code.split('/').next().unwrap_or_default();
    is_file || code.ends_with('/') || (code.contains('/') && root().join(first).exists())
}

fn exists(path: &str, doc: &str, files: &[SourceFile]) -> bool {
    let folder = Path::new(doc).parent().unwrap_or(Path::new(""));
    let is_there = root().join(path).exists() || root().join(folder).join(path).exists();
    let ends_with_it = |file: &SourceFile| Path::new(&file.path).ends_with(path);
    is_there || (!path.contains('/') && files.iter().any(ends_with_it))
}

#[test]
fn paths_are_told_from_other_code() {
    for path in [
        "crates/wire/",
        "docs/ARCHITECTURE.md",
        "clippy.toml",
        "tests/run",
        "nowhere/at/all.rs",
    ] {
        assert!(looks_like_path(path), "{path}");
    }
    for code in [
        "application/json",
        "/api/jobs",
        "cargo run",
        "instance/sync.db",
        "variants.0.price",
        "a <- b",
    ] {
        assert!(!looks_like_path(code), "{code}");
    }
    assert_eq!(
        paths_in("[a](docs/a.md#x) [b](https://x.example) `c.rs` `d`"),
        ["docs/a.md", "c.rs"]
    );
    assert!(!exists("nowhere/at/all.rs", "README.md", &[]));
}
