//! The access lists of the models, by group, as a fresh database has them.

use crate::orm::Access;

pub(crate) const INTERNAL: &str = "User types/Internal User";
pub(crate) const PORTAL: &str = "User types/Portal";
pub(crate) const PUBLIC: &str = "User types/Public";
pub(crate) const RIGHTS: &str = "Administration/Access Rights";
pub(crate) const SETTINGS: &str = "Administration/Settings";
pub(crate) const CONTACTS: &str = "Extra Rights/Contact Creation";
pub(crate) const PRODUCTS: &str = "Extra Rights/Product Creation";
pub(crate) const STOCK_USER: &str = "Inventory/User";
pub(crate) const STOCK_ADMIN: &str = "Inventory/Administrator";
pub(crate) const SALES_OWN: &str = "Sales/User: Own Documents Only";
pub(crate) const SALES_ALL: &str = "Sales/User: All Documents";
pub(crate) const SALES_ADMIN: &str = "Sales/Administrator";
pub(crate) const INVOICING: &str = "Invoicing/Invoicing";
pub(crate) const INVOICING_ADMIN: &str = "Invoicing/Administrator";
pub(crate) const ACCOUNT_READ: &str = "Technical/Show Accounting Features - Readonly";
pub(crate) const EXPORT: &str = "Technical/Access to export feature";

/// Every group there is, in the order of their ids.
pub(crate) const GROUPS: [&str; 16] = [
    INTERNAL,
    RIGHTS,
    CONTACTS,
    SETTINGS,
    EXPORT,
    PORTAL,
    PUBLIC,
    PRODUCTS,
    ACCOUNT_READ,
    INVOICING,
    INVOICING_ADMIN,
    SALES_OWN,
    SALES_ALL,
    SALES_ADMIN,
    STOCK_USER,
    STOCK_ADMIN,
];

/// The external id of a group.
pub(crate) fn xid_of_group(group: &str) -> &'static str {
    match group {
        INTERNAL => "base.group_user",
        RIGHTS => "base.group_erp_manager",
        CONTACTS => "base.group_partner_manager",
        SETTINGS => "base.group_system",
        EXPORT => "base.group_allow_export",
        PORTAL => "base.group_portal",
        PRODUCTS => "product.group_product_manager",
        ACCOUNT_READ => "account.group_account_readonly",
        INVOICING => "account.group_account_invoice",
        INVOICING_ADMIN => "account.group_account_manager",
        SALES_OWN => "sales_team.group_sale_salesman",
        SALES_ALL => "sales_team.group_sale_salesman_all_leads",
        SALES_ADMIN => "sales_team.group_sale_manager",
        STOCK_USER => "stock.group_stock_user",
        STOCK_ADMIN => "stock.group_stock_manager",
        _ => "base.group_public",
    }
}

/// What a group brings with it.
pub(crate) fn implied(group: &str) -> &'static [&'static str] {
    match group {
        SETTINGS => &[RIGHTS, INTERNAL],
        RIGHTS | CONTACTS | PRODUCTS | STOCK_USER | SALES_OWN | EXPORT | INVOICING => &[INTERNAL],
        STOCK_ADMIN => &[STOCK_USER],
        SALES_ALL => &[SALES_OWN],
        SALES_ADMIN => &[SALES_ALL],
        INVOICING_ADMIN => &[INVOICING],
        _ => &[],
    }
}

/// The access list of a model.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn lines(model: &str) -> &'static [Access] {
    match model {
        "product.template" | "product.product" => &[
            (INTERNAL, "r"),
            (PRODUCTS, "rwcu"),
            (STOCK_ADMIN, "rwcu"),
            (SALES_ADMIN, "rwcu"),
            (SALES_OWN, "r"),
            (STOCK_USER, "r"),
            (PORTAL, "r"),
            (PUBLIC, "r"),
        ],
        "product.category"
        | "product.tag"
        | "product.attribute"
        | "product.attribute.value"
        | "product.template.attribute.line"
        | "product.template.attribute.value"
        | "product.template.attribute.exclusion"
        | "product.packaging"
        | "product.supplierinfo"
        | "product.combo"
        | "product.combo.item"
        | "uom.uom"
        | "uom.category" => &[
            (INTERNAL, "r"),
            (PRODUCTS, "rwcu"),
            (STOCK_ADMIN, "rwcu"),
            (SALES_ADMIN, "rwcu"),
        ],
        "product.document" => &[(INTERNAL, "r"), (PRODUCTS, "rwcu")],
        "product.pricelist" | "product.pricelist.item" => {
            &[(INTERNAL, "r"), (PRODUCTS, "rwcu"), (SALES_ADMIN, "rwcu")]
        }
        "stock.quant" => &[(INTERNAL, "r"), (STOCK_USER, "rwc")],
        "stock.location" | "stock.warehouse" | "stock.picking.type" | "stock.route" | "stock.rule" => {
            &[(INTERNAL, "r"), (STOCK_USER, "r"), (STOCK_ADMIN, "rwcu")]
        }
        "stock.picking" => &[
            (STOCK_USER, "rwcu"),
            (STOCK_ADMIN, "rwcu"),
            (SALES_OWN, "rwc"),
            (SALES_ADMIN, "rwcu"),
            (INVOICING, "r"),
            (ACCOUNT_READ, "r"),
            (PORTAL, "r"),
        ],
        "stock.move" => &[
            (INTERNAL, "r"),
            (STOCK_USER, "rwcu"),
            (STOCK_ADMIN, "rwcu"),
            (SALES_OWN, "rwc"),
            (SALES_ADMIN, "rwcu"),
            (INVOICING, "r"),
        ],
        "stock.move.line" => &[
            (INTERNAL, "r"),
            (STOCK_USER, "rwcu"),
            (STOCK_ADMIN, "rwcu"),
            (SALES_OWN, "rwc"),
        ],
        "stock.lot" | "procurement.group" => &[(INTERNAL, "r"), (STOCK_USER, "rwcu"), (SALES_OWN, "rwc")],
        "stock.backorder.confirmation" | "stock.inventory.warning" => &[(STOCK_USER, "rwcu")],
        "sale.order" | "sale.order.line" => &[
            (SALES_OWN, "rwc"),
            (SALES_ALL, "rwcu"),
            (SALES_ADMIN, "rwcu"),
            (INVOICING, "rw"),
            (ACCOUNT_READ, "r"),
            (PORTAL, "r"),
            (STOCK_USER, "rw"),
        ],
        "sale.order.cancel" => &[(SALES_OWN, "rwcu")],
        "crm.team" => &[(INTERNAL, "r"), (SALES_OWN, "r"), (SALES_ADMIN, "rwcu")],
        "crm.tag" => &[(SALES_OWN, "r"), (SALES_ADMIN, "rwcu")],
        "account.tax" => &[
            (INTERNAL, "r"),
            (INVOICING, "r"),
            (INVOICING_ADMIN, "rwcu"),
            (SALES_OWN, "r"),
            (STOCK_USER, "r"),
        ],
        "account.tax.group" | "account.payment.term" | "account.fiscal.position" => {
            &[(INTERNAL, "r"), (INVOICING, "r"), (INVOICING_ADMIN, "rwcu")]
        }
        "res.partner" => &[
            (INTERNAL, "r"),
            (CONTACTS, "rwcu"),
            (PORTAL, "r"),
            (PUBLIC, "r"),
            (SALES_OWN, "rwc"),
            (SALES_ADMIN, "rwcu"),
            (STOCK_USER, "r"),
            (STOCK_ADMIN, "rwcu"),
        ],
        "res.partner.category" | "res.partner.title" | "res.partner.industry" => {
            &[(INTERNAL, "r"), (CONTACTS, "rwcu"), (SALES_OWN, "rwc")]
        }
        "res.company" | "res.users" => &[(INTERNAL, "r"), (PORTAL, "r"), (PUBLIC, "r"), (RIGHTS, "rwcu")],
        "res.groups" => &[(INTERNAL, "r"), (RIGHTS, "rwcu")],
        "res.country" | "res.country.state" | "res.country.group" => {
            &[(INTERNAL, "r"), (PORTAL, "r"), (PUBLIC, "r"), (CONTACTS, "rwcu")]
        }
        "res.currency" | "res.lang" => &[(INTERNAL, "r"), (PORTAL, "r"), (PUBLIC, "r"), (SETTINGS, "rwcu")],
        "ir.model" | "ir.model.fields" | "ir.model.data" => &[(RIGHTS, "rwcu")],
        "ir.config_parameter" | "res.config.settings" => &[(SETTINGS, "rwcu")],
        "ir.attachment" | "res.users.apikeys.description" => &[(INTERNAL, "rwcu")],
        _ => &[(INTERNAL, "r"), (SETTINGS, "rwcu")],
    }
}
