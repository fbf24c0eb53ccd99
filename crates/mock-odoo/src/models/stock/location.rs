//! Places where stock lies, and what hangs on them.

use crate::fault::{Fault, Res};
use crate::orm::make::{bool, char, date, int, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Model, Unique, Value, View};

pub(crate) const LOCATION: &str = "stock.location";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(LOCATION, "Inventory Locations", fields())
            .order("complete_name, id")
            .rec_name("complete_name")
            .name_search(&["complete_name", "barcode"])
            .parent_name("location_id")
            .unique(&[Unique {
                fields: &["barcode", "company_id"],
                message: "The barcode for a location must be unique per company!",
                index: "stock_location_barcode_company_uniq",
            }])
            .logic(&Location),
        Model::new(
            "stock.lot",
            "Lot/Serial",
            vec![
                char("name", "Lot/Serial Number").required(),
                char("ref", "Internal Reference"),
                m2o("product_id", "product.product", "Product").required(),
                m2o("company_id", "res.company", "Company").default(|_| Value::Int(1)),
            ],
        )
        .order("name, id"),
        Model::new(
            "stock.route",
            "Inventory Routes",
            vec![
                char("name", "Route").required().translate(),
                bool("active", "Active").default(|_| Value::Bool(true)),
                int("sequence", "Sequence").default(|_| Value::Int(0)),
            ],
        )
        .order("sequence"),
    ]
}

fn fields() -> Vec<Field> {
    vec![
        char("name", "Location Name").required(),
        char("complete_name", "Full Location Name")
            .compute_stored(|view, id| Value::Text(complete_name(view, id))),
        bool("active", "Active").default(|_| Value::Bool(true)),
        selection(
            "usage",
            "Location Type",
            &[
                ("supplier", "Vendor Location"),
                ("view", "View"),
                ("internal", "Internal Location"),
                ("customer", "Customer Location"),
                ("inventory", "Inventory Loss"),
                ("production", "Production"),
                ("transit", "Transit Location"),
            ],
        )
        .required()
        .default(|_| Value::text("internal")),
        m2o("location_id", LOCATION, "Parent Location"),
        o2m("child_ids", LOCATION, "location_id", "Contains").no_copy(),
        char("parent_path", "Parent Path").compute_stored(|view, id| {
            let ids: Vec<String> = chain(view, id).iter().rev().map(i64::to_string).collect();
            Value::Text(ids.join("/") + "/")
        }),
        m2o("company_id", "res.company", "Company").default(|_| Value::Int(1)),
        bool("scrap_location", "Is a Scrap Location?").default(|_| Value::Bool(false)),
        bool("replenish_location", "Replenishments"),
        m2o("removal_strategy_id", "product.removal", "Removal Strategy").empty(),
        char("barcode", "Barcode").no_copy(),
        o2m("quant_ids", "stock.quant", "location_id", "Quant").no_copy(),
        int("cyclic_inventory_frequency", "Inventory Frequency").default(|_| Value::Int(0)),
        date("last_inventory_date", "Last Inventory").readonly(),
        date("next_inventory_date", "Next Expected").empty().readonly(),
        m2o("warehouse_id", "stock.warehouse", "Warehouse")
            .compute_stored(|view, id| Value::id(warehouse_of(view, id))),
        m2o(
            "storage_category_id",
            "stock.storage.category",
            "Storage Category",
        )
        .empty(),
        bool("is_empty", "Is Empty")
            .compute(|view, id| Value::Bool(view.children("stock.quant", "location_id", id).is_empty())),
    ]
}

/// The location and what it lies in, from the inside out.
pub(crate) fn chain(view: &View<'_>, id: i64) -> Vec<i64> {
    let mut found = vec![id];
    let mut at = id;
    while let Some(parent) = view.id_of(LOCATION, at, "location_id") {
        if found.contains(&parent) {
            break;
        }
        found.push(parent);
        at = parent;
    }
    found
}

/// Names down from the nearest view, which itself shows its bare name.
fn complete_name(view: &View<'_>, id: i64) -> String {
    let mut names = Vec::new();
    for at in chain(view, id) {
        let Some(row) = view.row(LOCATION, at) else { break };
        names.push(row.text("name").to_owned());
        if row.text("usage") == "view" {
            break;
        }
    }
    names.reverse();
    names.join("/")
}

/// The warehouse whose view the location lies under.
pub(crate) fn warehouse_of(view: &View<'_>, id: i64) -> Option<i64> {
    let chain = chain(view, id);
    let mut warehouses = view.t.rows("stock.warehouse");
    warehouses
        .find(|(_, row)| row.id("view_location_id").is_some_and(|v| chain.contains(&v)))
        .map(|(id, _)| id)
}

/// Whether goods there are not counted, so that nothing needs to be reserved.
pub(crate) fn bypasses(view: &View<'_>, id: i64) -> bool {
    let usage = view.text(LOCATION, id, "usage");
    matches!(
        usage.as_str(),
        "supplier" | "customer" | "inventory" | "production"
    ) || view.flag(LOCATION, id, "scrap_location")
}

struct Location;

impl Logic for Location {
    fn display_name(&self, view: &View<'_>, _: &Model, id: i64) -> String {
        complete_name(view, id)
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], touched: &dyn Fn(&str) -> bool) -> Res<()> {
        let view = env.view();
        for id in ids.iter().filter(|_| touched("location_id")) {
            let mut at = view.id_of(LOCATION, *id, "location_id");
            let mut steps = 0;
            while let Some(parent) = at {
                steps += 1;
                if parent == *id || steps > 50 {
                    return Err(Fault::user("Recursion Detected."));
                }
                at = view.id_of(LOCATION, parent, "location_id");
            }
        }
        if touched("usage") {
            for id in ids
                .iter()
                .filter(|id| view.text(LOCATION, **id, "usage") == "view")
            {
                let holds = view.children("stock.quant", "location_id", *id);
                if holds
                    .iter()
                    .any(|q| !view.num("stock.quant", *q, "quantity").is_zero())
                {
                    return Err(Fault::user(
                        "This location's usage cannot be changed to view as it contains products.",
                    ));
                }
            }
        }
        Ok(())
    }
}
