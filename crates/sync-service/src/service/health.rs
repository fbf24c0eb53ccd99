//! Whether everything that an installation needs answers.

use std::time::Duration;

use persistence::{JobFilter, PageRequest};
use serde::Serialize;
use sync_core::{ConnectorError, ErrorKind, Side};

use super::{Service, ServiceError};

/// How long a system may take to show that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the store and both systems answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The store.
    pub store: StoreHealth,
    /// Both systems.
    pub systems: Vec<SystemHealth>,
}

/// Whether the store answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreHealth {
    /// It does.
    pub ok: bool,
    /// Where it is, or what is wrong.
    pub detail: String,
}

/// Whether a system answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemHealth {
    /// Which one.
    pub system: String,
    /// Whether it is simulated in this process.
    pub simulated: bool,
    /// It does.
    pub ok: bool,
    /// What is wrong; empty if nothing is.
    pub detail: String,
}

impl Health {
    /// Whether everything answers.
    pub fn is_good(&self) -> bool {
        self.store.ok && self.systems.iter().all(|system| system.ok)
    }
}

impl Service {
    /// Asks the store and both systems for a sign of life.
    pub fn health(&self) -> Health {
        let store = match self.store_answers() {
            Ok(()) => StoreHealth {
                ok: true,
                detail: self.store.path().to_owned(),
            },
            Err(error) => StoreHealth {
                ok: false,
                detail: error.to_string(),
            },
        };
        let (shopify, odoo) = (
            self.systems.simulation.shopify.is_some(),
            self.systems.simulation.odoo.is_some(),
        );
        Health {
            store,
            systems: vec![
                self.system_health(Side::Shopify, shopify),
                self.system_health(Side::Odoo, odoo),
            ],
        }
    }

    /// Whether the store answers.
    pub fn store_answers(&self) -> Result<(), ServiceError> {
        let page = PageRequest {
            before: None,
            limit: 1,
        };
        self.jobs(&JobFilter::default(), page).map(drop)
    }

    fn system_health(&self, side: Side, simulated: bool) -> SystemHealth {
        let connector = self.connector(side);
        // Reading one product needs the network, the credential and a right.
        let products = "product".into();
        let sign = || async {
            let asked = tokio::time::timeout(PATIENCE, connector.changes(&products, None, 1)).await;
            asked.unwrap_or_else(|_| {
                let text = format!("no answer within {} seconds", PATIENCE.as_secs());
                Err(ConnectorError::new(ErrorKind::Network, "no_answer", text))
            })
        };
        let answer = self.ask(connector, sign);
        SystemHealth {
            system: connector.system().to_string(),
            simulated,
            ok: answer.is_ok(),
            detail: answer.err().map(|error| error.to_string()).unwrap_or_default(),
        }
    }
}
