use rust_decimal::Decimal;

use crate::fault::Res;
use crate::models::mail;
use crate::models::product::labels::{tax_string, tooltip, virtual_location};
use crate::models::product::{LINE, PRODUCT, TEMPLATE};
use crate::orm::make::{bool, char, float, html, int, m2m, m2o, o2m, selection, text};
use crate::orm::{Env, Field, Kind, Vals, Value, View};

const WARN: &[(&str, &str)] = &[
    ("no-message", "No Message"),
    ("warning", "Warning"),
    ("block", "Blocking Message"),
];

/// The fields in the order `fields_get` tells them.
pub(super) fn fields() -> Vec<Field> {
    let mut fields = mail::images();
    fields.extend(mail::activities());
    fields.extend(mail::thread());
    fields.extend(own());
    fields.push(bool("-", ""));
    fields.extend(of_account());
    fields.extend(of_stock());
    fields.extend(of_sale());
    fields
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn own() -> Vec<Field> {
    vec![
        char("name", "Name").required().translate().index(),
        int("sequence", "Sequence").default(|_| Value::Int(1)),
        html("description", "Description").translate(),
        text("description_purchase", "Purchase Description").translate(),
        text("description_sale", "Sales Description").translate(),
        selection(
            "type",
            "Product Type",
            &[("consu", "Goods"), ("service", "Service"), ("combo", "Combo")],
        )
        .required()
        .default(|_| Value::text("consu")),
        m2m("combo_ids", "product.combo", "Combo Choices").empty(),
        selection("service_tracking", "Create on Order", &[("no", "Nothing")])
            .required()
            .default(|_| Value::text("no")),
        m2o("categ_id", "product.category", "Product Category")
            .required()
            .default(default_category),
        m2o("currency_id", "res.currency", "Currency").compute(company_currency),
        m2o("cost_currency_id", "res.currency", "Cost Currency").compute(company_currency),
        float("list_price", "Sales Price").default(|_| Value::Num(Decimal::ONE)),
        float("standard_price", "Cost")
            .compute(|view, id| from_variant(view, id, "standard_price"))
            .inverse(|env, ids, value| to_variant(env, ids, "standard_price", value))
            .searchable(),
        float("volume", "Volume")
            .compute_stored(|view, id| from_variant(view, id, "volume"))
            .inverse(|env, ids, value| to_variant(env, ids, "volume", value)),
        char("volume_uom_name", "Volume unit of measure label").compute(|_, _| Value::text("m³")),
        float("weight", "Weight")
            .compute_stored(|view, id| from_variant(view, id, "weight"))
            .inverse(|env, ids, value| to_variant(env, ids, "weight", value)),
        char("weight_uom_name", "Weight unit of measure label").compute(|_, _| Value::text("kg")),
        bool("sale_ok", "Sales").default(|_| Value::Bool(true)),
        bool("purchase_ok", "Purchase").default(|_| Value::Bool(true)),
        m2o("uom_id", "uom.uom", "Unit of Measure")
            .required()
            .default(|_| Value::Int(1)),
        char("uom_name", "Unit of Measure Name").related("uom_id.name"),
        m2o("uom_po_id", "uom.uom", "Purchase Unit")
            .required()
            .precompute(|_| Value::Int(1)),
        m2o("company_id", "res.company", "Company"),
        o2m(
            "packaging_ids",
            "product.packaging",
            "product_id",
            "Product Packages",
        )
        .compute(|view, id| {
            let variants = view.children(PRODUCT, "product_tmpl_id", id);
            Value::Ids(
                variants
                    .iter()
                    .flat_map(|v| view.children("product.packaging", "product_id", *v))
                    .collect(),
            )
        }),
        o2m("seller_ids", "product.supplierinfo", "product_tmpl_id", "Vendors").copied(),
        o2m(
            "variant_seller_ids",
            "product.supplierinfo",
            "product_tmpl_id",
            "Variant Seller",
        )
        .no_copy(),
        bool("active", "Active").default(|_| Value::Bool(true)),
        int("color", "Color Index"),
        bool("is_product_variant", "Is a product variant").compute(|_, _| Value::Bool(false)),
        o2m(
            "attribute_line_ids",
            LINE,
            "product_tmpl_id",
            "Product Attributes",
        )
        .copied(),
        m2m(
            "valid_product_template_attribute_line_ids",
            LINE,
            "Valid Product Attribute Lines",
        )
        .compute(|view, id| Value::Ids(super::combination::valid_lines(view, id))),
        o2m("product_variant_ids", PRODUCT, "product_tmpl_id", "Products").required(),
        m2o("product_variant_id", PRODUCT, "Product").compute(first_variant),
        int("product_variant_count", "# Product Variants")
            .compute(|view, id| Value::Int(i64::try_from(active_variants(view, id).len()).unwrap_or(0))),
        char("barcode", "Barcode")
            .compute(|view, id| from_variant(view, id, "barcode"))
            .inverse(|env, ids, value| to_variant(env, ids, "barcode", value))
            .search_via("product_variant_ids.barcode"),
        char("default_code", "Internal Reference")
            .compute_stored(|view, id| from_variant(view, id, "default_code"))
            .inverse(|env, ids, value| to_variant(env, ids, "default_code", value))
            .depends(&["product_variant_ids.default_code"]),
        int("pricelist_item_count", "Number of price rules").compute(|view, id| {
            Value::Int(
                i64::try_from(
                    view.children("product.pricelist.item", "product_tmpl_id", id)
                        .len(),
                )
                .unwrap_or(0),
            )
        }),
        o2m("product_document_ids", "product.document", "res_id", "Documents").empty(),
        int("product_document_count", "Documents Count")
            .empty()
            .not_stored()
            .readonly(),
        bool("can_image_1024_be_zoomed", "Can Image 1024 be zoomed")
            .empty()
            .readonly(),
        bool("has_configurable_attributes", "Is a configurable product").compute_stored(|view, id| {
            let lines = super::combination::valid_lines(view, id);
            Value::Bool(
                lines
                    .iter()
                    .any(|l| super::combination::active_values(view, *l).len() > 1),
            )
        }),
        char("product_tooltip", "Product Tooltip").compute(tooltip),
        bool("is_favorite", "Favorite"),
        m2m("product_tag_ids", "product.tag", "Tags"),
        Field::new("product_properties", "Properties", Kind::Properties),
    ]
}

fn of_account() -> Vec<Field> {
    vec![
        m2m("taxes_id", "account.tax", "Sales Taxes")
            .default(|view| company_tax(view, "account_sale_tax_id")),
        char("tax_string", "Tax String").compute(tax_string),
        m2m("supplier_taxes_id", "account.tax", "Purchase Taxes")
            .default(|view| company_tax(view, "account_purchase_tax_id")),
        m2o("property_account_income_id", "account.account", "Income Account").empty(),
        m2o(
            "property_account_expense_id",
            "account.account",
            "Expense Account",
        )
        .empty(),
        m2m("account_tag_ids", "account.account.tag", "Account Tags").empty(),
        char("fiscal_country_codes", "Fiscal Country Codes")
            .compute(|view, _| view.follow("res.company", 1, "account_fiscal_country_id.code")),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn of_stock() -> Vec<Field> {
    vec![
        bool("is_storable", "Track Inventory").default(|_| Value::Bool(false)),
        m2o("responsible_id", "res.users", "Responsible")
            .plain_fk()
            .default(|view| Value::Int(view.s.uid)),
        m2o(
            "property_stock_production",
            "stock.location",
            "Production Location",
        )
        .compute(|view, _| virtual_location(view, "production"))
        .writable(),
        m2o("property_stock_inventory", "stock.location", "Inventory Location")
            .compute(|view, _| virtual_location(view, "inventory"))
            .writable(),
        int("sale_delay", "Customer Lead Time").default(|_| Value::Int(0)),
        selection(
            "tracking",
            "Tracking",
            &[
                ("serial", "By Unique Serial Number"),
                ("lot", "By Lots"),
                ("none", "By Quantity"),
            ],
        )
        .required()
        .default(|_| Value::text("none")),
        text("description_picking", "Description on Picking").translate(),
        text("description_pickingout", "Description on Delivery Orders").translate(),
        text("description_pickingin", "Description on Receptions").translate(),
        float("qty_available", "Quantity On Hand")
            .compute(|view, id| sum(view, id, "qty_available"))
            .searchable(),
        float("virtual_available", "Forecasted Quantity")
            .compute(|view, id| sum(view, id, "virtual_available"))
            .searchable(),
        float("incoming_qty", "Incoming")
            .compute(|view, id| sum(view, id, "incoming_qty"))
            .searchable(),
        float("outgoing_qty", "Outgoing")
            .compute(|view, id| sum(view, id, "outgoing_qty"))
            .searchable(),
        m2o("location_id", "stock.location", "Location")
            .empty()
            .not_stored(),
        m2o("warehouse_id", "stock.warehouse", "Warehouse")
            .empty()
            .not_stored(),
        bool(
            "has_available_route_ids",
            "Routes can be selected on this product",
        )
        .empty()
        .not_stored()
        .readonly(),
        m2m("route_ids", "stock.route", "Routes").empty(),
        int("nbr_moves_in", "Nbr Moves In")
            .empty()
            .not_stored()
            .readonly(),
        int("nbr_moves_out", "Nbr Moves Out")
            .empty()
            .not_stored()
            .readonly(),
        int("nbr_reordering_rules", "Reordering Rules")
            .empty()
            .not_stored()
            .readonly(),
        float("reordering_min_qty", "Reordering Min Qty")
            .empty()
            .not_stored()
            .readonly(),
        float("reordering_max_qty", "Reordering Max Qty")
            .empty()
            .not_stored()
            .readonly(),
        m2m("route_from_categ_ids", "stock.route", "Category Routes")
            .empty()
            .not_stored()
            .readonly(),
        bool("show_on_hand_qty_status_button", "Show On Hand Qty Status Button")
            .compute(|view, id| view.get(TEMPLATE, id, "is_storable")),
        bool(
            "show_forecasted_qty_status_button",
            "Show Forecasted Qty Status Button",
        )
        .compute(|view, id| view.get(TEMPLATE, id, "is_storable")),
        selection(
            "cost_method",
            "Cost Method",
            &[
                ("standard", "Standard Price"),
                ("fifo", "First In First Out (FIFO)"),
                ("average", "Average Cost (AVCO)"),
            ],
        )
        .compute(|_, _| Value::text("standard")),
        selection(
            "valuation",
            "Valuation",
            &[("manual_periodic", "Manual"), ("real_time", "Automated")],
        )
        .compute(|_, _| Value::text("manual_periodic")),
        bool("lot_valuated", "Valuation by Lot/Serial number"),
    ]
}

fn of_sale() -> Vec<Field> {
    vec![
        selection(
            "service_type",
            "Track Service",
            &[("manual", "Manually set quantities on order")],
        )
        .default(|_| Value::text("manual")),
        selection("sale_line_warn", "Sales Order Line", WARN)
            .required()
            .default(|_| Value::text("no-message")),
        text("sale_line_warn_msg", "Message for Sales Order Line"),
        selection(
            "expense_policy",
            "Re-Invoice Costs",
            &[("no", "No"), ("cost", "At cost"), ("sales_price", "Sales price")],
        )
        .default(|_| Value::text("no")),
        bool("visible_expense_policy", "Re-Invoice Policy visible")
            .empty()
            .not_stored()
            .readonly(),
        float("sales_count", "Sold").empty().not_stored().readonly(),
        selection(
            "invoice_policy",
            "Invoicing Policy",
            &[
                ("order", "Ordered quantities"),
                ("delivery", "Delivered quantities"),
            ],
        )
        .default(|_| Value::text("order")),
        m2m("optional_product_ids", TEMPLATE, "Optional Products").empty(),
    ]
}

fn default_category(view: &View<'_>) -> Value {
    Value::id(view.xid_in("product.category", "product.product_category_all"))
}

pub(super) fn company_currency(view: &View<'_>, _: i64) -> Value {
    view.get("res.company", 1, "currency_id")
}

fn company_tax(view: &View<'_>, field: &str) -> Value {
    match view.get("res.company", 1, field) {
        Value::Int(tax) => Value::Ids(vec![tax]),
        _ => Value::Null,
    }
}

/// The variants that are not archived, in their order.
pub(super) fn active_variants(view: &View<'_>, id: i64) -> Vec<i64> {
    let variants = view.children(PRODUCT, "product_tmpl_id", id);
    variants
        .into_iter()
        .filter(|v| view.is_active(PRODUCT, *v))
        .collect()
}

/// The one variant that the template mirrors: the only active one, or the only archived one where none is active.
pub(super) fn mirrored(view: &View<'_>, id: i64) -> Option<i64> {
    match active_variants(view, id).as_slice() {
        [one] => Some(*one),
        [] => match view.children(PRODUCT, "product_tmpl_id", id).as_slice() {
            [one] => Some(*one),
            _ => None,
        },
        _ => None,
    }
}

fn first_variant(view: &View<'_>, id: i64) -> Value {
    let variants = view.linked(PRODUCT, &view.children(PRODUCT, "product_tmpl_id", id));
    Value::id(variants.first().copied())
}

fn from_variant(view: &View<'_>, id: i64, field: &str) -> Value {
    mirrored(view, id).map_or(Value::Null, |variant| view.get(PRODUCT, variant, field))
}

fn to_variant(env: &mut Env<'_>, ids: &[i64], field: &str, value: &Value) -> Res<()> {
    for id in ids {
        if let Some(variant) = mirrored(&env.view(), *id) {
            env.write(PRODUCT, &[variant], Vals::new().with(field, value.clone()))?;
        }
    }
    Ok(())
}

fn sum(view: &View<'_>, id: i64, field: &str) -> Value {
    let total: Decimal = active_variants(view, id)
        .iter()
        .map(|v| view.num(PRODUCT, *v, field))
        .sum();
    Value::Num(total)
}
