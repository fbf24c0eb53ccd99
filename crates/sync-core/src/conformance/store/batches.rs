//! A batch is stored in full or not at all.

use super::StoreFixture;
use super::given::{
    LEASE, at, commit, commit_within, dead, due, end, held, link, open, orders, pending, product, products,
    ran, shop, skipped, start, written,
};
use crate::ports::{BatchResult, CommitRefused, JobEnd, Store, StoredRules};
use crate::{Checkpoint, Counts, Cursor, Job, JobStatus, NewJob, Side};

/// The job as it is stored: stopped and taken up again.
fn reread(store: &dyn Store, job: &Job) -> Job {
    store
        .finish_job(
            job.id,
            &JobEnd {
                status: JobStatus::Interrupted,
                error: None,
            },
            at(50),
        )
        .unwrap();
    store.resume_job(job.id, at(51), LEASE).unwrap()
}

fn counts(success_count: u64, fail_count: u64, skip_count: u64) -> Counts {
    Counts {
        total_records: success_count + fail_count + skip_count,
        success_count,
        fail_count,
        skip_count,
    }
}

/// Every line counts once; an attempt that will be repeated has no line.
pub fn log_lines_are_counted(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let records = vec![
        written(&job, "1", None),
        skipped(&job, "2", "unchanged"),
        held(&job, "3", "30"),
        pending(&job, "4", 9),
        dead(&job, "5"),
    ];
    assert_eq!(commit(store, &job, 1, records).unwrap().counts, counts(1, 1, 2));
    assert_eq!(
        commit(store, &job, 2, vec![written(&job, "4", None)])
            .unwrap()
            .counts,
        counts(2, 1, 2)
    );
    assert_eq!(
        commit(store, &job, 3, Vec::new()).unwrap().counts,
        counts(2, 1, 2)
    );
    assert_eq!(reread(store, &job).counts, counts(2, 1, 2));
}

/// A resumed job must not read again what is done, nor jump over what is not.
pub fn the_checkpoint_is_stored_with_its_outcomes(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    for checkpoint in [
        Checkpoint::Reading {
            side: Side::Shopify,
            cursor: Some(Cursor("page \"2\" ü".to_owned())),
        },
        Checkpoint::Leftovers,
        Checkpoint::Draining,
    ] {
        let batch = BatchResult {
            records: Vec::new(),
            renamed: Vec::new(),
            checkpoint: checkpoint.clone(),
            mark: None,
            now: at(1),
            dead_letter_limit: 0,
        };
        store.commit_batch(&job, &batch).unwrap();
        assert_eq!(reread(store, &job).checkpoint, checkpoint);
    }
}

/// Nothing is ever dropped to make room, and half a batch is worse than none.
pub fn a_full_queue_stores_nothing(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit_within(store, &job, 1, vec![dead(&job, "1")], 2).unwrap();
    let records = || {
        let link = product("10", "100", &[("11", "101")]);
        vec![
            written(&job, "10", Some(link)),
            pending(&job, "12", 5),
            dead(&job, "2"),
            dead(&job, "3"),
        ]
    };
    let refused = commit_within(store, &job, 2, records(), 2);
    assert!(
        matches!(refused, Err(CommitRefused::DeadLettersFull { open: 1, limit: 2 })),
        "{refused:?}"
    );
    assert!(link(store, "product", "10").is_none() && link(store, "variant", "11").is_none());
    assert_eq!(due(store, &job, 99), [""; 0]);
    assert_eq!(reread(store, &job).counts, counts(0, 1, 0));
    end(store, &job, 60);
    let next = start(store, &products(), 61);
    assert_eq!(open(store, &next), ["1"]);
    let records = vec![dead(&next, "2"), written(&next, "10", None)];
    assert_eq!(
        commit_within(store, &next, 62, records, 2).unwrap().counts,
        counts(1, 1, 0),
        "two fit"
    );
}

/// A record that fails again takes no second place.
pub fn a_known_dead_letter_needs_no_room(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit_within(store, &job, 1, vec![dead(&job, "1")], 1).unwrap();
    commit_within(store, &job, 2, vec![dead(&job, "1")], 1).unwrap();
    end(store, &job, 3);
    let next = start(store, &products(), 4);
    commit_within(store, &next, 5, vec![dead(&next, "1")], 1).unwrap();
    let refused = commit_within(store, &next, 6, vec![dead(&next, "1"), dead(&next, "2")], 1);
    assert!(
        matches!(refused, Err(CommitRefused::DeadLettersFull { open: 1, limit: 1 })),
        "{refused:?}"
    );
    let other = start(
        store,
        &NewJob {
            connection: "another".into(),
            ..products()
        },
        7,
    );
    commit_within(store, &other, 8, vec![dead(&other, "2")], 1).expect("the limit is one of the connection");
    let orders = start(store, &orders(), 7);
    assert!(
        commit_within(store, &orders, 8, vec![dead(&orders, "2")], 1).is_err(),
        "of all its record types"
    );
}

/// What counts is how many there are after the batch.
pub fn a_resolved_dead_letter_makes_room(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit_within(store, &job, 1, vec![dead(&job, "1")], 1).unwrap();
    commit_within(store, &job, 2, vec![dead(&job, "2"), written(&job, "1", None)], 1).unwrap();
    end(store, &job, 3);
    assert_eq!(open(store, &start(store, &products(), 4)), ["2"]);
}

/// Records that are fine are stored even when there are more dead letters than allowed by now.
pub fn a_lowered_limit_stops_only_new_ones(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    commit_within(store, &job, 1, vec![dead(&job, "1"), dead(&job, "2")], 2).unwrap();
    commit_within(store, &job, 2, vec![written(&job, "3", None), dead(&job, "1")], 1).unwrap();
    assert!(commit_within(store, &job, 3, vec![dead(&job, "4")], 1).is_err());
}

/// Another process may be at the same records.
pub fn a_lost_lease_stores_nothing(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let gone = start(store, &products(), 0);
    let next = start(store, &products(), 100);
    let records = vec![
        written(&gone, "1", Some(product("1", "10", &[]))),
        dead(&gone, "2"),
        pending(&gone, "3", 5),
    ];
    let refused = commit(store, &gone, 101, records);
    assert!(matches!(refused, Err(CommitRefused::LeaseLost)), "{refused:?}");
    assert!(link(store, "product", "1").is_none());
    assert_eq!(open(store, &next), [""; 0]);
    end(store, &next, 102);
    assert_eq!(
        store.resume_job(gone.id, at(103), LEASE).unwrap().counts,
        Counts::default()
    );
}

/// It leaves links, waiting records and dead letters as they are, whatever it finds.
pub fn a_dry_run_stores_lines_only(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let first = start(store, &products(), 0);
    let records = vec![
        written(&first, "1", Some(product("1", "10", &[("2", "20")]))),
        dead(&first, "4"),
        held(&first, "5", "50"),
    ];
    commit(store, &first, 1, records).unwrap();
    end(store, &first, 2);
    let dry = start(
        store,
        &NewJob {
            dry_run: true,
            ..products()
        },
        3,
    );
    let records = vec![
        written(&dry, "1", Some(product("1", "99", &[]))),
        written(&dry, "4", None),
        written(&dry, "5", None),
        dead(&dry, "6"),
        held(&dry, "7", "70"),
        pending(&dry, "8", 4),
    ];
    // No dead letter is stored, so there is no limit to be kept.
    assert_eq!(
        commit_within(store, &dry, 4, records, 0).unwrap().counts,
        counts(3, 1, 1)
    );
    assert_eq!(due(store, &dry, 99), [""; 0]);
    assert_eq!(store.next_due(&dry).unwrap(), None);
    let ended = end(store, &dry, 5);
    assert_eq!(
        (ended.counts, ended.checkpoint),
        (counts(3, 1, 1), Checkpoint::Leftovers)
    );
    assert_eq!(link(store, "product", "1").unwrap().odoo_id, "10");
    assert_eq!(link(store, "variant", "2").unwrap().odoo_id, "20");
    assert_eq!(open(store, &start(store, &products(), 6)), ["4", "5"]);
}

/// Nothing is stored for a job that does not exist.
pub fn an_unknown_job_stores_nothing(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = ran(store, &products(), 0, Vec::new());
    let unknown = Job {
        id: job.id + 1,
        ..job
    };
    assert!(
        commit(
            store,
            &unknown,
            1,
            vec![written(&unknown, "1", Some(product("1", "10", &[])))]
        )
        .is_err()
    );
    assert!(store.renew_lease(unknown.id, at(1), LEASE).is_err());
    assert!(link(store, "product", "1").is_none());
}

/// No rules is no error.
pub fn a_type_without_rules_has_none(fixture: &dyn StoreFixture) {
    let rules = fixture.store().rules(&shop(), &"nothing".into()).unwrap();
    assert_eq!(rules, StoredRules::default());
}
