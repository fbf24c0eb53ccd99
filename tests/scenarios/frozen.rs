//! A dry run says what the run then does, record for record, and leaves no trace in either system.

use std::collections::BTreeMap;

use serde_json::json;
use sync_core::{Job, RecordLog};
use sync_service::{Edit, SyncRequest};

use crate::act::{TYPES, request};
use crate::bench::{Bench, Settings};
use crate::file::{OdooProduct, ShopProduct, ShopVariant};

fn product(title: &str, sku: &str, stock: i64) -> ShopProduct {
    ShopProduct {
        title: title.to_owned(),
        options: Vec::new(),
        variants: vec![ShopVariant {
            values: Vec::new(),
            sku: sku.to_owned(),
            price: "9.90".to_owned(),
            stock,
        }],
    }
}

fn template(name: &str, code: &str, tag: &str) -> OdooProduct {
    OdooProduct {
        name: name.to_owned(),
        code: code.to_owned(),
        price: 3.0,
        stock: 5,
        tags: vec![tag.to_owned()],
    }
}

impl Bench {
    fn set(&self, system: &str, record_type: &str, id: &str, field: &str, value: &str) {
        let edit = Edit {
            system: system.to_owned(),
            record_type: record_type.to_owned(),
            id: id.to_owned(),
            fields: BTreeMap::from([(field.to_owned(), value.to_owned())]),
        };
        self.tick();
        self.edit(&edit);
    }

    fn shown_to(&self, record_type: &str, name: &str, system: &str) -> String {
        let link = self
            .links(record_type)
            .into_iter()
            .find(|link| link.label.contains(name));
        let link = link.unwrap_or_else(|| panic!("{record_type} {name} is not linked"));
        if system == "odoo" {
            link.odoo_id
        } else {
            link.shopify_id
        }
    }

    /// Everything that a run could change: both journals, links with what was agreed on, cursors, conflicts.
    fn traces(&self) -> String {
        let links: Vec<_> = ["product", "variant", "inventory", "order", "line_item"]
            .map(|kind| self.links(kind))
            .into();
        format!(
            "{:?}\n{links:#?}\n{:#?}\n{:#?}",
            self.mark(),
            self.cursors(),
            self.conflicts()
        )
    }
}

/// Both systems agree on four products, their stock and four orders, and there is something that waits and something
/// that failed; then much happens on both sides.
fn busy() -> Bench {
    let bench = Bench::new(&Settings::new());
    for (title, sku) in [
        ("Mug", "MUG"),
        ("Plate", "PLATE"),
        ("Bowl", "BOWL"),
        ("Cup", "CUP"),
    ] {
        bench.make_in_the_shop(&product(title, sku, 20));
    }
    for _ in 0..4 {
        bench.tick();
        bench.sell(&[("MUG".to_owned(), 2), ("PLATE".to_owned(), 1)]);
    }
    for what in TYPES {
        bench.run(&request(what, "both"), &Settings::new());
    }
    // One waits for its product, and is linked by the time of the next run.
    bench.make_in_odoo(&template("Fork", "FORK", "Kitchen"));
    bench.make_in_odoo(&template("Knife", "KNIFE", "Kitchen"));
    bench.run(&request("inventory", "both"), &Settings::new());
    products_change(&bench);
    bench.set(
        "shopify",
        "inventory",
        &bench.shown_to("inventory", "MUG", "shopify"),
        "on_hand",
        "17",
    );
    bench.set(
        "odoo",
        "inventory",
        &bench.shown_to("inventory", "MUG", "odoo"),
        "quantity",
        "30",
    );
    bench.set(
        "odoo",
        "inventory",
        &bench.shown_to("inventory", "CUP", "odoo"),
        "quantity",
        "7",
    );
    orders_change(&bench);
    bench.tick();
    bench
}

fn products_change(bench: &Bench) {
    for (system, name, field, value) in [
        ("shopify", "Mug", "title", "Big mug"),
        ("odoo", "Mug", "name", "Mug (big)"),
        ("shopify", "Plate", "variants.0.price", "12.00"),
        ("odoo", "Plate", "product_variant_ids.0.barcode", "4006381333931"),
        ("odoo", "Cup", "active", "false"),
    ] {
        let id = bench.shown_to("product", name, system);
        bench.set(system, "product", &id, field, value);
    }
    let bowl: i64 = bench.shown_to("product", "Bowl", "shopify").parse().unwrap();
    bench.in_the_shop(|store| store.delete_product(bowl));
    bench.make_in_the_shop(&product("Jug", "JUG", 4));
    bench.make_in_odoo(&template("Spoon", "SPOON", "Shopify"));
    let fork = bench.rows("product.template", json!([["name", "=", "Fork"]]), &["id"])[0]["id"].to_string();
    bench.set("odoo", "product", &fork, "tags", "Shopify");
}

fn orders_change(bench: &Bench) {
    for (system, name, field, value) in [
        ("odoo", "#1001", "deliver", "all"),
        ("odoo", "#1002", "cancel", "yes"),
        ("shopify", "#1003", "cancel", "customer"),
        ("shopify", "#1004", "line_items.0.quantity", "1"),
        ("odoo", "#1004", "note", "Ring twice"),
    ] {
        let id = bench.shown_to("order", name, system);
        bench.set(system, "order", &id, field, value);
    }
    bench.sell(&[("MUG".to_owned(), 1)]);
}

/// What a line says of a record; a plan's words in those of a run.
fn said(log: &RecordLog) -> String {
    let changes: Vec<String> = log
        .changes
        .iter()
        .map(|change| {
            format!(
                "{}.{}: {} -> {}",
                change.side.as_str(),
                change.field,
                change.old,
                change.new
            )
        })
        .collect();
    let reason = match log.reason.as_str() {
        "would_create" => "created",
        "would_update" => "updated",
        "would_link" => "linked",
        other => other,
    };
    let (side, id) = (log.side.as_str(), &log.source_id);
    format!(
        "{side} {id} {} {reason} {} {changes:?} {:?}",
        log.action, log.message, log.warnings
    )
}

fn lines(bench: &Bench, job: &Job) -> Vec<String> {
    assert_eq!(job.error, None);
    let mut lines: Vec<String> = bench.logs(job).iter().map(said).collect();
    // Odoo lists by the time of the last change, and a run that writes there changes that.
    lines.sort();
    lines
}

#[test]
fn a_dry_run_both_ways_says_what_the_run_then_does_and_leaves_no_trace() {
    for strategy in ["last_write_wins", "manual", "merge:source_priority:odoo"] {
        for full in [false, true] {
            let bench = busy();
            let settings = Settings::from([("CONFLICT_STRATEGY".to_owned(), strategy.to_owned())]);
            for what in TYPES {
                let real = SyncRequest {
                    full,
                    ..request(what, "both")
                };
                let before = bench.traces();
                let dry = SyncRequest {
                    dry_run: true,
                    ..real.clone()
                };
                let plan = bench.run(&dry, &settings);
                assert_eq!(bench.traces(), before, "the dry run of {what} left a trace");
                let run = bench.run(&real, &settings);
                let (planned, done) = (lines(&bench, &plan), lines(&bench, &run));
                let (planned, done) = (planned.join("\n"), done.join("\n"));
                assert!(
                    planned == done,
                    "{what}, {strategy}, full: {full}\n--- planned\n{planned}\n--- done\n{done}"
                );
                assert!(!done.is_empty());
            }
        }
    }
}
