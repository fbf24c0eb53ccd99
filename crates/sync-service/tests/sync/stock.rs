//! Stock while orders are under way on one side or the other.

use mock_shopify::{Rows as _, Variant};
use rust_decimal::Decimal;

use crate::small::{MUG, SHIRT_S, Small};

impl Small {
    /// A run of stock levels that changes none.
    fn stock_is_quiet(&self) {
        let before = self.world.journals();
        let job = self.sync("inventory");
        assert_eq!(job.counts.success_count, 0, "{:#?}", self.world.told(job.id));
        assert_eq!(self.world.journals(), before);
    }

    fn set_on_hand(&self, at: usize, units: i64) {
        let (variant, location) = (self.variants[at], self.location);
        self.change(|store| {
            let item = store.rows().one::<Variant>(variant).unwrap().item_id;
            store.set_on_hand(item, location, units)
        });
    }
}

#[test]
fn an_open_order_moves_nothing_on_either_side() {
    let small = Small::stocked();
    small.order(&[(SHIRT_S, 4)]);
    small.stock_is_quiet();
    small.sync("orders");
    small.stock_is_quiet();
    assert_eq!(small.in_odoo(SHIRT_S), Decimal::from(20));
}

#[test]
fn the_shop_ships_first_and_odoo_follows() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 4), (MUG, 2)]);
    small.sync("orders");
    small.ship(order, &[(0, 3)]);
    small.stock_is_quiet();
    small.ship(order, &[]);
    small.stock_is_quiet();
    small.deliver(Some((SHIRT_S, 1)));
    small.stock_is_quiet();
    small.deliver(None);
    small.stock_is_quiet();
    small.sync("orders");
    small.is_quiet();
    assert_eq!((small.on_hand(SHIRT_S), small.in_odoo(SHIRT_S)), (16, 16.into()));
    assert_eq!((small.on_hand(MUG), small.in_odoo(MUG)), (18, 18.into()));
}

#[test]
fn odoo_delivers_first_and_the_shop_follows() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 4), (MUG, 2)]);
    small.sync("orders");
    small.deliver(Some((MUG, 2)));
    small.stock_is_quiet();
    small.deliver(None);
    small.stock_is_quiet();
    small.sync("orders");
    small.stock_is_quiet();
    small.ship(order, &[(1, 1)]);
    small.stock_is_quiet();
    small.ship(order, &[]);
    small.stock_is_quiet();
    small.sync("orders");
    small.is_quiet();
    assert_eq!((small.on_hand(SHIRT_S), small.in_odoo(SHIRT_S)), (16, 16.into()));
}

#[test]
fn a_count_in_the_shop_arrives_while_goods_are_under_way() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 4)]);
    small.sync("orders");
    small.ship(order, &[]);
    // Four are out of the shop and still in Odoo; somebody finds two more.
    small.set_on_hand(SHIRT_S, 18);
    assert_eq!(small.sync("inventory").counts.success_count, 1);
    assert_eq!(small.in_odoo(SHIRT_S), Decimal::from(22));
    small.deliver(None);
    assert_eq!(small.in_odoo(SHIRT_S), Decimal::from(18));
    small.stock_is_quiet();
}

#[test]
fn nothing_and_less_than_nothing_arrive() {
    let small = Small::stocked();
    small.set_on_hand(SHIRT_S, 0);
    small.set_on_hand(MUG, -3);
    small.sync("inventory");
    assert_eq!(
        (small.in_odoo(SHIRT_S), small.in_odoo(MUG)),
        (0.into(), (-3).into())
    );
    small.is_quiet();
}
