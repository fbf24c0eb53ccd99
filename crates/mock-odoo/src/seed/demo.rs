//! The demonstration company.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::data::{CompanyData, DemoData, LocationData, TaxData};
use super::{SeedError, Seeded, goods};
use crate::fault::{Fault, Res};
use crate::odoo::Odoo;
use crate::orm::{Env, Vals, Value};

const COMPANY: &str = "res.company";
const WAREHOUSE: &str = "stock.warehouse";
const TAX: &str = "account.tax";

/// Fills the database with the demonstration: the company, a warehouse for each location of the demonstration shop
/// (of the same name), the taxes of its orders, and a few products of Odoo's own with stock. Answers what was
/// created; a second time that is nothing.
pub fn demo(odoo: &Odoo, now: Timestamp) -> Result<Seeded, SeedError> {
    let data = DemoData::load()?;
    let mut seeded = Seeded::default();
    odoo.inner().system(now, "seed demo", |env| {
        company(env, &data.company)?;
        let mut stock = Vec::new();
        for location in &data.locations {
            stock.push(warehouse(env, location, &mut seeded)?);
        }
        for given in &data.taxes {
            tax(env, given, &mut seeded)?;
        }
        for product in &data.products {
            goods::product(env, product, &stock, &mut seeded)?;
        }
        Ok(())
    })?;
    Ok(seeded)
}

/// The record of the demonstration with this key.
pub(super) fn known(env: &Env<'_>, model: &str, key: &str) -> Option<i64> {
    let id = env.view().xid_in(model, &xid(model, key))?;
    env.view().exists(model, id).then_some(id)
}

/// Remembers under which key a record was made.
pub(super) fn remember(env: &mut Env<'_>, model: &'static str, key: &str, id: i64) {
    super::name(env, &xid(model, key), model, id);
}

fn xid(model: &str, key: &str) -> String {
    format!(
        "demo.{}_{}",
        model.replace('.', "_"),
        key.replace(['-', '.'], "_")
    )
}

fn company(env: &mut Env<'_>, data: &CompanyData) -> Res<()> {
    if known(env, COMPANY, "main").is_some() {
        return Ok(());
    }
    let view = env.view();
    let country = view.t.find("res.country", "code", &data.country).next();
    let of_country = |id: &i64| view.id_of("res.country.state", *id, "country_id") == country;
    let state = view
        .t
        .find("res.country.state", "code", &data.state)
        .find(of_country);
    let partner = view.id_of(COMPANY, 1, "partner_id").unwrap_or(1);
    env.write(COMPANY, &[1], Vals::new().with("name", data.name.as_str()))?;
    let address = Vals::new()
        .with("email", data.email.as_str())
        .with("phone", data.phone.as_str())
        .with("street", data.street.as_str())
        .with("city", data.city.as_str())
        .with("zip", data.zip.as_str())
        .with("country_id", Value::id(country))
        .with("state_id", Value::id(state));
    env.write("res.partner", &[partner], address)?;
    remember(env, COMPANY, "main", 1);
    Ok(())
}

/// A warehouse with the location's name; answers where its stock lies. The installation's own warehouse takes the
/// first name, so that none stays empty.
fn warehouse(env: &mut Env<'_>, data: &LocationData, seeded: &mut Seeded) -> Res<i64> {
    let there = known(env, WAREHOUSE, &data.key).or_else(|| by_name(env, WAREHOUSE, &data.name));
    let id = if let Some(id) = there {
        id
    } else {
        let id = new_warehouse(env, data)?;
        remember(env, WAREHOUSE, &data.key, id);
        seeded.warehouses += 1;
        id
    };
    let place = env.view().id_of(WAREHOUSE, id, "lot_stock_id");
    place.ok_or_else(|| Fault::user(format!("the warehouse {} has no stock location", data.name)))
}

fn new_warehouse(env: &mut Env<'_>, data: &LocationData) -> Res<i64> {
    let vals = Vals::new().with("name", data.name.as_str());
    let first = env.view().xid_in(WAREHOUSE, "stock.warehouse0");
    let untouched = |id: &i64| env.view().text(WAREHOUSE, *id, "name") == "My Company";
    if let Some(first) = first.filter(untouched) {
        env.write(WAREHOUSE, &[first], vals)?;
        return Ok(first);
    }
    let code: String = data.key.to_uppercase().chars().take(5).collect();
    env.create_one(WAREHOUSE, vals.with("code", code))
}

/// The first record with exactly this name. The name must be indexed.
pub(super) fn by_name(env: &Env<'_>, model: &str, name: &str) -> Option<i64> {
    env.t.find(model, "name", name).next()
}

/// One tax on top of the price, and one inside it.
fn tax(env: &mut Env<'_>, data: &TaxData, seeded: &mut Seeded) -> Res<()> {
    let percent = (data.rate * Decimal::ONE_HUNDRED).normalize();
    for (suffix, include, key) in [
        ("", "tax_excluded", data.key.clone()),
        (" (included)", "tax_included", format!("{}_included", data.key)),
    ] {
        if known(env, TAX, &key).is_some() {
            continue;
        }
        let vals = Vals::new()
            .with("name", format!("{} {percent}%{suffix}", data.title))
            .with("amount", percent)
            .with("type_tax_use", "sale")
            .with("price_include_override", include)
            .with("invoice_label", data.title.as_str())
            .with("description", data.title.as_str());
        let id = env.create_one(TAX, vals)?;
        remember(env, TAX, &key, id);
        seeded.taxes += 1;
    }
    Ok(())
}
