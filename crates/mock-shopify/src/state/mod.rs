//! The shop behind the API: typed rows and the operations that change them.

mod catalog;
mod customer;
mod entity;
mod fulfilment;
mod inventory;
mod metafield;
mod options;
mod order;
mod product;
mod replay;
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
pub use product::{
    InventoryItem, InventoryPolicy, NewProduct, NewVariant, OptionValue, Product, ProductImage,
    ProductOption, ProductStatus, Variant, Weight,
};
pub use replay::Replay;
pub use shop::{Location, NewLocation, PostalAddress, Shop, WeightUnit};
pub use store::{StateError, Store};

pub(crate) use entity::{owner, place};
pub(crate) use options::{is_standalone, variants_of};
