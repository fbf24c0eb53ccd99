use actix_web::{get, web};
use sync_service::RecordHistory;

use crate::app::App;
use crate::error::Problem;
use crate::extract::Query;
use crate::schema;

/// What happened to one record: its link, its lines in all jobs, its conflicts and dead letters
#[utoipa::path(tag = "records", params(
    ("record_type" = String, Path, description = "`product`, `inventory` or `order`"),
    ("side" = schema::Side, Path, description = "the side of the id"),
    ("record_id" = String, Path, description = "the record's id there"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0, description = "`lines` before this one"),
), responses(
    (status = 200, body = schema::RecordHistory),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/records/{record_type}/{side}/{record_id}/history")]
pub(crate) async fn record_history(
    app: web::Data<App>,
    path: web::Path<(String, String, String)>,
    mut query: Query,
) -> Result<web::Json<RecordHistory>, Problem> {
    let page = query.page();
    query.finish()?;
    let (record_type, side, id) = path.into_inner();
    let history = app
        .ask(move |service| service.record_history(&record_type, service.side(&side)?, &id, page))
        .await?;
    Ok(web::Json(history))
}
