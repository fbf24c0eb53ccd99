//! The two systems of an installation: real ones behind HTTPS, or simulated ones in this process. Either way the
//! connectors speak the same wire.

use std::path::Path;
use std::sync::Arc;

use connector_odoo::{Login, OdooConnector, Secret as OdooSecret};
use connector_shopify::{Secret as ShopifySecret, ShopifyConnector, ShopifyOptions, StaticToken};
use mock_odoo::Odoo;
use mock_shopify::Shopify;
use sync_core::ports::{Clock, Connector};
use wire::{HttpOptions, HttpTransport, InProcess, NowFn, Transport, WireService};

use crate::config::{Config, OdooEndpoint, ShopifyEndpoint};
use crate::service::{CONNECTION, ServiceError};

/// The simulated systems' files, below the instance folder.
const SHOPIFY_WORLD: &str = "shopify.db";
const ODOO_WORLD: &str = "odoo.db";

/// The simulated systems of an installation; none where the real one is used.
#[derive(Clone, Default)]
pub struct Simulation {
    /// The shop.
    pub shopify: Option<Arc<Shopify>>,
    /// The ERP.
    pub odoo: Option<Arc<Odoo>>,
}

/// The two systems of an installation.
#[derive(Clone)]
pub struct Systems {
    /// The shop.
    pub shopify: Arc<dyn Connector>,
    /// The ERP.
    pub odoo: Arc<dyn Connector>,
    /// What of them is simulated.
    pub simulation: Simulation,
}

/// The token of the simulated shop, and the login of the simulated Odoo: nothing is behind them.
pub(crate) const SIMULATED_TOKEN: &str = "shpat_simulation";
pub(crate) const SIMULATED_DATABASE: &str = "odoo";
/// Login and password of the simulated Odoo's administrator.
pub(crate) const ADMINISTRATOR: &str = "admin";
const SIMULATED_USER: &str = "connector";

impl Systems {
    /// Opens what the settings name. Simulated systems keep their worlds in the instance folder, which must exist.
    pub fn open(config: &Config, clock: &Arc<dyn Clock>) -> Result<Self, ServiceError> {
        let shopify = |path: &Path| Shopify::open(shopify_config(), path);
        let odoo = |path: &Path| Odoo::open(odoo_config(config), path);
        let opened = |what: &str, error: &dyn std::fmt::Display| {
            ServiceError::Invalid(format!("the simulated {what} cannot be opened: {error}"))
        };
        let simulation = Simulation {
            shopify: match config.shopify {
                ShopifyEndpoint::Remote { .. } => None,
                ShopifyEndpoint::Simulated => {
                    let world = shopify(&config.instance.join(SHOPIFY_WORLD));
                    Some(Arc::new(world.map_err(|error| opened("Shopify", &error))?))
                }
            },
            odoo: match config.odoo {
                OdooEndpoint::Remote { .. } => None,
                OdooEndpoint::Simulated => {
                    let world = odoo(&config.instance.join(ODOO_WORLD));
                    Some(Arc::new(world.map_err(|error| opened("Odoo", &error))?))
                }
            },
        };
        Self::over(config, simulation, clock)
    }

    /// Systems of which these are simulated, and the others what the settings name.
    pub fn over(
        config: &Config,
        simulation: Simulation,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, ServiceError> {
        let transport = shopify_transport(config, &simulation, clock)?;
        let token = match &config.shopify {
            ShopifyEndpoint::Simulated => SIMULATED_TOKEN.to_owned(),
            ShopifyEndpoint::Remote { token, .. } => token.0.clone(),
        };
        let options = ShopifyOptions {
            metafields: config.metafields.clone(),
            ..ShopifyOptions::default()
        };
        let tokens = Arc::new(StaticToken::new(ShopifySecret::new(token)));
        let shopify = ShopifyConnector::new(transport, tokens, options);
        let transport = odoo_transport(config, &simulation, clock)?;
        let odoo = OdooConnector::new(transport, login(config), CONNECTION);
        Ok(Self {
            shopify: Arc::new(shopify),
            odoo: Arc::new(odoo),
            simulation,
        })
    }
}

fn login(config: &Config) -> Login {
    match &config.odoo {
        OdooEndpoint::Simulated => Login {
            database: SIMULATED_DATABASE.into(),
            user: SIMULATED_USER.into(),
            secret: OdooSecret::new(SIMULATED_USER),
        },
        OdooEndpoint::Remote {
            database,
            user,
            secret,
            ..
        } => Login {
            database: database.clone(),
            user: user.clone(),
            secret: OdooSecret::new(secret.0.clone()),
        },
    }
}

/// How the simulated shop is set up.
pub fn shopify_config() -> mock_shopify::Config {
    mock_shopify::Config::default()
}

/// How the simulated Odoo is set up: with the settings' chance of failing writes.
pub fn odoo_config(config: &Config) -> mock_odoo::Config {
    mock_odoo::Config {
        failure_rate: config.failure_rate,
        seed: config.seed,
        ..mock_odoo::Config::default()
    }
}

fn shopify_transport(
    config: &Config,
    simulation: &Simulation,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn Transport>, ServiceError> {
    match (&config.shopify, &simulation.shopify) {
        (ShopifyEndpoint::Remote { url, .. }, _) => http("SHOPIFY_URL", url),
        (ShopifyEndpoint::Simulated, Some(world)) => Ok(in_process(Arc::clone(world), clock)),
        (ShopifyEndpoint::Simulated, None) => {
            Err(ServiceError::Invalid("there is no simulated Shopify".into()))
        }
    }
}

fn odoo_transport(
    config: &Config,
    simulation: &Simulation,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn Transport>, ServiceError> {
    match (&config.odoo, &simulation.odoo) {
        (OdooEndpoint::Remote { url, .. }, _) => http("ODOO_URL", url),
        (OdooEndpoint::Simulated, Some(world)) => Ok(in_process(Arc::clone(world), clock)),
        (OdooEndpoint::Simulated, None) => Err(ServiceError::Invalid("there is no simulated Odoo".into())),
    }
}

fn http(setting: &str, url: &str) -> Result<Arc<dyn Transport>, ServiceError> {
    let transport = HttpTransport::new(url, &HttpOptions::default());
    let transport = transport.map_err(|error| ServiceError::Invalid(format!("{setting}: {error}")))?;
    Ok(Arc::new(transport))
}

fn in_process<S: WireService + 'static>(service: Arc<S>, clock: &Arc<dyn Clock>) -> Arc<dyn Transport> {
    Arc::new(InProcess::new(service, now_of(clock)))
}

/// The clock as the wire wants it.
pub(crate) fn now_of(clock: &Arc<dyn Clock>) -> NowFn {
    let clock = Arc::clone(clock);
    Arc::new(move || clock.now())
}
