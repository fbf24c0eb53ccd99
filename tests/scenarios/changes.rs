//! Changes that are more than an edit of fields, and where records are found by the names of a scenario.

use std::collections::BTreeMap;

use mock_shopify::{NewLine, NewOrder, NewProduct, NewVariant, Order, Rows as _, Variant};
use serde_json::{Value, json};
use sync_service::Edit;

use crate::bench::Bench;
use crate::file::{OdooChange, OdooProduct, ShopChange, ShopProduct, ShopVariant};

/// The ids of records by the names that a scenario gives them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) shop: BTreeMap<String, i64>,
    pub(crate) odoo: BTreeMap<String, i64>,
    pub(crate) orders: BTreeMap<String, i64>,
}

impl Bench {
    pub(crate) fn make_in_the_shop(&self, product: &ShopProduct) -> i64 {
        let variants = product.variants.iter().map(|one| self.new_variant(one)).collect();
        let option = |words: &Vec<String>| (words[0].clone(), words[1..].to_vec());
        let new = NewProduct {
            title: product.title.clone(),
            vendor: "Weavers".into(),
            options: product.options.iter().map(option).collect(),
            variants,
            ..NewProduct::default()
        };
        self.in_the_shop(|store| store.add_product(new))
    }

    fn new_variant(&self, one: &ShopVariant) -> NewVariant {
        NewVariant {
            values: one.values.clone(),
            price: one.price.parse().unwrap(),
            sku: Some(one.sku.clone()),
            stock: vec![(self.location, one.stock)],
            ..NewVariant::default()
        }
    }

    pub(crate) fn make_in_odoo(&self, product: &OdooProduct) -> i64 {
        let tags: Vec<Value> = product.tags.iter().map(|tag| self.tag(tag)).collect();
        let values = json!({
            "name": product.name, "default_code": product.code, "list_price": product.price,
            "is_storable": true, "product_tag_ids": [[6, 0, tags]],
        });
        let made = self.in_odoo("product.template", "create", &json!([values]));
        if product.stock != 0 {
            let edit = Edit {
                system: "odoo".into(),
                record_type: "inventory".into(),
                id: format!("{}@1", self.code(&product.code)),
                fields: BTreeMap::from([("quantity".to_owned(), product.stock.to_string())]),
            };
            self.edit(&edit);
        }
        made.as_i64().unwrap()
    }

    fn tag(&self, name: &str) -> Value {
        let found = self.in_odoo("product.tag", "search", &json!([[["name", "=", name]]]));
        match found[0].clone() {
            Value::Null => self.in_odoo("product.tag", "create", &json!([{"name": name}])),
            id => id,
        }
    }

    /// The variant of the shop with this SKU: the first one.
    pub(crate) fn variant(&self, sku: &str) -> Variant {
        let found = self.shopify.look(|rows| {
            let item = |variant: &&Variant| {
                rows.one::<mock_shopify::InventoryItem>(variant.item_id)
                    .is_some_and(|item| item.sku.as_deref() == Some(sku))
            };
            rows.all::<Variant>().find(item).cloned()
        });
        found
            .unwrap()
            .unwrap_or_else(|| panic!("no variant {sku} in the shop"))
    }

    /// The variant of Odoo with this code.
    pub(crate) fn code(&self, code: &str) -> i64 {
        let found = self.rows("product.product", json!([["default_code", "=", code]]), &["id"]);
        let first = found
            .first()
            .unwrap_or_else(|| panic!("no variant {code} in Odoo"));
        first["id"].as_i64().unwrap()
    }

    pub(crate) fn linked(&self, record_type: &str, shopify: i64) -> String {
        let links = self.links(record_type);
        let found = links.iter().find(|link| link.shopify_id == shopify.to_string());
        found
            .unwrap_or_else(|| panic!("{record_type} {shopify} is not linked"))
            .odoo_id
            .clone()
    }

    pub(crate) fn change_the_shop(&self, change: &ShopChange, names: &mut Names) {
        let product = |name: &str| names.shop[name];
        match change {
            ShopChange::RenameValue {
                product: of,
                option,
                value,
                to,
            } => {
                self.in_the_shop(|store| store.rename_option_value(product(of), option, value, to));
            }
            ShopChange::RenameOption {
                product: of,
                option,
                to,
            } => {
                self.in_the_shop(|store| store.rename_option(product(of), option, to));
            }
            ShopChange::ReorderVariants { product: of, skus } => {
                let ids: Vec<i64> = skus.iter().map(|sku| self.variant(sku).id).collect();
                self.in_the_shop(|store| store.reorder_variants(product(of), &ids));
            }
            ShopChange::AddOption {
                product: of,
                name,
                values,
            } => {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                self.in_the_shop(|store| store.add_option(product(of), name, &values));
            }
            ShopChange::AddVariant { product: of, variant } => {
                let new = self.new_variant(variant);
                self.in_the_shop(|store| store.add_variant(product(of), new));
            }
            ShopChange::RemoveVariant { sku } => {
                let id = self.variant(sku).id;
                self.in_the_shop(|store| store.remove_variant(id));
            }
            ShopChange::Sell { skus, makes } => {
                let id = self.sell(skus);
                names.orders.insert(makes.clone(), id);
            }
            ShopChange::AddLine { order, sku, units } => {
                let line = NewLine {
                    variant_id: Some(self.variant(sku).id),
                    quantity: *units,
                    ..NewLine::default()
                };
                let order = names.orders[order];
                self.in_the_shop(|store| store.add_order_line(order, line));
            }
            ShopChange::Ship { order, line, units } => self.ship(names.orders[order], *line, *units),
            ShopChange::Delete { product: of } => {
                self.in_the_shop(|store| store.delete_product(product(of)));
            }
        }
    }

    pub(crate) fn sell(&self, skus: &[(String, i64)]) -> i64 {
        let line = |(sku, units): &(String, i64)| NewLine {
            variant_id: Some(self.variant(sku).id),
            quantity: *units,
            ..NewLine::default()
        };
        let order = NewOrder {
            email: Some("ada@example.com".into()),
            lines: skus.iter().map(line).collect(),
            ..NewOrder::default()
        };
        self.in_the_shop(|store| store.place_order(order))
    }

    pub(crate) fn ship(&self, order: i64, line: usize, units: i64) {
        self.in_the_shop(|store| {
            let line = store.rows().one::<Order>(order).unwrap().lines[line].id;
            let open = store.fulfillment_orders(order);
            let open = open.iter().find(|one| one.status.is_open()).unwrap().id;
            store.fulfil(open, &[(line, units)], Vec::new())
        });
    }

    pub(crate) fn change_odoo(&self, change: &OdooChange, names: &Names) {
        match change {
            OdooChange::RenameValue { attribute, value, to } => {
                let id = self.value(attribute, value);
                self.in_odoo("product.attribute.value", "write", &json!([[id], {"name": to}]));
            }
            OdooChange::AddValue {
                product,
                attribute,
                value,
            } => {
                let of = self.attribute(attribute);
                let new = json!([{"name": value, "attribute_id": of}]);
                let id = self.in_odoo("product.attribute.value", "create", &new);
                let id = id.as_i64().or(id[0].as_i64());
                self.change_line(product, &of, &json!([[4, id]]), names);
            }
            OdooChange::RemoveValue {
                product,
                attribute,
                value,
            } => {
                let (of, id) = (self.attribute(attribute), self.value(attribute, value));
                self.change_line(product, &of, &json!([[3, id]]), names);
            }
            OdooChange::Deliver { order, sku, units } => self.deliver(order, sku, *units, names),
            OdooChange::TakeBack { order, sku, units } => self.take_back(order, sku, *units, names),
            OdooChange::Delete { product } => {
                let id = self.template(product, names);
                self.in_odoo("product.template", "unlink", &json!([[id]]));
            }
            OdooChange::Track { order, number } => {
                let order: i64 = self.linked("order", names.orders[order]).parse().unwrap();
                let done = json!([["sale_id", "=", order], ["state", "=", "done"]]);
                let picking = self.rows("stock.picking", done, &["id"])[0]["id"].clone();
                let values = json!([[picking], {"carrier_tracking_ref": number}]);
                self.in_odoo("stock.picking", "write", &values);
            }
            OdooChange::Correct { sku, quantity } => {
                let product = self.code(sku);
                let of = json!([
                    ["product_id", "=", product],
                    ["location_id.usage", "=", "internal"]
                ]);
                let location = self.rows("stock.quant", of, &["location_id"])[0]["location_id"][0].clone();
                let counting = json!({"context": {"inventory_mode": true}});
                let counted = json!([[{
                    "product_id": product, "location_id": location, "inventory_quantity": quantity,
                }]]);
                let count = |method: &str, args: &Value| {
                    let done = self.person.simulate_odoo("stock.quant", method, args, &counting);
                    done.unwrap()
                };
                let made = count("create", &counted);
                count("action_apply_inventory", &json!([made]));
            }
            OdooChange::Describe { product, field, text } => {
                let values = json!([[self.template(product, names)], {field: text}]);
                self.in_odoo("product.template", "write", &values);
            }
            OdooChange::Sort { product, category } => {
                let of = json!([["complete_name", "=", category]]);
                let category = self.rows("product.category", of, &["id"])[0]["id"].clone();
                let values = json!([[self.template(product, names)], {"categ_id": category}]);
                self.in_odoo("product.template", "write", &values);
            }
        }
    }

    fn attribute(&self, name: &str) -> Value {
        let found = self.rows("product.attribute", json!([["name", "=", name]]), &["id"]);
        found[0]["id"].clone()
    }

    fn value(&self, attribute: &str, name: &str) -> Value {
        let of = json!([
            ["attribute_id", "=", self.attribute(attribute)],
            ["name", "=", name]
        ]);
        self.rows("product.attribute.value", of, &["id"])[0]["id"].clone()
    }

    fn change_line(&self, product: &str, attribute: &Value, command: &Value, names: &Names) {
        let of = self.template(product, names);
        let line = json!([["product_tmpl_id", "=", of], ["attribute_id", "=", attribute]]);
        let line = self.rows("product.template.attribute.line", line, &["id"])[0]["id"].clone();
        let write = json!([[line], {"value_ids": command}]);
        self.in_odoo("product.template.attribute.line", "write", &write);
    }

    /// The template of this name: one that Odoo had, or the counterpart of one of the shop.
    pub(crate) fn template(&self, name: &str, names: &Names) -> i64 {
        let own = names.odoo.get(name).copied();
        own.unwrap_or_else(|| self.linked("product", names.shop[name]).parse().unwrap())
    }

    fn deliver(&self, order: &str, sku: &str, units: i64, names: &Names) {
        let order: i64 = self.linked("order", names.orders[order]).parse().unwrap();
        assert!(
            self.deliver_units(order, self.code(sku), units),
            "{units} {sku} are not delivered"
        );
    }

    fn take_back(&self, order: &str, sku: &str, units: i64, names: &Names) {
        let order: i64 = self.linked("order", names.orders[order]).parse().unwrap();
        let of = json!([["order_id", "=", order], ["product_id", "=", self.code(sku)]]);
        let line = self.rows("sale.order.line", of, &["id"])[0]["id"].as_i64();
        self.take_back_units(line.unwrap(), units);
    }
}
