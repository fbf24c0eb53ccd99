//! One batch: gather, plan, announce, send, store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::Phase;
use super::case::{Case, Item};
use super::log::{Trace, shortened};
use super::lookup::BatchLookup;
use super::put_off::puts_away;
use super::run::{Halt, Run};
use crate::plan::{CellKey, Decision, Draft, Plan, plan};
use crate::ports::{LinkChange, RecordKey, RecordResult};
use crate::{
    Action, Checkpoint, ConflictDraft, ConnectorError, Cursor, Dependency, LinkDraft, Outcome, RecordLog,
    Shown, Side, Stage, WaitState, Waiting, reason,
};

/// A record that is to be written, on one side or on both.
pub(super) struct Sending {
    pub(super) case: Case,
    pub(super) trace: Trace,
    pub(super) creates: bool,
    pub(super) shopify: Option<Draft>,
    pub(super) odoo: Option<Draft>,
    pub(super) rest: Rest,
}

/// What a plan says besides what is to be written.
pub(super) struct Rest {
    pub(super) conflicts: Vec<ConflictDraft>,
    pub(super) open: Vec<CellKey>,
    pub(super) bases: BTreeMap<CellKey, Shown>,
}

impl Sending {
    pub(super) fn draft(&self, side: Side) -> Option<&Draft> {
        match side {
            Side::Shopify => self.shopify.as_ref(),
            Side::Odoo => self.odoo.as_ref(),
        }
    }
}

/// A failure of one record, on its way to the next attempt or to the dead letters.
pub(super) struct Failure {
    pub(super) stage: Stage,
    pub(super) error: ConnectorError,
    pub(super) mapped: Value,
    pub(super) link: LinkChange,
    /// Conflicts that were settled by a part that was carried out.
    pub(super) settled: Vec<ConflictDraft>,
}

/// How often a batch of stock levels is planned anew because orders go on moving goods.
const MOST_ROUNDS: usize = 3;

pub(super) type Results = Vec<(RecordKey, RecordResult)>;

/// Where a batch leaves the run.
pub(super) struct Progress {
    pub(super) checkpoint: Checkpoint,
    pub(super) mark: Option<(Side, Cursor)>,
    pub(super) phase: Phase,
}

impl Run<'_, '_> {
    /// Deals with a batch.
    pub(super) async fn process(&mut self, items: Vec<Item>, progress: Progress) -> Result<(), Halt> {
        let mut cases = self.cases(items).await?;
        let renamed = cases
            .iter()
            .flat_map(|case| case.renamed.iter().cloned())
            .collect();
        // Another key of it is closed all the same.
        cases.retain(|case| !case.over);
        let mut plans = self.plan_all(&cases)?;
        let mut rounds = 0;
        while rounds < MOST_ROUNDS && self.orders_moved_on(&plans).await? {
            self.read_levels_again(&mut cases).await?;
            plans = self.plan_all(&cases)?;
            rounds += 1;
        }
        let (mut sending, mut results) = (Vec::new(), Results::new());
        for (case, plan) in cases.into_iter().zip(plans) {
            if self.comes_last(&plan) {
                results.push(self.put_off(case));
            } else {
                self.sort(case, plan, &mut sending, &mut results)?;
            }
        }
        self.guard_archive()?;
        let stop = self.send(sending, &mut results).await?;
        self.commit(results, renamed, progress)?;
        match stop {
            None => Ok(()),
            Some(error) => Err(Halt::from(error)),
        }
    }

    fn plan_all(&self, cases: &[Case]) -> Result<Vec<Plan>, Halt> {
        let lookup = BatchLookup::new(
            &*self.engine.store,
            &self.job.connection,
            &self.options.references,
        );
        let plans = cases.iter().map(|case| plan(&case.input(self, &lookup)));
        let plans = plans.collect();
        lookup.into_result()?;
        Ok(plans)
    }

    /// Records that need no write get their result, the others go to `sending`.
    fn sort(
        &mut self,
        case: Case,
        plan: Plan,
        sending: &mut Vec<Sending>,
        results: &mut Results,
    ) -> Result<(), Halt> {
        let now = self.engine.clock.now();
        let mut trace = Trace::of(self.job.id, &self.job.record_type, &case);
        if self.job.dry_run && puts_away(&plan) {
            self.archived += 1;
            let told = self.too_many(self.archived)?;
            trace.warnings = told
                .map(|what| format!("a run stops here: it {what}"))
                .into_iter()
                .collect();
        }
        trace.warnings.extend(plan.warnings);
        trace.attempts = u32::try_from(case.item.attempts.len()).unwrap_or(u32::MAX);
        let key = case.item.key.clone();
        let rest = Rest {
            conflicts: plan.conflicts,
            open: plan.open,
            bases: plan.bases,
        };
        let skip = |trace: Trace, reason: &str, message: String| {
            let log = trace.line(now, Action::Skip, Outcome::Skipped, reason, message);
            done(LinkChange::Keep, None, log)
        };
        if let Some((reason, why)) = case.left_alone.clone() {
            results.push((key, skip(trace, reason, why)));
            return Ok(());
        }
        let result = match plan.decision {
            Decision::Create(side, draft) => {
                let (shopify, odoo) = match side {
                    Side::Shopify => (Some(draft), None),
                    Side::Odoo => (None, Some(draft)),
                };
                self.to_write(case, trace, true, [shopify, odoo], rest, sending)
            }
            Decision::Update { shopify, odoo } => {
                self.to_write(case, trace, false, [shopify, odoo], rest, sending)
            }
            // Its first line says it all; what changed since then is read again by the next run.
            Decision::Unchanged { refresh: None, .. } if case.again && rest.conflicts.is_empty() => None,
            Decision::Conflict | Decision::Skip { .. } | Decision::Hold { .. } if case.seen_before() => None,
            Decision::Unchanged { refresh, kept } => {
                Some(self.unchanged(&case, trace, refresh, kept, rest.conflicts))
            }
            Decision::Conflict => {
                let message = "both sides changed the same field: somebody has to decide";
                let log = trace.line(now, Action::Conflict, Outcome::Skipped, "conflict", message);
                Some(done(LinkChange::Keep, Some(rest.conflicts), log))
            }
            Decision::Unlink { reason, message } => {
                let link = match &case.link {
                    Some(link) => LinkChange::Remove { id: link.id },
                    None => LinkChange::Keep,
                };
                let log = trace.line(now, Action::Skip, Outcome::Skipped, reason, message);
                Some(done(link, None, log))
            }
            Decision::Skip { reason, message } => Some(skip(trace, reason, message)),
            Decision::Hold { on } => Some(self.held(case.item, trace, on, now)),
            Decision::Fail {
                stage,
                class,
                code,
                message,
            } => {
                trace.attempts += 1;
                let failure = Failure {
                    stage,
                    error: ConnectorError::new(class, code, message),
                    mapped: Value::Null,
                    link: LinkChange::Keep,
                    settled: Vec::new(),
                };
                Some(self.failed(case, trace, failure))
            }
        };
        results.extend(result.map(|result| (key, result)));
        Ok(())
    }

    fn to_write(
        &self,
        case: Case,
        mut trace: Trace,
        creates: bool,
        [shopify, odoo]: [Option<Draft>; 2],
        rest: Rest,
        sending: &mut Vec<Sending>,
    ) -> Option<RecordResult> {
        let drafts = [&odoo, &shopify].into_iter().flatten();
        trace.changes = drafts
            .flat_map(|draft| draft.changes.iter().cloned().map(shortened))
            .collect();
        if self.job.dry_run {
            for (side, draft) in [(Side::Odoo, &odoo), (Side::Shopify, &shopify)] {
                if let Some(draft) = draft {
                    let write = self.write_of(&case, side, draft);
                    trace.warnings.extend(self.engine.connector(side).remarks(&write));
                }
            }
            let (action, reason) = done_words(creates, case.link.is_some(), true);
            let log = trace.line(self.engine.clock.now(), action, Outcome::Success, reason, "");
            return Some(done(LinkChange::Keep, None, log));
        }
        sending.push(Sending {
            case,
            trace,
            creates,
            shopify,
            odoo,
            rest,
        });
        None
    }

    fn unchanged(
        &self,
        case: &Case,
        trace: Trace,
        refresh: Option<LinkDraft>,
        kept: Option<(&'static str, String)>,
        conflicts: Vec<ConflictDraft>,
    ) -> RecordResult {
        let (why, message) = kept.unwrap_or((reason::UNCHANGED, String::new()));
        let (action, reason) = if case.link.is_none() {
            (
                Action::Link,
                if self.job.dry_run {
                    "would_link"
                } else {
                    reason::LINKED
                },
            )
        } else {
            (Action::Skip, why)
        };
        let log = trace.line(self.engine.clock.now(), action, Outcome::Skipped, reason, message);
        done(refresh.into(), Some(conflicts), log)
    }

    fn held(&self, item: Item, trace: Trace, on: Dependency, now: Timestamp) -> RecordResult {
        let reason = format!("waits_for_{}", on.record_type);
        let message = format!("{} {} is not synced yet", on.record_type, on.id);
        let line = trace.line(now, Action::Skip, Outcome::Skipped, &reason, message);
        if self.job.dry_run {
            return done(LinkChange::Keep, None, line);
        }
        RecordResult::Waits {
            waiting: self.waiting(item, WaitState::Held { on }),
            link: LinkChange::Keep,
            settled: Vec::new(),
            log: Some(line),
        }
    }

    pub(super) fn waiting(&self, item: Item, state: WaitState) -> Waiting {
        Waiting {
            record_type: self.job.record_type.clone(),
            side: item.key.side,
            source_id: item.key.id,
            label: item.label,
            state,
            attempts: item.attempts,
            job_id: self.job.id,
        }
    }
}

/// How a write is called in the log: something is made, two records are found to be the same thing, or one is changed.
pub(super) fn done_words(creates: bool, linked: bool, dry_run: bool) -> (Action, &'static str) {
    match (creates, linked, dry_run) {
        (true, _, false) => (Action::Create, "created"),
        (true, _, true) => (Action::Create, "would_create"),
        (false, false, false) => (Action::Link, reason::LINKED),
        (false, false, true) => (Action::Link, "would_link"),
        (false, true, false) => (Action::Update, "updated"),
        (false, true, true) => (Action::Update, "would_update"),
    }
}

pub(super) fn done(link: LinkChange, conflicts: Option<Vec<ConflictDraft>>, log: RecordLog) -> RecordResult {
    RecordResult::Done { link, conflicts, log }
}
