use crate::given::{Home, shows};

#[test]
fn before_anything_happened_every_list_says_so() {
    let home = Home::empty();
    let said: Vec<String> = [
        &["jobs", "list"][..],
        &["dead-letter", "list"],
        &["waiting", "list"],
        &["dead-letter", "retry", "--all"],
        &["purge", "--days", "30"],
    ]
    .into_iter()
    .map(|args| home.fine(args))
    .collect();
    shows!(said.concat());
    for args in [
        &["jobs", "list"][..],
        &["dead-letter", "list"],
        &["waiting", "list"],
    ] {
        assert_eq!(
            home.document(args),
            serde_json::json!({"items": [], "next": null})
        );
    }
}

#[test]
fn jobs_are_listed_shown_and_logged() {
    let home = Home::with_catalogue();
    home.fine(&["sync", "products"]);
    home.fine(&["sync", "products", "--dry-run"]);
    home.fine(&["sync", "products"]);
    shows!("list", home.fine(&["jobs", "list"]));
    shows!("show", home.fine(&["jobs", "show", "1"]));
    shows!("logs", home.fine(&["jobs", "logs", "1"]));
    shows!(
        "unchanged",
        home.fine(&["jobs", "logs", "3", "--outcome", "skipped", "--search", "SCARF"])
    );
    assert_eq!(
        home.fine(&["jobs", "logs", "3", "--outcome", "fail"]),
        "No log lines.\n"
    );
    let none = home.document(&["jobs", "list", "--status", "failed", "--type", "products"]);
    assert_eq!(none["items"], serde_json::json!([]));
    let wrong = home.run(&["jobs", "list", "--type", "tables"]);
    assert!(
        wrong.stderr.contains("`tables` is no record type"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn lists_go_on_page_by_page() {
    let home = Home::with_catalogue();
    for _ in 0..3 {
        home.fine(&["sync", "products"]);
    }
    let first = home.document(&["jobs", "list", "--limit", "2"]);
    let ids = |page: &serde_json::Value| -> Vec<i64> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|job| job["id"].as_i64().unwrap()).collect()
    };
    assert_eq!((ids(&first), &first["next"]), (vec![3, 2], &2.into()));
    let second = home.document(&["jobs", "list", "--limit", "2", "--before", "2"]);
    assert_eq!(
        (ids(&second), &second["next"]),
        (vec![1], &serde_json::Value::Null)
    );
    assert!(
        home.fine(&["jobs", "list", "--limit", "2"])
            .ends_with("There are more: --before 2\n")
    );
    for limit in ["0", "501", "x"] {
        assert_eq!(home.run(&["jobs", "list", "--limit", limit]).code, Some(1));
    }
}

#[test]
fn the_dashboard_shows_both_sides() {
    let home = Home::with_catalogue();
    let fresh = home.fine(&["dashboard"]);
    assert!(fresh.contains("Nothing was synced yet"), "{fresh}");
    home.fine(&["sync", "products"]);
    let products = home.fine(&["dashboard"]);
    let row = products
        .lines()
        .find(|line| line.starts_with("products"))
        .unwrap();
    assert!(row.contains("1 completed") && row.contains("0.0 %"), "{row}");
    let document = home.document(&["dashboard"]);
    assert_eq!(document["window_hours"], 24);
    assert!(document["last_sync_at"].is_string());
    let stream = &document["streams"][0];
    assert_eq!(
        (&stream["job_type"], &stream["record_type"]),
        (&"products".into(), &"product".into())
    );
    assert_eq!(stream["window"]["success_count"], 2);
    // The four of the seed were there before, and are not marked for the shop.
    assert_eq!(
        stream["counts"][1],
        serde_json::json!({"system": "odoo", "count": 2, "left_out": 4, "error": null})
    );
}

#[test]
fn old_logs_are_purged_and_counts_stay() {
    let home = Home::with_catalogue();
    home.fine(&["sync", "products"]);
    assert_eq!(home.document(&["purge", "--days", "1"])["log_lines"], 0);
    assert_eq!(home.document(&["purge", "--days", "0"])["log_lines"], 2);
    assert_eq!(home.document(&["jobs", "show", "1"])["success_count"], 2);
    assert_eq!(
        home.document(&["jobs", "logs", "1"])["items"],
        serde_json::json!([])
    );
}

#[test]
fn raw_calls_reach_both_simulators() {
    let home = Home::with_catalogue();
    shows!(home.fine(&["sim", "shopify", "{ products(first: 2) { nodes { title } } }"]));
    let partner = [
        "sim",
        "odoo",
        "res.partner",
        "search_read",
        r#"[[["id", "=", 1]]]"#,
        r#"{"fields": ["name"]}"#,
    ];
    assert_eq!(home.document(&partner)[0]["id"], 1);
    let errors = home.run(&["sim", "shopify", "{ nothing }"]);
    assert_eq!(errors.code, Some(1));
    assert!(errors.document()["errors"].is_array());
    let wrong = home.run(&["sim", "odoo", "res.partner", "search", "[["]);
    assert!(
        wrong
            .stderr
            .starts_with("error: ARGS_JSON = `[[`: this is no JSON"),
        "{wrong:?}"
    );
    let unknown = home.run(&["sim", "odoo", "no.model", "search", "[[]]"]);
    assert_eq!(unknown.stderr, "error: Odoo: Object no.model doesn't exist\n");
}
