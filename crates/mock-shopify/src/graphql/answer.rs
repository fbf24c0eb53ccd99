use std::sync::Arc;

use apollo_compiler::ast::{Definition, Document};
use apollo_compiler::diagnostic::ToCliReport as _;
use apollo_compiler::executable::{Operation, OperationType, Selection};
use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node};

use super::coerce::check_variables;
use super::execute;
use super::known::{Checked, keep, recall};
use super::report::{Report, start};
use super::syntax::parse;
use super::validate::validate;
use crate::cost::{CostTree, Level, MAX_COST};
use crate::resolve::{Context, Side};
use crate::schema::served;

/// What a client asks.
pub(crate) struct Request {
    pub(crate) query: String,
    pub(crate) variables: JsonMap,
    pub(crate) operation_name: Option<String>,
}

/// A request that is ready to run: parsed, valid, its variables usable, its cost known and not too high.
pub(crate) struct Prepared {
    checked: Arc<Checked>,
    pub(super) operation: Node<Operation>,
    pub(super) variables: Valid<JsonMap>,
    pub(super) text: String,
    pub(crate) requested: u64,
}

/// Everything that can be said of a request without looking at the shop; or the body that refuses it.
pub(crate) fn prepare(request: Request) -> Result<Prepared, JsonMap> {
    check(request).map_err(refused)
}

fn check(request: Request) -> Result<Prepared, Vec<Report>> {
    let schema = &served().schema;
    let checked = document(&request)?;
    let Checked { ast, document } = &*checked;
    let operation = document.operations.get(request.operation_name.as_deref());
    let operation = operation
        .map_err(|error| vec![Report::new(error.message().to_string())])?
        .clone();
    check_max_depth(document, &operation).map_err(|error| {
        vec![Report::new(error.message().to_string()).at(start(error.location(), &ast.sources))]
    })?;
    check_variables(schema, ast, &operation, &request.variables)?;
    let variables = coerce_variable_values(schema, &operation, &request.variables)
        .map_err(|error| vec![Report::new(error.message().to_string()).with("code", "INVALID_VARIABLE")])?;
    let requested = CostTree::new(schema, document, &operation, &variables).requested();
    if requested > MAX_COST {
        return Err(vec![too_dear(requested)]);
    }
    Ok(Prepared {
        operation,
        variables,
        text: request.query,
        requested,
        checked,
    })
}

/// The document of a request, without mistakes.
fn document(request: &Request) -> Result<Arc<Checked>, Vec<Report>> {
    let wanted = request.operation_name.as_deref();
    if let Some(known) = recall(&request.query) {
        choose(&known.ast, wanted).map_err(|report| vec![*report])?;
        return Ok(known);
    }
    let schema = &served().schema;
    let ast = parse(&request.query).map_err(|report| vec![*report])?;
    choose(&ast, wanted).map_err(|report| vec![*report])?;
    let reports = validate(schema, &ast);
    if !reports.is_empty() {
        return Err(reports);
    }
    let document = ast.to_executable_validate(schema).map_err(|errors| {
        let list = errors.errors.iter().map(|error| {
            let name = error.error.unstable_error_name().unwrap_or("invalidDocument");
            Report::new(error.error.to_string())
                .at(start(error.error.location(), &ast.sources))
                .with("code", name)
        });
        list.collect::<Vec<_>>()
    })?;
    let checked = Arc::new(Checked { ast, document });
    keep(&request.query, &checked);
    Ok(checked)
}

/// Whether the document has the operation asked for; said before anything else (recorded).
fn choose(ast: &Document, wanted: Option<&str>) -> Result<(), Box<Report>> {
    let operations = ast.definitions.iter().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(operation),
        _ => None,
    });
    let names: Vec<Option<&str>> = operations
        .map(|operation| operation.name.as_ref().map(apollo_compiler::Name::as_str))
        .collect();
    match wanted {
        Some(wanted) if !names.contains(&Some(wanted)) => {
            Err(Box::new(Report::new(format!("No operation named {wanted:?}"))))
        }
        None if names.len() > 1 => Err(Box::new(Report::new("An operation name is required"))),
        _ => Ok(()),
    }
}

fn too_dear(cost: u64) -> Report {
    let cost = i64::try_from(cost).unwrap_or(i64::MAX);
    let message = format!(
        "Query cost is {cost}, which exceeds the single query max cost limit ({MAX_COST}).\n\n\
         See https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\n\
         cost of a query is calculated.\n\n\
         To query larger amounts of data with fewer limits, bulk operations should be used instead.\n\
         See https://shopify.dev/tutorials/perform-bulk-operations-with-admin-api for usage details.\n"
    );
    Report::new(message)
        .with("code", "MAX_COST_EXCEEDED")
        .with("cost", cost)
        .with("maxCost", number(MAX_COST))
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn refused(reports: Vec<Report>) -> JsonMap {
    let mut body = JsonMap::new();
    body.insert(
        "errors",
        JsonValue::Array(reports.into_iter().map(Report::json).collect()),
    );
    body
}

/// The body for a request that the bucket has not enough points for.
pub(crate) fn throttled(requested: u64, level: Level) -> JsonMap {
    let report = Report::new("Throttled")
        .with("code", "THROTTLED")
        .with("documentation", "https://shopify.dev/api/usage/rate-limits");
    let mut body = refused(vec![report]);
    let mut extensions = JsonMap::new();
    extensions.insert("cost", cost(requested, None, level));
    body.insert("extensions", JsonValue::Object(extensions));
    body
}

/// What running a request gave.
pub(crate) struct Outcome {
    body: JsonMap,
    searches: Vec<JsonValue>,
    /// Points that it cost.
    pub(crate) actual: u64,
}

impl Prepared {
    pub(super) fn document(&self) -> &Valid<ExecutableDocument> {
        &self.checked.document
    }

    /// What each field was expected to cost.
    pub(crate) fn cost_details(&self) -> JsonValue {
        let tree = CostTree::new(
            &served().schema,
            self.document(),
            &self.operation,
            &self.variables,
        );
        tree.details()
    }

    /// Whether anything is asked for that is marked as deprecated.
    pub(crate) fn uses_deprecated(&self) -> bool {
        let fields = self.operation.all_fields(self.document());
        fields.into_iter().any(|field| {
            field.definition.directives.has("deprecated")
                || field.arguments.iter().any(|argument| {
                    let definition = field.definition.argument_by_name(&argument.name);
                    definition.is_some_and(|definition| definition.directives.has("deprecated"))
                })
        })
    }

    /// Whether it changes the shop.
    pub(crate) fn is_mutation(&self) -> bool {
        self.operation.operation_type == OperationType::Mutation
    }

    /// Runs the query on what the context shows.
    pub(crate) fn query(&self, cx: &Context<'_>) -> Outcome {
        let nodes = self
            .operation
            .selection_set
            .selections
            .iter()
            .filter_map(|selection| match selection {
                Selection::Field(field) if field.name == "nodes" => Some(field),
                _ => None,
            });
        if let Some(report) = nodes.into_iter().find_map(|field| self.oversized(field)) {
            return self.refused(report);
        }
        let (errors, data) = execute::query(self, cx);
        self.outcome(errors, data, cx.side.take())
    }

    /// The outcome of a request whose input was too large: no data, but paid for (recorded).
    pub(super) fn refused(&self, report: Report) -> Outcome {
        let tree = CostTree::new(
            &served().schema,
            self.document(),
            &self.operation,
            &self.variables,
        );
        Outcome {
            body: refused(vec![report]),
            searches: Vec::new(),
            actual: tree.actual(None).min(self.requested),
        }
    }

    pub(super) fn outcome(&self, errors: Vec<Report>, data: Option<JsonMap>, side: Side) -> Outcome {
        let tree = CostTree::new(
            &served().schema,
            self.document(),
            &self.operation,
            &self.variables,
        );
        let actual = tree.actual(data.as_ref()).min(self.requested);
        let mut body = if errors.is_empty() {
            JsonMap::new()
        } else {
            refused(errors)
        };
        body.insert("data", data.map_or(JsonValue::Null, JsonValue::Object));
        let searches = side
            .searches
            .into_iter()
            .filter_map(|note| serde_json::from_value(note).ok());
        Outcome {
            body,
            searches: searches.collect(),
            actual,
        }
    }
}

impl Outcome {
    /// The body, with what it cost and what is left.
    pub(crate) fn finish(mut self, requested: u64, level: Level, details: Option<JsonValue>) -> JsonMap {
        let mut extensions = JsonMap::new();
        let mut cost = cost(requested, Some(self.actual), level);
        if let (Some(details), Some(cost)) = (details, cost.as_object_mut()) {
            cost.insert("fields", details);
        }
        extensions.insert("cost", cost);
        if !self.searches.is_empty() {
            extensions.insert("search", JsonValue::Array(self.searches));
        }
        self.body.insert("extensions", JsonValue::Object(extensions));
        self.body
    }
}

fn cost(requested: u64, actual: Option<u64>, level: Level) -> JsonValue {
    let mut status = JsonMap::new();
    status.insert("maximumAvailable", level.maximum.into());
    status.insert("currentlyAvailable", level.available.into());
    status.insert("restoreRate", level.restore_rate.into());
    let mut cost = JsonMap::new();
    cost.insert("requestedQueryCost", number(requested).into());
    cost.insert(
        "actualQueryCost",
        actual.map_or(JsonValue::Null, |actual| number(actual).into()),
    );
    cost.insert("throttleStatus", JsonValue::Object(status));
    JsonValue::Object(cost)
}
