//! What becomes of one field: the three-way comparison and the strategies. Pure, and a table by its nature.

use jiff::Timestamp;
use mapping_transforms::{Side, decimal_of};
use rust_decimal::Decimal;
use serde_json::Value;

use super::strategy::{Strategy, later};
use crate::{Direction, Shown, System, Winner};

/// One field of a pair of records, as the rules see it.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    /// What the left side shows now.
    pub(super) shopify: &'a Value,
    /// What the right side shows now.
    pub(super) odoo: &'a Value,
    /// The left side's value in the right side's form; `None` where the rule does not carry it.
    pub(super) forward: Option<&'a Value>,
    /// The right side's value in the left side's form; `None` where the rule does not carry it.
    pub(super) backward: Option<&'a Value>,
    /// Whether the left side shows something else than when both last agreed; `None` where they never did.
    pub(super) shopify_changed: Option<bool>,
    /// The same of the right side.
    pub(super) odoo_changed: Option<bool>,
    /// Both sides mean the same now.
    pub(super) same: bool,
    /// It is a stock quantity: nothing there is as good as nothing said.
    pub(super) stock: bool,
}

/// What a decision rests on besides the field.
#[derive(Debug, Clone)]
pub(super) struct Setting<'a> {
    pub(super) direction: Direction,
    pub(super) strategy: &'a Strategy,
    pub(super) owner: Option<Side>,
    pub(super) systems: [&'a System; 2],
    pub(super) changed_at: [Option<Timestamp>; 2],
    pub(super) margin: std::time::Duration,
    /// What a person decided, if so.
    pub(super) resolution: Option<&'a Winner>,
    /// What both sides agreed on last, as a number in the form of each side.
    pub(super) base: Option<(&'a Value, &'a Value)>,
    /// For a stock quantity: what either side moved out of it.
    pub(super) moved: [Decimal; 2],
}

/// What becomes of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// Both sides agree, or showed this when they last did.
    Same,
    /// This side's value goes to the other side.
    Carry(Side),
    /// Both sides get a value that neither of them, or only one of them, has; `None` leaves a side as it is.
    Set {
        shopify: Option<Value>,
        odoo: Option<Value>,
    },
    /// Both stay as they are; a stable word says why.
    Leave(&'static str),
    /// Both stay as they are until somebody decides.
    Open,
}

/// A verdict, and the conflict that it settled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// What decided and who won, where one side's change lost.
    pub(super) settled: Option<(String, Winner)>,
    /// It is open because putting a record away is asked about.
    pub(super) asked: bool,
    /// What both agree on afterwards, where that is less than what they show: a movement that is still to be carried.
    pub(super) base: Option<Shown>,
}

impl Judged {
    fn plain(verdict: Verdict) -> Self {
        Self {
            verdict,
            settled: None,
            asked: false,
            base: None,
        }
    }

    /// Both stay as they are until somebody says whether the record is put away.
    pub(super) fn asks() -> Self {
        Self {
            asked: true,
            ..Self::plain(Verdict::Open)
        }
    }

    /// A side's value goes to the other one.
    pub(super) fn carries(from: Side) -> Self {
        Self::plain(Verdict::Carry(from))
    }

    /// Both stay as they are.
    pub(super) fn leaves(why: &'static str) -> Self {
        Self::plain(Verdict::Leave(why))
    }

    fn won(side: Side, by: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Carry(side),
            settled: Some((by.into(), Winner::side(side))),
            asked: false,
            base: None,
        }
    }
}

/// Decides about one field.
pub(super) fn judge(field: &Field<'_>, setting: &Setting<'_>) -> Judged {
    // A value of its own counts even where both sides agree on another one: what lost once is brought back.
    if let Some(winner @ Winner::Value { .. }) = setting.resolution {
        return resolved(field, setting, winner);
    }
    if field.same {
        return Judged::plain(Verdict::Same);
    }
    if let Some(winner) = setting.resolution {
        return resolved(field, setting, winner);
    }
    let changed = changes(field);
    if changed == (false, false) {
        return Judged::plain(Verdict::Same);
    }
    if let Some(owner) = setting.owner {
        return owned(field, setting, owner, changed);
    }
    match setting.direction.source() {
        Some(source) => one_way(field, setting, source, changed),
        None => both_ways(field, setting, changed),
    }
}

/// Which sides changed. Without a base, an empty side takes what the other one has; else both count as changed.
fn changes(field: &Field<'_>) -> (bool, bool) {
    match (field.shopify_changed, field.odoo_changed) {
        (Some(shopify), Some(odoo)) => (shopify, odoo),
        _ => match (
            says_nothing(field, field.shopify),
            says_nothing(field, field.odoo),
        ) {
            (true, false) => (false, true),
            (false, true) => (true, false),
            _ => (true, true),
        },
    }
}

fn says_nothing(field: &Field<'_>, value: &Value) -> bool {
    is_empty(value) || (field.stock && decimal_of(value).is_ok_and(|units| units.is_zero()))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Whether this side's value can be carried to the other one in this run.
fn carries(field: &Field<'_>, setting: &Setting<'_>, from: Side) -> bool {
    let value = match from {
        Side::Shopify => field.forward,
        Side::Odoo => field.backward,
    };
    value.is_some() && setting.direction.writes(from.other())
}

/// A side's value goes to the other one, where the run may write there; otherwise a later run does it.
fn carry(field: &Field<'_>, setting: &Setting<'_>, from: Side, settled: Option<String>) -> Judged {
    if !carries(field, setting, from) {
        return Judged::plain(Verdict::Leave(reason::OTHER_DIRECTION));
    }
    match settled {
        None => Judged::plain(Verdict::Carry(from)),
        Some(by) => Judged::won(from, by),
    }
}

fn resolved(field: &Field<'_>, setting: &Setting<'_>, winner: &Winner) -> Judged {
    let by = "person";
    match winner {
        Winner::Shopify if field.forward.is_some() => {
            carry(field, setting, Side::Shopify, Some(by.to_owned()))
        }
        Winner::Odoo if field.backward.is_some() => carry(field, setting, Side::Odoo, Some(by.to_owned())),
        // The rule does not lead away from the side that was taken: then both keep what they show.
        Winner::Shopify | Winner::Odoo => Judged {
            verdict: Verdict::Set {
                shopify: None,
                odoo: None,
            },
            settled: Some((by.to_owned(), winner.clone())),
            asked: false,
            base: None,
        },
        Winner::Agreed => Judged::plain(Verdict::Leave(reason::OTHER_DIRECTION)),
        Winner::Value { shopify, odoo } => Judged {
            verdict: Verdict::Set {
                shopify: shopify.clone(),
                odoo: odoo.clone(),
            },
            settled: Some((by.to_owned(), winner.clone())),
            asked: false,
            base: None,
        },
    }
}

fn owned(field: &Field<'_>, setting: &Setting<'_>, owner: Side, changed: (bool, bool)) -> Judged {
    let other_changed = match owner {
        Side::Shopify => changed.1,
        Side::Odoo => changed.0,
    };
    carry(field, setting, owner, other_changed.then(|| "owner".to_owned()))
}

fn one_way(field: &Field<'_>, setting: &Setting<'_>, source: Side, changed: (bool, bool)) -> Judged {
    let (source_changed, target_changed) = match source {
        Side::Shopify => changed,
        Side::Odoo => (changed.1, changed.0),
    };
    if !carries(field, setting, source) {
        return Judged::plain(Verdict::Leave(reason::OTHER_DIRECTION));
    }
    let target_system = setting.systems[usize::from(source == Side::Shopify)];
    let overwrite = |by: String| {
        if target_changed {
            Judged::won(source, by)
        } else {
            Judged::plain(Verdict::Carry(source))
        }
    };
    match setting.strategy {
        Strategy::SourcePriority { system } if system == target_system => {
            Judged::plain(Verdict::Leave(reason::TARGET_HAS_PRIORITY))
        }
        Strategy::Merge { .. } if !source_changed => Judged::plain(Verdict::Leave(reason::TARGET_CHANGED)),
        Strategy::Merge { then } => one_way(
            field,
            &Setting {
                strategy: then,
                ..setting.clone()
            },
            source,
            changed,
        ),
        Strategy::Manual if target_changed && source_changed => Judged::plain(Verdict::Open),
        Strategy::Manual if target_changed => Judged::plain(Verdict::Leave(reason::TARGET_CHANGED)),
        Strategy::Max => match larger(field) {
            Some(side) if side != source => Judged::plain(Verdict::Leave(reason::TARGET_IS_LARGER)),
            Some(_) => taken_as_larger(field, setting, source),
            None => Judged::plain(Verdict::Carry(source)),
        },
        Strategy::Delta => added_to_target(field, setting, source, (source_changed, target_changed))
            // What is no number cannot be added up.
            .unwrap_or_else(|| overwrite(setting.strategy.to_string())),
        Strategy::LastWriteWins | Strategy::SourcePriority { .. } | Strategy::Manual => {
            overwrite(setting.strategy.to_string())
        }
    }
}

fn both_ways(field: &Field<'_>, setting: &Setting<'_>, changed: (bool, bool)) -> Judged {
    let (forward, backward) = (field.forward.is_some(), field.backward.is_some());
    match (changed, forward, backward) {
        (_, false, false) | ((false, false), ..) => Judged::plain(Verdict::Same),
        // A rule that goes one way says nothing of what only its target changed.
        ((true, false), false, true) | ((false, true), true, false) => {
            Judged::plain(Verdict::Leave(reason::ONE_WAY_RULE))
        }
        ((true, false), true, _) if !matches!(setting.strategy, Strategy::Max) => {
            Judged::plain(Verdict::Carry(Side::Shopify))
        }
        ((false, true), _, true) if !matches!(setting.strategy, Strategy::Max) => {
            Judged::plain(Verdict::Carry(Side::Odoo))
        }
        // Both changed it, and the rule goes one way: its source wins, unless a person is to decide.
        ((true, true), true, false) if !is_manual(setting.strategy) => Judged::won(Side::Shopify, "one_way"),
        ((true, true), false, true)
            if !is_manual(setting.strategy) && !matches!(setting.strategy, Strategy::Max) =>
        {
            Judged::won(Side::Odoo, "one_way")
        }
        _ => contested(field, setting, setting.strategy),
    }
}

fn is_manual(strategy: &Strategy) -> bool {
    match strategy {
        Strategy::Manual => true,
        Strategy::Merge { then } => is_manual(then),
        Strategy::LastWriteWins | Strategy::SourcePriority { .. } | Strategy::Delta | Strategy::Max => false,
    }
}

fn contested(field: &Field<'_>, setting: &Setting<'_>, strategy: &Strategy) -> Judged {
    match strategy {
        Strategy::LastWriteWins => {
            let [shopify, odoo] = setting.changed_at;
            let winner = later(shopify, odoo, setting.margin).unwrap_or(Side::Shopify);
            Judged::won(winner, strategy.to_string())
        }
        Strategy::SourcePriority { system } => {
            let winner = if system == setting.systems[1] {
                Side::Odoo
            } else {
                Side::Shopify
            };
            Judged::won(winner, strategy.to_string())
        }
        Strategy::Merge { then } => contested(field, setting, then),
        Strategy::Delta => added_up(field, setting).map_or_else(
            // What is no number cannot be added up.
            || contested(field, setting, &Strategy::LastWriteWins),
            |sum| sum.judged(strategy),
        ),
        Strategy::Max => match larger(field) {
            Some(side) => taken_as_larger(field, setting, side),
            None => Judged::plain(Verdict::Same),
        },
        Strategy::Manual => Judged::plain(Verdict::Open),
    }
}

/// The larger number goes to the other side; what that side changed meanwhile is kept as what lost.
fn taken_as_larger(field: &Field<'_>, setting: &Setting<'_>, from: Side) -> Judged {
    let other_changed = match from {
        Side::Shopify => field.odoo_changed,
        Side::Odoo => field.shopify_changed,
    };
    let settled = (other_changed == Some(true)).then(|| setting.strategy.to_string());
    carry(field, setting, from, settled)
}

/// In a run one way, the source's movement is added to what the target has. The target's own movement stays in the target
/// and between the two: a run the other way carries it. `None` where they have not agreed on a number yet.
fn added_to_target(
    field: &Field<'_>,
    setting: &Setting<'_>,
    source: Side,
    (source_changed, target_changed): (bool, bool),
) -> Option<Judged> {
    let (base_shopify, base_odoo) = setting.base?;
    let number = |value: &Value| decimal_of(value).ok();
    let (now, base, moved_out) = match source {
        Side::Shopify => (
            [field.shopify, field.odoo],
            [base_shopify, base_odoo],
            setting.moved[1],
        ),
        Side::Odoo => (
            [field.odoo, field.shopify],
            [base_odoo, base_shopify],
            setting.moved[0],
        ),
    };
    let moved = number(now[0])?.checked_sub(number(base[0])?)?;
    let target = number(now[1])?;
    let sum = target.checked_add(moved)?;
    let agreed = number(base[1])?.checked_add(moved)?;
    if !target_changed {
        return Some(Judged::plain(Verdict::Carry(source)));
    }
    if !source_changed {
        return Some(Judged::plain(Verdict::Leave(reason::TARGET_CHANGED)));
    }
    let raise = if field.stock {
        too_little(target, sum, moved_out)?
    } else {
        Decimal::ZERO
    };
    let text = |number: Decimal| Value::String(number.normalize().to_string());
    let sum = Some(text(sum.checked_add(raise)?));
    let (agreed, seen) = (text(agreed), now[0].clone());
    let (shopify, odoo, base) = match source {
        Side::Shopify => (
            None,
            sum,
            Shown {
                shopify: seen,
                odoo: agreed,
            },
        ),
        Side::Odoo => (
            sum,
            None,
            Shown {
                shopify: agreed,
                odoo: seen,
            },
        ),
    };
    let winner = Winner::Value {
        shopify: shopify.clone(),
        odoo: odoo.clone(),
    };
    Some(Judged {
        verdict: Verdict::Set { shopify, odoo },
        settled: (!raise.is_zero()).then(|| (setting.strategy.to_string(), winner)),
        asked: false,
        base: Some(base),
    })
}

/// How much a sum of movements would be below nothing, or below what there is where that is below nothing already.
/// `moved_out` is what both numbers count in although it was shipped.
fn too_little(now: Decimal, sum: Decimal, moved_out: Decimal) -> Option<Decimal> {
    let least = now.checked_sub(moved_out)?.min(Decimal::ZERO);
    Some(least.checked_sub(sum.checked_sub(moved_out)?)?.max(Decimal::ZERO))
}

/// What both sides come to when their movements are added up.
struct Sum {
    shopify: Value,
    odoo: Value,
    /// It would have been less than nothing.
    raised: bool,
}

impl Sum {
    fn judged(self, strategy: &Strategy) -> Judged {
        let (shopify, odoo) = (Some(self.shopify), Some(self.odoo));
        let winner = Winner::Value {
            shopify: shopify.clone(),
            odoo: odoo.clone(),
        };
        Judged {
            verdict: Verdict::Set { shopify, odoo },
            settled: self.raised.then(|| (strategy.to_string(), winner)),
            asked: false,
            base: None,
        }
    }
}

/// The base and the movements of both sides, in the form of each side. Two counts that together take away more than
/// there is have counted the same goods: then nothing is left, and not less than that.
fn added_up(field: &Field<'_>, setting: &Setting<'_>) -> Option<Sum> {
    let (base_shopify, base_odoo) = setting.base?;
    let number = |value: &Value| decimal_of(value).ok();
    let (shopify, odoo) = (number(field.shopify)?, number(field.odoo)?);
    let by_shopify = shopify.checked_sub(number(base_shopify)?)?;
    let by_odoo = odoo.checked_sub(number(base_odoo)?)?;
    let sums = [shopify.checked_add(by_odoo)?, odoo.checked_add(by_shopify)?];
    let mut raise = Decimal::ZERO;
    if field.stock {
        for ((sum, now), moved) in sums.into_iter().zip([shopify, odoo]).zip(setting.moved) {
            raise = raise.max(too_little(now, sum, moved)?);
        }
    }
    let text = |sum: Decimal| Some(Value::String(sum.checked_add(raise)?.normalize().to_string()));
    Some(Sum {
        shopify: text(sums[0])?,
        odoo: text(sums[1])?,
        raised: !raise.is_zero(),
    })
}

/// The side with the larger number, in terms of the right side where the rule says it so.
fn larger(field: &Field<'_>) -> Option<Side> {
    let (shopify, odoo) = match (field.forward, field.backward) {
        (Some(forward), _) => (forward, field.odoo),
        (None, Some(backward)) => (field.shopify, backward),
        (None, None) => return None,
    };
    // A side without a number has moved nothing yet.
    let number = |value: &Value| decimal_of(value).unwrap_or_default();
    match number(shopify).cmp(&number(odoo)) {
        std::cmp::Ordering::Greater => Some(Side::Shopify),
        std::cmp::Ordering::Less => Some(Side::Odoo),
        std::cmp::Ordering::Equal => None,
    }
}

/// Why a difference was left as it is.
pub(super) mod reason {
    /// The target's system has priority.
    pub(in crate::plan) const TARGET_HAS_PRIORITY: &str = "target_has_priority";
    /// Only the target changed it, and the strategy keeps that.
    pub(in crate::plan) const TARGET_CHANGED: &str = "target_changed";
    /// The target's number is larger already.
    pub(in crate::plan) const TARGET_IS_LARGER: &str = "target_is_larger";
    /// The value would go the other way.
    pub(in crate::plan) const OTHER_DIRECTION: &str = "other_direction";
    /// It was put away on one side, and the policy leaves the other side as it is.
    pub(in crate::plan) const ARCHIVED_THERE: &str = "archived_there";
    /// Somebody has to decide first about the field of the record that says the same.
    pub(in crate::plan) const WAITS_FOR_THE_WHOLE: &str = "waits_for_the_whole";
    /// The rule goes one way, and only its target changed.
    pub(in crate::plan) const ONE_WAY_RULE: &str = "one_way_rule";
}
