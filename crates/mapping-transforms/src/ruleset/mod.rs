//! The rules of one record type, compiled, and what can be done with them: apply them to a record, read what a record of
//! the other side shows for them, and put the results together to a document.

mod apply;
mod build;
mod check;
mod draft;
mod elements;
mod finding;
mod rule;
mod view;

use serde::{Deserialize, Serialize};

use crate::mapping::{Mapping, Side};
use crate::path::FieldPath;
use crate::transform::Registry;

pub use apply::{Mapped, MappingProblem, NotLinked, Stage};
pub use build::{BuildError, SOURCE_KEY, build_target};
pub use draft::{CheckedDraft, check_draft};
pub use elements::Element;
pub use finding::{Finding, Severity};
pub use rule::Rule;
pub use view::RecordView;

/// Which elements of which lists are which child records. Rules with `*` on both sides go along these pairs, element
/// by element **by their link**, never by position.
///
/// Several lists of one side may feed one list of the other (`line_items` and `shipping_lines` both become
/// `order_line`); each of them is a child rule with a record type of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildRule {
    /// What the elements are: `variant`, `order_line`, ... Unique among the children of a record type.
    pub record_type: String,
    /// The list in Shopify's record: `variants`.
    pub shopify: FieldPath,
    /// The list in Odoo's record: `product_variant_ids`.
    pub odoo: FieldPath,
    /// The key of the elements' id in Shopify's list.
    #[serde(default = "id")]
    pub shopify_id: String,
    /// The key of the elements' id in Odoo's list.
    #[serde(default = "id")]
    pub odoo_id: String,
}

fn id() -> String {
    "id".to_owned()
}

impl ChildRule {
    /// Elements whose id is under `id` on both sides.
    pub fn new(record_type: &str, shopify: FieldPath, odoo: FieldPath) -> Self {
        Self {
            record_type: record_type.to_owned(),
            shopify,
            odoo,
            shopify_id: id(),
            odoo_id: id(),
        }
    }

    /// The list in the records of a side.
    pub fn collection(&self, side: Side) -> &FieldPath {
        match side {
            Side::Shopify => &self.shopify,
            Side::Odoo => &self.odoo,
        }
    }

    /// The key of the elements' id on a side.
    pub fn id_key(&self, side: Side) -> &str {
        match side {
            Side::Shopify => &self.shopify_id,
            Side::Odoo => &self.odoo_id,
        }
    }
}

/// The enabled rules of one record type, compiled.
#[derive(Debug, Clone)]
pub struct RuleSet {
    rules: Vec<Rule>,
    children: Vec<ChildRule>,
    warnings: Vec<Finding>,
}

impl RuleSet {
    /// Compiles the rules of one record type, or answers **everything** that is wrong with them.
    ///
    /// Rules that are not enabled are left out; what is wrong with them is a warning. A rule without an id
    /// (0) is known in the set as `-1` if it is the first of `mappings`, `-2` if it is the second, and so on.
    pub fn compile(
        mappings: &[Mapping],
        children: Vec<ChildRule>,
        registry: &Registry,
    ) -> Result<Self, Vec<Finding>> {
        let (findings, rules) = check::check(mappings, &children, registry);
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(findings);
        }
        Ok(Self {
            rules: rule::in_order(rules, &children),
            children,
            warnings: findings,
        })
    }

    /// What [`Self::compile`] would find, warnings included.
    pub fn check(mappings: &[Mapping], children: &[ChildRule], registry: &Registry) -> Vec<Finding> {
        check::check(mappings, children, registry).0
    }

    /// The compiled rules, in the order in which they are applied.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    pub fn rule(&self, id: i64) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id() == id)
    }

    /// The children the set was compiled with.
    pub fn children(&self) -> &[ChildRule] {
        &self.children
    }

    /// The children whose elements a rule has one value for each; none for a rule about the record itself.
    pub fn children_of_rule<'a>(&'a self, rule: &'a Rule) -> impl Iterator<Item = &'a ChildRule> {
        rule.child_indexes()
            .iter()
            .filter_map(|index| self.children.get(*index))
    }

    /// What was found and is no error.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }
}
