//! Counted quantities: `stock.quant` in inventory mode.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sync_core::ErrorKind;

use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{decimal, id, ids, many2one, number};

/// What is read of a quant.
pub(crate) const QUANT_FIELDS: [&str; 8] = [
    "product_id",
    "location_id",
    "lot_id",
    "package_id",
    "owner_id",
    "quantity",
    "reserved_quantity",
    "write_date",
];

/// Whether goods lie in no lot and no package and are our own: those that a count without these is about.
pub(crate) fn is_plain(quant: &Value) -> bool {
    ["lot_id", "package_id", "owner_id"]
        .iter()
        .all(|field| many2one(&quant[*field]).is_none())
}

/// A counted quantity of a product variant at a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) product: i64,
    pub(crate) location: i64,
    /// What lay there when the count was planned.
    pub(crate) before: Decimal,
    pub(crate) quantity: Decimal,
}

/// Sets counted quantities, all or none of them; none where one of the places has not what it had before. The movements
/// that come of it are named `name`.
///
/// The numbers are absolute, so all calls may be sent again.
pub(crate) async fn set_counts(session: &Session, counts: &[Count], name: &str) -> Result<(), CallError> {
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
    let counting = json!({"inventory_mode": true});
    let made = call(session, "create", json!([rows]), counting).await?;
    let quants = ids(&made);
    // Odoo notes with a count how far it is from what lies there at that moment.
    if !is_as_expected(session, counts, &quants).await? {
        return Err(take_back(session, &quants).await);
    }
    let named = json!({"inventory_mode": true, "inventory_name": name});
    let answer = call(session, "action_apply_inventory", json!([quants]), named).await?;
    match answer["res_model"].as_str() {
        None => Ok(()),
        // What lies there moved since it was counted.
        Some("stock.inventory.conflict") => Err(take_back(session, &quants).await),
        Some(form) => {
            let message = format!("Odoo did not apply the count: it asks a question first ({form})");
            Err(CallError::new(ErrorKind::Rejected, "wizard", message))
        }
    }
}

/// Whether a count of this name moved anything. It did not if somebody applied a count of his own to the same goods after
/// ours was noted: that one counts, and ours is gone.
pub(crate) async fn has_counted(session: &Session, product: i64, name: &str) -> Result<bool, CallError> {
    let domain = json!([
        ["product_id", "=", product],
        ["is_inventory", "=", true],
        ["name", "=like", format!("{name}%")],
        ["quantity", ">", 0]
    ]);
    Ok(crate::vocabulary::count(&session.client, "stock.move", domain).await? > 0)
}

async fn call(session: &Session, method: &str, args: Value, context: Value) -> Result<Value, CallError> {
    let kwargs = Map::from_iter([("context".to_owned(), context)]);
    session.client.call("stock.quant", method, args, kwargs).await
}

async fn is_as_expected(session: &Session, counts: &[Count], quants: &[i64]) -> Result<bool, CallError> {
    let fields = ["inventory_diff_quantity"];
    let rows = session.client.read("stock.quant", quants, &fields).await?;
    let noted: BTreeMap<i64, Decimal> = rows
        .iter()
        .map(|row| (id(row), decimal(&row["inventory_diff_quantity"])))
        .collect();
    let expected = |(quant, count): (&i64, &Count)| {
        let difference = count.quantity.saturating_sub(count.before);
        // Odoo calculates in binary numbers: 0.3 is 0.19999999999999998 more than 0.1.
        let off = noted.get(quant).map(|noted| noted.saturating_sub(difference));
        off.is_some_and(|off| off.abs() < Decimal::new(1, 6))
    };
    Ok(quants.len() == counts.len() && quants.iter().zip(counts).all(expected))
}

/// Clears counts that are not to be applied, and says why they are not.
async fn take_back(session: &Session, quants: &[i64]) -> CallError {
    let counting = json!({"inventory_mode": true});
    match call(
        session,
        "action_clear_inventory_quantity",
        json!([quants]),
        counting,
    )
    .await
    {
        Ok(_) => moved_meanwhile(),
        Err(error) => error,
    }
}

pub(crate) fn moved_meanwhile() -> CallError {
    CallError::new(
        ErrorKind::Contention,
        "stock_moved",
        "goods moved in Odoo while their level was being set",
    )
}

/// The quantities of these variants in internal locations, per variant and location, but for goods in lots and packages.
pub(crate) async fn read_quantities(
    session: &Session,
    products: &[i64],
) -> Result<BTreeMap<(i64, i64), Decimal>, CallError> {
    let domain = json!([
        ["product_id", "in", products],
        ["location_id.usage", "=", "internal"]
    ]);
    let mut found: BTreeMap<(i64, i64), Decimal> = BTreeMap::new();
    for row in session
        .client
        .search_read("stock.quant", domain, &QUANT_FIELDS, Options::default())
        .await?
        .iter()
        .filter(|row| is_plain(row))
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
            before: before.get(&(product, location)).copied().unwrap_or_default(),
            quantity,
        })
        .collect();
    set_counts(session, &counts, "Taken along from another product").await
}
