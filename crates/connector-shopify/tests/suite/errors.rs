//! Every layout in which Shopify says no.

use std::time::Duration;

use connector_shopify::ShopifyOptions;
use mock_shopify::Config;
use serde_json::{Value, json};
use sync_core::ErrorKind::{self, Network, Protocol, Rejected, Throttled, Unauthorized, Unavailable};
use sync_core::ports::Connector as _;
use sync_core::{ConnectorError, RecordType};
use wire::WireResponse;

use crate::world::{Bench, run, simple};

/// The error of a read that is answered so.
fn answered(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> ConnectorError {
    let bench = Bench::unlimited();
    let (headers, body) = (headers.to_vec(), body.to_owned());
    bench.change_answers(move |_, response| {
        *response = WireResponse::new(status).with_body(body.clone());
        for (name, value) in &headers {
            response.headers.append(*name, *value);
        }
    });
    let connector = bench.connector(ShopifyOptions::default());
    let walked = run(connector.changes(&"product".into(), None, 10)).unwrap_err();
    let fetched = run(connector.fetch(&"product".into(), &["1".into()])).unwrap_err();
    assert_eq!((walked.kind, &walked.code), (fetched.kind, &fetched.code));
    walked
}

fn top_level(errors: &Value) -> ConnectorError {
    let answer = json!({"errors": errors, "data": {"page": null}});
    answered(200, &[("X-Request-Id", "6f1c-1")], &answer.to_string())
}

fn coded(code: &str) -> Value {
    json!([{"message": "No.", "locations": [{"line": 1, "column": 2}], "path": ["page"], "extensions": {"code": code}}])
}

#[test]
fn statuses() {
    let unauthorized =
        r#"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#;
    let cases: [(u16, &str, ErrorKind); 16] = [
        (
            400,
            r#"{"errors":{"query":"Required parameter missing or invalid"}}"#,
            Rejected,
        ),
        (401, unauthorized, Unauthorized),
        (402, "The requested shop is currently frozen", Unavailable),
        (
            403,
            r#"{"errors":"[API] This action requires merchant approval for read_x scope."}"#,
            Unauthorized,
        ),
        (404, r#"{"errors":"Not Found"}"#, Protocol),
        (406, "", Rejected),
        (413, "", Rejected),
        (423, "", Unavailable),
        (
            429,
            r#"{"errors":"Exceeded 2 calls per second for api client."}"#,
            Throttled,
        ),
        (430, "", Unavailable),
        (500, "<html>", Unavailable),
        (502, "<html>", Unavailable),
        (503, "", Unavailable),
        (520, "", Unavailable),
        (530, "", Unavailable),
        (302, "", Protocol),
    ];
    for (status, body, kind) in cases {
        let error = answered(status, &[], body);
        assert_eq!(error.kind, kind, "{status}: {error}");
    }
    let error = answered(429, &[("Retry-After", "2.0")], "{}");
    assert_eq!(error.retry_after, Some(Duration::from_secs(2)));
    let error = answered(500, &[("X-Request-Id", "6f1c-1")], "{}");
    assert!(error.message.ends_with("(request 6f1c-1)"), "{error}");
}

#[test]
fn codes_at_the_top_level() {
    for (code, kind) in [
        ("ACCESS_DENIED", Unauthorized),
        ("SHOP_INACTIVE", Unavailable),
        ("INTERNAL_SERVER_ERROR", Unavailable),
        ("PARSE_ERROR", Rejected),
        ("undefinedField", Rejected),
        ("argumentLiteralsIncompatible", Rejected),
        ("INVALID_VARIABLE", Rejected),
        ("RESOURCE_NOT_FOUND", Rejected),
        ("BAD_REQUEST", Rejected),
        ("MAX_INPUT_SIZE_EXCEEDED", Rejected),
        ("CURRENCY_CODE_INVALID", Rejected),
        ("NEVER_HEARD_OF", Protocol),
    ] {
        let error = top_level(&coded(code));
        assert_eq!(error.kind, kind, "{code}");
        assert_eq!(error.message, "Products: No. [at page] (request 6f1c-1)");
    }
    let several = json!([{"message": "One."}, {"message": "Two.", "extensions": {"code": "THROTTLED"}}]);
    assert_eq!(top_level(&several).kind, Throttled, "the one that passes decides");
}

#[test]
fn answers_that_are_none() {
    for (body, code) in [
        ("<!DOCTYPE html><html></html>", "no_json"),
        ("", "no_json"),
        ("{\"data\":{\"page\":", "no_json"),
        ("null", "no_json"),
        ("{}", "unexpected_shape"),
        (r#"{"data":null}"#, "unexpected_shape"),
        (r#"{"data":{"page":null,"nodes":null}}"#, "unexpected_shape"),
        (r#"{"errors":"no"}"#, "error"),
    ] {
        let error = answered(200, &[], body);
        assert_eq!((error.kind, error.code.as_str()), (Protocol, code), "{body}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(answered(200, &[], &deep).kind, Protocol);
    let nested = format!(
        r#"{{"data":{}1{}}}"#,
        r#"{"a":"#.repeat(50_000),
        "}".repeat(50_000)
    );
    assert_eq!(answered(200, &[], &nested).kind, Protocol);
}

#[test]
fn a_dropped_filter_is_never_taken_for_everything() {
    let warning =
        json!({"field": "id", "message": "Invalid search field for this query.", "code": "invalid_field"});
    let page = json!({"edges": [], "pageInfo": {"hasNextPage": false, "endCursor": null}});
    let answer = json!({
        "data": {"page": page, "nodes": [null]},
        "extensions": {"search": [{"path": ["page"], "query": "id:>5", "warnings": [warning]}]},
    });
    let error = answered(200, &[], &answer.to_string());
    assert_eq!((error.kind, error.code.as_str()), (Rejected, "filter_ignored"));
}

#[test]
fn a_list_that_gets_nowhere_is_an_error() {
    let page = json!({"edges": [], "pageInfo": {"hasNextPage": true, "endCursor": null}});
    let error = {
        let bench = Bench::unlimited();
        let body = json!({"data": {"page": page}}).to_string();
        bench.change_answers(move |_, response| *response = WireResponse::new(200).with_body(body.clone()));
        run(bench
            .connector(ShopifyOptions::default())
            .changes(&"location".into(), None, 10))
        .unwrap_err()
    };
    assert_eq!((error.kind, error.code.as_str()), (Protocol, "no_progress"));
}

#[test]
fn customers_data_stays_out_of_errors() {
    let node = json!({"id": "gid://shopify/Order/1", "name": "#1", "number": "mira@example.com"});
    let page = json!({"edges": [{"cursor": "c", "node": node}], "pageInfo": {"hasNextPage": false}});
    let bench = Bench::unlimited();
    let body = json!({"data": {"page": page}}).to_string();
    bench.change_answers(move |_, response| *response = WireResponse::new(200).with_body(body.clone()));
    let connector = bench.connector(ShopifyOptions::default());
    let error = run(connector.changes(&"order".into(), None, 10)).unwrap_err();
    assert_eq!(
        error.message,
        "Orders: the answer is not understood at `data.page.edges[0].node.number`"
    );
}

#[test]
fn a_missing_scope_stops_the_run() {
    let without = |scopes: &[&str]| {
        let mut config = Config::default();
        config
            .scopes
            .retain(|scope| !scopes.iter().any(|part| scope.contains(part)));
        let bench = Bench::new(config);
        let places = bench.locations(&["Berlin"]);
        bench.change(|store| store.add_product(simple("Mug", "1", &[(places[0], 1)])));
        bench.change(|store| {
            store.place_order(mock_shopify::NewOrder {
                lines: vec![mock_shopify::NewLine {
                    title: Some("Thing".into()),
                    quantity: 1,
                    ..mock_shopify::NewLine::default()
                }],
                ..mock_shopify::NewOrder::default()
            })
        });
        move |record_type: &str| {
            let record_type: RecordType = record_type.into();
            run(bench
                .connector(ShopifyOptions::default())
                .changes(&record_type, None, 10))
            .unwrap_err()
        }
    };
    for error in [
        without(&["inventory"])("inventory"),
        without(&["fulfillment_orders"])("order"),
        without(&["customers"])("order"),
    ] {
        assert_eq!(
            (error.kind, error.code.as_str()),
            (Unauthorized, "access_denied"),
            "{error}"
        );
        assert!(error.message.contains("Required access"), "{error}");
    }
}

#[test]
fn an_answer_that_is_too_large_is_lost() {
    struct Large;
    #[async_trait::async_trait]
    impl wire::Transport for Large {
        async fn send(&self, _: wire::WireRequest) -> Result<WireResponse, wire::TransportError> {
            Err(wire::TransportError::TooLarge(10))
        }
    }
    let token = connector_shopify::StaticToken::new(connector_shopify::Secret::new("t"));
    let connector = connector_shopify::ShopifyConnector::new(
        std::sync::Arc::new(Large),
        std::sync::Arc::new(token),
        ShopifyOptions::default(),
    );
    assert_eq!(
        run(connector.changes(&"order".into(), None, 10))
            .unwrap_err()
            .kind,
        Network
    );
}
