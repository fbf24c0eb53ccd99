//! Single edits, seen through every direction and strategy.

use serde_json::json;
use sync_core::{ConflictStatus, Direction, Side, Winner};

use crate::bench::{Bench, product, template};

use Direction::{Both, OdooToShopify, ShopifyToOdoo};

#[tokio::test(flavor = "current_thread")]
async fn what_only_one_side_has_is_made_on_the_other() {
    let bench = Bench::new();
    let shirt = bench.shop.make(product("Shirt", "20.0", &["S-1", "S-2"]));
    let hat = bench.erp.make(template("Hat", "9.00", &["H-1"]));
    let job = bench.run(Both).await;
    assert_eq!(job.counts.success_count, 2, "{:?}", bench.lines(&job));
    let there = bench.erp.get(&bench.link(&shirt).odoo_id).unwrap();
    assert_eq!(
        (&there["name"], &there["list_price"]),
        (&json!("Shirt"), &json!("20.00"))
    );
    assert_eq!(there["lines"].as_array().unwrap().len(), 2);
    let linked = bench
        .links()
        .into_iter()
        .find(|link| link.odoo_id == hat)
        .unwrap();
    let here = bench.shop.get(&linked.shopify_id).unwrap();
    assert_eq!(
        (&here["title"], &here["variants"][0]["sku"]),
        (&json!("Hat"), &json!("H-1"))
    );
    assert_eq!(here.get("text"), None, "the description goes one way");

    let before = (bench.shop.writes(), bench.erp.writes());
    let again = bench.run_full(Both).await;
    assert_eq!(again.counts.skip_count, 2, "{:?}", bench.lines(&again));
    assert_eq!((bench.shop.writes(), bench.erp.writes()), before);
}

#[tokio::test(flavor = "current_thread")]
async fn edits_of_different_fields_on_both_sides_are_both_kept() {
    let (bench, id, odoo) = Bench::with_one().await;
    bench.tick();
    bench.shop.edit(&id, None, "title", json!("Linen shirt"));
    bench.erp.edit(&odoo, None, "list_price", json!("25.00"));
    let job = bench.run(Both).await;
    assert_eq!(
        bench.lines(&job),
        [r#"shopify s1 update updated odoo.name "Shirt"->"Linen shirt" shopify.price "20.0"->"25.00""#]
    );
    assert_eq!(bench.conflicts(None), []);
    let before = (bench.shop.writes(), bench.erp.writes());
    bench.run_full(Both).await;
    assert_eq!((bench.shop.writes(), bench.erp.writes()), before);
}

#[tokio::test(flavor = "current_thread")]
async fn there_and_back_arrives_each_time_and_equal_edits_are_no_news() {
    let (bench, id, odoo) = Bench::with_one().await;
    for title in ["B", "Shirt", "B"] {
        bench.shop.edit(&id, None, "title", json!(title));
        bench.run(Both).await;
        assert_eq!(bench.erp.get(&odoo).unwrap()["name"], title);
    }
    bench.shop.edit(&id, None, "title", json!("Same"));
    bench.erp.edit(&odoo, None, "name", json!("Same"));
    let before = (bench.shop.writes(), bench.erp.writes());
    let job = bench.run(Both).await;
    assert_eq!(bench.lines(&job), ["shopify s1 skip unchanged"]);
    assert_eq!((bench.shop.writes(), bench.erp.writes()), before);
    assert_eq!(bench.conflicts(None), []);
}

#[tokio::test(flavor = "current_thread")]
async fn the_same_field_on_both_sides_goes_by_the_strategy_and_the_loser_is_kept() {
    for (strategy, later, winner) in [
        ("last_write_wins", Side::Shopify, "S"),
        ("last_write_wins", Side::Odoo, "O"),
        ("source_priority:odoo", Side::Shopify, "O"),
        ("source_priority:shopify", Side::Odoo, "S"),
        ("merge", Side::Odoo, "O"),
        ("merge:source_priority:shopify", Side::Odoo, "S"),
    ] {
        let (mut bench, id, odoo) = Bench::with_one().await;
        bench.strategy(strategy);
        for side in [later.other(), later] {
            bench.tick();
            match side {
                Side::Shopify => bench.shop.edit(&id, None, "title", json!("S")),
                Side::Odoo => bench.erp.edit(&odoo, None, "name", json!("O")),
            }
        }
        bench.run(Both).await;
        let shown = (bench.shop.get(&id).unwrap(), bench.erp.get(&odoo).unwrap());
        assert_eq!(
            (&shown.0["title"], &shown.1["name"]),
            (&json!(winner), &json!(winner)),
            "{strategy}"
        );
        let [conflict] = bench.conflicts(None).try_into().unwrap();
        assert_eq!(conflict.status, ConflictStatus::Resolved);
        assert_eq!(
            (&conflict.found.shopify, &conflict.found.odoo),
            (&json!("S"), &json!("O"))
        );
        let base = conflict.found.base.clone().unwrap();
        assert_eq!((base.shopify, base.odoo), (json!("Shirt"), json!("Shirt")));

        // What lost can be brought back.
        let lost = if winner == "S" { "O" } else { "S" };
        bench.store.restore(conflict.id, "tester", bench.now()).unwrap();
        bench.run_full(Both).await;
        let shown = (bench.shop.get(&id).unwrap(), bench.erp.get(&odoo).unwrap());
        assert_eq!(
            (&shown.0["title"], &shown.1["name"]),
            (&json!(lost), &json!(lost)),
            "{strategy}"
        );
        assert!(bench.conflicts(Some(ConflictStatus::Decided)).is_empty());
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_manual_conflict_waits_and_the_other_fields_go_on() {
    let (mut bench, id, odoo) = Bench::with_one().await;
    bench.strategy("manual");
    bench.shop.edit(&id, None, "title", json!("S"));
    bench.erp.edit(&odoo, None, "name", json!("O"));
    bench.shop.edit(&id, None, "price", json!("30"));
    bench.run(Both).await;
    assert_eq!(bench.shop.get(&id).unwrap()["title"], "S");
    let there = bench.erp.get(&odoo).unwrap();
    assert_eq!(
        (&there["name"], &there["list_price"]),
        (&json!("O"), &json!("30.00"))
    );
    let [conflict] = bench.conflicts(Some(ConflictStatus::Open)).try_into().unwrap();
    let job = bench.run_full(Both).await;
    assert_eq!(bench.lines(&job), ["shopify s1 conflict conflict"]);
    assert_eq!(bench.conflicts(None).len(), 1, "found again is found once");

    // It can change meanwhile, and be over by itself.
    bench.erp.edit(&odoo, None, "name", json!("S"));
    bench.run(Both).await;
    let over = bench.store.conflict(conflict.id).unwrap();
    assert_eq!(
        (over.status, over.found.winner),
        (ConflictStatus::Resolved, Some(Winner::Agreed))
    );

    bench.shop.edit(&id, None, "title", json!("S2"));
    bench.erp.edit(&odoo, None, "name", json!("O2"));
    bench.run(Both).await;
    bench.decide_all(&Winner::Odoo);
    bench.run_full(Both).await;
    assert_eq!(bench.shop.get(&id).unwrap()["title"], "O2");
    assert!(bench.conflicts(Some(ConflictStatus::Open)).is_empty());

    bench.shop.edit(&id, None, "title", json!("S3"));
    bench.erp.edit(&odoo, None, "name", json!("O3"));
    bench.run(Both).await;
    bench.decide_all(&Winner::Value {
        shopify: Some(json!("Both")),
        odoo: None,
    });
    bench.run_full(Both).await;
    assert_eq!(bench.shop.get(&id).unwrap()["title"], "Both");
    assert_eq!(bench.erp.get(&odoo).unwrap()["name"], "Both");
}

#[tokio::test(flavor = "current_thread")]
async fn movements_of_both_sides_are_added_up() {
    let (mut bench, id, odoo) = Bench::with_one().await;
    bench.strategy("delta");
    bench.shop.edit(&id, None, "price", json!("17"));
    bench.erp.edit(&odoo, None, "list_price", json!("25"));
    bench.run(Both).await;
    assert_eq!(bench.shop.get(&id).unwrap()["price"], "22");
    assert_eq!(bench.erp.get(&odoo).unwrap()["list_price"], "22");
    assert_eq!(bench.conflicts(None), [], "nothing lost");
}

#[tokio::test(flavor = "current_thread")]
async fn a_one_way_run_overwrites_and_keeps_what_it_overwrote() {
    let (mut bench, id, odoo) = Bench::with_one().await;
    bench.erp.edit(&odoo, None, "name", json!("O"));
    bench.run_full(ShopifyToOdoo).await;
    assert_eq!(bench.erp.get(&odoo).unwrap()["name"], "Shirt");
    assert_eq!(bench.conflicts(None)[0].found.odoo, "O");

    // With merge it is left alone, and a run the other way takes it.
    bench.strategy("merge");
    bench.erp.edit(&odoo, None, "name", json!("O2"));
    let job = bench.run_full(ShopifyToOdoo).await;
    assert_eq!(bench.lines(&job), ["shopify s1 skip target_changed"]);
    bench.run(OdooToShopify).await;
    assert_eq!(bench.shop.get(&id).unwrap()["title"], "O2");
    assert_eq!(bench.conflicts(None).len(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn a_field_with_an_owner_goes_back_to_what_the_owner_has() {
    let (bench, id, odoo) = Bench::with_one().await;
    let connection = crate::bench::connection();
    let mut rule = bench.store.list_mappings(&connection, None).unwrap().remove(0);
    rule.owner = Some(Side::Odoo);
    bench.store.replace_mapping(&connection, &rule).unwrap();
    bench.shop.edit(&id, None, "title", json!("Mine"));
    bench.run(Both).await;
    assert_eq!(bench.shop.get(&id).unwrap()["title"], "Shirt");
    let [kept] = bench.conflicts(None).try_into().unwrap();
    assert_eq!(
        (kept.found.shopify, kept.found.strategy.as_str()),
        (json!("Mine"), "owner")
    );
    bench.erp.edit(&odoo, None, "name", json!("Theirs"));
    bench.run(Both).await;
    assert_eq!(bench.shop.get(&id).unwrap()["title"], "Theirs");
}

#[tokio::test(flavor = "current_thread")]
async fn elements_come_and_go_and_keep_their_counterparts() {
    let (bench, id, odoo) = Bench::with_one().await;
    let second = bench.shop.add_element(&id, json!({"sku": "S-2"}));
    bench.run(Both).await;
    let lines = bench.erp.get(&odoo).unwrap()["lines"].clone();
    assert_eq!(lines[1]["code"], "S-2");
    // Made on the other side.
    bench.erp.add_element(&odoo, json!({"code": "S-3"}));
    bench.run(Both).await;
    let variants = bench.shop.get(&id).unwrap()["variants"].clone();
    assert_eq!(variants.as_array().unwrap().len(), 3);
    assert_eq!(variants[2]["sku"], "S-3");
    // In another order: nothing moves.
    let mut body = bench.shop.get(&id).unwrap();
    body["variants"].as_array_mut().unwrap().reverse();
    let reordered = body["variants"].clone();
    bench.shop.edit(&id, None, "variants", reordered);
    let before = (bench.shop.writes(), bench.erp.writes());
    bench.run(Both).await;
    assert_eq!((bench.shop.writes(), bench.erp.writes()), before);
    // Edited under its own id, and taken away.
    bench.shop.edit(&id, Some(&second), "sku", json!("S-2b"));
    bench.run(Both).await;
    assert_eq!(bench.erp.get(&odoo).unwrap()["lines"][1]["code"], "S-2b");
    bench.shop.remove_element(&id, &second);
    bench.run(Both).await;
    assert_eq!(
        bench.erp.get(&odoo).unwrap()["lines"].as_array().unwrap().len(),
        2
    );
    // Gone on the right side it stays on the left one, and is not brought back.
    let code = bench.erp.get(&odoo).unwrap()["lines"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.erp.remove_element(&odoo, &code);
    for _ in 0..2 {
        bench.shop.edit(&id, None, "title", json!("Again"));
        bench.run(Both).await;
    }
    assert_eq!(
        bench.shop.get(&id).unwrap()["variants"].as_array().unwrap().len(),
        2
    );
    assert_eq!(
        bench.erp.get(&odoo).unwrap()["lines"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test(flavor = "current_thread")]
async fn half_a_write_is_completed_and_nothing_is_made_twice() {
    let (bench, id, odoo) = Bench::with_one().await;
    bench.shop.add_element(&id, json!({"sku": "S-2"}));
    bench.erp.edit(&odoo, None, "list_price", json!("25"));
    // The write to the shop fails after the one to the ERP went through.
    bench.shop.fail_next(&odoo, sync_core::ErrorKind::Network);
    let job = bench.run(Both).await;
    assert_eq!(job.counts.success_count, 1, "{:?}", bench.lines(&job));
    assert_eq!(bench.shop.get(&id).unwrap()["price"], "25.00");
    assert_eq!(
        bench.shop.get(&id).unwrap()["variants"].as_array().unwrap().len(),
        2
    );
    assert_eq!(
        bench.erp.get(&odoo).unwrap()["lines"].as_array().unwrap().len(),
        2
    );
}

#[tokio::test(flavor = "current_thread")]
async fn two_systems_that_both_have_data_find_their_counterparts() {
    let bench = Bench::new();
    bench.shop.make(product("Shirt", "20", &["A-1", "A-2"]));
    bench.erp.make(template("shirt in odoo", "21", &["A-2", "a-1"]));
    bench.shop.make(product("Twice", "1", &["B-1"]));
    bench.erp.make(template("one", "1", &["B-1"]));
    bench.erp.make(template("two", "1", &["B-1"]));
    let job = bench.run(Both).await;
    let lines = bench.lines(&job);
    let waits = |line: &&String| line.contains("needs_match");
    assert_eq!(lines.iter().filter(waits).count(), 3, "{lines:#?}");
    assert_eq!(bench.links().len(), 1);
    let link = bench.links().remove(0);
    let pairs = bench.store.list_links(
        &crate::bench::connection(),
        &persistence::LinkFilter {
            record_type: Some("variant".into()),
            text: None,
        },
        crate::bench::ALL,
    );
    assert_eq!(pairs.unwrap().items.len(), 2);
    assert_eq!(
        (bench.shop.ids().len(), bench.erp.ids().len()),
        (2, 3),
        "nothing was made"
    );
    let there = bench.erp.get(&link.odoo_id).unwrap();
    assert_eq!(there["name"], bench.shop.get(&link.shopify_id).unwrap()["title"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_dry_run_says_what_the_run_then_does_and_touches_nothing() {
    let (bench, id, odoo) = Bench::with_one().await;
    bench.tick();
    bench.shop.edit(&id, None, "title", json!("S"));
    bench.erp.edit(&odoo, None, "list_price", json!("25"));
    bench.shop.make(product("New", "1", &["N-1"]));
    bench.erp.make(template("Newer", "2", &["N-2"]));
    let before = (bench.shop.writes(), bench.erp.writes(), bench.links());
    let plan = bench.dry_run(Both).await;
    assert_eq!((bench.shop.writes(), bench.erp.writes(), bench.links()), before);
    let run = bench.run_full(Both).await;
    let planned: Vec<String> = bench
        .lines(&plan)
        .iter()
        .map(|line| {
            line.replace("would_create", "created")
                .replace("would_update", "updated")
        })
        .collect();
    assert_eq!(planned, bench.lines(&run));
}
