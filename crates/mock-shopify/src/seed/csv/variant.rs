//! Options and variants of one product.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::cells::Cells;
use super::columns::Column;
use super::oddity::{Notes, short};
use super::rows::{Row, Table};
use super::{CatalogueVariant, OddityKind};

/// Most variants of a product in Shopify, since 2025-10-15.
const MOST_VARIANTS: usize = 2048;

/// An option: its name, and the column of its values.
type NamedOption = (String, Column);

pub(super) fn variants(
    table: &Table,
    rows: &[&Row],
    cells: &mut Cells,
    notes: &mut Notes<'_>,
) -> (Vec<String>, Vec<CatalogueVariant>) {
    let options = options(table, rows, notes);
    let mut variants: Vec<CatalogueVariant> = Vec::new();
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        // The first row of a product is a variant whatever is on it.
        if at > 0 && !is_variant(table, row) {
            if table.text(row, Column::ImageSrc).is_empty() {
                notes.add(
                    OddityKind::EmptyRow,
                    row.number,
                    "there is neither variant nor image on the row",
                );
            }
            continue;
        }
        let values = values(table, row, &options, notes);
        if let Some(first) = seen.get(&values) {
            let text = format!(
                "the variant \"{}\" is already on row {first}; this one is left out",
                short(&values.join(" / "))
            );
            notes.add(OddityKind::DuplicateVariant, row.number, text);
            continue;
        }
        if variants.len() == MOST_VARIANTS {
            let text = format!("a product has at most {MOST_VARIANTS} variants; this one is left out");
            notes.add(OddityKind::TooManyVariants, row.number, text);
            continue;
        }
        seen.insert(values.clone(), row.number);
        variants.push(variant(table, row, values, cells, notes));
    }
    report_similar(&options, &variants, notes);
    if stands_alone(&options, &variants) {
        for variant in &mut variants {
            variant.values.clear();
        }
        return (Vec::new(), variants);
    }
    (options.into_iter().map(|(name, _)| name).collect(), variants)
}

/// A product without options is written with the one option `Title` and its value `Default Title`.
fn stands_alone(options: &[NamedOption], variants: &[CatalogueVariant]) -> bool {
    match (options, variants) {
        ([], _) => true,
        ([(name, _)], [only]) => name == "Title" && only.values == ["Default Title"],
        _ => false,
    }
}

fn is_variant(table: &Table, row: &Row) -> bool {
    let telling = [
        Column::Option1Value,
        Column::Option2Value,
        Column::Option3Value,
        Column::Sku,
        Column::Barcode,
        Column::Price,
    ];
    telling
        .into_iter()
        .any(|column| !table.text(row, column).is_empty())
}

/// Names stand on the first row of a product only.
fn options(table: &Table, rows: &[&Row], notes: &mut Notes<'_>) -> Vec<NamedOption> {
    let mut options: Vec<NamedOption> = Vec::new();
    for (number, (name_column, column)) in (1..).zip(Column::OPTIONS) {
        let named = rows.iter().find_map(|row| table.filled(row, name_column));
        let used = rows.iter().find(|row| !table.text(row, column).is_empty());
        let mut name = match (named, used) {
            (Some(name), Some(_)) => name,
            (Some(name), None) => {
                let text = format!("the option \"{}\" has no values; it is left out", short(&name));
                notes.add(
                    OddityKind::MissingOptionValue,
                    rows.first().map_or(0, |row| row.number),
                    text,
                );
                continue;
            }
            (None, Some(row)) => {
                let name = format!("Option {number}");
                let text = format!("the option has values but no name; it is called \"{name}\"");
                notes.add(OddityKind::UnnamedOption, row.number, text);
                name
            }
            (None, None) => continue,
        };
        if options.iter().any(|(other, _)| *other == name) {
            let renamed = format!("{name} {number}");
            let text = format!(
                "two options are called \"{}\"; the later one becomes \"{renamed}\"",
                short(&name)
            );
            notes.add(
                OddityKind::RepeatedOption,
                rows.first().map_or(0, |row| row.number),
                text,
            );
            name = renamed;
        }
        options.push((name, column));
    }
    options
}

fn values(table: &Table, row: &Row, options: &[NamedOption], notes: &mut Notes<'_>) -> Vec<String> {
    let mut values = Vec::with_capacity(options.len());
    for (name, column) in options {
        values.push(table.filled(row, *column).unwrap_or_else(|| {
            let text = format!(
                "the variant has no value for \"{}\"; \"Default\" is taken",
                short(name)
            );
            notes.add(OddityKind::MissingOptionValue, row.number, text);
            "Default".to_owned()
        }));
    }
    values
}

fn report_similar(options: &[NamedOption], variants: &[CatalogueVariant], notes: &mut Notes<'_>) {
    for (at, (name, _)) in options.iter().enumerate() {
        let mut written: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for variant in variants {
            let Some(value) = variant.values.get(at) else {
                continue;
            };
            let forms = written.entry(value.to_lowercase()).or_default();
            if forms.insert(value) && forms.len() > 1 {
                let text = format!(
                    "the value \"{}\" of \"{}\" is also written otherwise",
                    short(value),
                    short(name)
                );
                notes.add(OddityKind::SimilarOptionValues, variant.row, text);
            }
        }
    }
}

fn variant(
    table: &Table,
    row: &Row,
    values: Vec<String>,
    cells: &mut Cells,
    notes: &mut Notes<'_>,
) -> CatalogueVariant {
    let price = cells.amount(table, row, Column::Price);
    if table.text(row, Column::Price).is_empty() {
        notes.add(
            OddityKind::MissingPrice,
            row.number,
            "the variant has no price; it is taken as zero",
        );
    }
    let price = price.unwrap_or_default();
    let compare_at_price = cells
        .amount(table, row, Column::CompareAtPrice)
        .filter(|before| !before.is_zero());
    if let Some(before) = compare_at_price.filter(|before| *before <= price) {
        let text = format!("the price before a sale, {before}, is not higher than the price, {price}");
        notes.add(OddityKind::CompareAtNotHigher, row.number, text);
    }
    let sku = code(table, row, Column::Sku, notes);
    if sku.is_none() {
        notes.add(OddityKind::EmptySku, row.number, "the variant has no SKU");
    }
    let quantity = cells.quantity(table, row);
    let tracked = !table.text(row, Column::Tracker).is_empty();
    if quantity < 0 {
        notes.add(
            OddityKind::NegativeQuantity,
            row.number,
            format!("the quantity is {quantity}"),
        );
    }
    if !tracked && quantity != 0 {
        let text = format!("the quantity is {quantity}, but no quantities are kept for the variant");
        notes.add(OddityKind::UntrackedQuantity, row.number, text);
    }
    CatalogueVariant {
        row: row.number,
        values,
        sku,
        barcode: barcode(table, row, notes),
        price,
        compare_at_price,
        unit_cost: cells.amount(table, row, Column::Cost),
        grams: cells.amount(table, row, Column::Grams).unwrap_or(Decimal::ZERO),
        weight_unit: cells.weight_unit(table, row),
        tracked,
        inventory_policy: cells.policy(table, row),
        taxable: cells.flag(table, row, Column::Taxable, true),
        requires_shipping: cells.flag(table, row, Column::RequiresShipping, true),
        quantity,
    }
}

/// A SKU or barcode. Spreadsheets keep numbers as text with an apostrophe before them, and some export that.
fn code(table: &Table, row: &Row, column: Column, notes: &mut Notes<'_>) -> Option<String> {
    let text = table.filled(row, column)?;
    let Some(bare) = text.strip_prefix('\'') else {
        return Some(text);
    };
    let said = format!(
        "\"{}\" has an apostrophe before \"{}\"; it is left out",
        table.name_of(column),
        short(bare)
    );
    notes.add(OddityKind::Apostrophe, row.number, said);
    Some(bare.trim().to_owned()).filter(|bare| !bare.is_empty())
}

fn barcode(table: &Table, row: &Row, notes: &mut Notes<'_>) -> Option<String> {
    let barcode = code(table, row, Column::Barcode, notes)?;
    if is_scientific(&barcode) {
        let text = format!(
            "a spreadsheet has turned the barcode into \"{}\"; it is left empty",
            short(&barcode)
        );
        notes.add(OddityKind::ScientificBarcode, row.number, text);
        return None;
    }
    if !has_right_check_digit(&barcode) {
        let text = format!(
            "the last digit of the barcode \"{}\" does not fit the others",
            short(&barcode)
        );
        notes.add(OddityKind::BarcodeCheckDigit, row.number, text);
    }
    Some(barcode)
}

/// "4.01235E+12"
fn is_scientific(barcode: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((mantissa, exponent)) = barcode.split_once(['E', 'e']) else {
        return false;
    };
    let point = mantissa.replacen(['.', ','], "", 1);
    digits(&point) && exponent.strip_prefix('+').is_some_and(digits)
}

/// GTIN-8, -12, -13 and -14 end with a check digit. Other codes have none.
fn has_right_check_digit(barcode: &str) -> bool {
    let digits: Option<Vec<u32>> = barcode.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| matches!(digits.len(), 8 | 12 | 13 | 14)) else {
        return true;
    };
    let weights = [1, 3].into_iter().cycle();
    let sum: u32 = digits
        .iter()
        .rev()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    sum.is_multiple_of(10)
}
