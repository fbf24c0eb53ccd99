//! The keys under which writes are sent.

use super::StoreFixture;
use super::given::{commit, dead, end, orders, pending, products, side, skipped, start, written};
use crate::ports::{Intent, Store};
use crate::{Direction, Job, NewJob};

fn intent(job: &Job, id: &str, fingerprint: &str, fresh: &str) -> Intent {
    Intent {
        side: side(job),
        source_id: id.to_owned(),
        fingerprint: fingerprint.to_owned(),
        fresh_key: fresh.to_owned(),
    }
}

fn key(store: &dyn Store, job: &Job, fingerprint: &str, fresh: &str) -> String {
    let mut keys = store
        .begin_batch(job, &[intent(job, "1", fingerprint, fresh)])
        .unwrap();
    assert_eq!(keys.len(), 1);
    keys.remove(0)
}

/// One key per intent.
pub fn keys_come_in_the_order_of_the_intents(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let intents = [
        intent(&job, "2", "a", "k1"),
        intent(&job, "1", "b", "k2"),
        intent(&job, "3", "c", "k3"),
    ];
    assert_eq!(store.begin_batch(&job, &intents).unwrap(), ["k1", "k2", "k3"]);
    assert_eq!(store.begin_batch(&job, &[]).unwrap(), [""; 0]);
    let again = [
        intent(&job, "3", "c", "k4"),
        intent(&job, "4", "d", "k5"),
        intent(&job, "2", "a", "k6"),
    ];
    assert_eq!(store.begin_batch(&job, &again).unwrap(), ["k3", "k5", "k1"]);
}

/// Sent again: the same key. Sent anew after its outcome: a new one.
pub fn an_intent_keeps_its_key_until_its_outcome(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    assert_eq!(key(store, &job, "a", "k1"), "k1");
    assert_eq!(key(store, &job, "a", "k2"), "k1");
    commit(store, &job, 1, vec![written(&job, "1", None)]).unwrap();
    assert_eq!(key(store, &job, "a", "k3"), "k3");
    commit(store, &job, 1, vec![dead(&job, "1")]).unwrap();
    assert_eq!(key(store, &job, "a", "k4"), "k4");
    commit(store, &job, 1, vec![skipped(&job, "1", "unchanged")]).unwrap();
    assert_eq!(key(store, &job, "a", "k5"), "k5");
    commit(store, &job, 1, vec![written(&job, "2", None)]).unwrap();
    assert_eq!(
        key(store, &job, "a", "k6"),
        "k5",
        "another record's outcome is none of ours"
    );
}

/// A system that remembers keys would answer the first intent's result.
pub fn another_intent_gets_a_new_key(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    assert_eq!(key(store, &job, "a", "k1"), "k1");
    assert_eq!(key(store, &job, "b", "k2"), "k2");
    assert_eq!(
        key(store, &job, "a", "k3"),
        "k3",
        "the newest intent is the one that counts"
    );
}

/// The process died between sending and storing; the next job sends the same under the same key.
pub fn a_key_outlives_its_job(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let died = start(store, &products(), 0);
    assert_eq!(key(store, &died, "a", "k1"), "k1");
    let next = start(store, &products(), 100);
    assert_eq!(key(store, &next, "a", "k2"), "k1");
}

/// Its answer may have been lost: the next attempt is the same intent.
pub fn a_record_that_waits_keeps_its_key(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    assert_eq!(key(store, &job, "a", "k1"), "k1");
    commit(store, &job, 1, vec![pending(&job, "1", 9)]).unwrap();
    assert_eq!(key(store, &job, "a", "k2"), "k1");
}

/// The same id of another connection, record type or direction is another record.
pub fn records_of_other_streams_have_other_keys(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    assert_eq!(key(store, &job, "a", "k1"), "k1");
    assert_eq!(key(store, &start(store, &orders(), 0), "a", "k2"), "k2");
    let another = NewJob {
        connection: "another".into(),
        ..products()
    };
    assert_eq!(key(store, &start(store, &another, 0), "a", "k3"), "k3");
    end(store, &job, 1);
    let back = NewJob {
        direction: Direction::OdooToShopify,
        ..products()
    };
    assert_eq!(key(store, &start(store, &back, 2), "a", "k4"), "k4");
}

/// It sends nothing.
pub fn a_dry_run_leaves_no_key(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let dry = start(
        store,
        &NewJob {
            dry_run: true,
            ..products()
        },
        0,
    );
    assert_eq!(key(store, &dry, "a", "k1"), "k1");
    let job = start(store, &products(), 0);
    assert_eq!(key(store, &job, "a", "k2"), "k2");
    assert_eq!(key(store, &dry, "b", "k3"), "k3");
    assert_eq!(key(store, &job, "a", "k4"), "k2");
}

/// A run that lost its lease must not send anything.
pub fn a_lost_lease_announces_nothing(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let gone = start(store, &products(), 0);
    let next = start(store, &products(), 100);
    assert!(
        store
            .begin_batch(&gone, &[intent(&gone, "1", "a", "k1")])
            .is_err()
    );
    assert_eq!(key(store, &next, "a", "k2"), "k2");
}
