//! The GraphQL documents that are sent.

/// A document with one named operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document {
    /// The operation's name.
    pub(crate) name: &'static str,
    /// The document's text.
    pub(crate) text: &'static str,
}

macro_rules! documents {
    ($($const:ident = $name:literal: $($file:literal)+;)*) => {
        $(
            pub(crate) const $const: Document = Document {
                name: $name,
                text: concat!($(include_str!(concat!("../documents/", $file, ".graphql")), "\n"),+),
            };
        )*
    };
}

documents! {
    PRODUCTS = "Products": "products" "fragments/product" "fragments/option" "fragments/variant" "fragments/next";
    PRODUCTS_BY_ID = "ProductsById":
        "products_by_id" "fragments/product" "fragments/option" "fragments/variant" "fragments/next";
    PRODUCT_VARIANTS = "ProductVariants":
        "product_variants" "fragments/option" "fragments/variant" "fragments/next";

    PRODUCTS_BY_HANDLE = "ProductsByHandle": "products_by_handle";
    PRODUCT_SET = "ProductSet": "product_set";
    PRODUCT_WRITE = "ProductWrite": "product_write";

    FIND_PRODUCTS = "FindProducts": "find_products" "fragments/next";
    FIND_VARIANTS = "FindVariants": "find_variants" "fragments/next";

    COUNT_PRODUCTS = "CountProducts": "count_products";
    COUNT_ORDERS = "CountOrders": "count_orders";
    COUNT_LOCATIONS = "CountLocations": "count_locations";

    INVENTORY_ITEMS = "InventoryItems":
        "inventory_items" "fragments/inventory_item" "fragments/owner" "fragments/level" "fragments/next";
    INVENTORY_ITEMS_BY_ID = "InventoryItemsById":
        "inventory_items_by_id" "fragments/inventory_item" "fragments/owner" "fragments/level" "fragments/next";
    CHANGED_LEVELS = "ChangedLevels":
        "changed_levels" "fragments/owner" "fragments/level" "fragments/next";
    INVENTORY_LEVELS = "InventoryLevels": "inventory_levels" "fragments/level" "fragments/next";

    INVENTORY_SET = "InventorySet": "inventory_set";
    INVENTORY_STOCK = "InventoryStock": "inventory_stock";
    VARIANT_ITEMS = "VariantItems": "variant_items";

    LOCATIONS = "Locations": "locations" "fragments/location" "fragments/next";
    LOCATIONS_BY_ID = "LocationsById": "locations_by_id" "fragments/location";

    ORDERS = "Orders":
        "orders" "fragments/order" "fragments/line" "fragments/shipping" "fragments/allocation"
        "fragments/application" "fragments/refund_line" "fragments/parcel_line" "fragments/fulfillment_order"
        "fragments/assigned_line" "fragments/address" "fragments/tax" "fragments/bag" "fragments/next";
    ORDERS_BY_ID = "OrdersById":
        "orders_by_id" "fragments/order" "fragments/line" "fragments/shipping" "fragments/allocation"
        "fragments/application" "fragments/refund_line" "fragments/parcel_line" "fragments/fulfillment_order"
        "fragments/assigned_line" "fragments/address" "fragments/tax" "fragments/bag" "fragments/next";
    ORDER_LINES = "OrderLines":
        "order_lines" "fragments/line" "fragments/allocation" "fragments/application" "fragments/tax"
        "fragments/bag" "fragments/next";
    ORDER_SHIPPING_LINES = "OrderShippingLines":
        "order_shipping_lines" "fragments/shipping" "fragments/allocation" "fragments/application"
        "fragments/tax" "fragments/bag" "fragments/next";
    ORDER_DISCOUNTS = "OrderDiscounts": "order_discounts" "fragments/application" "fragments/next";
    ORDER_FULFILLMENT_ORDERS = "OrderFulfillmentOrders":
        "order_fulfillment_orders" "fragments/fulfillment_order" "fragments/assigned_line" "fragments/next";
    ORDER_TO_SHIP = "OrderToShip":
        "order_to_ship" "fragments/to_ship" "fragments/to_ship_line" "fragments/next";
    ORDER_TO_SHIP_REST = "OrderToShipRest":
        "order_to_ship_rest" "fragments/to_ship" "fragments/to_ship_line" "fragments/next";
    TO_SHIP_LINES = "ToShipLines": "to_ship_lines" "fragments/to_ship_line" "fragments/next";
    FULFILLMENT_CREATE = "FulfillmentCreate": "fulfillment_create";
    FULFILLMENT_TRACK = "FulfillmentTrack": "fulfillment_track";
    ORDER_PARCELS = "OrderParcels": "order_parcels";
    ORDER_NOTE = "OrderNote": "order_note";
    ORDER_CANCEL = "OrderCancel": "order_cancel";
    JOB_DONE = "JobDone": "job_done";
    REFUND_LINES = "RefundLines": "refund_lines" "fragments/refund_line" "fragments/next";
    FULFILLMENT_LINES = "FulfillmentLines": "fulfillment_lines" "fragments/parcel_line" "fragments/next";
    FULFILLMENT_ORDER_LINES = "FulfillmentOrderLines":
        "fulfillment_order_lines" "fragments/assigned_line" "fragments/next";
}
