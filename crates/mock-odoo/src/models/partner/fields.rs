use crate::fault::Res;
use crate::models::mail;
use crate::orm::make::{
    bool, char, float_any, float_digits, html, image, int, m2m, m2o, monetary, o2m, selection, text,
};
use crate::orm::{Env, Field, Vals, Value, View};

const PARTNER: &str = "res.partner";

const TYPES: &[(&str, &str)] = &[
    ("contact", "Contact"),
    ("invoice", "Invoice Address"),
    ("delivery", "Delivery Address"),
    ("other", "Other Address"),
];

const WARN: &[(&str, &str)] = &[
    ("no-message", "No Message"),
    ("warning", "Warning"),
    ("block", "Blocking Message"),
];

/// The fields in the order `fields_get` tells them.
pub(super) fn fields() -> Vec<Field> {
    let mut fields = own();
    fields.extend(added());
    fields
}

/// Of the base module.
fn own() -> Vec<Field> {
    let mut fields = Vec::new();
    fields.extend(mail::thread());
    fields.extend([
        char("email_normalized", "Normalized Email").readonly(),
        bool("is_blacklisted", "Is Blacklisted").empty().not_stored(),
        int("message_bounce", "Message Bounce").empty().not_stored(),
    ]);
    fields.extend(mail::activities());
    fields.extend(mail::images());
    fields.extend([
        image("avatar_1920", "Avatar 1920").empty().not_stored(),
        image("avatar_1024", "Avatar 1024").empty().not_stored(),
        image("avatar_512", "Avatar 512").empty().not_stored(),
        image("avatar_256", "Avatar 256").empty().not_stored(),
        image("avatar_128", "Avatar 128").empty().not_stored(),
        char("name", "Name"),
        char("complete_name", "Complete Name").compute_stored(complete_name),
        m2o("title", "res.partner.title", "Title").plain_fk(),
        m2o("parent_id", "res.partner", "Related Company"),
        char("parent_name", "Parent name").related("parent_id.name"),
        o2m("child_ids", "res.partner", "parent_id", "Contact"),
        char("ref", "Reference"),
        selection("lang", "Language", &[("en_US", "English (US)")]).default(|_| Value::text("en_US")),
        int("active_lang_count", "Active Lang Count").empty().not_stored(),
        selection("tz", "Timezone", &[("UTC", "UTC")]),
        char("tz_offset", "Tz Offset").empty().not_stored(),
        m2o("user_id", "res.users", "Salesperson").plain_fk(),
        char("vat", "Tax ID"),
        m2o("same_vat_partner_id", "res.partner", "Same Vat Partner")
            .empty()
            .not_stored(),
        m2o(
            "same_company_registry_partner_id",
            "res.partner",
            "Same Company Registry Partner",
        )
        .empty()
        .not_stored(),
        char("company_registry", "Company ID"),
        o2m("bank_ids", "res.partner.bank", "partner_id", "Banks")
            .empty()
            .not_stored(),
        char("website", "Website Link"),
        html("comment", "Notes"),
        m2m("category_id", "res.partner.category", "Tags"),
        bool("active", "Active").default(|_| Value::Bool(true)),
        bool("employee", "Employee"),
        char("function", "Job Position"),
        selection("type", "Address Type", TYPES).default(|_| Value::text("contact")),
        char("street", "Street"),
        char("street2", "Street2"),
        char("zip", "Zip"),
        char("city", "City"),
        m2o("state_id", "res.country.state", "State").plain_fk(),
        m2o("country_id", "res.country", "Country").plain_fk(),
        char("country_code", "Country Code").related("country_id.code"),
        float_digits("partner_latitude", "Geo Latitude", 7),
        float_digits("partner_longitude", "Geo Longitude", 7),
        char("email", "Email"),
        char("email_formatted", "Formatted Email").compute(email_formatted),
        char("phone", "Phone"),
        char("mobile", "Mobile"),
        bool("is_company", "Is a Company"),
        bool("is_public", "Is Public").empty().not_stored(),
        m2o("industry_id", "res.partner.industry", "Industry").plain_fk(),
        selection(
            "company_type",
            "Company Type",
            &[("person", "Individual"), ("company", "Company")],
        )
        .compute(company_type)
        .inverse(set_company_type),
        m2o("company_id", "res.company", "Company"),
        int("color", "Color Index"),
        o2m("user_ids", "res.users", "partner_id", "Users"),
        bool("partner_share", "Share Partner")
            .compute_stored(|view, id| Value::Bool(view.children("res.users", "partner_id", id).is_empty())),
        char("contact_address", "Complete Address").compute(contact_address),
        m2o("commercial_partner_id", "res.partner", "Commercial Entity")
            .readonly()
            .no_copy(),
        char("commercial_company_name", "Company Name Entity").compute_stored(commercial_company_name),
        char("company_name", "Company Name"),
        char("barcode", "Barcode").no_copy(),
        m2o("self", "res.partner", "Self").compute(|_, id| Value::Int(id)),
    ]);
    fields
}

/// Of the modules that build on it; most have no behaviour here. The first entry is the place of the log fields.
#[expect(clippy::too_many_lines, reason = "a table")]
fn added() -> Vec<Field> {
    let mut fields = Vec::new();
    fields.push(bool("-", ""));
    fields.extend([
        char("im_status", "Im Status").empty().not_stored(),
        m2m("channel_ids", "discuss.channel", "Channels")
            .empty()
            .not_stored(),
        char("contact_address_inline", "Contact Address Inline")
            .empty()
            .not_stored(),
        m2m("starred_message_ids", "mail.message", "Starred Messages")
            .empty()
            .not_stored(),
        char("signup_type", "Signup Type").empty().not_stored(),
        m2o("property_product_pricelist", "product.pricelist", "Pricelist")
            .compute(partner_pricelist)
            .inverse(set_partner_pricelist),
        m2o(
            "specific_property_product_pricelist",
            "product.pricelist",
            "Specific Property Product Pricelist",
        ),
        int("partner_gid", "Partner Gid").empty().not_stored(),
        char("additional_info", "Additional Info").empty().not_stored(),
        char("phone_sanitized", "Phone Sanitized").empty().not_stored(),
        bool("phone_sanitized_blacklisted", "Phone Sanitized Blacklisted")
            .empty()
            .not_stored(),
        bool("phone_blacklisted", "Phone Blacklisted")
            .empty()
            .not_stored(),
        bool("mobile_blacklisted", "Mobile Blacklisted")
            .empty()
            .not_stored(),
        char("phone_mobile_search", "Phone Mobile Search")
            .empty()
            .not_stored(),
        o2m(
            "payment_token_ids",
            "payment.token",
            "partner_id",
            "Payment Tokens",
        )
        .empty()
        .not_stored(),
        int("payment_token_count", "Payment Token Count")
            .empty()
            .not_stored(),
        char("fiscal_country_codes", "Fiscal Country Codes")
            .empty()
            .not_stored(),
        char("partner_vat_placeholder", "Partner Vat Placeholder")
            .empty()
            .not_stored(),
        monetary("credit", "Credit").empty().not_stored(),
        monetary("credit_to_invoice", "Credit To Invoice")
            .empty()
            .not_stored(),
        float_any("credit_limit", "Credit Limit").empty().not_stored(),
        bool("use_partner_credit_limit", "Use Partner Credit Limit")
            .empty()
            .not_stored(),
        bool("show_credit_limit", "Show Credit Limit")
            .empty()
            .not_stored(),
        float_any("days_sales_outstanding", "Days Sales Outstanding")
            .empty()
            .not_stored(),
        monetary("debit", "Debit").empty().not_stored(),
        monetary("debit_limit", "Debit Limit").empty().not_stored(),
        monetary("total_invoiced", "Total Invoiced").empty().not_stored(),
        m2o("currency_id", "res.currency", "Currency")
            .compute(|view, _| view.get("res.company", 1, "currency_id")),
        int("journal_item_count", "Journal Item Count")
            .empty()
            .not_stored(),
        m2o(
            "property_account_payable_id",
            "account.account",
            "Property Account Payable",
        )
        .empty()
        .not_stored(),
        m2o(
            "property_account_receivable_id",
            "account.account",
            "Property Account Receivable",
        )
        .empty()
        .not_stored(),
        m2o(
            "property_account_position_id",
            "account.fiscal.position",
            "Property Account Position",
        )
        .empty()
        .not_stored(),
        m2o(
            "property_payment_term_id",
            "account.payment.term",
            "Customer Payment Terms",
        )
        .plain_fk(),
        m2o(
            "property_supplier_payment_term_id",
            "account.payment.term",
            "Property Supplier Payment Term",
        )
        .empty()
        .not_stored(),
        o2m(
            "ref_company_ids",
            "res.company",
            "partner_id",
            "Companies that refers to partner",
        )
        .empty(),
        o2m("invoice_ids", "account.move", "partner_id", "Invoices")
            .empty()
            .not_stored(),
        o2m(
            "contract_ids",
            "account.analytic.account",
            "partner_id",
            "Contracts",
        )
        .empty()
        .not_stored(),
        int("bank_account_count", "Bank Account Count")
            .empty()
            .not_stored(),
        selection(
            "trust",
            "Degree of trust you have in this debtor",
            &[
                ("good", "Good Debtor"),
                ("normal", "Normal Debtor"),
                ("bad", "Bad Debtor"),
            ],
        )
        .default(|_| Value::text("normal")),
        bool("ignore_abnormal_invoice_date", "Ignore Abnormal Invoice Date")
            .empty()
            .not_stored(),
        bool("ignore_abnormal_invoice_amount", "Ignore Abnormal Invoice Amount")
            .empty()
            .not_stored(),
        selection("invoice_warn", "Invoice", WARN).default(|_| Value::text("no-message")),
        text("invoice_warn_msg", "Message for Invoice"),
        selection("invoice_sending_method", "Invoice Sending Method", &[])
            .empty()
            .not_stored(),
        selection("invoice_edi_format", "Invoice Edi Format", &[])
            .empty()
            .not_stored(),
        char("invoice_edi_format_store", "Invoice Edi Format Store")
            .empty()
            .not_stored(),
        bool("display_invoice_edi_format", "Display Invoice Edi Format")
            .empty()
            .not_stored(),
        m2o(
            "invoice_template_pdf_report_id",
            "ir.actions.report",
            "Invoice Template Pdf Report",
        )
        .empty()
        .not_stored(),
        bool(
            "display_invoice_template_pdf_report_id",
            "Display Invoice Template Pdf Report",
        )
        .empty()
        .not_stored(),
        int("supplier_rank", "Supplier Rank")
            .default(|_| Value::Int(0))
            .no_copy(),
        int("customer_rank", "Customer Rank")
            .default(|_| Value::Int(0))
            .no_copy(),
        selection("autopost_bills", "Autopost Bills", &[])
            .empty()
            .not_stored(),
        int(
            "duplicated_bank_account_partners_count",
            "Duplicated Bank Account Partners Count",
        )
        .empty()
        .not_stored(),
        m2o(
            "property_outbound_payment_method_line_id",
            "account.payment.method.line",
            "Property Outbound Payment Method Line",
        )
        .empty()
        .not_stored(),
        m2o(
            "property_inbound_payment_method_line_id",
            "account.payment.method.line",
            "Property Inbound Payment Method Line",
        )
        .empty()
        .not_stored(),
        m2o("property_stock_customer", "stock.location", "Customer Location")
            .compute(|view, _| Value::id(view.xid_in("stock.location", "stock.stock_location_customers"))),
        m2o("property_stock_supplier", "stock.location", "Vendor Location")
            .compute(|view, _| Value::id(view.xid_in("stock.location", "stock.stock_location_suppliers"))),
        selection("picking_warn", "Stock Picking", WARN).default(|_| Value::text("no-message")),
        text("picking_warn_msg", "Message for Stock Picking"),
        bool("is_ubl_format", "Is Ubl Format").empty().not_stored(),
        char("peppol_endpoint", "Peppol Endpoint").empty().not_stored(),
        selection("peppol_eas", "Peppol Eas", &[]).empty().not_stored(),
        int("sale_order_count", "Sale Order Count").compute(|view, id| {
            Value::Int(i64::try_from(view.children("sale.order", "partner_id", id).len()).unwrap_or(0))
        }),
        o2m("sale_order_ids", "sale.order", "partner_id", "Sales Order").no_copy(),
        selection("sale_warn", "Sales Warnings", WARN).default(|_| Value::text("no-message")),
        text("sale_warn_msg", "Message for Sales Order"),
    ]);
    fields
}

fn complete_name(view: &View<'_>, id: i64) -> Value {
    let Some(row) = view.row(PARTNER, id) else {
        return Value::Null;
    };
    let mut name = row.text("name").to_owned();
    let parent = row.id("parent_id");
    if parent.is_some() || !row.text("company_name").is_empty() {
        let kind = row.text("type");
        if name.is_empty() && kind != "contact" {
            let label = TYPES.iter().find(|(key, _)| *key == kind);
            label.map_or("", |(_, label)| label).clone_into(&mut name);
        }
        if !row.flag("is_company") {
            let company = match commercial_company_name(view, id) {
                Value::Text(company) if !company.is_empty() => company,
                _ => parent.map(|p| view.text(PARTNER, p, "name")).unwrap_or_default(),
            };
            name = format!("{company}, {name}");
        }
    }
    Value::Text(name.trim().to_owned())
}

fn commercial_company_name(view: &View<'_>, id: i64) -> Value {
    let commercial = view.commercial_partner(id);
    if view.flag(PARTNER, commercial, "is_company") {
        let name = view.get(PARTNER, commercial, "name");
        if name.truthy() {
            return name;
        }
    }
    view.get(PARTNER, id, "company_name")
}

fn company_type(view: &View<'_>, id: i64) -> Value {
    Value::text(if view.flag(PARTNER, id, "is_company") {
        "company"
    } else {
        "person"
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every inverse")]
fn set_company_type(env: &mut Env<'_>, ids: &[i64], value: &Value) -> Res<()> {
    let company = value.as_text() == Some("company");
    for id in ids {
        env.set(PARTNER, *id, &[("is_company", Value::Bool(company))]);
    }
    Ok(())
}

fn email_formatted(view: &View<'_>, id: i64) -> Value {
    let (name, email) = (view.text(PARTNER, id, "name"), view.text(PARTNER, id, "email"));
    if email.is_empty() {
        Value::Null
    } else {
        Value::Text(format!("\"{name}\" <{email}>"))
    }
}

fn contact_address(view: &View<'_>, id: i64) -> Value {
    let line = |field: &str| view.text(PARTNER, id, field);
    let state = view.follow(PARTNER, id, "state_id.code");
    let country = view.follow(PARTNER, id, "country_id.name");
    let city = [
        line("city"),
        state.as_text().unwrap_or("").to_owned(),
        line("zip"),
    ];
    let city: Vec<&str> = city
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let lines = [
        line("street"),
        line("street2"),
        city.join(" "),
        country.as_text().unwrap_or("").to_owned(),
    ];
    Value::Text(lines.join("\n"))
}

/// The customer's own price list, else the first one there is.
fn partner_pricelist(view: &View<'_>, id: i64) -> Value {
    let own = view.get(
        PARTNER,
        view.commercial_partner(id),
        "specific_property_product_pricelist",
    );
    if !own.is_null() {
        return own;
    }
    let all = view
        .t
        .rows("product.pricelist")
        .map(|(id, _)| id)
        .collect::<Vec<_>>();
    Value::id(view.linked("product.pricelist", &all).first().copied())
}

fn set_partner_pricelist(env: &mut Env<'_>, ids: &[i64], value: &Value) -> Res<()> {
    env.write(
        PARTNER,
        ids,
        Vals::new().with("specific_property_product_pricelist", value.clone()),
    )
}
