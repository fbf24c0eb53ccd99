use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Document;
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::{LineColumn, Parser};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{
    ExecutionResponse, GraphQLError, JsonMap, JsonValue, ResponseDataPathSegment,
};
use apollo_compiler::validation::Valid;

use super::report::Report;
use crate::resolve::{Context, Fault, MARK, Object, QueryRoot};
use crate::schema::served;

/// Deepest nesting of a document.
const RECURSION_LIMIT: usize = 200;
/// Most tokens of a document.
const TOKEN_LIMIT: usize = 100_000;

/// What a client asks.
pub(crate) struct Request {
    pub(crate) query: String,
    pub(crate) variables: JsonMap,
    pub(crate) operation_name: Option<String>,
}

/// Answers a request: the response body.
pub(crate) fn answer(cx: &Context<'_>, request: &Request) -> JsonMap {
    match run(cx, request) {
        Ok(body) => body,
        Err(reports) => refused(reports),
    }
}

fn refused(reports: Vec<Report>) -> JsonMap {
    let mut body = JsonMap::new();
    body.insert(
        "errors",
        JsonValue::Array(reports.into_iter().map(Report::json).collect()),
    );
    body
}

fn run(cx: &Context<'_>, request: &Request) -> Result<JsonMap, Vec<Report>> {
    let schema = &served().schema;
    let ast = parse(&request.query)?;
    let document = ast.to_executable_validate(schema).map_err(|errors| {
        let list = errors
            .errors
            .iter()
            .map(|error| Report::new(error.error.to_string()));
        list.collect::<Vec<_>>()
    })?;
    let operation = document.operations.get(request.operation_name.as_deref());
    let operation = operation.map_err(|error| vec![Report::new(error.message().to_string())])?;
    let variables = coerce_variable_values(schema, operation, &request.variables)
        .map_err(|error| vec![Report::new(error.message().to_string())])?;
    let response = execute(cx, &document, operation, &variables, &request.query)?;
    Ok(response)
}

fn parse(query: &str) -> Result<Document, Vec<Report>> {
    let mut parser = Parser::new()
        .recursion_limit(RECURSION_LIMIT)
        .token_limit(TOKEN_LIMIT);
    parser
        .parse_ast(query, "query.graphql")
        .map_err(|errors| vec![Report::new(errors.errors.to_string()).with("code", "PARSE_ERROR")])
}

fn execute(
    cx: &Context<'_>,
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
    variables: &Valid<JsonMap>,
    text: &str,
) -> Result<JsonMap, Vec<Report>> {
    let served = served();
    let root = Object { cx, value: QueryRoot };
    let response: ExecutionResponse = Execution::new(&served.schema, document)
        .operation(operation)
        .implementers_map(&served.implementers)
        .coerced_variable_values(variables)
        .enable_schema_introspection(true)
        .execute_sync(&root)
        .map_err(|error| vec![Report::new(error.message().to_string())])?;
    let side = cx.side.take();
    let mut body = JsonMap::new();
    if !response.errors.is_empty() {
        let list = response
            .errors
            .into_iter()
            .map(|error| runtime(error, &side.faults, text).json());
        body.insert("errors", JsonValue::Array(list.collect()));
    }
    body.insert("data", response.data.map_or(JsonValue::Null, JsonValue::Object));
    Ok(body)
}

/// A run-time error: ours in full, anything else as Shopify's internal error.
fn runtime(error: GraphQLError, faults: &[Fault], text: &str) -> Report {
    let number = error
        .message
        .split(MARK)
        .nth(1)
        .and_then(|number| number.parse::<usize>().ok());
    let answer_path = error.path.into_iter().map(|segment| match segment {
        ResponseDataPathSegment::Field(name) => JsonValue::from(name.as_str()),
        ResponseDataPathSegment::ListIndex(index) => {
            JsonValue::from(i64::try_from(index).unwrap_or(i64::MAX))
        }
    });
    let answer_path = answer_path.collect();
    let Some(fault) = number.and_then(|number| faults.get(number)) else {
        return Report {
            answer_path,
            places: error.locations,
            ..Report::new("Internal error. Looks like something went wrong on our end.")
        }
        .with("code", "INTERNAL_SERVER_ERROR");
    };
    let extensions = serde_json::from_value(fault.extensions.clone()).unwrap_or_default();
    Report {
        message: fault.message.clone(),
        places: fault
            .places
            .iter()
            .filter_map(|offset| line_column(text, *offset))
            .collect(),
        document_path: Vec::new(),
        extensions,
        answer_path,
    }
}

/// Line and column, both from 1, of a byte offset; columns count characters.
fn line_column(text: &str, offset: usize) -> Option<LineColumn> {
    let before = text.get(..offset)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(LineColumn {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    })
}
