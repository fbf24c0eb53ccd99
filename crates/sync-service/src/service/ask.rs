//! Asking a system from a thread that may wait.

use std::sync::Arc;
use std::time::Duration;

use sync_core::ports::Connector;
use sync_core::{ConnectorError, ErrorKind, Record, RecordType, Side};

use super::{Service, ServiceError, blocking};

/// How long somebody who asked is made to wait for a rate limit.
const PATIENCE: Duration = Duration::from_secs(30);
/// The shortest pause before asking again.
const PAUSE: Duration = Duration::from_millis(200);

impl Service {
    /// The client of a side.
    pub(super) fn connector(&self, side: Side) -> &Arc<dyn Connector> {
        match side {
            Side::Shopify => &self.systems.shopify,
            Side::Odoo => &self.systems.odoo,
        }
    }

    /// The side that a system's name stands for.
    pub fn side(&self, system: &str) -> Result<Side, ServiceError> {
        let sides = [Side::Shopify, Side::Odoo];
        let found = sides
            .into_iter()
            .find(|side| self.connector(*side).system().as_str() == system);
        found.ok_or_else(|| ServiceError::Unknown {
            what: "system",
            value: system.to_owned(),
            allowed: sides
                .map(|side| self.connector(side).system().to_string())
                .to_vec(),
        })
    }

    /// One record as it is now.
    pub(super) fn record(
        &self,
        side: Side,
        record_type: &RecordType,
        id: &str,
    ) -> Result<Record, ServiceError> {
        let connector = self.connector(side);
        let ids = [id.to_owned()];
        let found = self.ask(connector, || connector.fetch(record_type, &ids))?;
        found.into_iter().next().ok_or_else(|| ServiceError::NoRecord {
            system: connector.system().to_string(),
            record_type: record_type.to_string(),
            id: id.to_owned(),
        })
    }

    /// The first records of a type, `limit` at most.
    pub(super) fn first_records(
        &self,
        side: Side,
        record_type: &RecordType,
        limit: usize,
    ) -> Result<Vec<Record>, ServiceError> {
        let connector = self.connector(side);
        let page = self.ask(connector, || connector.changes(record_type, None, limit))?;
        Ok(page.records)
    }

    /// Waits for the answer of a system, and where its rate limit is used up, until that lets it answer. Blocks, so it is
    /// not for a thread that serves others.
    pub(super) fn ask<T, A: Future<Output = Result<T, ConnectorError>>>(
        &self,
        connector: &Arc<dyn Connector>,
        asking: impl Fn() -> A,
    ) -> Result<T, ServiceError> {
        let began = self.clock.now();
        let answer = blocking()?.block_on(async {
            loop {
                let error = match asking().await {
                    Err(error) if error.kind == ErrorKind::Throttled => error,
                    answer => return answer,
                };
                let pause = error.retry_after.unwrap_or(PAUSE).max(PAUSE);
                let waited = self.clock.now().duration_since(began).unsigned_abs();
                if waited.saturating_add(pause) > PATIENCE {
                    return Err(error);
                }
                self.clock.sleep(pause).await;
            }
        });
        answer.map_err(|error| ServiceError::System {
            system: connector.system().to_string(),
            error,
        })
    }
}
