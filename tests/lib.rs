//! Scenarios, end-to-end and house-keeping tests.
//!
//! This library holds what the tests share; the tests themselves are the targets of the package.

mod source;

pub use source::{SourceFile, root, source_files};
