use std::collections::BTreeMap;

use actix_web::{get, post, web};
use serde::Deserialize;
use serde_json::Value;
use sync_service::{DEFAULT_TWINS, Edit, EditableField, Edited, MOST_TWINS, Page, PageRequest, Twin};
use utoipa::ToSchema;

use super::jobs::Items;
use crate::app::App;
use crate::error::{FieldFinding, Problem};
use crate::extract::{Json, Query};
use crate::schema;

/// An edit as a person makes it in one of the simulated systems.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditBody {
    #[schema(example = "shopify")]
    system: String,
    /// `product`, `variant`, `inventory` or `order`.
    #[schema(example = "product")]
    record_type: String,
    /// The record's id in that system.
    id: String,
    /// Fields and values: texts, numbers, true or false. Some are events.
    fields: BTreeMap<String, Value>,
}

/// Everything that can be edited in a simulated system
#[utoipa::path(tag = "simulation", responses((status = 200, body = schema::Items<schema::EditableField>)))]
#[get("/api/sim/fields")]
pub(crate) async fn editable_fields(app: web::Data<App>) -> web::Json<Items<EditableField>> {
    web::Json(Items {
        items: app.live.service().editable_fields().to_vec(),
    })
}

/// Edits a record of a simulated system, as a person would in its own page
#[utoipa::path(tag = "simulation", request_body = EditBody, responses(
    (status = 200, body = schema::Edited),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`"),
    (status = 409, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-simulated`"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`, `/problems/refused`"),
    (status = 502, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/system-unreachable`"),
))]
#[post("/api/sim/edit")]
pub(crate) async fn sim_edit(
    app: web::Data<App>,
    Json(body): Json<EditBody>,
) -> Result<web::Json<Edited>, Problem> {
    let mut fields = BTreeMap::new();
    for (name, value) in body.fields {
        let value = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            other @ (Value::Null | Value::Array(_) | Value::Object(_)) => {
                let message = "a text, a number, true or false is needed";
                let finding = FieldFinding::new(format!("fields.{name}"), &other.to_string(), message);
                return Err(Problem::invalid(vec![finding]));
            }
        };
        fields.insert(name, value);
    }
    let edit = Edit {
        system: body.system,
        record_type: body.record_type,
        id: body.id,
        fields,
    };
    Ok(web::Json(app.ask(move |service| service.sim_edit(&edit)).await?))
}

/// Linked products as both systems show them now, side by side, newest links first
#[utoipa::path(tag = "simulation", params(
    ("text" = Option<String>, Query, max_length = 200, description = "part of a label or an id"),
    ("limit" = Option<u16>, Query, minimum = 1, maximum = 50, description = "10 if not given"),
    ("before" = Option<i64>, Query, minimum = 0),
), responses(
    (status = 200, body = schema::Page<schema::Twin>),
    (status = 502, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/system-unreachable`"),
))]
#[get("/api/sim/twin")]
pub(crate) async fn twins(app: web::Data<App>, mut query: Query) -> Result<web::Json<Page<Twin>>, Problem> {
    let most = i64::try_from(MOST_TWINS).unwrap_or(i64::MAX);
    let limit = query
        .number("limit", 1, most)
        .and_then(|limit| usize::try_from(limit).ok());
    let (text, before) = (query.text("text"), query.number("before", 0, i64::MAX));
    query.finish()?;
    let page = PageRequest {
        before,
        limit: limit.unwrap_or(DEFAULT_TWINS),
    };
    Ok(web::Json(
        app.ask(move |service| service.twins(text, page)).await?,
    ))
}
