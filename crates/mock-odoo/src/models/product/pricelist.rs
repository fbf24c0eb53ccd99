use crate::fault::{Fault, Res};
use crate::models::product::labels::money;
use crate::models::product::{PRODUCT, TEMPLATE};
use crate::orm::make::{bool, char, datetime, float, float_any, int, m2m, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Model, OnDelete, Vals, Value, View, to_float};

const LIST: &str = "product.pricelist";
const ITEM: &str = "product.pricelist.item";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(LIST, "Pricelist", list_fields())
            .order("sequence asc, id asc")
            .name_search(&["name", "currency_id"])
            .logic(&List),
        Model::new(ITEM, "Pricelist Rule", item_fields())
            .order("applied_on, min_quantity desc, categ_id desc, id desc")
            .ondelete(&[
                ("pricelist_id", OnDelete::Cascade),
                ("product_id", OnDelete::Cascade),
                ("product_tmpl_id", OnDelete::Cascade),
                ("categ_id", OnDelete::Cascade),
            ])
            .logic(&Item),
    ]
}

fn list_fields() -> Vec<Field> {
    let mut fields = crate::models::mail::thread();
    fields.extend([
        char("name", "Pricelist Name").required().translate(),
        bool("active", "Active").default(|_| Value::Bool(true)),
        int("sequence", "Sequence").default(|_| Value::Int(16)),
        m2o("currency_id", "res.currency", "Currency")
            .required()
            .default(|view| super::template_fields::company_currency(view, 0)),
        m2o("company_id", "res.company", "Company").default(|_| Value::Int(1)),
        m2m("country_group_ids", "res.country.group", "Country Groups"),
        o2m("item_ids", ITEM, "pricelist_id", "Pricelist Rules").copied(),
    ]);
    fields
}

fn item_fields() -> Vec<Field> {
    vec![
        m2o("pricelist_id", LIST, "Pricelist").required(),
        m2o("company_id", "res.company", "Company")
            .related("pricelist_id.company_id")
            .stored(),
        m2o("currency_id", "res.currency", "Currency")
            .related("pricelist_id.currency_id")
            .stored(),
        datetime("date_start", "Start Date"),
        datetime("date_end", "End Date"),
        float("min_quantity", "Min. Quantity").default(|_| Value::Num(rust_decimal::Decimal::ZERO)),
        selection(
            "applied_on",
            "Apply On",
            &[
                ("3_global", "All Products"),
                ("2_product_category", "Product Category"),
                ("1_product", "Product"),
                ("0_product_variant", "Product Variant"),
            ],
        )
        .required()
        .default(|_| Value::text("3_global")),
        selection(
            "display_applied_on",
            "Display Applied On",
            &[("1_product", "Product"), ("2_product_category", "Category")],
        )
        .required()
        .default(|_| Value::text("1_product")),
        m2o("categ_id", "product.category", "Category"),
        m2o("product_tmpl_id", TEMPLATE, "Product"),
        m2o("product_id", PRODUCT, "Variant"),
        char("product_uom", "Product Uom").related("product_tmpl_id.uom_id.name"),
        int("product_variant_count", "# Product Variants").related("product_tmpl_id.product_variant_count"),
        selection(
            "base",
            "Based on",
            &[
                ("list_price", "Sales Price"),
                ("standard_price", "Cost"),
                ("pricelist", "Other Pricelist"),
            ],
        )
        .required()
        .default(|_| Value::text("list_price")),
        m2o("base_pricelist_id", LIST, "Other Pricelist"),
        selection(
            "compute_price",
            "Compute Price",
            &[
                ("percentage", "Discount"),
                ("formula", "Formula"),
                ("fixed", "Fixed Price"),
            ],
        )
        .required()
        .default(|_| Value::text("fixed")),
        float("fixed_price", "Fixed Price"),
        float_any("percent_price", "Percentage Price"),
        float("price_discount", "Price Discount"),
        float("price_round", "Price Rounding"),
        float("price_surcharge", "Extra Fee"),
        float("price_markup", "Markup"),
        float("price_min_margin", "Min. Price Margin"),
        float("price_max_margin", "Max. Price Margin"),
        char("name", "Name").compute(name),
        char("price", "Price").compute(shown_price),
    ]
}

fn name(view: &View<'_>, id: i64) -> Value {
    let target = |field: &str, model: &str| {
        let plain = view
            .s
            .with(&[("display_default_code", crate::py::Py::Bool(false))]);
        let view = View { s: &plain, ..*view };
        view.id_of(ITEM, id, field)
            .map(|t| view.display_name(model, t))
            .unwrap_or_default()
    };
    Value::Text(match view.text(ITEM, id, "applied_on").as_str() {
        "2_product_category" => format!("Category: {}", target("categ_id", "product.category")),
        "1_product" => format!("Product: {}", target("product_tmpl_id", TEMPLATE)),
        "0_product_variant" => format!("Variant: {}", target("product_id", PRODUCT)),
        _ => "All Products".to_owned(),
    })
}

fn shown_price(view: &View<'_>, id: i64) -> Value {
    let number = |field: &str| view.num(ITEM, id, field);
    Value::Text(match view.text(ITEM, id, "compute_price").as_str() {
        "fixed" => {
            let currency = view.id_of(ITEM, id, "currency_id").unwrap_or(1);
            money(view, number("fixed_price"), currency)
        }
        "percentage" => format!(
            "{} % discount",
            crate::py::float_repr(to_float(number("percent_price")))
        ),
        _ => {
            let base = match view.text(ITEM, id, "base").as_str() {
                "standard_price" => "product cost",
                "pricelist" => "other pricelist",
                _ => "sales price",
            };
            let discount = crate::py::float_repr(to_float(number("price_discount")));
            format!("{discount} % discount on {base}")
        }
    })
}

struct List;

impl Logic for List {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let currency = view.follow(model.name, id, "currency_id.name");
        format!(
            "{} ({})",
            view.text(model.name, id, "name"),
            currency.as_text().unwrap_or("")
        )
    }
}

struct Item;

impl Logic for Item {
    fn display_name(&self, view: &View<'_>, _: &Model, id: i64) -> String {
        name(view, id).as_text().unwrap_or("").to_owned()
    }

    fn prepare(&self, _: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        keep_consistent(vals);
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], mut vals: Vals) -> Res<()> {
        keep_consistent(&mut vals);
        env.update(model, ids, &vals)
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], _: &dyn Fn(&str) -> bool) -> Res<()> {
        let view = env.view();
        for id in ids {
            let missing = |field: &str| view.id_of(ITEM, *id, field).is_none();
            let what = match view.text(ITEM, *id, "applied_on").as_str() {
                "2_product_category" if missing("categ_id") => "category",
                "1_product" if missing("product_tmpl_id") => "product",
                "0_product_variant" if missing("product_id") => "product variant",
                _ => continue,
            };
            return Err(Fault::validation(format!(
                "Please specify the {what} for which this rule should be applied"
            )));
        }
        Ok(())
    }
}

/// What a rule does not apply to is taken off it.
fn keep_consistent(vals: &mut Vals) {
    let clear: &[&str] = match vals.get("applied_on").and_then(Value::as_text) {
        Some("3_global") => &["product_id", "product_tmpl_id", "categ_id"],
        Some("2_product_category") => &["product_id", "product_tmpl_id"],
        Some("1_product") => &["product_id", "categ_id"],
        Some("0_product_variant") => &["categ_id"],
        _ => &[],
    };
    for field in clear {
        vals.set(field, Value::Null);
    }
}
