use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, post, web};
use serde::Deserialize;
use sync_core::Link;
use sync_service::{LinkFilter, Page, Service};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Problem;
use crate::extract::{Id, Json, Query};
use crate::schema;

/// Two records that are the same thing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLink {
    #[schema(example = "product")]
    record_type: String,
    shopify_id: String,
    odoo_id: String,
}

/// Links, newest first
#[utoipa::path(tag = "links", params(
    ("record_type" = Option<String>, Query, description = "a record type, or an element of one: `variant`"),
    ("text" = Option<String>, Query, max_length = 200, description = "part of a label or an id"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0),
), responses(
    (status = 200, body = schema::Page<schema::Link>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/links")]
pub(crate) async fn list_links(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Page<Link>>, Problem> {
    let (record_type, text, page) = (query.text("record_type"), query.text("text"), query.page());
    query.finish()?;
    let list = move |service: &Service| {
        let record_type = record_type.map(|name| service.linked_type(&name)).transpose()?;
        service.links(&LinkFilter { record_type, text }, page)
    };
    Ok(web::Json(app.ask(list).await?))
}

/// One link
#[utoipa::path(tag = "links", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::Link)))]
#[get("/api/links/{id}")]
pub(crate) async fn show_link(app: web::Data<App>, Id(id): Id) -> Result<web::Json<Link>, Problem> {
    Ok(web::Json(app.ask(move |service| service.link(id)).await?))
}

/// Says that two records are the same thing
///
/// Nothing is written to either system; the next run compares them. Their elements find each other by SKU, barcode and
/// options.
#[utoipa::path(tag = "links", request_body = NewLink, responses(
    (status = 201, body = schema::Link, description = "`Location` is the link"),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`: a system has no such record"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/refused`: one of them is linked; `/problems/unknown-value`"),
    (status = 502, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/system-unreachable`"),
))]
#[post("/api/links")]
pub(crate) async fn add_link(app: web::Data<App>, Json(new): Json<NewLink>) -> Result<HttpResponse, Problem> {
    let link = app
        .ask(move |service| service.link_records(&new.record_type, &new.shopify_id, &new.odoo_id))
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/links/{}", link.id)))
        .json(link))
}

/// Forgets that two records belong together, and answers what the link was
///
/// Neither record is touched; the next run may match them again, or make the one that is missing.
#[utoipa::path(tag = "links", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::Link)))]
#[delete("/api/links/{id}")]
pub(crate) async fn delete_link(app: web::Data<App>, Id(id): Id) -> Result<web::Json<Link>, Problem> {
    Ok(web::Json(app.ask(move |service| service.unlink(id)).await?))
}
