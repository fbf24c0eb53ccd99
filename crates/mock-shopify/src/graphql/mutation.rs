//! Running mutations: one root field after the other, each seeing what those before it did.

use std::cell::RefCell;

use apollo_compiler::Node;
use apollo_compiler::executable::{Field, Operation, Selection, Value as Literal};
use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::{Map, Value, json};

use super::answer::{Outcome, Prepared};
use super::execute::run;
use super::report::Report;
use super::syntax::line_column;
use crate::config::Config;
use crate::mutate::{Mutation, Refusal, apply, scopes};
use crate::resolve::{Context, Fault, FieldErrorText, MARK, MutationRoot, Side};
use crate::schema::served;
use crate::state::{MAX_VARIANTS, Shop, Store};

/// Longest list in an input, apart from those with a limit of their own.
const MAX_INPUT: usize = 250;

/// What is needed beside the rows.
pub(crate) struct Surroundings<'a> {
    pub(crate) shop: Shop,
    pub(crate) config: &'a Config,
    pub(crate) now: jiff::Timestamp,
    pub(crate) request_id: &'a str,
}

impl Prepared {
    /// Carries out all root fields of a mutation.
    pub(crate) fn mutate(&self, store: &mut Store<'_>, around: &Surroundings<'_>) -> Outcome {
        let fields = self.root_fields();
        if let Some(report) = fields.iter().find_map(|field| self.oversized(field)) {
            return self.refused(report);
        }
        let mut errors = Vec::new();
        let mut data = JsonMap::new();
        for field in fields {
            let (reports, answered) = self.one(store, around, &field);
            errors.extend(reports);
            match answered {
                Some(object) => data.extend(object),
                None => {
                    data.insert(field.response_key().as_str(), JsonValue::Null);
                }
            }
        }
        self.outcome(errors, Some(data), Side::default())
    }

    /// Fields at the root by response key, fragments resolved, skipped ones left out.
    fn root_fields(&self) -> Vec<Node<Field>> {
        let mut fields: Vec<Node<Field>> = Vec::new();
        self.gather(&self.operation.selection_set.selections, &mut fields);
        fields
    }

    fn gather(&self, set: &[Selection], fields: &mut Vec<Node<Field>>) {
        for selection in set.iter().filter(|selection| !self.is_skipped(selection)) {
            match selection {
                Selection::Field(field) => {
                    let there = fields
                        .iter_mut()
                        .find(|known| known.response_key() == field.response_key());
                    match there {
                        Some(known) => {
                            let more = field.selection_set.selections.iter().cloned();
                            known.make_mut().selection_set.selections.extend(more);
                        }
                        None => fields.push(field.clone()),
                    }
                }
                Selection::InlineFragment(inline) => self.gather(&inline.selection_set.selections, fields),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document().fragments.get(&spread.fragment_name) {
                        self.gather(&fragment.selection_set.selections, fields);
                    }
                }
            }
        }
    }

    fn is_skipped(&self, selection: &Selection) -> bool {
        let flag = |directive: &str| {
            let value = selection
                .directives()
                .get(directive)?
                .specified_argument_by_name("if")?;
            match value.as_ref() {
                Literal::Boolean(flag) => Some(*flag),
                Literal::Variable(name) => self.variables.get(name.as_str())?.as_bool(),
                _ => None,
            }
        };
        flag("skip") == Some(true) || flag("include") == Some(false)
    }

    /// An operation with this field only.
    fn operation_of(&self, field: &Node<Field>) -> Operation {
        let mut operation = self.operation.as_ref().clone();
        operation.selection_set.selections = vec![Selection::Field(field.clone())];
        operation
    }

    /// The arguments of a field after coercion; the errors, where that fails.
    fn arguments(&self, field: &Node<Field>) -> Map<String, Value> {
        let capture = Capture {
            root: self.operation.selection_set.ty.to_string(),
            arguments: RefCell::default(),
        };
        let operation = self.operation_of(field);
        // A capturing root answers nothing, and its errors are found again when the field is answered.
        let _ = Execution::new(&served().schema, self.document())
            .operation(&operation)
            .implementers_map(&served().implementers)
            .coerced_variable_values(&self.variables)
            .execute_sync(&capture);
        let plain = serde_json::to_value(capture.arguments.take());
        match plain {
            Ok(Value::Object(arguments)) => arguments,
            _ => Map::new(),
        }
    }

    /// A list in the field's arguments that is longer than any may be.
    pub(super) fn oversized(&self, field: &Node<Field>) -> Option<Report> {
        let limits: &[(&str, usize)] = match field.name.as_str() {
            "productSet" | "productVariantsBulkCreate" | "productVariantsBulkUpdate" => {
                &[("variants", MAX_VARIANTS), ("values", usize::MAX)]
            }
            _ => &[],
        };
        let arguments = Value::Object(self.arguments(field));
        let (path, length, most) = too_long(&arguments, limits, &mut Vec::new())?;
        let message =
            format!("The input array size of {length} is greater than the maximum allowed of {most}.");
        let mut report = Report::new(message)
            .at(self.place(field))
            .with("code", "MAX_INPUT_SIZE_EXCEEDED");
        report.document_path = vec![field.name.as_str().into()];
        report
            .document_path
            .extend(path.iter().map(|part| JsonValue::from(part.as_str())));
        Some(report)
    }

    fn place(&self, field: &Node<Field>) -> Option<apollo_compiler::parser::LineColumn> {
        line_column(&self.text, offset(field)?)
    }

    fn one(
        &self,
        store: &mut Store<'_>,
        around: &Surroundings<'_>,
        field: &Node<Field>,
    ) -> (Vec<Report>, Option<JsonMap>) {
        let arguments = self.arguments(field);
        let done = refuse_scope(around.config, field, &arguments).map_or_else(
            || {
                let mutation = Mutation {
                    name: &field.name,
                    arguments: &arguments,
                    key: self.idempotency_key(field),
                };
                if field.name.starts_with("__") {
                    None
                } else {
                    Some(apply(store, &mutation))
                }
            },
            |refusal| Some(Err(refusal)),
        );
        let mut side = Side::default();
        let outcome = match &done {
            None => Err(FieldErrorText(String::new())),
            Some(Ok(payload)) => Ok(payload),
            Some(Err(refusal)) => {
                side.faults.push(self.fault(field, refusal));
                Err(FieldErrorText(format!("{MARK}0")))
            }
        };
        let cx = Context {
            tables: store.tables,
            shop: around.shop.clone(),
            config: around.config,
            now: around.now,
            request_id: around.request_id,
            side: RefCell::new(side),
        };
        run(
            self,
            &self.operation_of(field),
            &MutationRoot { cx: &cx, outcome },
            &cx,
        )
    }

    fn idempotency_key<'a>(&'a self, field: &'a Field) -> Option<&'a str> {
        let value = field
            .directives
            .get("idempotent")?
            .specified_argument_by_name("key")?;
        match value.as_ref() {
            Literal::String(key) => Some(key),
            Literal::Variable(name) => self.variables.get(name.as_str())?.as_str(),
            _ => None,
        }
    }

    fn fault(&self, field: &Node<Field>, refusal: &Refusal) -> Fault {
        let mut places: Vec<usize> = offset(field).into_iter().collect();
        if refusal.at_variable {
            let variables = field
                .arguments
                .iter()
                .filter_map(|argument| match argument.value.as_ref() {
                    Literal::Variable(name) => Some(name),
                    _ => None,
                });
            let declared =
                variables.filter_map(|name| self.operation.variables.iter().find(|v| v.name == *name));
            places.extend(declared.filter_map(|variable| Some(variable.location()?.offset())));
        }
        Fault {
            message: refusal.message.clone(),
            extensions: refusal.extensions.clone(),
            places,
        }
    }
}

fn refuse_scope(config: &Config, field: &Field, arguments: &Map<String, Value>) -> Option<Refusal> {
    let mut needed = scopes(&field.name, arguments).into_iter();
    let scope = needed.find(|scope| !config.has_scope(scope))?;
    let required = format!("`{scope}` access scope.");
    Some(Refusal {
        message: format!(
            "Access denied for {} field. Required access: {required}",
            field.name
        ),
        extensions: json!({
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": required,
        }),
        at_variable: false,
    })
}

fn offset(field: &Node<Field>) -> Option<usize> {
    let name = field.alias.as_ref().unwrap_or(&field.name);
    Some(name.location()?.offset())
}

/// The first list that is longer than its limit: its path without places in lists (recorded), length and limit.
fn too_long(
    value: &Value,
    limits: &[(&str, usize)],
    path: &mut Vec<String>,
) -> Option<(Vec<String>, usize, usize)> {
    match value {
        Value::Object(object) => object.iter().find_map(|(key, value)| {
            path.push(key.clone());
            let found = too_long(value, limits, path);
            path.pop();
            found
        }),
        Value::Array(list) => {
            let name = path.last().map_or("", String::as_str);
            let limit = limits
                .iter()
                .find(|limit| limit.0 == name)
                .map_or(MAX_INPUT, |limit| limit.1);
            if list.len() > limit {
                return Some((path.clone(), list.len(), limit));
            }
            list.iter().find_map(|value| too_long(value, limits, path))
        }
        _ => None,
    }
}

/// A root that answers nothing and keeps the arguments it was asked with.
struct Capture {
    root: String,
    arguments: RefCell<JsonMap>,
}

impl ObjectValue for Capture {
    fn type_name(&self) -> &str {
        &self.root
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        self.arguments.replace(info.arguments().clone());
        Ok(ResolvedValue::SkipForPartialExecution)
    }
}
