use actix_web::{get, web};
use sync_service::{Page, Service, WaitKind, WaitingFilter, WaitingRow};

use crate::app::App;
use crate::error::Problem;
use crate::extract::Query;
use crate::schema;

/// Records that wait for their next attempt or for another record, the latest first
#[utoipa::path(tag = "waiting", params(
    ("record_type" = Option<String>, Query),
    ("kind" = Option<schema::WaitKind>, Query),
    ("text" = Option<String>, Query, max_length = 200, description = "part of a label or an id"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0),
), responses(
    (status = 200, body = schema::Page<schema::WaitingRow>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/waiting")]
pub(crate) async fn list_waiting(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Page<WaitingRow>>, Problem> {
    let (record_type, kind) = (
        query.text("record_type"),
        query.word::<Kind>("kind", &["pending", "held"]),
    );
    let (text, page) = (query.text("text"), query.page());
    query.finish()?;
    let list = move |service: &Service| {
        let record_type = record_type.map(|name| service.spec(&name).map(|spec| spec.name.clone()));
        let filter = WaitingFilter {
            record_type: record_type.transpose()?,
            kind: kind.map(|kind| kind.0),
            text,
        };
        service.waiting(&filter, page)
    };
    Ok(web::Json(app.ask(list).await?))
}

struct Kind(WaitKind);

impl std::str::FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let kinds = [WaitKind::Pending, WaitKind::Held];
        kinds
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .map(Self)
            .ok_or(())
    }
}
