//! What both systems have, compared like with like.

use serde_json::{Value, json};

use crate::server::TestServer;

fn synced(server: &TestServer) {
    for what in ["products", "inventory", "orders", "inventory"] {
        let run = server.post(&format!("/api/sync/{what}"), &json!({"direction": "both"}));
        assert_eq!(
            (run.status, &run.json()["fail_count"]),
            (200, &json!(0)),
            "{what}: {}",
            run.text
        );
    }
}

fn streams(server: &TestServer) -> Vec<Value> {
    server.get("/api/dashboard").json()["streams"]
        .as_array()
        .unwrap()
        .clone()
}

/// Puts a tag on a product in Odoo, or takes all of them away.
fn tagged(server: &TestServer, id: &str, tags: &str) {
    let edit = json!({"system": "odoo", "record_type": "product", "id": id, "fields": {"tags": tags}});
    let answer = server.post("/api/sim/edit", &edit);
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn skipped(server: &TestServer, job: &Value, reason: &str) -> Vec<Value> {
    let lines = server.get(&format!("/api/jobs/{job}/logs?reason={reason}&limit=500"));
    lines.json()["items"].as_array().unwrap().clone()
}

#[test]
fn after_a_run_both_ways_nothing_is_apart_and_nothing_waits() {
    let server = TestServer::seeded(&[]);
    synced(&server);
    for stream in streams(&server) {
        let (name, counts) = (&stream["record_type"], &stream["counts"]);
        assert_eq!(
            (&stream["backlog"], &stream["open_conflicts"]),
            (&json!(0), &json!(0)),
            "{name}"
        );
        if name == "inventory" {
            assert_eq!(
                (&counts["shopify"], &counts["odoo"]),
                (&Value::Null, &Value::Null)
            );
            assert!(counts["linked"].as_u64().unwrap() > 200, "{counts}");
            continue;
        }
        assert_eq!(
            (&counts["shopify"], &counts["odoo"]),
            (&counts["linked"], &counts["linked"]),
            "{name}"
        );
    }
    let all = streams(&server);
    let (products, orders) = (&all[0]["counts"], &all[2]["counts"]);
    assert_eq!(
        (&products["linked"], &products["left_out"]["odoo"]),
        (&json!(20), &json!(4))
    );
    assert_eq!(orders["linked"], 50);
}

#[test]
fn stock_of_what_is_not_sold_online_does_not_wait_and_comes_when_it_is() {
    let server = TestServer::seeded(&[]);
    synced(&server);
    let full = json!({"direction": "odoo_to_shopify", "full": true});
    let products = server.post("/api/sync/products", &full).json();
    let left = skipped(&server, &products["id"], "not_marked");
    assert_eq!(left.len(), 4, "{left:?}");
    let inventory = server.post("/api/sync/inventory", &full).json();
    let levels = skipped(&server, &inventory["id"], "not_marked");
    assert_eq!(levels.len(), 20, "{levels:?}");
    assert_eq!(server.get("/api/waiting").json()["items"], json!([]));

    let (id, before) = (left[0]["source_id"].as_str().unwrap(), streams(&server));
    tagged(&server, id, "Shopify");
    let marked = &streams(&server)[0]["counts"];
    assert_eq!(
        (&marked["odoo"], &marked["left_out"]["odoo"]),
        (&json!(21), &json!(3))
    );
    // Marked and not there yet: now its stock does wait.
    let early = server.post("/api/sync/inventory", &json!({"direction": "odoo_to_shopify"}));
    assert_eq!(early.status, 200);
    assert!(streams(&server)[1]["backlog"].as_u64().unwrap() > 0);
    for what in ["products", "inventory"] {
        let run = server.post(
            &format!("/api/sync/{what}"),
            &json!({"direction": "odoo_to_shopify"}),
        );
        let failed = server.get(&format!("/api/jobs/{}/logs?outcome=fail", run.json()["id"]));
        assert_eq!(failed.json()["items"], json!([]), "{what}");
    }
    let after = streams(&server);
    assert_eq!(
        (&after[0]["counts"]["linked"], &after[1]["backlog"]),
        (&json!(21), &json!(0))
    );
    let levels = |streams: &[Value]| streams[1]["counts"]["linked"].as_u64().unwrap();
    assert!(levels(&after) > levels(&before));

    // Taken off again, it stays linked and counts as what both have.
    tagged(&server, id, "");
    let counts = &streams(&server)[0]["counts"];
    assert_eq!((&counts["odoo"], &counts["linked"]), (&json!(21), &json!(21)));
}
