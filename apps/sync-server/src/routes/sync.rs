use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use sync_core::{Direction, Job, RecordLog};
use sync_service::{LogFilter, MAX_PAGE, NotStarted, Page, PageRequest, SyncAll, SyncRequest};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Problem;
use crate::extract::Json;
use crate::respond::{accepted, wants_async};
use crate::schema;

/// What is to be synced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sync {
    #[serde(default = "shopify_to_odoo")]
    #[schema(value_type = schema::Direction)]
    direction: Direction,
    /// Only plan: the answer has what a run would do.
    #[serde(default)]
    dry_run: bool,
}

fn shopify_to_odoo() -> Direction {
    Direction::ShopifyToOdoo
}

/// A finished job, with its plan if it was a dry run.
#[derive(Serialize)]
struct Finished {
    #[serde(flatten)]
    job: Job,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Page<RecordLog>>,
}

#[derive(Serialize)]
struct FinishedAll {
    jobs: Vec<Finished>,
    not_started: Vec<NotStarted>,
}

/// Syncs one record type: `products`, `inventory`, `orders`
///
/// Answers when the job has ended, or at once with `Prefer: respond-async`.
#[utoipa::path(tag = "sync", request_body = Sync,
    params(("record_type" = String, Path, description = "`products`, `inventory` or `orders`")),
    responses(
        (status = 200, body = schema::FinishedJob),
        (status = 202, body = schema::Job, description = "begun; `Location` is the job"),
        (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/job-running`, with the `job`"),
        (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
    ))]
#[post("/api/sync/{record_type}")]
pub(crate) async fn sync_one(
    app: web::Data<App>,
    request: HttpRequest,
    record_type: web::Path<String>,
    Json(body): Json<Sync>,
) -> Result<HttpResponse, Problem> {
    let wanted = SyncRequest {
        record_type: record_type.into_inner(),
        direction: body.direction,
        dry_run: body.dry_run,
    };
    let ticket = app.run(move |live| live.sync(&wanted)).await?;
    if wants_async(&request) {
        return Ok(accepted(ticket.job.id, &ticket.job));
    }
    let finished = finished(&app, ticket.outcome().await?).await?;
    Ok(HttpResponse::Ok().json(finished))
}

/// Syncs every record type, one after the other
///
/// A job that is cancelled or interrupted ends the series.
#[utoipa::path(tag = "sync", request_body = Sync, responses(
    (status = 200, body = schema::SyncAll),
    (status = 202, body = schema::SyncAll, description = "begun; `Location` is the first job"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/job-running`, with the `job`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[post("/api/sync/all")]
pub(crate) async fn sync_all(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<Sync>,
) -> Result<HttpResponse, Problem> {
    let ticket = app
        .run(move |live| live.sync_all(body.direction, body.dry_run))
        .await?;
    if wants_async(&request) {
        let begun = SyncAll {
            jobs: vec![ticket.job.clone()],
            not_started: Vec::new(),
        };
        return Ok(accepted(ticket.job.id, &begun));
    }
    let all = ticket.outcome().await?;
    let mut jobs = Vec::new();
    for job in all.jobs {
        jobs.push(finished(&app, job).await?);
    }
    Ok(HttpResponse::Ok().json(FinishedAll {
        jobs,
        not_started: all.not_started,
    }))
}

async fn finished(app: &App, job: Job) -> Result<Finished, Problem> {
    if !job.dry_run {
        return Ok(Finished { job, plan: None });
    }
    let (id, page) = (
        job.id,
        PageRequest {
            before: None,
            limit: MAX_PAGE,
        },
    );
    let plan = app
        .ask(move |service| service.logs(id, &LogFilter::default(), page))
        .await?;
    Ok(Finished {
        job,
        plan: Some(plan),
    })
}
