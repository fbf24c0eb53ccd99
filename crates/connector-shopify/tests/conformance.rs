//! The connector under the suite that every connector has to pass, over the simulated shop.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use connector_shopify::{Secret, ShopifyConnector, ShopifyOptions, StaticToken};
use jiff::Timestamp;
use mapping_transforms::SOURCE_KEY;
use mock_shopify::{
    Config, InventoryItem, InventoryLevel, NewLine, NewLocation, NewOrder, NewProduct, NewVariant, Order,
    Product, ProductStatus, RateLimit, Rows as _, Shopify, StateError, Store,
};
use serde_json::{Value, json};
use sync_core::conformance::connector::{LevelFixture, ReadFixture, WireFault, WriteFixture};
use sync_core::ports::Connector;
use sync_core::{Applied, ChildRef, FieldChange, Record, RecordType, Side, Write};
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

/// A write without a target.
fn create(record_type: &RecordType, source_id: usize, desired: Value) -> Write {
    Write {
        idempotency_key: format!("make {record_type} {source_id}"),
        record_type: record_type.clone(),
        source_id: source_id.to_string(),
        label: format!("{record_type} {source_id}"),
        target_id: None,
        current: None,
        desired,
        changes: Vec::new(),
        children: Vec::new(),
        removed: Vec::new(),
        source: json!({}),
    }
}

fn changed(field: String) -> FieldChange {
    FieldChange {
        side: Side::Shopify,
        field,
        old: Value::Null,
        new: Value::Null,
    }
}

fn variant_child(n: usize, target_id: Option<String>) -> ChildRef {
    ChildRef {
        record_type: "variant".into(),
        source_id: n.to_string(),
        target_id,
    }
}

impl Shop {
    /// A shirt in three kinds. All share their title, and with it the handle they would like to have.
    fn good_product(&self, n: usize) -> Write {
        let kinds = [("S", "Red"), ("S", "Blue"), ("L", "Red")];
        let variants = kinds.iter().enumerate().map(|(at, (size, colour))| {
            json!({
                SOURCE_KEY: format!("variant/{at}"), "sku": format!("{n}-{at}"), "price": "20.00", "grams": 200,
                "selected_options": {"Size": size, "Colour": colour},
            })
        });
        let desired = json!({
            "title": "Shirt", "body_html": "<p>Linen.</p>", "status": "active", "tags": "linen, summer",
            "variants": variants.collect::<Vec<_>>(),
        });
        let mut write = create(&self.record_type(), 1000 + n, desired);
        write.children = (0..3).map(|at| variant_child(at, None)).collect();
        write
    }

    fn changed_product(made: &Write, applied: &Applied) -> Write {
        let mut write = made.clone();
        write.idempotency_key.push_str(" anew");
        write.target_id = Some(applied.record.id.clone());
        write.current = Some(applied.record.clone());
        write.children.clone_from(&applied.children);
        write.children.push(variant_child(9, None));
        write.desired["title"] = json!("Better shirt");
        write.desired["tags"] = json!("summer, winter");
        write.desired["status"] = json!("archived");
        write.desired["variants"][1]["price"] = json!("21.50");
        let mut fields: Vec<String> = ["title", "tags", "status"].map(str::to_owned).to_vec();
        for (at, child) in applied.children.iter().enumerate() {
            let target = child.target_id.as_deref().unwrap();
            // Red goes by another name now.
            if at != 1 {
                write.desired["variants"][at]["selected_options"]["Colour"] = json!("Crimson");
            }
            fields.push(format!("variants[{target}].selected_options"));
            fields.push(format!("variants[{target}].price"));
        }
        let new = json!({
            SOURCE_KEY: "variant/9", "price": "30.00", "selected_options": {"Size": "XL", "Colour": "Blue"},
        });
        write.desired["variants"].as_array_mut().unwrap().push(new);
        write.changes = fields.into_iter().map(changed).collect();
        write
    }

    /// The id of the variant with this SKU, whose product is made if it is not there.
    fn variant(&self, sku: &str) -> i64 {
        let find = || {
            let found = self.shopify.look(|rows| {
                let item = rows.found::<InventoryItem>("sku", sku).next();
                item.map(|item| item.variant_id)
            });
            found.unwrap()
        };
        find().unwrap_or_else(|| {
            let product = NewProduct {
                title: sku.to_owned(),
                variants: vec![NewVariant {
                    price: 10.into(),
                    sku: Some(sku.to_owned()),
                    ..NewVariant::default()
                }],
                ..NewProduct::default()
            };
            self.change(|store| store.add_product(product));
            // It comes with a level that nobody asked for.
            let item = self
                .shopify
                .look(|rows| rows.found::<InventoryItem>("sku", sku).next().map(|item| item.id));
            let item = item.unwrap().unwrap();
            self.change(|store| store.set_stocked(item, self.places[0], false));
            find().unwrap()
        })
    }

    /// A level that is to be made.
    fn good_level(&self, n: usize) -> Write {
        let variant = self.variant(&format!("GOOD-{n}"));
        let desired = json!({
            "variant_id": variant.to_string(), "location_id": self.places[0].to_string(), "on_hand": 3 + n,
        });
        create(&self.record_type(), 1000 + n, desired)
    }

    fn bad_level(&self, n: usize) -> Write {
        let mut write = self.good_level(n + 500);
        match n % 3 {
            0 => write.desired["on_hand"] = json!(2.5),
            1 => write.desired["variant_id"] = json!("x"),
            _ => write.desired["location_id"] = json!(self.places[1]),
        }
        write
    }

    /// The note of an order that is there.
    fn good_order(&self, n: usize) -> Write {
        let order = || {
            let orders = self.shopify.look(|rows| {
                rows.all::<Order>()
                    .find(|order| order.tags == [format!("good-{n}")])
                    .map(|order| (order.id, order.lines[0].id))
            });
            orders.unwrap()
        };
        if order().is_none() {
            let line = NewLine {
                title: Some("Thing".into()),
                quantity: 2,
                price: Some(3.into()),
                ..NewLine::default()
            };
            let new = NewOrder {
                lines: vec![line],
                tags: vec![format!("good-{n}")],
                ..NewOrder::default()
            };
            self.change(|store| store.place_order(new));
        }
        let (id, line) = order().unwrap();
        let mut write = create(
            &self.record_type(),
            1000 + n,
            json!({"note": format!("note {n}")}),
        );
        write.target_id = Some(id.to_string());
        write.changes = vec![changed("note".into())];
        write.children = vec![ChildRef {
            record_type: "line_item".into(),
            source_id: "5".into(),
            target_id: Some(line.to_string()),
        }];
        write
    }
}

impl WriteFixture for Shop {
    fn good(&self, n: usize) -> Write {
        match self.what {
            What::Product => self.good_product(n),
            What::Inventory => self.good_level(n),
            What::Order => self.good_order(n),
        }
    }

    fn bad(&self, n: usize) -> Write {
        match self.what {
            What::Product => {
                let mut write = self.good_product(n + 500);
                match n % 3 {
                    // What Shopify refuses of the product, of a variant, and what the rules got wrong.
                    0 => write.desired["title"] = json!(" "),
                    1 => write.desired["variants"][1]["price"] = json!(-1),
                    _ => write.desired["variants"][2]["selected_options"] = json!(7),
                }
                write
            }
            What::Inventory => self.bad_level(n),
            What::Order => {
                let mut write = create(&self.record_type(), 500 + n, json!({"note": "x"}));
                write.target_id = Some(format!("{}", 99 + n));
                write.changes = vec![changed("note".into())];
                write
            }
        }
    }

    fn update(&self, made: &Write, applied: &Applied) -> Write {
        if self.what == What::Product {
            return Self::changed_product(made, applied);
        }
        let mut write = made.clone();
        write.idempotency_key.push_str(" anew");
        write.target_id = Some(applied.record.id.clone());
        write.current = Some(applied.record.clone());
        if self.what == What::Inventory {
            write.desired["on_hand"] = json!(44);
            return write;
        }
        let line = write.children[0].target_id.clone().unwrap();
        write.desired = json!({
            "note": "another one",
            "line_items": [{ SOURCE_KEY: "line_item/5", "fulfilled_quantity": 2 }],
        });
        let fields = [
            "note".to_owned(),
            format!("line_items[{line}].fulfilled_quantity"),
        ];
        write.changes = fields.map(changed).to_vec();
        write
    }

    fn difference(&self, write: &Write, record: &Record) -> Option<String> {
        let body = &record.body;
        for (field, wanted) in write.desired.as_object().unwrap() {
            let differs = |field: &str, wanted: &Value, shown: &Value| {
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (text(wanted) != text(shown)).then(|| format!("{field}: {shown} instead of {wanted}"))
            };
            let Some(elements) = wanted.as_array() else {
                if let Some(difference) = differs(field, wanted, &body[field]) {
                    return Some(difference);
                }
                continue;
            };
            let shown = body[field].as_array().unwrap();
            if shown.len() != elements.len() {
                return Some(format!("{field}: {} instead of {}", shown.len(), elements.len()));
            }
            for (at, (wanted, shown)) in elements.iter().zip(shown).enumerate() {
                let fields = wanted.as_object().unwrap().iter();
                let difference = fields
                    .filter(|(name, _)| *name != SOURCE_KEY)
                    .find_map(|(name, wanted)| {
                        differs(&format!("{field}.{at}.{name}"), wanted, &shown[name])
                    });
                if difference.is_some() {
                    return difference;
                }
            }
        }
        None
    }
}

impl LevelFixture for Shop {
    fn levels(&self) -> Vec<String> {
        // The second place is closed.
        let open = format!("@{}", self.places[0]);
        self.ids().into_iter().filter(|id| id.ends_with(&open)).collect()
    }

    fn set(&self, record: &Record, quantity: i64) -> Write {
        let mut write = create(&self.record_type(), 3000, json!({"on_hand": quantity}));
        write.idempotency_key = format!("{} to {quantity}", record.id);
        write.target_id = Some(record.id.clone());
        write.current = Some(record.clone());
        write
    }

    fn refused(&self, record: &Record) -> Write {
        self.set(record, -4)
    }

    fn quantity(&self, record: &Record) -> i64 {
        record.body["on_hand"].as_i64().unwrap()
    }

    fn somebody_sets(&self, id: &str, quantity: i64) {
        let (item, place) = id.split_once('@').unwrap();
        let (item, place) = (item.parse().unwrap(), place.parse().unwrap());
        self.change(|store| store.set_on_hand(item, place, quantity));
    }
}

mod products {
    use super::*;
    sync_core::connector_reading_conformance!(|records| Shop::with(What::Product, records));
    sync_core::connector_writing_conformance!(|records| Shop::with(What::Product, records));
}

mod inventory {
    use super::*;
    sync_core::connector_reading_conformance!(|records| Shop::with(What::Inventory, records));
    sync_core::connector_writing_conformance!(|records| Shop::with(What::Inventory, records));
    sync_core::connector_levels_conformance!(|records| Shop::with(What::Inventory, records));
}

mod orders {
    use super::*;
    sync_core::connector_reading_conformance!(|records| Shop::with(What::Order, records));
    // Orders are made in Shopify only: the cases that make records are none of theirs.
    sync_core::connector_conformance_cases! { |records| Shop::with(What::Order, records);
        writing {
            an_empty_batch_is_done
            a_refused_write_changes_nothing
            the_same_writes_again_double_nothing
            a_change_changes_its_record
            an_unknown_record_type_hurts_no_neighbour
        }
        writing_faults {
            changing_survives_a_request_that_is_lost
            changing_survives_an_answer_that_is_lost
            changing_survives_other_faults
        }
    }
}
