//! Batches in a system that works.

use serde_json::Value;

use super::WriteFixture;
use super::walk::all;
use crate::ports::Connector;
use crate::{Applied, Directive, RecordType, Write, WriteOutcome};

/// A write without content.
pub(super) fn nothing(record_type: RecordType) -> Write {
    Write {
        idempotency_key: "key of nothing".to_owned(),
        record_type,
        source_id: "1".to_owned(),
        label: "nothing".to_owned(),
        target_id: None,
        current: None,
        desired: Value::Object(serde_json::Map::new()),
        changes: Vec::new(),
        children: Vec::new(),
        removed: Vec::new(),
        source: Value::Null,
    }
}

pub(super) fn applied<'a>(outcome: &'a WriteOutcome, what: &str) -> &'a Applied {
    match outcome {
        WriteOutcome::Applied(applied) => applied,
        other => panic!("{what} is carried out: {other:?}"),
    }
}

/// Sends a batch that has to go through.
pub(super) async fn carry_out(connector: &dyn Connector, batch: &[Write]) -> Vec<Applied> {
    let outcomes = connector.apply(batch).await;
    assert_eq!(outcomes.len(), batch.len(), "one outcome per write");
    let all = outcomes.iter().zip(batch);
    all.map(|(outcome, write)| applied(outcome, &write.label).clone())
        .collect()
}

/// The outcome is the write's: its record shows what was wanted, and its children are found.
pub(super) fn assert_done(fixture: &impl WriteFixture, write: &Write, applied: &Applied) {
    assert_eq!(
        fixture.difference(write, &applied.record),
        None,
        "{}",
        write.label
    );
    if let Some(target) = &write.target_id {
        assert_eq!(*target, applied.record.id, "{}: the same record", write.label);
    }
    for child in &applied.children {
        assert!(child.target_id.is_some(), "{}: {child:?}", write.label);
        assert!(
            write
                .children
                .iter()
                .any(|one| one.source_id == child.source_id && one.record_type == child.record_type),
            "{}: a child that the write does not have: {child:?}",
            write.label
        );
    }
}

fn refused(outcome: &WriteOutcome, what: &str) {
    match outcome {
        WriteOutcome::Failed(error) => {
            assert_eq!(error.kind.directive(), Directive::DeadLetter, "{what}: {error:?}");
            assert!(!error.message.is_empty(), "{what}");
        }
        other => panic!("{what} is refused: {other:?}"),
    }
}

/// Nothing to do, nothing done.
pub async fn an_empty_batch_is_done<F: WriteFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(1);
    let before = all(&fixture);
    assert_eq!(fixture.connect().apply(&[]).await, Vec::new());
    assert_eq!(all(&fixture), before);
}

/// One outcome per write, in the order of the batch, and bad writes hurt no good ones.
pub async fn a_batch_is_answered_in_its_order<F: WriteFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(1);
    let before = all(&fixture);
    let batch = [
        fixture.good(0),
        fixture.bad(0),
        fixture.good(1),
        fixture.bad(1),
        fixture.good(2),
        fixture.bad(2),
    ];
    let outcomes = fixture.connect().apply(&batch).await;
    assert_eq!(outcomes.len(), batch.len());
    for place in [0, 2, 4] {
        assert_done(&fixture, &batch[place], applied(&outcomes[place], "a good write"));
        refused(&outcomes[place + 1], "a bad write");
    }
    assert_eq!(all(&fixture).len(), before.len() + 3);
}

/// The record of an outcome is what reading shows afterwards, and it is one that was not there before.
pub async fn what_was_written_is_read<F: WriteFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(2);
    let before = all(&fixture);
    let batch = [fixture.good(0), fixture.good(1)];
    let done = carry_out(fixture.connect().as_ref(), &batch).await;
    let ids: Vec<String> = done.iter().map(|one| one.record.id.clone()).collect();
    assert_ne!(ids[0], ids[1]);
    assert!(ids.iter().all(|id| !before.contains(id)), "{ids:?} are new");
    let fetched = fixture
        .connect()
        .fetch(&fixture.record_type(), &ids)
        .await
        .unwrap();
    let shown: Vec<_> = done.into_iter().map(|one| one.record).collect();
    assert_eq!(fetched, shown);
}

/// What was refused left nothing behind that counts as a record.
pub async fn a_refused_write_changes_nothing<F: WriteFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(1);
    let before = all(&fixture);
    for _ in 0..2 {
        let outcomes = fixture.connect().apply(&[fixture.bad(0)]).await;
        assert_eq!(outcomes.len(), 1);
        refused(&outcomes[0], "a bad write");
    }
    assert_eq!(all(&fixture), before);
}

/// The same writes, by the same connector and by one that knows nothing, make the same records.
pub async fn the_same_writes_again_double_nothing<F: WriteFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(0);
    let batch = [fixture.good(0), fixture.good(1)];
    let connector = fixture.connect();
    let first = carry_out(connector.as_ref(), &batch).await;
    let there = all(&fixture);
    let again = [
        carry_out(connector.as_ref(), &batch).await,
        carry_out(fixture.connect().as_ref(), &batch).await,
        carry_out(fixture.connect().as_ref(), &[fixture.good(0), fixture.good(1)]).await,
    ];
    for again in again {
        for (write, (one, was)) in batch.iter().zip(again.iter().zip(&first)) {
            assert_done(&fixture, write, one);
            assert_eq!((&one.record.id, &one.children), (&was.record.id, &was.children));
        }
    }
    assert_eq!(all(&fixture), there);
}

/// A change goes to its record, and to that one only; carrying it out again changes nothing.
pub async fn a_change_changes_its_record<F: WriteFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(0);
    let batch = [fixture.good(0), fixture.good(1)];
    let first = carry_out(fixture.connect().as_ref(), &batch).await;
    let there = all(&fixture);
    let change = fixture.update(&batch[0], &first[0]);
    assert!(change.target_id.is_some() && fixture.difference(&change, &first[0].record).is_some());
    for _ in 0..2 {
        let done = carry_out(fixture.connect().as_ref(), std::slice::from_ref(&change)).await;
        assert_done(&fixture, &change, &done[0]);
    }
    assert_eq!(all(&fixture), there);
    let other = &first[1].record;
    let fetched = fixture
        .connect()
        .fetch(&fixture.record_type(), std::slice::from_ref(&other.id))
        .await
        .unwrap();
    assert_eq!(
        fixture.difference(&batch[1], &fetched[0]),
        None,
        "its neighbour stays as it was"
    );
}

/// A write of a type that the connector does not know is refused by name; the others go through.
pub async fn an_unknown_record_type_hurts_no_neighbour<F: WriteFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(0);
    let unknown = || nothing("no_such_thing".into());
    let batch = [unknown(), fixture.good(0), unknown(), fixture.good(1)];
    let outcomes = fixture.connect().apply(&batch).await;
    assert_eq!(outcomes.len(), batch.len());
    for place in [0, 2] {
        refused(&outcomes[place], "an unknown type");
        assert_done(
            &fixture,
            &batch[place + 1],
            applied(&outcomes[place + 1], "a good write"),
        );
    }
}
