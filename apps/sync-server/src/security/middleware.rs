//! What happens around every request: an id, the checks, the log line, the headers; and a panic is an answer like any
//! other.

use std::panic::AssertUnwindSafe;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use futures_util::FutureExt;
use tracing::Instrument;

use super::headers::harden;
use super::session::hex;
use crate::app::App;
use crate::error::Problem;

/// What belongs to the request that is being answered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub(crate) request_id: String,
    pub(crate) debug: bool,
}

tokio::task_local! {
    static CONTEXT: Context;
}

/// The request that is being answered.
pub(crate) fn context() -> Context {
    CONTEXT.try_with(Clone::clone).unwrap_or_default()
}

/// Lets a request through to its route, or answers why not.
pub(crate) async fn protect<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Err(Problem::internal("the application has no state").into());
    };
    let context = Context {
        request_id: request_id(&request),
        debug: app.debug,
    };
    let id = context.request_id.clone();
    let (method, path) = (request.method().to_string(), request.path().to_owned());
    let span = tracing::info_span!("request", id, method, path);
    CONTEXT
        .scope(context, answer(app, request, next).instrument(span))
        .await
}

async fn answer<B: MessageBody + 'static>(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = app.now();
    // The path as routes are matched, percent signs resolved: another spelling must not get around the checks.
    let path = request.match_info().as_str();
    let api = path.starts_with("/api/");
    let checked = app.guard.check(&request, path, began);
    let mut response = match checked {
        Err(problem) => request.into_response(problem.error_response()),
        Ok(()) => match AssertUnwindSafe(next.call(request)).catch_unwind().await {
            Ok(Ok(response)) => in_our_words(response.map_into_boxed_body()),
            Ok(Err(error)) => return Err(of_error(&error).into()),
            Err(_) => return Err(Problem::internal("a route panicked").into()),
        },
    };
    let id = super::context().request_id;
    harden(response.headers_mut(), &id, api);
    let took = app.now().duration_since(began).as_millis();
    let status = response.status().as_u16();
    if api {
        tracing::info!(status, ms = i64::try_from(took).unwrap_or(i64::MAX), "answered");
    } else {
        tracing::debug!(status, "answered");
    }
    Ok(response)
}

/// The framework's own refusals are plain text; ours are problems.
fn in_our_words(response: ServiceResponse) -> ServiceResponse {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_problem = kind.is_some_and(|kind| kind.as_bytes() == b"application/problem+json");
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = Problem::of_status(status);
    response.into_response(problem.error_response())
}

fn of_error(error: &Error) -> Problem {
    Problem::of_status(error.as_response_error().status_code())
}

/// The client's own id if it is a plain word, else a new one.
fn request_id(request: &ServiceRequest) -> String {
    let given = request
        .headers()
        .get("x-request-id")
        .and_then(|value| value.to_str().ok());
    let plain = |id: &&str| {
        (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    given.filter(plain).map_or_else(new_id, str::to_owned)
}

fn new_id() -> String {
    let mut bytes = [0_u8; 8];
    // Ids only have to differ; without random numbers a log is a little harder to read.
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::warn!(error = %error, "no random number for a request's id");
    }
    hex(&bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use actix_web::middleware::from_fn;
    use actix_web::{App as ActixApp, HttpResponse, test};
    use sync_service::config::load;
    use sync_service::{Live, SystemClock, open_installation};
    use tokio::sync::Semaphore;

    use super::*;
    use crate::assets::Assets;
    use crate::security::Guard;

    fn app(instance: &std::path::Path, debug: bool) -> web::Data<App> {
        let instance = instance.display().to_string();
        let given = |name: &str| (name == "SYNC_INSTANCE").then(|| instance.clone());
        let config = load(&BTreeMap::new(), &given, None).unwrap();
        let guard = Guard::new(&config);
        let service = open_installation(config, Arc::new(SystemClock)).unwrap();
        web::Data::new(App {
            live: Live::new(service).unwrap(),
            guard,
            assets: Assets::Embedded,
            streams: Arc::new(Semaphore::new(1)),
            debug,
        })
    }

    async fn broken() -> HttpResponse {
        panic!("the customer's name is Ada");
    }

    async fn panicking_task(app: web::Data<App>) -> Result<HttpResponse, Problem> {
        app.ask(|_| -> Result<(), _> { panic!("so is this") }).await?;
        Ok(HttpResponse::Ok().finish())
    }

    #[actix_web::test]
    async fn a_panic_is_answered_without_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let service = ActixApp::new()
            .app_data(app(folder.path(), false))
            .wrap(from_fn(protect))
            .route("/api/broken", web::get().to(broken))
            .route("/api/task", web::get().to(panicking_task));
        let service = test::init_service(service).await;
        for path in ["/api/broken", "/api/task"] {
            let request = test::TestRequest::get()
                .uri(path)
                .insert_header(("host", "localhost"));
            let (status, text) = match test::try_call_service(&service, request.to_request()).await {
                Ok(response) => (response.status().as_u16(), test::read_body(response).await),
                Err(error) => {
                    let response = error.error_response();
                    let status = response.status().as_u16();
                    let id = response.headers().get("x-request-id").unwrap().as_bytes();
                    assert_eq!(id.len(), 16);
                    let body = actix_web::body::to_bytes(response.into_body())
                        .await
                        .ok()
                        .unwrap();
                    (status, body)
                }
            };
            let text = String::from_utf8(text.to_vec()).unwrap();
            assert_eq!(status, 500, "{path}");
            assert!(
                text.contains("/problems/internal") && !text.contains("Ada"),
                "{text}"
            );
        }
    }
}
