use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::json;

use crate::app::App;
use crate::error::Problem;
use crate::schema;
use crate::security::Standing;

/// Whether the server lives; for those who are logged in, also store, systems and notifications
#[utoipa::path(tag = "health", responses((status = 200, body = schema::Health)))]
#[get("/api/health")]
pub(crate) async fn health(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let version = env!("CARGO_PKG_VERSION");
    if app.guard.standing(request.headers(), app.now()) == Standing::Stranger {
        let body = json!({"status": "ok", "version": version, "store": null, "systems": null, "notifications": null});
        return Ok(HttpResponse::Ok().json(body));
    }
    let (health, failure) = app
        .run(|live| Ok((live.service().health(), live.last_notice())))
        .await?;
    let configured = app.live.service().config().notify.url.is_some();
    let body = json!({
        "status": if health.is_good() { "ok" } else { "degraded" },
        "version": version,
        "store": health.store,
        "systems": health.systems,
        "notifications": {
            "configured": configured,
            "last_error": failure.as_ref().map(|notice| &notice.text),
            "last_error_at": failure.as_ref().map(|notice| notice.at),
        },
    });
    Ok(HttpResponse::Ok().json(body))
}

/// Whether the server can work: the store answers and no shutdown is under way
#[utoipa::path(tag = "health", responses(
    (status = 200, body = Ready),
    (status = 503, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/store-unavailable`, `/problems/stopping`"),
))]
#[get("/api/ready")]
pub(crate) async fn ready(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    app.run(|live| live.is_ready()).await?;
    Ok(HttpResponse::Ok().json(Ready { ready: true }))
}

/// The server can work.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ready {
    ready: bool,
}
