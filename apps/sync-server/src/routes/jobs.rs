use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Serialize;
use sync_core::{Job, RecordLog};
use sync_service::{
    DeadLetterFilter, JobFilter, LogCount, LogFilter, Page, Progress, RetrySelection, ServiceError,
};

use super::dead_letters::retried;
use crate::app::App;
use crate::error::{Kind, Problem};
use crate::extract::{Id, Query};
use crate::respond::{accepted, wants_async};
use crate::schema;

pub(super) const STATUSES: [&str; 6] = [
    "queued",
    "running",
    "completed",
    "failed",
    "cancelled",
    "interrupted",
];
const OUTCOMES: [&str; 3] = ["success", "fail", "skipped"];
const ACTIONS: [&str; 4] = ["create", "update", "skip", "fail"];

/// A list that is answered as a whole.
#[derive(Serialize)]
pub(super) struct Items<T> {
    pub(super) items: Vec<T>,
}

/// Jobs, newest first
#[utoipa::path(tag = "jobs", params(
    ("status" = Option<schema::JobStatus>, Query),
    ("job_type" = Option<String>, Query, description = "`products`, `inventory` or `orders`"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0, description = "`next` of the page before"),
), responses(
    (status = 200, body = schema::Page<schema::Job>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/jobs")]
pub(crate) async fn list_jobs(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Page<Job>>, Problem> {
    let (job_type, status, page) = (
        query.text("job_type"),
        query.word("status", &STATUSES),
        query.page(),
    );
    query.finish()?;
    let list = move |service: &sync_service::Service| {
        let job_type = job_type.map(|name| service.spec(&name).map(|spec| spec.job_type.clone()));
        let filter = JobFilter {
            job_type: job_type.transpose()?,
            status,
        };
        service.jobs(&filter, page)
    };
    Ok(web::Json(app.ask(list).await?))
}

/// One job
#[utoipa::path(tag = "jobs", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::Job)))]
#[get("/api/jobs/{id}")]
pub(crate) async fn show_job(app: web::Data<App>, Id(id): Id) -> Result<web::Json<Job>, Problem> {
    Ok(web::Json(app.ask(move |service| service.job(id)).await?))
}

/// The log of a job, newest line first; of a dry run: its plan
#[utoipa::path(tag = "jobs", params(
    ("id" = i64, Path, minimum = 0),
    ("outcome" = Option<schema::Outcome>, Query),
    ("action" = Option<schema::Action>, Query),
    ("reason" = Option<String>, Query, description = "a stable word: `created`, `unchanged`, ..."),
    ("text" = Option<String>, Query, max_length = 200, description = "part of a label, an id or a message"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0),
), responses((status = 200, body = schema::Page<schema::RecordLog>)))]
#[get("/api/jobs/{id}/logs")]
pub(crate) async fn job_logs(
    app: web::Data<App>,
    Id(id): Id,
    mut query: Query,
) -> Result<web::Json<Page<RecordLog>>, Problem> {
    let filter = LogFilter {
        outcome: query.word("outcome", &OUTCOMES),
        action: query.word("action", &ACTIONS),
        reason: query.text("reason"),
        text: query.text("text"),
    };
    let page = query.page();
    query.finish()?;
    Ok(web::Json(
        app.ask(move |service| service.logs(id, &filter, page)).await?,
    ))
}

/// What a job's log says in sum, by action, outcome and reason
#[utoipa::path(tag = "jobs", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = schema::Items<schema::LogCount>)))]
#[get("/api/jobs/{id}/counts")]
pub(crate) async fn job_counts(
    app: web::Data<App>,
    Id(id): Id,
) -> Result<web::Json<Items<LogCount>>, Problem> {
    let items = app.ask(move |service| service.log_counts(id)).await?;
    Ok(web::Json(Items { items }))
}

/// How far a running job is
#[utoipa::path(tag = "jobs", params(("id" = i64, Path, minimum = 0)),
    responses((status = 200, body = schema::Progress)))]
#[get("/api/jobs/{id}/progress")]
pub(crate) async fn job_progress(app: web::Data<App>, Id(id): Id) -> Result<web::Json<Progress>, Problem> {
    let progress = app.run(move |live| live.progress(id)).await?;
    let ended = || Problem::new(Kind::NotFound, format!("job {id} is not running"));
    progress.map(web::Json).ok_or_else(ended)
}

/// Asks a job to stop
///
/// Answers at once; the job stops at its next batch, and everything that it has done stays done.
#[utoipa::path(tag = "jobs", params(("id" = i64, Path, minimum = 0)), responses(
    (status = 202, body = schema::Job),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/job-state`: it has ended"),
))]
#[post("/api/jobs/{id}/cancel")]
pub(crate) async fn cancel_job(app: web::Data<App>, Id(id): Id) -> Result<HttpResponse, Problem> {
    let job = app.run(move |live| live.cancel(id)).await?;
    Ok(HttpResponse::Accepted().json(job))
}

/// Takes a stopped job up where it stopped
#[utoipa::path(tag = "jobs", params(("id" = i64, Path, minimum = 0)), responses(
    (status = 200, body = schema::Job),
    (status = 202, body = schema::Job, description = "begun; `Location` is the job"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/job-state`, `/problems/job-running`"),
))]
#[post("/api/jobs/{id}/resume")]
pub(crate) async fn resume_job(
    app: web::Data<App>,
    request: HttpRequest,
    Id(id): Id,
) -> Result<HttpResponse, Problem> {
    let ticket = app.run(move |live| live.resume(id)).await?;
    if wants_async(&request) {
        return Ok(accepted(ticket.job.id, &ticket.job));
    }
    Ok(HttpResponse::Ok().json(ticket.outcome().await?))
}

/// Tries again what became a dead letter in this job and still is one
#[utoipa::path(tag = "jobs", params(("id" = i64, Path, minimum = 0)), responses(
    (status = 200, body = schema::Retried),
    (status = 202, body = schema::Retried, description = "begun; `Location` is the first job"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/job-running`, with the `job`"),
))]
#[post("/api/jobs/{id}/retry-failed")]
pub(crate) async fn retry_failed(
    app: web::Data<App>,
    request: HttpRequest,
    Id(id): Id,
) -> Result<HttpResponse, Problem> {
    let ticket = app.run(move |live| {
        let job = live.service().job(id)?;
        let of_job = DeadLetterFilter {
            job: Some(job.id),
            ..DeadLetterFilter::default()
        };
        let started = live.retry(&RetrySelection::Matching(of_job), None)?;
        Ok::<_, ServiceError>(started)
    });
    retried(&request, ticket.await?).await
}
