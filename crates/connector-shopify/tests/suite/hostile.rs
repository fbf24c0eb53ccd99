//! Whatever comes back: an answer or an error, never a panic, never without end.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use connector_shopify::ShopifyOptions;
use mock_shopify::RateLimit;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use sync_core::ErrorKind;
use sync_core::ports::Connector as _;
use wire::WireResponse;

use crate::orders::eventful;
use crate::world::{Bench, operation, run, tiny};

const TYPES: [&str; 4] = ["product", "inventory", "order", "location"];

/// More pages than an honest shop of this size has.
const MOST_PAGES: usize = 60;

/// What is done to one place of an answer.
#[derive(Debug, Clone)]
enum Harm {
    Replace(Value),
    Remove,
    /// Repeats the elements of a list.
    Repeat(usize),
    /// Puts what stands at another place here.
    Copy(Index),
}

fn harm() -> impl Strategy<Value = Harm> {
    let texts = [
        "",
        "0",
        "-1",
        "1e999",
        "9".repeat(40).as_str(),
        "gid://shopify/X/18446744073709551615",
        "\u{0}é\u{202e}",
    ]
    .map(|text| json!(text));
    let numbers = [
        json!(0),
        json!(-1),
        json!(i32::MAX),
        json!(i32::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(0.1),
        json!(-2.5),
    ];
    let others = [
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([null]),
        deep(),
    ];
    let values: Vec<Value> = texts.into_iter().chain(numbers).chain(others).collect();
    prop_oneof![
        8 => prop::sample::select(values).prop_map(Harm::Replace),
        1 => any::<String>().prop_map(|text| Harm::Replace(json!(text))),
        1 => any::<i64>().prop_map(|number| Harm::Replace(json!(number))),
        2 => Just(Harm::Remove),
        2 => (0_usize..4).prop_map(Harm::Repeat),
        3 => any::<Index>().prop_map(Harm::Copy),
    ]
}

/// As deep as the reader lets pass.
fn deep() -> Value {
    (0..100).fold(json!(1), |inner, _| json!([inner]))
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(list) => {
            for (index, element) in list.iter().enumerate() {
                pointers(element, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(map) => {
            for (key, element) in map {
                pointers(
                    element,
                    &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        _ => {}
    }
}

fn apply(answer: &mut Value, place: Index, harm: &Harm) {
    let mut places = Vec::new();
    pointers(answer, "", &mut places);
    let at = place.get(&places).clone();
    match harm {
        Harm::Replace(value) => *answer.pointer_mut(&at).unwrap() = value.clone(),
        Harm::Copy(from) => {
            let value = answer.pointer(from.get(&places).as_str()).unwrap().clone();
            *answer.pointer_mut(&at).unwrap() = value;
        }
        Harm::Repeat(times) => {
            if let Some(Value::Array(list)) = answer.pointer_mut(&at) {
                *list = list.iter().cycle().take(list.len() * times).cloned().collect();
            }
        }
        Harm::Remove => {
            let (parent, key) = at.rsplit_once('/').unwrap_or(("", ""));
            match answer.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.remove(key)),
                Some(Value::Array(list)) => {
                    if let Some(index) = key.parse().ok().filter(|index| *index < list.len()) {
                        list.remove(index);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Reads everything as far as it goes.
fn read_all(bench: &Bench, options: &ShopifyOptions, record_type: &str) {
    let connector = bench.connector(options.clone());
    let mut ids = vec![
        "1".to_owned(),
        "7000000000001".to_owned(),
        "7000000000001@7000000000001".to_owned(),
    ];
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let Ok(page) = run(connector.changes(&record_type.into(), cursor.as_ref(), 3)) else {
            break;
        };
        assert!(page.records.len() <= 3);
        ids.extend(page.records.into_iter().map(|record| record.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let _ = run(connector.fetch(&record_type.into(), &ids));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn harmed_answers_are_borne(
        harms in prop::collection::vec((any::<Index>(), harm()), 1..4),
        record_type in prop::sample::select(&TYPES[..]),
        small: bool,
    ) {
        thread_local! {
            static BENCH: Bench = eventful();
        }
        BENCH.with(|bench| {
            bench.change_answers(move |_, response| {
                let mut answer: Value = serde_json::from_slice(&response.body).unwrap();
                for (place, harm) in &harms {
                    apply(&mut answer, *place, harm);
                }
                response.body = answer.to_string().into_bytes();
            });
            let options = if small { tiny() } else { ShopifyOptions::default() };
            read_all(bench, &options, record_type);
            bench.exchanges();
        });
    }

    #[test]
    fn any_bytes_are_borne(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200), header in "\\PC{0,20}") {
        let bench = Bench::unlimited();
        let answer = WireResponse::new(status)
            .with_header("Retry-After", header.clone())
            .with_header("X-Request-Id", header.clone())
            .with_header("X-Shopify-API-Version", header.clone())
            .with_header("X-Shopify-API-Deprecated-Reason", header)
            .with_body(body);
        bench.change_answers(move |_, response| *response = answer.clone());
        let connector = bench.connector(ShopifyOptions::default());
        for record_type in TYPES {
            prop_assert!(run(connector.changes(&record_type.into(), None, 5)).is_err());
            prop_assert!(run(connector.fetch(&record_type.into(), &["1".into(), "1@1".into()])).is_err());
        }
    }

    #[test]
    fn any_ids_and_cursors_are_borne(ids in prop::collection::vec("\\PC{0,30}", 0..5), cursor in "\\PC{0,60}") {
        let bench = Bench::unlimited();
        let connector = bench.connector(ShopifyOptions::default());
        for record_type in TYPES {
            prop_assert_eq!(run(connector.fetch(&record_type.into(), &ids)).unwrap(), Vec::new());
            let cursor = sync_core::Cursor(cursor.clone());
            prop_assert!(run(connector.changes(&record_type.into(), Some(&cursor), 5)).is_err());
        }
    }
}

#[test]
fn a_list_without_end_is_left() {
    let bench = eventful();
    let first: Mutex<Option<Value>> = Mutex::default();
    let turn = AtomicUsize::new(0);
    bench.change_answers(move |request, response| {
        if operation(request) != "ProductVariants" {
            return;
        }
        // The first variants again and again, each time with another cursor.
        let mut first = first.lock().unwrap();
        let mut answer = first
            .get_or_insert_with(|| serde_json::from_slice(&response.body).unwrap())
            .clone();
        let rest = &mut answer["data"]["node"]["rest"];
        let nodes = rest["nodes"].as_array().unwrap().clone();
        rest["nodes"] = nodes.iter().cycle().take(2_000).cloned().collect();
        rest["pageInfo"] = json!({"hasNextPage": true, "endCursor": turn.fetch_add(1, SeqCst).to_string()});
        response.body = answer.to_string().into_bytes();
    });
    let error = run(bench.connector(tiny()).changes(&"product".into(), None, 5)).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Protocol, "endless_list")
    );
}

#[test]
fn a_bucket_of_nonsense_is_borne() {
    let bench = Bench::new(mock_shopify::Config {
        rate_limit: RateLimit {
            bucket: 1,
            restore_per_second: 0,
        },
        ..mock_shopify::Config::default()
    });
    let connector = bench.connector(ShopifyOptions::default());
    for record_type in TYPES {
        assert!(run(connector.changes(&record_type.into(), None, 5)).is_err());
    }
}
