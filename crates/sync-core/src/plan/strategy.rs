//! Who wins where both sides have changed the same field.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use mapping_transforms::Side;
use serde::{Deserialize, Serialize};

use crate::System;

/// Who wins where both sides have changed the same field. Each is written as one word, some with another after a
/// colon: `last_write_wins`, `source_priority:odoo`, `merge`, `merge:manual`, `delta`, `max`, `manual`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strategy {
    /// The side whose record was changed later; the source of a one-way run. Where both times are closer to each other
    /// than the clocks can be trusted, the source of the run, and in a run both ways the left system.
    LastWriteWins,
    /// One system, whenever it was changed. A one-way run towards that system leaves existing records as they are.
    SourcePriority {
        /// The system that wins.
        system: System,
    },
    /// What only one side changed is kept on both; what both changed falls to another strategy. A one-way run leaves
    /// alone what only its target changed.
    Merge {
        /// For fields that both sides changed.
        then: Box<Strategy>,
    },
    /// For quantities: the movements of both sides are added up.
    Delta,
    /// For numbers that only grow: the larger one.
    Max,
    /// Nobody, until a person decides.
    Manual,
}

/// A text that names no strategy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown strategy `{0}`: use last_write_wins, source_priority:<system>, merge, merge:<strategy>, delta, max or manual"
)]
pub struct UnknownStrategy(pub String);

impl Strategy {
    /// How strategies are written, for lists.
    pub const NAMES: [&'static str; 6] = [
        "last_write_wins",
        "source_priority:<system>",
        "merge:<strategy>",
        "delta",
        "max",
        "manual",
    ];
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastWriteWins => f.write_str("last_write_wins"),
            Self::SourcePriority { system } => write!(f, "source_priority:{system}"),
            Self::Merge { then } => write!(f, "merge:{then}"),
            Self::Delta => f.write_str("delta"),
            Self::Max => f.write_str("max"),
            Self::Manual => f.write_str("manual"),
        }
    }
}

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    fn from_str(text: &str) -> Result<Self, UnknownStrategy> {
        let unknown = || UnknownStrategy(text.to_owned());
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name.trim(), Some(argument.trim())),
            None => (text.trim(), None),
        };
        match (name, argument) {
            ("last_write_wins", None) => Ok(Self::LastWriteWins),
            ("source_priority", Some(system)) if !system.is_empty() => Ok(Self::SourcePriority {
                system: system.into(),
            }),
            ("merge", None) => Ok(Self::Merge {
                then: Box::new(Self::LastWriteWins),
            }),
            // A merge within a merge would say nothing more.
            ("merge", Some(then)) if !then.starts_with("merge") => Ok(Self::Merge {
                then: Box::new(then.parse().map_err(|_| unknown())?),
            }),
            ("delta", None) => Ok(Self::Delta),
            ("max", None) => Ok(Self::Max),
            ("manual", None) => Ok(Self::Manual),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for Strategy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Strategy {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The strategies of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategies {
    /// For fields without one of their own.
    pub fallback: Strategy,
    /// For stock quantities without one of their own.
    pub stock: Strategy,
    /// For single rules, by their ids.
    pub by_rule: BTreeMap<i64, Strategy>,
    /// Two changes that are no further apart than this count as made at the same time.
    pub margin: Duration,
}

impl Strategies {
    /// One strategy for all fields.
    pub fn all(fallback: Strategy) -> Self {
        Self {
            stock: fallback.clone(),
            fallback,
            by_rule: BTreeMap::new(),
            margin: Duration::ZERO,
        }
    }

    /// The strategy of a rule; `stock` says whether it carries a stock quantity.
    pub fn of(&self, rule: i64, stock: bool) -> &Strategy {
        let general = if stock { &self.stock } else { &self.fallback };
        self.by_rule.get(&rule).unwrap_or(general)
    }
}

/// The side that was changed later; `None` where the times do not tell.
pub(super) fn later(shopify: Option<Timestamp>, odoo: Option<Timestamp>, margin: Duration) -> Option<Side> {
    let (shopify, odoo) = (shopify?, odoo?);
    let apart = shopify.duration_since(odoo);
    if apart.unsigned_abs() <= margin {
        None
    } else if apart.is_positive() {
        Some(Side::Shopify)
    } else {
        Some(Side::Odoo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in [
            "last_write_wins",
            "source_priority:odoo",
            "merge:last_write_wins",
            "merge:source_priority:shopify",
            "merge:manual",
            "delta",
            "max",
            "manual",
        ] {
            assert_eq!(name.parse::<Strategy>().unwrap().to_string(), name);
        }
        assert_eq!(
            "merge".parse::<Strategy>().unwrap().to_string(),
            "merge:last_write_wins"
        );
        for wrong in [
            "",
            "newest",
            "source_priority",
            "source_priority:",
            "merge:merge",
            "delta:1",
        ] {
            assert!(wrong.parse::<Strategy>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_within_the_margin_tell_nothing() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let (early, late) = (at("2026-03-01T10:00:00Z"), at("2026-03-01T10:00:05Z"));
        let margin = Duration::from_secs(2);
        assert_eq!(later(late, early, margin), Some(Side::Shopify));
        assert_eq!(later(early, late, margin), Some(Side::Odoo));
        assert_eq!(later(early, late, Duration::from_secs(5)), None);
        assert_eq!(later(early, early, Duration::ZERO), None);
        assert_eq!(later(None, late, margin), None);
    }
}
