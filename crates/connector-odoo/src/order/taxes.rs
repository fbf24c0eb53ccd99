//! Taxes are found, never made: by their rate, for sales, price-included or not.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::json;
use sync_core::{ConnectorError, ErrorKind};

use super::totals::LineTaxes;
use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{decimal, id};

/// The sale taxes of the database.
#[derive(Debug, Default)]
pub(crate) struct Taxes {
    /// Rate in percent and whether it is price-included: the tax that comes first in Odoo's own order.
    by_rate: BTreeMap<(Decimal, bool), i64>,
    /// Rate and whether it is price-included, archived ones too.
    all: BTreeMap<i64, (Decimal, bool)>,
}

impl Taxes {
    pub(crate) async fn read(session: &Session) -> Result<Self, CallError> {
        let domain = json!([["type_tax_use", "=", "sale"], ["amount_type", "=", "percent"]]);
        let fields = ["amount", "price_include", "active"];
        let order = Options {
            order: Some("sequence, id"),
            ..Options::default()
        };
        let mut taxes = Self::default();
        for row in session
            .client
            .search_read("account.tax", domain, &fields, order)
            .await?
        {
            let rate = decimal(&row["amount"]).normalize();
            let included = row["price_include"] == json!(true);
            taxes.all.insert(id(&row), (rate, included));
            if row["active"] == json!(true) {
                taxes.by_rate.entry((rate, included)).or_insert_with(|| id(&row));
            }
        }
        Ok(taxes)
    }

    /// The taxes for these rates.
    pub(crate) fn find(&self, taxes: &LineTaxes) -> Result<Vec<i64>, ConnectorError> {
        let find = |rate: &Decimal| {
            self.by_rate
                .get(&(rate.normalize(), taxes.included))
                .copied()
                .ok_or_else(|| {
                    let how = if taxes.included {
                        "included in the price"
                    } else {
                        "not included in the price"
                    };
                    let message = format!(
                        "Odoo has no active sale tax of {} % that is {how}: create it there, then retry",
                        rate.normalize()
                    );
                    ConnectorError::new(ErrorKind::Rejected, "tax_missing", message)
                })
        };
        taxes.rates.iter().map(find).collect()
    }

    /// The rate of a tax, archived ones included.
    pub(crate) fn rate(&self, tax: i64) -> Option<Decimal> {
        self.all.get(&tax).map(|(rate, _)| *rate)
    }

    /// Whether a tax is price-included.
    pub(crate) fn included(&self, tax: i64) -> bool {
        self.all.get(&tax).is_some_and(|(_, included)| *included)
    }
}
