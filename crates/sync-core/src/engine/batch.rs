//! One batch: plan, announce, send, store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::Phase;
use super::log::{Trace, shortened};
use super::lookup::BatchLookup;
use super::read::Reader;
use super::run::{Halt, Run};
use crate::plan::{Decision, Draft, Plan, PlanInput, plan};
use crate::ports::RecordResult;
use crate::{
    Action, Attempt, Checkpoint, ConnectorError, Dependency, Link, Outcome, Record, Stage, WaitState,
    Waiting, reason,
};

/// A record of the source that is to be dealt with.
pub(super) struct Item {
    pub(super) record: Record,
    /// Its failed attempts in this run so far.
    pub(super) attempts: Vec<Attempt>,
    pub(super) since: Timestamp,
}

/// A record that is to be written.
pub(super) struct Sending {
    pub(super) item: Item,
    pub(super) trace: Trace,
    pub(super) draft: Draft,
    pub(super) current: Option<Record>,
}

/// A failure of one record, on its way to the next attempt or to the dead letters.
pub(super) struct Failure {
    pub(super) stage: Stage,
    pub(super) error: ConnectorError,
    pub(super) mapped: Value,
}

/// What a batch is compared with.
struct Counterparts {
    links: BTreeMap<String, Link>,
    children: BTreeMap<i64, Vec<Link>>,
    targets: BTreeMap<String, Record>,
}

pub(super) type Results = Vec<(String, RecordResult)>;

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
                let log = trace.line(now, Action::Skip, Outcome::Skipped, reason::UNCHANGED, "");
                done(refresh.filter(|_| !self.job.dry_run), log)
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

    pub(super) fn waiting(
        &self,
        source_id: String,
        label: String,
        state: WaitState,
        attempts: Vec<Attempt>,
    ) -> Waiting {
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
        let line = trace.line(now, Action::Skip, Outcome::Skipped, reason::GONE, message);
        (waiting.source_id, done(None, line))
    }
}

impl Counterparts {
    fn of(&self, source_id: &str, target: crate::Side) -> (Option<&Link>, Option<&Record>) {
        let link = self.links.get(source_id);
        (link, link.and_then(|link| self.targets.get(link.id_on(target))))
    }
}

/// The same record may come twice on a page if it changed meanwhile: the later reading counts.
fn last_of_each(items: Vec<Item>) -> Vec<Item> {
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        if let Some(place) = places.get(&item.record.id) {
            kept[*place] = item;
        } else {
            places.insert(item.record.id.clone(), kept.len());
            kept.push(item);
        }
    }
    kept
}

pub(super) fn done_words(existed: bool, dry_run: bool) -> (Action, &'static str) {
    match (existed, dry_run) {
        (false, false) => (Action::Create, "created"),
        (true, false) => (Action::Update, "updated"),
        (false, true) => (Action::Create, "would_create"),
        (true, true) => (Action::Update, "would_update"),
    }
}

pub(super) fn done(link: Option<crate::LinkDraft>, log: crate::RecordLog) -> RecordResult {
    RecordResult::Done { link, log }
}
