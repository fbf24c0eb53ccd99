use actix_web::{post, web};
use serde::Deserialize;
use sync_service::{SeedReport, SeedSource};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Problem;
use crate::extract::Json;
use crate::schema;

/// How the simulated systems are filled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seed {
    /// Empty both systems, and forget everything that was synced, first.
    #[serde(default)]
    reset: bool,
}

/// Fills the simulated systems with the demonstration
///
/// Safe to repeat: what is there already stays and is not counted.
#[utoipa::path(tag = "seed", request_body = Seed, responses(
    (status = 200, body = schema::SeedReport),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/job-running`, `/problems/not-simulated`"),
))]
#[post("/api/seed")]
pub(crate) async fn seed(
    app: web::Data<App>,
    Json(body): Json<Seed>,
) -> Result<web::Json<SeedReport>, Problem> {
    let report = app
        .ask(move |service| service.seed(SeedSource::Demo, body.reset))
        .await?;
    Ok(web::Json(report))
}
