//! What may happen, and how often.

use proptest::prelude::*;
use sync_core::{Direction, Side};

/// Fields of a product, as `sim edit` names them: those that go both ways, and one that goes to Odoo only.
pub(super) const SHOP_FIELDS: [&str; 9] = [
    "title",
    "body_html",
    "vendor",
    "product_type",
    "tags",
    "status",
    "variants.0.sku",
    "variants.0.barcode",
    "variants.0.price",
];
pub(super) const ODOO_FIELDS: [&str; 8] = [
    "name",
    "tags",
    "active",
    "sale_ok",
    "product_variant_ids.0.default_code",
    "product_variant_ids.0.barcode",
    "product_variant_ids.0.lst_price",
    "product_variant_ids.0.weight",
];

/// Records are named by their place among those that are linked; where there are fewer, it begins anew.
#[derive(Debug, Clone)]
pub(super) enum Step {
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
    /// Somebody buys one thing or two.
    Sell {
        goods: Vec<(usize, i64)>,
    },
    Order {
        order: usize,
        deed: Deed,
    },
    Make {
        side: Side,
    },
    /// Longer than runs look back.
    Pause,
    /// The options of the shirt change.
    Options {
        side: Side,
        change: Change,
    },
    Run {
        what: usize,
        direction: Direction,
        strategy: &'static str,
        full: bool,
    },
}

/// What is done to an order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    /// Everything that is left leaves.
    Ship(Side),
    /// Units of one line leave.
    Part {
        side: Side,
        line: usize,
        units: i64,
    },
    Note(Side, u8),
    Refund {
        line: usize,
        units: i64,
    },
    /// The line is edited to so many units.
    Units {
        line: usize,
        units: i64,
    },
    /// Another line.
    Add {
        variant: usize,
        units: i64,
    },
    Cancel(Side),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Rename(usize),
    Add,
    Remove(usize),
    /// The first variant becomes the last one; only the shop has an order of them.
    Rotate,
    /// The option itself gets another name.
    RenameOption,
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Shopify), Just(Side::Odoo)]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => side().prop_map(Deed::Ship),
        2 => (side(), 0..3_usize, 1..3_i64).prop_map(|(side, line, units)| Deed::Part { side, line, units }),
        2 => (side(), 0..3_u8).prop_map(|(side, value)| Deed::Note(side, value)),
        2 => (0..3_usize, 1..3_i64).prop_map(|(line, units)| Deed::Refund { line, units }),
        2 => (0..3_usize, 0..5_i64).prop_map(|(line, units)| Deed::Units { line, units }),
        1 => (0..8_usize, 1..3_i64).prop_map(|(variant, units)| Deed::Add { variant, units }),
        1 => side().prop_map(Deed::Cancel),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => (0..4_usize).prop_map(Change::Rename),
        2 => Just(Change::Add),
        2 => (0..4_usize).prop_map(Change::Remove),
        1 => Just(Change::Rotate),
        1 => Just(Change::RenameOption),
    ]
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let strategy = prop_oneof![
        Just("last_write_wins"),
        Just("source_priority:shopify"),
        Just("source_priority:odoo"),
        Just("merge"),
        Just("merge:manual"),
        Just("merge:source_priority:odoo"),
        Just("manual"),
    ];
    let direction = prop_oneof![
        1 => Just(Direction::ShopifyToOdoo),
        1 => Just(Direction::OdooToShopify),
        2 => Just(Direction::Both),
    ];
    prop_oneof![
        8 => (side(), 0..8_usize, 0..9_usize, 0..4_u8)
            .prop_map(|(side, record, field, value)| Step::Edit { side, record, field, value }),
        2 => (side(), 0..8_usize, 20..60_u8).prop_map(|(side, variant, units)| Step::Count { side, variant, units }),
        1 => prop::collection::vec((0..8_usize, 1..4_i64), 1..3).prop_map(|goods| Step::Sell { goods }),
        6 => (0..4_usize, deed()).prop_map(|(order, deed)| Step::Order { order, deed }),
        1 => side().prop_map(|side| Step::Make { side }),
        1 => Just(Step::Pause),
        2 => (side(), change()).prop_map(|(side, change)| Step::Options { side, change }),
        7 => (0..3_usize, direction, strategy, any::<bool>())
            .prop_map(|(what, direction, strategy, full)| Step::Run { what, direction, strategy, full }),
    ]
}
