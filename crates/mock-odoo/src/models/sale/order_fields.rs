use rust_decimal::Decimal;

use crate::models::access::SALES_OWN;
use crate::models::mail;
use crate::models::sale::{LINE, ORDER};
use crate::orm::make::{bool, char, date, datetime, float, html, int, m2m, m2o, monetary, o2m, selection};
use crate::orm::{Field, Value, View};

pub(super) const STATES: &[(&str, &str)] = &[
    ("draft", "Quotation"),
    ("sent", "Quotation Sent"),
    ("sale", "Sales Order"),
    ("cancel", "Cancelled"),
];

pub(super) const INVOICE_STATUS: &[(&str, &str)] = &[
    ("upselling", "Upselling Opportunity"),
    ("invoiced", "Fully Invoiced"),
    ("to invoice", "To Invoice"),
    ("no", "Nothing to Invoice"),
];

pub(super) fn fields() -> Vec<Field> {
    let mut fields = mail::thread();
    fields.extend(mail::activities());
    fields.extend(header());
    fields.extend(parties());
    fields.extend(money());
    fields.extend(stock());
    fields
}

fn header() -> Vec<Field> {
    vec![
        char("access_token", "Security Token").empty().no_copy(),
        char("access_url", "Portal Access URL").compute(|_, id| Value::Text(format!("/my/orders/{id}"))),
        m2o("campaign_id", "utm.campaign", "Campaign").empty(),
        m2o("source_id", "utm.source", "Source").empty(),
        m2o("medium_id", "utm.medium", "Medium").empty(),
        char("name", "Order Reference")
            .required()
            .no_copy()
            .default(|_| Value::text("New")),
        m2o("company_id", "res.company", "Company")
            .required()
            .default(|_| Value::Int(1)),
        selection("state", "Status", STATES)
            .readonly()
            .no_copy()
            .default(|_| Value::text("draft")),
        bool("locked", "Locked").no_copy().default(|_| Value::Bool(false)),
        char("client_order_ref", "Customer Reference").no_copy(),
        datetime("create_date", "Creation Date").readonly().no_copy(),
        datetime("commitment_date", "Delivery Date").no_copy(),
        datetime("date_order", "Order Date")
            .required()
            .no_copy()
            .default(|view| Value::Text(view.s.now.seconds())),
        char("origin", "Source Document"),
        char("reference", "Payment Ref.").no_copy(),
        bool("require_signature", "Online signature").precompute(|_| Value::Bool(true)),
        bool("require_payment", "Online payment").precompute(|_| Value::Bool(false)),
        float("prepayment_percent", "Prepayment percentage").precompute(|_| Value::Num(Decimal::ONE)),
        char("signed_by", "Signed By").no_copy(),
        datetime("signed_on", "Signed On").no_copy(),
        date("validity_date", "Expiration").no_copy(),
        m2o("journal_id", "account.journal", "Invoicing Journal").empty(),
        html("note", "Terms and conditions"),
        m2m("tag_ids", "crm.tag", "Tags"),
        m2o(
            "sale_order_template_id",
            "sale.order.template",
            "Quotation Template",
        )
        .empty(),
        o2m(
            "sale_order_option_ids",
            "sale.order.option",
            "order_id",
            "Optional Products Lines",
        )
        .empty(),
    ]
}

fn parties() -> Vec<Field> {
    vec![
        m2o("partner_id", "res.partner", "Customer").required(),
        m2o("partner_invoice_id", "res.partner", "Invoice Address").required(),
        m2o("partner_shipping_id", "res.partner", "Delivery Address").required(),
        m2o("fiscal_position_id", "account.fiscal.position", "Fiscal Position"),
        m2o("payment_term_id", "account.payment.term", "Payment Terms"),
        m2o("pricelist_id", "product.pricelist", "Pricelist"),
        m2o("user_id", "res.users", "Salesperson").precompute(|view| {
            if view.has_group(SALES_OWN) {
                Value::Int(view.s.uid)
            } else {
                Value::Null
            }
        }),
        m2o("team_id", "crm.team", "Sales Team").precompute(|view| {
            let mut teams = view.t.rows("crm.team");
            Value::id(teams.find(|(_, row)| row.flag("active")).map(|(id, _)| id))
        }),
    ]
}

fn money() -> Vec<Field> {
    vec![
        m2o("currency_id", "res.currency", "Currency").compute_stored(|view, id| {
            let list = view.id_of(ORDER, id, "pricelist_id");
            match list.map(|list| view.get("product.pricelist", list, "currency_id")) {
                Some(Value::Int(currency)) => Value::Int(currency),
                _ => view.get("res.company", 1, "currency_id"),
            }
        }),
        float("currency_rate", "Currency Rate").compute_stored(|_, _| Value::Num(Decimal::ONE)),
        o2m("order_line", LINE, "order_id", "Order Lines").copied(),
        monetary("amount_untaxed", "Untaxed Amount").readonly().no_copy(),
        monetary("amount_tax", "Taxes").readonly().no_copy(),
        monetary("amount_total", "Total").readonly().no_copy(),
        monetary("amount_to_invoice", "Un-invoiced Balance").compute(|view, id| {
            match view.text(ORDER, id, "state").as_str() {
                "sale" => view.get(ORDER, id, "amount_total"),
                _ => Value::Num(Decimal::ZERO),
            }
        }),
        monetary("amount_invoiced", "Already invoiced").compute(|_, _| Value::Num(Decimal::ZERO)),
        monetary("amount_undiscounted", "Amount Before Discount").compute(undiscounted),
        int("invoice_count", "Invoice Count")
            .empty()
            .not_stored()
            .readonly(),
        m2m("invoice_ids", "account.move", "Invoices")
            .empty()
            .not_stored()
            .readonly(),
        selection("invoice_status", "Invoice Status", INVOICE_STATUS).compute_stored(invoice_status),
        selection(
            "tax_calculation_rounding_method",
            "Tax calculation rounding method",
            &[
                ("round_per_line", "Round per Line"),
                ("round_globally", "Round Globally"),
            ],
        )
        .related("company_id.tax_calculation_rounding_method"),
        selection(
            "company_price_include",
            "Default Sales Price Include",
            &[("tax_included", "Tax Included"), ("tax_excluded", "Tax Excluded")],
        )
        .related("company_id.account_price_include"),
        m2o("tax_country_id", "res.country", "Tax Country").related("company_id.account_fiscal_country_id"),
    ]
}

fn stock() -> Vec<Field> {
    vec![
        m2o("incoterm", "account.incoterms", "Incoterm").empty(),
        char("incoterm_location", "Incoterm Location"),
        selection(
            "picking_policy",
            "Shipping Policy",
            &[
                ("direct", "As soon as possible"),
                ("one", "When all products are ready"),
            ],
        )
        .required()
        .default(|_| Value::text("direct")),
        m2o("warehouse_id", "stock.warehouse", "Warehouse").precompute(|view| {
            let mut found: Vec<(i64, i64)> = view
                .t
                .rows("stock.warehouse")
                .filter(|(_, row)| row.flag("active"))
                .map(|(id, row)| (row.id("sequence").unwrap_or(0), id))
                .collect();
            found.sort_unstable();
            Value::id(found.first().map(|(_, id)| *id))
        }),
        o2m("picking_ids", "stock.picking", "sale_id", "Transfers").no_copy(),
        selection(
            "delivery_status",
            "Delivery Status",
            &[
                ("pending", "Not Delivered"),
                ("started", "Started"),
                ("partial", "Partially Delivered"),
                ("full", "Fully Delivered"),
            ],
        )
        .readonly()
        .no_copy(),
        int("delivery_count", "Delivery Orders").compute(|view, id| {
            let pickings = view.children("stock.picking", "sale_id", id);
            Value::Int(i64::try_from(pickings.len()).unwrap_or(0))
        }),
        m2o("procurement_group_id", "procurement.group", "Procurement Group").empty(),
        datetime("effective_date", "Effective Date").readonly().no_copy(),
        datetime("expected_date", "Expected Date").compute(|view, id| view.get(ORDER, id, "date_order")),
    ]
}

/// Of the lines: something to invoice, all invoiced, or nothing.
fn invoice_status(view: &View<'_>, id: i64) -> Value {
    if view.text(ORDER, id, "state") != "sale" {
        return Value::text("no");
    }
    let lines = view.children(LINE, "order_id", id);
    let statuses: Vec<String> = lines
        .into_iter()
        .filter(|line| view.get(LINE, *line, "display_type").is_null())
        .map(|line| view.text(LINE, line, "invoice_status"))
        .collect();
    let all = |wanted: &[&str]| !statuses.is_empty() && statuses.iter().all(|s| wanted.contains(&s.as_str()));
    Value::text(if statuses.iter().any(|s| s == "to invoice") {
        "to invoice"
    } else if all(&["invoiced"]) {
        "invoiced"
    } else if all(&["invoiced", "upselling"]) {
        "upselling"
    } else {
        "no"
    })
}

fn undiscounted(view: &View<'_>, id: i64) -> Value {
    let mut sum = Decimal::ZERO;
    for line in view.children(LINE, "order_id", id) {
        let keeps = Decimal::ONE_HUNDRED - view.num(LINE, line, "discount");
        let subtotal = view.num(LINE, line, "price_subtotal");
        let whole = match subtotal
            .checked_mul(Decimal::ONE_HUNDRED)
            .and_then(|s| s.checked_div(keeps))
        {
            Some(whole) => whole,
            None => view.num(LINE, line, "price_unit") * view.num(LINE, line, "product_uom_qty"),
        };
        sum += whole;
    }
    Value::Num(sum)
}
