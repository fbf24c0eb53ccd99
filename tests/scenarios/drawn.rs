//! Edits on both sides, sales and deliveries, runs and strategies by chance: both systems agree in the end, no edit is
//! lost without a conflict that keeps it, and then nothing is written any more.

mod deeds;
mod steps;

use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use sync_core::{Direction, Outcome, RecordLog, Side, Winner};
use sync_service::{ConflictSelection, Decision, SyncRequest};

use crate::act::TYPES;
use crate::agreement::orders::orders;
use crate::agreement::{Tolerated, agree};
use crate::bench::{Bench, Settings};
use crate::file::{OdooProduct, ShopProduct, ShopVariant};
use crate::kept::Before;
use steps::{Deed, Step, step};

/// Reasons for which a record may fail or wait: both systems have done what excludes each other, and somebody has to act.
const REASONS: [&str; 2] = ["needs_return", "already_shipped"];

/// A world on which steps are carried out.
struct Draw {
    bench: Bench,
    /// Makes every value another one.
    serial: u32,
    /// The product of the shop whose sizes change.
    shirt: i64,
    tolerated: Tolerated,
}

impl Draw {
    fn new() -> Self {
        let mut draw = Self {
            bench: Bench::new(&Settings::new()),
            serial: 0,
            shirt: 0,
            tolerated: Tolerated {
                reasons: &REASONS,
                ..Tolerated::default()
            },
        };
        let shirt = [("S", "SH-S", "20.00"), ("M", "SH-M", "22.50")];
        let variant = |(value, sku, price): (&str, &str, &str)| ShopVariant {
            values: if value.is_empty() {
                Vec::new()
            } else {
                vec![value.to_owned()]
            },
            sku: sku.to_owned(),
            price: price.to_owned(),
            stock: 10,
        };
        draw.shirt = draw.bench.make_in_the_shop(&ShopProduct {
            title: "Shirt".into(),
            options: vec![vec!["Size".into(), "S".into(), "M".into()]],
            variants: shirt.map(variant).to_vec(),
        });
        draw.make(Side::Shopify);
        draw.bench.sell(&[("SH-S".to_owned(), 2), ("SH-M".to_owned(), 3)]);
        for what in TYPES {
            draw.run(what, Direction::Both, "last_write_wins", true);
        }
        draw
    }

    fn step(&mut self, step: &Step) {
        self.bench.tick();
        self.serial += 1;
        match step {
            Step::Edit {
                side,
                record,
                field,
                value,
            } => self.edit(*side, *record, *field, *value),
            Step::Count { side, variant, units } => self.count(*side, *variant, *units),
            Step::Sell { goods } => self.sell(goods),
            Step::Order { order, deed } => self.treat(*order, *deed),
            Step::Make { side } => self.make(*side),
            Step::Pause => self.bench.wait(10),
            Step::Options { side, change } => self.change_options(*side, *change),
            Step::Run {
                what,
                direction,
                strategy,
                full,
            } => {
                self.run(TYPES[*what], *direction, strategy, *full);
            }
        }
    }

    fn make(&mut self, side: Side) {
        self.serial += 1;
        let (name, code) = (format!("Made {}", self.serial), format!("made-{}", self.serial));
        match side {
            Side::Shopify => {
                let only = ShopVariant {
                    values: Vec::new(),
                    sku: code,
                    price: "9.90".into(),
                    stock: 10,
                };
                self.bench.make_in_the_shop(&ShopProduct {
                    title: name,
                    options: Vec::new(),
                    variants: vec![only],
                });
            }
            Side::Odoo => {
                let tags = vec!["Shopify".to_owned()];
                self.bench.make_in_odoo(&OdooProduct {
                    name,
                    code,
                    price: 4.5,
                    stock: 3,
                    tags,
                });
            }
        }
    }

    fn run(&mut self, what: &str, direction: Direction, strategy: &str, full: bool) {
        self.bench.tick();
        let record_type = self.bench.person.spec(what).unwrap().name.to_string();
        let before = Before::of(&self.bench, &record_type);
        let known = self.bench.links("order").len();
        let names = ["CONFLICT_STRATEGY"];
        let settings = names.map(|name| (name.to_owned(), strategy.to_owned()));
        let request = SyncRequest {
            full,
            ..SyncRequest::new(what, direction)
        };
        let job = self.bench.run(&request, &settings.into());
        assert_eq!(job.error, None);
        let failed = |log: &RecordLog| {
            // A variant of the shop is gone and only the next run of products will know.
            log.outcome == Outcome::Fail
                && log.reason != "no_variant"
                && !REASONS.contains(&log.reason.as_str())
        };
        let failed: Vec<RecordLog> = self.bench.logs(&job).into_iter().filter(failed).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        // Of stock both movements apply: then a quantity is replaced and nothing is lost.
        if what != "inventory" {
            before.nothing_is_lost(&self.bench, &record_type);
        }
        if self.bench.links("order").len() > known {
            for order in orders(&self.bench).into_iter().skip(known) {
                let left = order.lines.into_iter().map(|line| (line.shop, line.shipped));
                self.tolerated.left_before.extend(left);
            }
        }
    }

    /// Everything that is left leaves, on both sides.
    fn ship(&self) {
        for side in Side::BOTH {
            for order in 0..self.bench.links("order").len() {
                self.treat(order, Deed::Ship(side));
            }
        }
    }

    /// What was delivered in Odoo and is not ordered any more is taken back.
    fn take_back(&self) {
        for order in orders(&self.bench) {
            for line in order.lines {
                let back = line.delivered_there - line.ordered;
                if let (Some(of), true) = (line.odoo, back > 0 && !order.cancelled_there) {
                    self.bench.take_back_units(of, back);
                }
            }
        }
    }

    fn run_all(&mut self, full: bool) {
        for what in TYPES {
            self.run(what, Direction::Both, "last_write_wins", full);
        }
    }

    /// Edits have stopped: everything that is on its way arrives, somebody decides what is open, and what runs ask for is
    /// done. `hasty` people ship before the systems know what the other one wants.
    fn settle(&mut self, hasty: bool) {
        let open = persistence::ConflictFilter::default();
        let decision = Decision::new(Winner::Odoo, "Ada").unwrap();
        let selection = ConflictSelection::Matching(open);
        if hasty {
            self.ship();
        }
        self.bench
            .person
            .decide_conflicts(&selection, &decision, None)
            .unwrap();
        // What a run one way left alone by its strategy is compared again by one that reads everything. What an order
        // waits for keeps the rest of it waiting as well: then there is more to ship afterwards.
        for _ in 0..2 {
            self.run_all(true);
            self.ship();
            self.take_back();
            self.delete_what_is_gone();
        }
        self.run_all(true);
        self.run_all(false);
        agree(&self.bench, &self.tolerated);
        // A run one way overwrites what its target shows, and neither side can take back what the other one waits for.
        let torn = orders(&self.bench).iter().any(|order| order.reason.is_some());
        for (full, direction) in [
            (false, Direction::Both),
            (true, Direction::Both),
            (true, Direction::ShopifyToOdoo),
            (true, Direction::OdooToShopify),
        ] {
            for what in TYPES {
                if torn && what == "orders" && direction != Direction::Both {
                    continue;
                }
                let mark = self.bench.mark();
                self.run(what, direction, "last_write_wins", full);
                let written = self.bench.written_since(mark);
                assert!(
                    written.iter().all(Vec::is_empty),
                    "{what} {direction}: {written:#?}"
                );
            }
        }
    }
}

/// How many worlds are drawn unless `PROPTEST_CASES` says it.
const CASES: u32 = 70;
const SEED: u64 = 1;

fn settings() -> ProptestConfig {
    let given = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let failures = FileFailurePersistence::Direct("scenarios/drawn-regressions.txt");
    ProptestConfig {
        cases: given.unwrap_or(CASES),
        // Everybody draws the same worlds, and whoever asks for a number of them draws new ones.
        rng_seed: given.map_or(RngSeed::Fixed(SEED), |_| RngSeed::Random),
        failure_persistence: Some(Box::new(failures)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn both_systems_agree_and_no_edit_is_lost_without_a_trace(
        steps in prop::collection::vec(step(), 1..25),
        hasty in any::<bool>(),
    ) {
        let mut draw = Draw::new();
        for step in &steps {
            draw.step(step);
        }
        draw.settle(hasty);
    }
}
