//! Pages, put together, are the list: nothing twice, nothing missing, whatever is asked for.

use std::sync::OnceLock;

use persistence::{JobFilter, LogFilter, MAX_PAGE, Page, PageRequest, SqliteStore};
use proptest::prelude::*;
use sync_core::{Action, Job, JobStatus, Outcome};

use crate::given::{at, commit, created, end, line, logged, ran, shop, start, store};

const REASONS: [&str; 3] = ["created", "unchanged", "barcode_taken"];

/// A job with 90 lines among others.
fn filled() -> &'static (SqliteStore, Job) {
    static FILLED: OnceLock<(SqliteStore, Job)> = OnceLock::new();
    FILLED.get_or_init(|| {
        let store = store();
        ran(&store, "order", 0, |job| {
            (0..20).map(|id| created(job, &id.to_string())).collect()
        });
        let job = start(&store, "product", 0);
        for id in 0..90_usize {
            let outcome = Outcome::ALL[id % 3];
            let (action, reason) = (Action::ALL[id % 4], REASONS[(id / 7) % 3]);
            let label = format!("Item {} {}", id % 5, if id % 2 == 0 { "Ä" } else { "b" });
            commit(
                &store,
                &job,
                1,
                vec![logged(line(
                    &job,
                    &id.to_string(),
                    &label,
                    action,
                    outcome,
                    reason,
                ))],
            );
        }
        (store, job)
    })
}

fn walk<T>(limit: usize, mut page: impl FnMut(PageRequest) -> Page<T>) -> Vec<T> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = page(PageRequest { before, limit });
        assert!(
            page.items.len() <= limit.clamp(1, MAX_PAGE),
            "more than asked for"
        );
        assert!(
            page.next.is_none() || !page.items.is_empty(),
            "an empty page with a next one"
        );
        all.extend(page.items);
        if page.next.is_none() {
            return all;
        }
        before = page.next;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn log_pages_are_the_log(
        limit in 0_usize..100,
        outcome in proptest::option::of(0_usize..3),
        action in proptest::option::of(0_usize..4),
        reason in proptest::option::of(0_usize..3),
        text in proptest::option::of(prop_oneof![Just("ITEM 3"), Just("ä"), Just("4 b"), Just("nothing")]),
    ) {
        let (store, job) = filled();
        let filter = LogFilter {
            outcome: outcome.map(|index| Outcome::ALL[index]),
            action: action.map(|index| Action::ALL[index]),
            reason: reason.map(|index| REASONS[index].to_owned()),
            text: text.map(str::to_owned),
        };
        let everything = walk(MAX_PAGE, |page| store.list_logs(job.id, &LogFilter::default(), page).unwrap());
        prop_assert_eq!(everything.len(), 90);
        let wanted: Vec<_> = everything.into_iter().filter(|log| {
            filter.outcome.is_none_or(|outcome| log.outcome == outcome)
                && filter.action.is_none_or(|action| log.action == action)
                && filter.reason.as_ref().is_none_or(|reason| log.reason == *reason)
                && text.is_none_or(|text| log.label.to_lowercase().contains(&text.to_lowercase()))
        }).collect();
        let paged = walk(limit, |page| store.list_logs(job.id, &filter, page).unwrap());
        prop_assert_eq!(paged, wanted);
    }
}

#[test]
fn rows_that_come_meanwhile_move_nothing() {
    let store = store();
    let run = || ran(&store, "product", 0, |_| Vec::new()).id;
    let mut ids: Vec<_> = (0..10).map(|_| run()).collect();
    ids.reverse();
    let list = |page| {
        store
            .list_jobs(&shop(), &JobFilter::default(), page, at(0))
            .unwrap()
    };
    let seen: Vec<_> = walk(3, |page| {
        let page = list(page);
        run();
        page
    });
    assert_eq!(seen.into_iter().map(|job| job.id).collect::<Vec<_>>(), ids);
}

#[test]
fn absurd_pages_are_brought_into_range() {
    let store = store();
    for _ in 0..3 {
        end(&store, &start(&store, "product", 0), JobStatus::Completed, 0);
    }
    let list = |before, limit| {
        store
            .list_jobs(
                &shop(),
                &JobFilter::default(),
                PageRequest { before, limit },
                at(0),
            )
            .unwrap()
    };
    assert_eq!(list(None, 0).items.len(), 1);
    assert_eq!(list(None, usize::MAX).items.len(), 3);
    assert_eq!(
        list(Some(i64::MIN), 5),
        Page {
            items: Vec::new(),
            next: None
        }
    );
    assert_eq!(list(Some(-1), 5).items.len(), 0);
    assert_eq!(list(Some(i64::MAX), 5).items.len(), 3);
    assert_eq!(list(None, 3).next, None, "a full page that is the last one");
}
