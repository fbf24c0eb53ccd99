//! The shapes of bodies, for the document of the API. What the engine's own types look like as JSON is described here
//! a second time, because the engine knows nothing of such documents; a test sends real answers through it.

#![expect(dead_code, reason = "these types describe answers and are never made")]
#![expect(clippy::struct_field_names, reason = "the names are those of the API")]

mod conflict;
mod dashboard;
mod dead_letter;
mod health;
mod job;
mod link;
mod mapping;
mod problem;
mod sample;
mod simulation;

use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use conflict::*;
pub(crate) use dashboard::*;
pub(crate) use dead_letter::*;
pub(crate) use health::*;
pub(crate) use job::*;
pub(crate) use link::*;
pub(crate) use mapping::*;
pub(crate) use problem::*;
pub(crate) use sample::*;
pub(crate) use simulation::*;

/// A time: RFC 3339 in UTC.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-07-01T08:00:00Z")]
pub(crate) struct Time(String);

/// A page of a list, newest first.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page<T: ToSchema> {
    /// The rows.
    items: Vec<T>,
    /// The `before` of the next page; null on the last one.
    #[schema(required)]
    next: Option<i64>,
}

/// A list that is answered as a whole.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Items<T: ToSchema> {
    /// The rows.
    items: Vec<T>,
}
