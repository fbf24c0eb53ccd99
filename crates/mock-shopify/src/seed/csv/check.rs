//! What shows only when all products are seen together.

use std::collections::BTreeMap;

use super::oddity::{Notes, short};
use super::{CatalogueProduct, CatalogueVariant, Oddity, OddityKind};

pub(super) fn across(products: &[CatalogueProduct], oddities: &mut Vec<Oddity>) {
    repeated(products, oddities, OddityKind::DuplicateSku, |variant| {
        variant.sku.as_deref()
    });
    repeated(products, oddities, OddityKind::DuplicateBarcode, |variant| {
        variant.barcode.as_deref()
    });
}

fn repeated(
    products: &[CatalogueProduct],
    oddities: &mut Vec<Oddity>,
    kind: OddityKind,
    of: impl Fn(&CatalogueVariant) -> Option<&str>,
) {
    let what = if kind == OddityKind::DuplicateSku {
        "SKU"
    } else {
        "barcode"
    };
    let mut first: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for product in products {
        let mut notes = Notes {
            handle: product.handle.clone(),
            oddities,
        };
        for variant in &product.variants {
            let Some(code) = of(variant) else {
                continue;
            };
            if let Some((row, handle)) = first.get(code) {
                let text = format!(
                    "the {what} \"{}\" is already on row {row} ({handle})",
                    short(code)
                );
                notes.add(kind, variant.row, text);
            } else {
                first.insert(code, (variant.row, &product.handle));
            }
        }
    }
}
