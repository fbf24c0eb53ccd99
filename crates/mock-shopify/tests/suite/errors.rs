//! The layouts of errors, as recorded (examples of 2025-01 and 2026-04).

use crate::shop::{TestShop, now};
use mock_shopify::Config;
use serde_json::{Value, json};
use wire::{WireRequest, WireService as _};

/// Bodies of several documents in one snapshot, by name.
fn answers(cases: &[(&str, &str, Value)]) -> Value {
    let shop = TestShop::with_orders();
    let answers = cases.iter().map(|(name, query, variables)| {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let response = shop.post(body);
        assert_eq!(response.status, 200, "{name}");
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        ((*name).to_owned(), body)
    });
    Value::Object(answers.collect())
}

#[test]
fn documents_that_are_not_valid() {
    let cases = [
        ("syntax_end", "query Q {\n  shop {\n    id\n", json!({})),
        ("syntax_token", "query Q {\n  shop { id }}\n}", json!({})),
        ("syntax_nothing", "# a remark", json!({})),
        (
            "unknown_field",
            "query Q($id: ID!) {\n  product(id: $id) { colour }\n}",
            json!({ "id": "x" }),
        ),
        (
            "unknown_field_without_name",
            "{ shop { colour: color } }",
            json!({}),
        ),
        (
            "unknown_argument",
            "query Q { products(colour: 1, first: 1) { nodes { id } } }",
            json!({}),
        ),
        ("missing_argument", "query Q { product { id } }", json!({})),
        (
            "bad_literal",
            "query Q {\n  products(first: 1, sortKey: COLOUR) { nodes { id } }\n}",
            json!({}),
        ),
        (
            "bad_literal_type",
            "query Q {\n  products(first: \"1\") { nodes { id } }\n}",
            json!({}),
        ),
        (
            "bad_gid_literal",
            "query Q {\n  product(id: \"not-a-gid\") { id }\n}",
            json!({}),
        ),
        ("no_selection", "query Q {\n  shop\n}", json!({})),
        (
            "selection_on_leaf",
            "query Q {\n  shop { name { x } }\n}",
            json!({}),
        ),
        (
            "undefined_directive",
            "query Q { shop @colour { id } }",
            json!({}),
        ),
        (
            "directive_place",
            "query Q @skip(if: true) { shop { id } }",
            json!({}),
        ),
        (
            "undefined_type",
            "query Q { node(id: \"gid://shopify/Product/1\") { ... on Colour { id } } }",
            json!({}),
        ),
        (
            "impossible_fragment",
            "{ shop { ... on Product { id } } }",
            json!({}),
        ),
        (
            "unused_fragment",
            "{ shop { id } } fragment F on Shop { id }",
            json!({}),
        ),
        ("unknown_fragment", "{ shop { ...F } }", json!({})),
        (
            "endless_fragment",
            "{ shop { ...F } } fragment F on Shop { ...F }",
            json!({}),
        ),
        (
            "one_of_none",
            "query Q { productByIdentifier(identifier: {}) { id } }",
            json!({}),
        ),
        (
            "one_of_two",
            "query Q { productByIdentifier(identifier: {id: \"gid://shopify/Product/1\", handle: \"x\"}) { id } }",
            json!({}),
        ),
        (
            "unknown_input_field",
            "query Q { productByIdentifier(identifier: {colour: 1}) { id } }",
            json!({}),
        ),
        (
            "missing_input_field",
            "query Q { productByIdentifier(identifier: {customId: {key: \"k\"}}) { id } }",
            json!({}),
        ),
        (
            "unused_variable",
            "query Q($first: Int) { shop { id } }",
            json!({}),
        ),
        (
            "undeclared_variable",
            "query Q { products(first: $first) { nodes { id } } }",
            json!({}),
        ),
        (
            "variable_type",
            "query Q($first: String) { products(first: $first) { nodes { id } } }",
            json!({}),
        ),
        (
            "variable_null",
            "query Q($id: ID) { product(id: $id) { id } }",
            json!({}),
        ),
        (
            "variable_of_unknown_type",
            "query Q($x: Colour) { products(first: $x) { nodes { id } } }",
            json!({}),
        ),
        ("conflict", "{ shop { x: name x: email } }", json!({})),
        (
            "argument_conflict",
            "{ products(first: 1) { nodes { id } } products(first: 2) { nodes { id } } }",
            json!({}),
        ),
        ("mutation", "mutation M { colourSet(x: 1) { id } }", json!({})),
        ("subscription", "subscription S { shop { id } }", json!({})),
        ("schema", "type Colour { id: ID }", json!({})),
        ("two_anonymous", "{ shop { id } } { shop { name } }", json!({})),
    ];
    insta::assert_json_snapshot!(answers(&cases));
}

#[test]
fn variables_that_do_not_fit() {
    let one = "query Q($id: ID!) { product(id: $id) { id } }";
    let identifier = "query Q($i: ProductIdentifierInput!) { productByIdentifier(identifier: $i) { id } }";
    let sort = "query Q($s: ProductSortKeys, $n: Int) { products(first: $n, sortKey: $s) { nodes { id } } }";
    let ids = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let cases = [
        ("missing", one, json!({})),
        ("null", one, json!({ "id": null })),
        ("no_gid", one, json!({ "id": "not-a-gid" })),
        ("number_for_gid", one, json!({ "id": 5 })),
        ("object_for_gid", one, json!({ "id": {} })),
        ("enum_and_int", sort, json!({ "s": "COLOUR", "n": 1.5 })),
        (
            "in_list",
            ids,
            json!({ "ids": ["gid://shopify/Product/1", "x", null] }),
        ),
        (
            "unknown_key",
            identifier,
            json!({ "i": { "colour": 1, "handle": "x" } }),
        ),
        ("no_object", identifier, json!({ "i": "x" })),
        (
            "one_of",
            identifier,
            json!({ "i": { "handle": "x", "id": "gid://shopify/Product/1" } }),
        ),
        (
            "nested",
            identifier,
            json!({ "i": { "customId": { "key": "k" } } }),
        ),
    ];
    insta::assert_json_snapshot!(answers(&cases));
}

#[test]
fn failures_while_running() {
    let cases = [
        (
            "no_page_size",
            "query Q {\n  products { nodes { id } }\n}",
            json!({}),
        ),
        (
            "two_page_sizes",
            "query Q { products(first: 1, last: 1) { nodes { id } } }",
            json!({}),
        ),
        (
            "page_too_big",
            "query Q { products(first: 251) { nodes { id } } }",
            json!({}),
        ),
        (
            "negative_page",
            "query Q { products(first: -1) { nodes { id } } }",
            json!({}),
        ),
        (
            "bad_cursor",
            "query Q { shop { name } p: products(first: 1, after: \"x\") { nodes { id } } }",
            json!({}),
        ),
        (
            "wrong_type",
            "query Q { a: product(id: \"gid://shopify/Order/1\") { id } shop { name } }",
            json!({}),
        ),
        (
            "unknown_id",
            "query Q { product(id: \"gid://shopify/Product/1\") { id } }",
            json!({}),
        ),
        (
            "unknown_nodes",
            "query Q { nodes(ids: [\"gid://shopify/Product/1\", \"gid://shopify/X/1\"]) { id } }",
            json!({}),
        ),
        (
            "denied",
            "query Q {\n  orders(first: 1) { nodes { name staffMember { id } } }\n}",
            json!({}),
        ),
        (
            "custom_id",
            "{ productByIdentifier(identifier: {customId: {key: \"k\", value: \"v\"}}) { id } }",
            json!({}),
        ),
        (
            "saved_search",
            "{ products(first: 1, savedSearchId: \"gid://shopify/SavedSearch/1\") { nodes { id } } }",
            json!({}),
        ),
        (
            "unknown_filter",
            "{ list: products(first: 1, query: \"colour:red\") { nodes { title } } }",
            json!({}),
        ),
        (
            "bad_filter_value",
            "{ products(first: 1, query: \"status:red\") { nodes { title } } }",
            json!({}),
        ),
    ];
    insta::assert_json_snapshot!(answers(&cases));
}

#[test]
fn which_operation() {
    let shop = TestShop::empty();
    let query = "query First { shop { name } } query Second { shop { email } }";
    let ask = |name: Value| {
        let response = shop.post(json!({ "query": query, "operationName": name }).to_string());
        serde_json::from_slice::<Value>(&response.body).unwrap()
    };
    assert_eq!(
        ask(Value::Null),
        json!({ "errors": [{ "message": "An operation name is required" }] })
    );
    assert_eq!(
        ask(json!("Third")),
        json!({ "errors": [{ "message": "No operation named \"Third\"" }] })
    );
    assert_eq!(
        ask(json!("Second"))["data"],
        json!({ "shop": { "email": "owner@demo-store.example" } })
    );
}

#[test]
fn scopes_that_are_missing() {
    let mut config = Config::default();
    config.scopes.remove("write_customers");
    config.scopes.remove("write_inventory");
    config.scopes.insert("read_users".into());
    let shop = TestShop::configured(config);
    let answer = shop.query("{\n  customers(first: 1) { nodes { id } }\n}", json!({}));
    assert_eq!(answer["data"], Value::Null, "a connection is never null");
    assert_eq!(
        answer["errors"],
        json!([{
            "message": "Access denied for customers field. Required access: `read_customers` access scope.",
            "locations": [{ "line": 2, "column": 3 }],
            "extensions": {
                "code": "ACCESS_DENIED",
                "documentation": "https://shopify.dev/api/usage/access-scopes",
                "requiredAccess": "`read_customers` access scope."
            },
            "path": ["customers"]
        }])
    );
    let answer = shop.query(
        "{ shop { name } item: inventoryItem(id: \"gid://shopify/InventoryItem/1\") { id } }",
        json!({}),
    );
    assert_eq!(
        answer["data"],
        json!({ "shop": { "name": "Demo Store" }, "item": null })
    );
    assert_eq!(answer["errors"][0]["path"], json!(["item"]));
}

#[test]
fn http() {
    let shop = TestShop::empty();
    let path = "/admin/api/2026-10/graphql.json";
    let body = r#"{"query":"{ shop { name } }"}"#;
    let good = || {
        WireRequest::post(path, "application/json", body)
            .with_header("x-shopify-access-token", "shpat_simulation")
    };
    let status = |request: &WireRequest| {
        let response = shop.shopify.handle(now(), request);
        (response.status, response.text().into_owned())
    };
    assert_eq!(status(&good()).0, 200);

    let response = shop.shopify.handle(now(), &good());
    assert_eq!(
        response.headers.get("Content-Type"),
        Some("application/json; charset=utf-8")
    );
    assert_eq!(response.headers.get("X-Shopify-API-Version"), Some("2026-10"));
    assert!(
        response
            .headers
            .get("X-Request-Id")
            .is_some_and(|id| id.ends_with("-1795424400"))
    );
    assert_eq!(response.headers.get("X-Shopify-API-Deprecated-Reason"), None);
    assert_eq!(
        response.headers.get("Date"),
        Some("Mon, 23 Nov 2026 09:00:00 GMT")
    );

    let no_token = WireRequest::post(path, "application/json", body);
    let text = r#"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#;
    assert_eq!(status(&no_token), (401, text.to_owned()));
    assert_eq!(
        status(&no_token.with_header("X-Shopify-Access-Token", "shpat_other")),
        (401, text.to_owned())
    );

    let at = |path: &str| {
        let mut request = good();
        request.path = path.into();
        status(&request)
    };
    let missing = (404, r#"{"errors":"Not Found"}"#.to_owned());
    assert_eq!(at("/admin/api/2026-11/graphql.json"), missing);
    assert_eq!(at("/admin/api/2026-10/products.json"), missing);
    assert_eq!(at("/"), missing);
    assert_eq!(at("/admin/api/graphql.json").0, 200);
    let mut retired = good();
    retired.path = "/admin/api/2024-01/graphql.json".into();
    let response = shop.shopify.handle(now(), &retired);
    assert_eq!(
        (response.status, response.headers.get("X-Shopify-API-Version")),
        (200, Some("2026-01"))
    );

    let post = |kind: &str, body: &[u8]| {
        let request =
            WireRequest::post(path, kind, body).with_header("X-Shopify-Access-Token", "shpat_simulation");
        status(&request)
    };
    assert_eq!(post("application/json", b"{").0, 400);
    assert_eq!(post("application/json", b"[]").0, 400);
    assert_eq!(post("application/json", b"{}").0, 400);
    assert_eq!(post("application/json", br#"{"query":5}"#).0, 400);
    assert_eq!(post("application/json", br#"{"query":" "}"#).0, 400);
    assert_eq!(post("text/plain", body.as_bytes()).0, 400);
    assert_eq!(post("application/json; charset=utf-8", body.as_bytes()).0, 200);
    let (code, text) = post("application/graphql", b"{ shop { name } }");
    assert!(
        code == 200 && text.starts_with(r#"{"data":{"shop":{"name":"Demo Store"}},"extensions":{"cost":"#),
        "{text}"
    );
    assert_eq!(post("application/graphql", &[0xff]).0, 400);
    assert_eq!(post("application/json", &vec![b' '; 3_000_000]).0, 413);
    let nulls = br#"{"query":"{ shop { name } }","variables":null,"operationName":null}"#;
    assert_eq!(post("application/json", nulls).0, 200);
}

#[test]
fn deprecated_fields_are_named_in_a_header() {
    let shop = TestShop::empty();
    let response = shop.post(r#"{"query":"{ shop { plan { displayName } } }"}"#);
    assert!(response.headers.get("X-Shopify-API-Deprecated-Reason").is_some());
}

#[test]
fn an_app_fetches_its_own_token() {
    use mock_shopify::AppCredentials;
    let app = AppCredentials {
        client_id: "id".into(),
        client_secret: "secret".into(),
    };
    let shop = TestShop::configured(Config {
        app: Some(app),
        access_tokens: Vec::new(),
        ..Config::default()
    });
    let fetch = |body: &str| {
        let request = WireRequest::post(
            "/admin/oauth/access_token",
            "application/x-www-form-urlencoded",
            body,
        );
        let response = shop.shopify.handle(now(), &request);
        (
            response.status,
            serde_json::from_slice::<Value>(&response.body).unwrap(),
        )
    };
    assert_eq!(
        fetch("grant_type=client_credentials&client_id=id&client_secret=wrong").0,
        400
    );
    assert_eq!(
        fetch("grant_type=password&client_id=id&client_secret=secret").0,
        400
    );
    let (status, body) = fetch("grant_type=client_credentials&client_id=id&client_secret=secret");
    assert_eq!((status, &body["expires_in"]), (200, &json!(86_399)));
    assert!(body["scope"].as_str().unwrap().contains("write_products"));
    let ask = |hours: i64| {
        let request = WireRequest::post(
            "/admin/api/2026-10/graphql.json",
            "application/json",
            r#"{"query":"{ shop { name } }"}"#,
        )
        .with_header("X-Shopify-Access-Token", body["access_token"].as_str().unwrap());
        shop.shopify
            .handle(now() + jiff::SignedDuration::from_hours(hours), &request)
            .status
    };
    assert_eq!((ask(0), ask(23), ask(24)), (200, 200, 401));
}
