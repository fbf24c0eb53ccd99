//! Transactions, indexes and the shared file, seen through the public door.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;

use jiff::Timestamp;
use mock_world::{Index, Tables, World};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    sku: String,
    price: i64,
}

fn item(sku: &str, price: i64) -> Item {
    Item {
        sku: sku.into(),
        price,
    }
}

fn indexes() -> Vec<Index<Item>> {
    vec![Index {
        table: "item",
        name: "sku",
        keys: |row| vec![row.sku.clone()],
    }]
}

fn add(world: &mut World<Item>, sku: &str, price: i64) -> i64 {
    let added: Result<i64, Infallible> = world
        .write(|tables| {
            let id = tables.next_id("item");
            tables.put("item", id, item(sku, price));
            tables.note(
                Timestamp::UNIX_EPOCH,
                "item.create",
                &id.to_string(),
                json!({"sku": sku}),
            );
            Ok(id)
        })
        .unwrap();
    added.unwrap()
}

fn dump(tables: &Tables<Item>) -> Vec<(i64, Item)> {
    tables.rows("item").map(|(id, row)| (id, row.clone())).collect()
}

fn open(path: &Path) -> World<Item> {
    World::open(path, indexes()).unwrap()
}

#[test]
fn an_error_undoes_rows_counters_indexes_and_journal() {
    let mut world = World::in_memory(indexes());
    let id = add(&mut world, "A", 1);
    let failed: Result<(), &str> = world
        .write(|tables| {
            tables.put("item", id, item("B", 2));
            let other = tables.next_id("item");
            tables.put("item", other, item("C", 3));
            tables.remove("item", id);
            tables.note(Timestamp::UNIX_EPOCH, "item.write", "1", json!(null));
            Err("refused")
        })
        .unwrap();
    assert_eq!(failed, Err("refused"));
    world
        .read(|tables| {
            assert_eq!(dump(tables), [(id, item("A", 1))]);
            assert_eq!(tables.find("item", "sku", "A").collect::<Vec<_>>(), [id]);
            assert_eq!(tables.find("item", "sku", "C").count(), 0);
        })
        .unwrap();
    assert_eq!(world.journal(0).unwrap().len(), 1);
    assert_eq!(add(&mut world, "D", 4), id + 1);
}

#[test]
fn a_savepoint_takes_back_a_part() {
    let mut world = World::in_memory(indexes());
    let done: Result<(), Infallible> = world
        .write(|tables| {
            tables.put("item", 1, item("A", 1));
            let savepoint = tables.savepoint();
            tables.put("item", 1, item("B", 2));
            tables.put("item", 2, item("C", 3));
            assert!(tables.changed_since(savepoint));
            tables.rollback_to(savepoint);
            assert!(!tables.changed_since(savepoint));
            Ok(())
        })
        .unwrap();
    done.unwrap();
    world
        .read(|tables| assert_eq!(dump(tables), [(1, item("A", 1))]))
        .unwrap();
}

#[test]
fn two_openings_of_one_file_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.db");
    let (mut one, mut two) = (open(&path), open(&path));
    let first = add(&mut one, "A", 1);
    let second = add(&mut two, "B", 2);
    assert_ne!(first, second, "ids come from one counter");
    let removed: Result<(), Infallible> = one
        .write(|tables| {
            tables.remove("item", second);
            Ok(())
        })
        .unwrap();
    removed.unwrap();
    two.read(|tables| assert_eq!(dump(tables), [(first, item("A", 1))]))
        .unwrap();
    two.read(|tables| assert_eq!(tables.find("item", "sku", "B").count(), 0))
        .unwrap();
    assert_eq!(two.journal(0).unwrap(), one.journal(0).unwrap());
    assert_eq!(two.journal(1).unwrap().len(), 1);

    two.clear().unwrap();
    one.read(|tables| assert!(tables.is_empty("item"))).unwrap();
    assert_eq!(add(&mut one, "C", 3), 1);
    assert_eq!(open(&path).journal(0).unwrap().len(), 1);
}

#[test]
fn parallel_writers_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.db");
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut world = open(&path);
                (0..25)
                    .map(|i| add(&mut world, &format!("{n}-{i}"), i))
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    let mut ids: Vec<i64> = threads
        .into_iter()
        .flat_map(|thread| thread.join().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=100).collect::<Vec<_>>());
    assert_eq!(open(&path).journal(0).unwrap().len(), 100);
}

#[derive(Debug, Clone)]
enum Step {
    Put(i64, u8),
    Remove(i64),
    Fail(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let id = 1..6_i64;
    prop_oneof![
        (id.clone(), any::<u8>()).prop_map(|(id, n)| Step::Put(id, n % 4)),
        id.clone().prop_map(Step::Remove),
        id.prop_map(Step::Fail),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn memory_file_and_reopened_file_agree(steps in prop::collection::vec(step(), 0..30)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.db");
        let (mut memory, mut file) = (World::in_memory(indexes()), open(&path));
        let mut model: BTreeMap<i64, Item> = BTreeMap::new();
        for step in &steps {
            for world in [&mut memory, &mut file] {
                let _: Result<(), ()> = world.write(|tables| match step {
                    Step::Put(id, n) => {
                        tables.put("item", *id, item(&n.to_string(), *id));
                        Ok(())
                    }
                    Step::Remove(id) => {
                        tables.remove("item", *id);
                        Ok(())
                    }
                    Step::Fail(id) => {
                        tables.put("item", *id, item("never", 0));
                        Err(())
                    }
                }).unwrap();
            }
            match step {
                Step::Put(id, n) => {
                    model.insert(*id, item(&n.to_string(), *id));
                }
                Step::Remove(id) => {
                    model.remove(id);
                }
                Step::Fail(_) => {}
            }
        }
        let expected: Vec<_> = model.into_iter().collect();
        for world in [&mut memory, &mut file, &mut open(&path)] {
            world.read(|tables| {
                assert_eq!(dump(tables), expected);
                for n in 0..4_u8 {
                    let sku = n.to_string();
                    let found: Vec<_> = tables.find("item", "sku", &sku).collect();
                    let wanted: Vec<_> =
                        expected.iter().filter(|(_, row)| row.sku == sku).map(|(id, _)| *id).collect();
                    assert_eq!(found, wanted);
                }
            }).unwrap();
        }
    }
}
