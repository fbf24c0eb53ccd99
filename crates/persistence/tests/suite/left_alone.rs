//! Records that somebody wants left alone, as people see and change them.

use persistence::{LeftAloneFilter, PageRequest, PersistenceError, SqliteStore, WaitingFilter};
use sync_core::ports::Store;
use sync_core::{Direction, LeftAlone, NewJob, RecordType, Side, WaitState};

use crate::given::{LEASE, at, draft, end, linked, new_job, ran, shop, store};

fn left(side: Side, id: &str) -> LeftAlone {
    LeftAlone {
        id: 0,
        connection: shop(),
        record_type: "product".into(),
        side,
        record_id: id.to_owned(),
        label: format!("Süßes {id}"),
        by: "Anna".to_owned(),
        at: at(1),
    }
}

fn listed(store: &SqliteStore, record_type: Option<&str>, side: Option<Side>) -> Vec<String> {
    let filter = LeftAloneFilter {
        record_type: record_type.map(RecordType::from),
        side,
    };
    let page = store.list_left_alone(&shop(), &filter, PageRequest::default());
    page.unwrap().items.into_iter().map(|one| one.record_id).collect()
}

#[test]
fn they_are_listed_by_type_and_side() {
    let store = store();
    let order = LeftAlone {
        record_type: "order".into(),
        ..left(Side::Odoo, "o")
    };
    for one in [left(Side::Shopify, "1"), left(Side::Odoo, "2"), order] {
        store.leave_alone(&one).unwrap();
    }
    assert_eq!(listed(&store, None, None), ["o", "2", "1"]);
    assert_eq!(listed(&store, Some("product"), None), ["2", "1"]);
    assert_eq!(listed(&store, None, Some(Side::Odoo)), ["o", "2"]);
    assert_eq!(listed(&store, Some("product"), Some(Side::Shopify)), ["1"]);
    let page = PageRequest {
        before: None,
        limit: 2,
    };
    let first = store
        .list_left_alone(&shop(), &LeftAloneFilter::default(), page)
        .unwrap();
    let rest = PageRequest {
        before: first.next,
        ..page
    };
    let rest = store.list_left_alone(&shop(), &LeftAloneFilter::default(), rest);
    assert_eq!((first.items.len(), rest.unwrap().items.len()), (2, 1));
    let elsewhere = store.list_left_alone(&"another".into(), &LeftAloneFilter::default(), page);
    assert!(elsewhere.unwrap().items.is_empty());
}

#[test]
fn who_asked_first_is_kept() {
    let store = store();
    let first = store.leave_alone(&left(Side::Odoo, "2")).unwrap();
    let again = LeftAlone {
        by: "Bert".to_owned(),
        at: at(9),
        ..left(Side::Odoo, "2")
    };
    assert_eq!(store.leave_alone(&again).unwrap(), first);
    assert_eq!(store.left_alone_record(first.id).unwrap(), first);
    assert_eq!(first.by, "Anna");
}

#[test]
fn a_linked_record_is_not_left_alone_and_linking_ends_it() {
    let store = store();
    ran(&store, "product", 0, |job| {
        vec![linked(job, draft("product", "1", "10", "one"))]
    });
    for (side, id) in [(Side::Shopify, "1"), (Side::Odoo, "10")] {
        let refused = store.leave_alone(&left(side, id)).unwrap_err().to_string();
        assert_eq!(
            refused,
            format!(
                "{} record {id} is linked already (link 1): unlink it first",
                side.as_str()
            )
        );
    }
    store.leave_alone(&left(Side::Shopify, "2")).unwrap();
    store.leave_alone(&left(Side::Odoo, "20")).unwrap();
    store.leave_alone(&left(Side::Odoo, "2")).unwrap();
    store
        .link_by_hand(&shop(), &draft("product", "2", "20", "two"))
        .unwrap();
    assert_eq!(listed(&store, None, None), ["2"]);
    // What could not be linked stays left alone.
    store
        .link_by_hand(&shop(), &draft("product", "1", "2", "x"))
        .unwrap_err();
    store.leave_alone(&left(Side::Shopify, "3")).unwrap();
    store
        .link_by_hand(&shop(), &draft("product", "3", "10", "x"))
        .unwrap_err();
    assert_eq!(listed(&store, None, None), ["3", "2"]);
}

#[test]
fn what_is_taken_up_again_waits_for_a_run_that_reads_its_side() {
    let store = store();
    let waiting = |store: &SqliteStore| {
        let page = store.list_waiting(&shop(), &WaitingFilter::default(), PageRequest::default());
        page.unwrap().items
    };
    let left_alone = |side| store.leave_alone(&left(side, "1")).unwrap().id;
    // Nothing was read yet: the first run meets it anyway.
    let taken = store.take_up_again(left_alone(Side::Shopify), at(2)).unwrap();
    assert_eq!((taken.record_id.as_str(), waiting(&store).len()), ("1", 0));
    assert!(listed(&store, None, None).is_empty());

    ran(&store, "order", 3, |_| Vec::new());
    let job = ran(&store, "product", 3, |_| Vec::new());
    let dry = NewJob {
        dry_run: true,
        ..new_job("product")
    };
    let dry = store.start_job(&dry, at(4), LEASE).unwrap();
    end(&store, &dry, sync_core::JobStatus::Completed, 4);
    store.take_up_again(left_alone(Side::Odoo), at(5)).unwrap();
    assert!(waiting(&store).is_empty(), "no run has read Odoo's side");
    store.take_up_again(left_alone(Side::Shopify), at(5)).unwrap();
    let found = waiting(&store).remove(0);
    assert_eq!(
        (found.direction, found.waiting.side, found.waiting.job_id),
        (Direction::ShopifyToOdoo, Side::Shopify, job.id)
    );
    assert_eq!(found.waiting.state, WaitState::Pending { due_at: at(5) });
    assert_eq!(found.waiting.label, "Süßes 1");

    let missing = store.take_up_again(99, at(6)).unwrap_err();
    assert!(
        matches!(missing, PersistenceError::NotFound { id: 99, .. }),
        "{missing}"
    );
    assert_eq!(missing.to_string(), "there is no left-alone record 99");
    store.left_alone_record(99).unwrap_err();
}

#[test]
fn a_reset_forgets_them() {
    let store = store();
    store.leave_alone(&left(Side::Shopify, "1")).unwrap();
    store.reset(&shop(), at(2)).unwrap();
    assert!(listed(&store, None, None).is_empty());
}
