use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// One recorded exchange.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    /// The file's name without its ending.
    #[serde(skip)]
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) seq: u64,
    pub(crate) protocol: String,
    pub(crate) http_method: String,
    pub(crate) path: String,
    pub(crate) request_headers: BTreeMap<String, String>,
    pub(crate) request_body: String,
    pub(crate) response_status: u16,
    pub(crate) response_headers: BTreeMap<String, String>,
    pub(crate) response_body: String,
    pub(crate) notes: String,
}

/// All cases of a folder, in the order in which they were recorded.
pub(crate) fn load(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut found: Vec<Case> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in &mut found {
            case.file = path.file_stem().unwrap().to_string_lossy().into_owned();
        }
        cases.append(&mut found);
    }
    cases.sort_by_key(|case| case.seq);
    cases
}
