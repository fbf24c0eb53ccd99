//! Units of measure.

use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::orm::make::{bool, char, float_any, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Model, Value, View};

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(
            "uom.category",
            "Product UoM Categories",
            vec![
                char("name", "Unit of Measure Category").required().translate(),
                o2m("uom_ids", "uom.uom", "category_id", "Uom"),
                m2o("reference_uom_id", "uom.uom", "Reference UoM")
                    .empty()
                    .not_stored(),
            ],
        )
        .order("id"),
        Model::new("uom.uom", "Product Unit of Measure", fields())
            .order("factor DESC, id")
            .logic(&Unit),
    ]
}

fn fields() -> Vec<Field> {
    vec![
        char("name", "Unit of Measure").required().translate(),
        m2o("category_id", "uom.category", "Category").required(),
        float_any("factor", "Ratio")
            .required()
            .default(|_| Value::Num(Decimal::ONE)),
        float_any("factor_inv", "Bigger Ratio").compute(|view, id| Value::Num(factor_inv(view, id))),
        float_any("ratio", "Combined Ratio").compute(|view, id| Value::Num(factor_inv(view, id))),
        float_any("rounding", "Rounding Precision")
            .required()
            .default(|_| Value::Num(Decimal::new(1, 2))),
        bool("active", "Active").default(|_| Value::Bool(true)),
        selection(
            "uom_type",
            "Type",
            &[
                ("bigger", "Bigger than the reference Unit of Measure"),
                ("reference", "Reference Unit of Measure for this category"),
                ("smaller", "Smaller than the reference Unit of Measure"),
            ],
        )
        .required()
        .default(|_| Value::text("reference")),
    ]
}

fn factor_inv(view: &View<'_>, id: i64) -> Decimal {
    let factor = view.num("uom.uom", id, "factor");
    let inverse = Decimal::ONE.checked_div(factor).unwrap_or(Decimal::ZERO);
    inverse.round_dp(12).normalize()
}

struct Unit;

impl Logic for Unit {
    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let used: Vec<String> = ids
            .iter()
            .filter(|id| {
                env.view()
                    .xid_of("uom.uom", **id)
                    .is_some_and(|xid| xid.starts_with("uom."))
            })
            .map(|id| env.view().text("uom.uom", *id, "name"))
            .collect();
        if !used.is_empty() {
            return Err(Fault::user(format!(
                "The following units of measure are used by the system and cannot be deleted: {}\nYou can archive them \
                 instead.",
                used.join(", ")
            )));
        }
        env.delete(model, ids)
    }
}
