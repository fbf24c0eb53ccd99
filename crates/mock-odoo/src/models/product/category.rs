use crate::fault::{Fault, Res};
use crate::orm::make::{bool, char, int, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Model, OnDelete, Vals, Value, View};

const CATEGORY: &str = "product.category";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(CATEGORY, "Product Category", fields())
            .order("complete_name")
            .rec_name("complete_name")
            .ondelete(&[("parent_id", OnDelete::Cascade)])
            .logic(&Category),
    ]
}

fn fields() -> Vec<Field> {
    vec![
        char("name", "Name").required().index(),
        char("complete_name", "Complete Name").compute_stored(|view, id| Value::Text(path(view, id).0)),
        m2o("parent_id", CATEGORY, "Parent Category").index(),
        char("parent_path", "Parent Path").compute_stored(|view, id| Value::Text(path(view, id).1)),
        o2m("child_id", CATEGORY, "parent_id", "Child Categories"),
        int("product_count", "# Products").compute(|view, id| {
            let products = view
                .t
                .find("product.template", "categ_id", &id.to_string())
                .count();
            Value::Int(i64::try_from(products).unwrap_or(0))
        }),
        selection(
            "property_cost_method",
            "Costing Method",
            &[
                ("standard", "Standard Price"),
                ("fifo", "First In First Out (FIFO)"),
                ("average", "Average Cost (AVCO)"),
            ],
        )
        .default(|_| Value::text("standard")),
        selection(
            "property_valuation",
            "Inventory Valuation",
            &[("manual_periodic", "Manual"), ("real_time", "Automated")],
        )
        .default(|_| Value::text("manual_periodic")),
        m2o("removal_strategy_id", "product.removal", "Force Removal Strategy").empty(),
        bool("packaging_reserve_method", "Reserve Packagings").empty(),
    ]
}

/// The names and the ids from the top down.
fn path(view: &View<'_>, id: i64) -> (String, String) {
    let mut names = Vec::new();
    let mut ids = Vec::new();
    let mut at = Some(id);
    while let Some(id) = at {
        let Some(row) = view.row(CATEGORY, id).filter(|_| names.len() < 50) else {
            break;
        };
        names.push(row.text("name").to_owned());
        ids.push(id.to_string());
        at = row.id("parent_id");
    }
    names.reverse();
    ids.reverse();
    (names.join(" / "), ids.join("/") + "/")
}

struct Category;

impl Logic for Category {
    fn display_name(&self, view: &View<'_>, _: &Model, id: i64) -> String {
        path(view, id).0
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], touched: &dyn Fn(&str) -> bool) -> Res<()> {
        if !touched("parent_id") {
            return Ok(());
        }
        for id in ids {
            let mut at = env.view().id_of(CATEGORY, *id, "parent_id");
            let mut steps = 0;
            while let Some(parent) = at {
                steps += 1;
                if parent == *id || steps > 50 {
                    return Err(Fault::user("Recursion Detected."));
                }
                at = env.view().id_of(CATEGORY, parent, "parent_id");
            }
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        let known = |xid: &str| view.xid_in(CATEGORY, xid).filter(|id| ids.contains(id));
        if known("product.product_category_all").is_some() {
            return Err(Fault::user(
                "You cannot delete this product category, it is the default generic category.",
            ));
        }
        if let Some(id) = known("product.cat_expense") {
            let name = view.text(CATEGORY, id, "name");
            return Err(Fault::user(format!(
                "You cannot delete the {name} product category."
            )));
        }
        env.delete(model, ids)
    }

    fn name_create(&self, _: &Model, name: &str) -> Option<Vals> {
        Some(Vals::from([("name".to_owned(), Value::text(name))]))
    }
}
