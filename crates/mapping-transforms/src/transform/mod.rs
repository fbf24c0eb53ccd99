//! Transforms: named pure functions on a value, one file per small family, and the chains that rules are made of.
//!
//! Every transform says whether it has an inverse. Where it loses something (`round2`, `trim`, `to_str`), the inverse
//! restores a value of the right kind, and only what the transform drops anyway stays lost; where that would not do
//! (`uppercase`, `html_to_text`, `is:`), there is none.
//!
//! What null does: transforms on numbers refuse it (never a silent 0); transforms on text, lists and references leave it
//! null; `default:` and `const:` put something in its place; `is:` and `is_not:` answer a boolean. In a chain, a null
//! that *arises* (`empty_to_null`) passes by the following steps up to one that takes nulls.
//! Odoo shows empty fields as `false`: text and reference transforms take that as null.

mod chain;
mod choice;
mod definition;
mod error;
mod grammar;
mod html;
mod link;
mod list;
mod number;
mod registry;
mod tax;
mod text;
mod time;

pub use chain::{Chain, ChainError, UnknownTransform};
pub use definition::{Action, Definition, Inverse, Nulls, TransformInfo};
pub use error::TransformError;
pub use html::MAX_HTML_BYTES;
pub(crate) use link::id_of;
pub use link::{Lookup, NoLinks};
pub use registry::{RegisterError, Registry};
