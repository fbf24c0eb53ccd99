use crate::fault::Res;
use crate::models::product::template_fields::mirrored;
use crate::models::product::variants::{create_variants, makes_variants};
use crate::models::product::{PRODUCT, TEMPLATE};
use crate::orm::{Env, Input, Logic, Model, Vals, Value, View};

/// Fields that a template shares with its only variant.
pub(super) const SHARED: [&str; 5] = ["barcode", "default_code", "standard_price", "volume", "weight"];

pub(super) struct Template;

impl Logic for Template {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let name = view.text(model.name, id, "name");
        match view.text(model.name, id, "default_code") {
            code if code.is_empty() || name.is_empty() => name,
            code => format!("[{code}] {name}"),
        }
    }

    fn prepare(&self, _: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        if let (Some(uom), Some(Value::Int(1))) = (vals.id("uom_id"), vals.get("uom_po_id")) {
            vals.set("uom_po_id", uom);
        }
        storable_only_if_goods(vals);
        Ok(())
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], list: &[Vals]) -> Res<()> {
        if makes_variants(env) {
            create_variants(env, ids)?;
        }
        // What was given for the shared fields belongs to the variant, which exists only now.
        for (id, vals) in ids.iter().zip(list) {
            let mut shared = Vals::new();
            for field in SHARED {
                if let Some(value) = vals.get(field).filter(|v| v.truthy()) {
                    shared.set(field, value.clone());
                }
            }
            env.write(TEMPLATE, &[*id], shared)?;
        }
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], mut vals: Vals) -> Res<()> {
        storable_only_if_goods(&mut vals);
        crate::models::stock_guard(env, ids, &vals)?;
        env.update(model, ids, &vals)
    }

    fn written(&self, env: &mut Env<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
        let activates = vals.get("active") == Some(&Value::Bool(true));
        let without: Vec<i64> = ids
            .iter()
            .copied()
            .filter(|id| vals.has("attribute_line_ids") || (activates && !has_active_variant(env, *id)))
            .collect();
        if makes_variants(env) && !without.is_empty() {
            create_variants(env, &without)?;
        }
        if vals.get("active") == Some(&Value::Bool(false)) {
            let view = env.view();
            let variants: Vec<i64> = ids
                .iter()
                .flat_map(|id| view.children(PRODUCT, "product_tmpl_id", *id))
                .collect();
            env.write(PRODUCT, &variants, Vals::new().with("active", false))?;
        }
        for id in ids {
            follow(env, *id);
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        let variants: Vec<i64> = ids
            .iter()
            .flat_map(|id| view.children(PRODUCT, "product_tmpl_id", *id))
            .collect();
        env.delete(env.model(PRODUCT)?, &variants)?;
        env.delete(model, ids)
    }

    fn copied(&self, view: &View<'_>, id: i64, vals: &mut Vals, given: &Vals) {
        if !given.has("name") {
            vals.set("name", format!("{} (copy)", view.text(TEMPLATE, id, "name")));
        }
        for field in ["weight", "volume"] {
            if let Some(variant) = mirrored(view, id) {
                vals.set(field, view.get(PRODUCT, variant, field));
            }
        }
        vals.set("active", true);
    }

    fn class_of(&self, method: &str) -> &'static str {
        match method {
            "create" | "write" | "copy" | "copy_data" | "name_create" => "ProductTemplate",
            _ => "BaseModel",
        }
    }
}

fn has_active_variant(env: &Env<'_>, id: i64) -> bool {
    !super::template_fields::active_variants(&env.view(), id).is_empty()
}

/// Only goods can be storable.
fn storable_only_if_goods(vals: &mut Vals) {
    if let Some(Input::Value(Value::Text(kind))) = vals.input("type")
        && kind != "consu"
    {
        vals.set("is_storable", false);
    }
}

/// The variants' `write_date` follows their template's.
pub(super) fn follow(env: &mut Env<'_>, template: i64) {
    let Some(date) = env
        .t
        .get(TEMPLATE, template)
        .map(|row| row.get("write_date").clone())
    else {
        return;
    };
    for variant in env.view().children(PRODUCT, "product_tmpl_id", template) {
        if let Some(row) = env
            .t
            .get(PRODUCT, variant)
            .filter(|row| row.get("write_date") != &date)
        {
            let mut row = row.clone();
            row.set("write_date", date.clone());
            env.put(PRODUCT, variant, row);
        }
    }
}
