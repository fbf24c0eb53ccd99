use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::shop::WeightUnit;

/// `ProductStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ProductStatus {
    /// For sale.
    #[default]
    Active,
    /// No longer sold.
    Archived,
    /// Not yet sold.
    Draft,
    /// Sold by link only.
    Unlisted,
}

impl ProductStatus {
    const ALL: [Self; 4] = [Self::Active, Self::Archived, Self::Draft, Self::Unlisted];

    /// The status of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// As in the schema: `ACTIVE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Archived => "ARCHIVED",
            Self::Draft => "DRAFT",
            Self::Unlisted => "UNLISTED",
        }
    }
}

/// A product; its variants are rows of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Number in `gid://shopify/Product/…`.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Unique part of its URL.
    pub handle: String,
    /// Description as HTML.
    pub description_html: String,
    /// Maker.
    pub vendor: String,
    /// The shop's own category.
    pub product_type: String,
    /// Sorted, without duplicates.
    pub tags: Vec<String>,
    /// Whether it is for sale.
    pub status: ProductStatus,
    /// In the order of their positions; at least one.
    pub options: Vec<ProductOption>,
    /// Images in the order of their positions.
    pub media: Vec<ProductImage>,
    /// Search engine title.
    pub seo_title: Option<String>,
    /// Search engine description.
    pub seo_description: Option<String>,
    /// Whether it is a gift card.
    pub gift_card: bool,
    /// Theme template.
    pub template_suffix: Option<String>,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed; also by a change of its stock, as Shopify documents.
    pub updated_at: Timestamp,
    /// When it was published to the online store.
    pub published_at: Option<Timestamp>,
}

/// One of up to three options ("Size").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductOption {
    /// Number in `gid://shopify/ProductOption/…`.
    pub id: i64,
    /// "Size".
    pub name: String,
    /// In the order of their positions.
    pub values: Vec<OptionValue>,
}

/// One value of an option ("M").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptionValue {
    /// Number in `gid://shopify/ProductOptionValue/…`; kept when the value is renamed.
    pub id: i64,
    /// "M".
    pub name: String,
}

/// An image of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductImage {
    /// Number in `gid://shopify/MediaImage/…`.
    pub id: i64,
    /// Number in `gid://shopify/ImageSource/…`.
    pub image_id: i64,
    /// Where the file is.
    pub url: String,
    /// Text for those who do not see it.
    pub alt: Option<String>,
    /// Added.
    pub created_at: Timestamp,
}

/// `ProductVariantInventoryPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum InventoryPolicy {
    /// Not sold below zero.
    #[default]
    Deny,
    /// Sold below zero.
    Continue,
}

impl InventoryPolicy {
    /// As in the schema: `DENY`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deny => "DENY",
            Self::Continue => "CONTINUE",
        }
    }
}

/// What is sold: one combination of option values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Number in `gid://shopify/ProductVariant/…`.
    pub id: i64,
    /// The product it belongs to.
    pub product_id: i64,
    /// Its inventory item, one per variant.
    pub item_id: i64,
    /// Ids of its option values, one per option of the product and in their order.
    pub values: Vec<i64>,
    /// Price in shop currency.
    pub price: Decimal,
    /// Price before a sale.
    pub compare_at_price: Option<Decimal>,
    /// Barcode.
    pub barcode: Option<String>,
    /// 1, 2, ...
    pub position: i32,
    /// Whether taxes are charged.
    pub taxable: bool,
    /// Whether it is sold below zero.
    pub inventory_policy: InventoryPolicy,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed; also by a change of its stock.
    pub updated_at: Timestamp,
}

/// A weight as entered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Amount.
    pub value: Decimal,
    /// Unit.
    pub unit: WeightUnit,
}

impl Weight {
    /// The same in grams, unrounded.
    pub fn grams(self) -> Decimal {
        let factor = match self.unit {
            WeightUnit::Grams => Decimal::ONE,
            WeightUnit::Kilograms => Decimal::ONE_THOUSAND,
            WeightUnit::Ounces => Decimal::new(28_349_523_125, 9),
            WeightUnit::Pounds => Decimal::new(45_359_237, 5),
        };
        self.value * factor
    }
}

/// What is stocked and shipped. The SKU lives here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InventoryItem {
    /// Number in `gid://shopify/InventoryItem/…`.
    pub id: i64,
    /// The variant it belongs to.
    pub variant_id: i64,
    /// Stock keeping unit; need not be unique.
    pub sku: Option<String>,
    /// Whether quantities are kept.
    pub tracked: bool,
    /// Whether it is shipped.
    pub requires_shipping: bool,
    /// Cost in shop currency.
    pub unit_cost: Option<Decimal>,
    /// Weight.
    pub weight: Weight,
    /// ISO 3166 code of the country of origin.
    pub country_of_origin: Option<String>,
    /// Customs code.
    pub harmonized_system_code: Option<String>,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// What is needed to insert a product.
#[derive(Debug, Clone, Default)]
pub struct NewProduct {
    /// Title; must not be blank.
    pub title: String,
    /// Handle; made from the title if `None`, and made unique in both cases.
    pub handle: Option<String>,
    /// Description as HTML.
    pub description_html: String,
    /// Maker; the shop's name if empty.
    pub vendor: String,
    /// The shop's own category.
    pub product_type: String,
    /// Tags in any order.
    pub tags: Vec<String>,
    /// Whether it is for sale.
    pub status: ProductStatus,
    /// Names of up to three options with their values in order. Values that variants name are added. None: the
    /// product has the single variant `Title / Default Title`.
    pub options: Vec<(String, Vec<String>)>,
    /// The variants in the order of their positions; none: one with default values.
    pub variants: Vec<NewVariant>,
    /// Images: URL and alternative text.
    pub images: Vec<(String, Option<String>)>,
    /// Search engine title.
    pub seo_title: Option<String>,
    /// Search engine description.
    pub seo_description: Option<String>,
    /// Whether it is a gift card.
    pub gift_card: bool,
    /// When it was created; `None`: now.
    pub created_at: Option<Timestamp>,
    /// Whether it is not published to the online store.
    pub unpublished: bool,
}

/// What is needed to insert a variant.
#[derive(Debug, Clone)]
pub struct NewVariant {
    /// Its value for each option of the product, in order.
    pub values: Vec<String>,
    /// Price in shop currency.
    pub price: Decimal,
    /// Price before a sale.
    pub compare_at_price: Option<Decimal>,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Barcode.
    pub barcode: Option<String>,
    /// Whether taxes are charged.
    pub taxable: bool,
    /// Whether it is sold below zero.
    pub inventory_policy: InventoryPolicy,
    /// Whether quantities are kept.
    pub tracked: bool,
    /// Whether it is shipped.
    pub requires_shipping: bool,
    /// Cost in shop currency.
    pub unit_cost: Option<Decimal>,
    /// Weight; zero in the shop's unit if `None`.
    pub weight: Option<Weight>,
    /// Location id and available quantity. Locations not named get a level with zero at the first active location
    /// only, as a new variant has in Shopify.
    pub stock: Vec<(i64, i64)>,
}

impl Default for NewVariant {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            price: Decimal::ZERO,
            compare_at_price: None,
            sku: None,
            barcode: None,
            taxable: true,
            inventory_policy: InventoryPolicy::Deny,
            tracked: true,
            requires_shipping: true,
            unit_cost: None,
            weight: None,
            stock: Vec::new(),
        }
    }
}
