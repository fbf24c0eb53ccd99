//! Product exports of real shops, as Shopify's admin writes them: one row per variant or image, held together by
//! their handles, with what belongs to the product on the first of them.
//!
//! Real files have duplicate SKUs, image rows, apostrophes that a spreadsheet put before numbers, columns that are
//! missing. What can be understood is taken and reported as an [`Oddity`]; what cannot (a price that is no number)
//! refuses the file, with every such cell named at once.

mod cells;
mod check;
mod columns;
mod error;
mod group;
mod oddity;
mod rows;
mod variant;

use std::io::Read;

use rust_decimal::Decimal;

pub use columns::Column;
pub use error::{BadCell, CsvError};
pub use oddity::{Oddity, OddityKind};

use crate::state::{InventoryPolicy, ProductStatus, WeightUnit};

/// How large a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole file.
    pub bytes: usize,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Rows below the header.
    pub rows: usize,
    /// Columns of the header.
    pub columns: usize,
}

impl Default for Limits {
    /// 64 MiB (Shopify itself takes 15 MB), 1 MiB a cell (a description has at most 512 KiB), half a million rows.
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            cell_bytes: 1 << 20,
            rows: 500_000,
            columns: 1_000,
        }
    }
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Its products in the order of their first rows.
    pub products: Vec<CatalogueProduct>,
    /// Everything odd, by row.
    pub oddities: Vec<Oddity>,
    /// Rows below the header, empty ones aside.
    pub rows: usize,
}

impl Catalogue {
    /// Variants of all products.
    pub fn variants(&self) -> usize {
        self.products.iter().map(|product| product.variants.len()).sum()
    }
}

/// A product of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueProduct {
    /// Its handle as written.
    pub handle: String,
    /// The first of its rows. Rows are counted as a spreadsheet does: the header is row 1.
    pub row: usize,
    /// Title, 255 characters at most.
    pub title: String,
    /// Description as HTML, as written.
    pub description_html: String,
    /// Maker.
    pub vendor: String,
    /// The shop's own category.
    pub product_type: String,
    /// Tags as written.
    pub tags: Vec<String>,
    /// Whether it is for sale.
    pub status: ProductStatus,
    /// Whether it is in the online store.
    pub published: bool,
    /// Whether it is a gift card.
    pub gift_card: bool,
    /// Search engine title.
    pub seo_title: Option<String>,
    /// Search engine description.
    pub seo_description: Option<String>,
    /// Names of its options; none: it has one variant.
    pub options: Vec<String>,
    /// At least one; no two with the same values.
    pub variants: Vec<CatalogueVariant>,
    /// URL and alternative text of its images in order.
    pub images: Vec<(String, Option<String>)>,
}

/// A variant of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueVariant {
    /// Its row.
    pub row: usize,
    /// A value for each option.
    pub values: Vec<String>,
    /// Stock keeping unit; need not be unique.
    pub sku: Option<String>,
    /// Barcode; need not be unique.
    pub barcode: Option<String>,
    /// Price, at least zero.
    pub price: Decimal,
    /// Price before a sale.
    pub compare_at_price: Option<Decimal>,
    /// Cost.
    pub unit_cost: Option<Decimal>,
    /// Weight in grams.
    pub grams: Decimal,
    /// The unit its weight is shown in.
    pub weight_unit: WeightUnit,
    /// Whether quantities are kept.
    pub tracked: bool,
    /// Whether it is sold below zero.
    pub inventory_policy: InventoryPolicy,
    /// Whether taxes are charged.
    pub taxable: bool,
    /// Whether it is shipped.
    pub requires_shipping: bool,
    /// Units that can be sold.
    pub quantity: i64,
}

/// Reads a product export.
pub fn read(input: impl Read, limits: &Limits) -> Result<Catalogue, CsvError> {
    let (table, mut oddities) = rows::read(input, limits)?;
    let mut cells = cells::Cells::default();
    let products = group::products(&table, &mut cells, &mut oddities);
    cells.finish()?;
    if products.is_empty() {
        return Err(CsvError::NoProducts);
    }
    check::across(&products, &mut oddities);
    oddities.sort_by_key(|oddity| oddity.row);
    Ok(Catalogue {
        products,
        oddities,
        rows: table.rows.len(),
    })
}
