//! Whatever edits of a product are sent, nothing goes that they do not name.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::SOURCE_KEY;
use proptest::prelude::*;
use serde_json::{Value, json};
use sync_core::{Record, WriteOutcome};

use super::{FOUR, create, done, products, send, shirt, update, variants};
use crate::world::{Bench, run, tiny};

/// One change of what the other system has.
#[derive(Debug, Clone)]
enum Edit {
    Title(String),
    Tags(Vec<String>),
    Price(usize, u32),
    Sku(usize, String),
    /// A variant of these values.
    Add(String, String),
    RenameSize(usize, String),
    RenameOption(String),
    Swap(usize, usize),
    Drop(usize),
    Lines,
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("S".to_owned()),
        Just("s".to_owned()),
        Just("M".to_owned()),
        Just("XL".to_owned()),
        Just("Red".to_owned()),
        "[a-zé ]{1,6}".prop_map(|text| format!("x{}", text.trim())),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = 0..6_usize;
    prop_oneof![
        word().prop_map(Edit::Title),
        prop::collection::vec(word(), 0..3).prop_map(Edit::Tags),
        (at.clone(), 0..100_u32).prop_map(|(at, price)| Edit::Price(at, price)),
        (at.clone(), word()).prop_map(|(at, sku)| Edit::Sku(at, sku)),
        (word(), word()).prop_map(|(size, colour)| Edit::Add(size, colour)),
        (at.clone(), word()).prop_map(|(at, name)| Edit::RenameSize(at, name)),
        word().prop_map(Edit::RenameOption),
        (at.clone(), at.clone()).prop_map(|(a, b)| Edit::Swap(a, b)),
        at.prop_map(Edit::Drop),
        Just(Edit::Lines),
    ]
}

/// Applies an edit to what is wanted.
fn apply(desired: &mut Value, edit: &Edit, size: &mut String, next: &mut usize) {
    let list = desired["variants"].as_array_mut().unwrap();
    let count = list.len();
    match edit {
        Edit::Title(text) => desired["title"] = json!(text),
        Edit::Tags(tags) => desired["tags"] = json!(tags.join(", ")),
        Edit::Price(at, price) => list[at % count]["price"] = json!(price),
        Edit::Sku(at, sku) => list[at % count]["sku"] = json!(sku),
        Edit::Add(one, colour) => {
            let new = json!({
                SOURCE_KEY: format!("variant/{next}"), "price": "5",
                "selected_options": {size.as_str(): one, "Colour": colour},
            });
            *next += 1;
            list.push(new);
        }
        Edit::RenameSize(at, name) => {
            let old = list[at % count]["selected_options"][size.as_str()].clone();
            for variant in list.iter_mut() {
                if variant["selected_options"][size.as_str()] == old {
                    variant["selected_options"][size.as_str()] = json!(name);
                }
            }
        }
        Edit::RenameOption(name) => {
            for variant in list.iter_mut() {
                let selected = variant["selected_options"].as_object_mut().unwrap();
                if let Some(value) = selected.remove(size.as_str()) {
                    selected.insert(name.clone(), value);
                }
            }
            size.clone_from(name);
        }
        Edit::Swap(a, b) => {
            let (a, b) = (a % count, b % count);
            let other = list[b]["selected_options"].clone();
            let own = std::mem::replace(&mut list[a]["selected_options"], other);
            list[b]["selected_options"] = own;
        }
        Edit::Drop(at) => {
            if count > 1 {
                list.remove(at % count);
            }
        }
        Edit::Lines => {
            let mut lines: BTreeMap<String, Vec<Value>> = BTreeMap::new();
            for variant in list.iter() {
                for (name, value) in variant["selected_options"].as_object().unwrap() {
                    let values = lines.entry(name.clone()).or_default();
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
            }
            desired["attribute_lines"] = lines
                .into_iter()
                .map(|(name, values)| json!({"attribute": name, "values": values}))
                .collect();
        }
    }
}

fn tags(record: &Record) -> BTreeSet<String> {
    let text = record.body["tags"].as_str().unwrap().to_lowercase();
    text.split(',')
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
        .collect()
}

/// How many options and values there are.
fn counts(bench: &Bench) -> (usize, Vec<usize>) {
    let options = &products(&bench.shopify)[0].options;
    let mut values: Vec<usize> = options.iter().map(|option| option.values.len()).collect();
    values.sort_unstable();
    (options.len(), values)
}

fn check(edits: &[Edit]) -> Result<(), TestCaseError> {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    let id: i64 = made.record.id.parse().unwrap();
    // Only Shopify has these.
    bench.change(|store| store.add_variant(id, crate::world::variant(&["XXL", "Black"], "9", "OWN", &[])));
    bench.change(|store| store.edit_product(id, |product| product.tags.push("own".into())));
    let fetch = || {
        use sync_core::ports::Connector as _;
        let found = run(bench
            .connector(tiny())
            .fetch(&"product".into(), std::slice::from_ref(&made.record.id)));
        found.unwrap().remove(0)
    };
    let (mut record, mut children) = (fetch(), made.children.clone());
    let mut desired = shirt(&FOUR);
    desired["tags"] = json!("linen, summer, own");
    desired.as_object_mut().unwrap().remove("attribute_lines");
    let (mut size, mut next) = ("Size".to_owned(), 5);
    for edit in edits {
        apply(&mut desired, edit, &mut size, &mut next);
        let write = update(&record, "12", desired.clone(), &children);
        let (ids_before, counts_before) = (ids(&bench), counts(&bench));
        match send(&bench, &write) {
            WriteOutcome::Applied(applied) => {
                children = applied.children;
                record = applied.record;
                prop_assert_eq!(difference(&desired, &record, &children), None, "{:?}", edit);
            }
            WriteOutcome::Failed(error) => {
                prop_assert_eq!(error.kind, sync_core::ErrorKind::Rejected, "{}", error);
                // A person would correct it; here the edit is taken back.
                desired = write
                    .current
                    .as_ref()
                    .map(|_| desired_of(&record, &children))
                    .unwrap();
                let shown = record.body["options"][0]["name"].as_str().unwrap();
                shown.clone_into(&mut size);
                record = fetch();
            }
            other => panic!("{other:?}"),
        }
        let after = ids(&bench);
        prop_assert!(after.is_superset(&ids_before), "a variant went: {:?}", edit);
        let counts_after = counts(&bench);
        prop_assert!(counts_after.0 >= counts_before.0, "an option went: {:?}", edit);
        let sum = |counts: &(usize, Vec<usize>)| counts.1.iter().sum::<usize>();
        prop_assert!(
            sum(&counts_after) >= sum(&counts_before),
            "a value went: {:?}",
            edit
        );
        let wanted: BTreeSet<String> = desired["tags"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .split(',')
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect();
        prop_assert_eq!(&tags(&record), &wanted);
        let own = variants(&bench.shopify)
            .iter()
            .any(|variant| variant.price == 9.into());
        prop_assert!(own, "what only Shopify has stays as it is");
    }
    Ok(())
}

/// What is wanted and not shown.
fn difference(desired: &Value, record: &Record, children: &[sync_core::ChildRef]) -> Option<String> {
    if desired["title"] != record.body["title"] {
        return Some("title".into());
    }
    let mut elements = desired["variants"].as_array().unwrap().iter();
    elements.find_map(|element| {
        let source = element[SOURCE_KEY].as_str().unwrap();
        let child = children
            .iter()
            .find(|child| source == format!("variant/{}", child.source_id));
        let Some(child) = child else {
            return Some(format!("{source} is nowhere"));
        };
        let mut shown = record.body["variants"].as_array().unwrap().iter();
        let Some(shown) = shown.find(|one| Some(one["id"].to_string()) == child.target_id) else {
            return Some(format!("{source} is gone"));
        };
        let number = |value: &Value| mapping_transforms::decimal_of(value).ok();
        let same = element.get("sku").is_none_or(|sku| *sku == shown["sku"])
            && number(&element["price"]) == number(&shown["price"])
            && element["selected_options"]
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, value)| {
                    shown["selected_options"][name].as_str().map(str::to_lowercase)
                        == value.as_str().map(str::to_lowercase)
                });
        (!same).then(|| format!("{element} is {shown}"))
    })
}

fn ids(bench: &Bench) -> BTreeSet<i64> {
    variants(&bench.shopify)
        .iter()
        .map(|variant| variant.id)
        .collect()
}

/// What the linked variants show, as wanted.
fn desired_of(record: &Record, children: &[sync_core::ChildRef]) -> Value {
    let variants: Vec<Value> = children
        .iter()
        .filter_map(|child| {
            let mut shown = record.body["variants"].as_array().unwrap().iter();
            let shown = shown.find(|one| Some(one["id"].to_string()) == child.target_id)?;
            Some(json!({
                SOURCE_KEY: format!("variant/{}", child.source_id),
                "price": shown["price"], "sku": shown["sku"], "selected_options": shown["selected_options"],
            }))
        })
        .collect();
    json!({"title": record.body["title"], "tags": record.body["tags"], "variants": variants})
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_goes_that_is_not_named(edits in prop::collection::vec(edit(), 1..7)) {
        check(&edits)?;
    }
}
