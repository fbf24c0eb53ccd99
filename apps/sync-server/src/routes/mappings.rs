use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use mapping_transforms::{Mapping, MappingDraft};
use serde::Deserialize;
use sync_core::Direction;
use sync_service::{Preview, PreviewRequest, PreviewRule, SavedMapping};
use utoipa::ToSchema;

use super::jobs::Items;
use crate::app::App;
use crate::error::{FieldFinding, Problem};
use crate::extract::{Id, Json, Query, object};
use crate::schema;

/// A rule as somebody typed it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    #[schema(example = "product")]
    record_type: String,
    /// The place in Shopify's record, in dot notation.
    #[schema(example = "handle")]
    shopify_field: String,
    /// The place in Odoo's record, in dot notation.
    #[schema(example = "website_slug")]
    odoo_field: String,
    /// A chain of transforms.
    #[serde(default = "direct")]
    #[schema(example = "lowercase")]
    transform: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    position: i32,
    #[serde(default)]
    note: String,
    /// `auto`, `clear`, `skip` or `fail`.
    #[serde(default = "auto")]
    on_missing: String,
    /// `auto`, `both`, `shopify_to_odoo` or `odoo_to_shopify`.
    #[serde(default = "auto")]
    direction: String,
    /// The system whose value counts, whoever changed it: `shopify`, `odoo`, or null or empty for none.
    #[serde(default)]
    owner: Option<String>,
    /// Who wins where both sides changed it; null or empty for the strategy of the installation.
    #[serde(default)]
    strategy: Option<String>,
}

fn direct() -> String {
    "direct".to_owned()
}

fn yes() -> bool {
    true
}

fn auto() -> String {
    "auto".to_owned()
}

impl From<Rule> for MappingDraft {
    fn from(rule: Rule) -> Self {
        Self {
            id: 0,
            record_type: rule.record_type,
            shopify_field: rule.shopify_field,
            odoo_field: rule.odoo_field,
            transform: rule.transform,
            enabled: rule.enabled,
            position: rule.position,
            note: rule.note,
            on_missing: rule.on_missing,
            direction: rule.direction,
            owner: rule.owner.unwrap_or_default(),
            strategy: rule.strategy.unwrap_or_default(),
        }
    }
}

/// Whether a rule is applied.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Switch {
    enabled: bool,
}

/// What is to be previewed: a rule, or the number of a stored one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    #[serde(default, deserialize_with = "object")]
    mapping: Option<Rule>,
    mapping_id: Option<i64>,
    /// The record by its id in the source; the first one if not given.
    source_id: Option<String>,
    #[serde(default = "shopify_to_odoo")]
    #[schema(value_type = schema::Direction)]
    direction: Direction,
}

fn shopify_to_odoo() -> Direction {
    Direction::ShopifyToOdoo
}

/// All rules, or those of a record type, in the order in which they are applied
#[utoipa::path(tag = "mappings", params(("record_type" = Option<String>, Query)), responses(
    (status = 200, body = schema::Items<schema::Mapping>),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/mappings")]
pub(crate) async fn list_mappings(
    app: web::Data<App>,
    mut query: Query,
) -> Result<web::Json<Items<Mapping>>, Problem> {
    let record_type = query.text("record_type");
    query.finish()?;
    let items = app
        .ask(move |service| service.mappings(record_type.as_deref()))
        .await?;
    Ok(web::Json(Items { items }))
}

/// Saves a new rule
///
/// A field that a system does not have is a warning, a rule that cannot work is refused with everything that is wrong.
#[utoipa::path(tag = "mappings", request_body = Rule, responses(
    (status = 201, body = schema::SavedMapping, description = "saved; `Location` is the rule"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/invalid-mapping`"),
))]
#[post("/api/mappings")]
pub(crate) async fn add_mapping(
    app: web::Data<App>,
    Json(rule): Json<Rule>,
) -> Result<HttpResponse, Problem> {
    let saved = app.ask(move |service| service.add_mapping(&rule.into())).await?;
    let location = format!("/api/mappings/{}", saved.mapping.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .json(saved))
}

/// One rule
#[utoipa::path(tag = "mappings", params(("id" = i64, Path, minimum = 0)), responses((status = 200, body = schema::Mapping)))]
#[get("/api/mappings/{id}")]
pub(crate) async fn show_mapping(app: web::Data<App>, Id(id): Id) -> Result<web::Json<Mapping>, Problem> {
    Ok(web::Json(app.ask(move |service| service.mapping(id)).await?))
}

/// Replaces a rule
#[utoipa::path(tag = "mappings", params(("id" = i64, Path, minimum = 0)), request_body = Rule, responses(
    (status = 200, body = schema::SavedMapping),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/invalid-mapping`"),
))]
#[put("/api/mappings/{id}")]
pub(crate) async fn replace_mapping(
    app: web::Data<App>,
    Id(id): Id,
    Json(rule): Json<Rule>,
) -> Result<web::Json<SavedMapping>, Problem> {
    let saved = app
        .ask(move |service| service.replace_mapping(id, &rule.into()))
        .await?;
    Ok(web::Json(saved))
}

/// Switches a rule on or off
#[utoipa::path(tag = "mappings", params(("id" = i64, Path, minimum = 0)), request_body = Switch, responses(
    (status = 200, body = schema::SavedMapping),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/invalid-mapping`: it does not get along with the others"),
))]
#[patch("/api/mappings/{id}")]
pub(crate) async fn switch_mapping(
    app: web::Data<App>,
    Id(id): Id,
    Json(switch): Json<Switch>,
) -> Result<web::Json<SavedMapping>, Problem> {
    let saved = app
        .ask(move |service| service.enable_mapping(id, switch.enabled))
        .await?;
    Ok(web::Json(saved))
}

/// Deletes a rule
#[utoipa::path(tag = "mappings", params(("id" = i64, Path, minimum = 0)), responses((status = 204, description = "deleted")))]
#[delete("/api/mappings/{id}")]
pub(crate) async fn delete_mapping(app: web::Data<App>, Id(id): Id) -> Result<HttpResponse, Problem> {
    app.ask(move |service| service.delete_mapping(id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Applies a rule, saved or not, to a real record without writing anything
#[utoipa::path(tag = "mappings", request_body = PreviewBody, responses(
    (status = 200, body = schema::Preview),
    (status = 404, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/not-found`: no such rule or record"),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/invalid-mapping`, `/problems/unknown-value`"),
    (status = 502, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/system-unreachable`"),
))]
#[post("/api/mappings/preview")]
pub(crate) async fn preview_mapping(
    app: web::Data<App>,
    Json(body): Json<PreviewBody>,
) -> Result<web::Json<Preview>, Problem> {
    let rule = match (body.mapping, body.mapping_id) {
        (Some(rule), None) => PreviewRule::Draft(Box::new(rule.into())),
        (None, Some(id)) => PreviewRule::Stored(id),
        (None, None) | (Some(_), Some(_)) => {
            let message = "give either `mapping` or `mapping_id`";
            return Err(Problem::invalid(vec![FieldFinding::new("mapping", "", message)]));
        }
    };
    let request = PreviewRequest {
        rule,
        source_id: body.source_id.filter(|id| !id.is_empty()),
        direction: body.direction,
    };
    Ok(web::Json(
        app.ask(move |service| service.preview(&request)).await?,
    ))
}
