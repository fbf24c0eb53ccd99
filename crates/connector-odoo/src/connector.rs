use std::sync::Arc;

use async_trait::async_trait;
use mapping_transforms::FieldPath;
use serde_json::json;
use sync_core::ports::{Connector, Counted, FieldSet};
use sync_core::{ConnectorError, Cursor, ErrorKind, Page, Record, RecordType, System, Write, WriteOutcome};
use wire::Transport;

use crate::client::{Client, in_attempt};
use crate::count::count;
use crate::{Login, Session, inventory, location, order, product};

/// Odoo, as the sync engine sees it.
pub struct OdooConnector {
    system: System,
    session: Session,
}

impl OdooConnector {
    /// A connector for one connection; its name becomes part of the external ids of what is made in Odoo, so it
    /// must stay the same.
    pub fn new(transport: Arc<dyn Transport>, login: Login, connection: &str) -> Self {
        Self {
            system: "odoo".into(),
            session: Session::new(Client::new(transport, login), connection),
        }
    }
}

fn unknown(record_type: &RecordType) -> ConnectorError {
    let message = format!("Odoo's connector does not know the record type `{record_type}`");
    ConnectorError::new(ErrorKind::Rejected, "unknown_record_type", message)
}

#[async_trait]
impl Connector for OdooConnector {
    fn system(&self) -> &System {
        &self.system
    }

    async fn changes(
        &self,
        record_type: &RecordType,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ConnectorError> {
        match record_type.as_str() {
            "product" => Ok(product::page(&self.session, cursor, limit).await?),
            "inventory" => Ok(inventory::page(&self.session, cursor, limit).await?),
            "order" => Ok(order::page(&self.session, cursor, limit).await?),
            "location" => Ok(location::page(&self.session, cursor, limit).await?),
            _ => Err(unknown(record_type)),
        }
    }

    async fn fetch(&self, record_type: &RecordType, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
        match record_type.as_str() {
            "product" => Ok(product::fetch(&self.session, ids).await?),
            "inventory" => Ok(inventory::fetch(&self.session, ids).await?),
            "order" => Ok(order::fetch(&self.session, ids).await?),
            "location" => Ok(location::fetch(&self.session, ids).await?),
            _ => Err(unknown(record_type)),
        }
    }

    async fn find(
        &self,
        record_type: &RecordType,
        path: &FieldPath,
        texts: &[String],
    ) -> Result<Vec<Record>, ConnectorError> {
        match record_type.as_str() {
            "product" => Ok(product::find(&self.session, path, texts).await?),
            "inventory" => Ok(inventory::find(&self.session, path, texts).await?),
            "order" | "location" => Ok(Vec::new()),
            _ => Err(unknown(record_type)),
        }
    }

    async fn fields(&self, record_type: &RecordType) -> Result<FieldSet, ConnectorError> {
        self.session.refresh();
        match record_type.as_str() {
            "product" => Ok(product::fields(&self.session).await?),
            "inventory" => Ok(inventory::fields()),
            "order" => Ok(order::fields(&self.session).await?),
            _ => Err(unknown(record_type)),
        }
    }

    async fn count(
        &self,
        record_type: &RecordType,
        which: Counted<'_>,
    ) -> Result<Option<u64>, ConnectorError> {
        match record_type.as_str() {
            "product" => {
                let services = &self.session.services().await?.templates;
                let domain = vec![json!(["id", "not in", services])];
                Ok(count(&self.session, "product.template", domain, which).await?)
            }
            "order" => Ok(count(&self.session, "sale.order", Vec::new(), which).await?),
            "location" => Ok(count(&self.session, "stock.warehouse", Vec::new(), which).await?),
            // A level of 0 is no row of its own: how many there are is not known without reading them.
            "inventory" => Ok(None),
            _ => Err(unknown(record_type)),
        }
    }

    fn remarks(&self, write: &Write) -> Vec<String> {
        match write.record_type.as_str() {
            "order" => order::remarks(write),
            _ => Vec::new(),
        }
    }

    async fn apply(&self, batch: &[Write]) -> Vec<WriteOutcome> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for alike in batch.chunk_by(|one, next| one.record_type == next.record_type) {
            outcomes.extend(in_attempt(self.apply_alike(alike)).await);
        }
        outcomes
    }
}

impl OdooConnector {
    /// Carries out writes of one type.
    async fn apply_alike(&self, batch: &[Write]) -> Vec<WriteOutcome> {
        let Some(first) = batch.first() else {
            return Vec::new();
        };
        match first.record_type.as_str() {
            "product" => product::apply(&self.session, batch).await,
            "inventory" => inventory::apply(&self.session, batch).await,
            "order" => order::apply(&self.session, batch).await,
            _ => batch
                .iter()
                .map(|write| WriteOutcome::Failed(unknown(&write.record_type)))
                .collect(),
        }
    }
}
