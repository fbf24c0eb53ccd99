use actix_web::{get, web};
use sync_service::{SampleRecord, Samples};

use crate::app::App;
use crate::error::{FieldFinding, Problem};
use crate::extract::Query;
use crate::schema;

/// Places and some records of a type in both systems, as they are now
#[utoipa::path(tag = "vocabulary", params(("record_type" = String, Query, description = "`product`, `inventory` or `order`")), responses(
    (status = 200, body = schema::Samples),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/samples")]
pub(crate) async fn samples(app: web::Data<App>, mut query: Query) -> Result<web::Json<Samples>, Problem> {
    let record_type = query.text("record_type");
    query.finish()?;
    let record_type = needed("record_type", record_type)?;
    Ok(web::Json(
        app.ask(move |service| service.samples(&record_type)).await?,
    ))
}

/// One record of a system as it is now
#[utoipa::path(tag = "vocabulary", params(
    ("record_type" = String, Query, description = "`product`, `inventory` or `order`"),
    ("system" = String, Query, description = "`shopify` or `odoo`"),
    ("id" = String, Query, description = "the record's id in that system"),
), responses(
    (status = 200, body = schema::SampleRecord),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
    (status = 502, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/system-unreachable`"),
))]
#[get("/api/samples/record")]
pub(crate) async fn sample_record(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<SampleRecord>, Problem> {
    let (record_type, system, id) = (query.text("record_type"), query.text("system"), query.text("id"));
    query.finish()?;
    let (record_type, system, id) = (
        needed("record_type", record_type)?,
        needed("system", system)?,
        needed("id", id)?,
    );
    let record = app
        .ask(move |service| service.sample_record(&system, &record_type, &id))
        .await?;
    Ok(web::Json(record))
}

pub(super) fn needed(name: &str, value: Option<String>) -> Result<String, Problem> {
    value.ok_or_else(|| Problem::invalid(vec![FieldFinding::new(name, "", "this parameter is needed")]))
}
