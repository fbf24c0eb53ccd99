//! What every route answers, when it goes well and when it does not.

use serde_json::{Value, json};

use crate::server::{Answer, FAILING, TestServer, settled};

/// Status, the headers that matter, and the body.
fn shown(answer: &Answer) -> Value {
    let mut shown = json!({"status": answer.status});
    for name in [
        "location",
        "preference-applied",
        "content-disposition",
        "allow",
        "retry-after",
    ] {
        if !answer.header(name).is_empty() {
            shown[name] = answer.header(name).into();
        }
    }
    if !answer.text.is_empty() {
        shown["body"] = settled(answer.json());
    }
    shown
}

macro_rules! snapshots {
    ($($name:literal => $answer:expr),* $(,)?) => {$(
        insta::assert_json_snapshot!($name, shown(&$answer));
    )*};
}

#[test]
fn health_session_and_vocabulary() {
    let server = TestServer::seeded(&[]);
    let mut health = server.get("/api/health").json();
    let store = health["store"]["detail"].as_str().unwrap().to_owned();
    assert!(store.ends_with("sync.db"), "{store}");
    health["store"]["detail"] = "[path]".into();
    insta::assert_json_snapshot!("health", settled(health));
    snapshots! {
        "ready" => server.get("/api/ready"),
        "session_open" => server.get("/api/session"),
        "session_login_not_needed" => server.post("/api/session", &json!({"token": "x"})),
        "transforms" => server.get("/api/transforms"),
        "samples" => server.get("/api/samples?record_type=product"),
        "samples_missing_parameter" => server.get("/api/samples"),
        "samples_unknown_type" => server.get("/api/samples?record_type=producct"),
        "sample_record_missing" => server.get("/api/samples/record?record_type=product&system=odoo&id=9999999"),
        "sample_record_unknown_system" => server.get("/api/samples/record?record_type=product&system=sap&id=1"),
    }
    let mut types = server.get("/api/record-types").json();
    for one in types["items"].as_array_mut().unwrap() {
        assert!(
            one["directions"]
                .as_array()
                .unwrap()
                .contains(&json!("shopify_to_odoo"))
        );
        one["directions"] = json!("[those that can be run]");
    }
    insta::assert_json_snapshot!("record_types", types);
    let record = server
        .get("/api/samples/record?record_type=product&system=shopify&id=7000000000001")
        .json();
    assert_eq!(
        record["body"]["variants"][0]["sku"].as_str().map(str::is_empty),
        Some(false)
    );
}

#[test]
fn settings_show_their_source_and_no_secret() {
    let token = "a-token-of-some-length";
    let server = TestServer::start(&[
        ("SYNC_API_TOKEN", token),
        ("NOTIFY_URL", "https://hooks.example/secret-path"),
    ]);
    let bearer = format!("Bearer {token}");
    let answer = server.send("GET", "/api/config", &[("authorization", &bearer)], b"");
    assert!(!answer.text.contains(token) && !answer.text.contains("secret-path"));
    let settings = answer.json()["settings"].as_array().unwrap().clone();
    let of = |name: &str| {
        settings
            .iter()
            .find(|setting| setting["name"] == name)
            .unwrap()
            .clone()
    };
    insta::assert_json_snapshot!(
        "config",
        [
            of("SYNC_API_TOKEN"),
            of("SYNC_PORT"),
            of("MAX_RETRIES"),
            of("NOTIFY_URL")
        ]
    );
}

#[test]
fn seeding_twice_creates_nothing_new() {
    let server = TestServer::start(&[]);
    snapshots! {
        "dashboard_first_run" => server.get("/api/dashboard"),
        "seed" => server.post("/api/seed", &json!({})),
        "seed_again" => server.post("/api/seed", &json!({})),
        "seed_unknown_field" => server.post("/api/seed", &json!({"rest": true})),
    }
    assert_eq!(server.post("/api/sync/products", &json!({})).status, 200);
    let reset = server.post("/api/seed", &json!({"reset": true}));
    assert_eq!(
        (reset.status, &reset.json()["shopify"]["products"]),
        (200, &json!(20))
    );
    assert_eq!(server.get("/api/jobs").json()["items"], json!([]));
}

#[test]
fn a_sync_its_plan_and_its_log() {
    let server = TestServer::seeded(&[]);
    snapshots! {
        "sync_dry_run" => server.post("/api/sync/products", &json!({"dry_run": true})),
        "sync_products" => server.post("/api/sync/products", &json!({"direction": "shopify_to_odoo"})),
        "sync_unknown_type" => server.post("/api/sync/customers", &json!({})),
        "sync_no_direction" => server.post("/api/sync/products", &json!({"direction": "up"})),
        "jobs" => server.get("/api/jobs?status=completed&job_type=products"),
        "jobs_wrong_query" => server.get("/api/jobs?status=done&limit=0&limit=1&pages=3"),
        "jobs_unknown_type" => server.get("/api/jobs?job_type=customers"),
        "job" => server.get("/api/jobs/2"),
        "job_missing" => server.get("/api/jobs/99"),
        "job_no_number" => server.get("/api/jobs/latest"),
        "job_logs" => server.get("/api/jobs/2/logs?outcome=success&action=create&limit=1&text=shirt"),
        "job_logs_missing" => server.get("/api/jobs/99/logs"),
        "job_counts" => server.get("/api/jobs/2/counts"),
        "job_progress_ended" => server.get("/api/jobs/2/progress"),
        "job_cancel_ended" => server.post("/api/jobs/2/cancel", &json!({})),
        "job_resume_completed" => server.post("/api/jobs/2/resume", &json!({})),
        "job_resume_missing" => server.post("/api/jobs/99/resume", &json!({})),
        "job_retry_failed_without_failures" => server.post("/api/jobs/2/retry-failed", &json!({})),
        "dashboard" => server.get("/api/dashboard"),
    }
}

#[test]
fn only_the_directions_that_are_named_can_be_run() {
    let server = TestServer::seeded(&[]);
    let types = server.get("/api/record-types").json();
    let named = types["items"][0]["directions"].as_array().unwrap();
    for direction in ["shopify_to_odoo", "odoo_to_shopify", "both"] {
        let body = json!({"direction": direction, "dry_run": true});
        let answer = server.post("/api/sync/products", &body);
        if named.contains(&json!(direction)) {
            assert_eq!(
                (answer.status, &answer.json()["direction"]),
                (200, &json!(direction))
            );
        } else {
            assert_eq!(answer.status, 422, "{}", answer.text);
            assert_eq!(
                &answer.json()["findings"][0]["allowed"],
                &types["items"][0]["directions"]
            );
        }
    }
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let server = TestServer::seeded(&[]);
    server.post("/api/sync/products", &json!({}));
    let (mut ids, mut path) = (Vec::new(), "/api/jobs/1/logs?limit=7".to_owned());
    loop {
        let page = server.get(&path).json();
        ids.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line["id"].as_i64().unwrap()),
        );
        let Some(next) = page["next"].as_i64() else { break };
        path = format!("/api/jobs/1/logs?limit=7&before={next}");
    }
    assert_eq!(ids, (1..=20).rev().collect::<Vec<_>>());
}

#[test]
fn rules_from_their_making_to_their_end() {
    let server = TestServer::seeded(&[]);
    let rule = json!({"record_type": "product", "shopify_field": "handle", "odoo_field": "x_handle", "transform": "uppercase"});
    let bad = json!({"record_type": "produkt", "shopify_field": "a..b", "odoo_field": "", "transform": "shout", "on_missing": "never", "strategy": "coin_toss", "owner": "sap", "direction": "up"});
    let bad_strategy = json!({"record_type": "product", "shopify_field": "handle", "odoo_field": "x_handle", "transform": "shout", "strategy": "merge:source_priority:sap"});
    let twice = json!({"record_type": "product", "shopify_field": "vendor", "odoo_field": "name"});
    snapshots! {
        "mappings" => server.get("/api/mappings?record_type=product"),
        "mappings_unknown_type" => server.get("/api/mappings?record_type=produkt"),
        "mapping_added" => server.post("/api/mappings", &rule),
        "mapping_bad" => server.post("/api/mappings", &bad),
        "mapping_bad_strategy" => server.post("/api/mappings", &bad_strategy),
        "mapping_preview_bad_strategy" => server.post("/api/mappings/preview", &json!({"mapping": bad_strategy})),
        "mapping_target_twice" => server.post("/api/mappings", &twice),
        "mapping_unknown_field" => server.post("/api/mappings", &json!({"record_type": "product", "id": 7})),
        "mapping_no_object" => server.post("/api/mappings", &json!([1])),
    }
    let id = server.get("/api/mappings").json()["items"]
        .as_array()
        .unwrap()
        .len();
    let path = format!("/api/mappings/{id}");
    let changed = json!({"record_type": "product", "shopify_field": "handle", "odoo_field": "x_handle", "transform": "lowercase", "note": "n"});
    snapshots! {
        "mapping" => server.get(&path),
        "mapping_replaced" => server.with_body("PUT", &path, &changed),
        "mapping_replaced_missing" => server.with_body("PUT", "/api/mappings/999", &changed),
        "mapping_switched_off" => server.with_body("PATCH", &path, &json!({"enabled": false})),
        "mapping_switch_missing" => server.with_body("PATCH", "/api/mappings/999", &json!({"enabled": true})),
        "mapping_preview_stored" => server.post("/api/mappings/preview", &json!({"mapping_id": id})),
        "mapping_preview_elements" => server.post("/api/mappings/preview", &json!({
            "mapping": {"record_type": "product", "shopify_field": "variants.*.price", "odoo_field": "product_variant_ids.*.lst_price", "transform": "to_int"},
            "source_id": "7000000000002",
        })),
        "mapping_preview_bad" => server.post("/api/mappings/preview", &json!({"mapping": bad})),
        "mapping_preview_neither" => server.post("/api/mappings/preview", &json!({})),
        "mapping_preview_no_record" => server.post("/api/mappings/preview", &json!({"mapping_id": id, "source_id": "1"})),
        "mapping_deleted" => server.delete(&path),
        "mapping_missing" => server.get(&path),
        "mapping_deleted_missing" => server.delete(&path),
    }
}

#[test]
fn rules_go_to_a_file_and_come_back() {
    let server = TestServer::start(&[]);
    let file = server.get("/api/mappings/export?record_type=product");
    snapshots! {
        "export" => file,
        "import" => server.post("/api/mappings/import", &file.json()),
        "import_bad" => server.post("/api/mappings/import", &json!({"mappings": [
            {"record_type": "product", "shopify_field": "title", "odoo_field": "name", "transform": "shout"},
            {"record_type": "produkt", "shopify_field": "a", "odoo_field": "b"},
            {"record_type": "product", "shopify_field": "vendor", "odoo_field": "x_vendor", "transform": "direct", "strategy": "coin_toss"},
        ]})),
        "export_unknown_type" => server.get("/api/mappings/export?record_type=produkt"),
    }
    assert_eq!(
        server.get("/api/mappings/export?record_type=product").json(),
        file.json()
    );
}

#[test]
fn dead_letters_from_failure_to_end() {
    let server = TestServer::seeded(&FAILING);
    snapshots! {
        "sync_failing" => server.post("/api/sync/products", &json!({})),
        "dead_letters" => server.get("/api/dead-letter?status=open&record_type=product&class=contention&job=1&text=shirt"),
        "dead_letters_wrong_query" => server.get("/api/dead-letter?status=closed&class=odd&job=x"),
        "dead_letter_groups" => server.get("/api/dead-letter/groups"),
        "dead_letter_count" => server.post("/api/dead-letter/count", &json!({"filter": {"text": "shirt"}})),
        "dead_letter_count_wrong" => server.post("/api/dead-letter/count", &json!({"filter": {"status": "closed"}})),
        "dead_letter_count_unknown_type" => server.post("/api/dead-letter/count", &json!({"filter": {"record_type": "produkt"}})),
    }
    let mut letter = server.get("/api/dead-letter/1").json();
    assert!(letter["original"].is_object() && letter["mapped"].is_object());
    (letter["original"], letter["mapped"]) = (json!("[object]"), json!("[object]"));
    insta::assert_json_snapshot!("dead_letter", settled(letter));
    snapshots! {
        "dead_letter_missing" => server.get("/api/dead-letter/999"),
        "dead_letter_no_number" => server.get("/api/dead-letter/1.5"),
        "retry_count_changed" => server.post("/api/dead-letter/retry", &json!({"filter": {}, "expected": 3})),
        "retry_neither" => server.post("/api/dead-letter/retry", &json!({})),
        "retry_missing" => server.post("/api/dead-letter/retry", &json!({"ids": [999]})),
        "retry_one_missing" => server.post("/api/dead-letter/999/retry", &json!({})),
        "discard" => server.post("/api/dead-letter/discard", &json!({"ids": [1, 1], "reason": "a test product"})),
        "discard_without_reason" => server.post("/api/dead-letter/discard", &json!({"ids": [2], "reason": " "})),
        "discard_count_changed" => server.post("/api/dead-letter/discard", &json!({"filter": {}, "reason": "r", "expected": 1})),
        "retry_discarded" => server.post("/api/dead-letter/1/retry", &json!({})),
    }
    // The same installation with writes that succeed.
    let server = TestServer::start_in(server.stop(), &[]);
    snapshots! {
        "retry_one" => server.post("/api/dead-letter/2/retry", &json!({})),
        "retry_of_job" => server.begin("/api/dead-letter/retry", &json!({"filter": {"text": "shirt"}})),
    }
    server.until("/api/jobs/3", |job| job["status"] == "completed");
    let rest = server.post("/api/jobs/1/retry-failed", &json!({})).json();
    let outcomes = rest["outcomes"].as_array().unwrap();
    assert!(
        !outcomes.is_empty() && outcomes.iter().all(|line| line["outcome"] == "success"),
        "{rest:#}"
    );
    assert_eq!(
        server
            .post("/api/dead-letter/count", &json!({"filter": {"status": "open"}}))
            .json()["count"],
        0
    );
}

#[test]
fn records_that_wait_are_listed() {
    let server = TestServer::seeded(&crate::server::ENDLESS);
    server.begin("/api/sync/products", &json!({}));
    server.until("/api/waiting?kind=pending&limit=500", |page| {
        page["items"].as_array().unwrap().len() == 20
    });
    snapshots! {
        "waiting" => server.get("/api/waiting?record_type=product&limit=1"),
        "waiting_wrong" => server.get("/api/waiting?kind=lost"),
    }
    server.post("/api/jobs/1/cancel", &json!({}));
}
