//! Which levels changed: by the dates of what lies there, and of the goods, which may have become storable.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sync_core::{Cursor, Page};

use super::Key;
use super::levels::Levels;
use crate::Session;
use crate::client::CallError;
use crate::location::Places;
use crate::value::{id, many2one};
use crate::walk::{Here, Polled, Walk};

const GOODS: &str = "product.product";
const QUANT: &str = "stock.quant";
const WAREHOUSE: &str = "stock.warehouse";

/// All levels, or those that changed: variant by variant, warehouse by warehouse.
pub(crate) async fn page(
    session: &Session,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, CallError> {
    let places = Places::read(session).await?;
    let mut walk = Walk::resume(session, cursor, polled()).await?;
    let since = walk.begins_since(WAREHOUSE).map(str::to_owned);
    if let Some(since) = since
        && has_changed(session, &since).await?
    {
        // A new warehouse has a level of everything.
        walk.read_all_of(GOODS);
    }
    let limit = limit.max(1);
    let mut keys: Vec<Key> = Vec::new();
    while keys.len() < limit {
        let here = walk.here();
        let Some((model, rows)) = walk.rows(session, limit - keys.len()).await? else {
            break;
        };
        match model {
            GOODS => {
                let room = limit - keys.len();
                let mut all = levels_of(here, &places, &rows);
                if let Some((product, warehouse)) = all.get(room - 1).copied().filter(|_| all.len() > room) {
                    let before = rows.iter().map(id).take_while(|row| *row != product);
                    walk.back_to(here, before.last().unwrap_or(0), product, warehouse);
                    all.truncate(room);
                }
                keys.extend(all);
            }
            _ => keys.extend(rows.iter().filter_map(|row| level_of(&places, row))),
        }
        let mut seen = BTreeSet::new();
        keys.retain(|key| seen.insert(*key));
    }
    Ok(Page {
        records: Levels::read(session, &places, &keys).await?.records(&keys),
        next: walk.next(),
        mark: walk.mark(&[WAREHOUSE]),
        total: None,
    })
}

fn polled() -> Vec<Polled> {
    vec![
        Polled {
            model: GOODS,
            // A variant that was put away alone is a combination that nobody sells: it would wait for a counterpart for
            // ever. One that is linked is still found by its id.
            domain: vec![
                json!(["is_storable", "=", true]),
                json!("|"),
                json!(["active", "=", true]),
                json!(["product_tmpl_id.active", "=", false]),
            ],
            dates: &["write_date"],
            unless: None,
            fields: &["id"],
        },
        Polled {
            model: QUANT,
            domain: vec![json!(["location_id.usage", "=", "internal"])],
            dates: &["write_date"],
            unless: Some(("product_id.write_date", GOODS)),
            fields: &["product_id", "location_id"],
        },
    ]
}

async fn has_changed(session: &Session, since: &str) -> Result<bool, CallError> {
    let domain = json!([["write_date", ">=", since]]);
    Ok(crate::vocabulary::count(&session.client, WAREHOUSE, domain).await? > 0)
}

/// The levels of these goods that no earlier page had.
fn levels_of(here: Here, places: &Places, goods: &[Value]) -> Vec<Key> {
    let of_one = |row: &Value| {
        let (product, done) = (id(row), here.part_done(id(row)));
        let open = places.warehouses().filter(move |warehouse| *warehouse > done);
        open.map(move |warehouse| (product, warehouse))
            .collect::<Vec<_>>()
    };
    goods.iter().flat_map(of_one).collect()
}

fn level_of(places: &Places, quant: &Value) -> Option<Key> {
    let warehouse = places.warehouse_of(many2one(&quant["location_id"])?)?;
    Some((many2one(&quant["product_id"])?, warehouse))
}
