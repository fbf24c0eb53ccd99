//! One batch: plan, announce, send, store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mapping_transforms::Mapped;
use rand::RngExt;
use serde_json::Value;

use super::log::{Trace, millis, shortened};
use super::lookup::BatchLookup;
use super::read::Reader;
use super::run::{Halt, Run};
use super::{Phase, RunError, RunEvent};
use crate::plan::{Decision, Draft, Plan, PlanInput, link_draft, plan};
use crate::ports::{BatchResult, CommitRefused, Intent, RecordResult};
use crate::{
    Action, Applied, Attempt, Checkpoint, ConnectorError, Dependency, Directive, ErrorKind, Link, Outcome,
    Record, Stage, WaitState, Waiting, Write, WriteOutcome,
};

/// How often writes that were never sent are sent again at once.
const RESENDS: usize = 3;

/// A record of the source that is to be dealt with.
pub(super) struct Item {
    pub(super) record: Record,
    /// Its failed attempts in this run so far.
    pub(super) attempts: Vec<Attempt>,
    pub(super) since: Timestamp,
}

/// A record that is to be written.
struct Sending {
    item: Item,
    trace: Trace,
    draft: Draft,
    current: Option<Record>,
}

/// A failure of one record, on its way to the next attempt or to the dead letters.
struct Failure {
    stage: Stage,
    error: ConnectorError,
    mapped: Value,
}

/// What a batch is compared with.
struct Counterparts {
    links: BTreeMap<String, Link>,
    children: BTreeMap<i64, Vec<Link>>,
    targets: BTreeMap<String, Record>,
}

type Results = Vec<(String, RecordResult)>;

impl Run<'_, '_> {
    /// Deals with a batch: `gone` are open records that the source no longer has.
    pub(super) async fn process(
        &mut self,
        items: Vec<Item>,
        gone: Vec<Waiting>,
        checkpoint: Checkpoint,
        phase: Phase,
    ) -> Result<(), Halt> {
        let mut results: Results = gone.into_iter().map(|waiting| self.gone(waiting)).collect();
        let items = last_of_each(items);
        let counterparts = self.counterparts(&items).await?;
        let plans = self.plan_all(&items, &counterparts)?;
        let mut sending = Vec::new();
        for (item, plan) in items.into_iter().zip(plans) {
            self.sort(item, plan, &counterparts, &mut sending, &mut results);
        }
        let stop = self.send(sending, &mut results).await?;
        self.commit(results, checkpoint, phase)?;
        match stop {
            None => Ok(()),
            Some(error) => Err(Halt::from(error)),
        }
    }

    /// Links and target records of a batch.
    async fn counterparts(&mut self, items: &[Item]) -> Result<Counterparts, Halt> {
        let ids: Vec<String> = items.iter().map(|item| item.record.id.clone()).collect();
        let (store, target) = (&self.engine.store, self.from.other());
        let found = store.links(&self.job.connection, &self.job.record_type, self.from, &ids)?;
        let parents: Vec<i64> = found.iter().map(|link| link.id).collect();
        let mut children: BTreeMap<i64, Vec<Link>> = BTreeMap::new();
        for child in store.child_links(&parents)? {
            children
                .entry(child.parent.unwrap_or_default())
                .or_default()
                .push(child);
        }
        let wanted: Vec<String> = found.iter().map(|link| link.id_on(target).to_owned()).collect();
        let reader = Reader {
            engine: self.engine,
            options: self.options,
        };
        let records = reader
            .fetch(&mut self.rng, target, &self.job.record_type, &wanted)
            .await?;
        Ok(Counterparts {
            links: found
                .into_iter()
                .map(|link| (link.id_on(self.from).to_owned(), link))
                .collect(),
            children,
            targets: records
                .into_iter()
                .map(|record| (record.id.clone(), record))
                .collect(),
        })
    }

    fn plan_all(&self, items: &[Item], counterparts: &Counterparts) -> Result<Vec<Plan>, Halt> {
        let lookup = BatchLookup::new(
            &*self.engine.store,
            &self.job.connection,
            &self.options.references,
        );
        let target_system = self.engine.connector(self.from.other()).system();
        let plans = items.iter().map(|item| {
            let (link, target) = counterparts.of(&item.record.id, self.from.other());
            let stock = self.spec.stock.as_ref();
            plan(&PlanInput {
                spec: self.spec,
                rules: &self.rules,
                from: self.from,
                target_system,
                source: &item.record,
                target,
                link,
                children: link
                    .and_then(|link| counterparts.children.get(&link.id))
                    .map_or(&[], Vec::as_slice),
                lookup: &lookup,
                fields: &self.fields,
                strategy: &self.options.strategy,
                shipped_difference: stock
                    .map(|stock| self.shipped.of(stock, self.from, &item.record))
                    .unwrap_or_default(),
            })
        });
        let plans = plans.collect();
        lookup.into_result()?;
        Ok(plans)
    }

    /// Records that need no write get their result, the others go to `sending`.
    fn sort(
        &mut self,
        item: Item,
        plan: Plan,
        counterparts: &Counterparts,
        sending: &mut Vec<Sending>,
        results: &mut Results,
    ) {
        let now = self.engine.clock.now();
        let (link, target) = counterparts.of(&item.record.id, self.from.other());
        let mut trace = Trace::of(self.job.id, &self.job.record_type, &item.record, item.since);
        trace.target_id = link.map(|link| link.id_on(self.from.other()).to_owned());
        trace.warnings = plan.warnings;
        trace.attempts = u32::try_from(item.attempts.len()).unwrap_or(u32::MAX);
        let id = item.record.id.clone();
        let result = match plan.decision {
            Decision::Create(draft) | Decision::Update(draft) => {
                trace.changes = draft.changes.iter().cloned().map(shortened).collect();
                let current = target.cloned();
                if !self.job.dry_run {
                    sending.push(Sending {
                        item,
                        trace,
                        draft,
                        current,
                    });
                    return;
                }
                let (action, reason) = done_words(current.is_some(), true);
                done(None, trace.line(now, action, Outcome::Success, reason, ""))
            }
            Decision::Unchanged { refresh } => {
                let line = trace.line(now, Action::Skip, Outcome::Skipped, "unchanged", "");
                done(refresh.filter(|_| !self.job.dry_run), line)
            }
            Decision::Skip { reason, message } => done(
                None,
                trace.line(now, Action::Skip, Outcome::Skipped, reason, message),
            ),
            Decision::Hold { on } => self.held(item, trace, on, now),
            Decision::Fail {
                stage,
                class,
                code,
                message,
            } => {
                trace.attempts += 1;
                let error = ConnectorError::new(class, code, message);
                let failure = Failure {
                    stage,
                    error,
                    mapped: Value::Null,
                    free: false,
                };
                self.failed(item, trace, failure)
            }
        };
        results.push((id, result));
    }

    fn held(&self, item: Item, trace: Trace, on: Dependency, now: Timestamp) -> RecordResult {
        let reason = format!("waits_for_{}", on.record_type);
        let message = format!("{} {} is not synced yet", on.record_type, on.id);
        let label = item.record.label.clone();
        let line = trace.line(now, Action::Skip, Outcome::Skipped, &reason, message);
        if self.job.dry_run {
            return done(None, line);
        }
        let waiting = self.waiting(item.record.id, label, WaitState::Held { on }, item.attempts);
        RecordResult::Waits {
            waiting,
            log: Some(line),
        }
    }

    fn waiting(&self, source_id: String, label: String, state: WaitState, attempts: Vec<Attempt>) -> Waiting {
        let record_type = self.job.record_type.clone();
        Waiting {
            record_type,
            source_id,
            label,
            state,
            attempts,
            job_id: self.job.id,
        }
    }

    fn gone(&self, waiting: Waiting) -> (String, RecordResult) {
        let now = self.engine.clock.now();
        let record = Record::new(waiting.source_id.clone(), waiting.label, Value::Null);
        let trace = Trace::of(self.job.id, &self.job.record_type, &record, now);
        let message = "the source no longer has this record";
        let line = trace.line(now, Action::Skip, Outcome::Skipped, "gone", message);
        (waiting.source_id, done(None, line))
    }

    /// Announces and sends the writes; answers an error that must end the run.
    async fn send(
        &mut self,
        sending: Vec<Sending>,
        results: &mut Results,
    ) -> Result<Option<ConnectorError>, Halt> {
        if sending.is_empty() {
            return Ok(None);
        }
        let mut writes = self.announce(&sending)?;
        let mut outcomes = self.apply(&writes).await;
        for _ in 0..RESENDS {
            let again: Vec<usize> = unsent(&outcomes);
            if again.is_empty() {
                break;
            }
            let batch: Vec<Write> = again.iter().map(|index| writes[*index].clone()).collect();
            for (index, outcome) in again.into_iter().zip(self.apply(&batch).await) {
                outcomes[index] = outcome;
            }
        }
        let mut stop = None;
        for ((one, write), outcome) in sending.into_iter().zip(writes.drain(..)).zip(outcomes) {
            let id = one.item.record.id.clone();
            if let WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) = &outcome
                && error.kind.directive() == Directive::StopRun
            {
                stop.get_or_insert_with(|| error.clone());
            }
            results.push((id, self.settle(one, write, outcome)));
        }
        Ok(stop)
    }

    async fn apply(&self, writes: &[Write]) -> Vec<WriteOutcome> {
        let mut outcomes = self.engine.connector(self.from.other()).apply(writes).await;
        // A connector that answers too little broke its contract; what it did is unknown, and nothing is dropped.
        outcomes.resize_with(writes.len(), || {
            let text = "the connector gave no outcome for this record";
            WriteOutcome::Unknown(ConnectorError::new(ErrorKind::Protocol, "no_outcome", text))
        });
        outcomes
    }

    fn announce(&mut self, sending: &[Sending]) -> Result<Vec<Write>, Halt> {
        let intents: Vec<Intent> = sending
            .iter()
            .map(|one| Intent {
                source_id: one.item.record.id.clone(),
                fingerprint: one.draft.desired.to_string(),
                fresh_key: format!("{:032x}", self.rng.random::<u128>()),
            })
            .collect();
        let keys = self.engine.store.begin_batch(&self.job, &intents)?;
        let write = |(one, key): (&Sending, String)| Write {
            idempotency_key: key,
            record_type: self.job.record_type.clone(),
            source_id: one.item.record.id.clone(),
            label: one.item.record.label.clone(),
            target_id: one.current.as_ref().map(|current| current.id.clone()),
            current: one.current.clone(),
            desired: one.draft.desired.clone(),
            changes: one.draft.changes.clone(),
            children: one.draft.children.clone(),
            removed: one.draft.removed.clone(),
            source: one.item.record.body.clone(),
        };
        Ok(sending.iter().zip(keys).map(write).collect())
    }

    fn settle(&mut self, one: Sending, write: Write, outcome: WriteOutcome) -> RecordResult {
        let Sending {
            item,
            mut trace,
            draft,
            current,
        } = one;
        trace.attempts += 1;
        let fail = |error, free| Failure {
            stage: Stage::Write,
            error,
            mapped: write.desired.clone(),
            free,
        };
        match outcome {
            WriteOutcome::Applied(applied) => {
                self.applied(&item, trace, &draft.mapped, current.is_some(), *applied)
            }
            WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) => {
                self.failed(item, trace, fail(error))
            }
            WriteOutcome::NotAttempted => {
                // It was sent again at once, several times: by now it counts as an attempt, or it would never end.
                let text = "the connector did not get to this record";
                self.failed(
                    item,
                    trace,
                    fail(ConnectorError::new(ErrorKind::Unavailable, "not_attempted", text)),
                )
            }
        }
    }

    fn applied(
        &self,
        item: &Item,
        mut trace: Trace,
        mapped: &[Mapped],
        existed: bool,
        applied: Applied,
    ) -> RecordResult {
        let now = self.engine.clock.now();
        let link = link_draft(
            &self.rules,
            self.from,
            &self.job.record_type,
            mapped,
            &item.record,
            &applied.record,
            &applied.children,
        );
        trace.target_id = Some(applied.record.id);
        trace.warnings.extend(applied.warnings);
        let (action, reason) = done_words(existed, false);
        done(Some(link), trace.line(now, action, Outcome::Success, reason, ""))
    }

    /// The next attempt, or the dead letters.
    fn failed(&mut self, item: Item, trace: Trace, failure: Failure) -> RecordResult {
        let now = self.engine.clock.now();
        let Failure {
            stage,
            error,
            mapped,
            free,
        } = failure;
        if self.job.dry_run {
            return done(
                None,
                trace.line(now, Action::Fail, Outcome::Fail, &error.code, error.message),
            );
        }
        if error.kind.directive() == Directive::Hold {
            let on = Dependency {
                record_type: self.job.record_type.clone(),
                id: item.record.id.clone(),
            };
            let line = trace.line(now, Action::Skip, Outcome::Skipped, &error.code, error.message);
            let state = WaitState::Held { on };
            let waiting = self.waiting(item.record.id, item.record.label, state, item.attempts);
            return RecordResult::Waits {
                waiting,
                log: Some(line),
            };
        }
        let mut attempts = item.attempts;
        attempts.push(Attempt {
            number: u32::try_from(attempts.len() + 1).unwrap_or(u32::MAX),
            job_id: self.job.id,
            at: now,
            stage,
            class: error.kind,
            code: error.code.clone(),
            message: error.message.clone(),
            duration_ms: millis(trace.since, now),
        });
        let made = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
        let wait = match error.kind.directive() {
            Directive::Retry => self.options.retry.pause(made, error.retry_after, &mut self.rng),
            // The run stops; the record is taken up by the next one.
            Directive::StopRun => Some(std::time::Duration::ZERO),
            Directive::DeadLetter | Directive::Hold => None,
        };
        if let Some(wait) = wait {
            let due_at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            let label = item.record.label.clone();
            let waiting = self.waiting(item.record.id, label, WaitState::Pending { due_at }, attempts);
            return RecordResult::Waits { waiting, log: None };
        }
        let line = trace.line(now, Action::Fail, Outcome::Fail, &error.code, error.message);
        RecordResult::Dead {
            stage,
            class: error.kind,
            code: error.code,
            original: item.record.body,
            mapped,
            attempts,
            max_retries: self.options.retry.max_retries,
            log: line,
        }
    }

    /// Stores the batch. If the dead letters are full, the records that would join them are stored as waiting, and
    /// the run stops: nothing is lost, and a resumed job takes them up again.
    fn commit(&mut self, results: Results, checkpoint: Checkpoint, phase: Phase) -> Result<(), Halt> {
        let mut batch = BatchResult {
            records: results,
            checkpoint,
            now: self.engine.clock.now(),
            dead_letter_limit: self.options.dead_letter_limit,
        };
        let mut halt = None;
        let commit = match self.engine.store.commit_batch(&self.job, &batch) {
            Err(refused @ CommitRefused::DeadLettersFull { .. }) => {
                halt = Some(Halt::failed(refused.to_string()));
                for (_, result) in &mut batch.records {
                    self.park(result, batch.now);
                }
                self.engine.store.commit_batch(&self.job, &batch)
            }
            other => other,
        };
        let commit = commit.map_err(|refused| match refused {
            CommitRefused::LeaseLost => Halt::Error(RunError::LeaseLost(self.job.id)),
            CommitRefused::Store(error) => Halt::from(error),
            full @ CommitRefused::DeadLettersFull { .. } => Halt::failed(full.to_string()),
        })?;
        self.job.counts = commit.counts;
        self.job.checkpoint = batch.checkpoint;
        for (_, result) in &batch.records {
            if let Some(log) = log_of(result) {
                self.tell(RunEvent::Record(log));
            }
        }
        let (counts, total) = (self.job.counts, self.total);
        self.tell(RunEvent::Progress { phase, counts, total });
        halt.map_or(Ok(()), Err)
    }

    /// A record that found no room among the dead letters waits instead.
    fn park(&self, result: &mut RecordResult, now: Timestamp) {
        if let RecordResult::Dead { attempts, log, .. } = result {
            let state = WaitState::Pending { due_at: now };
            let waiting = self.waiting(
                log.source_id.clone(),
                log.label.clone(),
                state,
                std::mem::take(attempts),
            );
            *result = RecordResult::Waits { waiting, log: None };
        }
    }
}

impl Counterparts {
    fn of(&self, source_id: &str, target: crate::Side) -> (Option<&Link>, Option<&Record>) {
        let link = self.links.get(source_id);
        (link, link.and_then(|link| self.targets.get(link.id_on(target))))
    }
}

fn unsent(outcomes: &[WriteOutcome]) -> Vec<usize> {
    let unsent = outcomes
        .iter()
        .enumerate()
        .filter(|(_, one)| matches!(one, WriteOutcome::NotAttempted));
    unsent.map(|(index, _)| index).collect()
}

/// The same record may come twice on a page if it changed meanwhile: the later reading counts.
fn last_of_each(items: Vec<Item>) -> Vec<Item> {
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        match places.get(&item.record.id) {
            Some(place) => kept[*place] = item,
            None => {
                places.insert(item.record.id.clone(), kept.len());
                kept.push(item);
            }
        }
    }
    kept
}

fn done_words(existed: bool, dry_run: bool) -> (Action, &'static str) {
    match (existed, dry_run) {
        (false, false) => (Action::Create, "created"),
        (true, false) => (Action::Update, "updated"),
        (false, true) => (Action::Create, "would_create"),
        (true, true) => (Action::Update, "would_update"),
    }
}

fn done(link: Option<crate::LinkDraft>, log: crate::RecordLog) -> RecordResult {
    RecordResult::Done { link, log }
}

fn log_of(result: &RecordResult) -> Option<&crate::RecordLog> {
    match result {
        RecordResult::Done { log, .. } | RecordResult::Dead { log, .. } => Some(log),
        RecordResult::Waits { log, .. } => log.as_ref(),
    }
}
