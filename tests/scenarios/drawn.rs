//! Edits on both sides, sales and deliveries, runs and strategies by chance: both systems agree in the end, no edit is
//! lost without a conflict that keeps it, and then nothing is written any more.

use std::collections::BTreeMap;

use mock_shopify::{NewVariant, Product, Rows as _, Variant};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use rust_decimal::Decimal;
use sync_core::{Direction, Outcome, RecordLog, Side, Winner};
use sync_service::{ConflictSelection, Decision, Edit, SyncRequest};

use crate::act::TYPES;
use crate::agreement::agree;
use crate::bench::{Bench, Settings};
use crate::file::{OdooProduct, ShopProduct, ShopVariant};
use crate::kept::Before;

/// Fields of a product that go both ways, as `sim edit` names them.
const SHOP_FIELDS: [&str; 8] = [
    "title",
    "vendor",
    "product_type",
    "tags",
    "status",
    "variants.0.sku",
    "variants.0.barcode",
    "variants.0.price",
];
const ODOO_FIELDS: [&str; 8] = [
    "name",
    "tags",
    "active",
    "sale_ok",
    "product_variant_ids.0.default_code",
    "product_variant_ids.0.barcode",
    "product_variant_ids.0.lst_price",
    "product_variant_ids.0.weight",
];

#[derive(Debug, Clone)]
enum Step {
    Edit {
        side: Side,
        record: usize,
        field: usize,
        value: u8,
    },
    Count {
        side: Side,
        variant: usize,
        units: u8,
    },
    Sell {
        variant: usize,
        units: i64,
    },
    Ship {
        side: Side,
        order: usize,
    },
    Make {
        side: Side,
    },
    /// Longer than runs look back.
    Pause,
    /// The sizes of the shirt change in the shop.
    Sizes(Sizes),
    Run {
        what: usize,
        direction: Direction,
        strategy: &'static str,
        full: bool,
    },
}

#[derive(Debug, Clone, Copy)]
enum Sizes {
    Rename(usize),
    Add,
    Remove(usize),
    /// The first one becomes the last one.
    Rotate,
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Shopify), Just(Side::Odoo)]
}

fn step() -> impl Strategy<Value = Step> {
    let strategy = prop_oneof![
        Just("last_write_wins"),
        Just("source_priority:shopify"),
        Just("source_priority:odoo"),
        Just("merge"),
        Just("merge:manual"),
        Just("manual"),
    ];
    let direction = prop_oneof![
        1 => Just(Direction::ShopifyToOdoo),
        1 => Just(Direction::OdooToShopify),
        2 => Just(Direction::Both),
    ];
    prop_oneof![
        8 => (side(), 0..8_usize, 0..8_usize, 0..4_u8)
            .prop_map(|(side, record, field, value)| Step::Edit { side, record, field, value }),
        2 => (side(), 0..8_usize, 20..60_u8).prop_map(|(side, variant, units)| Step::Count { side, variant, units }),
        1 => (0..8_usize, 1..4_i64).prop_map(|(variant, units)| Step::Sell { variant, units }),
        1 => (side(), 0..8_usize).prop_map(|(side, order)| Step::Ship { side, order }),
        1 => side().prop_map(|side| Step::Make { side }),
        1 => Just(Step::Pause),
        1 => prop_oneof![
            (0..4_usize).prop_map(Sizes::Rename),
            Just(Sizes::Add),
            (0..4_usize).prop_map(Sizes::Remove),
            Just(Sizes::Rotate),
        ]
        .prop_map(Step::Sizes),
        5 => (0..3_usize, direction, strategy, any::<bool>())
            .prop_map(|(what, direction, strategy, full)| Step::Run { what, direction, strategy, full }),
    ]
}

/// A world on which steps are carried out.
struct Draw {
    bench: Bench,
    /// Makes every value another one.
    serial: u32,
    /// The product of the shop whose sizes change.
    shirt: i64,
}

impl Draw {
    fn new() -> Self {
        let mut draw = Self {
            bench: Bench::new(&Settings::new()),
            serial: 0,
            shirt: 0,
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
            Step::Sell { variant, units } => {
                let variants = self.bench.links("variant");
                let id = &variants[variant % variants.len()].shopify_id;
                self.try_edit("shopify", "variant", id, "sale", &units.to_string());
            }
            Step::Ship { side, order } => self.ship(*side, *order),
            Step::Make { side } => self.make(*side),
            Step::Pause => self.bench.wait(10),
            Step::Sizes(change) => self.change_sizes(*change),
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

    fn edit(&self, side: Side, record: usize, field: usize, value: u8) {
        let products = self.bench.links("product");
        let id = products[record % products.len()].id_on(side);
        let (field, serial) = (
            if side == Side::Shopify {
                SHOP_FIELDS
            } else {
                ODOO_FIELDS
            }[field],
            self.serial,
        );
        let text = match field.rsplit('.').next().unwrap_or_default() {
            // Odoo moves the prices of all variants together: none of them may come to less than nothing.
            "price" | "lst_price" => format!("{}.{:02}", 60 + value, serial % 100),
            "weight" => format!("0.{}", 1 + value),
            "barcode" => format!("40063{serial:08}"),
            "sku" | "default_code" => format!("code {serial}"),
            "status" => ["active", "draft", "archived", "active"][usize::from(value)].to_owned(),
            "active" | "sale_ok" => value.is_multiple_of(2).to_string(),
            "tags" => format!("Shopify, tag {value}"),
            _ => format!("{value} {serial}"),
        };
        let system = side.as_str();
        self.try_edit(system, "product", id, field, &text);
    }

    fn change_sizes(&self, change: Sizes) {
        let (shirt, serial) = (self.shirt, self.serial);
        let location = self.bench.location;
        self.bench.in_the_shop(|store| {
            let variants: Vec<Variant> = store.variants_of(shirt).into_iter().cloned().collect();
            let product = store.rows().one::<Product>(shirt).unwrap();
            let option = product.options[0].clone();
            match change {
                Sizes::Rename(at) => {
                    let value = &option.values[at % option.values.len()].name;
                    store.rename_option_value(shirt, "Size", value, &format!("R{serial}"))?;
                }
                Sizes::Add => {
                    let new = NewVariant {
                        values: vec![format!("N{serial}")],
                        price: Decimal::from(30),
                        sku: Some(format!("new-{serial}")),
                        stock: vec![(location, 5)],
                        ..NewVariant::default()
                    };
                    store.add_variant(shirt, new)?;
                }
                Sizes::Remove(at) if variants.len() > 1 => {
                    store.remove_variant(variants[at % variants.len()].id)?;
                }
                Sizes::Remove(_) => {}
                Sizes::Rotate => {
                    let mut ids: Vec<i64> = variants.iter().map(|variant| variant.id).collect();
                    ids.rotate_left(1);
                    store.reorder_variants(shirt, &ids)?;
                }
            }
            Ok(())
        });
    }

    fn count(&self, side: Side, variant: usize, units: u8) {
        let levels = self.bench.links("inventory");
        if levels.is_empty() {
            return;
        }
        let id = levels[variant % levels.len()].id_on(side);
        let field = if side == Side::Shopify {
            "on_hand"
        } else {
            "quantity"
        };
        self.try_edit(side.as_str(), "inventory", id, field, &units.to_string());
    }

    fn ship(&self, side: Side, order: usize) {
        let orders = self.bench.links("order");
        if orders.is_empty() {
            return;
        }
        let id = orders[order % orders.len()].id_on(side);
        let field = if side == Side::Shopify {
            "fulfill"
        } else {
            "deliver"
        };
        self.try_edit(side.as_str(), "order", id, field, "all");
    }

    /// Both systems refuse some edits (a delivery of nothing, a barcode that is taken): then nothing happened.
    fn try_edit(&self, system: &str, record_type: &str, id: &str, field: &str, value: &str) -> bool {
        let edit = Edit {
            system: system.to_owned(),
            record_type: record_type.to_owned(),
            id: id.to_owned(),
            fields: BTreeMap::from([(field.to_owned(), value.to_owned())]),
        };
        self.bench.person.sim_edit(&edit).is_ok()
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

    fn run(&self, what: &str, direction: Direction, strategy: &str, full: bool) {
        self.bench.tick();
        let record_type = self.bench.person.spec(what).unwrap().name.to_string();
        let before = Before::of(&self.bench, &record_type);
        let names = ["CONFLICT_STRATEGY"];
        let settings = names.map(|name| (name.to_owned(), strategy.to_owned()));
        let request = SyncRequest {
            full,
            ..SyncRequest::new(what, direction)
        };
        let job = self.bench.run(&request, &settings.into());
        assert_eq!(job.error, None);
        // A variant of the shop is gone and only the next run of products will know.
        let failed = |log: &RecordLog| log.outcome == Outcome::Fail && log.reason != "no_variant";
        let failed: Vec<RecordLog> = self.bench.logs(&job).into_iter().filter(failed).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        // Of stock both movements apply: then a quantity is replaced and nothing is lost.
        if what == "products" {
            before.nothing_is_lost(&self.bench, &record_type);
        }
    }

    /// Edits have stopped: everything that is on its way arrives, and somebody decides what is open.
    fn settle(&self) {
        for side in Side::BOTH {
            for order in 0..self.bench.links("order").len() {
                self.ship(side, order);
            }
        }
        let open = persistence::ConflictFilter::default();
        let decision = Decision::new(Winner::Odoo, "Ada").unwrap();
        let selection = ConflictSelection::Matching(open);
        self.bench
            .person
            .decide_conflicts(&selection, &decision, None)
            .unwrap();
        // What a run one way left alone by its strategy is compared again by one that reads everything.
        for full in [true, false] {
            for what in TYPES {
                self.run(what, Direction::Both, "last_write_wins", full);
            }
        }
        agree(&self.bench, true);
        for (full, direction) in [
            (false, Direction::Both),
            (true, Direction::Both),
            (true, Direction::ShopifyToOdoo),
            (true, Direction::OdooToShopify),
        ] {
            for what in TYPES {
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
const CASES: u32 = 120;
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
    fn both_systems_agree_and_no_edit_is_lost_without_a_trace(steps in prop::collection::vec(step(), 1..25)) {
        let mut draw = Draw::new();
        for step in &steps {
            draw.step(step);
        }
        draw.settle();
    }
}
