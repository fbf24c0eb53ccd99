use crate::fault::{Fault, Res};
use crate::orm::{Env, Vals, Value};

const TEMPLATE: &str = "product.template";
const PRODUCT: &str = "product.product";

/// What stock forbids to change on a product.
pub(crate) fn guard(env: &mut Env<'_>, templates: &[i64], vals: &Vals) -> Res<()> {
    let view = env.view();
    for template in templates {
        let variants = view.children(PRODUCT, "product_tmpl_id", *template);
        let has_moves = |states: &[&str]| {
            variants.iter().any(|v| {
                view.children("stock.move.line", "product_id", *v)
                    .iter()
                    .any(|l| states.contains(&view.text("stock.move.line", *l, "state").as_str()))
            })
        };
        let changes = |field: &str| {
            vals.get(field)
                .is_some_and(|v| *v != view.get(TEMPLATE, *template, field))
        };
        if changes("type") {
            if has_moves(&["done"]) {
                return Err(Fault::user(
                    "You cannot change the inventory tracking of a product that was already used.",
                ));
            }
            if has_moves(&["partially_available", "assigned"]) {
                return Err(Fault::user(
                    "You cannot change the inventory tracking of a product that is currently reserved on a stock move. \
                     If you need to change the inventory tracking, you should first unreserve the stock move.",
                ));
            }
        }
        let untracked = vals.get("is_storable") == Some(&Value::Bool(false)) && changes("is_storable");
        if untracked
            && variants
                .iter()
                .any(|v| !view.num(PRODUCT, *v, "qty_available").is_zero())
        {
            return Err(Fault::user(
                "Available quantity should be set to zero before changing inventory tracking",
            ));
        }
        if changes("uom_id") && has_moves(&["done"]) {
            return Err(Fault::user(
                "You cannot change the unit of measure as there are already stock moves for this product. If you want \
                 to change the unit of measure, you should rather archive this product and create a new one.",
            ));
        }
    }
    Ok(())
}
