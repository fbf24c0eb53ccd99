//! Records that are not through: those that wait, and dead letters.

use super::StoreFixture;
use super::given::{
    Ended, at, commit, dead, due, end, held, key, open, pending, products, ran, shop, skipped, start,
    waiting, written,
};
use crate::ports::{BatchResult, OpenItems, Store};
use crate::{Checkpoint, Dependency, Direction, Job, NewJob, WaitState};

/// The next job, while the one before has come to its end.
fn next(store: &dyn Store, job: &Job, second: i64) -> Job {
    end(store, job, second);
    start(store, &products(), second)
}

/// Not a moment earlier, and with all that was handed in.
pub fn a_pending_record_is_due_at_its_time(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(
        store,
        &job,
        1,
        vec![
            pending(&job, "1", 10),
            pending(&job, "2", 20),
            held(&job, "3", "30"),
        ],
    )
    .unwrap();
    assert_eq!(due(store, &job, 9), [""; 0]);
    assert_eq!(due(store, &job, 10), ["1"]);
    assert_eq!(due(store, &job, 30), ["1", "2"], "a held record has no time");
    let found = store.open_items(&job, OpenItems::Due(at(10)), 10).unwrap();
    assert_eq!(found, [waiting(&job, "1", WaitState::Pending { due_at: at(10) })]);
    // Those of this job are its own; another job takes them up as leftovers.
    assert_eq!(open(store, &job), [""; 0]);
    let next = next(store, &job, 40);
    assert_eq!(due(store, &next, 50), [""; 0]);
    assert_eq!(open(store, &next), ["1", "2", "3"]);
}

/// So that a run knows how long it may sleep.
pub fn the_first_due_time_is_known(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    assert_eq!(store.next_due(&job).unwrap(), None);
    commit(store, &job, 1, vec![held(&job, "3", "30")]).unwrap();
    assert_eq!(store.next_due(&job).unwrap(), None);
    commit(
        store,
        &job,
        1,
        vec![pending(&job, "1", 20), pending(&job, "2", 10)],
    )
    .unwrap();
    assert_eq!(store.next_due(&job).unwrap(), Some(at(10)));
    commit(store, &job, 11, vec![written(&job, "2", None)]).unwrap();
    assert_eq!(store.next_due(&job).unwrap(), Some(at(20)));
    let next = next(store, &job, 12);
    assert_eq!(
        store.next_due(&next).unwrap(),
        None,
        "what other jobs left is not waited for"
    );
}

/// One per record.
pub fn a_waiting_record_is_replaced(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(store, &job, 1, vec![pending(&job, "1", 10)]).unwrap();
    commit(store, &job, 2, vec![pending(&job, "1", 15)]).unwrap();
    assert_eq!(due(store, &job, 14), [""; 0]);
    assert_eq!(due(store, &job, 15), ["1"]);
    commit(store, &job, 16, vec![held(&job, "1", "30")]).unwrap();
    assert_eq!(due(store, &job, 99), [""; 0]);
    assert_eq!(store.next_due(&job).unwrap(), None);
    commit(store, &job, 17, vec![pending(&job, "1", 20)]).unwrap();
    assert_eq!(due(store, &job, 20), ["1"]);
}

/// Its own job is through with it.
pub fn a_held_record_waits_for_the_next_job(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(store, &job, 1, vec![held(&job, "1", "30")]).unwrap();
    assert_eq!(open(store, &job), [""; 0]);
    let next = next(store, &job, 2);
    let on = Dependency {
        record_type: "variant".into(),
        id: "30".to_owned(),
    };
    let found = store.open_items(&next, OpenItems::Untouched, 10).unwrap();
    assert_eq!(found, [waiting(&job, "1", WaitState::Held { on })]);
    commit(store, &next, 3, vec![held(&next, "1", "30")]).unwrap();
    assert_eq!(open(store, &next), [""; 0], "looked at once by each job");
}

/// Whatever the end is.
pub fn every_end_of_a_record_ends_its_waiting(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let mut job = start(store, &products(), 0);
    let ends: [fn(&Job) -> Ended; 4] = [
        |job| written(job, "1", None),
        |job| skipped(job, "1", "unchanged"),
        |job| skipped(job, "1", "target_has_priority"),
        |job| dead(job, "1"),
    ];
    for (round, ended) in ends.into_iter().enumerate() {
        commit(store, &job, 1, vec![pending(&job, "1", 10)]).unwrap();
        commit(store, &job, 2, vec![ended(&job)]).unwrap();
        assert_eq!(due(store, &job, 99), [""; 0], "end {round}");
        job = next(store, &job, 3);
        assert_eq!(open(store, &job).len(), usize::from(round == 3), "end {round}");
    }
}

/// No memory is needed for many of them.
pub fn open_records_come_by_id_and_in_steps(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let ids = ["b", "d", "a", "f", "c", "e"];
    let records = ids.iter().enumerate().map(|(index, id)| match index % 3 {
        0 => held(&job, id, "30"),
        1 => dead(&job, id),
        _ => pending(&job, id, 1),
    });
    commit(store, &job, 1, records.collect()).unwrap();
    let next = next(store, &job, 2);
    let mut seen = Vec::new();
    loop {
        let step = store.open_items(&next, OpenItems::Untouched, 4).unwrap();
        assert!(step.len() <= 4);
        if step.is_empty() {
            break;
        }
        let results: Vec<_> = step.iter().map(|one| pending(&next, &one.source_id, 9)).collect();
        seen.extend(step.into_iter().map(|one| one.source_id));
        commit(store, &next, 3, results).unwrap();
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e", "f"]);
    let step = store.open_items(&next, OpenItems::Due(at(9)), 4).unwrap();
    assert_eq!(super::given::ids(&step), ["a", "b", "c", "d"]);
}

/// It comes as a record that was never tried and is due at once.
pub fn a_dead_letter_waits_for_the_next_job(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(store, &job, 5, vec![dead(&job, "1")]).unwrap();
    assert_eq!(open(store, &job), [""; 0]);
    let next = next(store, &job, 6);
    let found = store.open_items(&next, OpenItems::Untouched, 10).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].source_id.as_str(), found[0].label.as_str()),
        ("1", "record 1")
    );
    assert!(found[0].attempts.is_empty());
    assert!(
        matches!(found[0].state, WaitState::Pending { due_at } if due_at <= at(6)),
        "{found:?}"
    );
    commit(store, &next, 7, vec![dead(&next, "1")]).unwrap();
    assert_eq!(open(store, &next), [""; 0]);
}

/// Nobody has to close it by hand.
pub fn success_resolves_a_dead_letter(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(
        store,
        &job,
        1,
        vec![dead(&job, "1"), dead(&job, "2"), dead(&job, "3")],
    )
    .unwrap();
    let later = next(store, &job, 2);
    commit(
        store,
        &later,
        3,
        vec![written(&later, "1", None), skipped(&later, "2", "unchanged")],
    )
    .unwrap();
    let last = next(store, &later, 4);
    assert_eq!(open(store, &last), ["3"]);
    commit(store, &last, 5, vec![dead(&last, "1")]).unwrap();
    let after = next(store, &last, 6);
    assert_eq!(
        open(store, &after),
        ["1", "3"],
        "a new one after the old one was closed"
    );
}

/// It is still not in the target; but the job has looked at it and must not look again.
pub fn other_skips_leave_a_dead_letter_open(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(store, &job, 1, vec![dead(&job, "1"), dead(&job, "2")]).unwrap();
    let later = next(store, &job, 2);
    let records = vec![
        skipped(&later, "1", "target_has_priority"),
        held(&later, "2", "30"),
    ];
    commit(store, &later, 3, records).unwrap();
    assert_eq!(open(store, &later), [""; 0]);
    assert_eq!(open(store, &next(store, &later, 4)), ["1", "2"]);
}

/// A run both ways knows a linked record by its id in the left system.
pub fn a_record_that_got_another_key_ends_under_the_old_one(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(store, &job, 1, vec![held(&job, "1", "30"), dead(&job, "2")]).unwrap();
    end(store, &job, 2);
    let next = start(store, &products(), 3);
    assert_eq!(open(store, &next), ["1", "2"]);
    let batch = BatchResult {
        records: vec![written(&next, "7", None)],
        renamed: vec![key(&next, "1"), key(&next, "2")],
        checkpoint: Checkpoint::Leftovers,
        mark: None,
        now: at(4),
        dead_letter_limit: 10,
    };
    store.commit_batch(&next, &batch).unwrap();
    assert_eq!(open(store, &next), [""; 0]);
    end(store, &next, 5);
    assert_eq!(open(store, &start(store, &products(), 6)), [""; 0]);
}

/// Also where it waits and is a dead letter.
pub fn a_record_comes_once(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(store, &job, 1, vec![dead(&job, "1")]).unwrap();
    let later = next(store, &job, 2);
    commit(store, &later, 3, vec![pending(&later, "1", 9)]).unwrap();
    assert_eq!(due(store, &later, 9), ["1"]);
    let last = next(store, &later, 4);
    let found = store.open_items(&last, OpenItems::Untouched, 10).unwrap();
    assert_eq!(
        found,
        [waiting(&later, "1", WaitState::Pending { due_at: at(9) })]
    );
}

/// The same id means something else there.
pub fn directions_and_connections_are_apart(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let back = NewJob {
        direction: Direction::OdooToShopify,
        ..products()
    };
    let another = NewJob {
        connection: "another".into(),
        ..products()
    };
    let first = start(store, &products(), 0);
    commit(store, &first, 1, vec![dead(&first, "1"), held(&first, "2", "30")]).unwrap();
    end(store, &first, 2);
    let second = start(store, &back, 3);
    assert_eq!(open(store, &second), [""; 0]);
    commit(
        store,
        &second,
        4,
        vec![dead(&second, "1"), held(&second, "2", "30")],
    )
    .unwrap();
    end(store, &second, 5);
    let third = start(store, &another, 6);
    assert_eq!(open(store, &third), [""; 0]);
    commit(
        store,
        &third,
        7,
        vec![written(&third, "1", None), written(&third, "2", None)],
    )
    .unwrap();
    let fourth = ran(
        store,
        &products(),
        8,
        vec![written(&first, "1", None), written(&first, "2", None)],
    );
    assert_eq!(fourth.connection, shop());
    let fifth = start(store, &products(), 9);
    assert_eq!(open(store, &fifth), [""; 0]);
    end(store, &fifth, 10);
    assert_eq!(open(store, &start(store, &back, 11)), ["1", "2"]);
}

/// It stores a line and nothing else, so the line is what shows that it has seen a record.
pub fn a_dry_run_sees_each_open_record_once(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit(
        store,
        &job,
        1,
        vec![dead(&job, "1"), held(&job, "2", "30"), held(&job, "3", "30")],
    )
    .unwrap();
    end(store, &job, 2);
    let dry = start(
        store,
        &NewJob {
            dry_run: true,
            ..products()
        },
        3,
    );
    assert_eq!(open(store, &dry), ["1", "2", "3"]);
    commit(
        store,
        &dry,
        4,
        vec![written(&dry, "1", None), held(&dry, "2", "30")],
    )
    .unwrap();
    assert_eq!(open(store, &dry), ["3"]);
    assert_eq!(open(store, &start(store, &products(), 5)), ["1", "2", "3"]);
}
