//! Records that have custom fields, as the mutations of custom fields see them.

use serde_json::{Map, Value};

use crate::gid::Gid;
use crate::state::{Metafield, Rows as _, Store, owner};

/// The types that can have custom fields here: their tables, and what it takes to write them. The published page of
/// `metafieldsSet` demands the access that changes the owner; for the shop itself none is named.
const OWNERS: [(&str, &str, &str); 6] = [
    ("Product", "product", "write_products"),
    ("ProductVariant", "variant", "write_products"),
    ("Order", "order", "write_orders"),
    ("Customer", "customer", "write_customers"),
    ("Location", "location", "write_locations"),
    ("Shop", "shop", "write_products"),
];

/// Type and number of a record that exists and can have custom fields.
pub(super) fn owner_of<'a>(store: &Store<'_>, id: &'a str) -> Option<(&'a str, i64)> {
    let id = Gid::parse(id)?;
    let (_, table, _) = OWNERS.iter().find(|known| known.0 == id.kind)?;
    let number = id.number()?;
    store.rows().get(table, number).map(|_| (id.kind, number))
}

/// The scopes that the owners in the argument `metafields` need.
pub(super) fn scopes(arguments: &Map<String, Value>) -> Vec<&'static str> {
    let inputs = arguments.get("metafields").and_then(Value::as_array);
    let owners = inputs
        .into_iter()
        .flatten()
        .filter_map(|input| Gid::parse(input.get("ownerId")?.as_str()?));
    let mut scopes: Vec<&str> = owners
        .filter_map(|id| OWNERS.iter().find(|known| known.0 == id.kind))
        .map(|known| known.2)
        .collect();
    if scopes.is_empty() {
        scopes.push("write_products");
    }
    scopes
}

/// A custom field by its owner, namespace and key.
pub(super) fn find(
    store: &Store<'_>,
    record: (&str, i64),
    (namespace, key): (&str, &str),
) -> Option<Metafield> {
    let mut fields = store
        .rows()
        .found::<Metafield>("owner", &owner(record.0, record.1));
    fields
        .find(|field| field.namespace == namespace && field.key == key)
        .cloned()
}

/// A product is changed by a change of its custom fields and of those of its variants. Of other owners nothing is known.
pub(super) fn touch(store: &mut Store<'_>, record: (&str, i64)) {
    match record.0 {
        "Product" => store.touch_product(record.1),
        "ProductVariant" => store.touch_variant(record.1),
        _ => {}
    }
}
