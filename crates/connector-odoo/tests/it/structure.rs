//! Options and values that change on products that Odoo has already: links, SKUs and barcodes follow.

use serde_json::json;
use sync_core::{Applied, Write, WriteOutcome};
use wire::{Fault, FaultRule};

use sync_core::ports::Connector as _;

use crate::goods::{Goods, Kind, active, difference, texts};
use crate::world::{Bench, run};

/// A product before and after a change of its structure.
struct Change {
    before: Goods,
    /// Changes the linked product; answers the variants that are gone.
    edit: fn(&mut Goods) -> Vec<Kind>,
    /// Another product in the database, which is not touched.
    other: Option<Goods>,
}

impl Change {
    /// The product with barcodes, and the other one, in a new database.
    fn begin(&self) -> (Bench, Goods, Applied) {
        let bench = Bench::new();
        if let Some(other) = &self.other {
            bench.write(&other.create());
        }
        let mut goods = self.before.clone();
        // What becomes of stock is a matter of its own.
        goods.tracked = false;
        for kind in &mut goods.variants {
            kind.barcode = format!("40063813{}", kind.id);
        }
        let made = bench.write(&goods.create());
        assert_eq!(difference(&goods.create().desired, &made.record), None);
        goods.link(&made);
        (bench, goods, made)
    }

    fn write(&self, goods: &mut Goods, made: &Applied) -> Write {
        let removed = (self.edit)(goods);
        goods.update(&made.record, &removed)
    }

    /// The product is right, and the only one beside the other one, which is what it was.
    fn assert_done(&self, bench: &Bench, write: &Write, applied: &Applied) {
        assert_eq!(difference(&write.desired, &applied.record), None);
        assert_eq!(Some(&applied.record.id), write.target_id.as_ref());
        let variants = applied.record.body["product_variant_ids"].as_array().unwrap();
        for child in &applied.children {
            let target = variants
                .iter()
                .find(|one| Some(one["id"].to_string()) == child.target_id);
            assert_eq!(target.unwrap()["active"], json!(true), "{child:?}");
        }
        assert_eq!(applied.children.len(), write.children.len());
        let others = usize::from(self.other.is_some());
        let templates = bench.rows("product.template", &json!([]), &["id"]);
        assert_eq!(templates.len(), 1 + others);
        if let Some(other) = &self.other {
            let id = templates.iter().map(|row| row["id"].to_string());
            let id = id.min().unwrap();
            assert_eq!(
                difference(&other.create().desired, &bench.product(&id)),
                None,
                "the other one stays"
            );
        }
    }

    /// Carries it out once; answers the counterparts before and after, in the order of the variants after.
    fn carry_out(&self) -> (Bench, Goods, Applied) {
        let (bench, mut goods, made) = self.begin();
        let write = self.write(&mut goods, &made);
        let applied = bench.write(&write);
        self.assert_done(&bench, &write, &applied);
        let again = bench.write(&write);
        self.assert_done(&bench, &write, &again);
        assert_eq!(again.children, applied.children, "once more changes nothing");
        (bench, goods, applied)
    }

    /// Carries it out with the `n`-th call lost, for every `n`, and sends the same write again.
    fn survives(&self, fault: &Fault) {
        for skip in 0..200 {
            let (bench, mut goods, made) = self.begin();
            let write = self.write(&mut goods, &made);
            bench.script(FaultRule::new(fault.clone(), |_| true).skip(skip));
            let outcome = run(bench.connector().apply(std::slice::from_ref(&write))).remove(0);
            if bench.wire.rules_left() > 0 {
                assert!(skip > 5 && matches!(outcome, WriteOutcome::Applied(_)));
                return;
            }
            let applied = match outcome {
                WriteOutcome::Applied(applied) => *applied,
                _ => bench.write(&write),
            };
            self.assert_done(&bench, &write, &applied);
        }
        panic!("a change takes fewer calls");
    }
}

fn sizes() -> Goods {
    Goods::with(7, "Shirt", &["Size"], &[(&["S"], "20"), (&["M"], "22")])
}

/// The variants' counterparts, by their number in the shop.
fn targets(goods: &Goods, applied: &Applied) -> Vec<Option<String>> {
    let target = |kind: &Kind| {
        applied
            .children
            .iter()
            .find(|child| child.source_id == kind.id.to_string())?
            .target_id
            .clone()
    };
    goods.variants.iter().map(target).collect()
}

/// Every variant that was linked is linked with the same one.
fn assert_kept(goods: &Goods, applied: &Applied) {
    for (kind, target) in goods.variants.iter().zip(targets(goods, applied)) {
        if kind.linked.is_some() {
            assert_eq!(kind.linked, target, "{}", kind.sku);
        }
    }
}

fn option_added() -> Change {
    Change {
        before: Goods::plain(7, "Shirt", "20"),
        edit: |goods| {
            goods.options = texts(&["Size"]);
            goods.variants[0].values = texts(&["M"]);
            goods.add(&["S"], "20");
            goods.add(&["L"], "25");
            Vec::new()
        },
        other: Some(Goods::shirt(3)),
    }
}

fn second_option_added() -> Change {
    Change {
        before: sizes(),
        edit: |goods| {
            goods.options.push("Colour".into());
            goods
                .variants
                .iter_mut()
                .for_each(|kind| kind.values.push("Red".into()));
            goods.add(&["S", "Blue"], "21");
            Vec::new()
        },
        other: None,
    }
}

fn value_added() -> Change {
    Change {
        before: sizes(),
        edit: |goods| {
            goods.add(&["XL"], "30");
            Vec::new()
        },
        other: Some(Goods::shirt(3)),
    }
}

fn value_renamed() -> Change {
    Change {
        before: sizes(),
        edit: |goods| {
            goods.variants[0].values = texts(&["Small"]);
            Vec::new()
        },
        other: None,
    }
}

fn shared_value_renamed() -> Change {
    Change {
        other: Some(Goods::shirt(3)),
        ..value_renamed()
    }
}

fn option_renamed() -> Change {
    Change {
        before: sizes(),
        edit: |goods| {
            goods.options = texts(&["Grösse"]);
            Vec::new()
        },
        other: None,
    }
}

fn shared_option_renamed() -> Change {
    Change {
        other: Some(Goods::shirt(3)),
        ..option_renamed()
    }
}

fn values_swapped() -> Change {
    Change {
        before: sizes(),
        edit: |goods| {
            goods.variants[0].values = texts(&["M"]);
            goods.variants[1].values = texts(&["S"]);
            Vec::new()
        },
        other: None,
    }
}

fn value_removed() -> Change {
    Change {
        before: Goods::shirt(7),
        edit: |goods| vec![goods.variants.remove(1)],
        other: Some(Goods::shirt(3)),
    }
}

fn option_removed() -> Change {
    Change {
        before: sizes(),
        edit: |goods| {
            goods.options.clear();
            goods.variants[0].values.clear();
            vec![goods.variants.remove(1)]
        },
        other: None,
    }
}

#[test]
fn an_option_is_added() {
    let (_, goods, applied) = option_added().carry_out();
    assert_kept(&goods, &applied);
    let (_, goods, applied) = second_option_added().carry_out();
    assert_kept(&goods, &applied);
}

#[test]
fn a_value_is_added() {
    let (_, goods, applied) = value_added().carry_out();
    assert_kept(&goods, &applied);
}

#[test]
fn a_value_is_renamed() {
    let (bench, goods, applied) = value_renamed().carry_out();
    assert_kept(&goods, &applied);
    assert_eq!(
        bench.count("product.attribute.value", &json!([["name", "=", "S"]])),
        0,
        "renamed, not replaced"
    );
}

#[test]
fn a_value_that_other_products_share_is_never_renamed() {
    let (bench, _, applied) = shared_value_renamed().carry_out();
    let names = bench.rows("product.attribute.value", &json!([]), &["name"]);
    assert!(names.iter().any(|row| row["name"] == "S") && names.iter().any(|row| row["name"] == "Small"));
    assert_eq!(active(&applied.record).len(), 2);
}

#[test]
fn an_option_is_renamed() {
    let (bench, goods, applied) = option_renamed().carry_out();
    assert_kept(&goods, &applied);
    assert_eq!(bench.count("product.attribute", &json!([])), 1);
}

#[test]
fn an_option_that_other_products_share_is_never_renamed() {
    let (bench, ..) = shared_option_renamed().carry_out();
    assert_eq!(
        bench.count("product.attribute", &json!([["name", "=", "Size"]])),
        1
    );
}

#[test]
fn values_are_swapped() {
    values_swapped().carry_out();
}

#[test]
fn a_value_is_removed() {
    let (_, goods, applied) = value_removed().carry_out();
    assert_kept(&goods, &applied);
    assert_eq!(active(&applied.record).len(), 3);
}

#[test]
fn an_option_is_removed() {
    let (_, _, applied) = option_removed().carry_out();
    assert_eq!(active(&applied.record).len(), 1);
    assert_eq!(applied.record.body["attribute_line_ids"], json!([]));
}

macro_rules! survives {
    ($fault:ident: $($name:ident)*) => {
        $(#[test] fn $name() { super::$name().survives(&wire::Fault::$fault); })*
    };
}

mod lost_after {
    survives! { LostAfter:
        option_added
        second_option_added
        value_added
        value_renamed
        shared_value_renamed
        option_renamed
        shared_option_renamed
        values_swapped
        value_removed
        option_removed
    }
}

/// Those that take the most steps; a call that never arrived leaves less behind than one that did.
mod lost_before {
    survives! { LostBefore:
        second_option_added
        shared_value_renamed
        values_swapped
    }
}
