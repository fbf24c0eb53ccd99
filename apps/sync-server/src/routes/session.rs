use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Problem;
use crate::extract::Json;
use crate::schema;
use crate::security::{COOKIE, LIFETIME, Standing, came_over_tls};

/// Whether a login is needed, and whether there is one.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// False: no token is configured, and everybody who reaches the server may do everything.
    login_needed: bool,
    logged_in: bool,
    version: &'static str,
}

/// What a login shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The value of `SYNC_API_TOKEN`.
    token: String,
}

impl Session {
    fn of(app: &App, logged_in: bool) -> Self {
        Self {
            login_needed: app.guard.login_needed(),
            logged_in,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Whether a login is needed, and whether this client has one
#[utoipa::path(tag = "session", responses((status = 200, body = Session)))]
#[get("/api/session")]
pub(crate) async fn show_session(app: web::Data<App>, request: HttpRequest) -> web::Json<Session> {
    let standing = app.guard.standing(request.headers(), app.now());
    web::Json(Session::of(&app, standing == Standing::LoggedIn))
}

/// Logs a browser in
///
/// The answer sets the cookie, `Secure` if the page was loaded over TLS. After ten wrong tokens in a minute further
/// wrong ones are answered with 429; the right one always logs in.
#[utoipa::path(tag = "session", request_body = Login, responses(
    (status = 200, body = Session),
    (status = 401, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unauthorized`: this is not the token"),
    (status = 429, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/too-many-attempts`"),
))]
#[post("/api/session")]
pub(crate) async fn log_in(
    app: web::Data<App>,
    request: HttpRequest,
    Json(login): Json<Login>,
) -> Result<HttpResponse, Problem> {
    if !app.guard.login_needed() {
        return Ok(HttpResponse::Ok().json(Session::of(&app, false)));
    }
    let id = app.guard.log_in(&request, &login.token, app.now())?;
    let answer = HttpResponse::Ok()
        .insert_header((header::SET_COOKIE, cookie(&request, &id, LIFETIME.as_secs())))
        .json(Session::of(&app, true));
    Ok(answer)
}

/// Logs this browser out
#[utoipa::path(tag = "session", responses((status = 204, description = "done")))]
#[delete("/api/session")]
pub(crate) async fn log_out(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    app.guard.log_out(&request);
    HttpResponse::NoContent()
        .insert_header((header::SET_COOKIE, cookie(&request, "", 0)))
        .finish()
}

fn cookie(request: &HttpRequest, id: &str, seconds: i64) -> String {
    let secure = if came_over_tls(request) { "; Secure" } else { "" };
    format!("{COOKIE}={id}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}
