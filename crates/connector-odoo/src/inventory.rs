//! Stock levels: what is on hand of a product variant in a warehouse.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use mapping_transforms::decimal_of;
use rust_decimal::Decimal;
use serde_json::json;
use sync_core::ports::FieldSet;
use sync_core::{Applied, ConnectorError, Cursor, ErrorKind, Page, Record, Write, WriteOutcome};

use crate::Session;
use crate::client::{CallError, Options};
use crate::cursor::database_id;
use crate::location::Places;
use crate::stock::{Count, set_counts};
use crate::value::{decimal, id, many2one, text};

/// A variant in a warehouse; its record id is `<product.product id>@<stock.warehouse id>`.
type Key = (i64, i64);

pub(crate) fn fields() -> FieldSet {
    let fields = ["product_id", "warehouse_id", "quantity", "reserved_quantity"];
    FieldSet {
        fields: fields.map(str::to_owned).into(),
        children: BTreeMap::new(),
    }
}

/// All levels, variant by variant. `limit` counts levels; at least one variant comes per page.
pub(crate) async fn page(
    session: &Session,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, CallError> {
    let places = Places::read(session).await?;
    let warehouses: Vec<i64> = places.warehouses().collect();
    let variants = (limit / warehouses.len().max(1)).max(1);
    let domain = json!([
        ["id", ">", crate::cursor::after(cursor)?],
        ["is_storable", "=", true]
    ]);
    let options = Options {
        limit: Some(variants),
        ..Options::default()
    };
    let rows = session
        .client
        .search_read("product.product", domain, &["id"], options)
        .await?;
    let next = (rows.len() == variants)
        .then(|| rows.last().map(id))
        .flatten()
        .map(crate::cursor::at);
    let keys = rows
        .iter()
        .flat_map(|row| warehouses.iter().map(|warehouse| (id(row), *warehouse)));
    let keys: Vec<Key> = keys.collect();
    Ok(Page {
        records: Levels::read(session, &places, &keys).await?.records(&keys),
        next,
        total: None,
    })
}

/// The levels with these ids, in their order.
pub(crate) async fn fetch(session: &Session, wanted: &[String]) -> Result<Vec<Record>, CallError> {
    let mut keys: Vec<Key> = Vec::with_capacity(wanted.len());
    for key in wanted.iter().filter_map(|id| parse(id)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let places = Places::read(session).await?;
    Ok(Levels::read(session, &places, &keys).await?.records(&keys))
}

fn parse(id: &str) -> Option<Key> {
    let (product, warehouse) = id.split_once('@')?;
    Some((database_id(product)?, database_id(warehouse)?))
}

/// What lies where.
struct Levels {
    products: BTreeMap<i64, Product>,
    warehouses: BTreeSet<i64>,
    sums: BTreeMap<Key, Sum>,
}

struct Product {
    name: String,
    storable: bool,
}

#[derive(Default)]
struct Sum {
    quantity: Decimal,
    reserved: Decimal,
    /// What lies at the warehouse's stock location itself.
    at_stock: Decimal,
    changed_at: Option<Timestamp>,
}

impl Levels {
    async fn read(session: &Session, places: &Places, keys: &[Key]) -> Result<Self, CallError> {
        let ids: Vec<i64> = keys
            .iter()
            .map(|(product, _)| *product)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let rows = session
            .client
            .read("product.product", &ids, &["display_name", "is_storable"])
            .await?;
        let products = rows.iter().map(|row| {
            let name = text(&row["display_name"]).to_owned();
            (
                id(row),
                Product {
                    name,
                    storable: row["is_storable"] == json!(true),
                },
            )
        });
        let mut levels = Self {
            products: products.collect(),
            warehouses: places.warehouses().collect(),
            sums: BTreeMap::new(),
        };
        if !ids.is_empty() {
            levels.sum(session, places, &ids).await?;
        }
        Ok(levels)
    }

    async fn sum(&mut self, session: &Session, places: &Places, ids: &[i64]) -> Result<(), CallError> {
        let domain = json!([["product_id", "in", ids], ["location_id.usage", "=", "internal"]]);
        let fields = [
            "product_id",
            "location_id",
            "quantity",
            "reserved_quantity",
            "write_date",
        ];
        for row in session
            .client
            .search_read("stock.quant", domain, &fields, Options::default())
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
            if places.stock_of(warehouse) == Some(location) {
                sum.at_stock = sum.at_stock.saturating_add(quantity);
            }
            let changed_at = row["write_date"].as_str().and_then(crate::product::shown_time);
            sum.changed_at = sum.changed_at.max(changed_at);
        }
        Ok(())
    }

    fn records(&self, keys: &[Key]) -> Vec<Record> {
        keys.iter().filter_map(|key| self.record(*key)).collect()
    }

    /// A variant that lies nowhere has a level of 0; one that does not exist has none.
    fn record(&self, key: Key) -> Option<Record> {
        let product = self.products.get(&key.0)?;
        self.warehouses.contains(&key.1).then_some(())?;
        let none = Sum::default();
        let sum = self.sums.get(&key).unwrap_or(&none);
        let body = json!({
            "product_id": key.0,
            "warehouse_id": key.1,
            "quantity": sum.quantity.normalize().to_string(),
            "reserved_quantity": sum.reserved.normalize().to_string(),
        });
        let mut record = Record::new(format!("{}@{}", key.0, key.1), product.name.clone(), body);
        record.changed_at = sum.changed_at;
        Some(record)
    }

    /// The count that brings a level to the wanted quantity; `None` if it is there already.
    fn count(&self, places: &Places, key: Key, wanted: Decimal) -> Result<Option<Count>, ConnectorError> {
        let refused = |code: &str, message: String| ConnectorError::new(ErrorKind::Rejected, code, message);
        let product = self
            .products
            .get(&key.0)
            .ok_or_else(|| refused("record_missing", format!("Odoo has no product variant {}", key.0)))?;
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
        // Goods on shelves below the stock location stay where they are; the difference lands at the location itself.
        let quantity = sum.at_stock.saturating_add(wanted).saturating_sub(sum.quantity);
        Ok(Some(Count {
            product: key.0,
            location,
            quantity,
        }))
    }
}

/// Sets the levels of a batch.
pub(crate) async fn apply(session: &Session, batch: &[Write]) -> Vec<WriteOutcome> {
    match try_apply(session, batch).await {
        Ok(outcomes) => outcomes,
        Err(error) => batch
            .iter()
            .map(|_| crate::outcome::failed(error.clone()))
            .collect(),
    }
}

async fn try_apply(session: &Session, batch: &[Write]) -> Result<Vec<WriteOutcome>, CallError> {
    let places = Places::read(session).await?;
    let wanted: Vec<Result<(Key, Decimal), ConnectorError>> = batch.iter().map(wanted).collect();
    let keys: Vec<Key> = wanted.iter().flatten().map(|(key, _)| *key).collect();
    let before = Levels::read(session, &places, &keys).await?;
    let mut failures: BTreeMap<usize, CallError> = BTreeMap::new();
    let mut counts = Vec::new();
    for (index, one) in wanted.iter().enumerate() {
        let count = one
            .clone()
            .and_then(|(key, quantity)| before.count(&places, key, quantity));
        match count {
            Ok(Some(count)) => counts.push((index, count)),
            Ok(None) => {}
            Err(error) => {
                failures.insert(index, error.into());
            }
        }
    }
    failures.extend(set_each(session, counts).await);
    let after = Levels::read(session, &places, &keys).await;
    let outcome = |(index, one): (usize, Result<(Key, Decimal), ConnectorError>)| {
        if let Some(error) = failures.remove(&index) {
            return crate::outcome::failed(error);
        }
        match (&after, one) {
            (Ok(after), Ok((key, _))) => match after.record(key) {
                Some(record) => {
                    let (children, warnings) = (Vec::new(), Vec::new());
                    WriteOutcome::Applied(Box::new(Applied {
                        record,
                        children,
                        warnings,
                    }))
                }
                None => crate::outcome::vanished("stock level", &format!("{}@{}", key.0, key.1)),
            },
            (Err(error), _) => crate::outcome::failed(error.clone()),
            (_, Err(error)) => WriteOutcome::Failed(error),
        }
    };
    Ok(wanted.into_iter().enumerate().map(outcome).collect())
}

fn wanted(write: &Write) -> Result<(Key, Decimal), ConnectorError> {
    let wrong = |message: String| ConnectorError::new(ErrorKind::Mapping, "mapping_shape", message);
    let number = |field: &str| {
        let value = &write.desired[field];
        let parsed = value.as_i64().or_else(|| value.as_str()?.parse().ok());
        parsed.ok_or_else(|| wrong(format!("no rule gives a stock level its `{field}`")))
    };
    let quantity =
        decimal_of(&write.desired["quantity"]).map_err(|error| wrong(format!("`quantity`: {error}")))?;
    Ok(((number("product_id")?, number("warehouse_id")?), quantity))
}

/// Sets counts, all in one call if that goes well. Odoo takes all of a call or none and does not say which count was
/// to blame, so a refused call is halved until the bad ones are found.
async fn set_each(session: &Session, counts: Vec<(usize, Count)>) -> BTreeMap<usize, CallError> {
    let mut failures = BTreeMap::new();
    let mut batches = vec![counts];
    while let Some(batch) = batches.pop() {
        let only: Vec<Count> = batch.iter().map(|(_, count)| count.clone()).collect();
        let Err(error) = set_counts(session, &only).await else {
            continue;
        };
        if batch.len() > 1 && crate::outcome::lies_in_a_row(&error) {
            let mut left = batch;
            let right = left.split_off(left.len() / 2);
            batches.push(right);
            batches.push(left);
        } else {
            failures.extend(batch.into_iter().map(|(index, _)| (index, error.clone())));
        }
    }
    failures
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn ids_name_variant_and_warehouse() {
        assert_eq!(parse("12@3"), Some((12, 3)));
        for bad in ["12", "@", "a@3", "12@", "12@3@4", "+12@3", "12@03"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_level_without_a_quantity_says_which_rule_is_missing() {
        let write = Write {
            idempotency_key: String::new(),
            record_type: "inventory".into(),
            source_id: "1@2".into(),
            label: String::new(),
            target_id: None,
            current: None,
            desired: json!({"product_id": "7", "quantity": "3"}),
            changes: Vec::new(),
            children: Vec::new(),
            removed: Vec::new(),
            source: Value::Null,
        };
        assert_eq!(
            wanted(&write).unwrap_err().message,
            "no rule gives a stock level its `warehouse_id`"
        );
    }
}
