//! Every scenario file in `files` is played, and its transcript is compared with the one beside it. A new file is a new
//! test; `INSTA_UPDATE=always` writes its transcript down, and then somebody has to read it.

use std::path::{Path, PathBuf};

use crate::act::Stage;
use crate::file::Scenario;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/files");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn play(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let scenario: Scenario =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_stem().unwrap().to_str().unwrap();
    let told = Stage::play(&scenario);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.parent().unwrap());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, told));
}

#[test]
fn every_scenario_goes_as_written() {
    let only = std::env::var("SCENARIO").ok();
    let mut failed = Vec::new();
    for path in files() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        if std::panic::catch_unwind(|| play(&path)).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "scenarios that went another way: {failed:?}");
}
