//! Validation of a document with the texts, codes and paths of Shopify's errors.
//!
//! Shopify runs the `graphql-ruby` library; codes and layouts are those that were recorded, and for the rarer rules
//! those that this library is documented with. What these rules let pass is checked once more by the GraphQL
//! library's own validation of the whole specification.

mod arguments;
mod fields;
mod fragments;
mod literals;
mod merge;
mod operations;
mod usages;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{
    Definition, DirectiveList, Document, FragmentDefinition, Type, VariableDefinition,
};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::response::JsonValue;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};

use super::report::{Report, start};

/// No answer names more mistakes than this.
const MAX_REPORTS: usize = 100;

/// All mistakes of the document, in the order in which Shopify finds them.
pub(crate) fn validate(schema: &Valid<Schema>, document: &Document) -> Vec<Report> {
    let mut validator = Validator::new(schema, document);
    validator.document();
    validator.reports.truncate(MAX_REPORTS);
    validator.reports
}

struct Validator<'d> {
    schema: &'d Valid<Schema>,
    document: &'d Document,
    fragments: BTreeMap<&'d str, &'d Node<FragmentDefinition>>,
    /// Fragments that contain themselves.
    endless: BTreeSet<&'d str>,
    reports: Vec<Report>,
    path: Vec<String>,
    /// Variables of the operation being visited; `None` in fragments, which know none.
    variables: Option<&'d [Node<VariableDefinition>]>,
    /// Where variables and fragments are used, one entry per definition.
    usage: Vec<usages::Usage<'d>>,
    merge_steps: Cell<u32>,
}

impl<'d> Validator<'d> {
    fn new(schema: &'d Valid<Schema>, document: &'d Document) -> Self {
        let fragments = document
            .definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::FragmentDefinition(fragment) => Some((fragment.name.as_str(), fragment)),
                _ => None,
            });
        Self {
            schema,
            document,
            fragments: fragments.collect(),
            endless: BTreeSet::new(),
            reports: Vec::new(),
            path: Vec::new(),
            variables: None,
            usage: Vec::new(),
            merge_steps: Cell::new(0),
        }
    }

    /// A mistake at this place, under the present path.
    fn report(&mut self, code: &str, message: impl Into<String>, place: Option<SourceSpan>) -> &mut Report {
        let path = self
            .path
            .iter()
            .map(|part| JsonValue::from(part.as_str()))
            .collect();
        self.report_at(code, message, path, [place])
    }

    fn report_at(
        &mut self,
        code: &str,
        message: impl Into<String>,
        path: Vec<JsonValue>,
        places: impl IntoIterator<Item = Option<SourceSpan>>,
    ) -> &mut Report {
        let mut report = Report::new(message).with("code", code);
        report.places = places
            .into_iter()
            .filter_map(|place| start(place, &self.document.sources))
            .collect();
        report.document_path = path;
        self.reports.push(report);
        let last = self.reports.len() - 1;
        &mut self.reports[last]
    }

    fn directives(&mut self, directives: &'d DirectiveList, place: operations::Place) {
        self.directive_list(directives, place);
    }
}

impl Report {
    /// Adds to the extensions of a report that is already listed.
    fn say(&mut self, key: &str, value: impl Into<JsonValue>) -> &mut Self {
        self.extensions.insert(key, value.into());
        self
    }
}

/// The name of a type without its list and non-null wrappers.
fn inner(ty: &Type) -> &Name {
    ty.inner_named_type()
}

/// A type with its outermost non-null taken off.
fn nullable(ty: &Type) -> Type {
    match ty {
        Type::NonNullNamed(name) => Type::Named(name.clone()),
        Type::NonNullList(item) => Type::List(item.clone()),
        other => other.clone(),
    }
}
