//! Conflicts, links, matching, cursors and histories.

use serde_json::{Value, json};

use crate::server::{Answer, TestServer, settled};

/// Status, place and body.
fn shown(answer: &Answer) -> Value {
    let mut shown = json!({"status": answer.status});
    if !answer.header("location").is_empty() {
        shown["location"] = answer.header("location").into();
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

/// A product that both sides renamed, each otherwise, with nobody to decide.
struct Renamed {
    server: TestServer,
    shopify_id: String,
    odoo_id: String,
}

const TITLES: &str = "title = name";

fn renamed() -> Renamed {
    let server = TestServer::seeded(&[("CONFLICT_STRATEGY", "manual")]);
    assert_eq!(server.post("/api/sync/products", &json!({})).status, 200);
    let link = server.get("/api/links?record_type=product&limit=1").json()["items"][0].clone();
    let id = |side: &str| link[side].as_str().unwrap().to_owned();
    let renamed = Renamed {
        shopify_id: id("shopify_id"),
        odoo_id: id("odoo_id"),
        server,
    };
    renamed.rename();
    renamed
}

impl Renamed {
    /// Renames on both sides and lets a run find it.
    fn rename(&self) {
        let edits = [
            ("shopify", &self.shopify_id, json!({"title": "Shop's name"})),
            ("odoo", &self.odoo_id, json!({"name": "Warehouse's name"})),
        ];
        for (system, id, fields) in edits {
            let edit = json!({"system": system, "record_type": "product", "id": id, "fields": fields});
            let answer = self.server.post("/api/sim/edit", &edit);
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        let run = self.server.post("/api/sync/products", &json!({"full": true}));
        assert_eq!(run.status, 200, "{}", run.text);
    }

    fn name_in(&self, system: &str) -> Value {
        let (id, field) = match system {
            "shopify" => (&self.shopify_id, "title"),
            _ => (&self.odoo_id, "name"),
        };
        let path = format!("/api/samples/record?record_type=product&system={system}&id={id}");
        self.server.get(&path).json()["body"][field].clone()
    }
}

#[test]
fn a_conflict_waits_until_somebody_decides() {
    let renamed = renamed();
    let server = &renamed.server;
    snapshots! {
        "conflicts" => server.get(&format!("/api/conflicts?status=open&record_type=product&text=name&shopify_id={}", renamed.shopify_id)),
        "conflicts_of_no_rule" => server.get("/api/conflicts?rule=a"),
        "conflicts_wrong_query" => server.get("/api/conflicts?status=closed&kind=field"),
        "conflicts_unknown_type" => server.get("/api/conflicts?record_type=produkt"),
        "conflict" => server.get("/api/conflicts/1"),
        "conflict_missing" => server.get("/api/conflicts/99"),
        "conflicts_count" => server.get("/api/conflicts/count?status=open"),
        "conflict_value_for_a_side" => server.post("/api/conflicts/1/resolve", &json!({"winner": "odoo", "value": {"odoo": "x"}})),
        "conflict_no_value" => server.post("/api/conflicts/1/resolve", &json!({"winner": "value"})),
        "conflict_no_winner" => server.post("/api/conflicts/1/resolve", &json!({"winner": "nobody"})),
        "conflict_nobody" => server.post("/api/conflicts/1/resolve", &json!({"winner": "shopify", "by": " "})),
        "conflict_nothing_to_restore" => server.post("/api/conflicts/1/restore", &json!({})),
        "conflict_resolved_missing" => server.post("/api/conflicts/99/resolve", &json!({"winner": "shopify"})),
    }
    assert_eq!(server.get("/api/dashboard").json()["open_conflicts"], 1);
    assert_eq!(
        server.get("/api/dashboard").json()["streams"][0]["open_conflicts"],
        1
    );
    snapshots! {
        "conflict_resolved" => server.post("/api/conflicts/1/resolve", &json!({"winner": "shopify", "by": "Anna"})),
        "conflict_resolved_twice" => server.post("/api/conflicts/1/resolve", &json!({"winner": "odoo"})),
    }
    assert_eq!(renamed.name_in("odoo"), "Shop's name");
    assert_eq!(server.get("/api/dashboard").json()["open_conflicts"], 0);
    let history = format!("/api/records/product/odoo/{}/history", renamed.odoo_id);
    let mut history = server.get(&history).json();
    assert_eq!(history["link"]["shopify_id"], renamed.shopify_id.as_str());
    history["link"]["base"] = json!("[object]");
    insta::assert_json_snapshot!("history", settled(history));
}

#[test]
fn a_typed_value_goes_to_both_sides() {
    let renamed = renamed();
    let server = &renamed.server;
    // What the rule makes of Odoo's value goes to the shop.
    let value = json!({"winner": "value", "value": {"odoo": "A third name"}});
    let resolved = server.post("/api/conflicts/1/resolve", &value).json();
    assert_eq!(
        (&resolved["decided"], &resolved["conflicts"][0]["status"]),
        (&json!(1), &json!("resolved")),
        "{resolved:#}"
    );
    for system in ["shopify", "odoo"] {
        assert_eq!(renamed.name_in(system), "A third name");
    }
    // Both lost, so there is no one value to bring back.
    let nothing = server.post("/api/conflicts/1/restore", &json!({}));
    assert_eq!(nothing.status, 422, "{}", nothing.text);
}

#[test]
fn nothing_can_be_typed_as_well() {
    let renamed = renamed();
    let server = &renamed.server;
    for (system, id) in [("shopify", &renamed.shopify_id), ("odoo", &renamed.odoo_id)] {
        let fields = json!({"tags": format!("{system}'s")});
        let edit = json!({"system": system, "record_type": "product", "id": id, "fields": fields});
        assert_eq!(server.post("/api/sim/edit", &edit).status, 200);
    }
    assert_eq!(
        server.post("/api/sync/products", &json!({"full": true})).status,
        200
    );
    let rule = json!({"rule": "tags = product_tag_ids"});
    let none = json!({"filter": rule, "winner": "value", "value": {}});
    assert_eq!(server.post("/api/conflicts/resolve", &none).status, 422);
    let nothing = json!({"filter": rule, "winner": "value", "value": {"shopify": null}});
    let resolved = server.post("/api/conflicts/resolve", &nothing).json();
    let conflict = &resolved["conflicts"][0];
    assert_eq!(
        (&conflict["status"], &conflict["winner"]),
        (&json!("resolved"), &json!({"winner": "value", "shopify": null})),
        "{resolved:#}"
    );
    let shown = |system: &str, id: &str, field: &str| {
        let path = format!("/api/samples/record?record_type=product&system={system}&id={id}");
        server.get(&path).json()["body"][field].clone()
    };
    for (system, id, field) in [
        ("shopify", &renamed.shopify_id, "tags"),
        ("odoo", &renamed.odoo_id, "product_tag_ids"),
    ] {
        let value = shown(system, id, field);
        assert!(
            value.is_null() || value == "" || value == json!([]),
            "{system}: {value}"
        );
    }
}

#[test]
fn what_lost_comes_back() {
    let renamed = renamed();
    let server = &renamed.server;
    server.post("/api/conflicts/1/resolve", &json!({"winner": "shopify"}));
    assert_eq!(renamed.name_in("odoo"), "Shop's name");
    let restored = server.post("/api/conflicts/1/restore", &json!({"by": "Anna"}));
    assert_eq!(restored.status, 200, "{}", restored.text);
    let restored = restored.json();
    let new = &restored["conflicts"][0];
    assert_eq!(
        (&new["id"], &new["status"], &new["decided_by"]),
        (&json!(2), &json!("resolved"), &json!("Anna")),
        "{restored:#}"
    );
    for system in ["shopify", "odoo"] {
        assert_eq!(renamed.name_in(system), "Warehouse's name");
    }
    // Afterwards nothing is left to be written.
    let run = server.post("/api/sync/products", &json!({"full": true})).json();
    assert_eq!(
        (&run["success_count"], &run["fail_count"]),
        (&json!(0), &json!(0)),
        "{run:#}"
    );
}

#[test]
fn one_decision_for_all_that_match() {
    let renamed = renamed();
    let server = &renamed.server;
    let open = json!({"rule": TITLES});
    snapshots! {
        "conflicts_count_changed" => server.post("/api/conflicts/resolve", &json!({"filter": open, "winner": "shopify", "expected": 2})),
        "conflicts_neither" => server.post("/api/conflicts/resolve", &json!({"winner": "shopify"})),
        "conflicts_one_value_for_all" => server.post("/api/conflicts/resolve", &json!({"filter": {}, "winner": "value", "value": {"odoo": "x"}})),
        "conflicts_none_match" => server.post("/api/conflicts/resolve", &json!({"filter": {"text": "sofa"}, "winner": "odoo"})),
        "conflicts_ids_missing" => server.post("/api/conflicts/resolve", &json!({"ids": [99], "winner": "odoo"})),
    }
    let body = json!({"filter": open, "winner": "shopify", "expected": 1});
    let begun = server.begin("/api/conflicts/resolve", &body);
    assert_eq!(
        (begun.status, begun.header("preference-applied")),
        (202, "respond-async")
    );
    assert_eq!(begun.json()["conflicts"][0]["status"], "decided");
    let job = begun.header("location").to_owned();
    server.until(&job, |job| job["status"] == "completed");
    let over = server.get("/api/conflicts/1").json();
    assert_eq!(
        (&over["status"], &over["winner"]["winner"], &over["decided_by"]),
        (&json!("resolved"), &json!("shopify"), &json!("api"))
    );
    assert_eq!(renamed.name_in("odoo"), "Shop's name");
}

#[test]
fn a_decision_stays_where_a_run_is_in_the_way() {
    let renamed = renamed();
    let server = TestServer::start_in(renamed.server.stop(), &crate::server::ENDLESS);
    // A run with a write that fails and waits.
    let edit = json!({"system": "shopify", "record_type": "product", "id": "7000000000001", "fields": {"title": "Another"}});
    assert_eq!(server.post("/api/sim/edit", &edit).status, 200);
    server.begin("/api/sync/products", &json!({"full": true}));
    let resolved = server.post("/api/conflicts/1/resolve", &json!({"winner": "shopify"}));
    assert_eq!(resolved.status, 200, "{}", resolved.text);
    let resolved = resolved.json();
    assert_eq!(
        (
            &resolved["conflicts"][0]["status"],
            &resolved["not_started"][0]["record_type"]
        ),
        (&json!("decided"), &json!("product")),
        "{resolved:#}"
    );
}

#[test]
fn links_are_made_and_forgotten() {
    let server = TestServer::seeded(&[]);
    assert_eq!(server.post("/api/sync/products", &json!({})).status, 200);
    let page = server.get("/api/links?record_type=product&limit=1").json();
    let link = &page["items"][0];
    let path = format!("/api/links/{}", link["id"]);
    let same =
        json!({"record_type": "product", "shopify_id": link["shopify_id"], "odoo_id": link["odoo_id"]});
    snapshots! {
        "links_of_variants" => server.get("/api/links?record_type=variant&limit=1"),
        "links_unknown_type" => server.get("/api/links?record_type=produkt"),
        "link_taken" => server.post("/api/links", &same),
        "link_no_record" => server.post("/api/links", &json!({"record_type": "product", "shopify_id": "1", "odoo_id": "1"})),
        "link_missing" => server.get("/api/links/9999"),
        "unlink_missing" => server.delete("/api/links/9999"),
    }
    assert_eq!(server.get(&path).json(), *link);
    let gone = server.delete(&path);
    assert_eq!((gone.status, gone.json()), (200, link.clone()));
    assert_eq!(server.get(&path).status, 404);
    // It is the only one that a first run would do something with.
    let preview = server
        .post(
            "/api/match/preview",
            &json!({"record_type": "product", "direction": "both"}),
        )
        .json();
    let labels = |list: &str| -> Vec<_> {
        let lines = preview[list].as_array().unwrap();
        lines.iter().map(|line| line["label"].clone()).collect()
    };
    assert_eq!(labels("will_link"), [link["label"].clone()], "{preview:#}");
    assert_eq!(preview["will_link"][0]["target_id"], link["odoo_id"]);
    for list in ["will_create", "ambiguous"] {
        assert!(labels(list).is_empty(), "{list}: {preview:#}");
    }
    let made = server.post("/api/links", &same);
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(server.get(made.header("location")).json(), made.json());
    let candidates = format!(
        "/api/match/candidates?record_type=product&side=odoo&id={}",
        link["odoo_id"].as_str().unwrap()
    );
    let candidates = server.get(&candidates);
    assert_eq!(candidates.status, 200, "{}", candidates.text);
    assert!(
        candidates.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["id"] == link["shopify_id"] && one["linked"] == true),
        "{}",
        candidates.text
    );
}

#[test]
fn what_a_first_run_would_link_is_shown_before_it_does() {
    let server = TestServer::seeded(&[]);
    snapshots! {
        "match_preview_none" => server.get("/api/match/preview?record_type=product"),
        "match_preview_neither" => server.get("/api/match/preview"),
        "match_preview_unknown" => server.post("/api/match/preview", &json!({"record_type": "produkt"})),
        "match_candidates_missing_parameter" => server.get("/api/match/candidates?side=odoo"),
        "match_candidates_unknown_side" => server.get("/api/match/candidates?record_type=product&side=sap&id=1"),
    }
    let preview = server.post(
        "/api/match/preview",
        &json!({"record_type": "product", "direction": "shopify_to_odoo"}),
    );
    let again = server.get("/api/match/preview?record_type=products").json();
    assert_eq!((preview.status, &preview.json()), (200, &again));
    assert_eq!(
        server
            .get(&format!("/api/match/preview?job={}", again["job"]["id"]))
            .json(),
        again
    );
    insta::assert_json_snapshot!("match_preview", settled(again));
    let begun = server.begin("/api/match/preview", &json!({"record_type": "product"}));
    assert_eq!(begun.status, 202);
    server.until(begun.header("location"), |job| job["status"] == "completed");
    // A real run is no preview.
    server.post("/api/sync/products", &json!({}));
    snapshots! {
        "match_preview_of_a_real_run" => server.get("/api/match/preview?job=3"),
    }
}

#[test]
fn cursors_are_shown_and_rewound() {
    let server = TestServer::seeded(&[]);
    assert_eq!(server.get("/api/cursors").json(), json!({"items": []}));
    server.post("/api/sync/products", &json!({}));
    let cursors = server.get("/api/cursors").json();
    let sides: Vec<_> = cursors["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["record_type"].clone(), one["side"].clone()))
        .collect();
    snapshots! {
        "cursors_rewound" => server.post("/api/cursors/rewind", &json!({"record_type": "products"})),
        "cursors_rewound_unknown" => server.post("/api/cursors/rewind", &json!({"record_type": "produkt"})),
        "cursors_rewound_wrong_side" => server.post("/api/cursors/rewind", &json!({"record_type": "product", "side": "sap"})),
        "history_of_nothing" => server.get("/api/records/order/shopify/1%402/history?limit=1"),
        "history_unknown_side" => server.get("/api/records/order/sap/1/history"),
    }
    assert_eq!(server.get("/api/cursors").json(), json!({"items": []}));
    assert_eq!(sides, [(json!("product"), json!("shopify"))]);
}

/// As `renamed`, with a rule that leads to Odoo only.
fn renamed_one_way() -> Renamed {
    let renamed = renamed();
    let server = &renamed.server;
    let rules = server.get("/api/mappings?record_type=product").json();
    let mut rules = rules["items"].as_array().unwrap().iter();
    let mut rule = rules
        .find(|rule| rule["shopify_field"] == "title" && rule["odoo_field"] == "name")
        .unwrap()
        .clone();
    let path = format!("/api/mappings/{}", rule["id"]);
    rule["direction"] = json!("shopify_to_odoo");
    for stored in ["id", "created_at", "updated_at"] {
        rule.as_object_mut().unwrap().remove(stored);
    }
    let saved = server.with_body("PUT", &path, &rule);
    assert_eq!(saved.status, 200, "{}", saved.text);
    renamed
}

#[test]
fn a_value_is_typed_only_where_the_rule_leads() {
    let renamed = renamed_one_way();
    let server = &renamed.server;
    let to_the_shop = json!({"winner": "value", "value": {"shopify": "A third name"}});
    let for_all =
        json!({"filter": {"rule": TITLES}, "winner": "value", "value": {"shopify": null, "odoo": "x"}});
    let of_no_rule = json!({"filter": {"rule": "title = nobody"}, "winner": "value", "value": {"odoo": "x"}});
    snapshots! {
        "conflict_value_goes_nowhere" => server.post("/api/conflicts/1/resolve", &to_the_shop),
        "conflicts_value_goes_nowhere" => server.post("/api/conflicts/resolve", &for_all),
        "conflicts_value_of_no_rule" => server.post("/api/conflicts/resolve", &of_no_rule),
    }
    assert_eq!(server.get("/api/conflicts/1").json()["status"], "open");
    let to_odoo = json!({"winner": "value", "value": {"odoo": "A third name"}});
    let resolved = server.post("/api/conflicts/1/resolve", &to_odoo).json();
    assert_eq!(resolved["conflicts"][0]["status"], "resolved", "{resolved:#}");
    assert_eq!(renamed.name_in("odoo"), "A third name");
    assert_eq!(renamed.name_in("shopify"), "Shop's name");
}

#[test]
fn where_the_rule_does_not_lead_away_the_side_that_is_taken_just_keeps_its_value() {
    let renamed = renamed_one_way();
    let server = &renamed.server;
    let resolved = server
        .post("/api/conflicts/1/resolve", &json!({"winner": "odoo"}))
        .json();
    assert_eq!(resolved["conflicts"][0]["status"], "resolved", "{resolved:#}");
    let run = server.post("/api/sync/products", &json!({"full": true})).json();
    assert_eq!(
        (&run["success_count"], &run["fail_count"]),
        (&json!(0), &json!(0)),
        "{run:#}"
    );
    assert_eq!(renamed.name_in("odoo"), "Warehouse's name");
    assert_eq!(renamed.name_in("shopify"), "Shop's name");
    // Shopify's lost, and is brought back the way the rule leads.
    assert_eq!(server.post("/api/conflicts/1/restore", &json!({})).status, 200);
    assert_eq!(renamed.name_in("odoo"), "Shop's name");
}

#[test]
fn a_changed_rule_makes_the_next_run_read_everything() {
    let renamed = renamed();
    let server = &renamed.server;
    let both = json!({"direction": "both"});
    let full = |path: &str| {
        let run = server.post(path, &both);
        assert_eq!(run.status, 200, "{}", run.text);
        run.json()["full"].clone()
    };
    // The first run in this direction has no cursor of Odoo yet.
    assert_eq!(full("/api/sync/products"), true);
    assert_eq!(full("/api/sync/products"), false);
    assert_eq!(full("/api/sync/inventory"), true);
    let rules = server.get("/api/mappings?record_type=product").json();
    let mut rules = rules["items"].as_array().unwrap().iter();
    let vendor = rules.find(|rule| rule["shopify_field"] == "vendor").unwrap();
    let path = format!("/api/mappings/{}", vendor["id"]);
    let switched = server.with_body("PATCH", &path, &json!({"enabled": false}));
    assert_eq!(switched.status, 200, "{}", switched.text);
    assert_eq!(full("/api/sync/products"), true, "a rule was switched off");
    assert_eq!(full("/api/sync/products"), false);
    assert_eq!(full("/api/sync/inventory"), false, "its rules are the same");
}
