//! Mapping rules: their life, and the version that grows with every change.

use mapping_transforms::{Mapping, OnMissing};
use persistence::{PersistenceError, SqliteStore};
use sync_core::ports::Store;

use crate::given::{at, shop, store};

fn rule(record_type: &str, shopify: &str, odoo: &str) -> Mapping {
    Mapping::new(
        record_type,
        shopify.parse().unwrap(),
        odoo.parse().unwrap(),
        "direct",
    )
}

fn version(store: &SqliteStore, record_type: &str) -> i64 {
    store.rules(&shop(), &record_type.into()).unwrap().version
}

#[test]
fn a_rule_comes_back_as_it_was_stored() {
    let store = store();
    let rule = Mapping {
        transform: "trim|uppercase".to_owned(),
        enabled: false,
        position: -3,
        note: "für später".to_owned(),
        on_missing: OnMissing::Fail,
        ..rule(
            "product",
            "variants.*.\"odd key\"",
            "product_variant_ids.*.default_code",
        )
    };
    let id = store.insert_mapping(&shop(), &rule).unwrap();
    assert_eq!(store.mapping(&shop(), id).unwrap(), Mapping { id, ..rule });
}

#[test]
fn rules_come_in_their_order() {
    let store = store();
    let names = [("b", 2), ("a", 1), ("c", 2), ("d", 0)];
    for (name, position) in names {
        let rule = Mapping {
            position,
            ..rule("product", name, name)
        };
        store.insert_mapping(&shop(), &rule).unwrap();
    }
    store
        .insert_mapping(&shop(), &rule("order", "note", "note"))
        .unwrap();
    let fields = |mappings: Vec<Mapping>| {
        mappings
            .iter()
            .map(|rule| rule.shopify_field.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        fields(store.rules(&shop(), &"product".into()).unwrap().mappings),
        ["d", "a", "b", "c"]
    );
    assert_eq!(
        fields(store.list_mappings(&shop(), Some(&"order".into())).unwrap()),
        ["note"]
    );
    assert_eq!(
        fields(store.list_mappings(&shop(), None).unwrap()),
        ["note", "d", "a", "b", "c"]
    );
    assert!(store.list_mappings(&"another".into(), None).unwrap().is_empty());
}

#[test]
fn every_change_makes_a_new_version_of_its_type() {
    let store = store();
    assert_eq!(version(&store, "product"), 0);
    let id = store
        .insert_mapping(&shop(), &rule("product", "title", "name"))
        .unwrap();
    assert_eq!(version(&store, "product"), 1);
    let changed = Mapping {
        id,
        ..rule("product", "title", "display_name")
    };
    store.replace_mapping(&shop(), &changed).unwrap();
    assert_eq!(version(&store, "product"), 2);
    store.replace_mapping(&shop(), &changed).unwrap();
    assert!(store.enable_mapping(&shop(), id, true).unwrap().enabled);
    assert_eq!(version(&store, "product"), 2, "nothing changed");
    assert!(!store.enable_mapping(&shop(), id, false).unwrap().enabled);
    assert_eq!(version(&store, "product"), 3);
    store
        .replace_mapping(
            &shop(),
            &Mapping {
                id,
                ..rule("order", "note", "note")
            },
        )
        .unwrap();
    assert_eq!(
        (version(&store, "product"), version(&store, "order")),
        (4, 1),
        "it left one type for another"
    );
    assert_eq!(store.delete_mapping(&shop(), id).unwrap().record_type, "order");
    assert_eq!((version(&store, "product"), version(&store, "order")), (4, 2));
}

#[test]
fn an_unknown_rule_is_named() {
    let store = store();
    let id = store
        .insert_mapping(&"another".into(), &rule("product", "title", "name"))
        .unwrap();
    let unknown =
        |error: PersistenceError| assert_eq!(error.to_string(), format!("there is no mapping {id}"));
    unknown(store.mapping(&shop(), id).unwrap_err());
    unknown(
        store
            .replace_mapping(
                &shop(),
                &Mapping {
                    id,
                    ..rule("product", "a", "b")
                },
            )
            .unwrap_err(),
    );
    unknown(store.enable_mapping(&shop(), id, false).unwrap_err());
    unknown(store.delete_mapping(&shop(), id).unwrap_err());
    assert!(store.mapping(&"another".into(), id).is_ok());
}

#[test]
fn defaults_are_stored_once_per_record_type() {
    let store = store();
    let defaults = [
        rule("product", "title", "name"),
        rule("product", "handle", "website_slug"),
        rule("order", "note", "note"),
    ];
    assert_eq!(store.seed_mappings_if_empty(&shop(), &defaults).unwrap(), 3);
    assert_eq!(store.seed_mappings_if_empty(&shop(), &defaults).unwrap(), 0);
    let order = store.list_mappings(&shop(), Some(&"order".into())).unwrap()[0].id;
    store.delete_mapping(&shop(), order).unwrap();
    assert_eq!(
        store.seed_mappings_if_empty(&shop(), &defaults).unwrap(),
        0,
        "somebody wanted none"
    );
    let more = [
        rule("order", "note", "note"),
        rule("inventory", "on_hand", "quantity"),
    ];
    assert_eq!(
        store.seed_mappings_if_empty(&shop(), &more).unwrap(),
        1,
        "a type that is new"
    );
    store.reset(&shop(), at(0)).unwrap();
    assert_eq!(
        store.list_mappings(&shop(), None).unwrap().len(),
        3,
        "a reset leaves the rules"
    );
    assert_eq!(
        store
            .seed_mappings_if_empty(&"another".into(), &defaults)
            .unwrap(),
        3
    );
}

#[test]
fn an_import_replaces_whole_record_types_and_counts_as_one_change() {
    let store = store();
    for name in ["a", "b"] {
        store
            .insert_mapping(&shop(), &rule("product", name, name))
            .unwrap();
    }
    store
        .insert_mapping(&shop(), &rule("order", "note", "note"))
        .unwrap();
    let new = [rule("product", "c", "c"), rule("order", "name", "name")];
    let deleted = store.import_mappings(&shop(), &["product".into()], &new).unwrap();
    assert_eq!(deleted, 2);
    let fields = |record_type: &str| -> Vec<String> {
        let rules = store.list_mappings(&shop(), Some(&record_type.into())).unwrap();
        rules.iter().map(|rule| rule.shopify_field.to_string()).collect()
    };
    assert_eq!(fields("product"), ["c"]);
    assert_eq!(fields("order"), ["note", "name"]);
    assert_eq!((version(&store, "product"), version(&store, "order")), (3, 2));
    assert_eq!(version(&store, "inventory"), 0);
}
