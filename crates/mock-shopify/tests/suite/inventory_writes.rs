//! `inventorySetQuantities` and `inventoryActivate`.

use serde_json::{Value, json};

use crate::shop::TestShop;

const SET: &str = "mutation M($input: InventorySetQuantitiesInput!, $key: String!) {\n  inventorySetQuantities(input: $input) @idempotent(key: $key) {\n    inventoryAdjustmentGroup {\n      id createdAt reason referenceDocumentUri\n      changes { name delta quantityAfterChange item { sku } location { name } }\n    }\n    userErrors { field message code }\n  }\n}";

/// Item and location ids of the shirt in S at Berlin.
fn place(shop: &TestShop) -> (String, String) {
    let ids = shop.some_ids_of_catalogue();
    (ids["InventoryItem"].clone(), ids["Location"].clone())
}

fn input(shop: &TestShop, name: &str, quantity: i64, from: &Value) -> Value {
    let (item, location) = place(shop);
    json!({
        "name": name, "reason": "correction", "referenceDocumentUri": "sync://run/1",
        "quantities": [{ "inventoryItemId": item, "locationId": location, "quantity": quantity, "changeFromQuantity": from }]
    })
}

fn set(shop: &TestShop, input: &Value, key: &str) -> Value {
    shop.query(SET, json!({ "input": input, "key": key }))
}

fn stock(shop: &TestShop) -> Value {
    let data = shop.data(
        "{ inventoryItems(first: 1) { nodes { inventoryLevels(first: 1) { nodes { \
         quantities(names: [\"available\", \"on_hand\"]) { quantity } } } } } }",
    );
    let list = data
        .pointer("/inventoryItems/nodes/0/inventoryLevels/nodes/0/quantities")
        .unwrap()
        .clone();
    list.as_array()
        .unwrap()
        .iter()
        .map(|quantity| quantity["quantity"].clone())
        .collect()
}

#[test]
fn compare_and_swap() {
    let shop = TestShop::with_catalogue();
    assert_eq!(stock(&shop), json!([14, 14]));
    let answer = set(&shop, &input(&shop, "available", 10, &json!(14)), "a");
    insta::assert_json_snapshot!(answer);
    assert_eq!(stock(&shop), json!([10, 10]));
    let stale = set(&shop, &input(&shop, "available", 9, &json!(14)), "b");
    insta::assert_json_snapshot!(stale);
    assert_eq!(stock(&shop), json!([10, 10]));
    set(&shop, &input(&shop, "on_hand", 3, &Value::Null), "c");
    assert_eq!(stock(&shop), json!([3, 3]), "null takes whatever there is");
    let same = set(&shop, &input(&shop, "available", 3, &json!(3)), "d");
    assert_eq!(
        same["data"]["inventorySetQuantities"],
        json!({ "inventoryAdjustmentGroup": null, "userErrors": [] })
    );
    let journal = shop.shopify.journal(0).unwrap();
    let sets = journal
        .iter()
        .filter(|entry| entry.operation == "inventorySetQuantities");
    assert_eq!(sets.count(), 2, "what changed nothing is not noted");
}

#[test]
fn a_key_counts_once() {
    let shop = TestShop::with_catalogue();
    let first = set(&shop, &input(&shop, "available", 10, &json!(14)), "k");
    let lines = shop.shopify.journal(0).unwrap().len();
    let again = set(&shop, &input(&shop, "available", 10, &json!(14)), "k");
    assert_eq!(again["data"], first["data"], "the first answer again");
    assert_eq!(stock(&shop), json!([10, 10]));
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines);
    let other = set(&shop, &input(&shop, "available", 11, &json!(14)), "k");
    let errors = &other["data"]["inventorySetQuantities"]["userErrors"];
    assert_eq!(errors[0]["code"], "IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
}

#[test]
fn demanded_at_run_time() {
    let shop = TestShop::with_catalogue();
    let without = SET
        .replace(" @idempotent(key: $key)", "")
        .replace(", $key: String!", "");
    let no_key = shop.query(
        &without,
        json!({ "input": input(&shop, "available", 1, &Value::Null) }),
    );
    insta::assert_json_snapshot!(no_key);
    let mut bare = input(&shop, "available", 1, &Value::Null);
    bare["quantities"][0]
        .as_object_mut()
        .unwrap()
        .remove("changeFromQuantity");
    insta::assert_json_snapshot!(set(&shop, &bare, "x"));
    assert_eq!(stock(&shop), json!([14, 14]));
}

#[test]
fn refused_quantities() {
    let shop = TestShop::with_catalogue();
    let errors =
        |input: &Value| set(&shop, input, "e")["data"]["inventorySetQuantities"]["userErrors"].take();
    let mut cases = serde_json::Map::new();
    cases.insert("name".into(), errors(&input(&shop, "committed", 1, &Value::Null)));
    cases.insert(
        "negative".into(),
        errors(&input(&shop, "on_hand", -1, &Value::Null)),
    );
    cases.insert(
        "high".into(),
        errors(&input(&shop, "available", 1_000_000_001, &Value::Null)),
    );
    cases.insert(
        "low".into(),
        errors(&input(&shop, "available", -1_000_000_001, &Value::Null)),
    );
    let mut wrong = input(&shop, "available", 1, &Value::Null);
    wrong["reason"] = json!("because");
    wrong["referenceDocumentUri"] = json!("gid://sync/run");
    cases.insert("reason".into(), errors(&wrong));
    let mut wrong = input(&shop, "available", 1, &Value::Null);
    wrong["quantities"][0]["inventoryItemId"] = json!("gid://shopify/InventoryItem/1");
    wrong["quantities"][0]["locationId"] = json!("gid://shopify/Location/1");
    cases.insert("unknown".into(), errors(&wrong));
    let mut twice = input(&shop, "available", 1, &Value::Null);
    let one = twice["quantities"][0].clone();
    twice["quantities"].as_array_mut().unwrap().push(one);
    cases.insert("twice".into(), errors(&twice));
    insta::assert_json_snapshot!(cases);
    assert_eq!(stock(&shop), json!([14, 14]), "all or nothing");
    assert!(
        errors(&input(&shop, "available", -5, &Value::Null))
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(stock(&shop), json!([-5, -5]), "what is available may be negative");
}

#[test]
fn too_many_at_once() {
    let shop = TestShop::with_catalogue();
    let mut many = input(&shop, "available", 1, &Value::Null);
    let one = many["quantities"][0].clone();
    many["quantities"] = Value::Array(vec![one; 251]);
    insta::assert_json_snapshot!(set(&shop, &many, "m"));
    let ids = vec!["gid://shopify/Product/1"; 251];
    let answer = shop.query(
        "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        json!({ "ids": ids }),
    );
    assert_eq!(
        answer["errors"][0]["extensions"]["code"],
        "MAX_INPUT_SIZE_EXCEEDED"
    );
}

#[test]
fn activating() {
    let shop = TestShop::with_catalogue();
    let ids =
        shop.data("{ inventoryItems(first: 9) { nodes { id } } locations(first: 9) { nodes { id name } } }");
    let mug = &ids["inventoryItems"]["nodes"][2]["id"];
    let porto = &ids["locations"]["nodes"][1]["id"];
    let activate = |arguments: &str, key: &str| {
        let query = format!(
            "mutation M($item: ID!, $location: ID!) {{ inventoryActivate(inventoryItemId: $item, locationId: $location{arguments}) \
             @idempotent(key: \"{key}\") {{ inventoryLevel {{ isActive location {{ name }} \
             quantities(names: [\"available\", \"on_hand\"]) {{ quantity }} }} userErrors {{ field message }} }} }}"
        );
        shop.query(&query, json!({ "item": mug, "location": porto }))["data"]["inventoryActivate"].take()
    };
    let level = json!({ "isActive": true, "location": { "name": "Porto" }, "quantities": [{ "quantity": 7 }, { "quantity": 7 }] });
    assert_eq!(
        activate(", available: 7", "a"),
        json!({ "inventoryLevel": level, "userErrors": [] })
    );
    let text = "Not allowed to set available quantity when the item is already active at the location.";
    assert_eq!(
        activate(", available: 8", "b"),
        json!({ "inventoryLevel": level, "userErrors": [{ "field": ["available"], "message": text }] })
    );
    assert_eq!(
        activate("", "c"),
        json!({ "inventoryLevel": level, "userErrors": [] }),
        "active already is fine"
    );
    assert_eq!(
        activate(", available: 7", "a"),
        json!({ "inventoryLevel": level, "userErrors": [] }),
        "replayed"
    );
}

#[test]
fn documents_that_are_referred_to() {
    let shop = TestShop::with_catalogue();
    let codes = |uri: &str| {
        let mut input = input(&shop, "available", 14, &Value::Null);
        input["referenceDocumentUri"] = json!(uri);
        let mut answer = set(&shop, &input, uri);
        answer["data"]["inventorySetQuantities"]["userErrors"].take()
    };
    for uri in [
        "https://erp.example/runs/1",
        "sync://run/1",
        "gid://erp/Run/1",
        "gid://erp/Run/2026/1",
        "gid://shopify/Order/1",
    ] {
        assert_eq!(codes(uri), json!([]), "{uri}");
    }
    for uri in ["run 1", "://run", "sync://", "gid://erp/Run", "gid://erp//1"] {
        assert_eq!(codes(uri)[0]["code"], "INVALID_REFERENCE_DOCUMENT", "{uri}");
    }
}

#[test]
fn refused_activations() {
    let shop = TestShop::with_catalogue();
    let ids = shop.data("{ inventoryItems(first: 9) { nodes { id } } locations(first: 9) { nodes { id } } }");
    let shirt = ids["inventoryItems"]["nodes"][0]["id"].as_str().unwrap();
    let mug = ids["inventoryItems"]["nodes"][2]["id"].as_str().unwrap();
    let porto = ids["locations"]["nodes"][1]["id"].as_str().unwrap();
    let activate = |item: &str, location: &str, arguments: &str| {
        let query = format!(
            "mutation {{ inventoryActivate(inventoryItemId: \"{item}\", locationId: \"{location}\"{arguments}) \
             @idempotent(key: \"k\") {{ inventoryLevel {{ quantities(names: [\"on_hand\"]) {{ quantity }} }} \
             userErrors {{ field message }} }} }}"
        );
        shop.query(&query, json!({}))["data"]["inventoryActivate"].take()
    };
    let lines = shop.shopify.journal(0).unwrap().len();
    let (no_item, no_location) = ("gid://shopify/InventoryItem/1", "gid://shopify/Location/1");
    let cases = [
        ("unknown_item", activate(no_item, porto, "")),
        ("unknown_location", activate(mug, no_location, "")),
        ("other_kinds", activate(porto, mug, "")),
        ("on_hand_when_active", activate(shirt, porto, ", onHand: 5")),
        (
            "both_quantities",
            activate(mug, porto, ", available: 1, onHand: 2"),
        ),
        ("on_hand_too_high", activate(mug, porto, ", onHand: 1000000001")),
        (
            "available_too_low",
            activate(mug, porto, ", available: -1000000001"),
        ),
    ];
    let cases: std::collections::BTreeMap<&str, Value> = cases.into();
    insta::assert_json_snapshot!(cases);
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines);
    let good = activate(mug, porto, ", onHand: 4");
    assert_eq!(good["userErrors"], json!([]), "a refused key is free again");
}

#[test]
fn several_in_one_document() {
    let shop = TestShop::with_catalogue();
    let (item, location) = place(&shop);
    let one = |quantity: i64, from: i64, key: &str| {
        format!(
            "{key}: inventorySetQuantities(input: {{ name: \"available\", reason: \"correction\", quantities: [{{ \
             inventoryItemId: \"{item}\", locationId: \"{location}\", quantity: {quantity}, changeFromQuantity: {from} }}] }}) \
             @idempotent(key: \"{key}\") {{ userErrors {{ code }} }}"
        )
    };
    let query = format!(
        "mutation {{ {} {} {} __typename }}",
        one(5, 14, "a"),
        one(6, 14, "b"),
        one(7, 5, "c")
    );
    let answer = shop.query(&query, json!({}));
    let expected = json!({
        "a": { "userErrors": [] },
        "b": { "userErrors": [{ "code": "CHANGE_FROM_QUANTITY_STALE" }] },
        "c": { "userErrors": [] },
        "__typename": "Mutation"
    });
    assert_eq!(answer["data"], expected);
    assert_eq!(answer["extensions"]["cost"]["requestedQueryCost"], 30);
    assert_eq!(stock(&shop), json!([7, 7]));
}
