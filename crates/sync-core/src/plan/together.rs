//! A field of the record that says the same as one of its elements do, in another way: they are settled together.

use mapping_transforms::Side;

use super::PlanInput;
use super::cells::Cell;
use super::judge::{Judged, Verdict, reason};
use crate::Winner;

/// Whether both sides changed what the record says as a whole, and the left side's counts.
pub(super) fn left_wins(input: &PlanInput<'_>, judged: &[(Cell<'_>, Judged)]) -> bool {
    let Some((whole, _)) = &input.spec.together else {
        return false;
    };
    judged.iter().any(|(cell, judged)| {
        let is_whole = cell.pair.is_none() && cell.rule.mapping().shopify_field == *whole;
        is_whole && judged.settled.is_some() && judged.verdict == Verdict::Carry(Side::Shopify)
    })
}

/// Where both sides changed what the record says as a whole, whoever wins there wins for its elements too: one side's list
/// with the other side's elements would be something that nobody wanted, and that neither system can show.
pub(super) fn settle(input: &PlanInput<'_>, judged: &mut [(Cell<'_>, Judged)]) {
    let Some((whole, parts)) = &input.spec.together else {
        return;
    };
    let whole = judged
        .iter()
        .find(|(cell, _)| cell.pair.is_none() && cell.rule.mapping().shopify_field == *whole);
    let Some((_, whole)) = whole.map(|(cell, judged)| (cell, judged.clone())) else {
        return;
    };
    let of_parts = judged.iter_mut().filter(|(cell, judged)| {
        cell.rule.mapping().shopify_field == *parts && judged.verdict != Verdict::Same
    });
    for (cell, part) in of_parts {
        match (&whole.verdict, &whole.settled) {
            (Verdict::Carry(side), Some((by, _)))
                if cell.mapped[usize::from(*side == Side::Odoo)].is_some() =>
            {
                let lost = cell.changed(side.other()).unwrap_or(true);
                *part = Judged {
                    verdict: Verdict::Carry(*side),
                    settled: lost.then(|| (by.clone(), Winner::side(*side))),
                    ..part.clone()
                };
            }
            (Verdict::Open, _) => {
                *part = Judged::leaves(reason::WAITS_FOR_THE_WHOLE);
            }
            _ => {}
        }
    }
}
