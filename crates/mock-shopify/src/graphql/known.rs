//! Documents that were parsed and found valid, kept for the next request with the same text.
//!
//! Clients send the same few documents with other variables, and checking a document costs far more than running it.
//! What is kept depends on the text and the schema alone, so all shops of a process share it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Document;
use apollo_compiler::validation::Valid;

/// A document without mistakes.
pub(super) struct Checked {
    pub(super) ast: Document,
    pub(super) document: Valid<ExecutableDocument>,
}

/// Most documents that are kept. A client with more than these writes its values into the text.
const MOST: usize = 64;
/// Longer texts are not kept.
const LONGEST: usize = 32 * 1024;

static KNOWN: Mutex<BTreeMap<String, Arc<Checked>>> = Mutex::new(BTreeMap::new());

/// The document of this text, if it was kept.
pub(super) fn recall(text: &str) -> Option<Arc<Checked>> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(text).cloned()
}

/// Keeps a document; when there are too many, all others are forgotten.
pub(super) fn keep(text: &str, checked: &Arc<Checked>) {
    if text.len() > LONGEST {
        return;
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(text.to_owned(), Arc::clone(checked));
}
