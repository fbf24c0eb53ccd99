//! A database with two storable goods, two warehouses and orders.

use serde_json::{Value, json};
use sync_core::{Applied, Record};

use crate::world::Bench;

pub(crate) struct Shop {
    pub(crate) bench: Bench,
    /// `product.product`
    pub(crate) goods: [i64; 2],
    /// `stock.warehouse`
    pub(crate) warehouses: [i64; 2],
    /// Stock location of the first warehouse.
    pub(crate) stock: i64,
    partner: i64,
}

impl Shop {
    /// Two goods, 100 of each in the first warehouse.
    pub(crate) fn new() -> Self {
        let bench = Bench::new();
        let second = json!([{"name": "Second", "code": "SEC"}]);
        bench.call("stock.warehouse", "create", &second);
        let rows = bench.rows("stock.warehouse", &json!([]), &["lot_stock_id"]);
        let [first, second] = rows.as_slice() else {
            panic!("{rows:?}")
        };
        let goods = ["Widget", "Gadget"].map(|name| {
            let values = json!([{"name": name, "default_code": name, "is_storable": true, "list_price": 10}]);
            bench.call("product.product", "create", &values).as_i64().unwrap()
        });
        let partner = bench.call("res.partner", "create", &json!([{"name": "Grace Hopper"}]));
        let shop = Self {
            goods,
            warehouses: [first, second].map(|row| row["id"].as_i64().unwrap()),
            stock: first["lot_stock_id"][0].as_i64().unwrap(),
            partner: partner.as_i64().unwrap(),
            bench,
        };
        shop.goods
            .iter()
            .for_each(|product| shop.lay(*product, shop.stock, 100));
        shop
    }

    /// What was made, as it is now.
    pub(crate) fn applied(made: &Applied, record: Record) -> Applied {
        Applied {
            record,
            ..made.clone()
        }
    }

    /// Counts the second product.
    pub(crate) fn count(&self, quantity: i64) {
        self.lay(self.goods[1], self.stock, quantity);
    }

    /// Says how much lies somewhere.
    pub(crate) fn lay(&self, product: i64, location: i64, quantity: i64) {
        let count = json!({"product_id": product, "location_id": location, "inventory_quantity": quantity});
        let context = json!({"inventory_mode": true});
        let quant = self.bench.call_with(
            "stock.quant",
            "create",
            &json!([count]),
            &json!({"context": context}),
        );
        self.bench
            .call("stock.quant", "action_apply_inventory", &json!([[quant]]));
    }

    /// A confirmed order over so many of the first product.
    pub(crate) fn order(&self, quantity: i64) -> i64 {
        let order = self.draft(quantity);
        self.bench.call("sale.order", "action_confirm", &json!([[order]]));
        order
    }

    /// The same order as a quotation.
    pub(crate) fn draft(&self, quantity: i64) -> i64 {
        let line =
            json!([0, 0, {"product_id": self.goods[0], "product_uom_qty": quantity, "price_unit": 10}]);
        let values = json!([{"partner_id": self.partner, "order_line": [line]}]);
        self.bench.call("sale.order", "create", &values).as_i64().unwrap()
    }

    pub(crate) fn pickings(&self, order: i64) -> Vec<i64> {
        self.ids("stock.picking", &json!([["sale_id", "=", order]]))
    }

    pub(crate) fn lines(&self, order: i64) -> Vec<i64> {
        self.ids("sale.order.line", &json!([["order_id", "=", order]]))
    }

    fn ids(&self, model: &str, domain: &Value) -> Vec<i64> {
        let rows = self.bench.rows(model, domain, &["id"]);
        rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
    }

    /// Delivers everything that is open.
    pub(crate) fn deliver(&self, order: i64) {
        let open = json!([["sale_id", "=", order], ["state", "not in", ["done", "cancel"]]]);
        for picking in self.ids("stock.picking", &open) {
            let answer = self
                .bench
                .call("stock.picking", "button_validate", &json!([[picking]]));
            assert_eq!(answer, json!(true));
        }
    }

    /// The record id of a product in the first warehouse; products count from 1.
    pub(crate) fn level(&self, product: usize) -> String {
        format!("{}@{}", self.goods[product - 1], self.warehouses[0])
    }

    /// The same in the second warehouse.
    pub(crate) fn other_level(&self, product: usize) -> String {
        format!("{}@{}", self.goods[product - 1], self.warehouses[1])
    }
}
