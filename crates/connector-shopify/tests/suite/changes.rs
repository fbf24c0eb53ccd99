//! Reading what changed since a mark.

use std::collections::BTreeSet;
use std::time::Duration;

use connector_shopify::ShopifyOptions;
use mock_shopify::{Config, InventoryItem, NewLine, NewOrder, Product, RateLimit, Rows as _};
use sync_core::ports::Connector as _;
use sync_core::{Cursor, ErrorKind, Record};

use crate::world::{Bench, run, simple, tiny};

const HOUR: Duration = Duration::from_secs(3600);

/// Walks to the end; answers the records and the mark.
fn walk(
    bench: &Bench,
    options: &ShopifyOptions,
    record_type: &str,
    mark: Option<&Cursor>,
) -> (Vec<Record>, Option<Cursor>) {
    walk_with(bench, options, record_type, mark, |_| {})
}

/// The same, with something happening after each page.
fn walk_with(
    bench: &Bench,
    options: &ShopifyOptions,
    record_type: &str,
    mark: Option<&Cursor>,
    mut between: impl FnMut(usize),
) -> (Vec<Record>, Option<Cursor>) {
    let connector = bench.connector(options.clone());
    let (mut records, mut cursor) = (Vec::new(), mark.cloned());
    for page in 0.. {
        assert!(page < 1000, "the walk ends");
        let found = run(connector.changes(&record_type.into(), cursor.as_ref(), 3)).unwrap();
        records.extend(found.records);
        cursor = found.next;
        if cursor.is_none() {
            return (records, found.mark);
        }
        assert_eq!(found.mark, None, "only the last page has a mark");
        between(page);
    }
    unreachable!()
}

fn ids(records: &[Record]) -> BTreeSet<String> {
    records.iter().map(|record| record.id.clone()).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// Eight products at two places, three orders; an hour has passed since.
fn world() -> (Bench, Vec<i64>) {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto"]);
    for n in 0..8 {
        let stock = [(places[0], 5), (places[1], 7)];
        bench.change(|store| store.add_product(simple(&format!("P{n}"), "10", &stock)));
    }
    for _ in 0..3 {
        order(&bench);
    }
    bench.pass(HOUR);
    (bench, places)
}

fn order(bench: &Bench) -> i64 {
    let line = NewLine {
        title: Some("Thing".into()),
        quantity: 1,
        price: Some(3.into()),
        ..NewLine::default()
    };
    let order = NewOrder {
        lines: vec![line],
        ..NewOrder::default()
    };
    bench.change(|store| store.place_order(order))
}

fn products(bench: &Bench) -> Vec<i64> {
    let all = bench
        .shopify
        .look(|rows| rows.all::<Product>().map(|one| one.id).collect());
    all.unwrap()
}

fn items(bench: &Bench) -> Vec<i64> {
    let all = bench
        .shopify
        .look(|rows| rows.all::<InventoryItem>().map(|one| one.id).collect());
    all.unwrap()
}

fn rename(bench: &Bench, id: i64, title: &str) {
    bench.change(|store| store.edit_product(id, |product| title.clone_into(&mut product.title)));
}

#[test]
fn a_walk_from_a_mark_reads_what_changed() {
    let (bench, _) = world();
    for options in [ShopifyOptions::default(), tiny()] {
        for record_type in ["product", "order", "inventory"] {
            let (everything, mark) = walk(&bench, &options, record_type, None);
            assert!(!everything.is_empty());
            bench.pass(HOUR);
            let (nothing, again) = walk(&bench, &options, record_type, mark.as_ref());
            assert_eq!(ids(&nothing), set(&[]), "{record_type}");
            assert_ne!(mark, again, "the mark moves on");
        }
        let (_, mark) = walk(&bench, &options, "product", None);
        let id = products(&bench)[4];
        rename(&bench, id, &format!("renamed at {}", bench.now()));
        let (found, next) = walk(&bench, &options, "product", mark.as_ref());
        assert_eq!(ids(&found), set(&[&id.to_string()]));
        let fetched = run(bench
            .connector(options.clone())
            .fetch(&"product".into(), &[id.to_string()]));
        assert_eq!(fetched.unwrap(), found);
        bench.pass(HOUR);
        assert_eq!(
            walk(&bench, &options, "product", next.as_ref()).0.len(),
            1,
            "the overlap"
        );
        let (_, next) = walk(&bench, &options, "product", next.as_ref());
        assert_eq!(walk(&bench, &options, "product", next.as_ref()).0, []);
    }
}

#[test]
fn new_orders_and_changed_ones_come() {
    let (bench, _) = world();
    let options = tiny();
    let (old, mark) = walk(&bench, &options, "order", None);
    let new = order(&bench);
    let changed: i64 = old[1].id.parse().unwrap();
    bench.change(|store| store.edit_order(changed, |order| order.note = Some("ring twice".into())));
    let (found, _) = walk(&bench, &options, "order", mark.as_ref());
    assert_eq!(ids(&found), set(&[&new.to_string(), &changed.to_string()]));
}

#[test]
fn stock_changes_are_found_by_level_and_by_item() {
    let (bench, places) = world();
    for options in [ShopifyOptions::default(), tiny()] {
        bench.pass(HOUR);
        let (_, mark) = walk(&bench, &options, "inventory", None);
        let items = items(&bench);
        let left = bench.shopify.look(|rows| {
            let mut found = rows.found::<mock_shopify::InventoryLevel>("item", &items[1].to_string());
            found.next().unwrap().on_hand()
        });
        let next = left.unwrap() + 1;
        bench.change(|store| store.set_on_hand(items[1], places[0], next));
        bench.change(|store| store.edit_item(items[5], |item| item.sku = Some(format!("NEW-{next}"))));
        let (found, _) = walk(&bench, &options, "inventory", mark.as_ref());
        let expected = [
            format!("{}@{}", items[1], places[0]),
            format!("{}@{}", items[5], places[0]),
            format!("{}@{}", items[5], places[1]),
        ];
        assert_eq!(ids(&found), expected.into_iter().collect());
    }
}

#[test]
fn a_mark_lies_before_the_beginning_of_its_walk() {
    let (bench, _) = world();
    for record_type in ["product", "inventory"] {
        for first in [None, walk(&bench, &tiny(), record_type, None).1] {
            bench.pass(HOUR);
            // Whatever happens while the walk goes on, to records that came and to those that did not: the next one
            // sees it. Time passes the overlap with every page.
            let mut touched = BTreeSet::new();
            let ids_now = products(&bench);
            for id in &ids_now {
                rename(&bench, *id, &format!("before {} {}", record_type, bench.now()));
            }
            let (_, mark) = walk_with(&bench, &tiny(), record_type, first.as_ref(), |page| {
                bench.pass(Duration::from_secs(600));
                if page < 4 {
                    let at = (page * 3 + 1) % ids_now.len();
                    let id = ids_now[at];
                    let (item, now) = (items(&bench)[at], bench.now());
                    rename(&bench, id, &format!("during {page} {}", bench.now()));
                    bench.change(|store| {
                        store.edit_item(item, |item| item.sku = Some(format!("{page} {id} {now}")))
                    });
                    touched.insert(if record_type == "product" { id } else { item });
                }
            });
            bench.pass(HOUR);
            let (seen, _) = walk(&bench, &tiny(), record_type, mark.as_ref());
            let seen: BTreeSet<i64> = seen
                .iter()
                .map(|record| record.id.split('@').next().unwrap().parse().unwrap())
                .collect();
            assert!(!touched.is_empty());
            assert!(
                seen.is_superset(&touched),
                "{record_type}: {seen:?} lacks some of {touched:?}"
            );
        }
    }
}

#[test]
fn many_changes_in_one_second_all_come() {
    let (bench, _) = world();
    let (_, mark) = walk(&bench, &tiny(), "product", None);
    bench.pass(HOUR);
    for id in products(&bench) {
        rename(&bench, id, "the same second");
    }
    // Segments of three: a search that began anew within the second would repeat it for ever.
    let (found, _) = walk(&bench, &tiny(), "product", mark.as_ref());
    assert_eq!(ids(&found).len(), 8);
    bench.pass(HOUR);
    for id in products(&bench) {
        bench.pass(Duration::from_secs(1));
        rename(&bench, id, "one after the other");
    }
    bench.exchanges();
    let (found, _) = walk(&bench, &tiny(), "product", mark.as_ref());
    assert_eq!(ids(&found).len(), 8);
    let searches: BTreeSet<String> = bench
        .exchanges()
        .iter()
        .map(|(request, _)| {
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            body["variables"]["query"].to_string()
        })
        .collect();
    assert!(searches.len() > 2, "long searches begin anew: {searches:?}");
}

#[test]
fn more_changed_levels_than_shopify_pages_through() {
    let (bench, places) = world();
    let (all, mark) = walk(&bench, &tiny(), "inventory", None);
    for item in items(&bench) {
        bench.change(|store| store.set_on_hand(item, places[0], 99));
    }
    bench.pass(HOUR);
    let (found, next) = walk(&bench, &tiny(), "inventory", mark.as_ref());
    assert_eq!(ids(&found), ids(&all), "everything is read instead");
    let again = walk(&bench, &tiny(), "inventory", next.as_ref()).0;
    assert_eq!(ids(&again), set(&[]));
}

#[test]
fn a_search_index_that_lags_loses_nothing() {
    let bench = Bench::new(Config {
        rate_limit: RateLimit {
            bucket: 1_000_000_000,
            restore_per_second: 1_000,
        },
        index_lag: Duration::from_secs(90),
        ..Config::default()
    });
    let places = bench.locations(&["Berlin"]);
    bench.change(|store| store.add_product(simple("P", "10", &[(places[0], 5)])));
    bench.pass(HOUR);
    for record_type in ["product", "inventory"] {
        let (_, mark) = walk(&bench, &tiny(), record_type, None);
        let (id, item) = (products(&bench)[0], items(&bench)[0]);
        bench.pass(HOUR);
        rename(&bench, id, record_type);
        bench.change(|store| store.set_on_hand(item, places[0], 30));
        bench.change(|store| store.adjust(item, places[0], mock_shopify::StockState::Available, 1));
        bench.pass(Duration::from_secs(10));
        let (blind, mark) = walk(&bench, &tiny(), record_type, mark.as_ref());
        assert_eq!(blind, [], "the index does not have it yet");
        bench.pass(Duration::from_secs(100));
        let (found, _) = walk(&bench, &tiny(), record_type, mark.as_ref());
        assert_eq!(found.len(), 1, "{record_type}");
        bench.pass(HOUR);
    }
}

#[test]
fn without_a_date_the_changes_themselves_tell_the_time() {
    let (bench, _) = world();
    bench.change_answers(|_, response| {
        let mut bare = wire::WireResponse::new(response.status).with_body(response.body.clone());
        bare = bare.with_header("X-Shopify-API-Version", "2026-10");
        *response = bare;
    });
    let (_, mark) = walk(&bench, &tiny(), "product", None);
    let id = products(&bench)[7];
    rename(&bench, id, "later");
    let (found, next) = walk(&bench, &tiny(), "product", mark.as_ref());
    assert!(ids(&found).contains(&id.to_string()));
    // An empty walk ends where it began.
    let empty = Bench::unlimited();
    empty.change_answers(|_, response| {
        *response = wire::WireResponse::new(response.status).with_body(response.body.clone());
    });
    assert_eq!(walk(&empty, &tiny(), "product", None).1, None);
    assert_eq!(
        walk(&empty, &tiny(), "product", next.as_ref()).1,
        next,
        "nothing moves the mark"
    );
}

#[test]
fn an_ignored_filter_is_an_error_and_no_walk_through_everything() {
    let (bench, _) = world();
    let (_, mark) = walk(&bench, &tiny(), "product", None);
    bench.change_answers(|_, response| {
        let mut body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        body["extensions"]["search"] = serde_json::json!([{ "warnings": [
            { "field": "updated_at", "message": "Invalid search field for this query.", "code": "invalid_field" }
        ] }]);
        response.body = body.to_string().into_bytes();
    });
    let connector = bench.connector(tiny());
    let error = run(connector.changes(&"product".into(), mark.as_ref(), 5)).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Rejected, "filter_ignored")
    );
}

#[test]
fn marks_are_for_their_own_record_type() {
    let (bench, _) = world();
    let (_, mark) = walk(&bench, &tiny(), "product", None);
    let connector = bench.connector(tiny());
    for other in ["order", "inventory", "location"] {
        let error = run(connector.changes(&other.into(), mark.as_ref(), 5)).unwrap_err();
        assert_eq!(error.code, "bad_cursor", "{other}");
    }
    assert_eq!(
        walk(&bench, &tiny(), "location", None).1,
        None,
        "no filter tells what changed"
    );
}
