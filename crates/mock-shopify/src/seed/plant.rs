//! Putting records into a shop once: what carries a key already is left alone.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::Seeded;
use super::data::{AddressData, LocationData, ShopData};
use crate::scalar::whole_second;
use crate::state::{Location, Metafield, NewLocation, PostalAddress, Rows as _, Shop, StateError, Store};

const NAMESPACE: &str = "seed";
const KEY: &str = "key";

/// Owners of keys: the types in global ids.
pub(super) const PRODUCT: &str = "Product";
pub(super) const CUSTOMER: &str = "Customer";
pub(super) const ORDER: &str = "Order";

/// A shop while it is being seeded.
pub(super) struct Plant<'s, 'a> {
    pub(super) store: &'s mut Store<'a>,
    now: Timestamp,
    known: BTreeMap<(&'static str, String), i64>,
    pub(super) seeded: Seeded,
}

impl<'s, 'a> Plant<'s, 'a> {
    pub(super) fn new(store: &'s mut Store<'a>) -> Self {
        let mut known = BTreeMap::new();
        let ours = |field: &&Metafield| field.namespace == NAMESPACE && field.key == KEY;
        for field in store.rows().all::<Metafield>().filter(ours) {
            if let Some(kind) = [PRODUCT, CUSTOMER, ORDER]
                .into_iter()
                .find(|kind| *kind == field.owner_kind)
            {
                known.insert((kind, field.value.clone()), field.owner_id);
            }
        }
        Self {
            now: store.now,
            store,
            known,
            seeded: Seeded::default(),
        }
    }

    /// The record that was seeded under this key.
    pub(super) fn known(&self, kind: &'static str, key: &str) -> Option<i64> {
        self.known.get(&(kind, key.to_owned())).copied()
    }

    /// Remembers under which key a record was seeded.
    pub(super) fn remember(&mut self, kind: &'static str, key: &str, id: i64) -> Result<(), StateError> {
        self.store
            .set_metafield((kind, id), (NAMESPACE, KEY), "single_line_text_field", key)?;
        self.known.insert((kind, key.to_owned()), id);
        Ok(())
    }

    /// A time of day (UTC) that many days before the seeding, never after it.
    pub(super) fn past(&self, days_ago: i64, hour: i8, minute: i8) -> Result<Timestamp, StateError> {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let at = today
            .checked_sub(days_ago.days())
            .and_then(|day| day.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC))
            .map_err(|error| StateError::Invalid(error.to_string()))?;
        Ok(at.timestamp().min(self.now))
    }

    /// From here on everything happens at this time.
    pub(super) fn set_time(&mut self, at: Timestamp) {
        self.store.now = whole_second(at);
    }

    /// The shop's settings, unless it has some, and its locations. Answers the locations' ids by their keys, in
    /// their order.
    pub(super) fn shop(&mut self, data: ShopData) -> Result<Vec<(String, i64)>, StateError> {
        let opened = self.past(data.days_ago, 8, 0)?;
        self.set_time(opened);
        if self.store.rows().all::<Shop>().next().is_none() {
            self.store.put_shop(Shop {
                id: 0,
                name: data.name,
                email: data.email,
                owner: data.owner,
                myshopify_domain: data.myshopify_domain,
                primary_host: data.primary_host,
                presentment_currencies: vec![data.currency.clone()],
                currency: data.currency,
                timezone: data.timezone,
                taxes_included: data.taxes_included,
                tax_shipping: data.tax_shipping,
                weight_unit: data.weight_unit.into(),
                address: data.address.into(),
                plan: data.plan,
                created_at: opened,
                updated_at: opened,
            });
        }
        let mut ids = Vec::with_capacity(data.locations.len());
        for location in data.locations {
            let key = location.key.clone();
            ids.push((key, self.location(location)?));
        }
        Ok(ids)
    }

    /// Locations are known by their names, as the warehouses of the other side will be.
    fn location(&mut self, data: LocationData) -> Result<i64, StateError> {
        let known = self
            .store
            .rows()
            .all::<Location>()
            .find(|location| location.name == data.name);
        if let Some(location) = known {
            return Ok(location.id);
        }
        self.seeded.locations += 1;
        self.store.add_location(NewLocation {
            name: data.name,
            address: data.address.into(),
            ..NewLocation::default()
        })
    }
}

/// An address in the name of this person, unless it has a name of its own.
pub(super) fn addressed(data: AddressData, first: Option<&String>, last: Option<&String>) -> PostalAddress {
    let address = PostalAddress::from(data);
    if address.name().is_some() {
        return address;
    }
    PostalAddress {
        first_name: first.cloned(),
        last_name: last.cloned(),
        ..address
    }
}
