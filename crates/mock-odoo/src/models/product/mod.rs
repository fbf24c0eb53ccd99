//! Products: templates, variants, attributes, categories, tags and price lists.

mod attribute;
mod attribute_line;
mod category;
mod combination;
mod labels;
pub(crate) mod price;
mod pricelist;
mod template;
mod template_fields;
mod variant;
mod variant_fields;
mod variants;

use crate::orm::make::{bool, char, float, int, m2m, m2o};
use crate::orm::{Field, Model, OnDelete, Unique, Value};

pub(crate) const TEMPLATE: &str = "product.template";
pub(crate) const PRODUCT: &str = "product.product";
pub(crate) const ATTRIBUTE: &str = "product.attribute";
pub(crate) const VALUE: &str = "product.attribute.value";
pub(crate) const LINE: &str = "product.template.attribute.line";
pub(crate) const PTAV: &str = "product.template.attribute.value";

pub(super) fn models() -> Vec<Model> {
    let mut models = vec![
        Model::new(TEMPLATE, "Product", template_fields::fields())
            .order("is_favorite desc, name")
            .name_search(&[
                "name",
                "product_variant_ids.default_code",
                "product_variant_ids.barcode",
            ])
            .logic(&template::Template),
        Model::new(PRODUCT, "Product Variant", variant_fields::fields())
            .order("is_favorite desc, default_code, name, id")
            .name_search(&["name", "default_code", "barcode"])
            .inherits(&[("product_tmpl_id", TEMPLATE)])
            .ondelete(&[
                ("product_tmpl_id", OnDelete::Cascade),
                ("product_template_attribute_value_ids", OnDelete::Restrict),
            ])
            .logic(&variant::Variant)
            .methods(variant::METHODS),
        Model::new("product.tag", "Product Tag", tag_fields())
            .order("sequence, id")
            .unique(&[Unique {
                fields: &["name"],
                message: "Tag name already exists!",
                index: "product_tag_name_uniq",
            }]),
        Model::new(
            "product.packaging",
            "Product Packaging",
            vec![
                char("name", "Product Packaging").required(),
                int("sequence", "Sequence").default(|_| Value::Int(1)),
                m2o("product_id", PRODUCT, "Product").required(),
                float("qty", "Contained Quantity").default(|_| Value::Num(rust_decimal::Decimal::ONE)),
                char("barcode", "Barcode").no_copy(),
            ],
        )
        .order("product_id, sequence, id")
        .ondelete(&[("product_id", OnDelete::Cascade)]),
        Model::new(
            "product.supplierinfo",
            "Supplier Pricelist",
            vec![
                m2o("partner_id", "res.partner", "Vendor").required(),
                m2o("product_tmpl_id", TEMPLATE, "Product Template"),
                m2o("product_id", PRODUCT, "Product Variant"),
                char("product_name", "Vendor Product Name"),
                char("product_code", "Vendor Product Code"),
                float("min_qty", "Quantity")
                    .required()
                    .default(|_| Value::Num(rust_decimal::Decimal::ZERO)),
                float("price", "Price")
                    .required()
                    .default(|_| Value::Num(rust_decimal::Decimal::ZERO)),
                int("delay", "Lead Time").required().default(|_| Value::Int(1)),
                int("sequence", "Sequence").default(|_| Value::Int(1)),
                m2o("currency_id", "res.currency", "Currency")
                    .required()
                    .default(|_| Value::Int(1)),
            ],
        )
        .rec_name("partner_id")
        .order("sequence, min_qty DESC, price, id")
        .ondelete(&[
            ("product_tmpl_id", OnDelete::Cascade),
            ("product_id", OnDelete::Cascade),
        ]),
    ];
    models.extend(category::models());
    models.extend(attribute::models());
    models.extend(attribute_line::models());
    models.extend(pricelist::models());
    models
}

fn tag_fields() -> Vec<Field> {
    vec![
        char("name", "Name").required().translate(),
        int("sequence", "Sequence").default(|_| Value::Int(10)),
        char("color", "Color").default(|_| Value::text("#3C3C3C")),
        m2m("product_template_ids", TEMPLATE, "Product Templates").reverse("product_tag_ids"),
        m2m("product_product_ids", PRODUCT, "Product Variants").reverse("additional_product_tag_ids"),
        m2m("product_ids", PRODUCT, "All Product Variants using this Tag").compute(|view, id| {
            let templates = view.children(TEMPLATE, "product_tag_ids", id);
            let mut ids: Vec<i64> = templates
                .iter()
                .flat_map(|t| view.children(PRODUCT, "product_tmpl_id", *t))
                .collect();
            ids.extend(view.children(PRODUCT, "additional_product_tag_ids", id));
            Value::Ids(ids)
        }),
        bool("visible_on_ecommerce", "Visible on eCommerce").empty(),
    ]
}
