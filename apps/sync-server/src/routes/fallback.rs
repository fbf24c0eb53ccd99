use actix_web::dev::ResourceDef;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::error::{Kind, Problem};
use crate::openapi::{document, operations};

/// What no route answers: a file of the page, a route that does not know the method, or nothing at all.
pub(crate) async fn fallback(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.match_info().as_str();
    if !path.starts_with("/api/") {
        return app.assets.answer(&request);
    }
    let mut allowed: Vec<&str> = Vec::new();
    for (template, item) in &mut document().paths.paths {
        if ResourceDef::new(template.as_str()).is_match(path) {
            allowed.extend(operations(item).map(|(method, _)| name(&method)));
        }
    }
    allowed.sort_unstable();
    allowed.dedup();
    if allowed.is_empty() {
        return Err(Problem::new(Kind::NoSuchRoute, "see /api.html for what there is"));
    }
    let allowed = allowed.join(", ");
    let method: &Method = request.method();
    let problem = Problem::new(
        Kind::MethodNotAllowed,
        format!("{method} cannot be done here, but {allowed}"),
    );
    Err(problem.with_header(header::ALLOW, allowed))
}

fn name(method: &utoipa::openapi::HttpMethod) -> &'static str {
    use utoipa::openapi::HttpMethod;
    match method {
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Delete => "DELETE",
        _ => "GET",
    }
}
