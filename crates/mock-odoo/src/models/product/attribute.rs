use crate::fault::{Fault, Res};
use crate::models::product::{ATTRIBUTE, LINE, PRODUCT, PTAV, TEMPLATE, VALUE};
use crate::orm::make::{bool, char, float, image, int, m2m, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Model, OnDelete, Vals, Value, View};

pub(super) const DISPLAY: &[(&str, &str)] = &[
    ("radio", "Radio"),
    ("pills", "Pills"),
    ("select", "Select"),
    ("color", "Color"),
    ("multi", "Multi-checkbox"),
];

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(ATTRIBUTE, "Product Attribute", attribute_fields())
            .order("sequence, id")
            .logic(&Attribute),
        Model::new(VALUE, "Attribute Value", value_fields())
            .order("attribute_id, sequence, id")
            .ondelete(&[("attribute_id", OnDelete::Cascade)])
            .logic(&AttributeValue),
    ]
}

fn attribute_fields() -> Vec<Field> {
    vec![
        char("name", "Attribute").required().translate(),
        bool("active", "Active").default(|_| Value::Bool(true)),
        selection(
            "create_variant",
            "Variant Creation",
            &[
                ("always", "Instantly"),
                ("dynamic", "Dynamically"),
                ("no_variant", "Never"),
            ],
        )
        .required()
        .default(|_| Value::text("always")),
        selection("display_type", "Display Type", DISPLAY)
            .required()
            .default(|_| Value::text("radio")),
        int("sequence", "Sequence").default(|_| Value::Int(20)),
        o2m("value_ids", VALUE, "attribute_id", "Values").copied(),
        m2m("template_value_ids", PTAV, "Template Values").compute(|view, id| {
            let values = view.children(VALUE, "attribute_id", id);
            Value::Ids(
                values
                    .iter()
                    .flat_map(|v| view.children(PTAV, "product_attribute_value_id", *v))
                    .collect(),
            )
        }),
        o2m("attribute_line_ids", LINE, "attribute_id", "Lines").no_copy(),
        m2m("product_tmpl_ids", TEMPLATE, "Related Products")
            .compute_stored(|view, id| Value::Ids(products_of(view, id))),
        int("number_related_products", "Number of Related Products")
            .compute(|view, id| Value::Int(i64::try_from(products_of(view, id).len()).unwrap_or(0))),
    ]
}

fn value_fields() -> Vec<Field> {
    vec![
        char("name", "Value").required().translate(),
        int("sequence", "Sequence"),
        m2o("attribute_id", ATTRIBUTE, "Attribute").required(),
        m2m("pav_attribute_line_ids", LINE, "Lines")
            .reverse("value_ids")
            .no_copy(),
        float("default_extra_price", "Default Extra Price"),
        bool("is_custom", "Is custom value"),
        char("html_color", "Color"),
        selection("display_type", "Display Type", DISPLAY).related("attribute_id.display_type"),
        int("color", "Color Index").default(|_| Value::Int(1)),
        image("image", "Image"),
        bool("active", "Active").default(|_| Value::Bool(true)),
        bool("is_used_on_products", "Used on Products")
            .compute(|view, id| Value::Bool(!value_products(view, id).is_empty())),
        char("default_extra_price_changed", "Default Extra Price Changed")
            .empty()
            .not_stored(),
    ]
}

/// Active products with a line of this attribute.
fn products_of(view: &View<'_>, id: i64) -> Vec<i64> {
    templates(view, &view.children(LINE, "attribute_id", id))
}

fn value_products(view: &View<'_>, id: i64) -> Vec<i64> {
    templates(view, &view.children(LINE, "value_ids", id))
}

fn templates(view: &View<'_>, lines: &[i64]) -> Vec<i64> {
    let mut found = Vec::new();
    for line in lines.iter().filter(|l| view.is_active(LINE, **l)) {
        if let Some(template) = view.id_of(LINE, *line, "product_tmpl_id")
            && view.is_active(TEMPLATE, template)
            && !found.contains(&template)
        {
            found.push(template);
        }
    }
    view.linked(TEMPLATE, &found)
}

fn names(view: &View<'_>, templates: &[i64]) -> String {
    let names: Vec<String> = templates
        .iter()
        .map(|t| view.display_name(TEMPLATE, *t))
        .collect();
    names.join(", ")
}

struct Attribute;

impl Logic for Attribute {
    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], vals: Vals) -> Res<()> {
        let view = env.view();
        if let Some(mode) = vals.get("create_variant") {
            for id in ids
                .iter()
                .filter(|id| view.get(ATTRIBUTE, **id, "create_variant") != *mode)
            {
                let used = products_of(&view, *id);
                if !used.is_empty() {
                    return Err(Fault::user(format!(
                        "You cannot change the Variants Creation Mode of the attribute {} because it is used on the \
                         following products:\n{}",
                        view.display_name(ATTRIBUTE, *id),
                        names(&view, &used)
                    )));
                }
            }
        }
        env.update(model, ids, &vals)
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        for id in ids {
            let used = products_of(&view, *id);
            if !used.is_empty() {
                return Err(Fault::user(format!(
                    "You cannot delete the attribute {} because it is used on the following products:\n{}",
                    view.display_name(ATTRIBUTE, *id),
                    names(&view, &used)
                )));
            }
        }
        env.delete(model, ids)
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], _: &dyn Fn(&str) -> bool) -> Res<()> {
        let view = env.view();
        for id in ids {
            let multi = view.text(ATTRIBUTE, *id, "display_type") == "multi";
            if multi && view.text(ATTRIBUTE, *id, "create_variant") != "no_variant" {
                return Err(Fault::validation(
                    "The operation cannot be completed: Multi-checkbox display type is not compatible with the \
                     creation of variants",
                ));
            }
        }
        Ok(())
    }
}

struct AttributeValue;

impl Logic for AttributeValue {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let name = view.text(model.name, id, "name");
        match view.follow(model.name, id, "attribute_id.name") {
            crate::orm::Value::Text(attribute)
                if view.s.ctx("show_attribute").is_none_or(crate::py::Py::truthy) =>
            {
                format!("{attribute}: {name}")
            }
            _ => name,
        }
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], vals: Vals) -> Res<()> {
        let view = env.view();
        if let Some(attribute) = vals.get("attribute_id") {
            for id in ids
                .iter()
                .filter(|id| view.get(VALUE, **id, "attribute_id") != *attribute)
            {
                let used = value_products(&view, *id);
                if !used.is_empty() {
                    return Err(Fault::user(format!(
                        "You cannot change the attribute of the value {} because it is used on the following \
                         products: {}",
                        view.display_name(VALUE, *id),
                        names(&view, &used)
                    )));
                }
            }
        }
        env.update(model, ids, &vals)
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        let (mut archive, mut delete) = (Vec::new(), Vec::new());
        for id in ids {
            let used = value_products(&view, *id);
            if !used.is_empty() {
                return Err(Fault::user(format!(
                    "You cannot delete the value {} because it is used on the following products:\n{}\n",
                    view.display_name(VALUE, *id),
                    names(&view, &used)
                )));
            }
            let ptavs = view.children(PTAV, "product_attribute_value_id", *id);
            let mut variants = ptavs
                .iter()
                .flat_map(|p| view.children(PRODUCT, "product_template_attribute_value_ids", *p));
            // Still on archived variants: the value is archived with them.
            if variants.next().is_some() {
                archive.push(*id);
            } else {
                delete.push(*id);
            }
        }
        if !archive.is_empty() {
            env.write(VALUE, &archive, Vals::new().with("active", false))?;
        }
        env.delete(model, &delete)
    }
}
