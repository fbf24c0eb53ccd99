//! The connector under the suite that every connector has to pass.

use serde_json::json;
use sync_core::conformance::connector::{ReadFixture, WireFault, WriteFixture};
use sync_core::ports::Connector;
use sync_core::{Applied, Record, RecordType, Write};
use wire::{Fault, FaultRule, WireResponse};

use crate::goods::{Goods, difference, texts};
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
        let fault = match fault {
            WireFault::LostBefore => Fault::LostBefore,
            WireFault::LostAfter => Fault::LostAfter,
            WireFault::Rejected => Fault::Reject(WireResponse::new(503).with_body("no healthy upstream")),
            WireFault::Truncated => Fault::Truncated(20),
            WireFault::Html => Fault::Html(200),
        };
        self.0.script(FaultRule::new(fault, |_| true).skip(skip));
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

mod products {
    use super::*;
    sync_core::connector_reading_conformance!(Products::with);
    sync_core::connector_writing_conformance!(Products::with);
}
