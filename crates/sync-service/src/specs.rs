use mapping_transforms::{ChildRule, FieldPath, PathParseError};
use serde_json::json;
use sync_core::{Archived, MadeIn, MatchKey, RecordTypeSpec, Side, StockPaths, StockSpec};

/// How counterparts of products can be found, by the names that settings use: the place in either system.
const MATCH_KEYS: [(&str, &str, &str); 4] = [
    ("sku", "variants.*.sku", "product_variant_ids.*.default_code"),
    ("barcode", "variants.*.barcode", "product_variant_ids.*.barcode"),
    ("handle", "handle", "website_slug"),
    ("title", "title", "name"),
];

/// What an installation may decide about its record types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSettings {
    /// The tag of products that Odoo brings to the shop; empty for all products.
    pub online_tag: String,
    /// By what products find their counterparts, in this order: names of [`match_key_names`].
    pub match_keys: Vec<String>,
}

impl Default for TypeSettings {
    fn default() -> Self {
        Self {
            online_tag: "Shopify".to_owned(),
            match_keys: ["sku", "barcode", "handle"].map(str::to_owned).to_vec(),
        }
    }
}

/// The names by which products can find their counterparts.
pub fn match_key_names() -> [&'static str; 4] {
    MATCH_KEYS.map(|(name, ..)| name)
}

/// Products, stock levels and orders, as the engine has to know them.
pub fn record_types(settings: &TypeSettings) -> Result<Vec<RecordTypeSpec>, PathParseError> {
    Ok(vec![product(settings)?, inventory(settings)?, order()?])
}

fn path(text: &str) -> Result<FieldPath, PathParseError> {
    text.parse()
}

fn child(name: &str, shopify: &str, odoo: &str) -> Result<ChildRule, PathParseError> {
    Ok(ChildRule::new(name, path(shopify)?, path(odoo)?))
}

fn match_key(name: &str, shopify: &str, odoo: &str) -> Result<MatchKey, PathParseError> {
    Ok(MatchKey {
        name: name.to_owned(),
        shopify: path(shopify)?,
        odoo: path(odoo)?,
    })
}

fn product(settings: &TypeSettings) -> Result<RecordTypeSpec, PathParseError> {
    let chosen = settings
        .match_keys
        .iter()
        .filter_map(|name| MATCH_KEYS.iter().find(|(known, ..)| known == name));
    Ok(RecordTypeSpec {
        children: vec![child("variant", "variants", "product_variant_ids")?],
        made_in: vec![MadeIn::any(Side::Odoo), sold_online(settings)?],
        match_keys: chosen
            .map(|(name, shopify, odoo)| match_key(name, shopify, odoo))
            .collect::<Result<_, _>>()?,
        child_keys: vec![
            match_key("sku", "variants.*.sku", "product_variant_ids.*.default_code")?,
            match_key("barcode", "variants.*.barcode", "product_variant_ids.*.barcode")?,
            match_key(
                "options",
                "variants.*.selected_options",
                "product_variant_ids.*.combination",
            )?,
        ],
        archived: Some(Archived {
            shopify: (path("status")?, json!("archived")),
            odoo: (path("sale_status")?, json!("archived")),
        }),
        together: Some((path("attribute_lines")?, path("variants.*.selected_options")?)),
        ..RecordTypeSpec::new("product", "products")
    })
}

/// What Odoo brings to the shop. Levels show the tags of their product.
fn sold_online(settings: &TypeSettings) -> Result<MadeIn, PathParseError> {
    let only = match settings.online_tag.trim() {
        "" => None,
        tag => Some((path("product_tag_ids")?, tag.to_owned())),
    };
    Ok(MadeIn {
        side: Side::Shopify,
        only,
    })
}

fn inventory(settings: &TypeSettings) -> Result<RecordTypeSpec, PathParseError> {
    Ok(RecordTypeSpec {
        stock: Some(StockSpec {
            moved_by: "order".into(),
            item_type: "variant".into(),
            place_type: "location".into(),
            shopify: stock_paths("variant_id", "location_id", "on_hand")?,
            odoo: stock_paths("product_id", "warehouse_id", "quantity")?,
        }),
        waits: vec![sold_online(settings)?],
        ..RecordTypeSpec::new("inventory", "inventory")
    })
}

/// Orders begin in the shop; Odoo makes none there.
fn order() -> Result<RecordTypeSpec, PathParseError> {
    Ok(RecordTypeSpec {
        children: vec![
            child("line_item", "line_items", "order_line")?,
            child("shipping_line", "shipping_lines", "order_line")?,
            child("discount_line", "discount_lines", "order_line")?,
        ],
        made_in: vec![MadeIn::any(Side::Odoo)],
        ..RecordTypeSpec::new("order", "orders")
    })
}

fn stock_paths(item: &str, place: &str, quantity: &str) -> Result<StockPaths, PathParseError> {
    Ok(StockPaths {
        item: path(item)?,
        place: path(place)?,
        quantity: path(quantity)?,
    })
}
