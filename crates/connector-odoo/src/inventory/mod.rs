//! Stock levels: what is on hand of a product variant in a warehouse.
//!
//! Only storable goods have levels, and a level shows the tags of its product. Goods that lie nowhere have one of 0 in every warehouse.

mod changes;
mod levels;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::FieldPath;
use sync_core::Record;
use sync_core::ports::FieldSet;

use crate::Session;
use crate::client::CallError;
use crate::cursor::database_id;
use crate::location::Places;
use levels::Levels;

pub(crate) use changes::page;
pub(crate) use write::apply;

/// A variant in a warehouse; its record id is `<product.product id>@<stock.warehouse id>`.
type Key = (i64, i64);

pub(crate) fn fields() -> FieldSet {
    let fields = [
        "product_id",
        "product_tag_ids",
        "warehouse_id",
        "quantity",
        "reserved_quantity",
    ];
    FieldSet {
        fields: fields.map(str::to_owned).into(),
        children: BTreeMap::new(),
    }
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

/// All levels of these variants, found at `product_id`; other places answer nothing.
pub(crate) async fn find(
    session: &Session,
    path: &FieldPath,
    texts: &[String],
) -> Result<Vec<Record>, CallError> {
    if path.to_string() != "product_id" {
        return Ok(Vec::new());
    }
    let places = Places::read(session).await?;
    let products: BTreeSet<i64> = texts.iter().filter_map(|id| database_id(id)).collect();
    let all = |product: &i64| {
        let product = *product;
        places.warehouses().map(move |warehouse| (product, warehouse))
    };
    let keys: Vec<Key> = products.iter().flat_map(all).collect();
    Ok(Levels::read(session, &places, &keys).await?.records(&keys))
}

fn parse(id: &str) -> Option<Key> {
    let (product, warehouse) = id.split_once('@')?;
    Some((database_id(product)?, database_id(warehouse)?))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn ids_name_variant_and_warehouse() {
        assert_eq!(parse("12@3"), Some((12, 3)));
        for bad in ["12", "@", "a@3", "12@", "12@3@4", "+12@3", "12@03"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
