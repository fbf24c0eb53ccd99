//! Log lines, links and waiting records: what filters find.

use persistence::{
    LinkFilter, LogFilter, PageRequest, PersistenceError, SqliteStore, WaitKind, WaitingFilter,
};
use serde_json::json;
use sync_core::{Action, FieldChange, JobStatus, Outcome, RecordLog, Side};

use crate::given::{
    at, commit, created, draft, end, held, line, linked, logged, pending, ran, shop, start, store,
};

fn found(store: &SqliteStore, job: i64, filter: &LogFilter) -> Vec<String> {
    let page = store.list_logs(job, filter, PageRequest::default()).unwrap();
    page.items.into_iter().map(|log| log.source_id).collect()
}

#[test]
fn log_lines_come_back_as_they_were_stored() {
    let store = store();
    let job = start(&store, "product", 0);
    let log = RecordLog {
        target_id: Some("77".to_owned()),
        message: "the barcode was taken".to_owned(),
        attempts: 3,
        changes: vec![FieldChange {
            side: Side::Odoo,
            field: "name".to_owned(),
            old: json!(null),
            new: json!("Süßes 糖"),
        }],
        warnings: vec!["barcode left empty".to_owned()],
        duration_ms: 1_234,
        at: at(9),
        ..line(
            &job,
            "1",
            "T-Shirt \"X\" <b>",
            Action::Update,
            Outcome::Success,
            "updated",
        )
    };
    commit(&store, &job, 10, vec![logged(log.clone())]);
    let mut page = store
        .list_logs(job.id, &LogFilter::default(), PageRequest::default())
        .unwrap();
    let stored = page.items.remove(0);
    assert!(stored.id > 0);
    assert_eq!(stored, RecordLog { id: stored.id, ..log });
}

#[test]
fn log_lines_are_filtered_and_counted() {
    let store = store();
    let job = ran(&store, "product", 0, |job| {
        let taken = RecordLog {
            message: "Barcode TAKEN by [7]".to_owned(),
            ..line(
                job,
                "3",
                "Straße 100%",
                Action::Fail,
                Outcome::Fail,
                "barcode_taken",
            )
        };
        let target = RecordLog {
            target_id: Some("target-9".to_owned()),
            ..line(job, "4", "ÉCLAIR", Action::Skip, Outcome::Skipped, "unchanged")
        };
        vec![
            created(job, "1"),
            created(job, "2"),
            logged(taken),
            logged(target),
        ]
    });
    let other = ran(&store, "product", 1, |job| vec![created(job, "5")]);
    let all = LogFilter::default();
    assert_eq!(found(&store, job.id, &all), ["4", "3", "2", "1"]);
    assert_eq!(found(&store, other.id, &all), ["5"]);
    assert_eq!(
        found(
            &store,
            job.id,
            &LogFilter {
                outcome: Some(Outcome::Success),
                ..all.clone()
            }
        ),
        ["2", "1"]
    );
    assert_eq!(
        found(
            &store,
            job.id,
            &LogFilter {
                action: Some(Action::Fail),
                ..all.clone()
            }
        ),
        ["3"]
    );
    assert_eq!(
        found(
            &store,
            job.id,
            &LogFilter {
                reason: Some("unchanged".to_owned()),
                ..all.clone()
            }
        ),
        ["4"]
    );
    let texts: [(&str, &[&str]); 9] = [
        ("taken BY", &["3"]),
        ("éclair", &["4"]),
        ("STRASSE", &[]),
        ("straße", &["3"]),
        ("0%", &["3"]),
        ("_", &[]),
        ("TARGET-9", &["4"]),
        (" record ", &["2", "1"]),
        ("  ", &["4", "3", "2", "1"]),
    ];
    for (text, ids) in texts {
        let filter = LogFilter {
            text: Some(text.to_owned()),
            ..all.clone()
        };
        assert_eq!(found(&store, job.id, &filter), ids, "{text:?}");
    }
    let none = LogFilter {
        outcome: Some(Outcome::Fail),
        text: Some("éclair".to_owned()),
        ..all
    };
    assert_eq!(found(&store, job.id, &none), [""; 0]);
    let counts = store.log_counts(job.id).unwrap();
    let counts: Vec<_> = counts
        .iter()
        .map(|one| (one.action, one.reason.as_str(), one.count))
        .collect();
    let wanted = [
        (Action::Create, "created", 2),
        (Action::Fail, "barcode_taken", 1),
        (Action::Skip, "unchanged", 1),
    ];
    assert_eq!(counts, wanted);
}

#[test]
fn the_log_of_no_job_is_not_an_empty_log() {
    let store = store();
    let listed = store.list_logs(9, &LogFilter::default(), PageRequest::default());
    assert!(matches!(
        listed,
        Err(PersistenceError::NotFound { what: "job", id: 9 })
    ));
    assert!(matches!(
        store.log_counts(9),
        Err(PersistenceError::NotFound { .. })
    ));
}

#[test]
fn a_records_history_goes_across_jobs() {
    let store = store();
    let jobs: Vec<_> = (0..3)
        .map(|second| ran(&store, "product", second, |job| vec![created(job, "1")]))
        .collect();
    ran(&store, "order", 4, |job| vec![created(job, "1")]);
    ran(&store, "product", 5, |job| vec![created(job, "2")]);
    let page = store
        .record_history(
            &shop(),
            &"product".into(),
            Side::Shopify,
            "1",
            PageRequest::default(),
        )
        .unwrap();
    let seen: Vec<_> = page.items.iter().map(|log| log.job_id).collect();
    assert_eq!(seen, [jobs[2].id, jobs[1].id, jobs[0].id]);
}

#[test]
fn links_are_found_by_type_and_text() {
    let store = store();
    ran(&store, "product", 0, |job| {
        let mut shirt = draft("product", "111", "7", "Été Shirt");
        shirt.children = vec![draft("variant", "2", "99", "Été Shirt / S")];
        vec![linked(job, shirt), linked(job, draft("product", "3", "8", "Mug"))]
    });
    let find = |record_type: Option<&str>, text: &str| {
        let filter = LinkFilter {
            record_type: record_type.map(Into::into),
            text: Some(text.to_owned()),
        };
        let page = store
            .list_links(&shop(), &filter, PageRequest::default())
            .unwrap();
        page.items
            .into_iter()
            .map(|link| link.shopify_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(find(None, ""), ["3", "2", "111"]);
    assert_eq!(find(Some("variant"), ""), ["2"]);
    assert_eq!(find(None, "été"), ["2", "111"]);
    assert_eq!(find(Some("product"), "SHIRT"), ["111"]);
    assert_eq!(find(None, "99"), ["2"]);
    assert_eq!(find(None, "11"), ["111"]);
    let elsewhere = store
        .list_links(&"another".into(), &LinkFilter::default(), PageRequest::default())
        .unwrap();
    assert!(elsewhere.items.is_empty());
}

#[test]
fn waiting_records_are_listed() {
    let store = store();
    let products = start(&store, "product", 0);
    commit(
        &store,
        &products,
        5,
        vec![pending(&products, "1", 90), held(&products, "2", "44")],
    );
    commit(&store, &products, 50, vec![pending(&products, "1", 99)]);
    end(&store, &products, JobStatus::Failed, 51);
    let orders = start(&store, "order", 0);
    commit(&store, &orders, 6, vec![held(&orders, "3", "44")]);
    let find = |filter: WaitingFilter| {
        let page = store
            .list_waiting(&shop(), &filter, PageRequest::default())
            .unwrap();
        page.items
            .into_iter()
            .map(|row| row.waiting.source_id)
            .collect::<Vec<_>>()
    };
    let all = WaitingFilter::default();
    assert_eq!(find(all.clone()), ["3", "2", "1"]);
    assert_eq!(
        find(WaitingFilter {
            record_type: Some("product".into()),
            ..all.clone()
        }),
        ["2", "1"]
    );
    assert_eq!(
        find(WaitingFilter {
            kind: Some(WaitKind::Held),
            ..all.clone()
        }),
        ["3", "2"]
    );
    assert_eq!(
        find(WaitingFilter {
            kind: Some(WaitKind::Pending),
            ..all.clone()
        }),
        ["1"]
    );
    assert_eq!(
        find(WaitingFilter {
            text: Some("RECORD 2".to_owned()),
            ..all.clone()
        }),
        ["2"]
    );
    let page = store.list_waiting(&shop(), &all, PageRequest::default()).unwrap();
    let shown = serde_json::to_value(&page.items[2]).unwrap();
    assert_eq!(page.items[2].since, at(5), "since its first wait");
    assert_eq!(
        shown,
        json!({
            "id": 1, "direction": "shopify_to_odoo", "since": at(5), "record_type": "product", "side": "shopify", "source_id": "1",
            "label": "record 1", "state": {"state": "pending", "due_at": at(99)}, "attempts": [], "job_id": products.id,
        })
    );
}
