//! Taxes and what else of accounting the sales side names.

use crate::orm::make::{bool, char, float_digits, int, m2m, m2o, selection, text};
use crate::orm::{Field, Logic, Model, Value, View};

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("account.tax", "Tax", tax_fields())
            .order("sequence,id")
            .logic(&Tax),
        Model::new(
            "account.tax.group",
            "Tax Group",
            vec![
                char("name", "Name").required().translate(),
                int("sequence", "Sequence").default(|_| Value::Int(10)),
                m2o("company_id", "res.company", "Company")
                    .required()
                    .default(|_| Value::Int(1)),
            ],
        )
        .order("sequence asc, id"),
        Model::new(
            "account.payment.term",
            "Payment Terms",
            vec![
                char("name", "Payment Terms").required().translate(),
                bool("active", "Active").default(|_| Value::Bool(true)),
                text("note", "Description on the Invoice"),
                int("sequence", "Sequence").default(|_| Value::Int(10)),
            ],
        )
        .order("sequence, id"),
        Model::new(
            "account.fiscal.position",
            "Fiscal Position",
            vec![
                char("name", "Fiscal Position").required().translate(),
                bool("active", "Active").default(|_| Value::Bool(true)),
                m2o("company_id", "res.company", "Company")
                    .required()
                    .default(|_| Value::Int(1)),
            ],
        ),
    ]
}

fn tax_fields() -> Vec<Field> {
    vec![
        char("name", "Tax Name").required().translate(),
        char("name_searchable", "Name Searchable").empty().not_stored(),
        selection(
            "type_tax_use",
            "Tax Type",
            &[("sale", "Sales"), ("purchase", "Purchases"), ("none", "None")],
        )
        .required()
        .default(|_| Value::text("sale")),
        selection(
            "tax_scope",
            "Tax Scope",
            &[("service", "Services"), ("consu", "Goods")],
        ),
        selection(
            "amount_type",
            "Tax Computation",
            &[
                ("group", "Group of Taxes"),
                ("fixed", "Fixed"),
                ("percent", "Percentage"),
                ("division", "Percentage Tax Included"),
            ],
        )
        .required()
        .default(|_| Value::text("percent")),
        bool("active", "Active").default(|_| Value::Bool(true)),
        m2o("company_id", "res.company", "Company")
            .required()
            .readonly()
            .default(|_| Value::Int(1)),
        m2m("children_tax_ids", "account.tax", "Children Taxes"),
        int("sequence", "Sequence").required().default(|_| Value::Int(1)),
        float_digits("amount", "Amount", 4)
            .required()
            .default(|_| Value::Num(rust_decimal::Decimal::ZERO)),
        char("description", "Description").translate(),
        char("invoice_label", "Label on Invoices").translate(),
        bool("price_include", "Price Include")
            .compute(|view, id| Value::Bool(price_included(view, id)))
            .searchable(),
        selection(
            "price_include_override",
            "Included in Price",
            &[("tax_included", "Tax Included"), ("tax_excluded", "Tax Excluded")],
        ),
        selection(
            "company_price_include",
            "Default Sales Price Include",
            &[("tax_included", "Tax Included"), ("tax_excluded", "Tax Excluded")],
        )
        .related("company_id.account_price_include"),
        bool("include_base_amount", "Affect Base of Subsequent Taxes"),
        bool("is_base_affected", "Base Affected by Previous Taxes").default(|_| Value::Bool(true)),
        bool("analytic", "Include in Analytic Cost"),
        m2o("tax_group_id", "account.tax.group", "Tax Group")
            .required()
            .precompute(|view| Value::id(view.t.rows("account.tax.group").next().map(|(id, _)| id))),
        m2o("country_id", "res.country", "Country")
            .required()
            .precompute(|view| view.get("res.company", 1, "account_fiscal_country_id")),
        char("country_code", "Country Code").related("country_id.code"),
    ]
}

/// Whether prices hold this tax already: its own word, else the company's.
pub(crate) fn price_included(view: &View<'_>, id: i64) -> bool {
    match view.text("account.tax", id, "price_include_override").as_str() {
        "tax_included" => true,
        "tax_excluded" => false,
        _ => view.text("res.company", 1, "account_price_include") == "tax_included",
    }
}

struct Tax;

impl Logic for Tax {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        view.text(model.name, id, "name")
    }
}
