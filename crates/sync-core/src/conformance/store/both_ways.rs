//! What runs in both directions need: cursors, what was dealt with, conflicts, movements, links that go.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::json;

use super::StoreFixture;
use super::given::{
    at, commit, dead, draft, end, held, key, link, pending, product, products, ran, shop, skipped, start,
    written,
};
use crate::ports::{BatchResult, LinkChange, RecordResult, Store};
use crate::{
    Checkpoint, ConflictDraft, ConflictKind, Cursor, Direction, Job, LinkDraft, Moved, MovedQuantity, NewJob,
    Shown, Side, Winner,
};

fn mark(store: &dyn Store, job: &Job, side: Side, cursor: &str) {
    let batch = BatchResult {
        records: Vec::new(),
        renamed: Vec::new(),
        checkpoint: Checkpoint::Leftovers,
        mark: Some((side, Cursor(cursor.to_owned()))),
        now: at(1),
        dead_letter_limit: 10,
    };
    store.commit_batch(job, &batch).unwrap();
}

fn cursors(store: &dyn Store) -> Vec<(Side, String)> {
    let stored = store.cursors(&shop(), &"product".into()).unwrap();
    let mut found: Vec<_> = stored.into_iter().map(|one| (one.side, one.cursor.0)).collect();
    found.sort();
    found
}

fn both(dry_run: bool) -> NewJob {
    NewJob {
        direction: Direction::Both,
        dry_run,
        ..products()
    }
}

/// A run that wants only what changed begins where the last one ended, on each side.
pub fn each_side_has_a_cursor(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    assert_eq!(cursors(store), []);
    let job = start(store, &both(false), 0);
    mark(store, &job, Side::Shopify, "s1");
    mark(store, &job, Side::Odoo, "o1");
    mark(store, &job, Side::Odoo, "o2");
    let stored = [(Side::Shopify, "s1".to_owned()), (Side::Odoo, "o2".to_owned())];
    assert_eq!(cursors(store), stored);
    end(store, &job, 2);
    let dry = start(store, &both(true), 3);
    mark(store, &dry, Side::Shopify, "s9");
    assert_eq!(cursors(store), stored, "a dry run moves none");
    assert!(store.cursors(&shop(), &"order".into()).unwrap().is_empty());
    assert!(
        store
            .cursors(&"another".into(), &"product".into())
            .unwrap()
            .is_empty()
    );
}

/// The second side of a run shows records again that the first one has shown.
pub fn a_job_knows_what_it_has_dealt_with(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &both(false), 0);
    commit(
        store,
        &job,
        1,
        vec![
            written(&job, "1", None),
            pending(&job, "2", 5),
            held(&job, "3", "30"),
        ],
    )
    .unwrap();
    let ids = ["1", "2", "3", "4", "5"].map(str::to_owned);
    let handled = || {
        let handled = store.handled(&job, Side::Shopify, &ids).unwrap();
        let handled: BTreeMap<String, bool> = handled.into_iter().map(|one| (one.id, one.failed)).collect();
        handled
    };
    let known = |id: &str, failed: bool| (id.to_owned(), failed);
    let three = [known("1", false), known("2", false), known("3", false)];
    assert_eq!(handled(), BTreeMap::from(three.clone()));
    commit(store, &job, 2, vec![dead(&job, "5")]).unwrap();
    let with_failed = three.into_iter().chain([known("5", true)]);
    assert_eq!(handled(), with_failed.collect());
    // The last word counts.
    commit(store, &job, 2, vec![written(&job, "5", None)]).unwrap();
    assert_eq!(handled().get("5"), Some(&false));
    assert!(store.handled(&job, Side::Odoo, &ids).unwrap().is_empty());
    end(store, &job, 2);
    let next = start(store, &both(false), 3);
    assert!(store.handled(&next, Side::Shopify, &ids).unwrap().is_empty());
}

/// Records that did not show up may have been deleted.
pub fn links_of_records_that_did_not_show_up_are_found(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let records = |job: &Job| {
        vec![
            written(job, "1", Some(product("1", "101", &[("11", "111")]))),
            written(job, "2", Some(draft("product", "2", "102"))),
            written(job, "3", Some(draft("product", "3", "103"))),
        ]
    };
    let first = start(store, &products(), 0);
    commit(store, &first, 1, records(&first)).unwrap();
    end(store, &first, 2);
    assert_eq!(store.count_links(&shop(), &"product".into()).unwrap(), 3);
    let second = start(store, &products(), 3);
    commit(
        store,
        &second,
        4,
        vec![skipped(&second, "2", "unchanged"), pending(&second, "3", 9)],
    )
    .unwrap();
    let missing = store.unseen_links(&second, 0, 10).unwrap();
    let ids: Vec<&str> = missing.iter().map(|link| link.shopify_id.as_str()).collect();
    assert_eq!(ids, ["1"], "no child, nothing that was dealt with");
    assert!(store.unseen_links(&second, missing[0].id, 10).unwrap().is_empty());
}

/// What the other side no longer has is nobody's counterpart.
pub fn a_link_can_be_taken_away(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let linked = written(&job, "1", Some(product("1", "101", &[("11", "111")])));
    commit(store, &job, 1, vec![linked]).unwrap();
    let known = link(store, "product", "1").unwrap();
    let (record, result) = skipped(&job, "1", "gone");
    let RecordResult::Done { log, .. } = result else {
        return;
    };
    let gone = RecordResult::Done {
        link: LinkChange::Remove { id: known.id },
        conflicts: None,
        log,
    };
    commit(store, &job, 2, vec![(record, gone)]).unwrap();
    assert_eq!(link(store, "product", "1"), None);
    assert!(store.child_links(&[known.id]).unwrap().is_empty());
}

fn conflict(rule: &str, winner: Option<Winner>) -> ConflictDraft {
    ConflictDraft {
        kind: ConflictKind::Field,
        rule: rule.to_owned(),
        shopify_field: "title".to_owned(),
        odoo_field: "name".to_owned(),
        element: None,
        base: Some(Shown {
            shopify: json!("a"),
            odoo: json!("a"),
        }),
        shopify: json!("b"),
        odoo: json!("c"),
        shopify_at: Some(at(0)),
        odoo_at: None,
        strategy: "manual".to_owned(),
        winner,
    }
}

/// The record `1` ended with these conflicts.
fn contested(store: &dyn Store, second: i64, conflicts: Vec<ConflictDraft>) {
    let job = start(store, &products(), second);
    let (record, result) = written(&job, "1", Some(draft("product", "1", "101")));
    let RecordResult::Done { link, log, .. } = result else {
        return;
    };
    let done = RecordResult::Done {
        link,
        conflicts: Some(conflicts),
        log,
    };
    commit(store, &job, second, vec![(record, done)]).unwrap();
    end(store, &job, second);
}

/// What was carried out of a record that then failed settles its conflicts and leaves the others.
pub fn half_of_a_record_settles_what_it_carried(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    contested(store, 0, vec![conflict("a", None), conflict("b", None)]);
    let job = start(store, &products(), 1);
    let (record, result) = pending(&job, "1", 5);
    let RecordResult::Waits { waiting, log, .. } = result else {
        return;
    };
    let half = RecordResult::Waits {
        waiting,
        link: LinkChange::Store(Box::new(draft("product", "1", "101"))),
        settled: vec![
            conflict("a", Some(Winner::Shopify)),
            conflict("c", Some(Winner::Odoo)),
        ],
        log,
    };
    commit(store, &job, 2, vec![(record, half)]).unwrap();
    let ids = ["1".to_owned()];
    let open = store.resolutions(&shop(), &"product".into(), &ids).unwrap();
    let rules: Vec<&str> = open.iter().map(|(_, one)| one.rule.as_str()).collect();
    assert_eq!(rules, ["b"]);
    end(store, &job, 3);
}

/// An open conflict is there until it is settled, or is none any more.
pub fn open_conflicts_last_until_they_are_settled(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let open = || {
        let ids = ["1".to_owned()];
        let found = store.resolutions(&shop(), &"product".into(), &ids).unwrap();
        let mut rules: Vec<String> = found.into_iter().map(|(_, one)| one.rule).collect();
        rules.sort();
        rules
    };
    contested(
        store,
        0,
        vec![
            conflict("a", None),
            conflict("b", None),
            conflict("c", Some(Winner::Odoo)),
        ],
    );
    assert_eq!(open(), ["a", "b"]);
    contested(store, 1, vec![conflict("a", None), conflict("b", None)]);
    assert_eq!(open(), ["a", "b"], "found again is found once");
    contested(
        store,
        2,
        vec![conflict("a", Some(Winner::Shopify)), conflict("b", None)],
    );
    assert_eq!(open(), ["b"]);
    contested(store, 3, Vec::new());
    assert_eq!(open(), [""; 0]);
}

/// A stock level tells a sale from an edit by what orders moved in all.
pub fn movements_add_up_over_all_links(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let quantity = |shopify: i64, odoo: i64| MovedQuantity {
        shopify: Decimal::from(shopify),
        odoo: Decimal::from(odoo),
    };
    let order = |id: &str, moved: &[(&str, MovedQuantity)]| LinkDraft {
        moved: moved
            .iter()
            .map(|(key, quantity)| ((*key).to_owned(), *quantity))
            .collect::<Moved>(),
        ..draft("product", id, &format!("o{id}"))
    };
    let total = |key: &str| {
        let found = store.moved(&shop(), &[key.to_owned()]).unwrap();
        found.get(key).copied().unwrap_or_default()
    };
    let store_links = |second: i64, drafts: Vec<LinkDraft>| {
        let job = start(store, &products(), second);
        let records = drafts.into_iter().map(|one| {
            let id = one.shopify_id.clone();
            written(&job, &id, Some(one))
        });
        commit(store, &job, second, records.collect()).unwrap();
        end(store, &job, second);
    };
    store_links(
        0,
        vec![
            order("1", &[("i@p", quantity(2, 0))]),
            order("2", &[("i@p", quantity(1, 1))]),
        ],
    );
    assert_eq!(total("i@p"), quantity(3, 1));
    store_links(
        1,
        vec![order("1", &[("i@p", quantity(2, 2)), ("j@p", quantity(4, 0))])],
    );
    assert_eq!((total("i@p"), total("j@p")), (quantity(3, 3), quantity(4, 0)));
    store_links(2, vec![order("1", &[])]);
    assert_eq!((total("i@p"), total("j@p")), (quantity(1, 1), quantity(0, 0)));
    let known = link(store, "product", "2").unwrap();
    let job = start(store, &products(), 3);
    let (_, result) = skipped(&job, "2", "gone");
    let RecordResult::Done { log, .. } = result else {
        return;
    };
    let gone = RecordResult::Done {
        link: LinkChange::Remove { id: known.id },
        conflicts: None,
        log,
    };
    commit(store, &job, 3, vec![(key(&job, "2"), gone)]).unwrap();
    assert_eq!(total("i@p"), quantity(0, 0));
}

/// What was carried out before the rest failed must not be done again.
pub fn a_record_that_waits_keeps_what_was_carried_out(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let (record, result) = pending(&job, "1", 5);
    let RecordResult::Waits { waiting, log, .. } = result else {
        return;
    };
    let half = RecordResult::Waits {
        waiting,
        link: LinkChange::Store(Box::new(product("1", "101", &[("11", "111")]))),
        settled: Vec::new(),
        log,
    };
    commit(store, &job, 1, vec![(record, half)]).unwrap();
    assert!(link(store, "product", "1").is_some());
    let ended = ran(
        store,
        &NewJob {
            record_type: "order".into(),
            ..products()
        },
        2,
        Vec::new(),
    );
    assert_eq!(ended.connection, shop());
}
