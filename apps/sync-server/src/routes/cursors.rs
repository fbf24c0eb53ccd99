use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use sync_core::Side;
use sync_service::{CursorRow, Service};
use utoipa::ToSchema;

use super::jobs::Items;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Json;
use crate::schema;

/// What is to be read again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rewind {
    #[schema(example = "product")]
    record_type: String,
    /// Both, if not given.
    #[schema(value_type = Option<schema::Side>)]
    side: Option<Side>,
}

/// How many cursors were forgotten.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rewound {
    forgotten: usize,
}

/// How far each side was read
#[utoipa::path(tag = "cursors", responses((status = 200, body = schema::Items<schema::Cursor>)))]
#[get("/api/cursors")]
pub(crate) async fn list_cursors(app: web::Data<App>) -> Result<web::Json<Items<CursorRow>>, Problem> {
    let items = app.ask(Service::cursors).await?;
    Ok(web::Json(Items { items }))
}

/// Makes the next run of a record type read everything again, on one side or on both
#[utoipa::path(tag = "cursors", request_body = Rewind, responses(
    (status = 200, body = Rewound),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[post("/api/cursors/rewind")]
pub(crate) async fn rewind_cursors(
    app: web::Data<App>,
    Json(body): Json<Rewind>,
) -> Result<web::Json<Rewound>, Problem> {
    let forgotten = app
        .ask(move |service| service.rewind(&body.record_type, body.side))
        .await?;
    Ok(web::Json(Rewound { forgotten }))
}
