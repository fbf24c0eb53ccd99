use rust_decimal::Decimal;

use crate::draws;
use crate::fault::{Fault, Res};
use crate::models::access::{STOCK_ADMIN, STOCK_USER};
use crate::models::stock::location::LOCATION;
use crate::models::stock::{done, movement};
use crate::orm::make::{bool, char, date, datetime, float, m2o, selection};
use crate::orm::{Env, Field, Input, Logic, Method, Model, OnDelete, Vals, Value, View};
use crate::py::Py;

pub(crate) const QUANT: &str = "stock.quant";

const METHODS: &[Method] = &[
    Method::button("action_apply_inventory", apply_inventory),
    Method::button("action_clear_inventory_quantity", clear_inventory),
    Method::button("action_set_inventory_quantity", set_inventory),
    Method::button("action_set_inventory_quantity_to_zero", clear_inventory),
];

/// What may be given when a quant is made by a count.
const COUNT_FIELDS: [&str; 12] = [
    "product_id",
    "owner_id",
    "inventory_quantity",
    "inventory_quantity_auto_apply",
    "inventory_diff_quantity",
    "inventory_date",
    "user_id",
    "inventory_quantity_set",
    "is_outdated",
    "lot_id",
    "location_id",
    "package_id",
];

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(QUANT, "Quants", fields())
            .rec_name("product_id")
            .ondelete(&[
                ("product_id", OnDelete::Restrict),
                ("location_id", OnDelete::Restrict),
            ])
            .methods(METHODS)
            .logic(&Quant),
        Model::new(
            "stock.inventory.warning",
            "Inventory Adjustment Warning",
            vec![char("name", "Name")],
        )
        .transient(),
    ]
}

fn fields() -> Vec<Field> {
    let zero = |_: &View<'_>| Value::Num(Decimal::ZERO);
    vec![
        m2o("product_id", "product.product", "Product").required().index(),
        m2o("product_tmpl_id", "product.template", "Product Template").related("product_id.product_tmpl_id"),
        m2o("product_uom_id", "uom.uom", "Unit of Measure").related("product_id.uom_id"),
        m2o("company_id", "res.company", "Company")
            .related("location_id.company_id")
            .stored(),
        m2o("location_id", LOCATION, "Location").required().index(),
        m2o("warehouse_id", "stock.warehouse", "Warehouse").related("location_id.warehouse_id"),
        m2o("lot_id", "stock.lot", "Lot/Serial Number"),
        m2o("package_id", "stock.quant.package", "Package").empty(),
        m2o("owner_id", "res.partner", "Owner"),
        float("quantity", "Quantity").readonly(),
        float("reserved_quantity", "Reserved Quantity")
            .required()
            .readonly()
            .default(zero),
        float("available_quantity", "Available Quantity").compute(|view, id| {
            Value::Num(view.num(QUANT, id, "quantity") - view.num(QUANT, id, "reserved_quantity"))
        }),
        datetime("in_date", "Incoming Date")
            .required()
            .readonly()
            .default(|view| Value::Text(view.s.now.seconds())),
        selection(
            "tracking",
            "Tracking",
            &[
                ("serial", "By Unique Serial Number"),
                ("lot", "By Lots"),
                ("none", "By Quantity"),
            ],
        )
        .related("product_id.tracking"),
        bool("on_hand", "On Hand")
            .compute(|view, id| Value::Bool(usage(view, id) == "internal"))
            .searchable(),
        m2o("product_categ_id", "product.category", "Product Category").related("product_tmpl_id.categ_id"),
        float("inventory_quantity", "Counted Quantity"),
        float("inventory_quantity_auto_apply", "Inventoried Quantity")
            .compute(|view, id| view.get(QUANT, id, "quantity"))
            .inverse(auto_apply),
        float("inventory_diff_quantity", "Difference").readonly(),
        date("inventory_date", "Scheduled Date")
            .precompute(|view| Value::Text(next_count(&view.s.now.date()))),
        date("last_count_date", "Last Count Date")
            .empty()
            .not_stored()
            .readonly(),
        bool("inventory_quantity_set", "Inventory Quantity Set"),
        bool("is_outdated", "Quantity has been moved since last count")
            .compute(|view, id| Value::Bool(is_outdated(view, id)))
            .searchable(),
        m2o("user_id", "res.users", "Assigned To"),
    ]
}

fn usage(view: &View<'_>, id: i64) -> String {
    match view.id_of(QUANT, id, "location_id") {
        Some(location) => view.text(LOCATION, location, "usage"),
        None => String::new(),
    }
}

/// The last day of the year: when everything is counted.
fn next_count(today: &str) -> String {
    let year: String = today.chars().take(4).collect();
    format!("{year}-12-31")
}

/// Whether the quantity moved since it was counted.
fn is_outdated(view: &View<'_>, id: i64) -> bool {
    let number = |field: &str| view.num(QUANT, id, field);
    view.flag(QUANT, id, "inventory_quantity_set")
        && number("inventory_quantity") - number("inventory_diff_quantity") != number("quantity")
}

/// Counting needs the context's word and a stock user.
fn counts(env: &Env<'_>) -> bool {
    env.s.flag("inventory_mode") && env.view().has_group(STOCK_USER)
}

/// The quants of a product in exactly this place.
pub(crate) fn at(view: &View<'_>, product: i64, location: i64, lot: Option<i64>) -> Option<i64> {
    let same = |quant: &i64| {
        view.row(QUANT, *quant)
            .is_some_and(|row| row.id("location_id") == Some(location) && row.id("lot_id") == lot)
    };
    view.t.find(QUANT, "product_id", &product.to_string()).find(same)
}

/// Adds to the quantity of a place; the quant is made where there is none.
pub(crate) fn add(
    env: &mut Env<'_>,
    product: i64,
    location: i64,
    lot: Option<i64>,
    quantity: Decimal,
) -> Res<()> {
    if let Some(quant) = at(&env.view(), product, location, lot) {
        let now = env.view().num(QUANT, quant, "quantity") + quantity;
        env.set(QUANT, quant, &[("quantity", Value::Num(now))]);
    } else {
        let vals = Vals::new()
            .with("product_id", product)
            .with("location_id", location)
            .with("lot_id", Value::id(lot))
            .with("quantity", quantity);
        env.insert(env.model(QUANT)?, vec![vals])?;
    }
    Ok(())
}

struct Quant;

impl Logic for Quant {
    fn create(&self, env: &mut Env<'_>, model: &Model, list: Vec<Vals>) -> Res<Vec<i64>> {
        let counting = counts(env);
        let counted =
            |vals: &Vals| vals.has("inventory_quantity") || vals.has("inventory_quantity_auto_apply");
        let places: Vec<(i64, i64)> = list.iter().filter(|v| counted(v)).filter_map(place_of).collect();
        draw(env, &places)?;
        let mut ids = Vec::new();
        for vals in list {
            let made = if counting && counted(&vals) {
                vec![count(env, model, vals)?]
            } else {
                if !vals.has("location_id") {
                    return Err(Fault::key("location_id"));
                }
                env.insert(model, vec![vals])?
            };
            for id in made {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        Ok(ids)
    }

    fn prepare(&self, _: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        // A first count is kept, but does not count as taken until it is written.
        if let Some(counted) = vals.get("inventory_quantity").map(Value::as_num) {
            let quantity = vals.value("quantity").as_num();
            vals.or_set("inventory_diff_quantity", counted - quantity);
        }
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], mut vals: Vals) -> Res<()> {
        const FIXED: [&str; 5] = ["product_id", "location_id", "lot_id", "package_id", "owner_id"];
        if counts(env) && FIXED.iter().any(|f| vals.has(f)) {
            if ids.iter().any(|id| usage(&env.view(), *id) == "inventory") {
                return Ok(());
            }
            return Err(Fault::user(
                "Quant's editing is restricted, you can't do this operation.",
            ));
        }
        if vals.has("inventory_quantity") || vals.has("inventory_quantity_auto_apply") {
            let view = env.view();
            let places: Vec<(i64, i64)> = ids
                .iter()
                .filter_map(|id| {
                    Some((
                        view.id_of(QUANT, *id, "product_id")?,
                        view.id_of(QUANT, *id, "location_id")?,
                    ))
                })
                .collect();
            draw(env, &places)?;
        }
        if vals.has("inventory_quantity") {
            vals.or_set("inventory_quantity_set", true);
        }
        let counted = vals.get("inventory_quantity").map(Value::as_num);
        let given = vals.has("inventory_diff_quantity");
        env.update(model, ids, &vals)?;
        if let (Some(counted), false) = (counted, given) {
            for id in ids {
                let diff = counted - env.view().num(QUANT, *id, "quantity");
                env.set(QUANT, *id, &[("inventory_diff_quantity", Value::Num(diff))]);
            }
        }
        Ok(())
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], touched: &dyn Fn(&str) -> bool) -> Res<()> {
        let view = env.view();
        for id in ids {
            let product = view.id_of(QUANT, *id, "product_id").unwrap_or(0);
            if touched("product_id") && !view.flag("product.product", product, "is_storable") {
                return Err(Fault::validation(
                    "Quants cannot be created for consumables or services.",
                ));
            }
            if touched("location_id") && usage(&view, *id) == "view" {
                let location = view.id_of(QUANT, *id, "location_id").unwrap_or(0);
                return Err(Fault::validation(format!(
                    "You cannot take products from or deliver products to a location of type \"view\" ({}).",
                    view.text(LOCATION, location, "name")
                )));
            }
        }
        Ok(())
    }

    fn class_of(&self, method: &str) -> &'static str {
        match method {
            "create" | "write" | "copy" | "name_create" => "StockQuant",
            _ => "BaseModel",
        }
    }
}

fn place_of(vals: &Vals) -> Option<(i64, i64)> {
    Some((vals.id("product_id")?, vals.id("location_id")?))
}

/// Draws once per counted place; one that fails fails the whole call.
fn draw(env: &mut Env<'_>, places: &[(i64, i64)]) -> Res<()> {
    let view = env.view();
    let drawn = places.iter().map(|(product, location)| draws::Drawn {
        model: QUANT,
        name: draw_name(&view, *product, *location),
    });
    let drawn = drawn.collect();
    let outcome = draws::draw_all(env, &drawn);
    // Once per call: what the call writes further is no attempt of its own.
    env.draws = None;
    outcome
}

/// A steady name of a product in a place: the template's external id, the SKU, the place's full name; ids where there
/// are none.
fn draw_name(view: &View<'_>, product: i64, location: i64) -> String {
    let or_id = |text: String, id: i64| if text.is_empty() { id.to_string() } else { text };
    let template = view
        .id_of("product.product", product, "product_tmpl_id")
        .unwrap_or(0);
    let template = view
        .xid_of("product.template", template)
        .unwrap_or_else(|| template.to_string());
    let sku = or_id(view.text("product.product", product, "default_code"), product);
    let place = or_id(view.text(LOCATION, location, "complete_name"), location);
    format!("{template}/{sku}/{place}")
}

/// A count: on the quant of the place, which is made if there is none.
fn count(env: &mut Env<'_>, model: &Model, mut vals: Vals) -> Res<i64> {
    if vals.names().any(|name| !COUNT_FIELDS.contains(&name)) {
        return Err(Fault::user(
            "Quant's creation is restricted, you can't do this operation.",
        ));
    }
    let at_once = vals.take("inventory_quantity_auto_apply");
    let later = vals.take("inventory_quantity");
    let number = |input: &Option<Input>| match input {
        Some(Input::Value(value)) => value.as_num(),
        _ => Decimal::ZERO,
    };
    let quantity = if number(&at_once).is_zero() {
        number(&later)
    } else {
        number(&at_once)
    };
    let (Some(product), Some(location)) = (vals.id("product_id"), vals.id("location_id")) else {
        let missing = if vals.id("product_id").is_none() {
            "product_id"
        } else {
            "location_id"
        };
        return Err(Fault::key(missing));
    };
    let user = vals.get("user_id").cloned();
    let quant = if let Some(quant) = at(&env.view(), product, location, vals.id("lot_id")) {
        quant
    } else {
        let made = env.insert(model, vec![vals])?;
        made.first()
            .copied()
            .ok_or_else(|| Fault::value("no quant was made"))?
    };
    let write = if at_once.is_some() {
        Vals::new().with("inventory_quantity_auto_apply", quantity)
    } else {
        Vals::new()
            .with("inventory_quantity", quantity)
            .with("user_id", user.unwrap_or(Value::Int(env.s.uid)))
            .with("inventory_date", env.s.now.date())
    };
    env.write(QUANT, &[quant], write)?;
    Ok(quant)
}

/// A write of `inventory_quantity_auto_apply`: counted and applied at once, but only while counting.
fn auto_apply(env: &mut Env<'_>, ids: &[i64], value: &Value) -> Res<()> {
    if !counts(env) {
        return Ok(());
    }
    let changed: Vec<i64> = ids
        .iter()
        .copied()
        .filter(|id| env.view().num(QUANT, *id, "quantity") != value.as_num())
        .collect();
    env.write(
        QUANT,
        &changed,
        Vals::new().with("inventory_quantity", value.clone()),
    )?;
    apply_inventory(env, &changed, &[])?;
    Ok(())
}

fn window(name: &str, model: &str, view_id: Option<i64>, context: Vec<(String, Py)>) -> Py {
    let id = view_id.map_or(Py::Bool(false), Py::Int);
    let mut action = vec![
        ("name", Py::str(name)),
        ("type", Py::str("ir.actions.act_window")),
        ("view_mode", Py::str("form")),
        (
            "views",
            Py::List(vec![Py::List(vec![id.clone(), Py::str("form")])]),
        ),
    ];
    if view_id.is_some() {
        action.push(("view_id", id));
    }
    action.extend([
        ("res_model", Py::str(model)),
        ("target", Py::str("new")),
        ("context", Py::Dict(context)),
    ]);
    Py::dict(action)
}

fn with_context(env: &Env<'_>, more: &[(&str, Py)]) -> Vec<(String, Py)> {
    let mut context = env.s.context.as_dict().unwrap_or_default().to_vec();
    context.extend(more.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
    context
}

/// Makes the moves that bring each quant to what was counted.
fn apply_inventory(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let view = env.view();
    let outdated: Vec<i64> = ids.iter().copied().filter(|id| is_outdated(&view, *id)).collect();
    if !outdated.is_empty() {
        let context = with_context(
            env,
            &[
                ("default_quant_ids", Py::ids(ids)),
                ("default_quant_to_fix_ids", Py::ids(&outdated)),
            ],
        );
        return Ok(window(
            "Conflict in Inventory Adjustment",
            "stock.inventory.conflict",
            None,
            context,
        ));
    }
    let untraced: Vec<i64> = ids
        .iter()
        .filter(|id| {
            let number = |field: &str| view.num(QUANT, **id, field);
            let product = view.id_of(QUANT, **id, "product_id").unwrap_or(0);
            matches!(
                view.text("product.product", product, "tracking").as_str(),
                "lot" | "serial"
            ) && view.id_of(QUANT, **id, "lot_id").is_none()
                && number("inventory_quantity") != number("quantity")
                && number("quantity").is_zero()
        })
        .filter_map(|id| view.id_of(QUANT, *id, "product_id"))
        .collect();
    if !untraced.is_empty() {
        let context = with_context(
            env,
            &[
                ("default_quant_ids", Py::ids(ids)),
                ("default_product_ids", Py::ids(&untraced)),
            ],
        );
        return Ok(window(
            "Tracked Products in Inventory Adjustment",
            "stock.track.confirmation",
            None,
            context,
        ));
    }
    if !view.has_group(STOCK_ADMIN) {
        return Err(Fault::user(
            "Only a stock manager can validate an inventory adjustment.",
        ));
    }
    let today = env.s.now.date();
    for id in ids {
        adjust(env, *id)?;
        let next = next_count(&today);
        if let Some(location) = env.view().id_of(QUANT, *id, "location_id") {
            env.set(
                LOCATION,
                location,
                &[("last_inventory_date", Value::text(today.as_str()))],
            );
        }
        let zero = Value::Num(Decimal::ZERO);
        let values = [
            ("inventory_date", Value::Text(next)),
            ("inventory_quantity", zero.clone()),
            ("inventory_diff_quantity", zero),
            ("user_id", Value::Null),
            ("inventory_quantity_set", Value::Bool(false)),
        ];
        env.set(QUANT, *id, &values);
    }
    Ok(Py::None)
}

fn adjust(env: &mut Env<'_>, id: i64) -> Res<()> {
    let view = env.view();
    let number = |field: &str| view.num(QUANT, id, field);
    let diff = number("inventory_diff_quantity");
    let place = view.id_of(QUANT, id, "location_id").unwrap_or(0);
    let product = view.id_of(QUANT, id, "product_id").unwrap_or(0);
    let lot = view.id_of(QUANT, id, "lot_id");
    let loss = view
        .xid_in(LOCATION, "stock.stock_location_inventory")
        .unwrap_or(0);
    let (from, to) = if diff > Decimal::ZERO {
        (loss, place)
    } else {
        (place, loss)
    };
    let what = if diff.is_zero() {
        "Product Quantity Confirmed"
    } else {
        "Product Quantity Updated"
    };
    let who = view.id_of(QUANT, id, "user_id").unwrap_or(env.s.uid);
    let what = env.s.ctx("inventory_name").and_then(Py::as_str).unwrap_or(what);
    let name = match view.text("res.users", who, "name") {
        user if who != 1 && !user.is_empty() => format!("{what} ({user})"),
        _ => what.to_owned(),
    };
    let vals = Vals::new()
        .with("name", name)
        .with("product_id", product)
        .with("product_uom_qty", diff.abs())
        .with("location_id", from)
        .with("location_dest_id", to)
        .with("state", "confirmed")
        .with("is_inventory", true)
        .with("picked", true);
    let inner = [("inventory_mode", Py::Bool(false))];
    let made = env.with_ctx(&inner, |env| env.create_one(movement::MOVE, vals))?;
    env.with_ctx(&inner, |env| {
        movement::add_line(env, made, from, lot, diff.abs())?;
        done::finish(env, &[made], false)
    })
}

fn clear_inventory(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let zero = Value::Num(Decimal::ZERO);
    let vals = Vals::new()
        .with("inventory_quantity", zero.clone())
        .with("inventory_diff_quantity", zero)
        .with("inventory_quantity_set", false)
        .with("user_id", Value::Null);
    env.draws = None;
    env.write(QUANT, ids, vals)?;
    Ok(Py::None)
}

fn set_inventory(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    if ids
        .iter()
        .any(|id| env.view().flag(QUANT, *id, "inventory_quantity_set"))
    {
        let context = with_context(env, &[("default_quant_ids", Py::ids(ids))]);
        return Ok(window(
            "Quantities Already Set",
            "stock.inventory.warning",
            Some(907),
            context,
        ));
    }
    env.draws = None;
    for id in ids {
        let quantity = env.view().get(QUANT, *id, "quantity");
        let vals = Vals::new()
            .with("inventory_quantity", quantity)
            .with("user_id", env.s.uid);
        env.write(QUANT, &[*id], vals)?;
    }
    Ok(Py::None)
}
