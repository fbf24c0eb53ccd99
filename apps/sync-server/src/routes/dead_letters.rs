use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use sync_core::{DeadLetter, DeadLetterStatus, ErrorKind};
use sync_service::{
    DeadLetterFilter, DeadLetterGroup, DeadLetterSelection, DeadLetterSummary, Page, Retried, RetrySelection,
    Service, ServiceError, Ticket,
};
use utoipa::ToSchema;

use super::jobs::Items;
use crate::app::App;
use crate::error::{FieldFinding, Problem};
use crate::extract::{Id, Json, Query, object};
use crate::respond::{accepted, wants_async};
use crate::schema;

const STATUSES: [&str; 3] = ["open", "resolved", "discarded"];
const CLASSES: [&str; 10] = [
    "network",
    "contention",
    "throttled",
    "unavailable",
    "unauthorized",
    "rejected",
    "mapping",
    "mismatch",
    "dependency",
    "protocol",
];
/// Dead letters that can be named one by one.
const MOST_IDS: usize = 500;
/// The most characters of a reason.
const REASON_CHARS: usize = 500;

/// Which dead letters. What is not given does not matter.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    #[schema(value_type = Option<schema::DeadLetterStatus>)]
    status: Option<DeadLetterStatus>,
    record_type: Option<String>,
    #[schema(value_type = Option<schema::ErrorKind>)]
    class: Option<ErrorKind>,
    code: Option<String>,
    /// The job that failed last.
    job: Option<i64>,
    /// Part of a label, an id or a message.
    text: Option<String>,
}

impl Filter {
    fn of(query: &mut Query) -> Self {
        Self {
            status: query.word("status", &STATUSES),
            record_type: query.text("record_type"),
            class: query.word("class", &CLASSES),
            code: query.text("code"),
            job: query.number("job", 0, i64::MAX),
            text: query.text("text"),
        }
    }

    /// Empty texts count as not given, as in a query.
    fn checked(self, service: &Service) -> Result<DeadLetterFilter, ServiceError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let record_type =
            given(self.record_type).map(|name| service.spec(&name).map(|spec| spec.name.clone()));
        Ok(DeadLetterFilter {
            status: self.status,
            record_type: record_type.transpose()?,
            class: self.class,
            code: given(self.code),
            job: self.job,
            text: given(self.text),
        })
    }
}

/// A filter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counted {
    #[serde(default, deserialize_with = "object")]
    filter: Option<Filter>,
}

/// How many match.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    count: u64,
}

/// Dead letters by filter or by number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetryBody {
    #[serde(default, deserialize_with = "object")]
    filter: Option<Filter>,
    #[schema(max_items = 500)]
    ids: Option<Vec<i64>>,
    /// How many there were when somebody looked; another number now is refused.
    expected: Option<u64>,
}

/// Dead letters by filter or by number, and why they are given up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscardBody {
    #[serde(default, deserialize_with = "object")]
    filter: Option<Filter>,
    #[schema(max_items = 500)]
    ids: Option<Vec<i64>>,
    /// Kept with each of them.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// How many open ones there were when somebody looked; another number now is refused.
    expected: Option<u64>,
}

/// How many were given up.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Discarded {
    discarded: u64,
}

/// A dead letter with the next step in plain words.
#[derive(Serialize)]
struct WithAdvice {
    #[serde(flatten)]
    letter: DeadLetter,
    advice: &'static str,
}

/// A group with the next step in plain words.
#[derive(Serialize)]
pub(crate) struct GroupWithAdvice {
    #[serde(flatten)]
    group: DeadLetterGroup,
    advice: &'static str,
}

enum Chosen {
    Filter(Filter),
    Ids(Vec<i64>),
}

fn chosen(filter: Option<Filter>, ids: Option<Vec<i64>>) -> Result<Chosen, Problem> {
    let refuse =
        |field: &str, message: String| Err(Problem::invalid(vec![FieldFinding::new(field, "", message)]));
    match (filter, ids) {
        (Some(filter), None) => Ok(Chosen::Filter(filter)),
        (None, Some(mut ids)) if ids.len() <= MOST_IDS => {
            ids.sort_unstable();
            ids.dedup();
            Ok(Chosen::Ids(ids))
        }
        (None, Some(_)) => refuse("ids", format!("at most {MOST_IDS}; give a filter for more")),
        (None, None) | (Some(_), Some(_)) => refuse("filter", "give either `filter` or `ids`".to_owned()),
    }
}

/// Dead letters, newest first
#[utoipa::path(tag = "dead letters", params(
    ("status" = Option<schema::DeadLetterStatus>, Query),
    ("record_type" = Option<String>, Query),
    ("class" = Option<schema::ErrorKind>, Query),
    ("code" = Option<String>, Query),
    ("job" = Option<i64>, Query, minimum = 0, description = "the job that failed last"),
    ("text" = Option<String>, Query, max_length = 200, description = "part of a label, an id or a message"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 500),
    ("before" = Option<i64>, Query, minimum = 0),
), responses(
    (status = 200, body = schema::Page<schema::DeadLetterSummary>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/dead-letter")]
pub(crate) async fn list_dead_letters(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Page<DeadLetterSummary>>, Problem> {
    let (filter, page) = (Filter::of(&mut query), query.page());
    query.finish()?;
    let list = move |service: &Service| service.dead_letters(&filter.checked(service)?, page);
    Ok(web::Json(app.ask(list).await?))
}

/// Dead letters by kind of failure, the largest group first
#[utoipa::path(tag = "dead letters", params(
    ("status" = Option<schema::DeadLetterStatus>, Query),
    ("record_type" = Option<String>, Query),
    ("class" = Option<schema::ErrorKind>, Query),
    ("code" = Option<String>, Query),
    ("job" = Option<i64>, Query, minimum = 0),
    ("text" = Option<String>, Query, max_length = 200),
), responses(
    (status = 200, body = schema::Items<schema::DeadLetterGroup>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/dead-letter/groups")]
pub(crate) async fn group_dead_letters(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Items<GroupWithAdvice>>, Problem> {
    let filter = Filter::of(&mut query);
    query.finish()?;
    let groups = app
        .ask(move |service| service.dead_letter_groups(&filter.checked(service)?))
        .await?;
    let items = groups.into_iter().map(|group| GroupWithAdvice {
        advice: group.class.advice(),
        group,
    });
    Ok(web::Json(Items {
        items: items.collect(),
    }))
}

/// How many dead letters match
#[utoipa::path(tag = "dead letters", request_body = Counted, responses(
    (status = 200, body = Count),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[post("/api/dead-letter/count")]
pub(crate) async fn count_dead_letters(
    app: web::Data<App>,
    Json(body): Json<Counted>,
) -> Result<web::Json<Count>, Problem> {
    let count = app
        .ask(move |service| service.count_dead_letters(&body.filter.unwrap_or_default().checked(service)?))
        .await?;
    Ok(web::Json(Count { count }))
}

/// One dead letter with its payloads and attempts
#[utoipa::path(tag = "dead letters", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::DeadLetter)))]
#[get("/api/dead-letter/{id}")]
pub(crate) async fn show_dead_letter(app: web::Data<App>, Id(id): Id) -> Result<HttpResponse, Problem> {
    let letter = app.ask(move |service| service.dead_letter(id)).await?;
    Ok(HttpResponse::Ok().json(WithAdvice {
        advice: letter.class.advice(),
        letter,
    }))
}

/// Tries one dead letter again
#[utoipa::path(tag = "dead letters", params(("id" = i64, Path, minimum = 0)), responses(
    (status = 200, body = schema::Retried),
    (status = 202, body = schema::Retried, description = "begun; `Location` is the job"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/dead-letter-state`, `/problems/job-running`"),
))]
#[post("/api/dead-letter/{id}/retry")]
pub(crate) async fn retry_dead_letter(
    app: web::Data<App>,
    request: HttpRequest,
    Id(id): Id,
) -> Result<HttpResponse, Problem> {
    let ticket = app
        .run(move |live| live.retry(&RetrySelection::Ids(vec![id]), None))
        .await?;
    retried(&request, ticket).await
}

/// Tries dead letters again: those with these numbers, or all open ones that match
///
/// Each record is read anew and goes through today's rules.
#[utoipa::path(tag = "dead letters", request_body = RetryBody, responses(
    (status = 200, body = schema::Retried),
    (status = 202, body = schema::Retried, description = "begun; `Location` is the first job"),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/dead-letter-state`, `/problems/count-changed`, `/problems/job-running`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[post("/api/dead-letter/retry")]
pub(crate) async fn retry_dead_letters(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<RetryBody>,
) -> Result<HttpResponse, Problem> {
    let chosen = chosen(body.filter, body.ids)?;
    let ticket = app.run(move |live| {
        let selection = match chosen {
            Chosen::Ids(ids) => RetrySelection::Ids(ids),
            Chosen::Filter(filter) => RetrySelection::Matching(filter.checked(live.service())?),
        };
        live.retry(&selection, body.expected)
    });
    retried(&request, ticket.await?).await
}

/// Gives dead letters up: those with these numbers, or all open ones that match
///
/// They stay as a trace, with the reason.
#[utoipa::path(tag = "dead letters", request_body = DiscardBody, responses(
    (status = 200, body = Discarded),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/count-changed`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`, `/problems/refused`"),
))]
#[post("/api/dead-letter/discard")]
pub(crate) async fn discard_dead_letters(
    app: web::Data<App>,
    Json(body): Json<DiscardBody>,
) -> Result<web::Json<Discarded>, Problem> {
    if body.reason.chars().nth(REASON_CHARS).is_some() {
        let message = format!("at most {REASON_CHARS} characters");
        return Err(Problem::invalid(vec![FieldFinding::new(
            "reason",
            &body.reason,
            message,
        )]));
    }
    let chosen = chosen(body.filter, body.ids)?;
    let discard = move |service: &Service| {
        let selection = match chosen {
            Chosen::Ids(ids) => DeadLetterSelection::Ids(ids),
            Chosen::Filter(filter) => DeadLetterSelection::Matching(filter.checked(service)?),
        };
        if let (Some(expected), DeadLetterSelection::Matching(filter)) = (body.expected, &selection) {
            let open = DeadLetterFilter {
                status: Some(DeadLetterStatus::Open),
                ..filter.clone()
            };
            let found = service.count_dead_letters(&open)?;
            if found != expected {
                return Err(ServiceError::CountChanged { expected, found });
            }
        }
        service.discard_dead_letters(&selection, &body.reason)
    };
    let discarded = app.ask(discard).await?;
    Ok(web::Json(Discarded { discarded }))
}

/// Answers a retry: its report, or its first job at once. Without anything to be tried the report is empty.
pub(super) async fn retried(
    request: &HttpRequest,
    ticket: Option<Ticket<Retried>>,
) -> Result<HttpResponse, Problem> {
    let Some(ticket) = ticket else {
        return Ok(HttpResponse::Ok().json(Retried::default()));
    };
    if wants_async(request) {
        let begun = Retried {
            tried: ticket.tried,
            jobs: vec![ticket.job.clone()],
            ..Retried::default()
        };
        return Ok(accepted(ticket.job.id, &begun));
    }
    Ok(HttpResponse::Ok().json(ticket.outcome().await?))
}
