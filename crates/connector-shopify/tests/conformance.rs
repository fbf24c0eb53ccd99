//! The connector under the suite that every connector has to pass, over the simulated shop.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use connector_shopify::{Secret, ShopifyConnector, ShopifyOptions, StaticToken};
use jiff::Timestamp;
use mock_shopify::{
    Config, InventoryLevel, NewLine, NewLocation, NewOrder, NewProduct, NewVariant, Order, Product,
    ProductStatus, RateLimit, Rows as _, Shopify, StateError, Store,
};
use sync_core::RecordType;
use sync_core::conformance::connector::{ReadFixture, WireFault};
use sync_core::ports::Connector;
use wire::{Fault, FaultRule, FaultyTransport, InProcess, Transport, WireResponse};

fn now() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

type Wire = FaultyTransport<InProcess<Shopify>>;

/// A shop with records of one type.
struct Shop {
    what: What,
    shopify: Arc<Shopify>,
    wire: Arc<Wire>,
    /// Where goods lie; the second one is closed.
    places: [i64; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Product,
    Inventory,
    Order,
}

impl Shop {
    fn with(what: What, records: usize) -> Self {
        let rate_limit = RateLimit {
            bucket: 1_000_000_000,
            restore_per_second: 1_000,
        };
        let shopify = Arc::new(Shopify::in_memory(Config {
            rate_limit,
            ..Config::default()
        }));
        let inner = InProcess::new(Arc::clone(&shopify), Arc::new(now));
        let wire = FaultyTransport::new(inner, Arc::new(|_| Box::pin(std::future::ready(()))));
        let place = |store: &mut Store<'_>, name: &str| {
            store.add_location(NewLocation {
                name: name.to_owned(),
                ..NewLocation::default()
            })
        };
        let places = shopify.change(now(), |store| {
            Ok([place(store, "Berlin")?, place(store, "Porto")?])
        });
        let shop = Self {
            what,
            wire: Arc::new(wire),
            places: places.unwrap(),
            shopify,
        };
        // An item lies at both places.
        let each = if what == What::Inventory { 2 } else { 1 };
        for _ in 0..records.div_ceil(each) {
            shop.add();
        }
        let closed = shop.places[1];
        shop.change(|store| store.edit_location(closed, |location| location.active = false));
        shop
    }

    fn change<T>(&self, change: impl FnOnce(&mut Store<'_>) -> Result<T, StateError>) -> T {
        self.shopify.change(now(), change).unwrap()
    }

    /// Every other product and order is one that people do not see at first sight.
    fn is_hidden(n: usize) -> bool {
        n % 2 == 1
    }

    fn add_product(&self, n: usize) {
        const HIDDEN: [ProductStatus; 3] = [
            ProductStatus::Archived,
            ProductStatus::Draft,
            ProductStatus::Unlisted,
        ];
        let status = if Self::is_hidden(n) {
            HIDDEN[n / 2 % 3]
        } else {
            ProductStatus::Active
        };
        let stock = match self.what {
            What::Inventory => self.places.map(|place| (place, 5)).to_vec(),
            What::Product | What::Order => Vec::new(),
        };
        let variant = NewVariant {
            price: 10.into(),
            sku: Some(format!("SKU-{n}")),
            stock,
            ..NewVariant::default()
        };
        let product = NewProduct {
            title: format!("Product {n}"),
            status,
            variants: vec![variant],
            ..NewProduct::default()
        };
        self.change(|store| store.add_product(product));
    }

    fn add_order(&self, n: usize) {
        let line = NewLine {
            title: Some("Thing".into()),
            quantity: 2,
            price: Some(3.into()),
            ..NewLine::default()
        };
        let order = NewOrder {
            lines: vec![line],
            ..NewOrder::default()
        };
        let id = self.change(|store| store.place_order(order));
        if Self::is_hidden(n) {
            self.change(|store| store.cancel_order(id, "CUSTOMER", true, true));
        }
    }

    fn levels(&self, of: impl Fn(&InventoryLevel) -> bool) -> Vec<String> {
        let ids = self.shopify.look(|rows| {
            let levels = rows
                .all::<InventoryLevel>()
                .filter(|level| level.active && of(level));
            levels
                .map(|level| format!("{}@{}", level.item_id, level.location_id))
                .collect()
        });
        ids.unwrap()
    }
}

impl ReadFixture for Shop {
    fn connect(&self) -> Box<dyn Connector> {
        let token = StaticToken::new(Secret::new("shpat_simulation"));
        // Small lists, so that they go on.
        let options = ShopifyOptions {
            page: 3,
            nested: Some(1),
            segment: 4,
            ..ShopifyOptions::default()
        };
        let transport: Arc<dyn Transport> = Arc::<Wire>::clone(&self.wire);
        Box::new(ShopifyConnector::new(transport, Arc::new(token), options))
    }

    fn record_type(&self) -> RecordType {
        match self.what {
            What::Product => "product".into(),
            What::Inventory => "inventory".into(),
            What::Order => "order".into(),
        }
    }

    fn ids(&self) -> Vec<String> {
        let ids: Vec<i64> = match self.what {
            What::Inventory => return self.levels(|_| true),
            What::Product => self
                .shopify
                .look(|rows| rows.all::<Product>().map(|one| one.id).collect())
                .unwrap(),
            What::Order => self
                .shopify
                .look(|rows| rows.all::<Order>().map(|one| one.id).collect())
                .unwrap(),
        };
        ids.iter().map(i64::to_string).collect()
    }

    fn hidden(&self) -> Vec<String> {
        match self.what {
            // What lies at a place that is closed.
            What::Inventory => self.levels(|level| level.location_id == self.places[1]),
            What::Product | What::Order => {
                let ids = self.ids().into_iter().enumerate();
                ids.filter(|(n, _)| Self::is_hidden(*n))
                    .map(|(_, id)| id)
                    .collect()
            }
        }
    }

    fn add(&self) {
        match self.what {
            What::Product => self.add_product(self.ids().len()),
            What::Inventory => self.add_product(self.ids().len() / 2),
            What::Order => self.add_order(self.ids().len()),
        }
    }

    fn remove(&self, id: &str) -> bool {
        match self.what {
            What::Product => self.change(|store| store.delete_product(id.parse().unwrap_or_default())),
            // Its product goes, and with it all levels.
            What::Inventory | What::Order => return false,
        }
        true
    }

    fn fault(&self, fault: WireFault, skip: usize) {
        let fault = match fault {
            WireFault::LostBefore => Fault::LostBefore,
            WireFault::LostAfter => Fault::LostAfter,
            WireFault::Rejected => Fault::Reject(WireResponse::new(503).with_body("no healthy upstream")),
            WireFault::Truncated => Fault::Truncated(20),
            WireFault::Html => Fault::Html(200),
        };
        self.wire.script(FaultRule::new(fault, |_| true).skip(skip));
    }

    fn faults_left(&self) -> usize {
        self.wire.rules_left()
    }
}

mod products {
    use super::*;
    sync_core::connector_reading_conformance!(|records| Shop::with(What::Product, records));
}

mod inventory {
    use super::*;
    sync_core::connector_reading_conformance!(|records| Shop::with(What::Inventory, records));
}

mod orders {
    use super::*;
    sync_core::connector_reading_conformance!(|records| Shop::with(What::Order, records));
}
