//! A whole installation in one call.

use std::path::Path;
use std::sync::Arc;

use sync_core::ports::Clock;

use crate::config::{Config, OdooEndpoint, ShopifyEndpoint};
use crate::{Service, ServiceError, Systems};

/// Opens what the settings describe: makes the instance folder where it is needed, opens both systems and the store,
/// and gives a new store the default rules. Several processes may have the same installation open.
pub fn open_installation(config: Config, clock: Arc<dyn Clock>) -> Result<Service, ServiceError> {
    let simulated = config.shopify == ShopifyEndpoint::Simulated || config.odoo == OdooEndpoint::Simulated;
    if simulated {
        make_folder(&config.instance).map_err(|error| {
            ServiceError::Invalid(format!(
                "SYNC_INSTANCE = `{}`: the folder cannot be made: {error}",
                config.instance.display()
            ))
        })?;
    }
    let systems = Systems::open(&config, &clock)?;
    Service::open(config, systems, clock)
}

/// Makes the folder for its owner alone: the simulated systems and the store in it hold customer data.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
