//! Counted quantities: `stock.quant` in inventory mode.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{decimal, ids, many2one, number};

/// A counted quantity of a product variant at a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) product: i64,
    pub(crate) location: i64,
    pub(crate) quantity: Decimal,
}

/// Sets counted quantities, all or none of them.
///
/// Two calls: the counts, then their application. The numbers are absolute, so both may be sent again.
pub(crate) async fn set_counts(session: &Session, counts: &[Count]) -> Result<(), CallError> {
    if counts.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = counts
        .iter()
        .map(|count| {
            json!({
                "product_id": count.product,
                "location_id": count.location,
                "inventory_quantity": number(count.quantity),
            })
        })
        .collect();
    let context = json!({"inventory_mode": true});
    let kwargs = || Map::from_iter([("context".to_owned(), context.clone())]);
    let made = session
        .client
        .call("stock.quant", "create", json!([rows]), kwargs())
        .await?;
    let quants = ids(&made);
    session
        .client
        .call("stock.quant", "action_apply_inventory", json!([quants]), kwargs())
        .await
        .map(drop)
}

/// The quantities of these variants in internal locations, per variant and location.
pub(crate) async fn read_quantities(
    session: &Session,
    products: &[i64],
) -> Result<BTreeMap<(i64, i64), Decimal>, CallError> {
    let domain = json!([
        ["product_id", "in", products],
        ["location_id.usage", "=", "internal"]
    ]);
    let fields = ["product_id", "location_id", "quantity"];
    let mut found: BTreeMap<(i64, i64), Decimal> = BTreeMap::new();
    for row in session
        .client
        .search_read("stock.quant", domain, &fields, Options::default())
        .await?
    {
        if let (Some(product), Some(location)) = (many2one(&row["product_id"]), many2one(&row["location_id"]))
        {
            let sum = found.entry((product, location)).or_default();
            *sum = sum.saturating_add(decimal(&row["quantity"]));
        }
    }
    Ok(found)
}

/// Moves everything that lies under the first variant of each pair to the second.
pub(crate) async fn move_quantities(session: &Session, moves: &[(i64, i64)]) -> Result<(), CallError> {
    if moves.is_empty() {
        return Ok(());
    }
    let products: Vec<i64> = moves.iter().flat_map(|(from, to)| [*from, *to]).collect();
    let before = read_quantities(session, &products).await?;
    let mut after = before.clone();
    for (from, to) in moves {
        let taken = before
            .iter()
            .filter(|((product, _), quantity)| product == from && !quantity.is_zero());
        for ((_, location), quantity) in taken {
            *after.entry((*from, *location)).or_default() -= *quantity;
            *after.entry((*to, *location)).or_default() += *quantity;
        }
    }
    let changed = after
        .into_iter()
        .filter(|(key, quantity)| before.get(key).copied().unwrap_or_default() != *quantity);
    let counts: Vec<Count> = changed
        .map(|((product, location), quantity)| Count {
            product,
            location,
            quantity,
        })
        .collect();
    set_counts(session, &counts).await
}
