//! Dead letters: how they grow, close, and are found and given up.

use persistence::{DeadLetterFilter, DeadLetterSelection, PageRequest, PersistenceError, SqliteStore};
use serde_json::json;
use sync_core::ports::{OpenItems, Store};
use sync_core::{DeadLetterStatus, Direction, ErrorKind, Job, JobStatus, Stage};

use crate::given::{Ended, at, commit, created, dead, end, ran, shop, start, store};

fn taken(job: &Job, id: &str, second: i64) -> Ended {
    dead(
        job,
        id,
        ErrorKind::Rejected,
        "barcode_taken",
        "Barcode is taken",
        &[second],
    )
}

fn busy(job: &Job, id: &str, second: i64) -> Ended {
    dead(
        job,
        id,
        ErrorKind::Contention,
        "serialization",
        "could not serialize",
        &[second, second + 1, second + 3],
    )
}

fn find(store: &SqliteStore, filter: &DeadLetterFilter) -> Vec<String> {
    let page = store
        .list_dead_letters(&shop(), filter, PageRequest::default())
        .unwrap();
    let found: Vec<String> = page.items.into_iter().map(|letter| letter.source_id).collect();
    assert_eq!(
        store.count_dead_letters(&shop(), filter).unwrap(),
        found.len() as u64
    );
    found
}

#[test]
fn a_dead_letter_keeps_everything() {
    let store = store();
    let job = ran(&store, "product", 0, |job| vec![busy(job, "1", 10)]);
    let id = store
        .list_dead_letters(&shop(), &DeadLetterFilter::default(), PageRequest::default())
        .unwrap()
        .items[0]
        .id;
    let letter = store.dead_letter(id).unwrap();
    assert_eq!(
        (letter.connection, letter.record_type, letter.direction),
        (shop(), "product".into(), Direction::ShopifyToOdoo)
    );
    assert_eq!(
        (letter.source_id.as_str(), letter.label.as_str()),
        ("1", "record 1")
    );
    assert_eq!(
        (letter.status, letter.stage, letter.class),
        (DeadLetterStatus::Open, Stage::Write, ErrorKind::Contention)
    );
    assert_eq!(
        (letter.code.as_str(), letter.message.as_str()),
        ("serialization", "could not serialize")
    );
    assert_eq!(
        letter.original,
        json!({"id": "1", "title": "Süßes 糖", "price": "19.90"})
    );
    assert_eq!(letter.mapped, json!({"name": "Süßes 糖", "list_price": "19.90"}));
    assert_eq!(
        (letter.attempts.len(), letter.retry_count, letter.max_retries),
        (3, 2, 4)
    );
    assert_eq!(
        (letter.job_id, letter.first_at, letter.last_at, letter.closed),
        (job.id, at(10), at(13), None)
    );
    assert!(matches!(
        store.dead_letter(id + 1),
        Err(PersistenceError::NotFound {
            what: "dead letter",
            ..
        })
    ));
}

#[test]
fn a_record_that_fails_again_adds_to_its_dead_letter() {
    let store = store();
    ran(&store, "product", 0, |job| vec![busy(job, "1", 10)]);
    let second = ran(&store, "product", 20, |job| vec![taken(job, "1", 20)]);
    let page = store
        .list_dead_letters(&shop(), &DeadLetterFilter::default(), PageRequest::default())
        .unwrap();
    assert_eq!(page.items.len(), 1);
    let letter = store.dead_letter(page.items[0].id).unwrap();
    assert_eq!((letter.attempts.len(), letter.retry_count), (4, 3));
    assert_eq!(
        (letter.class, letter.code.as_str(), letter.job_id),
        (ErrorKind::Rejected, "barcode_taken", second.id)
    );
    assert_eq!((letter.first_at, letter.last_at), (at(10), at(20)));
    let times: Vec<_> = letter.attempts.iter().map(|attempt| attempt.at).collect();
    assert_eq!(times, [at(10), at(11), at(13), at(20)], "oldest first");
}

#[test]
fn success_closes_it_and_names_the_job() {
    let store = store();
    ran(&store, "product", 0, |job| vec![taken(job, "1", 0)]);
    let healed = ran(&store, "product", 1, |job| vec![created(job, "1")]);
    ran(&store, "product", 2, |job| vec![taken(job, "1", 2)]);
    let resolved = DeadLetterFilter {
        status: Some(DeadLetterStatus::Resolved),
        ..DeadLetterFilter::default()
    };
    let page = store
        .list_dead_letters(&shop(), &resolved, PageRequest::default())
        .unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].closed, Some(format!("job {}", healed.id)));
    let open = DeadLetterFilter {
        status: Some(DeadLetterStatus::Open),
        ..DeadLetterFilter::default()
    };
    assert_eq!(find(&store, &open), ["1"], "a later failure is a new one");
}

#[test]
fn dead_letters_are_filtered_and_grouped() {
    let store = store();
    let first = ran(&store, "product", 0, |job| {
        vec![taken(job, "1", 0), busy(job, "2", 0), taken(job, "3", 5)]
    });
    let second = ran(&store, "order", 0, |job| {
        vec![busy(job, "4", 9), busy(job, "5", 8)]
    });
    ran(&store, "product", 1, |job| vec![created(job, "3")]);
    let all = DeadLetterFilter::default();
    let open = DeadLetterFilter {
        status: Some(DeadLetterStatus::Open),
        ..all.clone()
    };
    assert_eq!(find(&store, &all), ["5", "4", "3", "2", "1"]);
    assert_eq!(find(&store, &open), ["5", "4", "2", "1"]);
    assert_eq!(
        find(
            &store,
            &DeadLetterFilter {
                record_type: Some("order".into()),
                ..open.clone()
            }
        ),
        ["5", "4"]
    );
    assert_eq!(
        find(
            &store,
            &DeadLetterFilter {
                class: Some(ErrorKind::Rejected),
                ..open.clone()
            }
        ),
        ["1"]
    );
    assert_eq!(
        find(
            &store,
            &DeadLetterFilter {
                code: Some("serialization".to_owned()),
                ..open.clone()
            }
        ),
        ["5", "4", "2"]
    );
    assert_eq!(
        find(
            &store,
            &DeadLetterFilter {
                job: Some(first.id),
                ..all.clone()
            }
        ),
        ["3", "2", "1"]
    );
    assert_eq!(
        find(
            &store,
            &DeadLetterFilter {
                job: Some(second.id),
                ..all.clone()
            }
        ),
        ["5", "4"]
    );
    assert_eq!(
        find(
            &store,
            &DeadLetterFilter {
                text: Some("TAKEN".to_owned()),
                ..all.clone()
            }
        ),
        ["3", "1"]
    );
    assert_eq!(
        find(
            &store,
            &DeadLetterFilter {
                text: Some("record 4".to_owned()),
                ..all
            }
        ),
        ["4"]
    );
    let groups = store.dead_letter_groups(&shop(), &open).unwrap();
    let shown: Vec<_> = groups
        .iter()
        .map(|group| (group.code.as_str(), group.count, group.last_at))
        .collect();
    assert_eq!(shown, [("serialization", 3, at(12)), ("barcode_taken", 1, at(0))]);
    assert_eq!(groups[0].message, "could not serialize");
}

#[test]
fn given_up_ones_leave_a_trace_and_are_not_taken_up_again() {
    let store = store();
    ran(&store, "product", 0, |job| {
        (1..=5).map(|id| taken(job, &id.to_string(), id)).collect()
    });
    ran(&store, "product", 1, |job| vec![created(job, "5")]);
    let page = store
        .list_dead_letters(&shop(), &DeadLetterFilter::default(), PageRequest::default())
        .unwrap();
    let ids: Vec<i64> = page
        .items
        .iter()
        .filter(|letter| ["1", "5"].contains(&&*letter.source_id))
        .map(|letter| letter.id)
        .collect();
    // The resolved one is closed already.
    let selection = DeadLetterSelection::Ids([ids.as_slice(), &[999]].concat());
    assert_eq!(
        store
            .discard_dead_letters(&"another".into(), &selection, "no longer sold", at(9))
            .unwrap(),
        0
    );
    assert_eq!(
        store
            .discard_dead_letters(&shop(), &selection, "no longer sold", at(9))
            .unwrap(),
        1
    );
    let text = DeadLetterFilter {
        text: Some("record 2".to_owned()),
        ..DeadLetterFilter::default()
    };
    let matching = DeadLetterSelection::Matching(text);
    assert_eq!(
        store
            .discard_dead_letters(&shop(), &matching, "test data", at(10))
            .unwrap(),
        1
    );
    let discarded = DeadLetterFilter {
        status: Some(DeadLetterStatus::Discarded),
        ..DeadLetterFilter::default()
    };
    let page = store
        .list_dead_letters(&shop(), &discarded, PageRequest::default())
        .unwrap();
    let traces: Vec<_> = page
        .items
        .iter()
        .map(|letter| (letter.source_id.as_str(), letter.closed.as_deref().unwrap()))
        .collect();
    assert_eq!(traces, [("2", "test data"), ("1", "no longer sold")]);
    let next = start(&store, "product", 20);
    let open = store.open_items(&next, OpenItems::Untouched, 10).unwrap();
    assert_eq!(
        open.iter().map(|one| one.source_id.as_str()).collect::<Vec<_>>(),
        ["3", "4"]
    );
    commit(&store, &next, 21, vec![taken(&next, "1", 21)]);
    end(&store, &next, JobStatus::Completed, 22);
    let open = DeadLetterFilter {
        status: Some(DeadLetterStatus::Open),
        ..DeadLetterFilter::default()
    };
    assert_eq!(find(&store, &open), ["1", "4", "3"], "it failed again: a new one");
    let all = DeadLetterSelection::Matching(DeadLetterFilter::default());
    assert_eq!(
        store
            .discard_dead_letters(&shop(), &all, "enough", at(30))
            .unwrap(),
        3
    );
}
