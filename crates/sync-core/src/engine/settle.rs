//! What became of a write: a link, another attempt, or a dead letter.

use jiff::Timestamp;

use super::batch::{Failure, Sending, done, done_words};
use super::case::Case;
use super::log::{Trace, millis};
use super::lookup::BatchLookup;
use super::run::{Halt, Run};
use super::stock::goods;
use crate::plan::{Agreement, CellKey, link_draft, plan};
use crate::ports::{LinkChange, RecordResult};
use crate::{
    Action, Applied, Attempt, ChildRef, ConnectorError, Dependency, Directive, ErrorKind, Moved, Outcome,
    OwnWrite, Pair, Side, Stage, WaitState, Winner, Write, WriteOutcome, Written,
};

/// A record on its way through the writes of a batch.
pub(super) struct Sent {
    pub(super) sending: Sending,
    applied: Vec<(Side, Applied)>,
    failed: Option<(Side, ConnectorError, serde_json::Value)>,
}

impl Sent {
    pub(super) fn new(sending: Sending) -> Self {
        Self {
            sending,
            applied: Vec::new(),
            failed: None,
        }
    }

    /// Whether something is to be written to this side now.
    pub(super) fn is_due(&self, side: Side) -> bool {
        self.failed.is_none() && self.sending.draft(side).is_some()
    }

    pub(super) fn note(&mut self, side: Side, write: Write, outcome: WriteOutcome) {
        match outcome {
            WriteOutcome::Applied(applied) => self.applied.push((side, *applied)),
            WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) => {
                self.failed = Some((side, error, write.desired));
            }
            WriteOutcome::NotAttempted => {
                // It was sent again at once, several times: by now it counts as an attempt, or it would never end.
                let text = "the connector did not get to this record";
                let error = ConnectorError::new(ErrorKind::Unavailable, "not_attempted", text);
                self.failed = Some((side, error, write.desired));
            }
        }
    }
}

impl Run<'_, '_> {
    pub(super) fn settle(&mut self, sent: Sent) -> Result<RecordResult, Halt> {
        let Sent {
            mut sending,
            applied,
            failed,
        } = sent;
        sending.trace.attempts += 1;
        let mut children = Vec::new();
        let mut written_at = sending
            .case
            .link
            .as_ref()
            .map(|link| link.written.clone())
            .unwrap_or_default();
        for (side, applied) in applied {
            note_own_write(&mut written_at, &sending.case, side, applied.record.changed_at);
            sending.trace.warnings.extend(applied.warnings);
            if side == sending.trace.key.side.other() {
                sending.trace.target_id = Some(applied.record.id.clone());
            }
            sending.case.put(side, Some(applied.record));
            children.push((side, applied.children));
        }
        let archived = [&sending.shopify, &sending.odoo]
            .into_iter()
            .flatten()
            .any(|draft| draft.archives && draft.children.is_empty());
        let written = !children.is_empty();
        let written_to: Vec<Side> = children.iter().map(|(side, _)| *side).collect();
        let link = if written && !archived {
            self.link(
                &sending,
                &children,
                written_at,
                failed.as_ref().map(|(side, ..)| *side),
            )?
        } else {
            LinkChange::Keep
        };
        let Sending {
            case,
            trace,
            creates,
            rest,
            ..
        } = sending;
        if let Some((side, error, mapped)) = failed {
            // A write that failed may have done some of its work.
            let touched = |to: Side| to == side || written_to.contains(&to);
            let carried = rest
                .conflicts
                .into_iter()
                .filter(|conflict| match conflict.winner {
                    Some(Winner::Shopify) => touched(Side::Odoo),
                    Some(Winner::Odoo) => touched(Side::Shopify),
                    // Both sides have to get it first.
                    Some(Winner::Value { .. } | Winner::Agreed) | None => false,
                });
            let failure = Failure {
                stage: Stage::Write,
                error,
                mapped,
                link,
                settled: carried.collect(),
            };
            return Ok(self.failed(case, trace, failure));
        }
        let now = self.engine.clock.now();
        let (action, reason) = done_words(creates, case.link.is_some(), false);
        let log = trace.line(now, action, Outcome::Success, reason, "");
        Ok(done(link, Some(rest.conflicts), log))
    }

    /// The link of two records after a write. What was to be written to `failed` is not agreed on yet.
    fn link(
        &self,
        sending: &Sending,
        children: &[(Side, Vec<ChildRef>)],
        written: Written,
        failed: Option<Side>,
    ) -> Result<LinkChange, Halt> {
        let case = &sending.case;
        let (Some(shopify), Some(odoo)) = (case.record(Side::Shopify), case.record(Side::Odoo)) else {
            return Ok(LinkChange::Keep);
        };
        let mut open = self.still_open(sending)?;
        let unsent = failed.and_then(|side| sending.draft(side));
        open.extend(unsent.into_iter().flat_map(|draft| draft.carried.iter().cloned()));
        let goods = self.goods(case)?;
        let agreement = Agreement {
            rules: &self.rules,
            spec: self.spec,
            shopify,
            odoo,
            pairs: pairs(case, sending, children),
            open: &open,
            bases: &sending.rest.bases,
            written,
            link: case.link.as_ref(),
            children: &case.children,
            label: case.label(),
            moved: case.moved,
            goods: goods.as_ref(),
        };
        Ok(LinkChange::Store(Box::new(link_draft(&agreement))))
    }

    /// What the sides still do not agree on, now that the record was written: a field that was left alone may follow from
    /// one that was written (what is left to be shipped, from what was shipped).
    fn still_open(&self, sending: &Sending) -> Result<Vec<CellKey>, Halt> {
        if sending.rest.open.is_empty() {
            return Ok(Vec::new());
        }
        let lookup = BatchLookup::new(
            &*self.engine.store,
            &self.job.connection,
            &self.options.references,
        );
        let now = plan(&sending.case.input(self, &lookup)).open;
        lookup.into_result()?;
        let open = sending.rest.open.iter().filter(|key| now.contains(key));
        Ok(open.cloned().collect())
    }

    /// What an order moved by the account of both sides, as they are after the write; `None` where one has none.
    fn goods(&self, case: &Case) -> Result<Option<Moved>, Halt> {
        let Some(stock) = self.engine.moved_by(&self.job.record_type) else {
            return Ok(None);
        };
        let on = |side: Side| case.record(side)?.movements.as_ref();
        let (Some(shopify), Some(odoo)) = (on(Side::Shopify), on(Side::Odoo)) else {
            return Ok(None);
        };
        let lookup = BatchLookup::new(
            &*self.engine.store,
            &self.job.connection,
            &self.options.references,
        );
        let goods = goods(stock, shopify, odoo, &lookup);
        lookup.into_result()?;
        Ok(Some(goods))
    }

    /// The next attempt, or the dead letters.
    pub(super) fn failed(&mut self, case: Case, trace: Trace, failure: Failure) -> RecordResult {
        let now = self.engine.clock.now();
        let Failure {
            stage,
            error,
            mapped,
            link,
            settled,
        } = failure;
        let (side, original) = (case.item.key.side, case.record(case.item.key.side));
        let original = original.or_else(|| case.record(side.other()));
        let original = original.map(|record| record.body.clone()).unwrap_or_default();
        let mut item = case.item;
        if self.job.dry_run {
            let line = trace.line(now, Action::Fail, Outcome::Fail, &error.code, error.message);
            return done(LinkChange::Keep, None, line);
        }
        if error.kind.directive() == Directive::Hold {
            let on = Dependency {
                record_type: self.job.record_type.clone(),
                id: item.key.id.clone(),
            };
            let line = trace.line(now, Action::Skip, Outcome::Skipped, &error.code, error.message);
            return RecordResult::Waits {
                waiting: self.waiting(item, WaitState::Held { on }),
                link,
                settled,
                log: Some(line),
            };
        }
        item.attempts.push(Attempt {
            number: u32::try_from(item.attempts.len() + 1).unwrap_or(u32::MAX),
            job_id: self.job.id,
            at: now,
            stage,
            class: error.kind,
            code: error.code.clone(),
            message: error.message.clone(),
            duration_ms: millis(trace.since, now),
        });
        let wait = match error.kind.directive() {
            Directive::Retry => {
                let failed = item.attempts.iter().map(|attempt| attempt.class);
                self.options.retry.pause_after(&error, failed, &mut self.rng)
            }
            // The run stops; the record is taken up by the next one.
            Directive::StopRun => Some(std::time::Duration::ZERO),
            Directive::DeadLetter | Directive::Hold => None,
        };
        if let Some(wait) = wait {
            let due_at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            return RecordResult::Waits {
                waiting: self.waiting(item, WaitState::Pending { due_at }),
                link,
                settled,
                log: None,
            };
        }
        let line = trace.line(now, Action::Fail, Outcome::Fail, &error.code, error.message);
        RecordResult::Dead {
            stage,
            class: error.kind,
            code: error.code,
            original,
            mapped,
            attempts: item.attempts,
            max_retries: self.options.retry.max_retries,
            link,
            settled,
            log: line,
        }
    }
}

/// Remembers when somebody else had changed a record that was just written.
fn note_own_write(written: &mut Written, case: &Case, side: Side, shown: Option<Timestamp>) {
    let before = case.record(side).and_then(|record| record.changed_at);
    if let (Some(shown), Some(before)) = (shown, before) {
        let before = case
            .link
            .as_ref()
            .map_or(before, |link| link.edited_at(side, before));
        written.insert(side, OwnWrite { shown, before });
    }
}

/// The elements that belong together after a write: those that were linked or matched, less those that were taken away,
/// and those that were made.
fn pairs(case: &Case, sending: &Sending, written: &[(Side, Vec<ChildRef>)]) -> Vec<Pair> {
    let removed = sending.odoo.iter().flat_map(|draft| &draft.removed);
    let removed: Vec<(&str, &str)> = removed
        .map(|child| (child.record_type.as_str(), child.source_id.as_str()))
        .collect();
    let linked = case.children.iter().map(|link| Pair {
        record_type: link.record_type.clone(),
        shopify_id: link.shopify_id.clone(),
        odoo_id: link.odoo_id.clone(),
    });
    let mut pairs: Vec<Pair> = linked
        .chain(case.matched.iter().cloned())
        .filter(|pair| !removed.contains(&(pair.record_type.as_str(), pair.shopify_id.as_str())))
        .collect();
    for (side, children) in written {
        for child in children {
            let Some(target_id) = child.target_id.clone() else {
                continue;
            };
            let (shopify_id, odoo_id) = match side {
                Side::Odoo => (child.source_id.clone(), target_id),
                Side::Shopify => (target_id, child.source_id.clone()),
            };
            let made = Pair {
                record_type: child.record_type.clone(),
                shopify_id,
                odoo_id,
            };
            pairs.retain(|pair| {
                pair.record_type != made.record_type
                    || (pair.shopify_id != made.shopify_id && pair.odoo_id != made.odoo_id)
            });
            pairs.push(made);
        }
    }
    pairs
}
