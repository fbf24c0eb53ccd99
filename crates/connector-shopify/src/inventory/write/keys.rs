//! Keys that make a call happen once.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// A key for this input of these writes. The same key with another input would be an error, and an intent may be sent
/// with another one: what lies there changed meanwhile.
pub(super) fn key<'k>(writes: impl Iterator<Item = &'k str>, input: &str, attempt: usize) -> String {
    let mut digest = Sha256::new();
    for write in writes {
        digest.update(write.len().to_string());
        digest.update(":");
        digest.update(write);
    }
    digest.update("|");
    digest.update(input);
    digest.update(attempt.to_string());
    digest
        .finalize()
        .iter()
        .take(16)
        .fold(String::with_capacity(32), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
