//! Companies, countries and states.

use crate::fault::Res;
use crate::orm::make::{bool, char, html, image, int, m2m, m2o, o2m, selection, text};
use crate::orm::{Env, Field, Logic, Model, Unique, Vals, Value};

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("res.company", "Companies", company_fields())
            .order("sequence, name")
            .logic(&Company)
            .unique(&[Unique {
                fields: &["name"],
                message: "The company name must be unique!",
                index: "res_company_name_uniq",
            }]),
        Model::new("res.country", "Country", country_fields())
            .order("name, id")
            .name_search(&["name", "code"])
            .logic(&Country)
            .unique(&[
                Unique {
                    fields: &["name"],
                    message: "The name of the country must be unique!",
                    index: "res_country_name_uniq",
                },
                Unique {
                    fields: &["code"],
                    message: "The code of the country must be unique!",
                    index: "res_country_code_uniq",
                },
            ]),
        Model::new(
            "res.country.state",
            "Country state",
            vec![
                m2o("country_id", "res.country", "Country").required(),
                char("name", "State Name").required(),
                char("code", "State Code").required(),
            ],
        )
        .order("code, id")
        .name_search(&["name", "code"])
        .logic(&State)
        .unique(&[Unique {
            fields: &["country_id", "code"],
            message: "The code of the state must be unique by country!",
            index: "res_country_state_name_code_uniq",
        }]),
        Model::new(
            "res.country.group",
            "Country Group",
            vec![
                char("name", "Name").required().translate(),
                m2m("country_ids", "res.country", "Countries"),
            ],
        ),
    ]
}

fn company_fields() -> Vec<Field> {
    vec![
        char("name", "Company Name").required(),
        bool("active", "Active").default(|_| Value::Bool(true)),
        int("sequence", "Sequence").default(|_| Value::Int(10)),
        m2o("parent_id", "res.company", "Parent Company"),
        m2o("partner_id", "res.partner", "Partner").required(),
        m2o("currency_id", "res.currency", "Currency").required(),
        o2m("user_ids", "res.users", "company_id", "Accepted Users").empty(),
        char("street", "Street").related("partner_id.street"),
        char("city", "City").related("partner_id.city"),
        char("zip", "Zip").related("partner_id.zip"),
        m2o("state_id", "res.country.state", "Fed. State").related("partner_id.state_id"),
        m2o("country_id", "res.country", "Country").related("partner_id.country_id"),
        char("country_code", "Country Code").related("partner_id.country_id.code"),
        char("email", "Email").related("partner_id.email").stored(),
        char("phone", "Phone").related("partner_id.phone").stored(),
        char("website", "Website").related("partner_id.website"),
        char("vat", "Tax ID").related("partner_id.vat"),
        image("logo", "Company Logo").empty().not_stored(),
        m2o("account_sale_tax_id", "account.tax", "Default Sale Tax"),
        m2o("account_purchase_tax_id", "account.tax", "Default Purchase Tax"),
        m2o("account_fiscal_country_id", "res.country", "Fiscal Country"),
        selection(
            "account_price_include",
            "Default Sales Price Include",
            &[("tax_included", "Tax Included"), ("tax_excluded", "Tax Excluded")],
        )
        .required()
        .default(|_| Value::text("tax_excluded")),
        selection(
            "tax_calculation_rounding_method",
            "Tax Calculation Rounding Method",
            &[
                ("round_per_line", "Round per Line"),
                ("round_globally", "Round Globally"),
            ],
        )
        .default(|_| Value::text("round_per_line")),
        int("quotation_validity_days", "Default Quotation Validity").default(|_| Value::Int(30)),
        html("invoice_terms", "Default Terms and Conditions"),
        text("report_header", "Company Tagline"),
    ]
}

struct Company;

impl Logic for Company {
    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        if vals.id("partner_id").is_none() {
            let name = vals.value("name");
            let partner = env.create_one(
                "res.partner",
                Vals::new().with("name", name).with("is_company", true),
            )?;
            vals.set("partner_id", partner);
        }
        vals.or_set("currency_id", 1);
        Ok(())
    }

    fn written(&self, env: &mut Env<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
        if let Some(name) = vals.get("name") {
            for id in ids {
                if let Some(partner) = env.view().id_of("res.company", *id, "partner_id") {
                    env.write("res.partner", &[partner], Vals::new().with("name", name.clone()))?;
                }
            }
        }
        Ok(())
    }
}

fn country_fields() -> Vec<Field> {
    vec![
        char("name", "Country Name").required().translate(),
        char("code", "Country Code").required(),
        text("address_format", "Layout in Reports"),
        m2o("currency_id", "res.currency", "Currency").plain_fk(),
        int("phone_code", "Country Calling Code"),
        m2m("country_group_ids", "res.country.group", "Country Groups").empty(),
        o2m("state_ids", "res.country.state", "country_id", "States"),
        selection(
            "name_position",
            "Customer Name Position",
            &[("before", "Before Address"), ("after", "After Address")],
        )
        .default(|_| Value::text("before")),
        char("vat_label", "Vat Label").translate(),
        bool("state_required", "State Required"),
        bool("zip_required", "Zip Required").default(|_| Value::Bool(true)),
    ]
}

struct Country;

impl Logic for Country {
    fn prepare(&self, _: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        if let Some(code) = vals.get("code").and_then(Value::as_text).map(str::to_uppercase) {
            vals.set("code", code);
        }
        Ok(())
    }
}

struct State;

impl Logic for State {
    fn display_name(&self, view: &crate::orm::View<'_>, model: &Model, id: i64) -> String {
        let code = view.follow(model.name, id, "country_id.code");
        format!(
            "{} ({})",
            view.text(model.name, id, "name"),
            code.as_text().unwrap_or("")
        )
    }
}
