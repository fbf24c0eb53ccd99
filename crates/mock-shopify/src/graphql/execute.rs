use apollo_compiler::resolvers::{Execution, ObjectValue};
use apollo_compiler::response::{GraphQLError, JsonMap, JsonValue, ResponseDataPathSegment};

use super::answer::Prepared;
use super::report::Report;
use super::syntax::line_column;
use crate::resolve::{Context, Fault, MARK, Object, QueryRoot};
use crate::schema::served;

/// Runs a query: its errors and its data.
pub(super) fn query(prepared: &Prepared, cx: &Context<'_>) -> (Vec<Report>, Option<JsonMap>) {
    run(
        prepared,
        &prepared.operation,
        &Object { cx, value: QueryRoot },
        cx,
    )
}

/// Runs one operation of the document from this root object.
pub(super) fn run(
    prepared: &Prepared,
    operation: &apollo_compiler::executable::Operation,
    root: &dyn ObjectValue,
    cx: &Context<'_>,
) -> (Vec<Report>, Option<JsonMap>) {
    let served = served();
    let response = Execution::new(&served.schema, prepared.document())
        .operation(operation)
        .implementers_map(&served.implementers)
        .coerced_variable_values(&prepared.variables)
        .enable_schema_introspection(true)
        .execute_sync(root);
    match response {
        Err(error) => (
            vec![internal(cx).with("reason", error.message().to_string())],
            None,
        ),
        Ok(response) => {
            let faults = &cx.side.borrow().faults;
            let errors = response
                .errors
                .into_iter()
                .map(|error| runtime(error, faults, prepared, cx));
            (errors.collect(), response.data)
        }
    }
}

fn internal(cx: &Context<'_>) -> Report {
    let request = cx.request_id;
    Report::new(format!(
        "Internal error. Looks like something went wrong on our end.\n\
         Request ID: {request} (include this in support requests)."
    ))
    .with("requestId", request)
    .with("code", "INTERNAL_SERVER_ERROR")
}

/// A run-time error: ours in full, anything else as Shopify's internal error.
fn runtime(error: GraphQLError, faults: &[Fault], prepared: &Prepared, cx: &Context<'_>) -> Report {
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
            ..internal(cx)
        };
    };
    Report {
        message: fault.message.clone(),
        places: fault
            .places
            .iter()
            .filter_map(|offset| line_column(&prepared.text, *offset))
            .collect(),
        document_path: Vec::new(),
        extensions: serde_json::from_value(fault.extensions.clone()).unwrap_or_default(),
        answer_path,
    }
}
