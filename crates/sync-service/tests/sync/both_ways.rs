//! Runs in both directions over both simulators: what is there already, and what fails on the way.

use std::collections::BTreeMap;

use mock_shopify::{Rows as _, Variant};
use persistence::ConflictFilter;
use rust_decimal::Decimal;
use serde_json::json;
use sync_core::{Direction, Job, JobStatus};
use sync_service::{Edit, SyncRequest};

use crate::small::{MUG, SHIRT_S, Small};
use crate::world::{PAGE, World};

impl World {
    fn both_ways(&self, what: &str) -> Job {
        let request = SyncRequest::new(what, Direction::Both);
        self.service.sync(&request, &mut |_| {}).unwrap()
    }
}

impl Small {
    /// Somebody counts what lies in Odoo's main warehouse.
    fn count_in_odoo(&self, at: usize, quantity: i64) {
        self.world.clock.advance(std::time::Duration::from_secs(60));
        let warehouse = self.world.names("stock.warehouse");
        let warehouse = warehouse
            .iter()
            .find(|(_, name)| *name == "Main Warehouse")
            .unwrap()
            .0;
        let edit = Edit {
            system: "odoo".into(),
            record_type: "inventory".into(),
            id: format!("{}@{warehouse}", self.product(at)),
            fields: BTreeMap::from([("quantity".to_owned(), quantity.to_string())]),
        };
        self.world.service.sim_edit(&edit).unwrap();
    }

    /// Somebody edits the mug on one side.
    fn edit(&self, system: &str, field: &str, value: &str) {
        self.world.clock.advance(std::time::Duration::from_secs(60));
        let id = match system {
            "shopify" => self.change(|store| {
                Ok(store
                    .rows()
                    .one::<Variant>(self.variants[MUG])
                    .unwrap()
                    .product_id)
            }),
            _ => self
                .world
                .rows("product.template", json!([["default_code", "=", "MUG"]]), &["id"])[0]["id"]
                .as_i64()
                .unwrap(),
        };
        let edit = Edit {
            system: system.into(),
            record_type: "product".into(),
            id: id.to_string(),
            fields: BTreeMap::from([(field.to_owned(), value.to_owned())]),
        };
        self.world.service.sim_edit(&edit).unwrap();
    }

    fn levels_of(&self, at: usize) -> (i64, Decimal) {
        (self.on_hand(at), self.in_odoo(at))
    }
}

#[test]
fn levels_that_both_have_already_are_compared_and_what_loses_is_kept() {
    let small = Small::new();
    small.sync("products");
    small.count_in_odoo(MUG, 7);
    let job = small.world.both_ways("inventory");
    small.world.is_well(&job);
    // The mug was counted later in Odoo; nobody has counted a shirt there.
    assert_eq!(small.levels_of(MUG), (7, 7.into()));
    assert_eq!(small.levels_of(SHIRT_S), (20, 20.into()));
    let conflicts = small
        .world
        .service
        .conflicts(&ConflictFilter::default(), PAGE)
        .unwrap();
    let kept: Vec<_> = conflicts
        .items
        .iter()
        .map(|one| (&one.found.shopify, &one.found.odoo))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0], (&json!(20), &json!("7")));
    let quiet = small.world.both_ways("inventory");
    assert_eq!(quiet.counts.success_count, 0, "{:#?}", small.world.told(quiet.id));
}

#[test]
fn a_level_that_nobody_counted_in_odoo_overwrites_nothing() {
    let settings = [
        ("SYNC_FAILURE_RATE", "0.0"),
        ("CONFLICT_STRATEGY", "source_priority"),
        ("STOCK_STRATEGY", "source_priority"),
        ("PRIORITY_SOURCE", "odoo"),
    ];
    let small = Small::with(&settings);
    small.sync("products");
    let request = SyncRequest::new("inventory", Direction::OdooToShopify);
    let job = small.world.service.sync(&request, &mut |_| {}).unwrap();
    small.world.is_well(&job);
    assert_eq!(job.counts.success_count, 0, "{:#?}", small.world.told(job.id));
    assert_eq!(small.levels_of(MUG), (20, 0.into()));
    small.world.is_well(&small.world.both_ways("inventory"));
    assert_eq!(small.levels_of(MUG), (20, 20.into()));
}

#[test]
fn runs_in_which_a_third_fails_end_and_come_right() {
    let world = World::empty(&[("SYNC_FAILURE_RATE", "0.3"), ("MAX_RETRIES", "0")]);
    world.seed_demo();
    let mut quiet = false;
    for round in 0..20 {
        world.clock.advance(std::time::Duration::from_secs(600));
        let jobs = ["products", "inventory", "orders"].map(|what| world.both_ways(what));
        for job in &jobs {
            assert_eq!(job.status, JobStatus::Completed, "round {round}: {:?}", job.error);
            let lines = world
                .service
                .logs(job.id, &persistence::LogFilter::default(), PAGE)
                .unwrap();
            let mut ids: Vec<_> = lines
                .items
                .iter()
                .map(|line| (line.side, &line.source_id))
                .collect();
            ids.sort();
            let lines = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), lines, "round {round}: a line per record");
        }
        let written = jobs
            .iter()
            .map(|job| job.counts.success_count + job.counts.fail_count);
        quiet = written.sum::<u64>() == 0;
        if quiet {
            break;
        }
    }
    assert!(quiet, "it never comes to rest");
    assert_eq!(world.open_dead_letters().len(), 0);
}

#[test]
fn a_record_type_has_its_own_strategy() {
    let settings = [
        ("SYNC_FAILURE_RATE", "0.0"),
        ("CONFLICT_STRATEGY", "last_write_wins, product=manual"),
    ];
    let small = Small::with(&settings);
    small.world.is_well(&small.world.both_ways("products"));
    small.edit("shopify", "title", "Cup");
    small.edit("odoo", "name", "Beaker");
    let job = small.world.both_ways("products");
    assert_eq!(job.counts.success_count, 0, "{:#?}", small.world.told(job.id));
    let conflicts = small
        .world
        .service
        .conflicts(&ConflictFilter::default(), PAGE)
        .unwrap();
    assert_eq!(conflicts.items.len(), 1);
    assert_eq!(
        (
            conflicts.items[0].found.strategy.as_str(),
            &conflicts.items[0].found.winner
        ),
        ("manual", &None)
    );
}
