//! What stands for a line that sells nothing of the catalogue.
//!
//! Odoo confirms an order only if each of its lines has a product. Shipping, discounts and the like therefore get a
//! service product each, made once per connection under an external id. They are never linked, so no run takes them for
//! products of the shop, and nobody can sell them by hand. A person may rename them or give them an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use sync_core::ErrorKind;

use crate::Session;
use crate::client::{CallError, LoadRow, Options};
use crate::value::{id, many2one};
use crate::vocabulary::Service;

const PRODUCT: &str = "product.product";

/// The service products of the connection that there are: by variant id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Services {
    kinds: BTreeMap<i64, Service>,
    /// Their templates.
    pub(crate) templates: Vec<i64>,
}

impl Services {
    /// Which service a product stands for; `None` for any other product.
    pub(crate) fn kind(&self, product: i64) -> Option<Service> {
        self.kinds.get(&product).copied()
    }

    /// The product of a service.
    pub(crate) fn product(&self, service: Service) -> Option<i64> {
        let found = self.kinds.iter().find(|(_, kind)| **kind == service);
        found.map(|(id, _)| *id)
    }

    /// Those that are there.
    pub(crate) async fn find(session: &Session) -> Result<Self, CallError> {
        let client = &session.client;
        let domain = json!([["type", "=", "service"]]);
        let rows = client
            .search_read(PRODUCT, domain, &["product_tmpl_id"], Options::default())
            .await?;
        let mut found = Self::default();
        if rows.is_empty() {
            return Ok(found);
        }
        let ids: Vec<i64> = rows.iter().map(id).collect();
        let names = client
            .call(PRODUCT, "get_external_id", json!([ids]), Map::new())
            .await?;
        for row in &rows {
            let name = &names[id(row).to_string()];
            let is = |service: &Service| *name == Value::String(external_id(session, *service));
            if let Some(service) = Service::ALL.into_iter().find(is) {
                found.kinds.insert(id(row), service);
                found.templates.extend(many2one(&row["product_tmpl_id"]));
            }
        }
        Ok(found)
    }

    /// Makes those that are missing.
    async fn make_missing(session: &Session, found: &Self) -> Result<(), CallError> {
        let missing = Service::ALL
            .into_iter()
            .filter(|service| found.product(*service).is_none());
        let row = |service: Service| {
            let cells = [
                &external_id(session, service),
                service.name(),
                "service",
                "False",
                "False",
                "False",
                "order",
                "0",
                "",
            ];
            LoadRow::single(cells.map(str::to_owned).to_vec())
        };
        let rows: Vec<LoadRow> = missing.map(row).collect();
        let columns = [
            "id",
            "name",
            "type",
            "is_storable",
            "sale_ok",
            "purchase_ok",
            "invoice_policy",
            "list_price",
            "taxes_id/.id",
        ];
        let loaded = session.client.load(PRODUCT, &columns, &rows, &json!({})).await;
        loaded.into_iter().try_for_each(|row| row.map(drop))
    }
}

fn external_id(session: &Session, service: Service) -> String {
    session.external.of("service", service.key())
}

impl Session {
    /// The connection's service products, all of them: missing ones are made.
    pub(crate) async fn ensure_services(&self) -> Result<Arc<Services>, CallError> {
        let known = self.services().await?;
        let complete = |services: &Services| {
            Service::ALL
                .iter()
                .all(|service| services.product(*service).is_some())
        };
        if complete(&known) {
            return Ok(known);
        }
        Services::make_missing(self, &known).await?;
        self.forget_services();
        let made = self.services().await?;
        if complete(&made) {
            return Ok(made);
        }
        let message = "the service products of the connection were made and are not found";
        Err(CallError::new(ErrorKind::Protocol, "services_missing", message))
    }
}
