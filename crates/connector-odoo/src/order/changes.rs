//! Which orders changed: by their own dates and those of their lines and deliveries.
//!
//! A customer's or an address' own dates do not count: old orders keep what they were written with.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sync_core::{Cursor, Page};

use super::read;
use crate::Session;
use crate::client::CallError;
use crate::value::{id, many2one};
use crate::walk::{Polled, Walk};

const ORDER: &str = "sale.order";
const LINE: &str = "sale.order.line";
const MOVE: &str = "stock.move";

/// All orders, or those that changed.
pub(crate) async fn page(
    session: &Session,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, CallError> {
    let mut walk = Walk::resume(session, cursor, polled()).await?;
    let mut found: Vec<i64> = Vec::new();
    let limit = limit.max(1);
    while found.len() < limit
        && let Some((model, rows)) = walk.rows(session, limit - found.len()).await?
    {
        for order in orders(session, model, &rows).await? {
            if !found.contains(&order) {
                found.push(order);
            }
        }
    }
    Ok(Page {
        records: read::by_ids(session, &found).await?,
        next: walk.next(),
        mark: walk.mark(&[]),
        total: None,
    })
}

/// A delivery moves its order's date; a tracking reference that is noted afterwards, or a demand that is changed in the
/// delivery, does not.
fn polled() -> Vec<Polled> {
    let of_order = |model: &'static str, order: &'static str, date: &'static str, fields| Polled {
        model,
        domain: vec![json!([order, "!=", false])],
        dates: &["write_date"],
        unless: Some((date, ORDER)),
        fields,
    };
    vec![
        Polled {
            model: ORDER,
            domain: Vec::new(),
            dates: &["write_date"],
            unless: None,
            fields: &["id"],
        },
        of_order(LINE, "order_id", "order_id.write_date", &["order_id"]),
        of_order("stock.picking", "sale_id", "sale_id.write_date", &["sale_id"]),
        of_order(
            MOVE,
            "sale_line_id",
            "sale_line_id.order_id.write_date",
            &["sale_line_id"],
        ),
    ]
}

/// The orders that rows are about.
async fn orders(session: &Session, model: &str, rows: &[Value]) -> Result<Vec<i64>, CallError> {
    let of = |rows: &[Value], field: &str| {
        let ids: BTreeSet<i64> = rows.iter().filter_map(|row| many2one(&row[field])).collect();
        Vec::from_iter(ids)
    };
    match model {
        ORDER => Ok(rows.iter().map(id).collect()),
        LINE => Ok(of(rows, "order_id")),
        MOVE => {
            let lines = of(rows, "sale_line_id");
            Ok(of(
                &session.client.read(LINE, &lines, &["order_id"]).await?,
                "order_id",
            ))
        }
        _ => Ok(of(rows, "sale_id")),
    }
}
