//! Edits, directions and strategies by chance: both sides agree in the end, and no edit is lost without a trace.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use sync_core::{ConflictStatus, Direction, Side, Winner};

use crate::bench::{Bench, product, template};

/// Fields that go both ways, by their names on either side.
const FIELDS: [(&str, &str); 2] = [("title", "name"), ("price", "list_price")];

#[derive(Debug, Clone)]
enum Step {
    Edit {
        side: Side,
        record: usize,
        field: usize,
        value: u32,
    },
    EditCode {
        side: Side,
        record: usize,
        value: u32,
    },
    Make {
        side: Side,
    },
    Tick,
    Run {
        direction: Direction,
        strategy: &'static str,
        full: bool,
    },
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Shopify), Just(Side::Odoo)]
}

fn step() -> impl Strategy<Value = Step> {
    let direction = prop_oneof![
        Just(Direction::ShopifyToOdoo),
        Just(Direction::OdooToShopify),
        Just(Direction::Both),
    ];
    let strategy = prop_oneof![
        Just("last_write_wins"),
        Just("source_priority:shopify"),
        Just("source_priority:odoo"),
        Just("merge"),
        Just("merge:manual"),
        Just("manual"),
    ];
    prop_oneof![
        6 => (side(), 0..8_usize, 0..FIELDS.len(), 0..4_u32)
            .prop_map(|(side, record, field, value)| Step::Edit { side, record, field, value }),
        2 => (side(), 0..8_usize, 0..4_u32).prop_map(|(side, record, value)| Step::EditCode { side, record, value }),
        1 => side().prop_map(|side| Step::Make { side }),
        1 => Just(Step::Tick),
        4 => (direction, strategy, any::<bool>())
            .prop_map(|(direction, strategy, full)| Step::Run { direction, strategy, full }),
    ]
}

/// What a side shows of all linked fields: by link, field and element.
type Shown = BTreeMap<(String, String, String), (Value, Value)>;

fn shown(bench: &Bench) -> Shown {
    let mut shown = Shown::new();
    for link in bench.links() {
        let (Some(here), Some(there)) = (bench.shop.get(&link.shopify_id), bench.erp.get(&link.odoo_id))
        else {
            continue;
        };
        for (shopify, odoo) in FIELDS {
            let key = (
                link.shopify_id.clone(),
                format!("{shopify} = {odoo}"),
                String::new(),
            );
            shown.insert(key, (here[shopify].clone(), there[odoo].clone()));
        }
    }
    shown
}

/// What both agreed on last, by the same keys.
fn agreed(bench: &Bench) -> Shown {
    let mut agreed = Shown::new();
    for link in bench.links() {
        for (rule, base) in link.base {
            let key = (link.shopify_id.clone(), rule, String::new());
            agreed.insert(key, (base.shopify, base.odoo));
        }
    }
    agreed
}

fn value_of(field: &str, value: u32, serial: u32) -> Value {
    if field.ends_with("price") {
        json!(format!("{}.{:02}", value + 1, serial % 100))
    } else {
        json!(format!("name {value} {serial}"))
    }
}

/// A side's value that a run replaced was agreed on before, or a conflict has kept it.
fn nothing_is_lost(bench: &Bench, before: &Shown, base: &Shown) {
    let conflicts = bench.conflicts(None);
    for (key, (here, there)) in shown(bench) {
        let Some((old_left, old_right)) = before.get(&key) else {
            continue;
        };
        let kept = |side: Side, value: &Value| {
            conflicts.iter().any(|conflict| {
                let found = match side {
                    Side::Shopify => &conflict.found.shopify,
                    Side::Odoo => &conflict.found.odoo,
                };
                conflict.shopify_id == key.0 && conflict.found.rule == key.1 && found == value
            })
        };
        let base = base.get(&key);
        for (side, was, is) in [(Side::Shopify, old_left, &here), (Side::Odoo, old_right, &there)] {
            let known = base.is_some_and(|(a, b)| match side {
                Side::Shopify => a == was,
                Side::Odoo => b == was,
            });
            assert!(
                was == is || known || kept(side, was),
                "{key:?}: {was} of {side:?} was replaced by {is} without a trace\n{conflicts:#?}"
            );
        }
    }
}

fn agree(bench: &Bench) {
    for (key, (here, there)) in shown(bench) {
        let same = if key.1.starts_with("price") {
            let number = |value: &Value| {
                value
                    .as_str()
                    .map(|text| text.parse::<rust_decimal::Decimal>().unwrap())
            };
            number(&here) == number(&there)
        } else {
            here == there
        };
        assert!(same, "{key:?}: {here} and {there}");
    }
    assert_eq!(bench.shop.ids().len(), bench.erp.ids().len());
    assert_eq!(bench.shop.ids().len(), bench.links().len());
}

async fn carry_out(bench: &mut Bench, steps: &[Step]) {
    for (serial, step) in (0..).zip(steps) {
        match step {
            Step::Edit {
                side,
                record,
                field,
                value,
            } => {
                let ids = bench.side(*side).ids();
                let Some(id) = ids.get(record % ids.len().max(1)) else {
                    continue;
                };
                let (shopify, odoo) = FIELDS[*field];
                let name = if *side == Side::Shopify { shopify } else { odoo };
                bench
                    .side(*side)
                    .edit(id, None, name, value_of(name, *value, serial));
            }
            Step::EditCode { side, record, value } => {
                let ids = bench.side(*side).ids();
                let Some(id) = ids.get(record % ids.len().max(1)) else {
                    continue;
                };
                let (list, code) = match side {
                    Side::Shopify => ("variants", "sku"),
                    Side::Odoo => ("lines", "code"),
                };
                let element = bench.side(*side).get(id).unwrap()[list][0]["id"].clone();
                let Some(element) = element.as_str() else { continue };
                bench
                    .side(*side)
                    .edit(id, Some(element), code, json!(format!("code {value} {serial}")));
            }
            Step::Make { side } => {
                let (name, code) = (format!("made {serial}"), format!("made-{serial}"));
                match side {
                    Side::Shopify => bench.shop.make(product(&name, "5.0", &[&code])),
                    Side::Odoo => bench.erp.make(template(&name, "5.00", &[&code])),
                };
            }
            Step::Tick => bench.tick(),
            Step::Run {
                direction,
                strategy,
                full,
            } => {
                bench.strategy(strategy);
                let (before, base) = (shown(bench), agreed(bench));
                if *full {
                    bench.run_full(*direction).await;
                } else {
                    bench.run(*direction).await;
                }
                nothing_is_lost(bench, &before, &base);
            }
        }
    }
}

async fn settle(bench: &mut Bench) {
    bench.strategy("last_write_wins");
    bench.decide_all(&Winner::Odoo);
    bench.run_full(Direction::Both).await;
    bench.run(Direction::Both).await;
    assert!(bench.conflicts(Some(ConflictStatus::Open)).is_empty());
    agree(bench);
    let before = (bench.shop.writes(), bench.erp.writes());
    for direction in Direction::ALL {
        bench.run_full(direction).await;
        assert_eq!((bench.shop.writes(), bench.erp.writes()), before, "{direction}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_agree_and_no_edit_is_lost_without_a_trace(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut bench = Bench::new();
            for n in 0..3 {
                bench.shop.make(product(&format!("P{n}"), "10.0", &[&format!("K-{n}")]));
            }
            bench.run(Direction::Both).await;
            carry_out(&mut bench, &steps).await;
            settle(&mut bench).await;
        });
    }
}
