use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sync_core::{Conflict, ConflictStatus, Winner};
use sync_service::{
    Begun, ConflictFilter, ConflictSelection, Decision, Page, Resolved, Retried, Service, ServiceError,
};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{FieldFinding, Problem};
use crate::extract::{Id, Json, Query, named, object};
use crate::respond::{accepted, wants_async};
use crate::schema;

const STATUSES: [&str; 3] = ["open", "decided", "resolved"];
/// Conflicts that can be named one by one.
const MOST_IDS: usize = 500;

/// Which conflicts. What is not given does not matter.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConflictFilter)]
pub(crate) struct Filter {
    /// The open ones if not given, where something is to be done with them.
    #[schema(value_type = Option<schema::ConflictStatus>)]
    status: Option<ConflictStatus>,
    record_type: Option<String>,
    /// The rule: its two places, as a conflict shows it.
    rule: Option<String>,
    /// A record, by its id in Shopify.
    shopify_id: Option<String>,
    /// Part of a label, an id or a field.
    text: Option<String>,
}

impl Filter {
    fn of(query: &mut Query) -> Self {
        Self {
            status: query.word("status", &STATUSES),
            record_type: query.text("record_type"),
            rule: query.text("rule"),
            shopify_id: query.text("shopify_id"),
            text: query.text("text"),
        }
    }

    /// Empty texts count as not given, as in a query.
    fn checked(self, service: &Service) -> Result<ConflictFilter, ServiceError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let record_type =
            given(self.record_type).map(|name| service.spec(&name).map(|spec| spec.name.clone()));
        Ok(ConflictFilter {
            status: self.status,
            record_type: record_type.transpose()?,
            rule: given(self.rule),
            shopify_id: given(self.shopify_id),
            text: given(self.text),
        })
    }
}

/// Who wins.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Chosen {
    Shopify,
    Odoo,
    /// Neither: another value.
    Value,
}

/// Another value: for one side, or for both. Null empties the field; a side that is left out gets what the rule makes of
/// the other's.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypedValue {
    #[serde(default, deserialize_with = "named")]
    shopify: Option<Value>,
    #[serde(default, deserialize_with = "named")]
    odoo: Option<Value>,
}

/// A decision about one conflict.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    winner: Chosen,
    /// Only with the winner `value`.
    #[serde(default, deserialize_with = "object")]
    value: Option<TypedValue>,
    /// Who decides.
    #[serde(default = "api")]
    #[schema(min_length = 1, max_length = 100)]
    by: String,
}

/// The same decision about conflicts by filter or by number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolveMany {
    #[serde(default, deserialize_with = "object")]
    filter: Option<Filter>,
    #[schema(max_items = 500)]
    ids: Option<Vec<i64>>,
    winner: Chosen,
    /// Only with the winner `value`; a filter then has to name a rule.
    #[serde(default, deserialize_with = "object")]
    value: Option<TypedValue>,
    /// Who decides.
    #[serde(default = "api")]
    #[schema(min_length = 1, max_length = 100)]
    by: String,
    /// How many there were when somebody looked; another number now is refused.
    expected: Option<u64>,
}

/// Who brings it back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Restore {
    /// Who decides.
    #[serde(default = "api")]
    #[schema(min_length = 1, max_length = 100)]
    by: String,
}

fn api() -> String {
    "api".to_owned()
}

/// How many conflicts match.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConflictCount {
    count: u64,
}

fn decision(winner: Chosen, value: Option<TypedValue>, by: &str) -> Result<Decision, ServiceError> {
    let winner = match (winner, value) {
        (Chosen::Shopify, None) => Winner::Shopify,
        (Chosen::Odoo, None) => Winner::Odoo,
        (Chosen::Value, value) => {
            let value = value.unwrap_or_default();
            Winner::Value {
                shopify: value.shopify,
                odoo: value.odoo,
            }
        }
        (Chosen::Shopify | Chosen::Odoo, Some(_)) => {
            return Err(ServiceError::Invalid(
                "a value goes with the winner `value` only".into(),
            ));
        }
    };
    Decision::new(winner, by)
}

/// Conflicts, newest first
#[utoipa::path(tag = "conflicts", params(
    ("status" = Option<schema::ConflictStatus>, Query),
    ("record_type" = Option<String>, Query),
    ("rule" = Option<String>, Query, description = "the rule: its two places, as a conflict shows it"),
    ("shopify_id" = Option<String>, Query, description = "a record, by its id in Shopify"),
    ("text" = Option<String>, Query, max_length = 200, description = "part of a label, an id or a field"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0),
), responses(
    (status = 200, body = schema::Page<schema::Conflict>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/conflicts")]
pub(crate) async fn list_conflicts(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Page<Conflict>>, Problem> {
    let (filter, page) = (Filter::of(&mut query), query.page());
    query.finish()?;
    let list = move |service: &Service| service.conflicts(&filter.checked(service)?, page);
    Ok(web::Json(app.ask(list).await?))
}

/// How many conflicts match
#[utoipa::path(tag = "conflicts", params(
    ("status" = Option<schema::ConflictStatus>, Query),
    ("record_type" = Option<String>, Query),
    ("rule" = Option<String>, Query),
    ("shopify_id" = Option<String>, Query),
    ("text" = Option<String>, Query, max_length = 200),
), responses(
    (status = 200, body = ConflictCount),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/conflicts/count")]
pub(crate) async fn count_conflicts(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<ConflictCount>, Problem> {
    let filter = Filter::of(&mut query);
    query.finish()?;
    let count = app
        .ask(move |service| service.count_conflicts(&filter.checked(service)?))
        .await?;
    Ok(web::Json(ConflictCount { count }))
}

/// One conflict: what both sides showed when they last agreed, what they show now, and what was decided
#[utoipa::path(tag = "conflicts", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::Conflict)))]
#[get("/api/conflicts/{id}")]
pub(crate) async fn show_conflict(app: web::Data<App>, Id(id): Id) -> Result<web::Json<Conflict>, Problem> {
    Ok(web::Json(app.ask(move |service| service.conflict(id)).await?))
}

/// Decides one conflict and carries it out
#[utoipa::path(tag = "conflicts", params(("id" = i64, Path, minimum = 0)), request_body = Resolve, responses(
    (status = 200, body = schema::Resolved),
    (status = 202, body = schema::Resolved, description = "begun; `Location` is the job"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/conflict-state`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/refused`"),
))]
#[post("/api/conflicts/{id}/resolve")]
pub(crate) async fn resolve_conflict(
    app: web::Data<App>,
    request: HttpRequest,
    Id(id): Id,
    Json(body): Json<Resolve>,
) -> Result<HttpResponse, Problem> {
    let begun = app.run(move |live| {
        let decision = decision(body.winner, body.value, &body.by)?;
        live.resolve(&ConflictSelection::Ids(vec![id]), &decision, None)
    });
    resolved(&app, &request, begun.await?).await
}

/// The same decision for all conflicts that match, or for those with these numbers, and carries it out
#[utoipa::path(tag = "conflicts", request_body = ResolveMany, responses(
    (status = 200, body = schema::Resolved),
    (status = 202, body = schema::Resolved, description = "begun; `Location` is the first job"),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/conflict-state`, `/problems/count-changed`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/refused`, `/problems/unknown-value`"),
))]
#[post("/api/conflicts/resolve")]
pub(crate) async fn resolve_conflicts(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<ResolveMany>,
) -> Result<HttpResponse, Problem> {
    let refuse =
        |field: &str, message: String| Err(Problem::invalid(vec![FieldFinding::new(field, "", message)]));
    let chosen = match (body.filter, body.ids) {
        (Some(filter), None) => Ok(filter),
        (None, Some(ids)) if ids.len() <= MOST_IDS => Err(ids),
        (None, Some(_)) => return refuse("ids", format!("at most {MOST_IDS}; give a filter for more")),
        (None, None) | (Some(_), Some(_)) => {
            return refuse("filter", "give either `filter` or `ids`".to_owned());
        }
    };
    let begun = app.run(move |live| {
        let decision = decision(body.winner, body.value, &body.by)?;
        let selection = match chosen {
            Ok(filter) => ConflictSelection::Matching(filter.checked(live.service())?),
            Err(ids) => ConflictSelection::Ids(ids),
        };
        live.resolve(&selection, &decision, body.expected)
    });
    resolved(&app, &request, begun.await?).await
}

/// Brings back what lost in a conflict that is over
///
/// A new conflict says so; its winner is the value that had lost.
#[utoipa::path(tag = "conflicts", params(("id" = i64, Path, minimum = 0)), request_body = Restore, responses(
    (status = 200, body = schema::Resolved),
    (status = 202, body = schema::Resolved, description = "begun; `Location` is the job"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/refused`: nothing lost there"),
))]
#[post("/api/conflicts/{id}/restore")]
pub(crate) async fn restore_conflict(
    app: web::Data<App>,
    request: HttpRequest,
    Id(id): Id,
    Json(body): Json<Restore>,
) -> Result<HttpResponse, Problem> {
    let begun = app.run(move |live| live.restore(id, &body.by)).await?;
    resolved(&app, &request, begun).await
}

/// Answers a decision: what became of it, or its first job at once.
async fn resolved(app: &App, request: &HttpRequest, begun: Begun) -> Result<HttpResponse, Problem> {
    let Begun {
        conflicts,
        ticket,
        not_started,
    } = begun;
    let report = match ticket {
        Some(ticket) if wants_async(request) => {
            let decided = conflicts.len() as u64;
            let report = Retried {
                tried: ticket.tried,
                jobs: vec![ticket.job.clone()],
                not_started,
                ..Retried::default()
            };
            let begun = Resolved {
                decided,
                conflicts: conflicts.into_iter().take(MOST_IDS).collect(),
                report,
            };
            return Ok(accepted(ticket.job.id, &begun));
        }
        Some(ticket) => Some(ticket.outcome().await?),
        None => None,
    };
    let answer = app
        .run(move |live| live.resolved(&conflicts, report, not_started))
        .await?;
    Ok(HttpResponse::Ok().json(answer))
}
