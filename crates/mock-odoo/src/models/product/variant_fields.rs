use rust_decimal::Decimal;

use crate::fault::Res;
use crate::models::product::{PRODUCT, PTAV, combination};
use crate::orm::make::{bool, char, datetime, float, image, int, m2m, m2o, o2m};
use crate::orm::{Env, Field, Vals, Value, View};

pub(super) fn fields() -> Vec<Field> {
    let mut fields = crate::models::mail::activities();
    fields.extend(crate::models::mail::thread());
    fields.extend(own());
    fields.push(bool("-", ""));
    fields.extend(of_stock());
    fields
}

fn own() -> Vec<Field> {
    vec![
        float("price_extra", "Variant Price Extra").compute(|view, id| Value::Num(price_extra(view, id))),
        float("lst_price", "Sales Price")
            .compute(lst_price)
            .inverse(set_lst_price)
            .searchable(),
        char("default_code", "Internal Reference").index(),
        char("code", "Reference").compute(|view, id| view.get(PRODUCT, id, "default_code")),
        char("partner_ref", "Customer Ref").compute(|view, id| Value::Text(view.display_name(PRODUCT, id))),
        bool("active", "Active").default(|_| Value::Bool(true)),
        m2o("product_tmpl_id", "product.template", "Product Template")
            .required()
            .index(),
        char("barcode", "Barcode").no_copy().index(),
        m2m("product_template_attribute_value_ids", PTAV, "Attribute Values"),
        m2m("product_template_variant_value_ids", PTAV, "Variant Values").compute_stored(|view, id| {
            let values = view.get(PRODUCT, id, "product_template_attribute_value_ids");
            let shown = values
                .as_ids()
                .iter()
                .copied()
                .filter(|v| is_choice(view, *v))
                .collect();
            Value::Ids(shown)
        }),
        char("combination_indices", "Combination Indices")
            .readonly()
            .no_copy(),
        bool("is_product_variant", "Is Product Variant").compute(|_, _| Value::Bool(true)),
        float("standard_price", "Cost"),
        float("volume", "Volume"),
        float("weight", "Weight"),
        int("pricelist_item_count", "Number of price rules").compute(|view, id| {
            Value::Int(
                i64::try_from(view.children("product.pricelist.item", "product_id", id).len()).unwrap_or(0),
            )
        }),
        o2m("product_document_ids", "product.document", "res_id", "Documents").empty(),
        int("product_document_count", "Documents Count")
            .empty()
            .not_stored()
            .readonly(),
        o2m(
            "packaging_ids",
            "product.packaging",
            "product_id",
            "Product Packages",
        )
        .copied(),
        m2m(
            "additional_product_tag_ids",
            "product.tag",
            "Additional Product Tags",
        ),
        m2m("all_product_tag_ids", "product.tag", "All Product Tag").compute(|view, id| {
            let mut ids = view.get(PRODUCT, id, "product_tag_ids").as_ids().to_vec();
            ids.extend(view.get(PRODUCT, id, "additional_product_tag_ids").as_ids());
            Value::Ids(ids)
        }),
        bool(
            "can_image_variant_1024_be_zoomed",
            "Can Variant Image 1024 be zoomed",
        )
        .empty(),
        image("image_variant_1920", "Variant Image"),
        image("image_variant_1024", "Variant Image 1024")
            .related("image_variant_1920")
            .stored(),
        image("image_variant_512", "Variant Image 512")
            .related("image_variant_1920")
            .stored(),
        image("image_variant_256", "Variant Image 256")
            .related("image_variant_1920")
            .stored(),
        image("image_variant_128", "Variant Image 128")
            .related("image_variant_1920")
            .stored(),
        image("image_1920", "Image")
            .compute(shown_image)
            .inverse(set_image),
        image("image_1024", "Image 1024").compute(shown_image),
        image("image_512", "Image 512").compute(shown_image),
        image("image_256", "Image 256").compute(shown_image),
        image("image_128", "Image 128").compute(shown_image),
        datetime("write_date", "Write Date").readonly().no_copy(),
    ]
}

fn of_stock() -> Vec<Field> {
    use crate::models::stock_quantity as quantity;
    vec![
        o2m("stock_quant_ids", "stock.quant", "product_id", "Stock Quant").no_copy(),
        o2m("stock_move_ids", "stock.move", "product_id", "Stock Move").no_copy(),
        float("qty_available", "Quantity On Hand")
            .compute(|view, id| Value::Num(quantity(view, id).on_hand))
            .searchable(),
        float("virtual_available", "Forecasted Quantity")
            .compute(|view, id| Value::Num(quantity(view, id).forecast()))
            .searchable(),
        float("free_qty", "Free To Use Quantity ")
            .compute(|view, id| Value::Num(quantity(view, id).free()))
            .searchable(),
        float("incoming_qty", "Incoming")
            .compute(|view, id| Value::Num(quantity(view, id).incoming))
            .searchable(),
        float("outgoing_qty", "Outgoing")
            .compute(|view, id| Value::Num(quantity(view, id).outgoing))
            .searchable(),
        float("sales_count", "Sold").empty().not_stored().readonly(),
        bool("valid_ean", "Barcode is valid EAN")
            .empty()
            .not_stored()
            .readonly(),
    ]
}

/// The sum of the extras of a variant's values.
pub(crate) fn price_extra(view: &View<'_>, id: i64) -> Decimal {
    let values = view.get(PRODUCT, id, "product_template_attribute_value_ids");
    values
        .as_ids()
        .iter()
        .map(|v| view.num(PTAV, *v, "price_extra"))
        .sum()
}

fn lst_price(view: &View<'_>, id: i64) -> Value {
    Value::Num(view.num(PRODUCT, id, "list_price") + price_extra(view, id))
}

fn set_lst_price(env: &mut Env<'_>, ids: &[i64], value: &Value) -> Res<()> {
    for id in ids {
        let list_price = value.as_num() - price_extra(&env.view(), *id);
        env.write(PRODUCT, &[*id], Vals::new().with("list_price", list_price))?;
    }
    Ok(())
}

/// Whether the value's line offers more than this one value.
fn is_choice(view: &View<'_>, value: i64) -> bool {
    match view.id_of(PTAV, value, "attribute_line_id") {
        Some(line) => combination::active_values(view, line).len() != 1,
        None => true,
    }
}

fn shown_image(view: &View<'_>, id: i64) -> Value {
    match view.get(PRODUCT, id, "image_variant_1920") {
        Value::Null => view.follow(PRODUCT, id, "product_tmpl_id.image_1920"),
        own => own,
    }
}

fn set_image(env: &mut Env<'_>, ids: &[i64], value: &Value) -> Res<()> {
    for id in ids {
        let view = env.view();
        let template = view.id_of(PRODUCT, *id, "product_tmpl_id").unwrap_or(0);
        let alone = view.children(PRODUCT, "product_tmpl_id", template).len() <= 1;
        let vals = |field: &str| Vals::new().with(field, value.clone());
        if alone || view.get("product.template", template, "image_1920").is_null() {
            env.write("product.template", &[template], vals("image_1920"))?;
        } else {
            env.write(PRODUCT, &[*id], vals("image_variant_1920"))?;
        }
    }
    Ok(())
}
