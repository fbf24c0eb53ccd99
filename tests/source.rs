use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// A text file of the project.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the root of the project, with `/` between folders.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl SourceFile {
    /// Whether the name ends with one of these extensions, which have no dot.
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        let own = Path::new(&self.path).extension().and_then(|own| own.to_str());
        own.is_some_and(|own| extensions.contains(&own))
    }
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Every text file of the project in the order of the paths; what `.gitignore` names is left out, and so are files
/// that are no UTF-8.
pub fn source_files() -> Vec<SourceFile> {
    let root = root();
    let walk = WalkBuilder::new(&root)
        .hidden(false)
        .require_git(false)
        .git_global(false)
        .parents(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    let mut files: Vec<SourceFile> = walk
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(&root).ok()?;
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            let text = std::fs::read_to_string(entry.path()).ok()?;
            Some(SourceFile {
                path: parts.join("/"),
                text,
            })
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
