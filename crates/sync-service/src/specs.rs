use mapping_transforms::{ChildRule, FieldPath, PathParseError};
use sync_core::{RecordTypeSpec, StockPaths, StockSpec};

/// Products, stock levels and orders, as the engine has to know them.
pub fn record_types() -> Result<Vec<RecordTypeSpec>, PathParseError> {
    let child = |name: &str, shopify: &str, odoo: &str| -> Result<ChildRule, PathParseError> {
        Ok(ChildRule::new(name, shopify.parse()?, odoo.parse()?))
    };
    let product = RecordTypeSpec {
        name: "product".into(),
        job_type: "products".into(),
        children: vec![child("variant", "variants", "product_variant_ids")?],
        stock: None,
    };
    let inventory = RecordTypeSpec {
        name: "inventory".into(),
        job_type: "inventory".into(),
        children: Vec::new(),
        stock: Some(StockSpec {
            moved_by: "order".into(),
            item_type: "variant".into(),
            place_type: "location".into(),
            shopify: stock_paths("variant_id", "location_id", "on_hand")?,
            odoo: stock_paths("product_id", "warehouse_id", "quantity")?,
        }),
    };
    let order = RecordTypeSpec {
        name: "order".into(),
        job_type: "orders".into(),
        children: vec![
            child("line_item", "line_items", "order_line")?,
            child("shipping_line", "shipping_lines", "order_line")?,
            child("discount_line", "discount_lines", "order_line")?,
        ],
        stock: None,
    };
    Ok(vec![product, inventory, order])
}

fn stock_paths(item: &str, place: &str, quantity: &str) -> Result<StockPaths, PathParseError> {
    let path = |text: &str| -> Result<FieldPath, PathParseError> { text.parse() };
    Ok(StockPaths {
        item: path(item)?,
        place: path(place)?,
        quantity: path(quantity)?,
    })
}
