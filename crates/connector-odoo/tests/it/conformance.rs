//! The connector under the suite that every connector has to pass.

use serde_json::json;
use sync_core::conformance::connector::{LevelFixture, ReadFixture, WireFault, WriteFixture};
use sync_core::ports::Connector;
use sync_core::{Applied, Record, RecordType, Write};
use wire::{Fault, FaultRule, WireResponse};

use crate::goods::{Goods, difference, texts};
use crate::sales::{self, Sale};
use crate::shop::Shop;
use crate::world::Bench;

/// A database with products that came from nowhere.
struct Products(Bench);

impl Products {
    fn with(records: usize) -> Self {
        let products = Self(Bench::new());
        (0..records).for_each(|_| products.add());
        products
    }
}

fn script(bench: &Bench, fault: WireFault, skip: usize) {
    let fault = match fault {
        WireFault::LostBefore => Fault::LostBefore,
        WireFault::LostAfter => Fault::LostAfter,
        WireFault::Rejected => Fault::Reject(WireResponse::new(503).with_body("no healthy upstream")),
        WireFault::Truncated => Fault::Truncated(20),
        WireFault::Html => Fault::Html(200),
    };
    bench.script(FaultRule::new(fault, |_| true).skip(skip));
}

impl ReadFixture for Products {
    fn connect(&self) -> Box<dyn Connector> {
        Box::new(self.0.connector())
    }

    fn record_type(&self) -> RecordType {
        "product".into()
    }

    fn ids(&self) -> Vec<String> {
        let rows = self.0.rows("product.template", &json!([]), &["id"]);
        rows.iter().map(|row| row["id"].to_string()).collect()
    }

    fn hidden(&self) -> Vec<String> {
        let domain = json!(["|", ["active", "=", false], ["sale_ok", "=", false]]);
        let rows = self.0.rows("product.template", &domain, &["id"]);
        rows.iter().map(|row| row["id"].to_string()).collect()
    }

    fn add(&self) {
        let n = self.ids().len();
        let values = json!({"name": format!("Product {n}"), "active": n % 3 != 1, "sale_ok": n % 3 != 2});
        self.0.call("product.template", "create", &json!([values]));
    }

    fn remove(&self, id: &str) -> bool {
        let id: i64 = id.parse().unwrap();
        self.0.call("product.template", "unlink", &json!([[id]]));
        true
    }

    fn fault(&self, fault: WireFault, skip: usize) {
        script(&self.0, fault, skip);
    }

    fn faults_left(&self) -> usize {
        self.0.wire.rules_left()
    }
}

/// A shirt in two sizes and two colours, one combination of which is missing, with prices that are no sums.
fn shirt(n: usize) -> Goods {
    let id = u64::try_from(n).unwrap() + 1000;
    let variants: [(&[&str], &str); 3] = [
        (&["S", "Red"], "20.00"),
        (&["S", "Blue"], "21.00"),
        (&["L", "Red"], "25.50"),
    ];
    let mut goods = Goods::with(id, &format!("Shirt {n}"), &["Size", "Colour"], &variants);
    goods.tags = texts(&["summer", "cotton"]);
    for (place, kind) in goods.variants.iter_mut().enumerate() {
        kind.barcode = format!("4006381{id}{place}");
    }
    goods
}

/// The shirt after a change of everything.
fn changed(n: usize, made: &Write, applied: &Applied) -> Goods {
    let mut goods = shirt(n);
    assert_eq!(goods.create(), *made);
    goods.link(applied);
    goods.title = format!("Better shirt {n}");
    goods.category = "Better shirts".into();
    goods.tags = texts(&["cotton", "winter"]);
    goods.kind(&["S", "Blue"]).sku = "NEW".into();
    goods.kind(&["L", "Red"]).barcode = String::new();
    goods.add(&["L", "Blue"], "40.00");
    goods.add(&["M", "Red"], "22.00");
    goods
}

impl WriteFixture for Products {
    fn good(&self, n: usize) -> Write {
        shirt(n).create()
    }

    fn bad(&self, n: usize) -> Write {
        let mut write = shirt(n + 500).create();
        match n % 3 {
            // What Odoo refuses of the product, what it refuses of something that the batch shares, and what the
            // mappings got wrong.
            0 => write.desired["name"] = json!(null),
            1 => write.desired["categ_id"] = json!({"name": "Shirts\u{0}"}),
            _ => write.desired["product_variant_ids"] = json!([{"default_code": "X"}]),
        }
        write
    }

    fn update(&self, made: &Write, applied: &Applied) -> Write {
        let n = made.source_id.parse::<usize>().unwrap() - 1000;
        changed(n, made, applied).update(&applied.record, &[])
    }

    fn difference(&self, write: &Write, record: &Record) -> Option<String> {
        difference(&write.desired, record)
    }
}

/// Orders that somebody made in Odoo, drafts and cancelled ones among them.
struct Orders(Shop);

impl Orders {
    fn with(records: usize) -> Self {
        let orders = Self(Shop::new());
        (0..records).for_each(|_| orders.add());
        orders
    }
}

/// The doors of a fixture that are the same for every type.
macro_rules! wire_doors {
    () => {
        fn connect(&self) -> Box<dyn Connector> {
            Box::new(self.0.bench.connector())
        }

        fn fault(&self, fault: WireFault, skip: usize) {
            script(&self.0.bench, fault, skip);
        }

        fn faults_left(&self) -> usize {
            self.0.bench.wire.rules_left()
        }
    };
}

impl ReadFixture for Orders {
    wire_doors!();

    fn record_type(&self) -> RecordType {
        "order".into()
    }

    fn ids(&self) -> Vec<String> {
        let rows = self.0.bench.rows("sale.order", &json!([]), &["id"]);
        rows.iter().map(|row| row["id"].to_string()).collect()
    }

    fn hidden(&self) -> Vec<String> {
        let rows = self
            .0
            .bench
            .rows("sale.order", &json!([["state", "=", "cancel"]]), &["id"]);
        rows.iter().map(|row| row["id"].to_string()).collect()
    }

    fn add(&self) {
        match self.ids().len() % 3 {
            0 => self.0.draft(1),
            1 => {
                let order = self.0.draft(1);
                self.0
                    .bench
                    .call("sale.order", "action_cancel", &json!([[order]]));
                order
            }
            _ => self.0.order(1),
        };
    }

    fn remove(&self, id: &str) -> bool {
        let id: i64 = id.parse().unwrap();
        let domain = json!([["id", "=", id], ["state", "=", "sale"]]);
        if self.0.bench.count("sale.order", &domain) > 0 {
            return false;
        }
        self.0.bench.call("sale.order", "unlink", &json!([[id]]));
        true
    }
}

impl WriteFixture for Orders {
    fn good(&self, n: usize) -> Write {
        Sale::of(u64::try_from(n).unwrap() + 1000, &self.0.goods).create()
    }

    fn bad(&self, n: usize) -> Write {
        let mut write = Sale::of(u64::try_from(n).unwrap() + 2000, &self.0.goods).create();
        match n % 3 {
            // Another currency, other totals, and what the mappings got wrong.
            0 => write.desired["currency_id"] = json!({"name": "EUR"}),
            1 => write.desired["amount_total"] = json!("1.00"),
            _ => write.desired["order_line"] = json!([{"name": "X"}]),
        }
        write
    }

    fn update(&self, made: &Write, applied: &Applied) -> Write {
        let mut sale = Sale::of(made.source_id.parse().unwrap(), &self.0.goods);
        assert_eq!(sale.create(), *made);
        "on the roof".clone_into(&mut sale.note);
        sale.lines[0].quantity = 3;
        let mut more = sale.lines[1].clone();
        (more.id, more.price) = (more.id + 1, "1.25");
        sale.lines.remove(1);
        sale.lines.push(more);
        sale.update(applied)
    }

    fn difference(&self, write: &Write, record: &Record) -> Option<String> {
        sales::difference(&write.desired, record)
    }
}

/// Levels of goods in two warehouses. Nobody makes or removes levels: goods have them.
struct Levels(Shop);

impl Levels {
    fn with(records: usize) -> Self {
        let levels = Self(Shop::new());
        while levels.ids().len() < records {
            levels.add();
        }
        levels
    }
}

impl ReadFixture for Levels {
    wire_doors!();

    fn record_type(&self) -> RecordType {
        "inventory".into()
    }

    fn ids(&self) -> Vec<String> {
        let goods = json!([["is_storable", "=", true]]);
        let goods = self.0.bench.rows("product.product", &goods, &["id"]);
        let levels = goods.iter().flat_map(|row| {
            let warehouses = self.0.warehouses.iter();
            warehouses.map(move |warehouse| format!("{}@{warehouse}", row["id"]))
        });
        levels.collect()
    }

    fn hidden(&self) -> Vec<String> {
        Vec::new()
    }

    fn add(&self) {
        let n = self.ids().len();
        let values = json!([{"name": format!("Goods {n}"), "is_storable": true}]);
        self.0.bench.call("product.product", "create", &values);
    }

    fn remove(&self, _: &str) -> bool {
        false
    }
}

impl LevelFixture for Levels {
    fn levels(&self) -> Vec<String> {
        self.ids()
    }

    fn set(&self, record: &Record, quantity: i64) -> Write {
        let (product, warehouse) = record.id.split_once('@').unwrap();
        Write {
            idempotency_key: format!("{} to {quantity}", record.id),
            target_id: Some(record.id.clone()),
            current: Some(record.clone()),
            record_type: self.record_type(),
            desired: json!({"product_id": product, "warehouse_id": warehouse, "quantity": quantity}),
            children: Vec::new(),
            ..shirt(0).create()
        }
    }

    fn refused(&self, record: &Record) -> Write {
        let mut write = self.set(record, 4);
        write.desired["quantity"] = json!("many");
        write
    }

    fn quantity(&self, record: &Record) -> i64 {
        let shown = mapping_transforms::decimal_of(&record.body["quantity"]).unwrap();
        shown.normalize().to_string().parse().unwrap()
    }

    fn somebody_sets(&self, id: &str, quantity: i64) {
        let (product, warehouse) = id.split_once('@').unwrap();
        let warehouse: i64 = warehouse.parse().unwrap();
        let of = json!([["id", "=", warehouse]]);
        let rows = self.0.bench.rows("stock.warehouse", &of, &["lot_stock_id"]);
        let location = rows[0]["lot_stock_id"][0].as_i64().unwrap();
        self.0.lay(product.parse().unwrap(), location, quantity);
    }
}

mod orders {
    use super::*;
    sync_core::connector_reading_conformance!(Orders::with);
    sync_core::connector_writing_conformance!(Orders::with);
}

mod inventory {
    use super::*;
    sync_core::connector_reading_conformance!(Levels::with);
    sync_core::connector_levels_conformance!(Levels::with);
}

mod products {
    use super::*;
    sync_core::connector_reading_conformance!(Products::with);
    sync_core::connector_writing_conformance!(Products::with);
}
