//! Options and variants: added, renamed, swapped, and never removed.

use mapping_transforms::SOURCE_KEY;
use serde_json::{Value, json};
use sync_core::{Applied, ChildRef};

use super::{FOUR, create, done, products, refused, shirt, titles, update, variants};
use crate::world::{Bench, run, simple, tiny, walk};

fn world() -> (Bench, Applied) {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    (bench, made)
}

fn set(calls: &[String]) -> usize {
    calls.iter().filter(|call| *call == "ProductSet").count()
}

#[test]
fn new_variants_join_those_that_are_there() {
    let (bench, made) = world();
    let mut kinds = FOUR.to_vec();
    kinds.extend([("M", "Red"), ("L", "Green")]);
    let mut desired = shirt(&kinds);
    desired.as_object_mut().unwrap().remove("attribute_lines");
    let write = update(&made.record, "12", desired, &made.children);
    bench.operations();
    let applied = done(&bench, &write);
    assert_eq!(
        titles(&applied.record),
        [
            "S / Red",
            "S / Blue",
            "L / Red",
            "L / Blue",
            "M / Red",
            "L / Green"
        ]
    );
    assert_eq!(applied.children.len(), 6);
    assert_eq!(applied.children[..4], made.children[..]);
    assert_eq!(set(&bench.operations()), 0, "no call that could delete");
    // Sent again, as after a lost answer: they are found by their option values.
    let again = done(&bench, &write);
    assert_eq!(
        (again.children, variants(&bench.shopify).len()),
        (applied.children, 6)
    );
}

#[test]
fn a_value_in_between_takes_its_place() {
    let (bench, made) = world();
    let desired = shirt(&[
        ("S", "Red"),
        ("S", "Blue"),
        ("M", "Red"),
        ("M", "Blue"),
        ("L", "Red"),
        ("L", "Blue"),
    ]);
    let mut desired = desired;
    for (at, source) in [(2, 5), (3, 6), (4, 3), (5, 4)] {
        desired["variants"][at][SOURCE_KEY] = json!(format!("variant/{source}"));
    }
    let applied = done(&bench, &update(&made.record, "12", desired, &made.children));
    assert_eq!(
        applied.record.body["attribute_lines"][0]["values"],
        json!(["S", "M", "L"])
    );
    assert_eq!(applied.record.body["variants"].as_array().unwrap().len(), 6);
}

#[test]
fn names_of_values_and_options_change_in_place() {
    let (bench, made) = world();
    let before = products(&bench.shopify)[0].options.clone();
    let mut desired = shirt(&[("Small", "Red"), ("Small", "Blue"), ("L", "Red"), ("L", "Blue")]);
    desired["attribute_lines"][1]["attribute"] = json!("Farbe");
    for variant in desired["variants"].as_array_mut().unwrap() {
        let size = variant["selected_options"]["Size"].clone();
        let colour = variant["selected_options"]["Colour"].clone();
        variant["selected_options"] = json!({"Size": size, "Farbe": colour});
        variant.as_object_mut().unwrap().remove("sku");
    }
    let applied = done(&bench, &update(&made.record, "12", desired, &made.children));
    assert_eq!(
        titles(&applied.record),
        ["Small / Red", "Small / Blue", "L / Red", "L / Blue"]
    );
    assert_eq!(applied.children, made.children);
    let after = products(&bench.shopify)[0].options.clone();
    let ids = |options: &[mock_shopify::ProductOption]| -> Vec<(i64, Vec<i64>)> {
        options
            .iter()
            .map(|option| (option.id, option.values.iter().map(|value| value.id).collect()))
            .collect()
    };
    assert_eq!(ids(&after), ids(&before), "nothing was made anew");
    assert_eq!(after[1].name, "Farbe");
}

#[test]
fn two_variants_change_places() {
    let (bench, made) = world();
    let mut desired = shirt(&FOUR);
    desired["variants"][0]["selected_options"] = json!({"Size": "L", "Colour": "Blue"});
    desired["variants"][3]["selected_options"] = json!({"Size": "S", "Colour": "Red"});
    let applied = done(&bench, &update(&made.record, "12", desired, &made.children));
    assert_eq!(
        titles(&applied.record),
        ["L / Blue", "S / Blue", "L / Red", "S / Red"]
    );
    assert_eq!(applied.children, made.children);
    assert_eq!(applied.record.body["variants"][0]["sku"], "SHIRT-S-Red");
}

#[test]
fn options_come_to_a_product_that_has_stock() {
    let bench = Bench::unlimited();
    let place = bench.locations(&["Berlin"])[0];
    bench.change(|store| store.add_product(simple("Mug", "9", &[(place, 14)])));
    let record = run(walk(&bench.connector(tiny()), "product", 5))
        .unwrap()
        .remove(0);
    let only = &record.body["variants"][0];
    let child = ChildRef {
        record_type: "variant".into(),
        source_id: "1".into(),
        target_id: Some(only["id"].to_string()),
    };
    let desired = json!({
        "attribute_lines": [{"attribute": "Size", "values": ["S", "L"]}],
        "variants": [
            { SOURCE_KEY: "variant/1", "selected_options": {"Size": "S"} },
            { SOURCE_KEY: "variant/2", "selected_options": {"Size": "L"}, "sku": "MUG-L", "price": "11" },
        ],
    });
    let applied = done(&bench, &update(&record, "5", desired, &[child]));
    assert_eq!(titles(&applied.record), ["S", "L"]);
    let first = &applied.record.body["variants"][0];
    assert_eq!(
        (&first["id"], &first["inventory_quantity"], &first["sku"]),
        (&only["id"], &json!(14), &json!("MUG"))
    );
    assert_eq!(applied.children.len(), 2);
    let added = json!({
        "attribute_lines": [
            {"attribute": "Size", "values": ["S", "L"]},
            {"attribute": "Glaze", "values": ["Matt"]},
        ],
        "variants": [
            { SOURCE_KEY: "variant/1", "selected_options": {"Size": "S", "Glaze": "Matt"} },
            { SOURCE_KEY: "variant/2", "selected_options": {"Size": "L", "Glaze": "Matt"} },
        ],
    });
    let second = done(&bench, &update(&applied.record, "5", added, &applied.children));
    assert_eq!(titles(&second.record), ["S / Matt", "L / Matt"]);
    assert_eq!(second.record.body["variants"][0]["inventory_quantity"], 14);
    assert_eq!(second.children, applied.children);
}

#[test]
fn what_only_shopify_has_stays() {
    let (bench, made) = world();
    let id: i64 = made.record.id.parse().unwrap();
    bench.change(|store| {
        store.edit_product(id, |product| {
            product.media = vec![mock_shopify::ProductImage {
                id: 0,
                image_id: 0,
                url: "https://example.com/a.png".into(),
                alt: None,
                created_at: product.created_at,
            }];
        })
    });
    bench.change(|store| {
        store.set_metafield(
            ("Product", id),
            ("custom", "care"),
            "single_line_text_field",
            "30",
        )
    });
    bench.change(|store| store.add_variant(id, crate::world::variant(&["XL", "Black"], "30", "BLACK", &[])));
    let media = products(&bench.shopify)[0].media.clone();
    // A renamed value takes the call that deletes what it is not told.
    let mut desired = shirt(&[("Small", "Red"), ("Small", "Blue"), ("L", "Red"), ("L", "Blue")]);
    desired["title"] = json!("Renamed");
    let write = update(&made.record, "12", desired, &made.children);
    bench.operations();
    let applied = done(&bench, &write);
    assert_eq!(set(&bench.operations()), 1);
    assert!(titles(&applied.record).contains(&"XL / Black".to_owned()));
    assert_eq!(applied.record.body["title"], "Renamed");
    let after = &products(&bench.shopify)[0];
    assert_eq!((&after.media, after.tags.len()), (&media, 2));
    let fields = bench.shopify.look(|rows| {
        use mock_shopify::Rows as _;
        rows.all::<mock_shopify::Metafield>()
            .map(|field| field.key.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(fields.unwrap(), ["made_from", "care"]);
}

#[test]
fn a_missing_value_is_asked_for() {
    let (bench, made) = world();
    let desired = json!({"variants": [
        { SOURCE_KEY: "variant/9", "selected_options": {"Size": "XL"}, "sku": "X" },
    ]});
    let error = refused(&bench, &update(&made.record, "12", desired, &made.children));
    assert_eq!(error.code, "no_option_value");
    assert!(
        error.message.contains("variant/9") && error.message.contains("`Colour`"),
        "{error}"
    );
    // An option with one value says nothing that anybody has to repeat.
    let single = json!({
        "title": "Cap",
        "attribute_lines": [{"attribute": "Size", "values": ["S", "L"]}, {"attribute": "Brand", "values": ["Weaver"]}],
        "variants": [
            { SOURCE_KEY: "variant/1", "selected_options": {"Size": "S"} },
            { SOURCE_KEY: "variant/2", "selected_options": {"Size": "L"} },
        ],
    });
    let cap = done(&bench, &create("product", "30", single));
    assert_eq!(titles(&cap.record), ["S / Weaver", "L / Weaver"]);
    let more = json!({"variants": [{ SOURCE_KEY: "variant/3", "selected_options": {"Size": "XL"} }]});
    let cap = done(&bench, &update(&cap.record, "30", more, &cap.children));
    assert_eq!(titles(&cap.record)[2], "XL / Weaver");
    let lines = ["a", "b", "c", "d"].map(|name| json!({"attribute": name, "values": ["1"]}));
    let four = json!({"attribute_lines": lines,
        "title": "Four", "variants": [{ SOURCE_KEY: "variant/1", "selected_options": {"a": "1", "b": "1", "c": "1", "d": "1"} }]});
    assert_eq!(
        refused(&bench, &create("product", "31", four)).code,
        "options_over_limit"
    );
}

#[test]
fn the_order_of_options_follows() {
    let (bench, made) = world();
    let mut desired = shirt(&FOUR);
    let lines = desired["attribute_lines"].as_array().unwrap().clone();
    desired["attribute_lines"] = Value::Array(vec![lines[1].clone(), lines[0].clone()]);
    let applied = done(&bench, &update(&made.record, "12", desired, &made.children));
    assert_eq!(
        titles(&applied.record),
        ["Red / S", "Blue / S", "Red / L", "Blue / L"]
    );
    assert_eq!(applied.children, made.children);
}
