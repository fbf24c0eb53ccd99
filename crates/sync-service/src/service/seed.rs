//! Filling the simulated systems.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use jiff::Timestamp;
use mock_odoo::Odoo;
use mock_shopify::seed::csv::{Limits, Oddity, read};
use mock_shopify::seed::{Seeded, catalogue, demo};
use mock_shopify::{Shopify, ShopifyError};
use serde::Serialize;
use serde_json::json;

use super::simulate::not_simulated;
use super::{Service, ServiceError, connection};

/// What the simulated shop is filled with.
pub enum SeedSource<'a> {
    /// The demonstration: products, customers and orders.
    Demo,
    /// The products of a Shopify product export (CSV); no customers and no orders.
    ShopifyCsv(&'a mut dyn Read),
}

/// What was created on either side. What was there already is not counted, so a second time everything is zero.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeedReport {
    /// Whether both systems, and everything that was known of them, were emptied first.
    pub reset: bool,
    /// Records of the simulated shop.
    pub shopify: Seeded,
    /// Records of the simulated Odoo by model; models without new records are left out.
    pub odoo: BTreeMap<String, u64>,
    /// What the product export held.
    pub file: Option<FileReport>,
}

/// What a product export held.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// Rows below the header, empty ones aside.
    pub rows: usize,
    /// Products.
    pub products: usize,
    /// Their variants.
    pub variants: usize,
    /// Everything odd, by row, and what was done about it.
    pub oddities: Vec<Oddity>,
}

/// Models of the simulated Odoo whose new records are reported.
const REPORTED: [&str; 5] = [
    "account.tax",
    "product.template",
    "res.company",
    "res.partner",
    "stock.warehouse",
];

impl Service {
    /// Fills the simulated systems; what is there already stays as it is.
    ///
    /// With `reset` both are emptied first, and so are links, jobs, logs, waiting records and dead letters; rules
    /// stay. That is refused while a job is running. A file that cannot be read is refused before anything is emptied.
    pub fn seed(&self, source: SeedSource<'_>, reset: bool) -> Result<SeedReport, ServiceError> {
        let (shopify, odoo) = self.simulated()?;
        let now = self.clock.now();
        let file = match source {
            SeedSource::Demo => None,
            SeedSource::ShopifyCsv(input) => Some(read(input, &Limits::default())?),
        };
        if reset {
            // The store first: it refuses while a job is running.
            self.store.reset(&connection(), now)?;
            shopify.clear().map_err(ShopifyError::from)?;
            odoo.reset().map_err(|error| {
                ServiceError::Invalid(format!("the simulated Odoo cannot be emptied: {error}"))
            })?;
        }
        let seeded = match &file {
            None => demo(&shopify, now)?,
            Some(file) => catalogue(&shopify, now, file)?,
        };
        let before = self.odoo_counts()?;
        seed_odoo(&odoo, now)?;
        let mut created = self.odoo_counts()?;
        created.retain(|model, count| {
            *count = count.saturating_sub(before.get(model).copied().unwrap_or_default());
            *count > 0
        });
        Ok(SeedReport {
            reset,
            shopify: seeded,
            odoo: created,
            file: file.map(|file| FileReport {
                rows: file.rows,
                products: file.products.len(),
                variants: file.variants(),
                oddities: file.oddities,
            }),
        })
    }

    fn simulated(&self) -> Result<(Arc<Shopify>, Arc<Odoo>), ServiceError> {
        let simulation = &self.systems.simulation;
        let shopify = simulation.shopify.clone();
        let odoo = simulation.odoo.clone();
        Ok((
            shopify.ok_or_else(|| not_simulated("Shopify", "SHOPIFY_URL"))?,
            odoo.ok_or_else(|| not_simulated("Odoo", "ODOO_URL"))?,
        ))
    }

    /// Records by model, archived ones included; models that this Odoo does not have are left out.
    fn odoo_counts(&self) -> Result<BTreeMap<String, u64>, ServiceError> {
        let every = json!({"context": {"active_test": false}});
        let mut counts = BTreeMap::new();
        for model in REPORTED {
            let known = json!([[["model", "=", model]]]);
            if self.simulate_odoo("ir.model", "search_count", &known, &json!({}))? == 0 {
                continue;
            }
            let count = self.simulate_odoo(model, "search_count", &json!([[]]), &every)?;
            counts.insert(model.to_owned(), count.as_u64().unwrap_or_default());
        }
        Ok(counts)
    }
}

/// Gives the simulated Odoo what a company has before its shop is connected: taxes, a warehouse per location, some
/// products of its own.
fn seed_odoo(odoo: &Odoo, now: Timestamp) -> Result<(), ServiceError> {
    mock_odoo::seed::demo(odoo, now)
        .map(drop)
        .map_err(|error| ServiceError::Invalid(format!("the simulated Odoo could not be filled: {error}")))
}
