//! Stock levels as records.

use connector_shopify::ShopifyOptions;
use mock_shopify::{InventoryItem, NewLine, NewOrder, NewProduct, NewVariant, Rows as _, StockState};
use serde_json::json;
use sync_core::ports::Connector as _;

use crate::world::{Bench, run, simple, snapshot, tiny, variant, walk};

/// A shirt in two sizes at two locations, of which some units are ordered, and a mug at one.
fn world() -> (Bench, Vec<i64>) {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto"]);
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Shirt".into(),
            options: vec![("Size".into(), vec!["S".into(), "M".into()])],
            variants: vec![
                variant(&["S"], "39", "LIN-S", &[(places[0], 14), (places[1], 2)]),
                NewVariant {
                    sku: None,
                    ..variant(&["M"], "39", "", &[(places[0], 3)])
                },
            ],
            ..NewProduct::default()
        })?;
        store.add_product(simple("Mug", "9.9", &[(places[1], 40)]))
    });
    (bench, places)
}

fn items(bench: &Bench) -> Vec<(i64, i64)> {
    bench
        .shopify
        .look(|rows| {
            rows.all::<InventoryItem>()
                .map(|item| (item.id, item.variant_id))
                .collect()
        })
        .unwrap()
}

#[test]
fn levels_as_they_come_out() {
    let (bench, _) = world();
    let (item, variant) = items(&bench)[0];
    bench.change(|store| {
        let line = NewLine {
            variant_id: Some(variant),
            quantity: 3,
            ..NewLine::default()
        };
        store.place_order(NewOrder {
            lines: vec![line],
            ..NewOrder::default()
        })?;
        let place = store.rows().all::<mock_shopify::Location>().next().unwrap().id;
        store.adjust(item, place, StockState::Damaged, 1)
    });
    for options in [ShopifyOptions::default(), tiny()] {
        let records = run(walk(&bench.connector(options), "inventory", 50)).unwrap();
        snapshot("levels", &records);
    }
}

#[test]
fn untracked_items_and_levels_that_ended_are_left_out() {
    let (bench, places) = world();
    let items = items(&bench);
    bench.change(|store| store.edit_item(items[2].0, |item| item.tracked = false));
    bench.change(|store| store.set_stocked(items[0].0, places[1], false));
    let connector = bench.connector(ShopifyOptions::default());
    let records = run(walk(&connector, "inventory", 50)).unwrap();
    let shown = records
        .iter()
        .map(|record| (record.label.as_str(), record.body["tracked"] == json!(true)));
    let expected = [("LIN-S @ Berlin", true), ("Shirt - M @ Berlin", true)];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    let ended = format!("{}@{}", items[0].0, places[1]);
    assert_eq!(run(connector.fetch(&"inventory".into(), &[ended])).unwrap(), []);
}

#[test]
fn levels_are_fetched_as_asked() {
    let (bench, places) = world();
    let items = items(&bench);
    let id = |item: usize, place: usize| format!("{}@{}", items[item].0, places[place]);
    let asked = [
        id(2, 1),
        id(0, 1),
        "7@8".into(),
        "x@y".into(),
        "7".into(),
        String::new(),
        id(0, 0),
        id(0, 1),
        id(1, 1),
    ];
    for options in [ShopifyOptions::default(), tiny()] {
        let found = run(bench.connector(options).fetch(&"inventory".into(), &asked)).unwrap();
        let found: Vec<String> = found.into_iter().map(|record| record.id).collect();
        assert_eq!(found, [id(2, 1), id(0, 1), id(0, 0)]);
    }
}

#[test]
fn an_item_at_many_locations_is_divided() {
    let bench = Bench::unlimited();
    let names: Vec<String> = (0..23).map(|n| format!("Place {n}")).collect();
    let places = bench.locations(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let stock: Vec<(i64, i64)> = places.iter().map(|place| (*place, 1)).collect();
    bench.change(|store| store.add_product(simple("Mug", "9.9", &stock)));
    bench.change(|store| store.add_product(simple("Cup", "9.9", &stock)));
    let connector = bench.connector(ShopifyOptions::default());
    for limit in [1, 4, 22, 23, 24, 46, 50] {
        let records = run(walk(&connector, "inventory", limit)).unwrap();
        assert_eq!(records.len(), 46);
        let last = &records[45];
        assert_eq!(last.body["location_id"], json!(places[22]));
    }
}
