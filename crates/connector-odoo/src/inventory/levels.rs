//! What lies where.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::json;
use sync_core::{ConnectorError, ErrorKind, Record};

use super::Key;
use crate::Session;
use crate::client::{CallError, Options};
use crate::location::Places;
use crate::stock::{Count, QUANT_FIELDS, is_plain};
use crate::value::{decimal, id, ids as ids_of, many2one, text};
use crate::walk::written_at;

/// The levels of some variants in all warehouses.
pub(super) struct Levels {
    products: BTreeMap<i64, Product>,
    warehouses: BTreeSet<i64>,
    sums: BTreeMap<Key, Sum>,
    tags: BTreeMap<i64, String>,
}

struct Product {
    name: String,
    storable: bool,
    tags: Vec<i64>,
}

#[derive(Default)]
struct Sum {
    quantity: Decimal,
    reserved: Decimal,
    /// What lies at the warehouse's stock location itself, in no lot and no package and of no other owner.
    at_stock: Decimal,
    changed_at: Option<Timestamp>,
}

impl Levels {
    pub(super) async fn read(session: &Session, places: &Places, keys: &[Key]) -> Result<Self, CallError> {
        let ids: Vec<i64> = keys
            .iter()
            .map(|(product, _)| *product)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let rows = session
            .client
            .read(
                "product.product",
                &ids,
                &["display_name", "is_storable", "product_tag_ids"],
            )
            .await?;
        let products = rows.iter().map(|row| {
            let name = text(&row["display_name"]).to_owned();
            (
                id(row),
                Product {
                    name,
                    storable: row["is_storable"] == json!(true),
                    tags: ids_of(&row["product_tag_ids"]),
                },
            )
        });
        let mut levels = Self {
            products: products.collect(),
            warehouses: places.warehouses().collect(),
            sums: BTreeMap::new(),
            tags: crate::product::tag_names(session, &rows).await?,
        };
        if !ids.is_empty() {
            levels.sum(session, places, &ids).await?;
        }
        Ok(levels)
    }

    async fn sum(&mut self, session: &Session, places: &Places, ids: &[i64]) -> Result<(), CallError> {
        let domain = json!([["product_id", "in", ids], ["location_id.usage", "=", "internal"]]);
        for row in session
            .client
            .search_read("stock.quant", domain, &QUANT_FIELDS, Options::default())
            .await?
        {
            let (product, location) = (many2one(&row["product_id"]), many2one(&row["location_id"]));
            let (Some(product), Some(location)) = (product, location) else {
                continue;
            };
            let Some(warehouse) = places.warehouse_of(location) else {
                continue;
            };
            let sum = self.sums.entry((product, warehouse)).or_default();
            let quantity = decimal(&row["quantity"]);
            sum.quantity = sum.quantity.saturating_add(quantity);
            sum.reserved = sum.reserved.saturating_add(decimal(&row["reserved_quantity"]));
            if places.stock_of(warehouse) == Some(location) && is_plain(&row) {
                sum.at_stock = sum.at_stock.saturating_add(quantity);
            }
            sum.changed_at = sum.changed_at.max(written_at(&row));
        }
        Ok(())
    }

    pub(super) fn records(&self, keys: &[Key]) -> Vec<Record> {
        keys.iter().filter_map(|key| self.record(*key)).collect()
    }

    /// A variant that lies nowhere has a level of 0; one that does not exist, or is not storable, has none.
    pub(super) fn record(&self, key: Key) -> Option<Record> {
        let product = self.products.get(&key.0).filter(|product| product.storable)?;
        self.warehouses.contains(&key.1).then_some(())?;
        let none = Sum::default();
        let sum = self.sums.get(&key).unwrap_or(&none);
        let body = json!({
            "product_id": key.0,
            "product_tag_ids": product.tags.iter().filter_map(|tag| self.tags.get(tag)).collect::<Vec<_>>(),
            "warehouse_id": key.1,
            "quantity": sum.quantity.normalize().to_string(),
            "reserved_quantity": sum.reserved.normalize().to_string(),
        });
        let mut record = Record::new(format!("{}@{}", key.0, key.1), product.name.clone(), body);
        record.changed_at = sum.changed_at;
        Some(record)
    }

    pub(super) fn quantity(&self, key: Key) -> Decimal {
        self.sums.get(&key).map_or(Decimal::ZERO, |sum| sum.quantity)
    }

    /// The count that brings a level to the wanted quantity; `None` if it is there already. `shown` is the level as it was
    /// when it was compared.
    pub(super) fn count(
        &self,
        places: &Places,
        key: Key,
        wanted: Decimal,
        shown: Option<Decimal>,
    ) -> Result<Option<Count>, ConnectorError> {
        let refused = |code: &str, message: String| ConnectorError::new(ErrorKind::Rejected, code, message);
        let product = self.products.get(&key.0).ok_or_else(|| {
            // The next run of products finds that out as well, and what becomes of the variant is for people to say.
            let message = format!(
                "the variant {} is gone from Odoo: its stock waits until the variant is deleted in the other system too, \
                 or is unlinked",
                key.0
            );
            ConnectorError::new(ErrorKind::Dependency, "no_variant", message)
        })?;
        if !product.storable {
            let message = format!(
                "Odoo does not keep stock of `{}`: set `Track Inventory` on the product, then retry",
                product.name
            );
            return Err(refused("not_storable", message));
        }
        let location = places
            .stock_of(key.1)
            .ok_or_else(|| refused("record_missing", format!("Odoo has no warehouse {}", key.1)))?;
        let none = Sum::default();
        let sum = self.sums.get(&key).unwrap_or(&none);
        if sum.quantity == wanted {
            return Ok(None);
        }
        if let Some(shown) = shown.filter(|shown| *shown != sum.quantity) {
            let message = format!(
                "`{}` went from {shown} to {} in Odoo since the level was compared",
                product.name, sum.quantity
            );
            return Err(ConnectorError::new(ErrorKind::Contention, "stock_moved", message));
        }
        // Goods on shelves below the stock location stay where they are; the difference lands at the location itself.
        let quantity = sum.at_stock.saturating_add(wanted).saturating_sub(sum.quantity);
        Ok(Some(Count {
            product: key.0,
            location,
            before: sum.at_stock,
            quantity,
        }))
    }
}
