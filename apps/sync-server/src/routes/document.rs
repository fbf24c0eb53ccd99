use actix_web::{HttpResponse, get};

use crate::openapi::document;

/// This document
#[utoipa::path(tag = "document", responses((status = 200, body = serde_json::Value)))]
#[get("/api/openapi.json")]
pub(crate) async fn openapi_document() -> HttpResponse {
    HttpResponse::Ok().json(document())
}
