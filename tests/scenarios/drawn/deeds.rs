//! Carrying out what was drawn. Both systems refuse some of it (a delivery of nothing, a barcode that is taken): then
//! nothing happened.

use std::collections::BTreeMap;

use mock_shopify::{NewLine, NewOrder, NewVariant, Order, Product, Rows as _, StateError, Store, Variant};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sync_core::Side;
use sync_core::ports::Clock as _;
use sync_service::Edit;

use super::Draw;
use super::steps::{Change, Deed, ODOO_FIELDS, SHOP_FIELDS};

const LINE: &str = "product.template.attribute.line";

impl Draw {
    pub(super) fn edit(&self, side: Side, record: usize, field: usize, value: u8) {
        let products = self.bench.links("product");
        let id = products[record % products.len()].id_on(side);
        let fields = if side == Side::Shopify {
            &SHOP_FIELDS[..]
        } else {
            &ODOO_FIELDS[..]
        };
        let (field, serial) = (fields[field % fields.len()], self.serial);
        let text = match field.rsplit('.').next().unwrap_or_default() {
            // Odoo moves the prices of all variants together: none of them may come to less than nothing.
            "price" | "lst_price" => format!("{}.{:02}", 60 + value, serial % 100),
            "weight" => format!("0.{}", 1 + value),
            "barcode" => format!("40063{serial:08}"),
            "sku" | "default_code" => format!("code {serial}"),
            "status" => ["active", "draft", "archived", "active"][usize::from(value)].to_owned(),
            "active" | "sale_ok" => value.is_multiple_of(2).to_string(),
            "tags" => format!("Shopify, tag {value}"),
            _ => format!("{value} {serial}"),
        };
        let system = side.as_str();
        self.try_edit(system, "product", id, field, &text);
    }

    pub(super) fn count(&self, side: Side, variant: usize, units: u8) {
        let levels = self.bench.links("inventory");
        if levels.is_empty() {
            return;
        }
        let id = levels[variant % levels.len()].id_on(side);
        let field = if side == Side::Shopify {
            "on_hand"
        } else {
            "quantity"
        };
        self.try_edit(side.as_str(), "inventory", id, field, &units.to_string());
    }

    fn try_edit(&self, system: &str, record_type: &str, id: &str, field: &str, value: &str) -> bool {
        let edit = Edit {
            system: system.to_owned(),
            record_type: record_type.to_owned(),
            id: id.to_owned(),
            fields: BTreeMap::from([(field.to_owned(), value.to_owned())]),
        };
        self.bench.person.sim_edit(&edit).is_ok()
    }

    fn try_in_the_shop<T>(&self, change: impl FnOnce(&mut Store<'_>) -> Result<T, StateError>) -> Option<T> {
        self.bench.shopify.change(self.bench.clock.now(), change).ok()
    }

    fn try_in_odoo(&self, model: &str, method: &str, args: &Value) -> Option<Value> {
        self.bench
            .person
            .simulate_odoo(model, method, args, &json!({}))
            .ok()
    }
}

/// Orders.
impl Draw {
    pub(super) fn sell(&self, goods: &[(usize, i64)]) {
        let lines: Vec<NewLine> = goods.iter().map(|(at, units)| self.line(*at, *units)).collect();
        let order = NewOrder {
            lines,
            ..NewOrder::default()
        };
        self.try_in_the_shop(|store| store.place_order(order));
    }

    fn line(&self, variant: usize, units: i64) -> NewLine {
        let variants = self.bench.links("variant");
        NewLine {
            variant_id: variants[variant % variants.len()].shopify_id.parse().ok(),
            quantity: units,
            ..NewLine::default()
        }
    }

    pub(super) fn treat(&self, order: usize, deed: Deed) {
        let orders = self.bench.links("order");
        if orders.is_empty() {
            return;
        }
        let linked = &orders[order % orders.len()];
        let id: i64 = linked.shopify_id.parse().unwrap();
        let shop =
            |field: &str, value: &str| self.try_edit("shopify", "order", &linked.shopify_id, field, value);
        let odoo = |field: &str, value: &str| self.try_edit("odoo", "order", &linked.odoo_id, field, value);
        match deed {
            Deed::Ship(Side::Shopify) => {
                shop("fulfill", "all");
            }
            Deed::Ship(Side::Odoo) => {
                odoo("deliver", "all");
            }
            Deed::Part { side, line, units } => self.ship_a_part(side, (id, &linked.odoo_id), line, units),
            Deed::Note(Side::Shopify, value) => {
                shop("note", &format!("Ring {value} times {}", self.serial));
            }
            Deed::Note(Side::Odoo, value) => {
                odoo("note", &format!("Leave {value} at the door {}", self.serial));
            }
            Deed::Refund { line, units } => {
                shop("refund", &format!("{line}:{units}"));
            }
            Deed::Units { line, units } => {
                shop(&format!("line_items.{line}.quantity"), &units.to_string());
            }
            Deed::Add { variant, units } => {
                let line = self.line(variant, units);
                self.try_in_the_shop(|store| store.add_order_line(id, line));
            }
            Deed::Cancel(Side::Shopify) => {
                shop("cancel", "customer");
            }
            Deed::Cancel(Side::Odoo) => {
                odoo("cancel", "yes");
            }
        }
    }

    fn ship_a_part(&self, side: Side, (shop, odoo): (i64, &str), line: usize, units: i64) {
        if side == Side::Shopify {
            self.try_in_the_shop(|store| {
                let lines = &store.rows().one::<Order>(shop).unwrap().lines;
                let line = lines[line % lines.len()].id;
                let open = store.fulfillment_orders(shop);
                let open = open.iter().find(|one| one.status.is_open()).map(|one| one.id);
                store.fulfil(open.unwrap_or_default(), &[(line, units)], Vec::new())
            });
            return;
        }
        let order: i64 = odoo.parse().unwrap();
        let of = json!([
            ["picking_id.sale_id", "=", order],
            ["state", "not in", ["done", "cancel"]]
        ]);
        let moves = self.bench.rows("stock.move", of, &["product_id"]);
        if !moves.is_empty() {
            let product = moves[line % moves.len()]["product_id"][0].as_i64().unwrap();
            self.bench.deliver_units(order, product, units);
        }
    }
}

/// The options of the shirt.
impl Draw {
    /// What went from Odoo stays in the shop until somebody deletes it there too, as the runs ask for.
    pub(super) fn delete_what_is_gone(&self) {
        let in_use = json!([["ptav_active", "=", true]]);
        let in_use = self
            .bench
            .rows("product.template.attribute.value", in_use, &["id"]);
        let in_use: Vec<&Value> = in_use.iter().map(|value| &value["id"]).collect();
        let values = "product_template_attribute_value_ids";
        let rows = self.bench.rows("product.product", json!([]), &[values]);
        let there = |row: &&Value| {
            row[values]
                .as_array()
                .unwrap()
                .iter()
                .all(|value| in_use.contains(&value))
        };
        let there: Vec<String> = rows
            .iter()
            .filter(there)
            .map(|row| row["id"].to_string())
            .collect();
        let mut linked = self.bench.links("variant");
        linked.retain(|link| there.contains(&link.odoo_id));
        let gone = |id: i64| linked.iter().all(|link| link.shopify_id != id.to_string());
        self.try_in_the_shop(|store| {
            let ids: Vec<i64> = store
                .variants_of(self.shirt)
                .iter()
                .map(|variant| variant.id)
                .collect();
            for id in ids.into_iter().filter(|id| gone(*id)) {
                store.remove_variant(id)?;
            }
            Ok(())
        });
    }

    pub(super) fn change_options(&self, side: Side, change: Change) {
        match side {
            Side::Shopify => self.change_options_of_the_shop(change),
            Side::Odoo => self.change_attributes(change),
        }
    }

    fn change_options_of_the_shop(&self, change: Change) {
        let (shirt, serial) = (self.shirt, self.serial);
        let location = self.bench.location;
        self.try_in_the_shop(|store| {
            let variants: Vec<Variant> = store.variants_of(shirt).into_iter().cloned().collect();
            let product = store.rows().one::<Product>(shirt).unwrap();
            let option = product.options[0].clone();
            match change {
                Change::Rename(at) => {
                    let value = &option.values[at % option.values.len()].name;
                    store.rename_option_value(shirt, &option.name, value, &format!("R{serial}"))?;
                }
                Change::RenameOption => {
                    store.rename_option(shirt, &option.name, &format!("Size {serial}"))?;
                }
                Change::Add => {
                    let new = NewVariant {
                        values: vec![format!("N{serial}")],
                        price: Decimal::from(30),
                        sku: Some(format!("new-{serial}")),
                        stock: vec![(location, 5)],
                        ..NewVariant::default()
                    };
                    store.add_variant(shirt, new)?;
                }
                Change::Remove(at) if variants.len() > 1 => {
                    store.remove_variant(variants[at % variants.len()].id)?;
                }
                Change::Remove(_) => {}
                Change::Rotate => {
                    let mut ids: Vec<i64> = variants.iter().map(|variant| variant.id).collect();
                    ids.rotate_left(1);
                    store.reorder_variants(shirt, &ids)?;
                }
            }
            Ok(())
        });
    }

    fn change_attributes(&self, change: Change) {
        let template: i64 = self.bench.linked("product", self.shirt).parse().unwrap();
        let of = json!([["product_tmpl_id", "=", template], ["active", "=", true]]);
        let Some(line) = self
            .bench
            .rows(LINE, of, &["attribute_id", "value_ids"])
            .into_iter()
            .next()
        else {
            return;
        };
        let (attribute, values) = (
            line["attribute_id"][0].clone(),
            line["value_ids"].as_array().unwrap().clone(),
        );
        let (model, serial) = ("product.attribute.value", self.serial);
        match change {
            Change::Rename(at) => {
                let value = &values[at % values.len()];
                self.try_in_odoo(model, "write", &json!([[value], {"name": format!("O{serial}")}]));
            }
            Change::RenameOption => {
                let name = json!([[attribute], {"name": format!("Fit {serial}")}]);
                self.try_in_odoo("product.attribute", "write", &name);
            }
            Change::Add => {
                let new = json!([{"name": format!("A{serial}"), "attribute_id": attribute}]);
                let made = self.bench.in_odoo(model, "create", &new);
                let made = made.as_i64().or(made[0].as_i64());
                self.try_in_odoo(LINE, "write", &json!([[line["id"]], {"value_ids": [[4, made]]}]));
            }
            Change::Remove(at) if values.len() > 1 => {
                let gone = json!([[line["id"]], {"value_ids": [[3, values[at % values.len()]]]}]);
                self.try_in_odoo(LINE, "write", &gone);
            }
            Change::Remove(_) | Change::Rotate => {}
        }
    }
}
