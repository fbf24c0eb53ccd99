use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};
use mapping_transforms::MappingDraft;
use serde::{Deserialize, Serialize};
use sync_service::{ImportMode, MappingFile};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Problem;
use crate::extract::{Json, Query};
use crate::schema;

/// The largest file that is taken.
const FILE_BYTES: usize = 2 * 1024 * 1024;

/// All rules in a file.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    /// The rules in their order. Their ids do not matter.
    #[schema(value_type = Vec<FileRule>, max_items = 2000)]
    mappings: Vec<MappingDraft>,
}

/// A rule in a file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes `MappingDraft` for the document")]
pub(crate) struct FileRule {
    #[serde(default)]
    id: i64,
    record_type: String,
    shopify_field: String,
    odoo_field: String,
    #[serde(default)]
    transform: String,
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    position: i32,
    #[serde(default)]
    note: String,
    #[serde(default)]
    on_missing: String,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    strategy: String,
}

/// What an import did.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Imported)]
pub(crate) struct ImportDone {
    imported: usize,
    removed: usize,
    /// What may surprise, rule by rule.
    warnings: Vec<String>,
}

/// The rules as a file, of one record type or all
#[utoipa::path(tag = "mappings", params(("record_type" = Option<String>, Query)), responses(
    (status = 200, body = RuleFile),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/unknown-value`"),
))]
#[get("/api/mappings/export")]
pub(crate) async fn export_mappings(app: web::Data<App>, mut query: Query) -> Result<HttpResponse, Problem> {
    let record_type = query.text("record_type");
    query.finish()?;
    let file = app
        .ask(move |service| service.export_mappings(record_type.as_deref()))
        .await?;
    let name = "attachment; filename=\"mappings.json\"";
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, name))
        .json(file))
}

/// Replaces the rules of every record type in the file by those of the file, all or none
#[utoipa::path(tag = "mappings", request_body = RuleFile, responses(
    (status = 200, body = ImportDone),
    (status = 422, body = schema::Problem, content_type = "application/problem+json", description = "`/problems/invalid-mapping`: every finding, with the rule's `index` in the file; `/problems/refused`"),
))]
#[post("/api/mappings/import")]
pub(crate) async fn import_mappings(
    app: web::Data<App>,
    Json(file): Json<RuleFile, FILE_BYTES>,
) -> Result<web::Json<ImportDone>, Problem> {
    let file = MappingFile {
        mappings: file.mappings,
    };
    let report = app
        .ask(move |service| service.import_mappings(&file, ImportMode::Replace))
        .await?;
    Ok(web::Json(ImportDone {
        imported: report.added,
        removed: report.deleted,
        warnings: report.warnings,
    }))
}
