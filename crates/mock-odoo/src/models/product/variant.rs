use crate::fault::{Fault, Res};
use crate::models::product::template::SHARED;
use crate::models::product::template_fields::mirrored;
use crate::models::product::{PRODUCT, TEMPLATE, combination};
use crate::orm::{Env, Logic, Method, Model, Vals, Value, View};
use crate::py::Py;

pub(super) const METHODS: &[Method] = &[Method::button("action_archive", archive)];

pub(super) struct Variant;

impl Logic for Variant {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let values = view.get(model.name, id, "product_template_attribute_value_ids");
        let variant = combination::name(view, &without_no_variant(view, values.as_ids()));
        let name = view.text(model.name, id, "name");
        let name = if variant.is_empty() {
            name
        } else {
            format!("{name} ({variant})")
        };
        let with_code = view.s.ctx("display_default_code").is_none_or(Py::truthy);
        match view.text(model.name, id, "default_code") {
            code if with_code && !code.is_empty() => format!("[{code}] {name}"),
            _ => name,
        }
    }

    fn create(&self, env: &mut Env<'_>, model: &Model, vals: Vec<Vals>) -> Res<Vec<i64>> {
        // A template made for a variant makes no variant of its own.
        env.with_ctx(&[("create_product_product", Py::Bool(false))], |env| {
            env.insert(model, vals)
        })
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], _: &[Vals]) -> Res<()> {
        for id in ids {
            index_combination(env, *id);
        }
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], vals: Vals) -> Res<()> {
        let shared: Vec<&str> = SHARED
            .iter()
            .copied()
            .filter(|f| vals.has(f) && *f != "barcode")
            .collect();
        let shared: Vec<&str> = shared.into_iter().filter(|f| *f != "standard_price").collect();
        let before: Vec<Vec<Value>> = ids.iter().map(|id| values(&env.view(), *id, &shared)).collect();
        let attributes = vals.has("product_template_attribute_value_ids");
        env.update(model, ids, &vals)?;
        for (id, before) in ids.iter().zip(before) {
            if attributes {
                index_combination(env, *id);
            }
            let view = env.view();
            let template = view.id_of(PRODUCT, *id, "product_tmpl_id").unwrap_or(0);
            if !shared.is_empty()
                && values(&view, *id, &shared) != before
                && mirrored(&view, template) == Some(*id)
            {
                // The template keeps a copy of these, which is thereby written too.
                env.touch(TEMPLATE, template);
                super::template::follow(env, template);
            }
        }
        check_combination(env, ids)
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], touched: &dyn Fn(&str) -> bool) -> Res<()> {
        if touched("barcode") {
            check_barcodes(env, ids)?;
        }
        check_combination(env, ids)
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let mut templates = Vec::new();
        for id in ids {
            let view = env.view();
            let template = view.id_of(PRODUCT, *id, "product_tmpl_id").unwrap_or(0);
            let siblings = view.children(PRODUCT, "product_tmpl_id", template);
            let others = siblings.iter().any(|s| s != id && view.is_active(PRODUCT, *s));
            if !others && !combination::has_dynamic(&view, template) && !templates.contains(&template) {
                templates.push(template);
            }
        }
        env.delete(model, ids)?;
        env.unlink(TEMPLATE, &templates)
    }

    fn copied(&self, _: &View<'_>, _: i64, vals: &mut Vals, _: &Vals) {
        vals.take("product_template_attribute_value_ids");
    }

    fn class_of(&self, method: &str) -> &'static str {
        match method {
            "create" | "write" | "unlink" | "copy" | "search" => "ProductProduct",
            _ => "BaseModel",
        }
    }
}

fn without_no_variant(view: &View<'_>, values: &[i64]) -> Vec<i64> {
    let line = |v: &i64| view.id_of(super::PTAV, *v, "attribute_line_id");
    values
        .iter()
        .copied()
        .filter(|v| line(v).is_none_or(|l| combination::mode(view, l) != "no_variant"))
        .collect()
}

fn values(view: &View<'_>, id: i64, fields: &[&str]) -> Vec<Value> {
    fields.iter().map(|f| view.get(PRODUCT, id, f)).collect()
}

fn index_combination(env: &mut Env<'_>, id: i64) {
    let key = combination::indices(&combination::values_of(&env.view(), id));
    if let Some(row) = env
        .t
        .get(PRODUCT, id)
        .filter(|row| row.get("combination_indices") != &Value::Text(key.clone()))
    {
        let mut row = row.clone();
        row.set("combination_indices", key);
        env.put(PRODUCT, id, row);
    }
}

/// Two active variants of one template may not have the same combination.
fn check_combination(env: &Env<'_>, ids: &[i64]) -> Res<()> {
    let view = env.view();
    for id in ids
        .iter()
        .filter(|id| view.exists(PRODUCT, **id) && view.is_active(PRODUCT, **id))
    {
        let template = view.id_of(PRODUCT, *id, "product_tmpl_id").unwrap_or(0);
        let key = view.get(PRODUCT, *id, "combination_indices");
        let siblings = view.children(PRODUCT, "product_tmpl_id", template);
        let clash = siblings.iter().any(|s| {
            s != id && view.is_active(PRODUCT, *s) && view.get(PRODUCT, *s, "combination_indices") == key
        });
        if clash && !key.is_null() {
            let values = format!("{template}, {}", key.as_text().unwrap_or(""));
            let text = crate::orm::duplicate_key(
                "product_product_combination_unique",
                "product_tmpl_id, combination_indices",
                &values,
            );
            let message = format!("The operation cannot be completed: {text}");
            return Err(Fault::from_postgres(message, "UniqueViolation", &text));
        }
    }
    Ok(())
}

/// A barcode belongs to one active product, and to no packaging.
fn check_barcodes(env: &Env<'_>, ids: &[i64]) -> Res<()> {
    let view = env.view();
    let mut lines = Vec::new();
    let mut seen = Vec::new();
    for id in ids {
        let barcode = view.text(PRODUCT, *id, "barcode");
        if barcode.is_empty() || seen.contains(&barcode) {
            continue;
        }
        let holders: Vec<i64> = view
            .t
            .find(PRODUCT, "barcode", &barcode)
            .filter(|p| view.is_active(PRODUCT, *p))
            .collect();
        if holders.len() > 1 {
            let names: Vec<String> = view
                .linked(PRODUCT, &holders)
                .iter()
                .map(|p| view.display_name(PRODUCT, *p))
                .collect();
            lines.push(format!(
                "- Barcode \"{barcode}\" already assigned to product(s): {}",
                names.join(", ")
            ));
        }
        if view
            .t
            .find("product.packaging", "barcode", &barcode)
            .next()
            .is_some()
        {
            return Err(Fault::validation("A packaging already uses the barcode"));
        }
        seen.push(barcode);
    }
    if lines.is_empty() {
        return Ok(());
    }
    Err(Fault::validation(format!(
        "Barcode(s) already assigned:\n\n{}\n\nNote: products that you don't have access to will not be shown above.",
        lines.join("\n")
    )))
}

/// Archives variants, and the templates that are left without an active one.
fn archive(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let active: Vec<i64> = ids
        .iter()
        .copied()
        .filter(|id| env.view().is_active(PRODUCT, *id))
        .collect();
    env.write(PRODUCT, &active, Vals::new().with("active", false))?;
    let view = env.view();
    let mut templates: Vec<i64> = active
        .iter()
        .filter_map(|id| view.id_of(PRODUCT, *id, "product_tmpl_id"))
        .collect();
    templates.dedup();
    templates.retain(|t| {
        view.is_active(TEMPLATE, *t) && super::template_fields::active_variants(&view, *t).is_empty()
    });
    env.write(TEMPLATE, &templates, Vals::new().with("active", false))?;
    Ok(Py::None)
}
