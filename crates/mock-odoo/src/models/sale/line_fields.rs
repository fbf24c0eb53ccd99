use rust_decimal::Decimal;

use crate::models::sale::order_fields::{INVOICE_STATUS, STATES};
use crate::models::sale::{LINE, ORDER};
use crate::models::stock_quantity;
use crate::orm::make::{
    bool, char, datetime, float, float_any, int, json, m2m, m2o, monetary, o2m, selection, text,
};
use crate::orm::{Field, Value, View};

const PRODUCT: &str = "product.product";

pub(super) fn fields() -> Vec<Field> {
    let mut fields = head();
    fields.extend(product());
    fields.extend(prices());
    fields.extend(invoicing());
    // Here stand the fields that every model has.
    fields.push(char("-", "-"));
    fields.extend(stock());
    fields
}

fn head() -> Vec<Field> {
    vec![
        json("analytic_distribution", "Analytic Distribution").empty(),
        int("analytic_precision", "Analytic Precision").compute(|_, _| Value::Int(2)),
        m2m(
            "distribution_analytic_account_ids",
            "account.analytic.account",
            "Distribution Analytic Account",
        )
        .empty()
        .not_stored(),
        m2o("order_id", ORDER, "Order Reference").required().no_copy(),
        int("sequence", "Sequence").default(|_| Value::Int(10)),
        m2o("company_id", "res.company", "Company")
            .related("order_id.company_id")
            .stored(),
        m2o("currency_id", "res.currency", "Currency")
            .related("order_id.currency_id")
            .stored(),
        m2o("order_partner_id", "res.partner", "Customer")
            .related("order_id.partner_id")
            .stored(),
        m2o("salesman_id", "res.users", "Salesperson")
            .related("order_id.user_id")
            .stored(),
        selection("state", "Order Status", STATES)
            .readonly()
            .no_copy()
            .precompute(|_| Value::text("draft")),
        m2o("tax_country_id", "res.country", "Tax Country").related("order_id.tax_country_id"),
        selection(
            "display_type",
            "Display Type",
            &[("line_section", "Section"), ("line_note", "Note")],
        ),
        bool("is_configurable_product", "Is the product configurable?")
            .empty()
            .not_stored()
            .readonly(),
        bool("is_downpayment", "Is a down payment"),
        bool("is_expense", "Is expense"),
    ]
}

fn product() -> Vec<Field> {
    vec![
        m2o("product_id", PRODUCT, "Product").index(),
        m2o("product_template_id", "product.template", "Product Template")
            .compute(|view, id| view.follow(LINE, id, "product_id.product_tmpl_id"))
            .search_via("product_id.product_tmpl_id"),
        m2o("product_uom_category_id", "uom.category", "Product Uom Category")
            .related("product_id.uom_id.category_id"),
        m2m(
            "product_template_attribute_value_ids",
            "product.template.attribute.value",
            "Attribute Values",
        )
        .compute(|view, id| match view.id_of(LINE, id, "product_id") {
            Some(product) => view.get(PRODUCT, product, "product_template_attribute_value_ids"),
            None => Value::Ids(Vec::new()),
        }),
        o2m(
            "product_custom_attribute_value_ids",
            "product.attribute.custom.value",
            "sale_order_line_id",
            "Custom Values",
        )
        .empty(),
        m2m(
            "product_no_variant_attribute_value_ids",
            "product.template.attribute.value",
            "Extra Values",
        )
        .empty(),
        bool("is_product_archived", "Is Product Archived").compute(|view, id| {
            let product = view.id_of(LINE, id, "product_id");
            Value::Bool(product.is_some_and(|p| !view.is_active(PRODUCT, p)))
        }),
        text("name", "Description").required(),
        float("product_uom_qty", "Quantity")
            .required()
            .default(|_| Value::Num(Decimal::ONE)),
        m2o("product_uom", "uom.uom", "Unit of Measure"),
        m2o("linked_line_id", LINE, "Linked Order Line").no_copy(),
        o2m("linked_line_ids", LINE, "linked_line_id", "Linked Order Lines").empty(),
        char("virtual_id", "Virtual").empty().not_stored(),
        char("linked_virtual_id", "Linked Virtual").empty().not_stored(),
        char("selected_combo_items", "Selected Combo Items")
            .empty()
            .not_stored(),
        m2o("combo_item_id", "product.combo.item", "Combo Item").empty(),
    ]
}

fn prices() -> Vec<Field> {
    vec![
        m2m("tax_id", "account.tax", "Taxes"),
        m2o("pricelist_item_id", "product.pricelist.item", "Pricelist Item")
            .readonly()
            .no_copy(),
        float("price_unit", "Unit Price").required(),
        float_any("technical_price_unit", "Technical Price Unit"),
        float("discount", "Discount (%)").default(|_| Value::Num(Decimal::ZERO)),
        monetary("price_subtotal", "Subtotal").readonly().no_copy(),
        float_any("price_tax", "Total Tax").readonly().no_copy(),
        monetary("price_total", "Total").readonly().no_copy(),
        monetary("price_reduce_taxexcl", "Price Reduce Tax excl")
            .compute_stored(|view, id| per_piece(view, id, "price_subtotal")),
        monetary("price_reduce_taxinc", "Price Reduce Tax incl")
            .compute_stored(|view, id| per_piece(view, id, "price_total")),
        m2o("product_packaging_id", "product.packaging", "Packaging").empty(),
        float("product_packaging_qty", "Packaging Quantity").empty(),
        float("customer_lead", "Lead Time").required().no_copy(),
    ]
}

fn per_piece(view: &View<'_>, id: i64, field: &str) -> Value {
    let quantity = view.num(LINE, id, "product_uom_qty");
    let amount = view.num(LINE, id, field).checked_div(quantity);
    Value::Num(crate::orm::half_up(
        amount.unwrap_or(Decimal::ZERO),
        super::DIGITS,
    ))
}

fn invoicing() -> Vec<Field> {
    let zero = |_: &View<'_>, _: i64| Value::Num(Decimal::ZERO);
    vec![
        selection(
            "qty_delivered_method",
            "Method to update delivered qty",
            &[
                ("manual", "Manual"),
                ("analytic", "Analytic From Expenses"),
                ("stock_move", "Stock Moves"),
            ],
        )
        .compute_stored(|view, id| {
            Value::text(if is_goods(view, id) {
                "stock_move"
            } else {
                "manual"
            })
        }),
        float("qty_delivered", "Delivery Quantity").no_copy(),
        float("qty_invoiced", "Invoiced Quantity").compute_stored(zero),
        float("qty_invoiced_posted", "Invoiced Quantity (posted)").compute(zero),
        float("qty_to_invoice", "Quantity To Invoice")
            .compute_stored(|view, id| Value::Num(to_invoice(view, id))),
        o2m(
            "analytic_line_ids",
            "account.analytic.line",
            "so_line",
            "Analytic lines",
        )
        .empty(),
        m2m("invoice_lines", "account.move.line", "Invoice Lines")
            .empty()
            .no_copy(),
        selection("invoice_status", "Invoice Status", INVOICE_STATUS).compute_stored(invoice_status),
        monetary("untaxed_amount_invoiced", "Untaxed Invoiced Amount").compute_stored(zero),
        monetary("amount_invoiced", "Invoiced Amount").compute(zero),
        monetary("untaxed_amount_to_invoice", "Untaxed Amount To Invoice")
            .compute_stored(|view, id| open_amount(view, id, "price_subtotal")),
        monetary("amount_to_invoice", "Un-invoiced Balance")
            .compute(|view, id| open_amount(view, id, "price_total")),
        selection(
            "product_type",
            "Product Type",
            &[("consu", "Goods"), ("service", "Service"), ("combo", "Combo")],
        )
        .related("product_id.type"),
        selection("service_tracking", "Create on Order", &[("no", "Nothing")])
            .related("product_id.service_tracking"),
        bool("product_updatable", "Can Edit Product")
            .compute(|view, id| Value::Bool(product_updatable(view, id))),
        bool("product_uom_readonly", "Product Uom Readonly").compute(|view, id| {
            Value::Bool(matches!(view.text(LINE, id, "state").as_str(), "sale" | "cancel"))
        }),
        selection(
            "tax_calculation_rounding_method",
            "Tax calculation rounding method",
            &[
                ("round_per_line", "Round per Line"),
                ("round_globally", "Round Globally"),
            ],
        )
        .related("order_id.tax_calculation_rounding_method"),
        selection(
            "company_price_include",
            "Default Sales Price Include",
            &[("tax_included", "Tax Included"), ("tax_excluded", "Tax Excluded")],
        )
        .related("order_id.company_price_include"),
    ]
}

fn stock() -> Vec<Field> {
    vec![
        o2m(
            "sale_order_option_ids",
            "sale.order.option",
            "line_id",
            "Optional Products Lines",
        )
        .empty(),
        m2o("route_id", "stock.route", "Route"),
        o2m("move_ids", "stock.move", "sale_line_id", "Stock Moves").no_copy(),
        float("virtual_available_at_date", "Virtual Available At Date")
            .compute(|view, id| stock_of(view, id, |quantity| quantity.forecast())),
        datetime("scheduled_date", "Scheduled Date")
            .compute(|view, id| view.follow(LINE, id, "order_id.expected_date")),
        datetime("forecast_expected_date", "Forecast Expected Date")
            .empty()
            .not_stored()
            .readonly(),
        float("free_qty_today", "Free Qty Today")
            .compute(|view, id| stock_of(view, id, |quantity| quantity.free())),
        float("qty_available_today", "Qty Available Today")
            .compute(|view, id| stock_of(view, id, |quantity| quantity.on_hand)),
        m2o("warehouse_id", "stock.warehouse", "Warehouse")
            .related("order_id.warehouse_id")
            .stored(),
        float("qty_to_deliver", "Qty To Deliver").compute(|view, id| {
            Value::Num(view.num(LINE, id, "product_uom_qty") - view.num(LINE, id, "qty_delivered"))
        }),
        bool("is_mto", "Is Mto").empty().not_stored().readonly(),
        bool("display_qty_widget", "Display Qty Widget").compute(|view, id| {
            let open = matches!(view.text(LINE, id, "state").as_str(), "draft" | "sent" | "sale");
            Value::Bool(open && is_goods(view, id))
        }),
        bool("is_storable", "Track Inventory").related("product_id.is_storable"),
        m2m(
            "available_product_document_ids",
            "product.document",
            "Available Product Documents",
        )
        .empty()
        .not_stored(),
        m2m("product_document_ids", "product.document", "Product Documents").empty(),
    ]
}

fn stock_of(view: &View<'_>, id: i64, of: fn(crate::models::stock::quantity::Quantity) -> Decimal) -> Value {
    match view.id_of(LINE, id, "product_id") {
        Some(product) => Value::Num(of(stock_quantity(view, product))),
        None => Value::Num(Decimal::ZERO),
    }
}

/// Whether the line sells goods, which are delivered by stock moves.
pub(super) fn is_goods(view: &View<'_>, id: i64) -> bool {
    view.get(LINE, id, "display_type").is_null()
        && view
            .id_of(LINE, id, "product_id")
            .is_some_and(|product| view.text(PRODUCT, product, "type") == "consu")
}

/// Whether another product may still take the line's place.
pub(super) fn product_updatable(view: &View<'_>, id: i64) -> bool {
    match view.text(LINE, id, "state").as_str() {
        "cancel" => false,
        "sale" => {
            let done = !view.num(LINE, id, "qty_delivered").is_zero();
            let locked = view.follow(LINE, id, "order_id.locked").as_bool();
            let moves = view.children("stock.move", "sale_line_id", id);
            !locked
                && !done
                && moves
                    .iter()
                    .all(|m| view.text("stock.move", *m, "state") == "cancel")
        }
        _ => true,
    }
}

fn to_invoice(view: &View<'_>, id: i64) -> Decimal {
    if view.text(LINE, id, "state") != "sale" || !view.get(LINE, id, "display_type").is_null() {
        return Decimal::ZERO;
    }
    let ordered = view
        .id_of(LINE, id, "product_id")
        .is_some_and(|product| view.text(PRODUCT, product, "invoice_policy") == "order");
    view.num(
        LINE,
        id,
        if ordered {
            "product_uom_qty"
        } else {
            "qty_delivered"
        },
    )
}

fn invoice_status(view: &View<'_>, id: i64) -> Value {
    Value::text(if view.text(LINE, id, "state") != "sale" {
        "no"
    } else if !to_invoice(view, id).is_zero() {
        "to invoice"
    } else if view.num(LINE, id, "product_uom_qty") <= Decimal::ZERO {
        "invoiced"
    } else {
        "no"
    })
}

fn open_amount(view: &View<'_>, id: i64, field: &str) -> Value {
    if to_invoice(view, id).is_zero() {
        return Value::Num(Decimal::ZERO);
    }
    view.get(LINE, id, field)
}
