//! Rows: one typed struct per table, and typed access to them.

use std::vec::IntoIter;

use mock_world::{Index, Tables};
use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::fulfilment::FulfillmentOrder;
use super::inventory::InventoryLevel;
use super::metafield::Metafield;
use super::order::Order;
use super::product::{InventoryItem, Product, Variant};
use super::replay::{Operation, Replay};
use super::shop::{Location, Shop};

macro_rules! entities {
    ($($variant:ident($kind:ty) in $table:literal),* $(,)?) => {
        /// One row of the simulated shop.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub enum Entity {
            $(
                #[doc = concat!("A row of the table `", $table, "`.")]
                $variant(Box<$kind>),
            )*
        }

        $(
            impl Stored for $kind {
                const TABLE: &'static str = $table;

                fn id(&self) -> i64 {
                    self.id
                }

                fn of(entity: &Entity) -> Option<&Self> {
                    match entity {
                        Entity::$variant(value) => Some(value),
                        _ => None,
                    }
                }

                fn into_entity(self) -> Entity {
                    Entity::$variant(Box::new(self))
                }
            }
        )*
    };
}

/// A type that is kept in a table of its own.
pub trait Stored: Sized {
    /// The table's name.
    const TABLE: &'static str;
    /// The row's id.
    fn id(&self) -> i64;
    /// The value in this row, if it is of this type.
    fn of(entity: &Entity) -> Option<&Self>;
    /// The row of this value.
    fn into_entity(self) -> Entity;
}

entities! {
    Shop(Shop) in "shop",
    Location(Location) in "location",
    Product(Product) in "product",
    Variant(Variant) in "variant",
    Item(InventoryItem) in "inventory_item",
    Level(InventoryLevel) in "inventory_level",
    Customer(Customer) in "customer",
    Order(Order) in "order",
    FulfillmentOrder(FulfillmentOrder) in "fulfillment_order",
    Metafield(Metafield) in "metafield",
    Replay(Replay) in "replay",
    Operation(Operation) in "product_set_operation",
}

/// Typed reading of the tables.
pub trait Rows {
    /// The row with this id.
    fn one<T: Stored>(&self, id: i64) -> Option<&T>;
    /// All rows by id.
    fn all<'a, T: Stored + 'a>(&'a self) -> impl DoubleEndedIterator<Item = &'a T>;
    /// The rows with this key in this index, by id.
    fn found<'a, T: Stored + 'a>(&'a self, index: &str, key: &str) -> IntoIter<&'a T>;
}

impl Rows for Tables<Entity> {
    fn one<T: Stored>(&self, id: i64) -> Option<&T> {
        T::of(self.get(T::TABLE, id)?)
    }

    fn all<'a, T: Stored + 'a>(&'a self) -> impl DoubleEndedIterator<Item = &'a T> {
        self.rows(T::TABLE).filter_map(|(_, row)| T::of(row))
    }

    fn found<'a, T: Stored + 'a>(&'a self, index: &str, key: &str) -> IntoIter<&'a T> {
        let rows: Vec<&T> = self
            .find(T::TABLE, index, key)
            .filter_map(|id| self.one(id))
            .collect();
        rows.into_iter()
    }
}

/// The indexes that a world of this simulator needs.
pub fn indexes() -> Vec<Index<Entity>> {
    vec![
        index::<Product>("handle", |row| keys(row, |p: &Product| vec![p.handle.clone()])),
        index::<Variant>("product", |row| {
            keys(row, |v: &Variant| vec![v.product_id.to_string()])
        }),
        index::<InventoryItem>("sku", |row| {
            keys(row, |i: &InventoryItem| i.sku.clone().into_iter().collect())
        }),
        index::<InventoryLevel>("item", |row| {
            keys(row, |l: &InventoryLevel| vec![l.item_id.to_string()])
        }),
        index::<InventoryLevel>("location", |row| {
            keys(row, |l: &InventoryLevel| vec![l.location_id.to_string()])
        }),
        index::<InventoryLevel>("place", |row| {
            keys(row, |l: &InventoryLevel| vec![place(l.item_id, l.location_id)])
        }),
        index::<Location>("level_number", |row| {
            keys(row, |l: &Location| vec![l.level_number.to_string()])
        }),
        index::<Customer>("email", |row| {
            keys(row, |c: &Customer| {
                c.email.iter().map(|email| email.to_lowercase()).collect()
            })
        }),
        index::<Customer>("phone", |row| {
            keys(row, |c: &Customer| c.phone.clone().into_iter().collect())
        }),
        index::<Customer>("part", |row| keys(row, customer_parts)),
        index::<Order>("customer", |row| {
            keys(row, |o: &Order| {
                o.customer_id.iter().map(i64::to_string).collect()
            })
        }),
        index::<Order>("part", |row| keys(row, order_parts)),
        index::<FulfillmentOrder>("order", |row| {
            keys(row, |f: &FulfillmentOrder| vec![f.order_id.to_string()])
        }),
        index::<FulfillmentOrder>("part", |row| keys(row, fulfillment_order_parts)),
        index::<Product>("part", |row| keys(row, product_parts)),
        index::<Metafield>("owner", |row| {
            keys(row, |m: &Metafield| vec![owner(&m.owner_kind, m.owner_id)])
        }),
        index::<Replay>("key", |row| keys(row, |r: &Replay| vec![r.key.clone()])),
    ]
}

/// Key of the index `place`.
pub(crate) fn place(item: i64, location: i64) -> String {
    format!("{item}@{location}")
}

/// Key of the index `owner` of metafields, and of the indexes `part`.
pub(crate) fn owner(kind: &str, id: i64) -> String {
    format!("{kind}/{id}")
}

fn index<T: Stored>(name: &'static str, keys: fn(&Entity) -> Vec<String>) -> Index<Entity> {
    Index {
        table: T::TABLE,
        name,
        keys,
    }
}

fn keys<T: Stored>(row: &Entity, of: fn(&T) -> Vec<String>) -> Vec<String> {
    T::of(row).map(of).unwrap_or_default()
}

fn customer_parts(customer: &Customer) -> Vec<String> {
    customer
        .addresses
        .iter()
        .map(|address| owner("MailingAddress", address.id))
        .collect()
}

fn product_parts(product: &Product) -> Vec<String> {
    let mut parts: Vec<String> = product
        .media
        .iter()
        .map(|image| owner("MediaImage", image.id))
        .collect();
    for option in &product.options {
        parts.push(owner("ProductOption", option.id));
        parts.extend(
            option
                .values
                .iter()
                .map(|value| owner("ProductOptionValue", value.id)),
        );
    }
    parts
}

fn fulfillment_order_parts(order: &FulfillmentOrder) -> Vec<String> {
    order
        .lines
        .iter()
        .map(|line| owner("FulfillmentOrderLineItem", line.id))
        .collect()
}

fn order_parts(order: &Order) -> Vec<String> {
    let mut parts: Vec<String> = order
        .lines
        .iter()
        .map(|line| owner("LineItem", line.id))
        .collect();
    parts.extend(
        order
            .shipping_lines
            .iter()
            .map(|line| owner("ShippingLine", line.id)),
    );
    parts.extend(order.transactions.iter().map(|t| owner("OrderTransaction", t.id)));
    let addresses = order.billing_address.iter().chain(&order.shipping_address);
    parts.extend(addresses.map(|address| owner("MailingAddress", address.id)));
    for fulfillment in &order.fulfillments {
        parts.push(owner("Fulfillment", fulfillment.id));
        parts.extend(
            fulfillment
                .lines
                .iter()
                .map(|line| owner("FulfillmentLineItem", line.id)),
        );
    }
    for refund in &order.refunds {
        parts.push(owner("Refund", refund.id));
        parts.extend(
            refund
                .shipping
                .iter()
                .map(|line| owner("RefundShippingLine", line.id)),
        );
    }
    parts
}
