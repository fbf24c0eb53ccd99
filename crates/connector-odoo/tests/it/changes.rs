//! What a walk behind a mark sees, and that it sees nothing else.

use jiff::SignedDuration;
use serde_json::{Value, json};
use sync_core::Cursor;
use wire::{Fault, FaultRule};

use crate::goods::Goods;
use crate::shop::Shop;
use crate::world::Bench;

/// Longer than a mark lies before the beginning of its walk.
const LONG: SignedDuration = SignedDuration::from_mins(30);

/// A shirt with fixed prices, a mug without options, and time that has passed since.
struct Settled {
    bench: Bench,
    shirt: String,
    mug: String,
    mark: Cursor,
}

impl Settled {
    fn new() -> Self {
        let bench = Bench::new();
        let values: [(&[&str], &str); 4] = [
            (&["S", "Red"], "20.00"),
            (&["S", "Blue"], "21.00"),
            (&["L", "Red"], "22.00"),
            (&["L", "Blue"], "40.00"),
        ];
        let shirt = Goods::with(1, "Shirt", &["Size", "Colour"], &values);
        let mut mug = Goods::plain(2, "Mug", "7.50");
        mug.category = "Mugs".into();
        mug.tags = vec!["kitchen".into()];
        let made = bench.apply(&[shirt.create(), mug.create()]);
        bench.later(LONG);
        let (_, mark) = bench.walk("product", None, 10);
        bench.later(LONG);
        Self {
            shirt: made[0].record.id.clone(),
            mug: made[1].record.id.clone(),
            bench,
            mark,
        }
    }

    fn id(&self, model: &str, domain: &Value) -> i64 {
        self.bench.rows(model, domain, &["id"])[0]["id"].as_i64().unwrap()
    }

    fn edit(&self, model: &str, domain: &Value, values: &Value) {
        let id = self.id(model, domain);
        self.bench.call(model, "write", &json!([[id], values]));
    }

    fn assert_changed(&self, what: &str, ids: &[&str]) {
        assert_eq!(self.bench.changed("product", &self.mark), ids, "{what}");
    }
}

#[test]
fn nothing_changed() {
    let settled = Settled::new();
    settled.assert_changed("nothing", &[]);
    let (records, _) = settled.bench.walk("product", Some(&settled.mark), 1);
    assert_eq!(records, Vec::new());
}

#[test]
fn whatever_a_product_shows_is_seen_and_nothing_else() {
    let edits: [(&str, Value, Value); 9] = [
        (
            "product.template",
            json!([["name", "=", "Shirt"]]),
            json!({"name": "Better shirt"}),
        ),
        (
            "product.product",
            json!([["default_code", "=", "SKU-1-1"]]),
            json!({"barcode": "4006381333931"}),
        ),
        (
            "product.product",
            json!([["default_code", "=", "SKU-1-2"]]),
            json!({"active": false}),
        ),
        (
            "product.template.attribute.value",
            json!([["name", "=", "Blue"]]),
            json!({"price_extra": 3.5}),
        ),
        (
            "product.pricelist.item",
            json!([["fixed_price", "=", 40]]),
            json!({"fixed_price": 41}),
        ),
        (
            "product.category",
            json!([["name", "=", "Shirts"]]),
            json!({"name": "Tops"}),
        ),
        (
            "product.attribute",
            json!([["name", "=", "Size"]]),
            json!({"name": "Cut"}),
        ),
        (
            "product.attribute.value",
            json!([["name", "=", "L"]]),
            json!({"name": "Large"}),
        ),
        (
            "product.template.attribute.line",
            json!([["attribute_id.name", "=", "Colour"]]),
            json!({"sequence": 1}),
        ),
    ];
    for (model, domain, values) in edits {
        let settled = Settled::new();
        settled.edit(model, &domain, &values);
        settled.assert_changed(model, &[&settled.shirt]);
    }
    let settled = Settled::new();
    settled.edit(
        "product.tag",
        &json!([["name", "=", "kitchen"]]),
        &json!({"name": "home"}),
    );
    settled.assert_changed("product.tag", &[&settled.mug]);
}

#[test]
fn a_product_changed_when_any_part_of_it_did() {
    let edits = [
        (
            "product.product",
            json!([["default_code", "=", "SKU-1-1"]]),
            json!({"barcode": "40"}),
        ),
        (
            "product.template.attribute.value",
            json!([["name", "=", "Blue"]]),
            json!({"price_extra": 3.5}),
        ),
        (
            "product.pricelist.item",
            json!([["fixed_price", "=", 40]]),
            json!({"fixed_price": 41}),
        ),
    ];
    for (model, domain, values) in edits {
        let settled = Settled::new();
        let before = settled.bench.product(&settled.shirt).changed_at.unwrap();
        settled.edit(model, &domain, &values);
        let after = settled.bench.product(&settled.shirt).changed_at.unwrap();
        assert_eq!(after.duration_since(before), LONG + LONG, "{model}");
    }
}

#[test]
fn an_edit_in_the_second_of_the_mark_is_seen() {
    let settled = Settled::new();
    let (_, mark) = settled.bench.walk("product", None, 10);
    settled.edit(
        "product.template",
        &json!([["name", "=", "Mug"]]),
        &json!({"name": "Cup"}),
    );
    assert_eq!(settled.bench.changed("product", &mark), [settled.mug.as_str()]);
    // And in the second after, by another walk from the same mark.
    settled.bench.later(SignedDuration::from_secs(1));
    assert_eq!(settled.bench.changed("product", &mark), [settled.mug.as_str()]);
}

#[test]
fn a_transaction_that_ends_after_the_walk_is_seen() {
    let settled = Settled::new();
    // Its rows will carry this moment.
    let (bench, begun) = (&settled.bench, SignedDuration::from_mins(4));
    bench.later(begun);
    let (_, mark) = bench.walk("product", None, 10);
    bench.later(-begun);
    settled.edit(
        "product.template",
        &json!([["name", "=", "Mug"]]),
        &json!({"name": "Cup"}),
    );
    bench.later(begun + LONG);
    assert_eq!(bench.changed("product", &mark), [settled.mug.as_str()]);
}

#[test]
fn many_rows_with_one_date_all_come_whatever_the_size_of_the_pages() {
    let bench = Bench::new();
    bench.later(LONG);
    let (_, mark) = bench.walk("product", None, 10);
    bench.later(LONG);
    let batch: Vec<Value> = (0..23).map(|n| json!({"name": format!("Product {n}")})).collect();
    bench.call("product.template", "create", &json!([batch]));
    for limit in [1, 2, 7, 23, 100] {
        let (records, next) = bench.walk("product", Some(&mark), limit);
        assert_eq!(records.len(), 23, "limit {limit}");
        assert_eq!(
            bench.changed("product", &next).len(),
            23,
            "the last minutes come again"
        );
    }
}

#[test]
fn a_walk_through_everything_and_one_behind_its_mark_meet() {
    let settled = Settled::new();
    let bench = &settled.bench;
    // While the walk goes on, what it has passed is changed.
    let connector = bench.connector();
    let first = crate::world::run(sync_core::ports::Connector::changes(
        &connector,
        &"product".into(),
        None,
        1,
    ));
    let first = first.unwrap();
    let passed = first.records[0].id.clone();
    let id: i64 = passed.parse().unwrap();
    bench.later(SignedDuration::from_secs(5));
    bench.call("product.template", "write", &json!([[id], {"name": "Changed"}]));
    let (_, mark) = bench.walk("product", first.next.as_ref(), 1);
    assert!(bench.changed("product", &mark).contains(&passed));
}

#[test]
fn a_server_that_does_not_tell_the_time_is_read_by_its_rows() {
    let settled = Settled::new();
    let bench = &settled.bench;
    let version = json!({"jsonrpc": "2.0", "id": 1, "result": {}}).to_string();
    let answer = wire::WireResponse::new(200).with_body(version);
    bench.script(FaultRule::on_text(Fault::Reject(answer), "\"version\""));
    let (records, mark) = bench.walk("product", None, 10);
    assert_eq!(records.len(), 2);
    assert_eq!(bench.wire.rules_left(), 0);
    // The products are the last rows that were written, half an hour before the mark of the other walk.
    assert_eq!(bench.changed("product", &mark).len(), 2);
    settled.edit(
        "product.template",
        &json!([["name", "=", "Mug"]]),
        &json!({"name": "Cup"}),
    );
    assert!(bench.changed("product", &mark).contains(&settled.mug));
}

#[test]
fn everything_that_moves_an_order_is_seen_and_nothing_else() {
    let shop = Shop::new();
    let (one, other) = (shop.order(3), shop.order(2));
    let bench = &shop.bench;
    bench.later(LONG);
    let (all, mark) = bench.walk("order", None, 10);
    assert_eq!(all.len(), 2);
    bench.later(LONG);
    assert_eq!(bench.changed("order", &mark), Vec::<String>::new());

    // Stock that comes and goes for other reasons is none of its business.
    shop.count(50);
    assert_eq!(bench.changed("order", &mark), Vec::<String>::new());

    shop.deliver(one);
    assert_eq!(bench.changed("order", &mark), [one.to_string()], "a delivery");
    bench.later(LONG);
    let (_, mark) = bench.walk("order", None, 10);
    bench.later(LONG);
    let picking = shop.pickings(one)[0];
    let reference = json!([[picking], {"carrier_tracking_ref": "RR123"}]);
    bench.call("stock.picking", "write", &reference);
    assert_eq!(
        bench.changed("order", &mark),
        [one.to_string()],
        "a tracking reference"
    );
    let line = shop.lines(other)[0];
    bench.call(
        "sale.order.line",
        "write",
        &json!([[line], {"product_uom_qty": 1}]),
    );
    let both = [one.to_string(), other.to_string()];
    assert_eq!(bench.changed("order", &mark), both, "a line");
}

#[test]
fn everything_that_moves_a_level_is_seen_and_nothing_else() {
    let shop = Shop::new();
    let bench = &shop.bench;
    let order = shop.order(3);
    bench.later(LONG);
    let (all, mark) = bench.walk("inventory", None, 10);
    let shown: Vec<&str> = all.iter().map(|level| level.id.as_str()).collect();
    assert_eq!(
        shown,
        [
            shop.level(1),
            shop.other_level(1),
            shop.level(2),
            shop.other_level(2)
        ]
    );
    bench.later(LONG);
    assert_eq!(bench.changed("inventory", &mark), Vec::<String>::new());

    shop.deliver(order);
    assert_eq!(bench.changed("inventory", &mark), [shop.level(1)], "a delivery");

    // Goods that become storable have levels everywhere.
    let pen = bench.call("product.template", "create", &json!([{"name": "Pen"}]));
    let before = bench.changed("inventory", &mark);
    assert_eq!(before, [shop.level(1)], "no level of what is not storable");
    bench.call(
        "product.template",
        "write",
        &json!([[pen], {"is_storable": true}]),
    );
    assert_eq!(bench.changed("inventory", &mark).len(), 3);
}

#[test]
fn a_new_warehouse_has_a_level_of_everything() {
    let shop = Shop::new();
    let bench = &shop.bench;
    bench.later(LONG);
    let (_, mark) = bench.walk("inventory", None, 10);
    bench.later(LONG);
    bench.call(
        "stock.warehouse",
        "create",
        &json!([{"name": "Third", "code": "T"}]),
    );
    for limit in [1, 2, 4, 100] {
        let (levels, _) = bench.walk("inventory", Some(&mark), limit);
        assert_eq!(levels.len(), 6, "limit {limit}");
    }
}

#[test]
fn products_are_found_by_what_they_show() {
    let bench = Bench::new();
    let mut shirt = Goods::shirt(1);
    "100%_\\cotton".clone_into(&mut shirt.kind(&["S"]).sku);
    "4006381333931".clone_into(&mut shirt.kind(&["M"]).barcode);
    let mut mug = Goods::plain(2, "Mug", "7.50");
    mug.status = "archived";
    "100xy\\cotton".clone_into(&mut mug.variants[0].sku);
    bench.apply(&[shirt.create(), mug.create()]);
    let (shirt, mug) = ("Shirt", "Mug");
    let sku = "product_variant_ids.*.default_code";
    assert_eq!(
        bench.find(sku, &["100%_\\COTTON"]),
        [shirt],
        "signs stand for themselves"
    );
    assert_eq!(
        bench.find(sku, &["sku-1-1", "100XY\\cotton"]),
        [mug, shirt],
        "archived ones too"
    );
    assert_eq!(
        bench.find(sku, &["sku-1", "", "%"]),
        Vec::<String>::new(),
        "exactly"
    );
    assert_eq!(
        bench.find("product_variant_ids.*.barcode", &["4006381333931"]),
        [shirt]
    );
    assert_eq!(bench.find("name", &["MUG", "no such"]), [mug]);
    assert_eq!(bench.find("website_slug", &["shirt"]), [shirt]);
    assert_eq!(
        bench.find("list_price", &["7.5"]),
        Vec::<String>::new(),
        "no place to search"
    );
    assert_eq!(bench.find(sku, &["\0"]), Vec::<String>::new());
}
