//! Simulated failures: the chance that one record's write attempt fails for the moment.
//!
//! A draw depends on the seed, the model, the record's external id (or another steady name) and the number of the
//! attempt, and on nothing else, so that a run can be repeated. An attempt is used up by a failed draw and by a
//! write that was committed; a write that passed its draw but was refused because of a neighbour is still the same
//! attempt and passes again.
//!
//! Which calls are one attempt, the caller says with a correlation id: within it, what the first draw gave stands for
//! every further call that writes the record or a part of it. Calls without one draw at each `load` and each count.

use std::collections::BTreeSet;

use mock_world::Tables;
use sha2::{Digest, Sha256};

use crate::fault::{Fault, Res};
use crate::orm::{Env, Row, View};

const TABLE: &str = "sim.draw";

/// How often writes fail, and whose.
#[derive(Debug, Clone)]
pub(crate) struct Draws {
    pub(crate) rate: f64,
    pub(crate) seed: u64,
    pub(crate) models: Vec<String>,
}

impl Draws {
    pub(crate) fn covers(&self, model: &str) -> bool {
        self.rate > 0.0 && self.models.iter().any(|m| m == model)
    }

    /// Whether this attempt fails.
    fn fails(&self, model: &str, name: &str, attempt: i64) -> bool {
        let mut hasher = Sha256::new();
        for part in [&self.seed.to_string(), model, name, &attempt.to_string()] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&digest[..4]);
        f64::from(u32::from_be_bytes(bytes)) / 4_294_967_296.0 < self.rate
    }
}

/// What a call writes, as far as failures are drawn for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Drawn {
    pub(crate) model: &'static str,
    /// The external id, or another steady name.
    pub(crate) name: String,
}

impl Drawn {
    fn key(&self) -> String {
        format!("{}|{}", self.model, self.name)
    }

    /// The product or order that this record is, or is a part of.
    pub(crate) fn owner(view: &View<'_>, model: &str, id: i64) -> Option<Self> {
        const TEMPLATE: &str = "product.template";
        const ORDER: &str = "sale.order";
        let (top, owner) = match model {
            TEMPLATE => (TEMPLATE, Some(id)),
            ORDER => (ORDER, Some(id)),
            "product.product"
            | "product.template.attribute.line"
            | "product.template.attribute.value"
            | "product.pricelist.item" => (TEMPLATE, view.id_of(model, id, "product_tmpl_id")),
            "sale.order.line" => (ORDER, view.id_of(model, id, "order_id")),
            _ => return None,
        };
        let owner = owner?;
        Some(Self {
            model: top,
            name: view.xid_of(top, owner).unwrap_or_else(|| owner.to_string()),
        })
    }
}

fn last(tables: &Tables<Row>, whose: &Drawn) -> (Option<i64>, Option<Row>) {
    let id = tables.find(TABLE, "key", &whose.key()).next();
    let row = id.and_then(|id| tables.get(TABLE, id)).cloned();
    (id, row)
}

/// Whether the present write attempt on this record goes through.
pub(crate) fn passes(view: &View<'_>, draws: Option<&Draws>, whose: &Drawn) -> bool {
    let Some(draws) = draws.filter(|draws| draws.covers(whose.model)) else {
        return true;
    };
    let (_, row) = last(view.t, whose);
    if let (Some(row), Some(attempt)) = (&row, &view.s.attempt)
        && row.text("by") == &**attempt
    {
        return row.flag("passed");
    }
    let number = row.and_then(|row| row.id("attempt")).unwrap_or(0);
    !draws.fails(whose.model, &whose.name, number)
}

/// Uses these records' attempts up.
pub(crate) fn settle(env: &mut Env<'_>, whose: &BTreeSet<Drawn>, passed: bool) {
    let Some(draws) = env.draws else { return };
    let attempt = env.s.attempt.clone();
    for one in whose.iter().filter(|one| draws.covers(one.model)) {
        use_up(env.t, one, attempt.as_deref(), passed);
    }
}

/// The same for one of them, outside a call (after one that was rolled back).
pub(crate) fn use_up(tables: &mut Tables<Row>, whose: &Drawn, by: Option<&str>, passed: bool) {
    let (id, before) = last(tables, whose);
    let is_same = |row: &Row| by.is_some_and(|by| row.text("by") == by);
    if before.as_ref().is_some_and(is_same) {
        return;
    }
    let before = before.and_then(|row| row.id("attempt")).unwrap_or(0);
    let id = id.unwrap_or_else(|| tables.next_id(TABLE));
    let mut row = Row::default();
    row.set("key", whose.key());
    row.set("attempt", before + 1);
    if let Some(by) = by {
        row.set("by", by.to_owned());
        row.set("passed", passed);
    }
    tables.put(TABLE, id, row);
}

/// Draws for the records of a call other than `load`, if it is a part of an attempt; one that fails fails the call.
pub(crate) fn draw_call(env: &mut Env<'_>, model: &str, ids: &[i64]) -> Res<()> {
    if env.s.attempt.is_none() || env.draws.is_none_or(|draws| draws.rate <= 0.0) {
        return Ok(());
    }
    let view = env.view();
    let whose = ids
        .iter()
        .filter_map(|id| Drawn::owner(&view, model, *id))
        .collect();
    draw_all(env, &whose)
}

/// Draws for each of these; one that fails fails the call.
pub(crate) fn draw_all(env: &mut Env<'_>, whose: &BTreeSet<Drawn>) -> Res<()> {
    let view = env.view();
    let failed: Vec<Drawn> = whose
        .iter()
        .filter(|one| !passes(&view, env.draws, one))
        .cloned()
        .collect();
    if failed.is_empty() {
        settle(env, whose, true);
        return Ok(());
    }
    env.failed_draws.extend(failed);
    Err(Fault::serialization())
}

#[cfg(test)]
mod tests {
    use super::Draws;

    #[test]
    fn the_rate_is_kept_and_the_draw_repeats() {
        let draws = |rate: f64| Draws {
            rate,
            seed: 1,
            models: vec!["m".to_owned()],
        };
        let failed = |rate: f64| {
            (0..2000)
                .filter(|n| draws(rate).fails("m", &format!("x.{n}"), 0))
                .count()
        };
        assert_eq!(failed(0.0), 0);
        assert_eq!(failed(1.0), 2000);
        assert!((150..250).contains(&failed(0.1)), "{}", failed(0.1));
        assert_eq!(failed(0.1), failed(0.1));
        let again = (0..100).any(|n| draws(0.5).fails("m", "x", n) != draws(0.5).fails("m", "x", n + 1));
        assert!(again, "attempts are whose anew");
    }
}
