//! From text to values. What is no value is remembered, so that all of it can be told at once.

use rust_decimal::Decimal;

use super::columns::Column;
use super::oddity::short;
use super::rows::{Row, Table};
use super::{BadCell, CsvError};
use crate::state::{InventoryPolicy, ProductStatus, WeightUnit};

/// Most bad cells that an error lists.
const LISTED: usize = 50;
/// Shopify's own bound of quantities, and enough for prices and weights.
const LARGEST: i64 = 1_000_000_000;

/// Reads cells.
#[derive(Default)]
pub(super) struct Cells {
    bad: Vec<BadCell>,
    more: usize,
}

impl Cells {
    /// An error if any cell was bad.
    pub(super) fn finish(self) -> Result<(), CsvError> {
        if self.bad.is_empty() {
            return Ok(());
        }
        Err(CsvError::Cells {
            cells: self.bad,
            more: self.more,
        })
    }

    fn refuse(&mut self, table: &Table, row: &Row, column: Column, fix: &'static str) {
        if self.bad.len() >= LISTED {
            self.more += 1;
            return;
        }
        self.bad.push(BadCell {
            row: row.number,
            column: table.name_of(column),
            value: short(table.text(row, column)),
            fix,
        });
    }

    /// A number from zero to a thousand million.
    pub(super) fn amount(&mut self, table: &Table, row: &Row, column: Column) -> Option<Decimal> {
        let text = table.text(row, column);
        if text.is_empty() {
            return None;
        }
        let amount = text.parse::<Decimal>().ok();
        let amount = amount.filter(|amount| (Decimal::ZERO..=Decimal::from(LARGEST)).contains(amount));
        if amount.is_none() {
            self.refuse(
                table,
                row,
                column,
                "write a number that is not negative, such as 19.90",
            );
        }
        amount
    }

    /// A whole number, also below zero.
    pub(super) fn quantity(&mut self, table: &Table, row: &Row) -> i64 {
        let text = table.text(row, Column::Quantity);
        if text.is_empty() {
            return 0;
        }
        let number = text.parse::<Decimal>().ok().filter(Decimal::is_integer);
        let number = number.and_then(|number| i64::try_from(number).ok());
        let number = number.filter(|number| (-LARGEST..=LARGEST).contains(number));
        if number.is_none() {
            self.refuse(table, row, Column::Quantity, "write a whole number, such as 12");
        }
        number.unwrap_or(0)
    }

    /// `true` or `false`; this if the cell is empty.
    pub(super) fn flag(&mut self, table: &Table, row: &Row, column: Column, empty: bool) -> bool {
        let text = table.text(row, column);
        if text.is_empty() {
            return empty;
        }
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if !is("true") && !is("false") {
            self.refuse(table, row, column, "write true or false");
        }
        is("true")
    }

    pub(super) fn policy(&mut self, table: &Table, row: &Row) -> InventoryPolicy {
        match table.text(row, Column::Policy).to_ascii_lowercase().as_str() {
            "" | "deny" => InventoryPolicy::Deny,
            "continue" => InventoryPolicy::Continue,
            _ => {
                self.refuse(table, row, Column::Policy, "write deny or continue");
                InventoryPolicy::Deny
            }
        }
    }

    pub(super) fn status(&mut self, table: &Table, row: &Row) -> ProductStatus {
        match table.text(row, Column::Status).to_ascii_lowercase().as_str() {
            "" | "active" => ProductStatus::Active,
            "draft" => ProductStatus::Draft,
            "archived" => ProductStatus::Archived,
            "unlisted" => ProductStatus::Unlisted,
            _ => {
                self.refuse(
                    table,
                    row,
                    Column::Status,
                    "write active, draft, archived or unlisted",
                );
                ProductStatus::Active
            }
        }
    }

    pub(super) fn weight_unit(&mut self, table: &Table, row: &Row) -> WeightUnit {
        match table.text(row, Column::WeightUnit).to_ascii_lowercase().as_str() {
            "kg" => WeightUnit::Kilograms,
            "" | "g" => WeightUnit::Grams,
            "lb" => WeightUnit::Pounds,
            "oz" => WeightUnit::Ounces,
            _ => {
                self.refuse(table, row, Column::WeightUnit, "write g, kg, lb or oz");
                WeightUnit::Grams
            }
        }
    }
}
