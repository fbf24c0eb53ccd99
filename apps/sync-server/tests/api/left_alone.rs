//! Records that people want left alone.

use serde_json::{Value, json};

use crate::server::{Answer, TestServer, settled};

/// Status, place and body.
fn shown(answer: &Answer) -> Value {
    let mut shown = json!({"status": answer.status, "body": settled(answer.json())});
    if !answer.header("location").is_empty() {
        shown["location"] = answer.header("location").into();
    }
    shown
}

macro_rules! snapshots {
    ($($name:literal => $answer:expr),* $(,)?) => {$(
        insta::assert_json_snapshot!($name, shown(&$answer));
    )*};
}

fn leave(server: &TestServer, side: &str, id: &Value) -> Answer {
    server.post(
        "/api/left-alone",
        &json!({"record_type": "product", "side": side, "id": id, "by": "Anna"}),
    )
}

/// Reasons of the lines of a record in the newest run, by its label.
fn reasons(server: &TestServer, direction: &str, label: &Value) -> Vec<Value> {
    let run = json!({"direction": direction, "full": true});
    let job = server.post("/api/sync/products", &run);
    assert_eq!(job.status, 200, "{}", job.text);
    let lines = server.get(&format!("/api/jobs/{}/logs?limit=500", job.json()["id"]));
    let lines = lines.json()["items"].as_array().cloned().unwrap_or_default();
    let of_it = lines.iter().filter(|line| line["label"] == *label);
    of_it.map(|line| line["reason"].clone()).collect()
}

#[test]
fn a_record_is_left_alone_and_taken_up_again() {
    let server = TestServer::seeded(&[]);
    let first = json!("7000000000001");
    snapshots! {
        "left_alone_none" => server.get("/api/left-alone"),
        "leave_alone" => leave(&server, "shopify", &first),
        "left_alone" => server.get("/api/left-alone?record_type=products&side=shopify&limit=1"),
        "left_alone_other_side" => server.get("/api/left-alone?side=odoo"),
        "left_alone_one" => server.get("/api/left-alone/1"),
        "left_alone_missing" => server.get("/api/left-alone/9999"),
        "left_alone_unknown_type" => server.get("/api/left-alone?record_type=variant"),
        "left_alone_unknown_side" => server.get("/api/left-alone?side=sap"),
        "leave_alone_no_record" => leave(&server, "odoo", &json!("999999")),
        "leave_alone_nobody" => server.post("/api/left-alone", &json!({"record_type": "product", "side": "shopify", "id": "1", "by": " "})),
        "leave_alone_variant" => server.post("/api/left-alone", &json!({"record_type": "variant", "side": "shopify", "id": "1"})),
        "leave_alone_wrong_side" => server.post("/api/left-alone", &json!({"record_type": "product", "side": "sap", "id": "1"})),
        "leave_alone_no_id" => server.post("/api/left-alone", &json!({"record_type": "product", "side": "shopify"})),
    }
    let twice = leave(&server, "shopify", &first);
    assert_eq!(
        (twice.status, &twice.json()),
        (201, &server.get("/api/left-alone/1").json())
    );

    let label = twice.json()["label"].clone();
    assert_eq!(reasons(&server, "shopify_to_odoo", &label), ["left_alone"]);
    let linked = server.get("/api/links?record_type=product&text=7000000000001");
    assert_eq!(linked.json()["items"], json!([]));

    let taken = server.delete("/api/left-alone/1");
    assert_eq!((taken.status, taken.json()), (200, twice.json()));
    // Runs have passed it by, so the next one looks at it although nothing changed.
    assert_eq!(server.get("/api/waiting").json()["items"][0]["source_id"], first,);
    let job = server.post("/api/sync/products", &json!({})).json();
    assert_eq!(
        (&job["full"], &job["success_count"]),
        (&json!(false), &json!(1)),
        "{job:#}"
    );
    snapshots! {
        "leave_alone_linked" => leave(&server, "shopify", &first),
        "taken_up_missing" => server.delete("/api/left-alone/1"),
    }
}

#[test]
fn a_first_match_is_shown_without_what_is_left_alone() {
    let server = TestServer::seeded(&[]);
    assert_eq!(server.post("/api/sync/products", &json!({})).status, 200);
    let link = server.get("/api/links?record_type=product&limit=1").json()["items"][0].clone();
    assert_eq!(server.delete(&format!("/api/links/{}", link["id"])).status, 200);
    let look = json!({"record_type": "product", "direction": "both"});
    let lists = ["will_link", "will_create", "ambiguous", "left_alone"];
    let sizes = |preview: &Value| lists.map(|list| preview[list].as_array().map_or(0, Vec::len));
    let before = server.post("/api/match/preview", &look).json();
    assert_eq!(sizes(&before), [1, 0, 0, 0], "{before:#}");

    // One half is enough for the old list to be wrong; a new look says what becomes of the other one.
    let left = leave(&server, "odoo", &link["odoo_id"]);
    assert_eq!(left.status, 201, "{}", left.text);
    let now = server.get("/api/match/preview?record_type=product").json();
    assert_eq!(sizes(&now), [0, 0, 0, 1], "{now:#}");
    assert_eq!(now["left_alone"][0], left.json());
    let again = server.post("/api/match/preview", &look).json();
    assert_eq!(sizes(&again), [0, 1, 0, 1], "{again:#}");
    assert_eq!(again["will_create"][0]["source_id"], link["shopify_id"]);
    assert_eq!(leave(&server, "shopify", &link["shopify_id"]).status, 201);
    let apart = server.post("/api/match/preview", &look).json();
    assert_eq!(sizes(&apart), [0, 0, 0, 2], "{apart:#}");
    assert_eq!(
        reasons(&server, "both", &link["label"]),
        ["left_alone", "left_alone"]
    );

    // Whoever links them by hand has changed his mind.
    let same =
        json!({"record_type": "product", "shopify_id": link["shopify_id"], "odoo_id": link["odoo_id"]});
    assert_eq!(server.post("/api/links", &same).status, 201);
    assert_eq!(server.get("/api/left-alone").json()["items"], json!([]));
}
