//! Which products changed: by the dates of everything that a product shows.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sync_core::{Cursor, Page};

use super::read;
use crate::Session;
use crate::client::CallError;
use crate::value::{id, many2one};
use crate::walk::{Polled, Walk};

const TEMPLATE: &str = "product.template";
const PRICE: &str = "product.pricelist.item";

/// All products, or those that changed, archived ones included.
pub(crate) async fn page(
    session: &Session,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, CallError> {
    let mut walk = Walk::resume(session, cursor, polled(session).await?).await?;
    let mut found: Vec<i64> = Vec::new();
    let limit = limit.max(1);
    while found.len() < limit
        && let Some((model, rows)) = walk.rows(session, limit - found.len()).await?
    {
        for template in templates(session, model, &rows).await? {
            if !found.contains(&template) {
                found.push(template);
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

/// What moves none of its template's dates and yet belongs to a product: a variant's own fields, what a value costs extra,
/// prices of the price list, and names of tags, categories, attributes and values.
async fn polled(session: &Session) -> Result<Vec<Polled>, CallError> {
    // What stands for shipping and the like on orders is no product of anybody's catalogue.
    let services = &session.services().await?.templates;
    let ours = |path: &str| vec![json!([path, "not in", services])];
    let of_template = |model: &'static str, dates: &'static [&'static str]| Polled {
        model,
        domain: ours("product_tmpl_id"),
        dates,
        unless: Some(("product_tmpl_id.write_date", TEMPLATE)),
        fields: &["product_tmpl_id"],
    };
    let mut polled = vec![
        Polled {
            model: TEMPLATE,
            domain: ours("id"),
            dates: &["write_date", "categ_id.write_date", "product_tag_ids.write_date"],
            unless: None,
            fields: &["id"],
        },
        of_template("product.product", &["write_date"]),
        of_template(
            "product.template.attribute.value",
            &["write_date", "product_attribute_value_id.write_date"],
        ),
        of_template(
            "product.template.attribute.line",
            &["write_date", "attribute_id.write_date"],
        ),
    ];
    if let Some(list) = session.pricelist().await? {
        polled.push(Polled {
            model: PRICE,
            domain: vec![
                json!(["pricelist_id", "=", list]),
                json!(["product_id", "!=", false]),
            ],
            dates: &["write_date"],
            unless: None,
            fields: &["product_id"],
        });
    }
    Ok(polled)
}

/// The templates that rows are about.
async fn templates(session: &Session, model: &str, rows: &[Value]) -> Result<Vec<i64>, CallError> {
    match model {
        TEMPLATE => Ok(rows.iter().map(id).collect()),
        PRICE => {
            let variants: BTreeSet<i64> = rows
                .iter()
                .filter_map(|row| many2one(&row["product_id"]))
                .collect();
            let variants: Vec<i64> = variants.into_iter().collect();
            let fields = ["product_tmpl_id"];
            let rows = session.client.read("product.product", &variants, &fields).await?;
            Ok(rows
                .iter()
                .filter_map(|row| many2one(&row["product_tmpl_id"]))
                .collect())
        }
        _ => Ok(rows
            .iter()
            .filter_map(|row| many2one(&row["product_tmpl_id"]))
            .collect()),
    }
}
