//! The shop behind the API: typed rows and the operations that change them.

mod catalog;
mod customer;
mod entity;
mod fulfilment;
mod inventory;
mod metafield;
mod money;
mod options;
mod order;
mod order_edit;
mod place;
mod product;
mod refund;
mod replay;
mod ship;
mod shop;
mod stock;
mod store;

pub use customer::{Customer, NewCustomer};
pub use entity::{Entity, Rows, Stored, indexes};
pub use fulfilment::{
    Fulfillment, FulfillmentLine, FulfillmentOrder, FulfillmentOrderLine, FulfillmentOrderStatus,
    FulfillmentStatus, Tracking,
};
pub use inventory::{InventoryLevel, Quantity, StockState};
pub use metafield::Metafield;
pub use order::{
    Allocation, Discount, DiscountSource, DiscountTarget, DiscountValue, Order, OrderLine, Presentment,
    Refund, RefundLine, RefundShipping, RestockType, ShippingLine, Tax, Transaction, TransactionKind,
};
pub use place::{NewLine, NewOrder, NewShipping, Payment, TaxRate};
pub use product::{
    InventoryItem, InventoryPolicy, NewProduct, NewVariant, OptionValue, Product, ProductImage,
    ProductOption, ProductStatus, Variant, Weight,
};
pub use refund::NewRefund;
pub use replay::{Operation, Replay};
pub use shop::{Location, NewLocation, PostalAddress, Shop, WeightUnit};
pub use store::{StateError, Store};

pub(crate) use catalog::{MAX_OPTIONS, MAX_VARIANTS, slug};
pub(crate) use entity::{owner, place};
pub(crate) use money::tax_of as taxes_in;
pub(crate) use options::{is_standalone, variants_of};
pub(crate) use store::shop_of;

/// "S / Moss": the names of a variant's values.
pub(crate) fn title_of(product: &Product, variant: &Variant) -> String {
    let names: Vec<&str> = value_names(product, variant)
        .into_iter()
        .map(|(_, value)| value.name.as_str())
        .collect();
    names.join(" / ")
}

/// Name of each option with the variant's value.
pub(crate) fn value_names<'w>(product: &'w Product, variant: &Variant) -> Vec<(&'w str, &'w OptionValue)> {
    let options = product.options.iter().zip(&variant.values);
    let found = options.filter_map(|(option, id)| {
        let value = option.values.iter().find(|value| value.id == *id)?;
        Some((option.name.as_str(), value))
    });
    found.collect()
}
