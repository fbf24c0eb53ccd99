//! Who wins and what deletions lead to: one policy in general, and others for single record types.

use std::collections::BTreeMap;
use std::time::Duration;

use sync_core::plan::{OnDelete, Strategies, Strategy};

use super::parse::Reader;

/// The record types that a policy can be named for.
const TYPES: [&str; 3] = ["product", "inventory", "order"];

/// A policy, and others for single record types: `merge, order=manual`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByType<T> {
    general: T,
    named: BTreeMap<String, T>,
}

impl<T> ByType<T> {
    /// The policy of a record type.
    pub fn of(&self, record_type: &str) -> &T {
        self.named.get(record_type).unwrap_or(&self.general)
    }
}

/// Who wins where both sides changed a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicts {
    /// For fields without a strategy of their own.
    pub fields: ByType<Strategy>,
    /// For stock quantities.
    pub stock: Strategy,
    /// Two changes that are no further apart than this count as made at the same time.
    pub margin: Duration,
}

impl Conflicts {
    /// The strategies of a run over records of this type.
    pub fn of(&self, record_type: &str) -> Strategies {
        Strategies {
            fallback: self.fields.of(record_type).clone(),
            stock: self.stock.clone(),
            by_rule: BTreeMap::new(),
            margin: self.margin,
        }
    }
}

impl Reader {
    pub(super) fn conflicts(&mut self) -> Conflicts {
        let system = self.text("PRIORITY_SOURCE");
        if !["shopify", "odoo"].contains(&system.as_str()) {
            self.refuse("PRIORITY_SOURCE", "no such system");
        }
        let stock = self.text("STOCK_STRATEGY");
        let stock = strategy(&stock, &system).unwrap_or_else(|problem| {
            self.refuse("STOCK_STRATEGY", problem);
            Strategy::Delta
        });
        let fields = self.by_type("CONFLICT_STRATEGY", Strategy::LastWriteWins, |text| {
            strategy(text, &system)
        });
        if fields.named.contains_key("inventory") {
            self.refuse("CONFLICT_STRATEGY", "stock has its own, STOCK_STRATEGY");
        }
        Conflicts {
            fields,
            stock,
            margin: Duration::from_secs(self.number("CLOCK_MARGIN", 0, 3600)),
        }
    }

    pub(super) fn on_delete(&mut self) -> ByType<OnDelete> {
        self.by_type("ON_DELETE", OnDelete::Archive, |text| {
            let known = OnDelete::NAMES.into_iter().find(|(name, _)| *name == text);
            known.map(|(_, policy)| policy).ok_or("no such policy")
        })
    }

    /// Reads `general, type=other, ...`; without a general one, the usual one stands.
    fn by_type<T>(
        &mut self,
        name: &str,
        usual: T,
        read: impl Fn(&str) -> Result<T, &'static str>,
    ) -> ByType<T> {
        let text = self.text(name);
        let (mut general, mut named) = (None, BTreeMap::new());
        for part in text.split(',').map(str::trim) {
            let (of, policy) = match part.split_once('=') {
                Some((of, policy)) => (Some(of.trim()), policy.trim()),
                None => (None, part),
            };
            let read = match of {
                Some(of) if !TYPES.contains(&of) => {
                    Err("no such record type: use product, inventory or order")
                }
                _ => read(policy),
            };
            let twice = match (read, of) {
                (Err(problem), _) => {
                    let quoted = format!("`{part}`: {problem}");
                    self.refuse(name, if text == part { problem.to_owned() } else { quoted });
                    continue;
                }
                (Ok(policy), Some(of)) => named.insert(of.to_owned(), policy).is_some(),
                (Ok(policy), None) => general.replace(policy).is_some(),
            };
            if twice {
                self.refuse(name, format!("`{part}`: there is one for these already"));
            }
        }
        ByType {
            general: general.unwrap_or(usual),
            named,
        }
    }
}

/// A strategy; `source_priority` alone means that system.
fn strategy(text: &str, priority: &str) -> Result<Strategy, &'static str> {
    let parsed: Result<Strategy, _> = match text {
        "source_priority" | "merge:source_priority" => format!("{text}:{priority}").parse(),
        _ => text.parse(),
    };
    match parsed {
        Ok(strategy) if names_known_systems(&strategy) => Ok(strategy),
        Ok(_) => Err("no such system"),
        Err(_) => Err("no such strategy"),
    }
}

fn names_known_systems(strategy: &Strategy) -> bool {
    match strategy {
        Strategy::SourcePriority { system } => ["shopify", "odoo"].contains(&system.as_str()),
        Strategy::Merge { then } => names_known_systems(then),
        Strategy::LastWriteWins | Strategy::Delta | Strategy::Max | Strategy::Manual => true,
    }
}
