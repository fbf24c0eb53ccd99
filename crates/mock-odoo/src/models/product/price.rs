//! What a product costs under a price list.

use rust_decimal::Decimal;

use crate::models::product::{PRODUCT, TEMPLATE};
use crate::orm::{View, half_up};

const ITEM: &str = "product.pricelist.item";

/// The price of one variant for a quantity, and the rule it comes from.
pub(crate) fn price(
    view: &View<'_>,
    pricelist: Option<i64>,
    product: i64,
    quantity: Decimal,
) -> (Decimal, Option<i64>) {
    price_at(view, pricelist, product, quantity, 0)
}

fn price_at(
    view: &View<'_>,
    pricelist: Option<i64>,
    product: i64,
    quantity: Decimal,
    depth: u8,
) -> (Decimal, Option<i64>) {
    let base = view.num(PRODUCT, product, "lst_price");
    let Some(rule) = pricelist.and_then(|list| rule(view, list, product, quantity)) else {
        return (base, None);
    };
    let number = |field: &str| view.num(ITEM, rule, field);
    let price = match view.text(ITEM, rule, "compute_price").as_str() {
        "fixed" => number("fixed_price"),
        "percentage" => {
            let base = base_price(view, rule, product, quantity, depth);
            base - base * number("percent_price") / Decimal::ONE_HUNDRED
        }
        "formula" => formula(view, rule, base_price(view, rule, product, quantity, depth)),
        _ => base,
    };
    (price, Some(rule))
}

fn base_price(view: &View<'_>, rule: i64, product: i64, quantity: Decimal, depth: u8) -> Decimal {
    match view.text(ITEM, rule, "base").as_str() {
        "standard_price" => view.num(PRODUCT, product, "standard_price"),
        "pricelist" if depth < 10 => {
            price_at(
                view,
                view.id_of(ITEM, rule, "base_pricelist_id"),
                product,
                quantity,
                depth + 1,
            )
            .0
        }
        _ => view.num(PRODUCT, product, "lst_price"),
    }
}

fn formula(view: &View<'_>, rule: i64, base: Decimal) -> Decimal {
    let number = |field: &str| view.num(ITEM, rule, field);
    let mut price = base - base * number("price_discount") / Decimal::ONE_HUNDRED;
    let step = number("price_round");
    if !step.is_zero() {
        price = half_up(price / step, 0) * step;
    }
    price += number("price_surcharge");
    if !number("price_min_margin").is_zero() {
        price = price.max(base + number("price_min_margin"));
    }
    if !number("price_max_margin").is_zero() {
        price = price.min(base + number("price_max_margin"));
    }
    price
}

/// The first rule of a list that applies: variants before products before categories, newest first.
fn rule(view: &View<'_>, pricelist: i64, product: i64, quantity: Decimal) -> Option<i64> {
    let template = view.id_of(PRODUCT, product, "product_tmpl_id")?;
    // Rules of other variants and products are the bulk of a list; they are passed over by index.
    let mut rules: Vec<i64> = view
        .children(ITEM, "product_id", product)
        .into_iter()
        .chain(view.children(ITEM, "product_tmpl_id", template))
        .filter(|rule| view.id_of(ITEM, *rule, "pricelist_id") == Some(pricelist))
        .collect();
    rules.extend(view.t.find(ITEM, "general", &pricelist.to_string()));
    rules.sort_unstable();
    rules.dedup();
    let model = view.reg.find(ITEM)?;
    let rules = view.sort(model, rules, None).ok()?;
    rules
        .into_iter()
        .find(|rule| applies(view, *rule, product, template, quantity))
}

fn applies(view: &View<'_>, rule: i64, product: i64, template: i64, quantity: Decimal) -> bool {
    let now = view.s.now.seconds();
    let outside = |field: &str, late: bool| match view.text(ITEM, rule, field) {
        bound if bound.is_empty() => false,
        bound => {
            if late {
                bound < now
            } else {
                bound > now
            }
        }
    };
    if outside("date_start", false)
        || outside("date_end", true)
        || view.num(ITEM, rule, "min_quantity") > quantity
    {
        return false;
    }
    match view.text(ITEM, rule, "applied_on").as_str() {
        "0_product_variant" => view.id_of(ITEM, rule, "product_id") == Some(product),
        "1_product" => view.id_of(ITEM, rule, "product_tmpl_id") == Some(template),
        "2_product_category" => {
            let category = view.id_of(ITEM, rule, "categ_id");
            let mut at = view.id_of(TEMPLATE, template, "categ_id");
            let mut steps = 0;
            while let Some(id) = at {
                if Some(id) == category {
                    return true;
                }
                steps += 1;
                at = view
                    .id_of("product.category", id, "parent_id")
                    .filter(|_| steps < 50);
            }
            false
        }
        _ => true,
    }
}
