//! Records that somebody wants left alone. A fixture that cannot have any passes.

use super::StoreFixture;
use super::given::{at, commit, end, product, products, shop, start, written};
use crate::{LeftAlone, Side};

fn left(side: Side, id: &str) -> LeftAlone {
    LeftAlone {
        id: 0,
        connection: shop(),
        record_type: "product".into(),
        side,
        record_id: id.to_owned(),
        label: format!("record {id}"),
        by: "Anna".to_owned(),
        at: at(1),
    }
}

/// Those of three records that are left alone, sorted.
fn found(fixture: &dyn StoreFixture, side: Side) -> Vec<String> {
    let ids = ["1", "2", "3"].map(str::to_owned);
    let store = fixture.second().unwrap_or(fixture.store());
    let found = store.left_alone(&shop(), &"product".into(), side, &ids).unwrap();
    let mut ids: Vec<String> = found.into_iter().map(|one| one.record_id).collect();
    ids.sort();
    ids
}

/// Neither a record that nobody knows nor one that is linked.
pub fn nothing_is_left_alone_unless_somebody_asks(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let linked = written(&job, "1", Some(product("1", "10", &[])));
    commit(store, &job, 1, vec![linked]).unwrap();
    end(store, &job, 2);
    for side in Side::BOTH {
        assert!(found(fixture, side).is_empty());
        let none = store.left_alone(&shop(), &"product".into(), side, &[]);
        assert!(none.unwrap().is_empty());
    }
}

/// Two sides may use the same ids; the answer tells who asked and when.
pub fn what_is_left_alone_is_found_by_side_and_id(fixture: &dyn StoreFixture) {
    let asked = [
        left(Side::Shopify, "1"),
        left(Side::Shopify, "3"),
        left(Side::Odoo, "2"),
    ];
    if !asked.iter().all(|one| fixture.leave_alone(one)) {
        return;
    }
    assert_eq!(found(fixture, Side::Shopify), ["1", "3"]);
    assert_eq!(found(fixture, Side::Odoo), ["2"]);
    let store = fixture.store();
    let one = store.left_alone(&shop(), &"product".into(), Side::Odoo, &["2".to_owned()]);
    let one = one.unwrap().remove(0);
    assert!(one.id > 0, "it has a number");
    assert_eq!(LeftAlone { id: 0, ..one }, left(Side::Odoo, "2"));
}

/// What one connection or type leaves alone says nothing about another one.
pub fn connections_and_types_leave_alone_apart(fixture: &dyn StoreFixture) {
    let elsewhere = LeftAlone {
        connection: "another".into(),
        ..left(Side::Shopify, "1")
    };
    let other_type = LeftAlone {
        record_type: "order".into(),
        ..left(Side::Shopify, "2")
    };
    if !fixture.leave_alone(&elsewhere) || !fixture.leave_alone(&other_type) {
        return;
    }
    assert!(found(fixture, Side::Shopify).is_empty());
}
