//! Changes to the shop, each inside one transaction of the world.

use jiff::Timestamp;
use mock_world::Tables;
use serde_json::{Value, json};
use thiserror::Error;

use super::customer::{Customer, NewCustomer};
use super::entity::{Entity, Rows, Stored, owner};
use super::fulfilment::FulfillmentOrder;
use super::inventory::InventoryLevel;
use super::metafield::Metafield;
use super::order::Order;
use super::product::{InventoryItem, Product, Variant};
use super::shop::{Location, NewLocation, Shop};
use crate::gid::gid;
use crate::scalar::whole_second;

/// Why a change was refused. Nothing of it remains then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StateError {
    /// There is no such record.
    #[error("there is no {kind} with the id {id}")]
    NotFound {
        /// Type of the record.
        kind: &'static str,
        /// The id asked for.
        id: i64,
    },
    /// The shop cannot be in the state asked for.
    #[error("{0}")]
    Invalid(String),
}

pub(crate) fn missing<T: Stored>(id: i64) -> StateError {
    StateError::NotFound { kind: T::TABLE, id }
}

pub(crate) fn invalid<T>(text: impl Into<String>) -> Result<T, StateError> {
    Err(StateError::Invalid(text.into()))
}

/// Rows that show when they were last changed.
pub(crate) trait Touched: Stored + Clone + PartialEq {
    /// Type name in global ids.
    const KIND: &'static str;
    fn touch(&mut self, at: Timestamp);
}

macro_rules! touched {
    ($($kind:ty: $name:literal),* $(,)?) => {
        $(impl Touched for $kind {
            const KIND: &'static str = $name;
            fn touch(&mut self, at: Timestamp) {
                self.updated_at = at;
            }
        })*
    };
}

touched! {
    Shop: "Shop",
    Location: "Location",
    Product: "Product",
    Variant: "ProductVariant",
    InventoryItem: "InventoryItem",
    InventoryLevel: "InventoryLevel",
    Customer: "Customer",
    Order: "Order",
    FulfillmentOrder: "FulfillmentOrder",
    Metafield: "Metafield",
}

/// Ids start here, so that they are as long as real ones and do not fit into 32 bits.
const FIRST_ID: i64 = 7_000_000_000_000;

/// The shop inside a transaction. Every operation either succeeds as a whole or answers an error; an error that is
/// handed on undoes the transaction. Operations that change nothing leave no trace in the journal.
///
/// What a person does in a shop, for tests and simulations:
///
/// | to | operation |
/// |---|---|
/// | change a title, tags, a status | [`Store::edit_product`] |
/// | change a price, a barcode | [`Store::edit_variant`] |
/// | change a SKU, a weight, tracking | [`Store::edit_item`] |
/// | rename, add, remove or move options | [`Store::rename_option`], [`Store::rename_option_value`], [`Store::add_option`], [`Store::remove_option`], [`Store::reorder_options`] |
/// | add, remove or move variants | [`Store::add_variant`], [`Store::remove_variant`], [`Store::reorder_variants`] |
/// | count or correct stock | [`Store::set_on_hand`], [`Store::set_available`], [`Store::adjust`], [`Store::set_stocked`] |
/// | sell | [`Store::place_order`] |
/// | ship | [`Store::fulfil_all`], or [`Store::fulfil`] for parts of one of [`Store::fulfillment_orders`] |
/// | edit an order's lines | [`Store::edit_order_line`], [`Store::add_order_line`] |
/// | edit a note, tags, an address | [`Store::edit_order`] |
/// | take goods back | [`Store::refund`] |
/// | cancel | [`Store::cancel_order`] |
/// | delete a product | [`Store::delete_product`] |
pub struct Store<'a> {
    pub(crate) tables: &'a mut Tables<Entity>,
    pub(crate) now: Timestamp,
    /// Whether operations write lines into the journal; a mutation over the wire writes one of its own.
    pub(crate) noting: bool,
}

impl<'a> Store<'a> {
    pub(crate) fn new(tables: &'a mut Tables<Entity>, now: Timestamp) -> Self {
        Self {
            tables,
            now: whole_second(now),
            noting: true,
        }
    }

    /// The rows as they are at this point of the transaction.
    pub fn rows(&self) -> &Tables<Entity> {
        self.tables
    }

    pub(crate) fn fresh_id(&mut self, table: &str) -> i64 {
        self.tables.skip_ids_to(table, FIRST_ID);
        self.tables.next_id(table)
    }

    pub(crate) fn put<T: Stored>(&mut self, row: T) {
        self.tables.put(T::TABLE, row.id(), row.into_entity());
    }

    pub(crate) fn need<T: Stored + Clone>(&self, id: i64) -> Result<T, StateError> {
        self.tables.one::<T>(id).cloned().ok_or_else(|| missing::<T>(id))
    }

    pub(crate) fn note(&mut self, operation: &str, target: &str, detail: Value) {
        if self.noting {
            self.tables.note(self.now, operation, target, detail);
        }
    }

    /// Changes a row; answers whether it became different, and only then moves its `updated_at`.
    pub(crate) fn alter<T: Touched>(
        &mut self,
        id: i64,
        change: impl FnOnce(&mut T) -> Result<(), StateError>,
    ) -> Result<bool, StateError> {
        let before = self.need::<T>(id)?;
        let mut after = before.clone();
        change(&mut after)?;
        if after == before {
            return Ok(false);
        }
        after.touch(self.now);
        self.put(after);
        Ok(true)
    }

    /// [`Self::alter`], and a line in the journal if it became different.
    pub(crate) fn alter_noted<T: Touched>(
        &mut self,
        operation: &str,
        id: i64,
        change: impl FnOnce(&mut T) -> Result<(), StateError>,
    ) -> Result<bool, StateError> {
        let changed = self.alter(id, change)?;
        if changed {
            self.note(operation, &gid(T::KIND, id), Value::Null);
        }
        Ok(changed)
    }

    /// The shop's settings; those of [`Shop::demo`] before any were stored.
    pub fn shop(&self) -> Shop {
        shop_of(self.tables)
    }

    /// Stores the shop's settings; its id stays what it was first.
    pub fn put_shop(&mut self, mut shop: Shop) {
        let before = self.tables.all::<Shop>().next().cloned();
        shop.id = match &before {
            Some(before) => before.id,
            None => self.fresh_id(Shop::TABLE),
        };
        shop.created_at = whole_second(shop.created_at);
        shop.updated_at = before.as_ref().map_or(self.now, |before| before.updated_at);
        if before.as_ref() == Some(&shop) {
            return;
        }
        shop.updated_at = self.now;
        let target = gid(Shop::KIND, shop.id);
        self.put(shop);
        self.note("shop.put", &target, Value::Null);
    }

    /// Adds an active location.
    pub fn add_location(&mut self, new: NewLocation) -> Result<i64, StateError> {
        if new.name.trim().is_empty() {
            return Err(StateError::Invalid("a location needs a name".into()));
        }
        let id = self.fresh_id(Location::TABLE);
        let level_number = self.fresh_id("level_number");
        self.note(
            "location.add",
            &gid(Location::KIND, id),
            json!({ "name": new.name }),
        );
        self.put(Location {
            id,
            name: new.name,
            active: true,
            fulfills_online_orders: !new.offline_only,
            fulfillment_service: new.fulfillment_service,
            address: new.address,
            level_number,
            created_at: self.now,
            updated_at: self.now,
            deactivated_at: None,
        });
        Ok(id)
    }

    /// Changes a location, for instance its name or whether it is active.
    pub fn edit_location(&mut self, id: i64, edit: impl FnOnce(&mut Location)) -> Result<bool, StateError> {
        let now = self.now;
        self.alter_noted("location.edit", id, |location: &mut Location| {
            edit(location);
            location.id = id;
            location.deactivated_at = match (location.active, location.deactivated_at) {
                (true, _) => None,
                (false, since) => since.or(Some(now)),
            };
            Ok(())
        })
    }

    /// Adds a customer. E-mail addresses and phone numbers are unique.
    pub fn add_customer(&mut self, new: NewCustomer) -> Result<i64, StateError> {
        self.check_customer_is_new(&new)?;
        let id = self.fresh_id(Customer::TABLE);
        let created_at = new.created_at.map_or(self.now, whole_second);
        let mut addresses = new.addresses;
        for address in &mut addresses {
            address.id = self.fresh_id("address");
        }
        self.note("customer.add", &gid(Customer::KIND, id), Value::Null);
        self.put(Customer {
            id,
            first_name: new.first_name,
            last_name: new.last_name,
            verified_email: new.email.is_some(),
            email: new.email,
            phone: new.phone,
            accepts_marketing: new.accepts_marketing,
            state: "DISABLED".into(),
            note: new.note,
            tags: tidy_tags(&new.tags),
            tax_exempt: new.tax_exempt,
            locale: if new.locale.is_empty() {
                "en".into()
            } else {
                new.locale
            },
            addresses,
            created_at,
            updated_at: created_at,
        });
        Ok(id)
    }

    fn check_customer_is_new(&self, new: &NewCustomer) -> Result<(), StateError> {
        let taken = |index: &str, key: &str| self.tables.find(Customer::TABLE, index, key).next().is_some();
        if new
            .email
            .as_ref()
            .is_some_and(|email| taken("email", &email.to_lowercase()))
        {
            return Err(StateError::Invalid("Email has already been taken".into()));
        }
        if new.phone.as_ref().is_some_and(|phone| taken("phone", phone)) {
            return Err(StateError::Invalid("Phone has already been taken".into()));
        }
        Ok(())
    }

    /// Changes a customer.
    pub fn edit_customer(&mut self, id: i64, edit: impl FnOnce(&mut Customer)) -> Result<bool, StateError> {
        let mut after = self.need::<Customer>(id)?;
        edit(&mut after);
        after.id = id;
        after.tags = tidy_tags(&after.tags);
        for address in &mut after.addresses {
            if address.id == 0 {
                address.id = self.fresh_id("address");
            }
        }
        self.alter_noted("customer.edit", id, |customer: &mut Customer| {
            *customer = after;
            Ok(())
        })
    }

    /// Sets a custom field of a record; `owner_kind` is the type in its global id.
    pub fn set_metafield(
        &mut self,
        (owner_kind, owner_id): (&str, i64),
        (namespace, key): (&str, &str),
        kind: &str,
        value: &str,
    ) -> Result<i64, StateError> {
        let there = self
            .tables
            .found::<Metafield>("owner", &owner(owner_kind, owner_id))
            .find(|field| field.namespace == namespace && field.key == key)
            .map(|field| field.id);
        if let Some(id) = there {
            self.alter_noted("metafield.set", id, |field: &mut Metafield| {
                kind.clone_into(&mut field.kind);
                value.clone_into(&mut field.value);
                Ok(())
            })?;
            return Ok(id);
        }
        let id = self.fresh_id(Metafield::TABLE);
        self.note(
            "metafield.set",
            &gid(Metafield::KIND, id),
            json!({ "owner": gid(owner_kind, owner_id) }),
        );
        self.put(Metafield {
            id,
            owner_kind: owner_kind.to_owned(),
            owner_id,
            namespace: namespace.to_owned(),
            key: key.to_owned(),
            kind: kind.to_owned(),
            value: value.to_owned(),
            created_at: self.now,
            updated_at: self.now,
        });
        Ok(id)
    }
}

/// The shop's settings; those of [`Shop::demo`] before any were stored.
pub(crate) fn shop_of(tables: &Tables<Entity>) -> Shop {
    let stored = tables.all::<Shop>().next().cloned();
    stored.unwrap_or_else(|| Shop::demo(Timestamp::UNIX_EPOCH))
}

/// Trims tags, drops empty ones and repetitions (case does not count), and sorts them.
pub(crate) fn tidy_tags(tags: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        if !kept
            .iter()
            .any(|other| other.to_lowercase() == tag.to_lowercase())
        {
            kept.push(tag.to_owned());
        }
    }
    kept.sort_by_cached_key(|tag| (tag.to_lowercase(), tag.clone()));
    kept
}
