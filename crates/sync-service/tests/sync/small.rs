//! A small shop that a test can do anything with: a shirt in two sizes and a mug, twenty of each in the main warehouse.

use std::sync::Arc;

use mock_shopify::{
    NewLine, NewLocation, NewOrder, NewProduct, NewShipping, NewVariant, Order, Rows as _, StateError, Store,
    Variant,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use wire::Transport;

use crate::world::{World, decimal, many2one};

pub(crate) const SHIRT_S: usize = 0;
pub(crate) const SHIRT_M: usize = 1;
pub(crate) const MUG: usize = 2;

pub(crate) struct Small {
    pub(crate) world: World,
    /// The main warehouse.
    pub(crate) location: i64,
    /// Shirt S, shirt M, mug.
    pub(crate) variants: Vec<i64>,
}

impl Small {
    /// Nothing synced.
    pub(crate) fn new() -> Self {
        Self::with(&[("SYNC_FAILURE_RATE", "0.0")])
    }

    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        Self::fill(World::empty(variables))
    }

    /// Between connector and Odoo lies this transport.
    pub(crate) fn behind(wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>) -> Self {
        Self::fill(World::behind(wrap))
    }

    /// Products and stock are synced.
    pub(crate) fn stocked() -> Self {
        let small = Self::new();
        small.sync("products");
        small.sync("inventory");
        small
    }

    fn fill(world: World) -> Self {
        mock_odoo::seed::demo(&world.odoo, sync_core::ports::Clock::now(&*world.clock)).unwrap();
        let location = |name: &str| NewLocation {
            name: name.into(),
            ..NewLocation::default()
        };
        let mut small = Self {
            world,
            location: 0,
            variants: Vec::new(),
        };
        let (main, variants) = small.change(|store| {
            let mut shop = store.shop();
            shop.currency = "USD".into();
            shop.taxes_included = false;
            store.put_shop(shop);
            let main = store.add_location(location("Main Warehouse"))?;
            store.add_location(location("Outlet Store"))?;
            let variant = |value: &str, price: i64, sku: &str| NewVariant {
                values: if value.is_empty() {
                    Vec::new()
                } else {
                    vec![value.to_owned()]
                },
                price: Decimal::new(price, 2),
                sku: Some(sku.into()),
                stock: vec![(main, 20)],
                ..NewVariant::default()
            };
            store.add_product(NewProduct {
                title: "Shirt".into(),
                options: vec![("Size".into(), vec!["S".into(), "M".into()])],
                variants: vec![variant("S", 2000, "SH-S"), variant("M", 2250, "SH-M")],
                ..NewProduct::default()
            })?;
            store.add_product(NewProduct {
                title: "Mug".into(),
                variants: vec![variant("", 990, "MUG")],
                ..NewProduct::default()
            })?;
            Ok((
                main,
                store.rows().all::<Variant>().map(|variant| variant.id).collect(),
            ))
        });
        small.location = main;
        small.variants = variants;
        small
    }

    /// Somebody changes something in the shop; a second passes.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Store<'_>) -> Result<T, StateError>) -> T {
        self.world.clock.advance(std::time::Duration::from_secs(1));
        let now = sync_core::ports::Clock::now(&*self.world.clock);
        self.world.shopify.change(now, change).unwrap()
    }

    pub(crate) fn sync(&self, what: &str) -> sync_core::Job {
        let job = self.world.sync(what);
        self.world.is_well(&job);
        job
    }

    /// Goes over everything again, and nothing is written.
    pub(crate) fn is_quiet(&self) {
        let before = self.world.journals();
        for what in ["products", "inventory", "orders"] {
            let job = self.sync(what);
            assert_eq!(job.counts.success_count, 0, "{:#?}", self.world.told(job.id));
        }
        assert_eq!(self.world.journals(), before);
    }

    /// An order of these units, taxed 20 %, with shipping for 5.
    pub(crate) fn order(&self, lines: &[(usize, i64)]) -> i64 {
        let lines = lines
            .iter()
            .map(|(at, quantity)| self.line(*at, *quantity))
            .collect();
        self.place(NewOrder {
            lines,
            ..usual("ada@example.com")
        })
    }

    pub(crate) fn place(&self, order: NewOrder) -> i64 {
        self.change(|store| store.place_order(order))
    }

    pub(crate) fn line(&self, at: usize, quantity: i64) -> NewLine {
        NewLine {
            variant_id: Some(self.variants[at]),
            quantity,
            ..NewLine::default()
        }
    }

    pub(crate) fn shop_order(&self, id: i64) -> Order {
        let found = self.world.shopify.look(|rows| rows.one::<Order>(id).cloned());
        found.unwrap().unwrap()
    }

    /// Ships these units, all of the order's if none are named.
    pub(crate) fn ship(&self, order: i64, lines: &[(usize, i64)]) {
        let ids = self.shop_order(order).lines;
        let lines: Vec<(i64, i64)> = lines.iter().map(|(at, units)| (ids[*at].id, *units)).collect();
        self.change(|store| {
            let open = store
                .fulfillment_orders(order)
                .iter()
                .find(|one| one.status.is_open())
                .unwrap()
                .id;
            store.fulfil(open, &lines, Vec::new())
        });
    }

    /// Units on hand in the shop's main warehouse.
    pub(crate) fn on_hand(&self, at: usize) -> i64 {
        let (variant, location) = (self.variants[at], self.location);
        self.change(|store| {
            let item = store.rows().one::<Variant>(variant).unwrap().item_id;
            Ok(store.level(item, location).unwrap().on_hand())
        })
    }

    /// Units on hand in Odoo's.
    pub(crate) fn in_odoo(&self, at: usize) -> Decimal {
        let key = (self.product(at), "Main Warehouse".to_owned());
        self.world.levels().get(&key).copied().unwrap_or_default()
    }

    /// The counterpart of a variant, found by its SKU: the shop of these tests has no two alike.
    pub(crate) fn product(&self, at: usize) -> i64 {
        let sku = ["SH-S", "SH-M", "MUG"][at];
        let rows = self
            .world
            .rows("product.product", json!([["default_code", "=", sku]]), &["id"]);
        assert_eq!(rows.len(), 1);
        rows[0]["id"].as_i64().unwrap()
    }

    /// All orders in Odoo.
    pub(crate) fn orders(&self) -> Vec<Value> {
        let fields = [
            "name",
            "state",
            "amount_total",
            "amount_tax",
            "date_order",
            "partner_id",
            "partner_shipping_id",
            "picking_ids",
            "delivery_status",
            "note",
        ];
        self.world.rows("sale.order", json!([]), &fields)
    }

    /// The only order in Odoo, which agrees with the shop's in total and tax.
    pub(crate) fn the_order(&self, of: i64) -> Value {
        let mut orders = self.orders();
        assert_eq!(orders.len(), 1);
        let order = orders.remove(0);
        let (total, tax) = self.totals_of_the_shop(of);
        assert_eq!(
            (decimal(&order["amount_total"]), decimal(&order["amount_tax"])),
            (total, tax)
        );
        order
    }

    fn totals_of_the_shop(&self, order: i64) -> (Decimal, Decimal) {
        let query = "query ($id: ID!) { order(id: $id) { currentTotalPriceSet { shopMoney { amount } } \
                     currentTotalTaxSet { shopMoney { amount } } } }";
        let id = format!("gid://shopify/Order/{order}");
        let shown = self.world.shop(query, json!({ "id": id }));
        let amount = |of: &str| decimal(&shown["order"][of]["shopMoney"]["amount"]);
        (amount("currentTotalPriceSet"), amount("currentTotalTaxSet"))
    }

    /// Product, quantity and price of the lines of an order that sell something.
    pub(crate) fn lines(&self, order: &Value) -> Vec<(String, Decimal, Decimal)> {
        let fields = ["product_id", "product_uom_qty", "price_unit"];
        let domain = json!([["order_id", "=", order["id"]], ["product_uom_qty", "!=", 0]]);
        let rows = self.world.rows("sale.order.line", domain, &fields);
        let line = |row: &Value| {
            (
                row["product_id"][1].as_str().unwrap().to_owned(),
                decimal(&row["product_uom_qty"]),
                decimal(&row["price_unit"]),
            )
        };
        rows.iter().map(line).collect()
    }

    /// Open demand of the order's deliveries, per product.
    pub(crate) fn open_demand(&self, at: usize) -> Decimal {
        let domain = json!([
            ["product_id", "=", self.product(at)],
            ["sale_line_id", "!=", false],
            ["state", "not in", ["done", "cancel"]]
        ]);
        let rows = self.world.rows("stock.move", domain, &["product_uom_qty"]);
        rows.iter().map(|row| decimal(&row["product_uom_qty"])).sum()
    }

    /// Somebody delivers in Odoo: `units` of the product, or everything that is reserved.
    pub(crate) fn deliver(&self, part: Option<(usize, i64)>) {
        let open = json!([["state", "=", "assigned"], ["sale_id", "!=", false]]);
        let picking = self.world.rows("stock.picking", open, &["move_ids"]).remove(0);
        if let Some((at, units)) = part {
            let product = self.product(at);
            let moves = self.world.rows(
                "stock.move",
                json!([["picking_id", "=", picking["id"]]]),
                &["product_id"],
            );
            for row in moves {
                let quantity = if many2one(&row["product_id"]) == product {
                    units
                } else {
                    0
                };
                let values = json!({"quantity": quantity, "picked": quantity > 0});
                self.world
                    .odoo("stock.move", "write", json!([[row["id"]], values]), json!({}));
            }
        }
        let context = json!({"context": {"skip_backorder": true}});
        let answer = self.world.odoo(
            "stock.picking",
            "button_validate",
            json!([[picking["id"]]]),
            context,
        );
        assert_eq!(answer, true);
    }
}

/// What orders have in common here.
pub(crate) fn usual(email: &str) -> NewOrder {
    NewOrder {
        email: (!email.is_empty()).then(|| email.to_owned()),
        shipping: vec![NewShipping {
            title: "Parcel".into(),
            price: Decimal::new(500, 2),
            ..NewShipping::default()
        }],
        taxes: vec![("GB VAT".into(), Decimal::new(2, 1))],
        ..NewOrder::default()
    }
}
