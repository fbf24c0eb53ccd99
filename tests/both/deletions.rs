//! Records that were deleted, or put away, on one side.

use serde_json::json;
use sync_core::engine::ArchiveGuard;
use sync_core::plan::OnDelete;
use sync_core::{ConflictKind, ConflictStatus, Direction, JobStatus, Side, Winner};

use crate::bench::{Bench, product};

use Direction::Both;

#[tokio::test(flavor = "current_thread")]
async fn a_deletion_puts_the_other_side_away() {
    for side in Side::BOTH {
        let (bench, id, odoo) = Bench::with_one().await;
        let gone = match side {
            Side::Shopify => &id,
            Side::Odoo => &odoo,
        };
        bench.side(side).delete(gone);
        bench.run_full(Both).await;
        let (there, field) = match side {
            Side::Shopify => (bench.erp.get(&odoo).unwrap(), "state"),
            Side::Odoo => (bench.shop.get(&id).unwrap(), "status"),
        };
        assert_eq!(there[field], "archived", "{side:?}");
        assert_eq!(
            bench.side(side).ids(),
            Vec::<String>::new(),
            "it does not come back"
        );
        let before = (bench.shop.writes(), bench.erp.writes());
        bench.run_full(Both).await;
        assert_eq!((bench.shop.writes(), bench.erp.writes()), before);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_person_may_be_asked_about_a_deletion() {
    for (winner, back) in [(Winner::Shopify, true), (Winner::Odoo, false)] {
        let (mut bench, id, odoo) = Bench::with_one().await;
        bench.options.on_delete = OnDelete::Ask;
        bench.erp.delete(&odoo);
        bench.run_full(Both).await;
        let [conflict] = bench.conflicts(Some(ConflictStatus::Open)).try_into().unwrap();
        assert_eq!(conflict.found.kind, ConflictKind::Deleted);
        assert_eq!(bench.shop.get(&id).unwrap()["status"], "active");
        bench.decide_all(&winner);
        bench.run_full(Both).await;
        assert_eq!(bench.erp.ids().len(), usize::from(back));
        let status = if back { "active" } else { "archived" };
        assert_eq!(bench.shop.get(&id).unwrap()["status"], status);
        assert!(bench.conflicts(Some(ConflictStatus::Open)).is_empty());
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_deletion_may_just_end_the_link() {
    let (mut bench, id, odoo) = Bench::with_one().await;
    bench.options.on_delete = OnDelete::Unlink;
    bench.erp.delete(&odoo);
    bench.run_full(Both).await;
    assert_eq!(bench.links(), []);
    assert_eq!(bench.shop.get(&id).unwrap()["status"], "active");
}

#[tokio::test(flavor = "current_thread")]
async fn deleted_on_both_sides_is_forgotten() {
    let (bench, id, odoo) = Bench::with_one().await;
    bench.shop.delete(&id);
    bench.erp.delete(&odoo);
    let job = bench.run_full(Both).await;
    assert_eq!(bench.lines(&job), ["shopify s1 skip gone"]);
    assert_eq!(bench.links(), []);
}

#[tokio::test(flavor = "current_thread")]
async fn an_edit_of_what_was_put_away_elsewhere_is_kept_with_it() {
    let (bench, id, odoo) = Bench::with_one().await;
    bench.shop.edit(&id, None, "status", json!("archived"));
    bench.erp.edit(&odoo, None, "name", json!("Edited"));
    bench.run(Both).await;
    assert_eq!(bench.erp.get(&odoo).unwrap()["state"], "archived");
    let here = bench.shop.get(&id).unwrap();
    assert_eq!(
        (&here["title"], &here["status"]),
        (&json!("Edited"), &json!("archived"))
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_person_may_be_asked_about_what_was_put_away_elsewhere() {
    for (winner, status) in [(Winner::Shopify, "archived"), (Winner::Odoo, "active")] {
        let (mut bench, id, odoo) = Bench::with_one().await;
        bench.options.on_delete = OnDelete::Ask;
        bench.shop.edit(&id, None, "status", json!("archived"));
        bench.shop.edit(&id, None, "title", json!("Edited"));
        bench.run(Both).await;
        let there = bench.erp.get(&odoo).unwrap();
        assert_eq!(
            (&there["state"], &there["name"]),
            (&json!("active"), &json!("Edited"))
        );
        let [conflict] = bench.conflicts(Some(ConflictStatus::Open)).try_into().unwrap();
        assert_eq!(
            (conflict.found.kind, conflict.found.strategy.as_str()),
            (ConflictKind::Field, "on_delete")
        );
        bench.decide_all(&winner);
        bench.run_full(Both).await;
        assert_eq!(bench.erp.get(&odoo).unwrap()["state"], status);
        assert_eq!(bench.shop.get(&id).unwrap()["status"], status);
        assert!(bench.conflicts(Some(ConflictStatus::Open)).is_empty());
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_was_put_away_elsewhere_may_stay_here() {
    let (mut bench, id, odoo) = Bench::with_one().await;
    bench.options.on_delete = OnDelete::Unlink;
    bench.shop.edit(&id, None, "status", json!("archived"));
    bench.erp.edit(&odoo, None, "name", json!("Edited"));
    for _ in 0..2 {
        bench.run_full(Both).await;
        assert_eq!(bench.erp.get(&odoo).unwrap()["state"], "active");
        let here = bench.shop.get(&id).unwrap();
        assert_eq!(
            (&here["title"], &here["status"]),
            (&json!("Edited"), &json!("archived"))
        );
    }
    bench.shop.edit(&id, None, "status", json!("active"));
    let before = (bench.shop.writes(), bench.erp.writes());
    bench.run_full(Both).await;
    assert_eq!((bench.shop.writes(), bench.erp.writes()), before);
}

#[tokio::test(flavor = "current_thread")]
async fn a_run_that_would_put_away_too_much_stops_before_it_does() {
    let mut bench = Bench::new();
    let ids: Vec<String> = (0..20)
        .map(|n| {
            bench
                .shop
                .make(product(&format!("P{n}"), "1", &[&format!("K-{n}")]))
        })
        .collect();
    bench.run(Both).await;
    for id in &ids[..8] {
        bench.shop.edit(id, None, "status", json!("archived"));
    }
    bench.options.archive_guard = Some(ArchiveGuard {
        share: 0.1,
        at_least: 2,
    });
    // However often it runs, and however the records fall into batches.
    bench.options.batch_size = 3;
    let dry = bench.dry_run(Both).await;
    let lines = bench.lines(&dry);
    let warned = |line: &&String| line.contains("a run stops here");
    assert_eq!(lines.iter().filter(warned).count(), 6, "{lines:#?}");
    let away = |bench: &Bench| {
        let ids = bench.erp.ids();
        ids.iter()
            .filter(|id| bench.erp.get(id).unwrap()["state"] == "archived")
            .count()
    };
    for _ in 0..3 {
        let job = bench.run(Both).await;
        assert_eq!(job.status, JobStatus::Failed);
        assert!(job.error.unwrap().contains("more than 2 of 20"));
        assert_eq!(away(&bench), 0);
    }
    bench.options.archive_guard = None;
    bench.run(Both).await;
    assert_eq!(away(&bench), 8);
}
