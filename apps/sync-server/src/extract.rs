//! Reading requests: every mistake is named with field and value, and everything has a limit.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::pin::Pin;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use bytes::BytesMut;
use futures_util::StreamExt;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use sync_service::{DEFAULT_PAGE, MAX_PAGE, PageRequest};

use crate::error::{FieldFinding, Kind, Problem};

/// The largest body, unless a route says otherwise.
pub(crate) const BODY_BYTES: usize = 256 * 1024;
/// The most characters of a text in a query.
const TEXT_CHARS: usize = 200;

/// The number in a path.
pub(crate) struct Id(pub(crate) i64);

impl FromRequest for Id {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        let id = text.parse().ok().filter(|id: &i64| *id >= 0);
        std::future::ready(id.map(Self).ok_or_else(|| {
            Problem::invalid(vec![FieldFinding::new(
                "id",
                text,
                "an id is a whole number from 0",
            )])
        }))
    }
}

/// A body of JSON, `LIMIT` bytes at most. No body is an empty object.
pub(crate) struct Json<T, const LIMIT: usize = BODY_BYTES>(pub(crate) T);

impl<T: DeserializeOwned, const LIMIT: usize> FromRequest for Json<T, LIMIT> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(header::CONTENT_TYPE).cloned();
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        let mut payload = payload.take();
        Box::pin(async move {
            if announced.is_some_and(|bytes: usize| bytes > LIMIT) {
                return Err(too_large(LIMIT));
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|error| Problem::new(Kind::Invalid, error.to_string()))?;
                if body.len() + chunk.len() > LIMIT {
                    return Err(too_large(LIMIT));
                }
                body.extend_from_slice(&chunk);
            }
            let kind = kind.as_ref().and_then(|kind| kind.to_str().ok());
            parse(&body, kind).map(Self)
        })
    }
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Kind::TooLarge, format!("at most {limit} bytes are taken"))
}

fn parse<T: DeserializeOwned>(body: &[u8], kind: Option<&str>) -> Result<T, Problem> {
    let body = if body.iter().all(u8::is_ascii_whitespace) {
        b"{}"
    } else {
        let essence = kind
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let text = format!("send `Content-Type: application/json`, not `{essence}`");
            return Err(Problem::new(Kind::UnsupportedMediaType, text));
        }
        body
    };
    if body.trim_ascii_start().first() != Some(&b'{') {
        let finding = FieldFinding::new("", "", "a JSON object is needed");
        return Err(Problem::invalid(vec![finding]));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { String::new() } else { path };
        Problem::invalid(vec![FieldFinding::new(field, "", error.inner().to_string())])
    })?;
    reader
        .end()
        .map_err(|error| Problem::invalid(vec![FieldFinding::new("", "", error.to_string())]))?;
    Ok(value)
}

/// A part of a body that has to be an object, or null: serde alone would take a list as the fields in their order.
pub(crate) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    let fields = Option::<Map<String, Value>>::deserialize(from)?;
    let read = |fields| serde_json::from_value(Value::Object(fields)).map_err(D::Error::custom);
    fields.map(read).transpose()
}

/// A field that may be left out, and whose null is a value.
pub(crate) fn named<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// The query of a request. What is taken is checked; what is left at the end is refused.
pub(crate) struct Query {
    values: BTreeMap<String, String>,
    findings: Vec<FieldFinding>,
    known: Vec<String>,
}

impl FromRequest for Query {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self::new(request.query_string())))
    }
}

impl Query {
    fn new(text: &str) -> Self {
        let (mut values, mut findings) = (BTreeMap::new(), Vec::new());
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let (name, value) = (name.into_owned(), value.into_owned());
            match values.entry(name) {
                Entry::Occupied(before) => {
                    findings.push(FieldFinding::new(before.key().as_str(), &value, "given twice"));
                }
                Entry::Vacant(place) => {
                    place.insert(value);
                }
            }
        }
        Self {
            values,
            findings,
            known: Vec::new(),
        }
    }

    /// A text; one that is empty counts as not given.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.known.push(name.to_owned());
        let value = self.values.remove(name).filter(|value| !value.is_empty())?;
        if value.chars().nth(TEXT_CHARS).is_some() {
            let message = format!("at most {TEXT_CHARS} characters");
            self.findings.push(FieldFinding::new(name, &value, message));
            return None;
        }
        Some(value)
    }

    /// One of some words.
    pub(crate) fn word<T: FromStr>(&mut self, name: &str, allowed: &[&str]) -> Option<T> {
        let value = self.text(name)?;
        let word = value.parse().ok();
        if word.is_none() {
            let allowed = allowed.iter().map(|word| (*word).to_owned()).collect();
            self.findings
                .push(FieldFinding::new(name, &value, "no such value").allowing(allowed));
        }
        word
    }

    /// A whole number within bounds.
    pub(crate) fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let value = self.text(name)?;
        let number = value
            .parse()
            .ok()
            .filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let message = if most == i64::MAX {
                format!("a whole number from {least}")
            } else {
                format!("a whole number from {least} to {most}")
            };
            self.findings.push(FieldFinding::new(name, &value, message));
        }
        number
    }

    /// Which page of a list.
    pub(crate) fn page(&mut self) -> PageRequest {
        let most = i64::try_from(MAX_PAGE).unwrap_or(i64::MAX);
        let limit = self
            .number("limit", 1, most)
            .and_then(|limit| usize::try_from(limit).ok());
        PageRequest {
            before: self.number("before", 0, i64::MAX),
            limit: limit.unwrap_or(DEFAULT_PAGE),
        }
    }

    /// Whether everything that was given was understood.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for (name, value) in self.values {
            let finding = FieldFinding::new(name, &value, "no such parameter").allowing(self.known.clone());
            self.findings.push(finding);
        }
        if self.findings.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(self.findings))
        }
    }
}
