//! Countries and their states.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sync_core::Write;

use super::shape::WantedOrder;
use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{cell, id, many2one, text};

/// Countries and their states by code.
pub(super) struct Regions {
    countries: BTreeMap<String, i64>,
    states: BTreeMap<(i64, String), i64>,
}

impl Regions {
    pub(super) async fn read(
        session: &Session,
        orders: &[(&Write, &WantedOrder)],
    ) -> Result<Self, CallError> {
        let all = || {
            orders
                .iter()
                .flat_map(|(_, order)| [&order.customer, &order.invoice, &order.delivery])
        };
        let codes: BTreeSet<String> = all().filter_map(|fields| code(fields, "country_id")).collect();
        let state_codes: BTreeSet<String> = all().filter_map(|fields| code(fields, "state_id")).collect();
        let client = &session.client;
        let mut regions = Self {
            countries: BTreeMap::new(),
            states: BTreeMap::new(),
        };
        if codes.is_empty() {
            return Ok(regions);
        }
        let domain = json!([["code", "in", codes]]);
        for row in client
            .search_read("res.country", domain, &["code"], Options::default())
            .await?
        {
            regions.countries.insert(text(&row["code"]).to_owned(), id(&row));
        }
        let countries: Vec<i64> = regions.countries.values().copied().collect();
        let domain = json!([["country_id", "in", countries], ["code", "in", state_codes]]);
        let fields = ["code", "country_id"];
        for row in client
            .search_read("res.country.state", domain, &fields, Options::default())
            .await?
        {
            if let Some(country) = many2one(&row["country_id"]) {
                regions
                    .states
                    .insert((country, text(&row["code"]).to_owned()), id(&row));
            }
        }
        Ok(regions)
    }

    pub(super) fn country(&self, fields: &Map<String, Value>) -> Option<i64> {
        self.countries.get(&code(fields, "country_id")?).copied()
    }

    pub(super) fn state(&self, fields: &Map<String, Value>) -> Option<i64> {
        self.states
            .get(&(self.country(fields)?, code(fields, "state_id")?))
            .copied()
    }

    /// Columns and cells of a partner's row.
    pub(super) fn resolved(&self, fields: &Map<String, Value>) -> Vec<(String, String)> {
        let plain = fields
            .iter()
            .filter(|(name, _)| !["country_id", "state_id", "id"].contains(&name.as_str()));
        let mut row: Vec<_> = plain.map(|(name, value)| (name.clone(), cell(value))).collect();
        let text_of = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        row.push(("country_id/.id".into(), text_of(self.country(fields))));
        row.push(("state_id/.id".into(), text_of(self.state(fields))));
        row
    }
}

fn code(fields: &Map<String, Value>, region: &str) -> Option<String> {
    let code = text(&fields.get(region)?["code"]).trim().to_uppercase();
    (!code.is_empty()).then_some(code)
}
