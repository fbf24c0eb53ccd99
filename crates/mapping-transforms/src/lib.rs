//! Field paths, mapping rules and transforms: pure values, without input, output or a clock.
//!
//! A [`Mapping`] says that a field of a Shopify record is a field of an Odoo record, by two [`FieldPath`]s and a chain of
//! transforms from a [`Registry`]. A [`RuleSet`] is the rules of one record type, compiled and checked; it maps a record of
//! one side to a flat list of [`Mapped`] values, tells what a record of the other side shows for the same rules, and
//! whether the two are the same. Elements of lists (variants, order lines) that are records of their own
//! are paired by their links, never by position.
//!
//! ```
//! use mapping_transforms::{ChildRule, Mapping, NoLinks, Registry, RuleSet, Side, build_target};
//! use serde_json::json;
//!
//! let rules = [
//!     Mapping::new("product", "title".parse()?, "name".parse()?, "direct"),
//!     Mapping::new("product", "variants.0.price".parse()?, "list_price".parse()?, "round2"),
//!     Mapping::new("product", "variants.*.sku".parse()?, "product_variant_ids.*.default_code".parse()?, "trim"),
//! ];
//! let variants = ChildRule::new("variant", "variants".parse()?, "product_variant_ids".parse()?);
//! let set = RuleSet::compile(&rules, vec![variants], &Registry::standard()).expect("the rules are fine");
//!
//! let product = json!({"id": 1, "title": "Shirt", "variants": [{"id": 11, "sku": "S-1 ", "price": "2.675"}]});
//! let (mapped, problems) = set.apply(Side::Shopify, &product, &NoLinks);
//! assert!(problems.is_empty());
//! assert_eq!(
//!     build_target(&mapped)?,
//!     json!({
//!         "name": "Shirt",
//!         "list_price": "2.68",
//!         "product_variant_ids": [{"@source": "variant/11", "default_code": "S-1"}],
//!     })
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What values look like: money and quantities are decimal **text** (see [`decimal_of`]), times are text, an empty field
//! is null. How values of two systems are compared is said at [`same_value`].

mod compare;
mod decimal;
mod describe;
mod mapping;
mod path;
mod ruleset;
mod transform;

pub use compare::{Compare, same_value};
pub use decimal::decimal_of;
pub use describe::describe;
pub use mapping::{Mapping, MappingDraft, OnMissing, RuleDirection, Side};
pub use path::{
    Absence, FieldPath, MAX_INDEX, MAX_PATH_CHARS, MAX_SEGMENTS, PathError, PathErrorKind, PathParseError,
    Segment,
};
pub use ruleset::{
    BuildError, CheckedDraft, ChildRule, Element, Finding, Mapped, MappingProblem, NotLinked, RecordView,
    Rule, RuleSet, SOURCE_KEY, Severity, Stage, build_target, check_draft,
};
pub use transform::{
    Action, Chain, ChainError, Definition, Inverse, Lookup, MAX_HTML_BYTES, NoLinks, Nulls, RegisterError,
    Registry, TransformError, TransformInfo, UnknownTransform,
};
