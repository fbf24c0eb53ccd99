//! The body of an answer: data, top-level errors and what Shopify says about the query.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sync_core::{ConnectorError, ErrorKind};

use super::cost::{Cost, TOO_DEAR};
use super::http::tidy;

/// Everything but the data, whose shape depends on whether there are errors.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    extensions: Value,
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

/// What an answer says besides its data.
#[derive(Debug)]
pub(super) struct Answer {
    errors: Value,
    extensions: Value,
    pub(super) cost: Cost,
}

impl Answer {
    pub(super) fn read(body: &[u8]) -> Result<Self, ConnectorError> {
        let envelope: Envelope = serde_json::from_slice(body).map_err(|reason| {
            // The position tells a cut answer from a page of HTML; the text itself may hold customers' data.
            let message = format!(
                "the answer is no JSON from line {}, column {} on ({} bytes)",
                reason.line(),
                reason.column(),
                body.len()
            );
            ConnectorError::new(ErrorKind::Protocol, "no_json", message)
        })?;
        let cost = Cost::read(&envelope.extensions);
        Ok(Self {
            errors: envelope.errors,
            extensions: envelope.extensions,
            cost,
        })
    }

    /// Why the answer may not be used, if so. Shopify leaves out what failed and keeps the rest: half a record is
    /// none, so any error counts. `spent` are the points that went into this attempt before.
    pub(super) fn failure(&self, spent: f64) -> Option<ConnectorError> {
        match &self.errors {
            Value::Null => self.ignored_filter(),
            Value::Array(errors) if errors.is_empty() => self.ignored_filter(),
            Value::Array(errors) => Some(self.worst(errors, spent)),
            Value::String(text) => Some(ConnectorError::new(ErrorKind::Protocol, "error", tidy(text))),
            _ => Some(ConnectorError::new(
                ErrorKind::Protocol,
                "error",
                "errors that are not understood",
            )),
        }
    }

    /// The error that decides what happens next, with the messages of the others behind it.
    fn worst(&self, errors: &[Value], spent: f64) -> ConnectorError {
        let codes = || {
            errors
                .iter()
                .map(|error| error["extensions"]["code"].as_str().unwrap_or_default())
        };
        if codes().any(|code| code == "THROTTLED") {
            return self.cost.throttled(spent);
        }
        let first = codes().next().unwrap_or_default();
        let code = codes().find(|code| *code == "MAX_COST_EXCEEDED").unwrap_or(first);
        let messages: Vec<String> = errors.iter().take(3).map(describe).collect();
        let (kind, code) = classify(code);
        ConnectorError::new(kind, code, messages.join("; "))
    }

    /// A filter that Shopify does not know is dropped, and everything is the result: that is an error.
    fn ignored_filter(&self) -> Option<ConnectorError> {
        let searches = self.extensions["search"].as_array().into_iter().flatten();
        let warnings = searches.flat_map(|search| search["warnings"].as_array().into_iter().flatten());
        let texts: Vec<String> = warnings
            .take(3)
            .map(|warning| {
                let text = |key: &str| tidy(warning[key].as_str().unwrap_or_default());
                format!("`{}`: {}", text("field"), text("message"))
            })
            .collect();
        if texts.is_empty() {
            return None;
        }
        let message = format!("Shopify ignored a filter of the search: {}", texts.join("; "));
        Some(ConnectorError::new(
            ErrorKind::Rejected,
            "filter_ignored",
            message,
        ))
    }
}

/// Message and place of an error. Places are names of fields and positions in lists.
fn describe(error: &Value) -> String {
    let message = tidy(error["message"].as_str().unwrap_or("an error without a message"));
    let path = error["path"].as_array().into_iter().flatten().take(12);
    let path: Vec<String> = path
        .map(|step| step.as_str().map_or_else(|| step.to_string(), tidy))
        .collect();
    if path.is_empty() {
        message
    } else {
        format!("{message} [at {}]", path.join("."))
    }
}

/// Kind and code of ours for a code of Shopify's. Those that begin in lower case come from validation: the document
/// does not fit the schema that was asked.
fn classify(code: &str) -> (ErrorKind, String) {
    let kind = match code {
        "MAX_COST_EXCEEDED" => return (ErrorKind::Rejected, TOO_DEAR.to_owned()),
        "ACCESS_DENIED" => ErrorKind::Unauthorized,
        "INTERNAL_SERVER_ERROR" | "SHOP_INACTIVE" | "TIMEOUT" => ErrorKind::Unavailable,
        "PARSE_ERROR"
        | "INVALID_VARIABLE"
        | "RESOURCE_NOT_FOUND"
        | "NOT_FOUND"
        | "BAD_REQUEST"
        | "INVALID_FIELD_ARGUMENTS"
        | "MAX_INPUT_SIZE_EXCEEDED"
        | "CURRENCY_CODE_INVALID" => ErrorKind::Rejected,
        _ if code.starts_with(|c: char| c.is_ascii_lowercase()) => ErrorKind::Rejected,
        _ => ErrorKind::Protocol,
    };
    (kind, snake(code))
}

/// `undefinedField` and `ACCESS_DENIED` as `undefined_field` and `access_denied`.
pub(crate) fn snake(code: &str) -> String {
    let camel = code.chars().any(|c| c.is_ascii_lowercase());
    let mut snake = String::new();
    for c in code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(60)
    {
        if camel && c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    if snake.is_empty() {
        "error".to_owned()
    } else {
        snake
    }
}

/// The data of an answer without errors. An error names the place only: values may be customers' data.
pub(super) fn read_data<T: DeserializeOwned>(body: &[u8]) -> Result<T, ConnectorError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let data: Result<Data<T>, _> = serde_path_to_error::deserialize(&mut reader);
    data.map(|data| data.data).map_err(|error| {
        let message = format!(
            "the answer is not understood at `{}`",
            tidy(&error.path().to_string())
        );
        ConnectorError::new(ErrorKind::Protocol, "unexpected_shape", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(body: &str) -> Option<ConnectorError> {
        Answer::read(body.as_bytes()).unwrap().failure(0.0)
    }

    fn with_code(code: &str) -> ConnectorError {
        let body =
            format!(r#"{{"errors":[{{"message":"m","path":["a",0],"extensions":{{"code":"{code}"}}}}]}}"#);
        failure(&body).unwrap()
    }

    #[test]
    fn kinds_of_codes() {
        for (code, kind, ours) in [
            ("THROTTLED", ErrorKind::Throttled, "throttled"),
            ("MAX_COST_EXCEEDED", ErrorKind::Rejected, TOO_DEAR),
            ("ACCESS_DENIED", ErrorKind::Unauthorized, "access_denied"),
            (
                "INTERNAL_SERVER_ERROR",
                ErrorKind::Unavailable,
                "internal_server_error",
            ),
            ("SHOP_INACTIVE", ErrorKind::Unavailable, "shop_inactive"),
            ("undefinedField", ErrorKind::Rejected, "undefined_field"),
            ("INVALID_VARIABLE", ErrorKind::Rejected, "invalid_variable"),
            ("SOMETHING_NEW", ErrorKind::Protocol, "something_new"),
            ("", ErrorKind::Protocol, "error"),
        ] {
            let error = with_code(code);
            assert_eq!((error.kind, error.code.as_str()), (kind, ours), "{code}");
        }
        assert_eq!(with_code("ACCESS_DENIED").message, "m [at a.0]");
    }

    #[test]
    fn strange_errors_are_errors_all_the_same() {
        for body in [
            r#"{"errors":"no"}"#,
            r#"{"errors":{"a":1}}"#,
            r#"{"errors":[7]}"#,
            r#"{"errors":[null],"data":{}}"#,
        ] {
            assert_eq!(failure(body).unwrap().kind, ErrorKind::Protocol, "{body}");
        }
        assert_eq!(failure(r#"{"data":{}}"#), None);
        assert_eq!(failure(r#"{"data":{},"errors":[]}"#), None);
    }

    #[test]
    fn a_dropped_filter_is_an_error() {
        let body = r#"{"data":{},"extensions":{"search":[{"warnings":[{"field":"colour","message":"Invalid search field for this query."}]}]}}"#;
        let error = failure(body).unwrap();
        assert_eq!(error.code, "filter_ignored");
        assert_eq!(
            error.message,
            "Shopify ignored a filter of the search: `colour`: Invalid search field for this query."
        );
    }

    #[test]
    fn values_stay_out_of_errors() {
        #[derive(Debug, Deserialize)]
        struct Shape {
            #[expect(dead_code, reason = "only its type matters")]
            number: i32,
        }
        let error =
            read_data::<Vec<Shape>>(br#"{"data":[{"number":1},{"number":"mira@example.com"}]}"#).unwrap_err();
        assert_eq!(error.message, "the answer is not understood at `data[1].number`");
        assert_eq!(read_data::<Shape>(b"{}").unwrap_err().kind, ErrorKind::Protocol);
        assert_eq!(Answer::read(b"<html>").unwrap_err().code, "no_json");
        assert_eq!(
            Answer::read("[".repeat(100_000).as_bytes()).unwrap_err().code,
            "no_json"
        );
    }
}
