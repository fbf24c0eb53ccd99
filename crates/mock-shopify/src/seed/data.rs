//! The embedded files of the demonstration shop, as they are written.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::SeedError;
use crate::state::{PostalAddress, WeightUnit};

/// What the demonstration shop sells, and to whom.
pub(super) struct DemoData {
    pub(super) taxes: Vec<TaxData>,
    pub(super) products: Vec<ProductData>,
    pub(super) customers: Vec<CustomerData>,
    pub(super) orders: Vec<OrderData>,
}

impl DemoData {
    pub(super) fn load() -> Result<Self, SeedError> {
        Ok(Self {
            taxes: parse("taxes.json", include_str!("../../../../seed_data/taxes.json"))?,
            products: parse(
                "shopify/products.json",
                include_str!("../../../../seed_data/shopify/products.json"),
            )?,
            customers: parse(
                "shopify/customers.json",
                include_str!("../../../../seed_data/shopify/customers.json"),
            )?,
            orders: parse(
                "shopify/orders.json",
                include_str!("../../../../seed_data/shopify/orders.json"),
            )?,
        })
    }
}

/// The shop itself with its locations.
pub(super) fn shop() -> Result<ShopData, SeedError> {
    parse(
        "shopify/shop.json",
        include_str!("../../../../seed_data/shopify/shop.json"),
    )
}

fn parse<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, SeedError> {
    serde_json::from_str(text).map_err(|source| SeedError::Data { file, source })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShopData {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) owner: String,
    pub(super) myshopify_domain: String,
    pub(super) primary_host: String,
    pub(super) currency: String,
    pub(super) timezone: String,
    pub(super) taxes_included: bool,
    pub(super) tax_shipping: bool,
    pub(super) weight_unit: UnitData,
    pub(super) plan: String,
    pub(super) days_ago: i64,
    pub(super) address: AddressData,
    pub(super) locations: Vec<LocationData>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum UnitData {
    Grams,
    Kilograms,
    Ounces,
    Pounds,
}

impl From<UnitData> for WeightUnit {
    fn from(unit: UnitData) -> Self {
        match unit {
            UnitData::Grams => Self::Grams,
            UnitData::Kilograms => Self::Kilograms,
            UnitData::Ounces => Self::Ounces,
            UnitData::Pounds => Self::Pounds,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LocationData {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) address: AddressData,
}

/// A tax; Odoo is seeded with the same rates.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaxData {
    pub(super) key: String,
    pub(super) title: String,
    pub(super) rate: Decimal,
}

#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AddressData {
    first_name: Option<String>,
    last_name: Option<String>,
    company: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    province: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
    country: Option<String>,
    country_code: Option<String>,
    phone: Option<String>,
}

impl From<AddressData> for PostalAddress {
    fn from(data: AddressData) -> Self {
        Self {
            id: 0,
            first_name: data.first_name,
            last_name: data.last_name,
            company: data.company,
            address1: data.address1,
            address2: data.address2,
            city: data.city,
            province: data.province,
            province_code: data.province_code,
            zip: data.zip,
            country: data.country,
            country_code: data.country_code,
            phone: data.phone,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductData {
    pub(super) handle: String,
    pub(super) title: String,
    pub(super) html: String,
    pub(super) vendor: String,
    #[serde(rename = "type")]
    pub(super) product_type: String,
    pub(super) tags: Vec<String>,
    pub(super) status: StatusData,
    pub(super) days_ago: i64,
    pub(super) cost: Decimal,
    pub(super) options: Vec<(String, Vec<String>)>,
    pub(super) variants: Vec<VariantData>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum StatusData {
    Active,
    Archived,
    Draft,
    Unlisted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantData {
    pub(super) values: Vec<String>,
    pub(super) sku: String,
    pub(super) barcode: Option<String>,
    pub(super) price: Decimal,
    pub(super) compare_at: Option<Decimal>,
    pub(super) grams: Decimal,
    /// Available units when the product was added, by location in the order of `shop.json`.
    pub(super) stock: Vec<i64>,
    /// When it was taken out of the catalogue; orders keep their lines.
    pub(super) removed_days_ago: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerData {
    pub(super) key: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) locale: String,
    #[serde(default)]
    pub(super) marketing: bool,
    pub(super) days_ago: i64,
    pub(super) note: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) addresses: Vec<AddressData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderData {
    pub(super) key: String,
    pub(super) days_ago: i64,
    pub(super) hour: i8,
    pub(super) minute: i8,
    /// Key in `customers.json`; none: a guest.
    pub(super) customer: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) source: Option<String>,
    /// Key of the location it ships from.
    pub(super) location: Option<String>,
    pub(super) note: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    /// Taken along in the shop: no shipping address.
    #[serde(default)]
    pub(super) pickup: bool,
    /// Default: the customer's first address.
    pub(super) ship_to: Option<AddressData>,
    pub(super) bill_to: Option<AddressData>,
    #[serde(default)]
    pub(super) payment: PaymentData,
    pub(super) lines: Vec<LineData>,
    #[serde(default)]
    pub(super) shipping: Vec<ShippingData>,
    /// Keys in `taxes.json`.
    pub(super) taxes: Vec<String>,
    #[serde(default)]
    pub(super) discounts: Vec<DiscountData>,
    #[serde(default)]
    pub(super) fulfil: Vec<FulfilData>,
    #[serde(default)]
    pub(super) refund: Vec<RefundData>,
    pub(super) cancel: Option<CancelData>,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
pub(super) enum PaymentData {
    #[default]
    Paid,
    Pending,
    Authorized,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineData {
    /// SKU in `products.json`; none: a custom line, which has a title and a price.
    pub(super) sku: Option<String>,
    pub(super) title: Option<String>,
    pub(super) price: Option<Decimal>,
    pub(super) quantity: i64,
    pub(super) taxable: Option<bool>,
    pub(super) ships: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShippingData {
    pub(super) title: String,
    pub(super) price: Decimal,
    /// Instead of the order's.
    pub(super) taxes: Option<Vec<String>>,
}

/// One of `code`, `automatic` and `manual`; one of `percent` and `amount`; `lines` or `on: "shipping"`, else the
/// whole order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiscountData {
    pub(super) code: Option<String>,
    pub(super) automatic: Option<String>,
    pub(super) manual: Option<String>,
    pub(super) description: Option<String>,
    pub(super) percent: Option<Decimal>,
    pub(super) amount: Option<Decimal>,
    pub(super) lines: Option<Vec<usize>>,
    pub(super) on: Option<DiscountedData>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum DiscountedData {
    Shipping,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FulfilData {
    pub(super) days_ago: i64,
    /// Position of a line and units; none: everything.
    #[serde(default)]
    pub(super) lines: Vec<(usize, i64)>,
    pub(super) tracking: Option<TrackingData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrackingData {
    pub(super) company: String,
    pub(super) number: String,
    pub(super) url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefundData {
    pub(super) days_ago: i64,
    /// Position of a line, units, and whether they go back to stock.
    pub(super) lines: Vec<(usize, i64, bool)>,
    /// Whether shipping is paid back.
    #[serde(default)]
    pub(super) shipping: bool,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelData {
    pub(super) days_ago: i64,
    pub(super) reason: String,
    pub(super) restock: bool,
    pub(super) refund: bool,
}
