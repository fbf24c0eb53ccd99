//! Products of the demonstration company, with their variants and stock.

use rust_decimal::Decimal;

use super::Seeded;
use super::data::{ProductData, VariantData};
use super::demo::{by_name, known, remember};
use crate::fault::{Fault, Res};
use crate::models::product::{ATTRIBUTE, PRODUCT, PTAV, TEMPLATE, VALUE};
use crate::orm::{Command, Env, Vals, Value};
use crate::py::Py;

const CATEGORY: &str = "product.category";
const TAG: &str = "product.tag";
const QUANT: &str = "stock.quant";

/// A product, unless it was made before; `stock` are the places its levels belong to.
pub(super) fn product(env: &mut Env<'_>, data: &ProductData, stock: &[i64], seeded: &mut Seeded) -> Res<()> {
    if known(env, TEMPLATE, &data.key).is_some() {
        return Ok(());
    }
    let category = match by_name(env, CATEGORY, &data.category) {
        Some(category) => category,
        None => env.create_one(CATEGORY, Vals::new().with("name", data.category.as_str()))?,
    };
    let mut tags = Vec::new();
    for tag in &data.tags {
        tags.push(match by_name(env, TAG, tag) {
            Some(tag) => tag,
            None => env.create_one(TAG, Vals::new().with("name", tag.as_str()))?,
        });
    }
    let mut lines = Vec::new();
    for (attribute, values) in &data.options {
        lines.push(Command::Create(line(env, attribute, values)?));
    }
    let mut vals = Vals::new()
        .with("name", data.name.as_str())
        .with("description_sale", data.description.as_str())
        .with("categ_id", category)
        .with("list_price", data.price)
        .with("is_storable", true);
    for (field, text) in [("x_vendor", &data.vendor), ("website_slug", &data.key)] {
        // Fields of add-ons, which a database may be without.
        if env.model(TEMPLATE)?.field(field).is_some() {
            vals.set(field, text.as_str());
        }
    }
    vals.set_commands("product_tag_ids", vec![Command::Set(tags)]);
    vals.set_commands("attribute_line_ids", lines);
    let template = env.create_one(TEMPLATE, vals)?;
    remember(env, TEMPLATE, &data.key, template);
    seeded.products += 1;
    for variant in &data.variants {
        let id = variant_of(env, template, &variant.values)?;
        let own = Vals::new()
            .with("default_code", variant.sku.as_str())
            .with("barcode", variant.barcode.as_str())
            .with("standard_price", data.cost)
            .with("weight", data.weight);
        env.write(PRODUCT, &[id], own)?;
        levels(env, id, variant, stock)?;
        seeded.variants += 1;
    }
    Ok(())
}

/// An attribute line; attribute and values are made where they are missing.
fn line(env: &mut Env<'_>, attribute: &str, values: &[String]) -> Res<Vals> {
    let attribute_id = match by_name(env, ATTRIBUTE, attribute) {
        Some(id) => id,
        None => env.create_one(ATTRIBUTE, Vals::new().with("name", attribute))?,
    };
    let mut ids = Vec::new();
    for value in values {
        let ours = |id: &i64| env.view().id_of(VALUE, *id, "attribute_id") == Some(attribute_id);
        let found = env.t.find(VALUE, "name", value).find(ours);
        let id = if let Some(id) = found {
            id
        } else {
            let vals = Vals::new()
                .with("name", value.as_str())
                .with("attribute_id", attribute_id);
            env.create_one(VALUE, vals)?
        };
        ids.push(id);
    }
    let mut vals = Vals::new().with("attribute_id", attribute_id);
    vals.set_commands("value_ids", vec![Command::Set(ids)]);
    Ok(vals)
}

/// The variant with exactly these values.
fn variant_of(env: &Env<'_>, template: i64, values: &[String]) -> Res<i64> {
    let view = env.view();
    let names = |variant: &i64| {
        let ids = view.get(PRODUCT, *variant, "product_template_attribute_value_ids");
        let names: Vec<String> = ids
            .as_ids()
            .iter()
            .map(|id| view.text(PTAV, *id, "name"))
            .collect();
        names
    };
    let mut wanted = values.to_vec();
    wanted.sort_unstable();
    let found = view
        .children(PRODUCT, "product_tmpl_id", template)
        .into_iter()
        .find(|variant| {
            let mut names = names(variant);
            names.sort_unstable();
            names == wanted
        });
    found.ok_or_else(|| {
        Fault::user(format!(
            "the demonstration product {template} has no variant {}",
            values.join(", ")
        ))
    })
}

/// Counts what lies where.
fn levels(env: &mut Env<'_>, variant: i64, data: &VariantData, stock: &[i64]) -> Res<()> {
    let counted: Vec<Vals> = stock
        .iter()
        .zip(&data.stock)
        .filter(|(_, quantity)| **quantity > Decimal::ZERO)
        .map(|(place, quantity)| {
            Vals::new()
                .with("product_id", variant)
                .with("location_id", *place)
                .with("inventory_quantity_auto_apply", Value::Num(*quantity))
        })
        .collect();
    env.with_ctx(&[("inventory_mode", Py::Bool(true))], |env| {
        env.create(QUANT, counted)
    })?;
    Ok(())
}
