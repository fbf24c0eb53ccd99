//! The document that describes the API.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, HttpMethod, OpenApi, PathItem, Ref, RefOr, Response, ResponseBuilder, Schema,
    SecurityRequirement,
};
use utoipa::{Modify, OpenApi as _};

use crate::error::Kind;
use crate::{routes, schema};

/// The document, made from the code.
pub fn document() -> OpenApi {
    Document::openapi()
        .merge_from(routes::Routes::openapi())
        .finished()
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Shopify and Odoo in sync",
        description = "Everything that the page and the command line do. Every list is paged by `before` and `limit`, \
            newest first. Every error is a problem (RFC 9457) whose `type` never changes.",
        license(name = "MIT", identifier = "MIT")
    ),
    components(schemas(schema::Problem, schema::Snapshot, schema::WaitKind)),
    modifiers(&Logins)
)]
struct Document;

/// A token in a header, or the cookie of a login.
struct Logins;

impl Modify for Logins {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::security::COOKIE));
        components.add_security_scheme("login", SecurityScheme::ApiKey(cookie));
    }
}

trait Finish {
    fn finished(self) -> OpenApi;
}

impl Finish for OpenApi {
    /// Adds what holds for every operation, so that no route has to say it.
    fn finished(mut self) -> OpenApi {
        name_problems(&mut self);
        for (path, item) in &mut self.paths.paths {
            let open = crate::security::is_open(path);
            for (method, operation) in operations(item) {
                common_problems(path, &method, operation, open);
                if !open {
                    let none: [&str; 0] = [];
                    operation.security = Some(vec![
                        SecurityRequirement::new("token", none),
                        SecurityRequirement::new("login", none),
                    ]);
                }
            }
        }
        self
    }
}

/// Which types of problems there are.
fn name_problems(document: &mut OpenApi) {
    let schemas = document
        .components
        .as_mut()
        .map(|components| &mut components.schemas);
    let problem = schemas.and_then(|schemas| schemas.get_mut("Problem"));
    if let Some(RefOr::T(Schema::Object(problem))) = problem
        && let Some(RefOr::T(Schema::Object(kind))) = problem.properties.get_mut("type")
    {
        let names = Kind::ALL.into_iter().map(|kind| kind.describe().0.into());
        kind.enum_values = Some(names.collect());
    }
}

pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let all = [
        (HttpMethod::Get, &mut item.get),
        (HttpMethod::Post, &mut item.post),
        (HttpMethod::Put, &mut item.put),
        (HttpMethod::Patch, &mut item.patch),
        (HttpMethod::Delete, &mut item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn common_problems(path: &str, method: &HttpMethod, operation: &mut Operation, open: bool) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description.push_str("done");
        }
    }
    let mut add = |status: &str, text: &str| {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(problem(text)));
    };
    let takes_body = operation.request_body.is_some();
    if takes_body || operation.parameters.is_some() {
        add("400", "`/problems/invalid`: path, query or body cannot be read");
    }
    if !open {
        add("401", "`/problems/unauthorized`: a login is needed");
    }
    add("429", "`/problems/too-many-attempts`: too many wrong tokens");
    add("403", "`/problems/host-refused`, `/problems/cross-site`");
    if path.contains('{') {
        add("404", "`/problems/not-found`");
    }
    if takes_body {
        add("413", "`/problems/too-large`");
        add("415", "`/problems/unsupported-media-type`");
    }
    if !matches!(method, HttpMethod::Get) || !open {
        add("503", "`/problems/store-unavailable`, `/problems/stopping`");
    }
    add("500", "`/problems/internal`");
}

fn problem(text: &str) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
        .build();
    ResponseBuilder::new()
        .description(text)
        .content("application/problem+json", content)
        .build()
}
