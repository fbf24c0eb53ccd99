//! Links: one per record and side, in trees.

use super::StoreFixture;
use super::given::{
    at, children, commit, draft, end, link, product, products, shop, skipped, start, written,
};
use crate::ports::Store;
use crate::{Base, Job, Link, LinkDraft, NewJob, OwnWrite, Side, Written};

fn store_link(store: &dyn Store, job: &Job, draft: LinkDraft) -> Option<Link> {
    let (record_type, id) = (draft.record_type.clone(), draft.shopify_id.clone());
    commit(store, job, 1, vec![written(job, &id, Some(draft))]).unwrap();
    link(store, record_type.as_str(), &id)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(shopify, odoo)| ((*shopify).to_owned(), (*odoo).to_owned()))
        .collect()
}

/// All that was handed in comes back.
pub fn a_link_is_found_from_both_sides(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let mut wanted = draft("product", "1", "10");
    wanted.open = true;
    let stored = store_link(store, &job, wanted.clone()).unwrap();
    assert!(stored.id > 0);
    assert_eq!(
        (&stored.connection, &stored.record_type, stored.parent),
        (&shop(), &wanted.record_type, None)
    );
    assert_eq!(
        (&stored.shopify_id, &stored.odoo_id),
        (&wanted.shopify_id, &wanted.odoo_id)
    );
    assert_eq!(
        (&stored.label, &stored.base, stored.open),
        (&wanted.label, &wanted.base, true)
    );
    let ids = ["10".to_owned(), "11".to_owned(), "10".to_owned()];
    assert_eq!(
        store.links(&shop(), &"product".into(), Side::Odoo, &ids).unwrap(),
        [stored]
    );
    assert_eq!(
        store
            .links(&shop(), &"product".into(), Side::Shopify, &ids)
            .unwrap(),
        []
    );
    assert_eq!(
        store.links(&shop(), &"product".into(), Side::Odoo, &[]).unwrap(),
        []
    );
}

/// Its id is what children and people know it by.
pub fn a_link_that_is_stored_again_stays_itself(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let first = store_link(store, &job, product("1", "10", &[("2", "20")])).unwrap();
    let child = link(store, "variant", "2").unwrap();
    assert_eq!(child.parent, Some(first.id));
    let own = Written::from([(
        Side::Odoo,
        OwnWrite {
            shown: at(9),
            before: at(3),
        },
    )]);
    let again = LinkDraft {
        label: "renamed".to_owned(),
        base: Base::new(),
        written: own.clone(),
        ..product("1", "10", &[("2", "20")])
    };
    let second = store_link(store, &job, again).unwrap();
    assert_eq!(
        (second.id, second.label.as_str(), second.base.len()),
        (first.id, "renamed", 0)
    );
    assert_eq!((first.written, &second.written), (Written::new(), &own));
    assert_eq!(
        (
            second.edited_at(Side::Odoo, at(9)),
            second.edited_at(Side::Odoo, at(10))
        ),
        (at(3), at(10))
    );
    assert_eq!(link(store, "variant", "2").unwrap().id, child.id);
    // A child on its own keeps its parent.
    let alone = store_link(store, &job, draft("variant", "2", "20")).unwrap();
    assert_eq!(alone.parent, Some(first.id));
}

/// A new counterpart on either side takes the place of the old one.
pub fn a_record_is_linked_once(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    store_link(store, &job, draft("product", "1", "10"));
    store_link(store, &job, draft("product", "2", "20"));
    assert_eq!(
        store_link(store, &job, draft("product", "1", "11"))
            .unwrap()
            .odoo_id,
        "11"
    );
    store_link(store, &job, draft("product", "3", "20"));
    assert_eq!(link(store, "product", "2"), None);
    // Both ids were linked to something else.
    store_link(store, &job, draft("product", "1", "20"));
    assert_eq!(link(store, "product", "3"), None);
    let ids = ["10", "11", "20"].map(str::to_owned);
    let left = store.links(&shop(), &"product".into(), Side::Odoo, &ids).unwrap();
    assert_eq!(
        left.iter()
            .map(|link| link.shopify_id.as_str())
            .collect::<Vec<_>>(),
        ["1"]
    );
}

/// Children of a link that is gone belong to nobody.
pub fn a_replaced_link_takes_its_children_along(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let old = store_link(store, &job, product("1", "10", &[("2", "20"), ("3", "30")])).unwrap();
    let new = store_link(store, &job, product("1", "11", &[("2", "21")])).unwrap();
    assert_eq!(children(store, &old), []);
    assert_eq!(children(store, &new), pairs(&[("2", "21")]));
    assert_eq!(link(store, "variant", "3"), None);
}

/// Those that are not named are removed.
pub fn children_are_those_named_last(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let parent = store_link(store, &job, product("1", "10", &[("2", "20"), ("3", "30")])).unwrap();
    let other = store_link(store, &job, product("5", "50", &[("6", "60")])).unwrap();
    store_link(store, &job, product("1", "10", &[("3", "30"), ("4", "40")]));
    assert_eq!(children(store, &parent), pairs(&[("3", "30"), ("4", "40")]));
    store_link(store, &job, product("1", "10", &[]));
    assert_eq!(children(store, &parent), []);
    assert_eq!(children(store, &other), pairs(&[("6", "60")]));
    let both = store.child_links(&[parent.id, other.id]).unwrap();
    assert_eq!(both.len(), 1);
    assert_eq!(store.child_links(&[]).unwrap(), []);
}

/// No order of children trips over the rule that an id is linked once.
pub fn children_may_swap_their_counterparts(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let parent = store_link(
        store,
        &job,
        product("1", "10", &[("2", "20"), ("3", "30"), ("4", "40")]),
    )
    .unwrap();
    store_link(
        store,
        &job,
        product("1", "10", &[("2", "30"), ("3", "40"), ("4", "20")]),
    );
    assert_eq!(
        children(store, &parent),
        pairs(&[("2", "30"), ("3", "40"), ("4", "20")])
    );
}

/// A variant may go from one product to another, whichever of them is stored first.
pub fn a_child_may_move_to_another_parent(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let first = store_link(store, &job, product("1", "10", &[("3", "30"), ("4", "40")])).unwrap();
    let second = store_link(store, &job, product("2", "20", &[])).unwrap();
    store_link(store, &job, product("2", "20", &[("3", "30")]));
    store_link(store, &job, product("1", "10", &[("4", "40")]));
    assert_eq!(children(store, &first), pairs(&[("4", "40")]));
    assert_eq!(children(store, &second), pairs(&[("3", "30")]));
    store_link(store, &job, product("2", "20", &[]));
    store_link(store, &job, product("1", "10", &[("3", "31"), ("4", "40")]));
    assert_eq!(children(store, &first), pairs(&[("3", "31"), ("4", "40")]));
    assert_eq!(children(store, &second), []);
}

/// A tree has as many levels as it has.
pub fn grandchildren_are_kept_too(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let mut tree = product("1", "10", &[("2", "20")]);
    tree.children[0].children = vec![draft("part", "3", "30")];
    store_link(store, &job, tree);
    let child = link(store, "variant", "2").unwrap();
    assert_eq!(children(store, &child), pairs(&[("3", "30")]));
    store_link(store, &job, draft("product", "1", "11"));
    assert_eq!(link(store, "part", "3"), None);
}

/// Only a link that is handed in changes links.
pub fn outcomes_without_a_link_leave_it(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let before = store_link(store, &job, product("1", "10", &[("2", "20")])).unwrap();
    let records = vec![
        written(&job, "1", None),
        skipped(&job, "1", "unchanged"),
        super::given::dead(&job, "1"),
    ];
    commit(store, &job, 2, records).unwrap();
    assert_eq!(children(store, &before), pairs(&[("2", "20")]));
    assert_eq!(link(store, "product", "1"), Some(before));
}

/// The same ids mean something else there.
pub fn connections_and_types_are_apart(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    store_link(store, &job, draft("product", "1", "10"));
    store_link(store, &job, draft("order", "1", "10"));
    end(store, &job, 2);
    let other = start(
        store,
        &NewJob {
            connection: "another".into(),
            ..products()
        },
        3,
    );
    commit(
        store,
        &other,
        4,
        vec![written(&other, "1", Some(draft("product", "1", "99")))],
    )
    .unwrap();
    assert_eq!(link(store, "product", "1").unwrap().odoo_id, "10");
    assert_eq!(link(store, "order", "1").unwrap().odoo_id, "10");
    let there = store
        .links(
            &"another".into(),
            &"product".into(),
            Side::Shopify,
            &["1".to_owned()],
        )
        .unwrap();
    assert_eq!(there[0].odoo_id, "99");
}

/// Open links are walked through by id.
pub fn open_links_come_in_steps(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    for number in 1..=7 {
        let (shopify, odoo) = (number.to_string(), (number * 10).to_string());
        let open = number != 4;
        store_link(
            store,
            &job,
            LinkDraft {
                open,
                ..draft("order", &shopify, &odoo)
            },
        );
    }
    store_link(
        store,
        &job,
        LinkDraft {
            open: true,
            ..draft("product", "8", "80")
        },
    );
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let step = store.open_links(&shop(), &"order".into(), after, 4).unwrap();
        assert!(step.len() <= 4 && step.iter().all(|link| link.open));
        assert!(step.windows(2).all(|two| two[0].id < two[1].id), "by id");
        let Some(last) = step.last() else { break };
        after = last.id;
        seen.extend(step.into_iter().map(|link| link.shopify_id));
    }
    assert_eq!(seen, ["1", "2", "3", "5", "6", "7"]);
    store_link(store, &job, draft("order", "1", "10"));
    assert_eq!(
        store.open_links(&shop(), &"order".into(), 0, 10).unwrap().len(),
        5,
        "no longer open"
    );
}
