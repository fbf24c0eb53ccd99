use crate::fault::Res;
use crate::models::stock::location::LOCATION;
use crate::orm::make::{bool, char, int, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Model, Unique, Vals, Value, View};
use crate::seed::{name, place};

const WAREHOUSE: &str = "stock.warehouse";
const TYPE: &str = "stock.picking.type";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(WAREHOUSE, "Warehouse", fields())
            .order("sequence,id")
            .unique(&[
                Unique {
                    fields: &["name", "company_id"],
                    message: "The name of the warehouse must be unique per company!",
                    index: "stock_warehouse_warehouse_name_uniq",
                },
                Unique {
                    fields: &["code", "company_id"],
                    message: "The short name of the warehouse must be unique per company!",
                    index: "stock_warehouse_warehouse_code_uniq",
                },
            ])
            .logic(&Warehouse),
        // Odoo puts each user's favourites first, which it orders by itself; here nobody has any.
        Model::new(TYPE, "Picking Type", type_fields())
            .order("sequence, id")
            .logic(&PickingType),
    ]
}

fn fields() -> Vec<Field> {
    vec![
        char("name", "Warehouse")
            .required()
            .precompute(|_| Value::text("My Company")),
        bool("active", "Active").default(|_| Value::Bool(true)),
        m2o("company_id", "res.company", "Company")
            .required()
            .readonly()
            .default(|_| Value::Int(1)),
        m2o("partner_id", "res.partner", "Address").default(|view| view.get("res.company", 1, "partner_id")),
        m2o("view_location_id", LOCATION, "View Location").required(),
        m2o("lot_stock_id", LOCATION, "Location Stock").required(),
        char("code", "Short Name").required(),
        selection(
            "reception_steps",
            "Incoming Shipments",
            &[
                ("one_step", "Receive and Store (1 step)"),
                ("two_steps", "Receive then Store (2 steps)"),
                ("three_steps", "Receive, Quality Control, then Store (3 steps)"),
            ],
        )
        .required()
        .default(|_| Value::text("one_step")),
        selection(
            "delivery_steps",
            "Outgoing Shipments",
            &[
                ("ship_only", "Deliver (1 step)"),
                ("pick_ship", "Pick then Deliver (2 steps)"),
                ("pick_pack_ship", "Pick, Pack, then Deliver (3 steps)"),
            ],
        )
        .required()
        .default(|_| Value::text("ship_only")),
        m2o("wh_input_stock_loc_id", LOCATION, "Input Location"),
        m2o("wh_qc_stock_loc_id", LOCATION, "Quality Control Location"),
        m2o("wh_output_stock_loc_id", LOCATION, "Output Location"),
        m2o("wh_pack_stock_loc_id", LOCATION, "Packing Location"),
        m2o("pick_type_id", TYPE, "Pick Type"),
        m2o("pack_type_id", TYPE, "Pack Type"),
        m2o("out_type_id", TYPE, "Out Type"),
        m2o("in_type_id", TYPE, "In Type"),
        m2o("int_type_id", TYPE, "Internal Type"),
        int("sequence", "Sequence").default(|_| Value::Int(10)),
    ]
}

fn type_fields() -> Vec<Field> {
    vec![
        char("name", "Operation Type").required().translate(),
        int("color", "Color"),
        int("sequence", "Sequence").default(|_| Value::Int(10)),
        m2o("sequence_id", "ir.sequence", "Reference Sequence"),
        char("sequence_code", "Sequence Prefix").required(),
        m2o("default_location_src_id", LOCATION, "Source Location").required(),
        m2o("default_location_dest_id", LOCATION, "Destination Location").required(),
        selection(
            "code",
            "Type of Operation",
            &[
                ("incoming", "Receipt"),
                ("outgoing", "Delivery"),
                ("internal", "Internal Transfer"),
            ],
        )
        .required()
        .default(|_| Value::text("incoming")),
        m2o("warehouse_id", WAREHOUSE, "Warehouse"),
        bool("active", "Active").default(|_| Value::Bool(true)),
        m2o("company_id", "res.company", "Company")
            .required()
            .default(|_| Value::Int(1)),
        selection(
            "create_backorder",
            "Create Backorder",
            &[("ask", "Ask"), ("always", "Always"), ("never", "Never")],
        )
        .required()
        .default(|_| Value::text("ask")),
        selection(
            "reservation_method",
            "Reservation Method",
            &[
                ("at_confirm", "At Confirmation"),
                ("manual", "Manually"),
                ("by_date", "Before scheduled date"),
            ],
        )
        .required()
        .default(|_| Value::text("at_confirm")),
        bool("is_favorite", "Show Operation in Overview")
            .empty()
            .not_stored(),
        o2m("picking_ids", "stock.picking", "picking_type_id", "Transfers").empty(),
    ]
}

struct PickingType;

impl Logic for PickingType {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let own = view.text(model.name, id, "name");
        match view.id_of(model.name, id, "warehouse_id") {
            Some(warehouse) => format!("{}: {own}", view.text(WAREHOUSE, warehouse, "name")),
            None => own,
        }
    }
}

struct Warehouse;

impl Logic for Warehouse {
    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        let code: String = vals
            .value("code")
            .as_text()
            .unwrap_or("")
            .chars()
            .take(5)
            .collect();
        if code.is_empty() {
            // The database says that the short name is missing; the locations are not made for nothing.
            vals.or_set("view_location_id", 1);
            vals.or_set("lot_stock_id", 1);
            return Ok(());
        }
        vals.set("code", code.as_str());
        let physical = env.view().xid_in(LOCATION, "stock.stock_location_locations");
        let view_vals = Vals::new()
            .with("name", code.as_str())
            .with("usage", "view")
            .with("location_id", Value::id(physical));
        let root = env.create_one(LOCATION, view_vals)?;
        vals.set("view_location_id", root);
        let short = code.replace(' ', "").to_uppercase();
        for (field, label, barcode, active) in SUB_LOCATIONS {
            let sub = Vals::new()
                .with("name", label)
                .with("usage", "internal")
                .with("location_id", root)
                .with("active", active)
                .with("barcode", format!("{short}{barcode}"));
            let id = env.create_one(LOCATION, sub)?;
            vals.set(field, id);
        }
        Ok(())
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], _: &[Vals]) -> Res<()> {
        for id in ids {
            make_types(env, *id)?;
        }
        Ok(())
    }

    fn written(&self, env: &mut Env<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
        if let Some(code) = vals.get("code") {
            let code: String = code.as_text().unwrap_or("").chars().take(5).collect();
            for id in ids {
                if let Some(root) = env.view().id_of(WAREHOUSE, *id, "view_location_id") {
                    env.write(LOCATION, &[root], Vals::new().with("name", code.as_str()))?;
                }
            }
        }
        Ok(())
    }
}

/// Field, name, end of the barcode, active in a warehouse of one step.
const SUB_LOCATIONS: [(&str, &str, &str, bool); 5] = [
    ("lot_stock_id", "Stock", "STOCK", true),
    ("wh_input_stock_loc_id", "Input", "INPUT", false),
    ("wh_qc_stock_loc_id", "Quality Control", "QUALITY", false),
    ("wh_output_stock_loc_id", "Output", "OUTPUT", false),
    ("wh_pack_stock_loc_id", "Packing Zone", "PACKING", false),
];

/// The operation types of a warehouse, each with its number sequence.
fn make_types(env: &mut Env<'_>, warehouse: i64) -> Res<()> {
    let view = env.view();
    let code = view.text(WAREHOUSE, warehouse, "code");
    let label = view.text(WAREHOUSE, warehouse, "name");
    let stock = view.get(WAREHOUSE, warehouse, "lot_stock_id");
    let suppliers = Value::id(view.xid_in(LOCATION, "stock.stock_location_suppliers"));
    let customers = Value::id(view.xid_in(LOCATION, "stock.stock_location_customers"));
    let pack = view.get(WAREHOUSE, warehouse, "wh_pack_stock_loc_id");
    let output = view.get(WAREHOUSE, warehouse, "wh_output_stock_loc_id");
    let types = [
        (
            "in_type_id",
            "Receipts",
            "IN",
            "incoming",
            suppliers,
            stock.clone(),
            true,
        ),
        (
            "out_type_id",
            "Delivery Orders",
            "OUT",
            "outgoing",
            stock.clone(),
            customers,
            true,
        ),
        (
            "pick_type_id",
            "Pick",
            "PICK",
            "internal",
            stock.clone(),
            pack.clone(),
            false,
        ),
        ("pack_type_id", "Pack", "PACK", "internal", pack, output, false),
        (
            "qc",
            "Quality Control",
            "QC",
            "internal",
            stock.clone(),
            stock.clone(),
            false,
        ),
        (
            "store",
            "Storage",
            "STOR",
            "internal",
            stock.clone(),
            stock.clone(),
            false,
        ),
        (
            "int_type_id",
            "Internal Transfers",
            "INT",
            "internal",
            stock.clone(),
            stock,
            false,
        ),
    ];
    for (field, name, short, kind, from, to, active) in types {
        let sequence = Vals::new()
            .with("name", format!("{label} Sequence {name}"))
            .with("prefix", format!("{code}/{short}/"))
            .with("padding", 5);
        let sequence = env.create_one("ir.sequence", sequence)?;
        let vals = Vals::new()
            .with("name", name)
            .with("sequence_code", short)
            .with("code", kind)
            .with("default_location_src_id", from)
            .with("default_location_dest_id", to)
            .with("warehouse_id", warehouse)
            .with("sequence_id", sequence)
            .with("active", active);
        let id = env.create_one(TYPE, vals)?;
        if field.ends_with("_id") {
            env.set(WAREHOUSE, warehouse, &[(field, Value::Int(id))]);
        }
    }
    Ok(())
}

/// The locations and the warehouse of a fresh database.
pub(crate) fn base(env: &mut Env<'_>) -> Res<()> {
    let roots = [
        (1, "stock_location_locations", "Physical Locations"),
        (2, "stock_location_locations_partner", "Partners"),
        (3, "stock_location_locations_virtual", "Virtual Locations"),
    ];
    for (id, xid, label) in roots {
        let values = [
            ("name", Value::text(label)),
            ("usage", Value::text("view")),
            ("active", Value::Bool(true)),
        ];
        place(env, LOCATION, id, &values);
        name(env, &format!("stock.{xid}"), LOCATION, id);
    }
    let leaves = [
        (4, "stock_location_suppliers", "Vendors", "supplier", 2, true),
        (5, "stock_location_customers", "Customers", "customer", 2, true),
        (
            6,
            "stock_location_inter_company",
            "Inter-company transit",
            "transit",
            3,
            false,
        ),
    ];
    for (id, xid, label, usage, parent, active) in leaves {
        place(env, LOCATION, id, &leaf(label, usage, parent, active));
        name(env, &format!("stock.{xid}"), LOCATION, id);
    }
    let vals = Vals::new().with("name", "My Company").with("code", "WH");
    let warehouse = env.create_one(WAREHOUSE, vals)?;
    name(env, "stock.warehouse0", WAREHOUSE, warehouse);
    name(env, "stock.stock_location_stock", LOCATION, 8);
    let virtual_leaves = [
        (
            14,
            "stock_location_inventory",
            "Inventory adjustment",
            "inventory",
        ),
        (15, "stock_location_production", "Production", "production"),
        (16, "stock_location_scrapped", "Scrap", "inventory"),
    ];
    for (id, xid, label, usage) in virtual_leaves {
        let mut values = leaf(label, usage, 3, true).to_vec();
        values.push(("company_id", Value::Int(1)));
        values.push(("scrap_location", Value::Bool(id == 16)));
        place(env, LOCATION, id, &values);
        name(env, &format!("stock.{xid}"), LOCATION, id);
    }
    Ok(())
}

fn leaf(label: &str, usage: &str, parent: i64, active: bool) -> [(&'static str, Value); 4] {
    [
        ("name", Value::text(label)),
        ("usage", Value::text(usage)),
        ("location_id", Value::Int(parent)),
        ("active", Value::Bool(active)),
    ]
}
