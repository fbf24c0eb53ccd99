//! The embedded files of the demonstration company, as they are written.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::SeedError;

/// What the demonstration company is and sells.
pub(super) struct DemoData {
    pub(super) company: CompanyData,
    /// Names of the shop's locations: the warehouses.
    pub(super) locations: Vec<LocationData>,
    pub(super) taxes: Vec<TaxData>,
    pub(super) products: Vec<ProductData>,
}

impl DemoData {
    pub(super) fn load() -> Result<Self, SeedError> {
        let shop: ShopData = parse(
            "shopify/shop.json",
            include_str!("../../../../seed_data/shopify/shop.json"),
        )?;
        Ok(Self {
            company: parse(
                "odoo/company.json",
                include_str!("../../../../seed_data/odoo/company.json"),
            )?,
            locations: shop.locations,
            taxes: parse("taxes.json", include_str!("../../../../seed_data/taxes.json"))?,
            products: parse(
                "odoo/products.json",
                include_str!("../../../../seed_data/odoo/products.json"),
            )?,
        })
    }
}

fn parse<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, SeedError> {
    serde_json::from_str(text).map_err(|source| SeedError::Data { file, source })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyData {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) street: String,
    pub(super) city: String,
    pub(super) zip: String,
    /// Two letters.
    pub(super) country: String,
    /// The state's code in its country.
    pub(super) state: String,
}

/// Of the other side's file, only what is needed here.
#[derive(Deserialize)]
struct ShopData {
    locations: Vec<LocationData>,
}

#[derive(Deserialize)]
pub(super) struct LocationData {
    pub(super) key: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaxData {
    pub(super) key: String,
    pub(super) title: String,
    /// A share of the price: 0.2 is 20 %.
    pub(super) rate: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductData {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) vendor: String,
    pub(super) category: String,
    pub(super) tags: Vec<String>,
    pub(super) price: Decimal,
    pub(super) cost: Decimal,
    /// Kilograms.
    pub(super) weight: Decimal,
    /// Attributes and their values.
    pub(super) options: Vec<(String, Vec<String>)>,
    pub(super) variants: Vec<VariantData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantData {
    /// One value per attribute, in their order.
    pub(super) values: Vec<String>,
    pub(super) sku: String,
    pub(super) barcode: String,
    /// On hand per warehouse, in the order of the shop's locations.
    pub(super) stock: Vec<Decimal>,
}
