use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::models::product::price;
use crate::models::sale::line_fields::product_updatable;
use crate::models::sale::{DIGITS, LINE, ORDER, delivery, totals};
use crate::orm::{Command, Env, Logic, Model, Vals, Value, View, half_up};

const PRODUCT: &str = "product.product";

/// What a locked order keeps, by label as the message lists it.
const LOCKED: [(&str, &str); 6] = [
    ("name", "Description"),
    ("price_unit", "Unit Price"),
    ("product_id", "Product"),
    ("product_uom", "Unit of Measure"),
    ("product_uom_qty", "Quantity"),
    ("tax_id", "Taxes"),
];

pub(super) struct Line;

impl Logic for Line {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let order = view.id_of(model.name, id, "order_id").unwrap_or(0);
        let text = view.text(model.name, id, "name");
        let first = text.lines().next().unwrap_or("");
        let partner = view.id_of(ORDER, order, "partner_id").unwrap_or(0);
        let customer = view.text("res.partner", partner, "name");
        format!("{} - {first} ({customer})", view.text(ORDER, order, "name"))
    }

    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        let view = env.view();
        if let Some(order) = vals.id("order_id") {
            vals.set("state", view.get(ORDER, order, "state"));
        }
        vals.or_set("qty_delivered", Decimal::ZERO);
        if !vals.has("price_unit") {
            vals.take("technical_price_unit");
        }
        if vals.value("display_type").truthy() {
            return text_only(vals);
        }
        if let Some(product) = vals.id("product_id") {
            for (field, value) in from_product(&view, product) {
                vals.or_set(field, value);
            }
            if !vals.has("tax_id") {
                let taxes = view.get(PRODUCT, product, "taxes_id").as_ids().to_vec();
                vals.set_commands("tax_id", vec![Command::Set(taxes)]);
            }
            let list = vals
                .id("order_id")
                .and_then(|order| view.id_of(ORDER, order, "pricelist_id"));
            let (list_price, rule) =
                price::price(&view, list, product, vals.value("product_uom_qty").as_num());
            vals.set("pricelist_item_id", Value::id(rule));
            vals.or_set("price_unit", half_up(list_price, DIGITS));
        } else {
            vals.or_set("price_unit", Decimal::ZERO);
            vals.or_set("customer_lead", Decimal::ZERO);
        }
        // A price that comes with the line does not count as set by hand.
        let price = vals.value("price_unit");
        vals.or_set("technical_price_unit", price);
        Ok(())
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], _: &[Vals]) -> Res<()> {
        totals::refresh_lines(env, ids)?;
        delivery::launch(env, ids)
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], mut vals: Vals) -> Res<()> {
        refuse(&env.view(), ids, &vals)?;
        if !vals.has("price_unit") {
            vals.take("technical_price_unit");
        }
        let before: BTreeMap<i64, Option<i64>> = ids
            .iter()
            .map(|id| (*id, env.view().id_of(LINE, *id, "order_id")))
            .collect();
        let demand = vals.has("product_uom_qty") || vals.has("product_id");
        env.update(model, ids, &vals)?;
        for (id, order) in before {
            if let Some(order) = order.filter(|order| env.view().id_of(LINE, id, "order_id") != Some(*order))
            {
                totals::refresh_order(env, order)?;
            }
        }
        if demand {
            delivery::launch(env, ids)
        } else {
            Ok(())
        }
    }

    fn written(&self, env: &mut Env<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
        const AMOUNTS: [&str; 7] = [
            "product_id",
            "product_uom",
            "product_uom_qty",
            "price_unit",
            "discount",
            "tax_id",
            "order_id",
        ];
        for id in ids {
            if let Some(product) = vals.id("product_id") {
                follow_product(env, *id, product, vals);
            }
            if ["product_id", "product_uom", "product_uom_qty"]
                .iter()
                .any(|field| vals.has(field))
            {
                reprice(env, *id, vals.has("price_unit"), false);
            }
        }
        if AMOUNTS.iter().any(|field| vals.has(field)) {
            totals::refresh_lines(env, ids)?;
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        let kept = |id: &i64| {
            view.text(LINE, *id, "state") == "sale" && view.get(LINE, *id, "display_type").is_null()
        };
        if ids.iter().any(kept) {
            return Err(Fault::user(
                "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something gets \
                 invoiced or delivered).\n                Set the quantity to 0 instead.",
            ));
        }
        let mut orders: Vec<i64> = ids
            .iter()
            .filter_map(|id| view.id_of(LINE, *id, "order_id"))
            .collect();
        orders.dedup();
        env.delete(model, ids)?;
        for order in orders {
            totals::refresh_order(env, order)?;
        }
        Ok(())
    }

    fn class_of(&self, method: &str) -> &'static str {
        match method {
            "create" | "write" | "name_search" => "SaleOrderLine",
            _ => "BaseModel",
        }
    }
}

/// Sections and notes sell nothing.
fn text_only(vals: &mut Vals) -> Res<()> {
    vals.set("product_uom_qty", Decimal::ZERO);
    let sells = vals.value("product_id").truthy() || vals.value("price_unit").truthy();
    if sells || vals.value("product_uom").truthy() {
        return Err(Fault::validation(
            "The operation cannot be completed: Forbidden values on non-accountable sale order line",
        ));
    }
    vals.set("price_unit", Decimal::ZERO);
    vals.set("technical_price_unit", Decimal::ZERO);
    vals.set("customer_lead", Decimal::ZERO);
    Ok(())
}

/// What a line takes from its product.
fn from_product(view: &View<'_>, product: i64) -> [(&'static str, Value); 3] {
    let mut text = view.display_name(PRODUCT, product);
    let more = view.text(PRODUCT, product, "description_sale");
    if !more.is_empty() {
        text = format!("{text}\n{more}");
    }
    let lead = view.id_of(PRODUCT, product, "sale_delay").unwrap_or(0);
    [
        ("name", Value::Text(text)),
        ("product_uom", view.get(PRODUCT, product, "uom_id")),
        ("customer_lead", Value::Num(Decimal::from(lead))),
    ]
}

/// Another product brings its own text, unit and taxes, unless they were given.
fn follow_product(env: &mut Env<'_>, id: i64, product: i64, vals: &Vals) {
    let view = env.view();
    let mut values: Vec<(&str, Value)> = from_product(&view, product)
        .into_iter()
        .filter(|(field, _)| !vals.has(field))
        .collect();
    if !vals.has("tax_id") {
        let taxes = view.get(PRODUCT, product, "taxes_id").as_ids().to_vec();
        values.push((
            "tax_id",
            if taxes.is_empty() {
                Value::Null
            } else {
                Value::Ids(taxes)
            },
        ));
    }
    env.set(LINE, id, &values);
}

/// The price follows product and quantity unless it was written by hand, or comes with the same write.
pub(super) fn reprice(env: &mut Env<'_>, id: i64, given: bool, force: bool) {
    let view = env.view();
    let product = view.id_of(LINE, id, "product_id");
    let rounded = |field: &str| half_up(view.num(LINE, id, field), DIGITS);
    let by_hand = rounded("price_unit") != rounded("technical_price_unit");
    let list = view.follow(LINE, id, "order_id.pricelist_id").as_int();
    let (price, rule) = match product {
        Some(product) => price::price(&view, list, product, view.num(LINE, id, "product_uom_qty")),
        None => (Decimal::ZERO, None),
    };
    let price = Value::Num(half_up(price, DIGITS));
    let mut values = vec![("pricelist_item_id", Value::id(rule))];
    if !given && (force || !by_hand) {
        values.push(("price_unit", price.clone()));
        values.push(("technical_price_unit", price));
    }
    env.set(LINE, id, &values);
}

/// What may not be written.
fn refuse(view: &View<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
    for id in ids {
        let changes = |field: &str| vals.get(field).is_some_and(|v| *v != view.get(LINE, *id, field));
        if changes("display_type") {
            return Err(Fault::user(
                "You cannot change the type of a sale order line. Instead you should delete the current line and create \
                 a new line of the proper type.",
            ));
        }
        if changes("product_id") && !product_updatable(view, *id) {
            return Err(Fault::user("You cannot modify the product of this order line."));
        }
        let asked = vals.get("product_uom_qty").map(Value::as_num);
        let sold = view.text(LINE, *id, "state") == "sale";
        if sold
            && asked.is_some_and(|asked| {
                changes("product_uom_qty") && asked < view.num(LINE, *id, "qty_delivered")
            })
        {
            return Err(Fault::user(
                "The ordered quantity of a sale order line cannot be decreased below the amount already delivered. \
                 Instead, create a return in your inventory.",
            ));
        }
        if view.follow(LINE, *id, "order_id.locked").as_bool() {
            let labels: Vec<&str> = LOCKED
                .iter()
                .filter(|(f, _)| vals.has(f))
                .map(|(_, label)| *label)
                .collect();
            if !labels.is_empty() {
                return Err(Fault::user(format!(
                    "It is forbidden to modify the following fields in a locked order:\n{}",
                    labels.join("\n")
                )));
            }
        }
    }
    Ok(())
}
