use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use sync_core::Direction;
use sync_service::{Candidate, MatchPreview, Service, SyncRequest};
use utoipa::ToSchema;

use super::jobs::Items;
use super::samples::needed;
use crate::app::App;
use crate::error::{FieldFinding, Problem};
use crate::extract::{Json, Query};
use crate::respond::{accepted, wants_async};
use crate::schema;

/// What is to be looked through.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Match {
    #[schema(example = "product")]
    record_type: String,
    /// The widest that can be run, if not given.
    #[schema(value_type = Option<schema::Direction>)]
    direction: Option<Direction>,
}

/// Looks what a first run would link, make, and leave to a person
///
/// A dry run that reads everything; nothing is written anywhere.
#[utoipa::path(tag = "matching", request_body = Match, responses(
    (status = 200, body = schema::MatchPreview),
    (status = 202, body = schema::Job, description = "begun; `Location` is the job"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[post("/api/match/preview")]
pub(crate) async fn preview_matches(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<Match>,
) -> Result<HttpResponse, Problem> {
    let begin = move |live: &std::sync::Arc<sync_service::Live>| {
        let direction = body
            .direction
            .unwrap_or_else(|| live.service().widest_direction());
        live.sync(&SyncRequest::match_preview(body.record_type, direction))
    };
    let ticket = app.run(begin).await?;
    if wants_async(&request) {
        return Ok(accepted(ticket.job.id, &ticket.job));
    }
    let job = ticket.outcome().await?;
    let preview = app.ask(move |service| service.match_preview_of(job)).await?;
    Ok(HttpResponse::Ok().json(preview))
}

/// The newest look at what a first run would do, or that of a job
#[utoipa::path(tag = "matching", params(
    ("record_type" = Option<String>, Query, description = "the newest one of this record type that is completed"),
    ("job" = Option<i64>, Query, minimum = 0, description = "that of this job"),
), responses(
    (status = 200, body = schema::MatchPreview),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`, `/problems/refused`"),
))]
#[get("/api/match/preview")]
pub(crate) async fn show_match_preview(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<MatchPreview>, Problem> {
    let (record_type, job) = (query.text("record_type"), query.number("job", 0, i64::MAX));
    query.finish()?;
    if record_type.is_some() == job.is_some() {
        let finding = FieldFinding::new("record_type", "", "give either `record_type` or `job`");
        return Err(Problem::invalid(vec![finding]));
    }
    let look = move |service: &Service| match job {
        Some(job) => service.match_preview_of_job(job),
        None => service.last_match_preview(&record_type.unwrap_or_default()),
    };
    Ok(web::Json(app.ask(look).await?))
}

/// Records of the other system that may be the counterpart of this one
#[utoipa::path(tag = "matching", params(
    ("record_type" = String, Query),
    ("side" = schema::Side, Query, description = "the side of the record"),
    ("id" = String, Query, description = "the record's id there"),
), responses(
    (status = 200, body = schema::Items<schema::Candidate>),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
    (status = 502, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/system-unreachable`"),
))]
#[get("/api/match/candidates")]
pub(crate) async fn match_candidates(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Items<Candidate>>, Problem> {
    let (record_type, side, id) = (query.text("record_type"), query.text("side"), query.text("id"));
    query.finish()?;
    let (record_type, side, id) = (
        needed("record_type", record_type)?,
        needed("side", side)?,
        needed("id", id)?,
    );
    let items = app
        .ask(move |service| service.candidates(&record_type, service.side(&side)?, &id))
        .await?;
    Ok(web::Json(Items { items }))
}
