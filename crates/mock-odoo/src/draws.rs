//! Simulated failures: the chance that one record's write attempt fails for the moment.
//!
//! A draw depends on the seed, the model, the record's external id (or another steady name) and the number of the
//! attempt, and on nothing else, so that a run can be repeated. An attempt is used up by a failed draw and by a
//! write that was committed; a write that passed its draw but was refused because of a neighbour is still the same
//! attempt and passes again.

use mock_world::Tables;
use sha2::{Digest, Sha256};

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
    fn covers(&self, model: &str) -> bool {
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

fn attempt(tables: &Tables<Row>, key: &str) -> (Option<i64>, i64) {
    let id = tables.find(TABLE, "key", key).next();
    let attempt = id
        .and_then(|id| tables.get(TABLE, id))
        .and_then(|row| row.id("attempt"))
        .unwrap_or(0);
    (id, attempt)
}

/// Whether the present write attempt on this record goes through.
pub(crate) fn passes(view: &View<'_>, draws: Option<&Draws>, model: &str, name: &str) -> bool {
    match draws {
        Some(draws) if draws.covers(model) => {
            let (_, attempt) = attempt(view.t, &format!("{model}|{name}"));
            !draws.fails(model, name, attempt)
        }
        _ => true,
    }
}

/// Uses these records' attempts up.
pub(crate) fn settle(env: &mut Env<'_>, model: &str, names: &[String]) {
    if env.draws.is_some_and(|draws| draws.covers(model)) {
        use_up(env.t, model, names);
    }
}

/// The same, outside a call (after one that was rolled back).
pub(crate) fn use_up(tables: &mut Tables<Row>, model: &str, names: &[String]) {
    for name in names {
        let key = format!("{model}|{name}");
        let (id, before) = attempt(tables, &key);
        let id = id.unwrap_or_else(|| tables.next_id(TABLE));
        let mut row = Row::default();
        row.set("key", key);
        row.set("attempt", before + 1);
        tables.put(TABLE, id, row);
    }
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
        assert!(again, "attempts are drawn anew");
    }
}
