use crate::fault::{Fault, Res};
use crate::models::product::variants::{create_variants, makes_variants, unlink_or_archive, update_values};
use crate::models::product::{ATTRIBUTE, LINE, PRODUCT, PTAV, TEMPLATE, VALUE, attribute};
use crate::orm::make::{bool, char, float, int, m2m, m2o, o2m, selection};
use crate::orm::{Command, Env, Field, Logic, Model, OnDelete, Unique, Vals, Value, View};
use crate::py::Py;

const UPDATE: &str = "update_product_template_attribute_values";

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(LINE, "Product Template Attribute Line", line_fields())
            .order("sequence, attribute_id, id")
            .rec_name("attribute_id")
            .ondelete(&[("product_tmpl_id", OnDelete::Cascade)])
            .logic(&Line),
        Model::new(PTAV, "Product Template Attribute Value", value_fields())
            .order("attribute_line_id, product_attribute_value_id, id")
            .ondelete(&[
                ("attribute_line_id", OnDelete::Cascade),
                ("product_attribute_value_id", OnDelete::Cascade),
            ])
            .unique(&[Unique {
                fields: &["attribute_line_id", "product_attribute_value_id"],
                message: "Each value should be defined only once per attribute per product.",
                index: "product_template_attribute_value_attribute_value_unique",
            }])
            .logic(&TemplateValue),
        Model::new(
            "product.template.attribute.exclusion",
            "Product Template Attribute Exclusion",
            vec![
                m2o("product_template_attribute_value_id", PTAV, "Attribute Value"),
                m2o("product_tmpl_id", TEMPLATE, "Product Template").required(),
                m2m("value_ids", PTAV, "Attribute Values"),
            ],
        )
        .rec_name("product_tmpl_id")
        .order("product_tmpl_id, id")
        .ondelete(&[
            ("product_template_attribute_value_id", OnDelete::Cascade),
            ("product_tmpl_id", OnDelete::Cascade),
        ]),
    ]
}

fn line_fields() -> Vec<Field> {
    vec![
        bool("active", "Active").default(|_| Value::Bool(true)),
        m2o("product_tmpl_id", TEMPLATE, "Product Template").required(),
        int("sequence", "Sequence").default(|_| Value::Int(10)),
        m2o("attribute_id", ATTRIBUTE, "Attribute").required(),
        m2m("value_ids", VALUE, "Values"),
        int("value_count", "Value Count").compute_stored(|view, id| {
            Value::Int(i64::try_from(view.get(LINE, id, "value_ids").as_ids().len()).unwrap_or(0))
        }),
        o2m(
            "product_template_value_ids",
            PTAV,
            "attribute_line_id",
            "Product Attribute Values",
        )
        .no_copy(),
    ]
}

fn value_fields() -> Vec<Field> {
    vec![
        bool("ptav_active", "Active").default(|_| Value::Bool(true)),
        char("name", "Value").related("product_attribute_value_id.name"),
        m2o("product_attribute_value_id", VALUE, "Attribute Value").required(),
        m2o("attribute_line_id", LINE, "Attribute Line").required(),
        float("price_extra", "Extra Price").default(|_| Value::Num(rust_decimal::Decimal::ZERO)),
        m2o("currency_id", "res.currency", "Currency").compute(super::template_fields::company_currency),
        o2m(
            "exclude_for",
            "product.template.attribute.exclusion",
            "product_template_attribute_value_id",
            "Exclude for",
        ),
        m2o("product_tmpl_id", TEMPLATE, "Product Template").readonly(),
        m2o("attribute_id", ATTRIBUTE, "Attribute").readonly(),
        m2m("ptav_product_variant_ids", PRODUCT, "Related Variants")
            .reverse("product_template_attribute_value_ids")
            .readonly()
            .no_copy(),
        char("html_color", "HTML Color Index").related("product_attribute_value_id.html_color"),
        bool("is_custom", "Is custom value").related("product_attribute_value_id.is_custom"),
        selection("display_type", "Display Type", attribute::DISPLAY)
            .related("product_attribute_value_id.display_type"),
        int("color", "Color").default(|_| Value::Int(1)),
    ]
}

struct Line;

impl Logic for Line {
    fn create(&self, env: &mut Env<'_>, model: &Model, list: Vec<Vals>) -> Res<Vec<i64>> {
        let mut lines = Vec::new();
        let mut fresh = Vec::new();
        for mut vals in list {
            let (template, attribute) = (vals.id("product_tmpl_id"), vals.id("attribute_id"));
            let view = env.view();
            // An archived line of the same attribute comes back instead.
            let archived = template.and_then(|t| {
                view.children(LINE, "product_tmpl_id", t)
                    .into_iter()
                    .find(|l| !view.is_active(LINE, *l) && view.id_of(LINE, *l, "attribute_id") == attribute)
            });
            match archived {
                Some(line) => {
                    vals.take("product_tmpl_id");
                    vals.take("attribute_id");
                    vals.or_set("active", true);
                    env.with_ctx(&[(UPDATE, Py::Bool(false))], |env| env.write(LINE, &[line], vals))?;
                    lines.push(line);
                }
                None => fresh.push(vals),
            }
        }
        if !fresh.is_empty() {
            lines.extend(env.insert(model, fresh)?);
        }
        update_values(env, &lines)?;
        Ok(lines)
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], mut vals: Vals) -> Res<()> {
        let view = env.view();
        for id in ids {
            let attribute =
                || view.display_name(ATTRIBUTE, view.id_of(LINE, *id, "attribute_id").unwrap_or(0));
            let product =
                || view.display_name(TEMPLATE, view.id_of(LINE, *id, "product_tmpl_id").unwrap_or(0));
            if vals
                .get("product_tmpl_id")
                .is_some_and(|t| *t != view.get(LINE, *id, "product_tmpl_id"))
            {
                return Err(Fault::user(format!(
                    "You cannot move the attribute {} from the product {} to the product {}.",
                    attribute(),
                    product(),
                    view.display_name(TEMPLATE, vals.id("product_tmpl_id").unwrap_or(0))
                )));
            }
            if vals
                .get("attribute_id")
                .is_some_and(|a| *a != view.get(LINE, *id, "attribute_id"))
            {
                return Err(Fault::user(format!(
                    "On the product {} you cannot transform the attribute {} into the attribute {}.",
                    product(),
                    attribute(),
                    view.display_name(ATTRIBUTE, vals.id("attribute_id").unwrap_or(0))
                )));
            }
        }
        if vals.get("active") == Some(&Value::Bool(false)) {
            vals.set_commands("value_ids", vec![Command::Clear]);
        }
        env.update(model, ids, &vals)?;
        if env.s.ctx(UPDATE).is_none_or(Py::truthy) {
            update_values(env, ids)?;
        }
        Ok(())
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], _: &dyn Fn(&str) -> bool) -> Res<()> {
        let view = env.view();
        for id in ids.iter().filter(|id| view.is_active(LINE, **id)) {
            let product =
                || view.display_name(TEMPLATE, view.id_of(LINE, *id, "product_tmpl_id").unwrap_or(0));
            let attribute = view.id_of(LINE, *id, "attribute_id");
            let attribute_name = || view.display_name(ATTRIBUTE, attribute.unwrap_or(0));
            let values = view.get(LINE, *id, "value_ids");
            if values.as_ids().is_empty() {
                return Err(Fault::validation(format!(
                    "The attribute {} must have at least one value for the product {}.",
                    attribute_name(),
                    product()
                )));
            }
            if let Some(value) = values
                .as_ids()
                .iter()
                .find(|v| view.id_of(VALUE, **v, "attribute_id") != attribute)
            {
                return Err(Fault::validation(format!(
                    "On the product {} you cannot associate the value {} with the attribute {} because they do not \
                     match.",
                    product(),
                    view.display_name(VALUE, *value),
                    attribute_name()
                )));
            }
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        let values: Vec<i64> = ids
            .iter()
            .flat_map(|l| view.children(PTAV, "attribute_line_id", *l))
            .filter(|v| view.flag(PTAV, *v, "ptav_active"))
            .collect();
        let template_of = |view: &View<'_>, line: &i64| view.id_of(LINE, *line, "product_tmpl_id");
        let mut templates: Vec<i64> = ids.iter().filter_map(|l| template_of(&view, l)).collect();
        templates.dedup();
        env.unlink(PTAV, &values)?;
        let mut kept = Vec::new();
        for line in ids {
            if !try_delete(env, model, *line) {
                kept.push(*line);
            }
        }
        let view = env.view();
        let done: Vec<i64> = kept.iter().filter_map(|l| template_of(&view, l)).collect();
        if !kept.is_empty() {
            env.write(LINE, &kept, Vals::new().with("active", false))?;
        }
        templates.retain(|t| !done.contains(t) && env.view().exists(TEMPLATE, *t));
        if makes_variants(env) {
            create_variants(env, &templates)
        } else {
            Ok(())
        }
    }
}

/// Deletes a record if nothing forbids it.
fn try_delete(env: &mut Env<'_>, model: &Model, id: i64) -> bool {
    let savepoint = env.t.savepoint();
    let touched = env.touched.0.clone();
    let done = env.delete(model, &[id]).is_ok();
    if !done {
        env.t.rollback_to(savepoint);
        env.touched.0 = touched;
    }
    done
}

struct TemplateValue;

impl Logic for TemplateValue {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let attribute = view.follow(model.name, id, "attribute_id.name");
        format!(
            "{}: {}",
            attribute.as_text().unwrap_or(""),
            view.text(model.name, id, "name")
        )
    }

    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        if vals.has("ptav_product_variant_ids") {
            return Err(Fault::user(
                "You cannot update related variants from the values. Please update related values from the variants.",
            ));
        }
        if let Some(line) = vals.id("attribute_line_id") {
            let view = env.view();
            vals.set("product_tmpl_id", view.get(LINE, line, "product_tmpl_id"));
            vals.set("attribute_id", view.get(LINE, line, "attribute_id"));
        }
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], vals: Vals) -> Res<()> {
        let view = env.view();
        for id in ids {
            let product =
                || view.display_name(TEMPLATE, view.id_of(PTAV, *id, "product_tmpl_id").unwrap_or(0));
            let changed = |field: &str| vals.get(field).is_some_and(|v| *v != view.get(PTAV, *id, field));
            for (field, what) in [
                ("product_attribute_value_id", "value"),
                ("product_tmpl_id", "product"),
            ] {
                if changed(field) {
                    return Err(Fault::user(format!(
                        "You cannot change the {what} of the value {} set on product {}.",
                        view.display_name(PTAV, *id),
                        product()
                    )));
                }
            }
        }
        let rules = vals.has("exclude_for");
        env.update(model, ids, &vals)?;
        if rules {
            let view = env.view();
            let templates: Vec<i64> = ids
                .iter()
                .filter_map(|id| view.id_of(PTAV, *id, "product_tmpl_id"))
                .collect();
            create_variants(env, &templates)?;
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        // A value that was its line's only one is taken off the variants, which stay.
        let mut loosen = Vec::new();
        for id in ids {
            let line = view.id_of(PTAV, *id, "attribute_line_id").unwrap_or(0);
            if view.children(PTAV, "attribute_line_id", line).len() == 1 {
                loosen.push((*id, active_users(&view, *id)));
            }
        }
        for (id, variants) in loosen {
            let mut vals = Vals::new();
            vals.set_commands("product_template_attribute_value_ids", vec![Command::Unlink(id)]);
            env.write(PRODUCT, &variants, vals)?;
        }
        let view = env.view();
        let mut variants: Vec<i64> = ids.iter().flat_map(|id| active_users(&view, *id)).collect();
        variants.sort_unstable();
        variants.dedup();
        unlink_or_archive(env, &variants)?;
        let mut kept = Vec::new();
        for id in ids {
            if env.view().exists(PTAV, *id) && !try_delete(env, model, *id) {
                kept.push(*id);
            }
        }
        env.write(PTAV, &kept, Vals::new().with("ptav_active", false))
    }
}

/// The active variants that have a value.
fn active_users(view: &View<'_>, value: i64) -> Vec<i64> {
    let variants = view.children(PRODUCT, "product_template_attribute_value_ids", value);
    variants
        .into_iter()
        .filter(|v| view.is_active(PRODUCT, *v))
        .collect()
}
