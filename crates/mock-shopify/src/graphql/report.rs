//! Errors in Shopify's layouts.

use apollo_compiler::parser::{LineColumn, SourceMap, SourceSpan};
use apollo_compiler::response::{JsonMap, JsonValue};

/// One entry of `errors`, in the order in which Shopify writes its keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    pub(crate) message: String,
    pub(crate) places: Vec<LineColumn>,
    /// Of validation errors: the path in the document; stands before `extensions`.
    pub(crate) document_path: Vec<JsonValue>,
    pub(crate) extensions: JsonMap,
    /// Of run-time errors: the path in the answer; stands behind `extensions`.
    pub(crate) answer_path: Vec<JsonValue>,
}

impl Report {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    pub(crate) fn at(mut self, place: Option<LineColumn>) -> Self {
        self.places.extend(place);
        self
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<JsonValue>) -> Self {
        self.extensions.insert(key, value.into());
        self
    }

    pub(crate) fn json(self) -> JsonValue {
        let mut json = JsonMap::new();
        json.insert("message", self.message.into());
        if !self.places.is_empty() {
            json.insert(
                "locations",
                JsonValue::Array(self.places.into_iter().map(place).collect()),
            );
        }
        if !self.document_path.is_empty() {
            json.insert("path", JsonValue::Array(self.document_path));
        }
        if !self.extensions.is_empty() {
            json.insert("extensions", JsonValue::Object(self.extensions));
        }
        if !self.answer_path.is_empty() {
            json.insert("path", JsonValue::Array(self.answer_path));
        }
        JsonValue::Object(json)
    }
}

fn place(place: LineColumn) -> JsonValue {
    let number = |number: usize| JsonValue::from(i64::try_from(number).unwrap_or(i64::MAX));
    let mut json = JsonMap::new();
    json.insert("line", number(place.line));
    json.insert("column", number(place.column));
    JsonValue::Object(json)
}

/// Where a span begins.
pub(crate) fn start(span: Option<SourceSpan>, sources: &SourceMap) -> Option<LineColumn> {
    span?.line_column(sources)
}
