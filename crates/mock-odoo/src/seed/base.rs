use rust_decimal::Decimal;

use crate::config::Config;
use crate::data::{COUNTRIES, CURRENCIES, STATES};
use crate::fault::Res;
use crate::models::access::{GROUPS, implied, xid_of_group};
use crate::orm::{Env, Row, Vals, Value};

/// A fresh database with the apps for sales and stock: company "My Company" in the United States, US dollars, one
/// sale and one purchase tax of 15 %, one warehouse.
pub(super) fn install(env: &mut Env<'_>, config: &Config) -> Res<()> {
    let models = crate::models::model_rows(env.reg);
    world(env);
    technical(env);
    groups(env);
    partners_and_users(env, config)?;
    env.create("ir.model", models)?;
    units(env)?;
    categories(env)?;
    taxes(env)?;
    let team = [
        ("name", Value::text("Sales")),
        ("sequence", Value::Int(0)),
        ("active", Value::Bool(true)),
    ];
    place(env, "crm.team", 1, &team);
    name(env, "sales_team.team_sales_department", "crm.team", 1);
    crate::models::stock_base(env)
}

/// Puts a row at a known id.
pub(crate) fn place(env: &mut Env<'_>, model: &'static str, id: i64, values: &[(&str, Value)]) {
    let mut row = Row::default();
    for (field, value) in values {
        row.set(field, value.clone());
    }
    row.set("create_uid", env.s.uid);
    row.set("create_date", env.s.now.micros.clone());
    env.stamp(&mut row);
    env.t.skip_ids_to(model, id);
    env.put(model, id, row);
}

/// Gives a record of the installation its external id.
pub(crate) fn name(env: &mut Env<'_>, xid: &str, model: &'static str, id: i64) {
    let (module, name) = xid.split_once('.').unwrap_or(("base", xid));
    let data_id = env.t.next_id("ir.model.data");
    let values = [
        ("module", Value::text(module)),
        ("name", Value::text(name)),
        ("model", Value::text(model)),
        ("res_id", Value::Int(id)),
        ("noupdate", Value::Bool(true)),
    ];
    place(env, "ir.model.data", data_id, &values);
}

fn id_of(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX - 1) + 1
}

fn world(env: &mut Env<'_>) {
    for (id, code, symbol, before) in CURRENCIES {
        let position = if *before { "before" } else { "after" };
        let values = [
            ("name", Value::text(*code)),
            ("full_name", Value::text(*code)),
            ("symbol", Value::text(*symbol)),
            ("position", Value::text(position)),
            ("rounding", Value::Num(Decimal::new(1, 2))),
            ("active", Value::Bool(matches!(*code, "USD" | "EUR"))),
        ];
        place(env, "res.currency", *id, &values);
        name(env, &format!("base.{code}"), "res.currency", *id);
    }
    for (n, country) in COUNTRIES.iter().enumerate() {
        let currency = CURRENCIES
            .iter()
            .find(|(_, code, ..)| *code == country.currency)
            .map(|(id, ..)| *id);
        let values = [
            ("name", Value::text(country.name)),
            ("code", Value::text(country.code)),
            ("phone_code", Value::Int(country.phone)),
            ("currency_id", Value::id(currency)),
            ("name_position", Value::text("before")),
            ("zip_required", Value::Bool(true)),
        ];
        let id = id_of(n);
        place(env, "res.country", id, &values);
        let short = if country.code == "GB" {
            "uk".to_owned()
        } else {
            country.code.to_lowercase()
        };
        name(env, &format!("base.{short}"), "res.country", id);
    }
    for (n, (country, code, label)) in STATES.iter().enumerate() {
        let at = COUNTRIES.iter().position(|c| c.code == *country).map(id_of);
        let values = [
            ("country_id", Value::id(at)),
            ("code", Value::text(*code)),
            ("name", Value::text(*label)),
        ];
        place(env, "res.country.state", id_of(n), &values);
        let xid = format!("base.state_{}_{}", country.to_lowercase(), code.to_lowercase());
        name(env, &xid, "res.country.state", id_of(n));
    }
}

fn technical(env: &mut Env<'_>) {
    let lang = [
        ("name", Value::text("English (US)")),
        ("code", Value::text("en_US")),
        ("iso_code", Value::text("en")),
        ("url_code", Value::text("en")),
        ("active", Value::Bool(true)),
        ("date_format", Value::text("%m/%d/%Y")),
        ("time_format", Value::text("%H:%M:%S")),
        ("decimal_point", Value::text(".")),
        ("thousands_sep", Value::text(",")),
    ];
    place(env, "res.lang", 1, &lang);
    let precisions = [
        ("Percentage Analytic", 2),
        ("Product Price", 2),
        ("Discount", 2),
        ("Stock Weight", 2),
        ("Volume", 2),
        ("Product Unit of Measure", 2),
        ("Payment Terms", 6),
    ];
    for (n, (label, digits)) in precisions.iter().enumerate() {
        place(
            env,
            "decimal.precision",
            id_of(n),
            &[("name", Value::text(*label)), ("digits", Value::Int(*digits))],
        );
    }
    let modules = [
        (55, "delivery", false),
        (302, "mrp", false),
        (410, "sale_management", true),
        (424, "sale_stock", true),
        (430, "stock", true),
        (400, "sale", true),
        (360, "product", true),
        (10, "account", true),
        (20, "base", true),
    ];
    for (id, label, installed) in modules {
        let state = if installed { "installed" } else { "uninstalled" };
        let version = if installed {
            Value::text("18.0.1.0")
        } else {
            Value::Null
        };
        // Applications come first in the list of modules.
        let application = matches!(label, "sale_management" | "stock" | "mrp" | "account");
        let sequence = match label {
            "sale_management" => 5,
            "account" => 10,
            "stock" => 25,
            "mrp" => 55,
            _ => 100,
        };
        let values = [
            ("name", Value::text(label)),
            ("state", Value::text(state)),
            ("latest_version", version),
            ("application", Value::Bool(application)),
            ("sequence", Value::Int(sequence)),
        ];
        place(env, "ir.module.module", id, &values);
    }
    for (n, (key, value)) in [
        ("web.base.url", "http://127.0.0.1:8069"),
        ("database.uuid", "00000000-0000-0000-0000-000000000000"),
    ]
    .iter()
    .enumerate()
    {
        place(
            env,
            "ir.config_parameter",
            id_of(n),
            &[("key", Value::text(*key)), ("value", Value::text(*value))],
        );
    }
    let sequence = [
        ("name", Value::text("Sales Order")),
        ("code", Value::text("sale.order")),
        ("implementation", Value::text("standard")),
        ("active", Value::Bool(true)),
        ("prefix", Value::text("S")),
        ("padding", Value::Int(5)),
        ("number_next", Value::Int(1)),
        ("number_increment", Value::Int(1)),
    ];
    place(env, "ir.sequence", 17, &sequence);
}

fn groups(env: &mut Env<'_>) {
    for (n, full) in GROUPS.iter().enumerate() {
        let short = full.split_once('/').map_or(*full, |(_, short)| short);
        place(
            env,
            "res.groups",
            id_of(n),
            &[("name", Value::text(short)), ("full_name", Value::text(*full))],
        );
        name(env, xid_of_group(full), "res.groups", id_of(n));
    }
}

/// Ids of groups with all that they bring.
fn group_ids(groups: &[String]) -> Vec<i64> {
    let mut names: Vec<&str> = groups.iter().map(String::as_str).collect();
    let mut at = 0;
    while let Some(group) = names.get(at).copied() {
        for more in implied(group) {
            if !names.contains(more) {
                names.push(more);
            }
        }
        at += 1;
    }
    GROUPS
        .iter()
        .enumerate()
        .filter(|(_, g)| names.contains(g))
        .map(|(n, _)| id_of(n))
        .collect()
}

fn partner(env: &mut Env<'_>, id: i64, label: &str, more: &[(&str, Value)]) {
    let mut values = vec![
        ("name", Value::text(label)),
        ("type", Value::text("contact")),
        ("lang", Value::text("en_US")),
        ("active", Value::Bool(true)),
        ("commercial_partner_id", Value::Int(id)),
    ];
    values.extend(more.iter().cloned());
    place(env, "res.partner", id, &values);
}

fn user(env: &mut Env<'_>, id: i64, login: &str, partner: i64, active: bool, groups: &[i64]) {
    let values = [
        ("login", Value::text(login)),
        ("partner_id", Value::Int(partner)),
        ("active", Value::Bool(active)),
        ("company_id", Value::Int(1)),
        ("company_ids", Value::Ids(vec![1])),
        ("groups_id", Value::Ids(groups.to_vec())),
        ("notification_type", Value::text("email")),
    ];
    place(env, "res.users", id, &values);
}

fn partners_and_users(env: &mut Env<'_>, config: &Config) -> Res<()> {
    let us = env.view().xid_in("res.country", "base.us");
    let company = [("is_company", Value::Bool(true)), ("country_id", Value::id(us))];
    partner(env, 1, "My Company", &company);
    name(env, "base.main_partner", "res.partner", 1);
    let bot = [
        ("email", Value::text("odoobot@example.com")),
        ("email_normalized", Value::text("odoobot@example.com")),
        ("active", Value::Bool(false)),
    ];
    partner(env, 2, "OdooBot", &bot);
    partner(env, 3, "Administrator", &[]);
    name(env, "base.partner_admin", "res.partner", 3);
    for (id, label) in [
        (4, "Public user"),
        (5, "Portal User Template"),
        (6, "Default User Template"),
    ] {
        partner(env, id, label, &[("active", Value::Bool(false))]);
    }
    let values = [
        ("name", Value::text("My Company")),
        ("active", Value::Bool(true)),
        ("sequence", Value::Int(0)),
        ("partner_id", Value::Int(1)),
        ("currency_id", Value::Int(1)),
        ("account_fiscal_country_id", Value::id(us)),
        ("account_price_include", Value::text("tax_excluded")),
        ("tax_calculation_rounding_method", Value::text("round_per_line")),
        ("quotation_validity_days", Value::Int(30)),
    ];
    place(env, "res.company", 1, &values);
    name(env, "base.main_company", "res.company", 1);
    user(env, 1, "__system__", 2, false, &[]);
    for (id, login, of) in [(3, "public", 4), (4, "portaltemplate", 5), (5, "default", 6)] {
        user(env, id, login, of, false, &[]);
    }
    name(env, "base.user_root", "res.users", 1);
    for given in &config.users {
        let of = if given.uid == 2 {
            3
        } else {
            env.create_one("res.partner", Vals::new().with("name", given.name.as_str()))?
        };
        user(env, given.uid, &given.login, of, true, &group_ids(&given.groups));
    }
    name(env, "base.user_admin", "res.users", 2);
    Ok(())
}

fn units(env: &mut Env<'_>) -> Res<()> {
    let ratio = |numerator: i64, denominator: i64| {
        let ratio = Decimal::from(numerator)
            .checked_div(Decimal::from(denominator))
            .unwrap_or(Decimal::ONE);
        Value::Num(ratio.round_dp(20).normalize())
    };
    let units = [
        (
            "Unit",
            vec![
                ("product_uom_unit", "Units", "reference", ratio(1, 1)),
                ("product_uom_dozen", "Dozens", "bigger", ratio(1, 12)),
            ],
        ),
        (
            "Weight",
            vec![
                ("product_uom_kgm", "kg", "reference", ratio(1, 1)),
                ("product_uom_gram", "g", "smaller", ratio(1000, 1)),
                ("product_uom_ton", "t", "bigger", ratio(1, 1000)),
            ],
        ),
        (
            "Working Time",
            vec![
                ("product_uom_day", "Days", "reference", ratio(1, 1)),
                ("product_uom_hour", "Hours", "smaller", ratio(8, 1)),
            ],
        ),
        (
            "Length / Distance",
            vec![("product_uom_meter", "m", "reference", ratio(1, 1))],
        ),
        (
            "Volume",
            vec![("product_uom_litre", "L", "reference", ratio(1, 1))],
        ),
    ];
    for (category, members) in units {
        let of = env.create_one("uom.category", Vals::new().with("name", category))?;
        for (xid, label, kind, factor) in members {
            let vals = Vals::new()
                .with("name", label)
                .with("category_id", of)
                .with("uom_type", kind)
                .with("factor", factor);
            let id = env.create_one("uom.uom", vals)?;
            name(env, &format!("uom.{xid}"), "uom.uom", id);
        }
    }
    Ok(())
}

fn categories(env: &mut Env<'_>) -> Res<()> {
    let categories = [
        ("product_category_all", "All", None),
        ("product_category_1", "Saleable", Some(1)),
        ("cat_expense", "Expenses", Some(1)),
    ];
    for (xid, label, parent) in categories {
        let vals = Vals::new()
            .with("name", label)
            .with("parent_id", Value::id(parent));
        let id = env.create_one("product.category", vals)?;
        name(env, &format!("product.{xid}"), "product.category", id);
    }
    Ok(())
}

fn taxes(env: &mut Env<'_>) -> Res<()> {
    env.create_one("account.tax.group", Vals::new().with("name", "Tax 15%"))?;
    for (kind, field) in [
        ("sale", "account_sale_tax_id"),
        ("purchase", "account_purchase_tax_id"),
    ] {
        let vals = Vals::new()
            .with("name", "15%")
            .with("amount", Decimal::from(15))
            .with("type_tax_use", kind);
        let id = env.create_one("account.tax", vals)?;
        env.set("res.company", 1, &[(field, Value::Int(id))]);
    }
    Ok(())
}
