use std::fmt;

use serde::Serialize;

/// What kind of oddity it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OddityKind {
    /// A column occurs twice; the first counts.
    RepeatedColumn,
    /// A row has more or fewer cells than the header.
    UnevenRow,
    /// A cell holds characters that cannot be shown; they are left out.
    ControlCharacter,
    /// A row has no handle.
    MissingHandle,
    /// Nothing is on a row but its handle.
    EmptyRow,
    /// The rows of a product are not together.
    ScatteredProduct,
    /// A product has no title.
    MissingTitle,
    /// A later row gives the product another title; two products may share the handle.
    OtherTitle,
    /// The title is longer than Shopify allows.
    LongTitle,
    /// Values stand in an option that has no name.
    UnnamedOption,
    /// Two options have the same name.
    RepeatedOption,
    /// A variant has no value for an option.
    MissingOptionValue,
    /// Values of an option differ in nothing but case.
    SimilarOptionValues,
    /// Two variants of a product have the same values; the later one is left out.
    DuplicateVariant,
    /// A product has more variants than Shopify allows; the rest is left out.
    TooManyVariants,
    /// A spreadsheet put an apostrophe before a number; it is left out.
    Apostrophe,
    /// A variant has no SKU.
    EmptySku,
    /// A SKU occurs again.
    DuplicateSku,
    /// A barcode occurs again.
    DuplicateBarcode,
    /// A spreadsheet turned a barcode into "4.01E+12"; it is left empty.
    ScientificBarcode,
    /// The last digit of a barcode does not fit the others.
    BarcodeCheckDigit,
    /// A variant has no price; it is taken as zero.
    MissingPrice,
    /// The price before a sale is not higher than the price.
    CompareAtNotHigher,
    /// Quantities stand on a variant for which none are kept.
    UntrackedQuantity,
    /// A quantity is below zero.
    NegativeQuantity,
}

/// Something odd in a file that could be read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Oddity {
    /// What kind.
    pub kind: OddityKind,
    /// Handle of the product; empty if there is none.
    pub handle: String,
    /// The row; the header is row 1.
    pub row: usize,
    /// What is odd, and what was done about it.
    pub text: String,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.handle.is_empty() {
            write!(f, "row {}: {}", self.row, self.text)
        } else {
            write!(f, "row {} ({}): {}", self.row, self.handle, self.text)
        }
    }
}

/// Where oddities of one product go.
pub(super) struct Notes<'o> {
    pub(super) handle: String,
    pub(super) oddities: &'o mut Vec<Oddity>,
}

impl Notes<'_> {
    pub(super) fn add(&mut self, kind: OddityKind, row: usize, text: impl Into<String>) {
        self.oddities.push(Oddity {
            kind,
            handle: self.handle.clone(),
            row,
            text: text.into(),
        });
    }
}

/// The first forty characters, so that a report stays readable.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
