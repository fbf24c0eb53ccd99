use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, post, web};
use serde::Deserialize;
use sync_core::{LeftAlone, Side};
use sync_service::{LeftAloneFilter, Page, Service};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Problem;
use crate::extract::{Id, Json, Query};
use crate::schema;

/// A record that is to be left alone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaveAlone {
    #[schema(example = "product")]
    record_type: String,
    /// The side of the record.
    #[schema(value_type = schema::Side)]
    side: Side,
    /// The record's id there.
    id: String,
    /// Who decides.
    #[serde(default = "api")]
    #[schema(min_length = 1, max_length = 100)]
    by: String,
}

fn api() -> String {
    "api".to_owned()
}

/// Records that are left alone, the latest first
#[utoipa::path(tag = "matching", params(
    ("record_type" = Option<String>, Query),
    ("side" = Option<schema::Side>, Query, description = "the side that has the record"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0),
), responses(
    (status = 200, body = schema::Page<schema::LeftAlone>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/left-alone")]
pub(crate) async fn list_left_alone(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Page<LeftAlone>>, Problem> {
    let (record_type, side, page) = (query.text("record_type"), query.text("side"), query.page());
    query.finish()?;
    let list = move |service: &Service| {
        let spec = record_type.map(|name| service.spec(&name)).transpose()?;
        let filter = LeftAloneFilter {
            record_type: spec.map(|spec| spec.name.clone()),
            side: side.map(|side| service.side(&side)).transpose()?,
        };
        service.left_alone(&filter, page)
    };
    Ok(web::Json(app.ask(list).await?))
}

/// Leaves a record alone
///
/// As long as it is not linked, no run links it and none makes its counterpart. One that is left alone already stays as
/// it is.
#[utoipa::path(tag = "matching", request_body = LeaveAlone, responses(
    (status = 201, body = schema::LeftAlone, description = "`Location` is what was asked"),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`: the system has no such record"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/refused`: it is linked; `/problems/unknown-value`: records of this type are not matched"),
    (status = 502, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/system-unreachable`"),
))]
#[post("/api/left-alone")]
pub(crate) async fn leave_alone(
    app: web::Data<App>,
    Json(body): Json<LeaveAlone>,
) -> Result<HttpResponse, Problem> {
    let left = app
        .ask(move |service| service.leave_alone(&body.record_type, body.side, &body.id, &body.by))
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/left-alone/{}", left.id)))
        .json(left))
}

/// One record that is left alone
#[utoipa::path(tag = "matching", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::LeftAlone)))]
#[get("/api/left-alone/{id}")]
pub(crate) async fn show_left_alone(
    app: web::Data<App>,
    Id(id): Id,
) -> Result<web::Json<LeftAlone>, Problem> {
    Ok(web::Json(
        app.ask(move |service| service.left_alone_record(id)).await?,
    ))
}

/// Takes a record up again, and answers what was asked
///
/// The next run that reads its side looks at it.
#[utoipa::path(tag = "matching", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::LeftAlone)))]
#[delete("/api/left-alone/{id}")]
pub(crate) async fn take_up_again(app: web::Data<App>, Id(id): Id) -> Result<web::Json<LeftAlone>, Problem> {
    Ok(web::Json(
        app.ask(move |service| service.take_up_again(id)).await?,
    ))
}
