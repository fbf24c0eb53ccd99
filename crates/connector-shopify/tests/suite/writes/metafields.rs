//! Custom fields of products.

use connector_shopify::ShopifyOptions;
use mock_shopify::{Metafield, Rows as _};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{Applied, ErrorKind, FieldChange, Side, Write, WriteOutcome};

use super::{FOUR, create, shirt, update};
use crate::world::{Bench, run, tiny};

fn options() -> ShopifyOptions {
    let fields = [
        "custom.material:single_line_text_field",
        "custom.months:number_integer",
        "wash.care:list.single_line_text_field",
    ];
    ShopifyOptions {
        metafields: fields.map(|field| field.parse().unwrap()).to_vec(),
        ..tiny()
    }
}

fn send(bench: &Bench, write: &Write) -> WriteOutcome {
    let mut outcomes = run(bench.connector(options()).apply(std::slice::from_ref(write)));
    outcomes.remove(0)
}

fn done(bench: &Bench, write: &Write) -> Applied {
    match send(bench, write) {
        WriteOutcome::Applied(applied) => *applied,
        other => panic!("carried out: {other:?}"),
    }
}

/// A product that was made with some of the fields.
fn made(bench: &Bench) -> Applied {
    let mut desired = shirt(&FOUR);
    desired["metafields"] = json!({
        "custom": {"material": "Linen", "months": 24},
        "wash": {"care": []},
    });
    done(bench, &create("product", "12", desired))
}

/// A write that names custom fields, one by one.
fn fields(applied: &Applied, wanted: &[(&str, Value)]) -> Write {
    let mut write = update(&applied.record, "12", json!({}), &applied.children);
    for (path, value) in wanted {
        let (namespace, key) = path.split_once('.').unwrap();
        write.desired["metafields"][namespace][key] = value.clone();
        write.changes.push(FieldChange {
            side: Side::Shopify,
            field: format!("metafields.{path}"),
            old: Value::Null,
            new: value.clone(),
        });
    }
    write
}

/// Namespace, key, type and value of everything that is stored, but for the connector's own mark.
fn stored(bench: &Bench) -> Vec<String> {
    let all = bench.shopify.look(|rows| {
        let all = rows.all::<Metafield>().filter(|field| field.key != "made_from");
        all.map(|field| format!("{}.{} {} {}", field.namespace, field.key, field.kind, field.value))
            .collect()
    });
    all.unwrap()
}

#[test]
fn they_are_set_with_the_product_and_shown_by_their_type() {
    let bench = Bench::unlimited();
    let applied = made(&bench);
    assert_eq!(
        stored(&bench),
        [
            "custom.material single_line_text_field Linen",
            "custom.months number_integer 24"
        ]
    );
    assert_eq!(
        applied.record.body["metafields"],
        json!({"custom": {"material": "Linen", "months": 24}, "wash": {"care": null}})
    );
    let connector = bench.connector(options());
    let known = run(connector.fields(&"product".into())).unwrap();
    assert!(known.knows(&["metafields", "custom", "material"]));
    assert!(!known.knows(&["metafields", "custom", "colour"]));
    let page = run(connector.changes(&"product".into(), None, 5)).unwrap();
    assert_eq!(page.records, [applied.record]);
    // Without names nothing is read, and nothing is known.
    let bare = bench.connector(tiny());
    assert!(
        !run(bare.fields(&"product".into()))
            .unwrap()
            .knows(&["metafields"])
    );
    let page = run(bare.changes(&"product".into(), None, 5)).unwrap();
    assert_eq!(page.records[0].body.get("metafields"), None);
}

#[test]
fn what_is_named_is_set_or_emptied_in_the_call_that_writes_the_rest() {
    let bench = Bench::unlimited();
    let first = made(&bench);
    let mut write = fields(
        &first,
        &[
            ("custom.material", json!("Wool")),
            ("custom.months", json!(null)),
            ("wash.care", json!(["30", "no iron"])),
        ],
    );
    write.desired["title"] = json!("Woollen shirt");
    write.changes.push(FieldChange {
        side: Side::Shopify,
        field: "title".into(),
        old: Value::Null,
        new: json!("Woollen shirt"),
    });
    bench.operations();
    let applied = done(&bench, &write);
    let writes = bench
        .operations()
        .into_iter()
        .filter(|name| name == "ProductWrite");
    assert_eq!(writes.count(), 1);
    assert_eq!(applied.record.body["title"], "Woollen shirt");
    assert_eq!(
        applied.record.body["metafields"],
        json!({"custom": {"material": "Wool", "months": null}, "wash": {"care": ["30", "no iron"]}})
    );
    // What it says already is not written again, and what is not named stays.
    bench.change(|store| {
        store.set_metafield(
            ("Product", id(&first)),
            ("custom", "months"),
            "number_integer",
            "6",
        )
    });
    let again = done(
        &bench,
        &fields(&applied, &[("wash.care", json!(["30", "no iron"]))]),
    );
    assert!(!bench.operations().contains(&"ProductWrite".to_owned()));
    assert_eq!(again.record.body["metafields"]["custom"]["months"], 6);
}

fn id(applied: &Applied) -> i64 {
    applied.record.id.parse().unwrap()
}

#[test]
fn they_survive_the_call_that_replaces_options() {
    let bench = Bench::unlimited();
    let first = made(&bench);
    let other = ("Product", id(&first));
    bench.change(|store| store.set_metafield(other, ("app", "own"), "single_line_text_field", "stays"));
    let mut desired = shirt(&[("Small", "Red"), ("Small", "Blue"), ("L", "Red"), ("L", "Blue")]);
    desired["metafields"] = json!({"custom": {"material": "Hemp", "months": 24}});
    let mut write = update(&first.record, "12", desired, &first.children);
    write.changes.retain(|change| change.field != "metafields");
    write.changes.push(FieldChange {
        side: Side::Shopify,
        field: "metafields.custom.material".into(),
        old: json!("Linen"),
        new: json!("Hemp"),
    });
    done(&bench, &write);
    assert_eq!(
        stored(&bench),
        [
            "custom.material single_line_text_field Hemp",
            "custom.months number_integer 24",
            "app.own single_line_text_field stays"
        ]
    );
}

#[test]
fn a_field_keeps_the_type_that_it_has_and_a_wrong_value_is_refused() {
    let bench = Bench::unlimited();
    let first = made(&bench);
    let owner = ("Product", id(&first));
    bench.change(|store| store.set_metafield(owner, ("custom", "material"), "multi_line_text_field", "a\nb"));
    done(&bench, &fields(&first, &[("custom.material", json!("c\nd"))]));
    assert_eq!(stored(&bench)[0], "custom.material multi_line_text_field c\nd");
    match send(&bench, &fields(&first, &[("custom.months", json!("two"))])) {
        WriteOutcome::Failed(error) => {
            assert_eq!(
                (error.kind, error.code.as_str()),
                (ErrorKind::Rejected, "invalid_value")
            );
            assert!(error.message.contains("metafields"), "{}", error.message);
        }
        other => panic!("refused: {other:?}"),
    }
}

#[test]
fn a_change_of_that_very_moment_is_not_overwritten() {
    let bench = Bench::unlimited();
    let first = made(&bench);
    let write = fields(&first, &[("custom.material", json!("Wool"))]);
    // Somebody edits the field after it was read: the digest that was read is an older one.
    bench.change_answers(|_, response| {
        let mut body: Value = serde_json::from_slice(&response.body).unwrap();
        let nodes = body
            .pointer_mut("/data/nodes/0/metafields/nodes")
            .and_then(Value::as_array_mut);
        for node in nodes.into_iter().flatten() {
            node["compareDigest"] = json!("of an older value");
        }
        response.body = body.to_string().into_bytes();
    });
    match send(&bench, &write) {
        WriteOutcome::Failed(error) => {
            assert_eq!(
                (error.kind, error.code.as_str()),
                (ErrorKind::Contention, "stale_object")
            );
        }
        other => panic!("contended: {other:?}"),
    }
    assert_eq!(stored(&bench)[0], "custom.material single_line_text_field Linen");
}
