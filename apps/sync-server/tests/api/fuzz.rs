//! Requests made from the document, right and wrong ones: none leads to a fault of the server, and every answer has
//! the shape that the document says.

use std::collections::BTreeMap;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::document::operations;
use crate::server::{Answer, FAILING, TestServer};

/// Requests per operation.
const REQUESTS: usize = 40;
/// Streams have no end, and nobody would be left to talk to after a login failed too often.
const NOT_ASKED: [&str; 1] = ["/api/events"];

/// Texts that mean something somewhere.
const KNOWN: [&str; 20] = [
    "product",
    "products",
    "inventory",
    "order",
    "shopify",
    "odoo",
    "open",
    "title",
    "name",
    "handle",
    "variants.*.price",
    "direct",
    "uppercase",
    "7000000000001",
    "auto",
    "link:variant",
    "shirt",
    "1",
    "-1",
    "",
];

/// Any JSON, small.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![4 => select(&KNOWN[..]).prop_map(str::to_owned), 2 => "\\PC{0,20}", 1 => any::<String>(), 1 => "x{300}"].boxed()
}

/// Values that a schema allows, as far as it says so.
fn fitting(schema: &Value, document: &Value, depth: u32) -> BoxedStrategy<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return match document.pointer(reference.trim_start_matches('#')) {
            Some(found) if depth < 6 => fitting(found, document, depth + 1),
            _ => Just(Value::Null).boxed(),
        };
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(schemas) = schema[several].as_array() {
            let any: Vec<_> = schemas
                .iter()
                .map(|one| fitting(one, document, depth + 1))
                .collect();
            return proptest::strategy::Union::new(any).boxed();
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return select(values.clone()).boxed();
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return anything(),
    };
    let any: Vec<_> = kinds
        .into_iter()
        .map(|kind| of_kind(kind, schema, document, depth))
        .collect();
    proptest::strategy::Union::new(any).boxed()
}

fn of_kind(kind: &str, schema: &Value, document: &Value, depth: u32) -> BoxedStrategy<Value> {
    match kind {
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" | "number" => {
            let least = schema["minimum"].as_i64().unwrap_or(-3);
            prop_oneof![4 => (least..least + 40).prop_map(Value::from), 1 => any::<i64>().prop_map(Value::from)].boxed()
        }
        "string" => text().prop_map(Value::from).boxed(),
        "array" => prop::collection::vec(fitting(&schema["items"], document, depth + 1), 0..4)
            .prop_map(Value::from)
            .boxed(),
        "object" => {
            let needed: Vec<&str> = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let mut fields: BoxedStrategy<Map<String, Value>> = Just(Map::new()).boxed();
            for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                let (name, always) = (name.clone(), needed.contains(&name.as_str()));
                let value = (fitting(field, document, depth + 1), any::<bool>());
                fields = (fields, value)
                    .prop_map(move |(mut fields, (value, given))| {
                        if always || given {
                            fields.insert(name.clone(), value);
                        }
                        fields
                    })
                    .boxed();
            }
            fields.prop_map(Value::Object).boxed()
        }
        _ => Just(Value::Null).boxed(),
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// Address, content type and body of a request for an operation.
fn requests(
    path: &str,
    operation: &Value,
    document: &Value,
) -> BoxedStrategy<(String, &'static str, String)> {
    let mut address: BoxedStrategy<(String, String)> = Just((path.to_owned(), String::new())).boxed();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap().to_owned();
        let in_path = parameter["in"] == "path";
        let value = prop_oneof![
            5 => fitting(&parameter["schema"], document, 0).prop_map(|value| as_text(&value)),
            1 => text()
        ];
        let chance = if in_path { 1.0 } else { 0.4 };
        address = (address, value, prop::bool::weighted(chance))
            .prop_map(move |((path, query), value, given)| {
                let value = encoded(&value);
                if in_path {
                    // An empty place would be another route.
                    let value = if value.is_empty() { "0".to_owned() } else { value };
                    (path.replace(&format!("{{{name}}}"), &value), query)
                } else if given {
                    (path, format!("{query}{name}={value}&"))
                } else {
                    (path, query)
                }
            })
            .boxed();
    }
    let odd_query = prop_oneof![9 => Just(String::new()), 1 => text().prop_map(|text| encoded(&text))];
    let body = match operation["requestBody"]["content"]["application/json"].get("schema") {
        None => Just(String::new()).boxed(),
        Some(schema) => prop_oneof![
            8 => fitting(schema, document, 0).prop_map(|value| value.to_string()),
            1 => anything().prop_map(|value| value.to_string()),
            1 => any::<String>()
        ]
        .boxed(),
    };
    let kind = prop_oneof![9 => Just("application/json"), 1 => Just("text/plain")];
    (address, odd_query, kind, body)
        .prop_map(|((path, query), odd, kind, body)| (format!("{path}?{query}{odd}"), kind, body))
        .boxed()
}

/// Checks answers by the document.
struct Shapes<'d> {
    document: &'d Value,
    compiled: BTreeMap<String, Validator>,
}

impl Shapes<'_> {
    fn check(&mut self, operation: &Value, answer: &Answer, request: &str) {
        let status = answer.status.to_string();
        let declared = operation["responses"].get(&status);
        let declared =
            declared.unwrap_or_else(|| panic!("{request}: {status} is not in the document: {}", answer.text));
        let kind = answer
            .header("content-type")
            .split(';')
            .next()
            .unwrap_or_default();
        let Some(content) = declared.get("content") else {
            assert_eq!(answer.text, "", "{request}");
            return;
        };
        let schema = &content
            .get(kind)
            .unwrap_or_else(|| panic!("{request}: {kind} is not in the document"))["schema"];
        let validator = self.compiled.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            if let Some(whole) = whole.as_object_mut() {
                whole.insert("components".into(), self.document["components"].clone());
            }
            jsonschema::draft202012::new(&whole).unwrap()
        });
        let body = answer.json();
        let errors: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{request}: {errors:#?}\n{body:#}");
    }
}

#[test]
fn no_request_leads_to_a_fault_or_to_an_answer_of_another_shape() {
    let server = TestServer::seeded(&FAILING);
    assert_eq!(server.post("/api/sync/products", &json!({})).status, 200);
    let document = server.get("/api/openapi.json").json();
    let mut shapes = Shapes {
        document: &document,
        compiled: BTreeMap::new(),
    };
    // The same requests every time.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut answered: BTreeMap<u16, usize> = BTreeMap::new();
    for (path, method, operation) in operations(&document).filter(|(path, ..)| !NOT_ASKED.contains(path)) {
        let strategy = requests(path, operation, &document);
        for _ in 0..REQUESTS {
            let (address, kind, body) = strategy.new_tree(&mut runner).unwrap().current();
            let answer = server.send(
                &method.to_uppercase(),
                &address,
                &[("content-type", kind)],
                body.as_bytes(),
            );
            let request = format!("{method} {address} {body}");
            assert!(answer.status < 500, "{request}: {}", answer.text);
            shapes.check(operation, &answer, &request);
            *answered.entry(answer.status).or_default() += 1;
        }
    }
    // Both kinds of answers came, so both were looked at.
    assert!(
        answered.get(&200).is_some_and(|count| *count > 200),
        "{answered:?}"
    );
    assert!(
        answered.get(&400).is_some_and(|count| *count > 200),
        "{answered:?}"
    );
    assert!(
        answered.contains_key(&404) && answered.contains_key(&422),
        "{answered:?}"
    );
}
