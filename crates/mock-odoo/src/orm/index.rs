//! Which fields have a secondary index: the many2one fields behind lines, the stored ends of many2many links, and
//! the texts by which records are looked up.

use mock_world::Index;

use crate::orm::Row;

macro_rules! indexed {
    ($($table:literal: [$($field:literal),* $(,)?]),* $(,)?) => {
        /// The indexes of a world.
        pub(crate) fn indexes() -> Vec<Index<Row>> {
            vec![
                $($(Index { table: $table, name: $field, keys: |row: &Row| row.keys($field) },)*)*
                Index { table: "ir.model.data", name: "target", keys: |row: &Row| {
                    vec![format!("{},{}", row.text("model"), row.id("res_id").unwrap_or(0))]
                } },
                // Price rules that name no product: the few of a list that every look-up must see.
                Index { table: "product.pricelist.item", name: "general", keys: |row: &Row| {
                    let bound = row.id("product_id").is_some() || row.id("product_tmpl_id").is_some();
                    if bound { Vec::new() } else { row.keys("pricelist_id") }
                } },
            ]
        }

        /// Whether a field has an index under its own name.
        pub(crate) fn has(table: &str, field: &str) -> bool {
            const INDEXED: &[(&str, &[&str])] = &[$(($table, &[$($field),*])),*];
            INDEXED.iter().any(|(name, fields)| *name == table && fields.contains(&field))
        }
    };
}

indexed! {
    "account.tax": ["children_tax_ids"],
    "account.tax.group": ["name"],
    "crm.tag": ["name"],
    "crm.team": ["name"],
    "ir.model.data": ["name"],
    "ir.sequence": ["code"],
    "ir.attachment": ["res_id"],
    "product.attribute": ["name"],
    "product.attribute.value": ["attribute_id", "name"],
    "product.category": ["parent_id", "name"],
    "product.packaging": ["product_id", "barcode"],
    "product.pricelist": ["name"],
    "product.pricelist.item": ["pricelist_id", "product_id", "product_tmpl_id"],
    "product.product": ["product_tmpl_id", "default_code", "barcode", "product_template_attribute_value_ids",
        "combination_indices", "additional_product_tag_ids"],
    "product.supplierinfo": ["product_tmpl_id", "product_id"],
    "product.tag": ["name"],
    "product.template": ["categ_id", "name", "product_tag_ids"],
    "product.template.attribute.exclusion": ["product_template_attribute_value_id", "product_tmpl_id"],
    "product.template.attribute.line": ["product_tmpl_id", "attribute_id", "value_ids"],
    "product.template.attribute.value": ["product_attribute_value_id", "attribute_line_id", "product_tmpl_id"],
    "res.country": ["code", "name"],
    "res.country.state": ["country_id", "code"],
    "res.partner": ["parent_id", "email", "email_normalized", "name", "ref", "commercial_partner_id", "category_id"],
    "res.partner.category": ["parent_id"],
    "res.users": ["login", "partner_id"],
    "sale.order": ["partner_id", "name", "client_order_ref", "procurement_group_id", "state", "pricelist_id"],
    "sale.order.line": ["order_id", "product_id"],
    "sale.order.cancel": ["order_id"],
    "sim.draw": ["key"],
    "stock.backorder.confirmation": ["pick_ids"],
    "stock.location": ["location_id", "usage"],
    "stock.lot": ["product_id"],
    "stock.move": ["product_id", "picking_id", "sale_line_id", "state", "location_id", "location_dest_id"],
    "stock.move.line": ["move_id", "picking_id", "product_id", "quant_id"],
    "stock.picking": ["sale_id", "backorder_id", "name", "group_id", "state", "partner_id"],
    "stock.picking.type": ["warehouse_id"],
    "stock.quant": ["product_id", "location_id"],
    "stock.warehouse": ["name", "lot_stock_id"],
    "uom.uom": ["category_id"],
}
