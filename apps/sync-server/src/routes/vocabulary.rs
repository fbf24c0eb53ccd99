use actix_web::{get, web};
use mapping_transforms::TransformInfo;
use serde::Serialize;
use sync_core::{Direction, RecordTypeSpec};
use utoipa::ToSchema;

use super::jobs::Items;
use crate::app::App;
use crate::schema;

/// A kind of record that can be synced.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordTypeInfo {
    name: String,
    /// What its jobs are called.
    job_type: String,
    /// Its elements that are records of their own.
    children: Vec<ChildInfo>,
    /// Which ways it can be synced.
    #[schema(value_type = Vec<schema::Direction>)]
    directions: Vec<Direction>,
    /// Whether its records are matched by what they show, and can be left alone.
    matched: bool,
}

/// Elements that are records of their own.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChildInfo {
    record_type: String,
    shopify_field: String,
    odoo_field: String,
}

/// The kinds of records, in the order in which they are synced
#[utoipa::path(tag = "vocabulary", responses((status = 200, body = schema::Items<RecordTypeInfo>)))]
#[get("/api/record-types")]
pub(crate) async fn record_types(app: web::Data<App>) -> web::Json<Items<RecordTypeInfo>> {
    let service = app.live.service();
    let info = |spec: &RecordTypeSpec| RecordTypeInfo {
        name: spec.name.to_string(),
        job_type: spec.job_type.clone(),
        children: spec
            .children
            .iter()
            .map(|child| ChildInfo {
                record_type: child.record_type.clone(),
                shopify_field: child.shopify.to_string(),
                odoo_field: child.odoo.to_string(),
            })
            .collect(),
        directions: service.directions().to_vec(),
        matched: spec.is_matched(),
    };
    web::Json(Items {
        items: service.record_types().iter().map(info).collect(),
    })
}

/// The transforms that rules may use
#[utoipa::path(tag = "vocabulary", responses((status = 200, body = schema::Items<schema::TransformInfo>)))]
#[get("/api/transforms")]
pub(crate) async fn transforms(app: web::Data<App>) -> web::Json<Items<TransformInfo>> {
    web::Json(Items {
        items: app.live.service().registry().names().cloned().collect(),
    })
}
