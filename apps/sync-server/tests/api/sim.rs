//! Edits in the simulated systems, and both of them side by side.

use serde_json::{Value, json};

use crate::server::{Answer, TestServer, settled};

fn shown(answer: &Answer) -> Value {
    json!({"status": answer.status, "body": settled(answer.json())})
}

macro_rules! snapshots {
    ($($name:literal => $answer:expr),* $(,)?) => {$(
        insta::assert_json_snapshot!($name, shown(&$answer));
    )*};
}

fn edit(server: &TestServer, system: &str, record_type: &str, id: &str, fields: &Value) -> Answer {
    let body = json!({"system": system, "record_type": record_type, "id": id, "fields": fields});
    server.post("/api/sim/edit", &body)
}

/// An edit that must go well; answers what it made.
fn edited(server: &TestServer, system: &str, record_type: &str, id: &str, fields: &Value) -> Value {
    let answer = edit(server, system, record_type, id, fields);
    assert_eq!(
        answer.status, 200,
        "{system} {record_type} {id} {fields}: {}",
        answer.text
    );
    answer.json()["made"].clone()
}

fn record(server: &TestServer, system: &str, record_type: &str, id: &str) -> Value {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let path = format!("/api/samples/record?record_type={record_type}&system={system}&id={id}");
    let answer = server.get(&path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()["body"].clone()
}

fn synced(server: &TestServer, what: &[&str]) {
    for what in what {
        let run = server.post(&format!("/api/sync/{what}"), &json!({}));
        assert_eq!(
            (run.status, &run.json()["fail_count"]),
            (200, &json!(0)),
            "{}",
            run.text
        );
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn products_are_edited_on_either_side() {
    let server = TestServer::seeded(&[]);
    synced(&server, &["products"]);
    let twin = server.get("/api/sim/twin?limit=1").json()["items"][0].clone();
    let (shopify, odoo) = (text(&twin["shopify_id"]), text(&twin["odoo_id"]));
    let fields = json!({
        "title": "Jacket", "body_html": "<p>Warm</p>", "vendor": "Alder", "product_type": "Jackets",
        "tags": "b, a", "status": "draft", "handle": "jacket",
        "variants.0.price": 19.5, "variants.1.sku": "J-2", "variants.1.barcode": "", "variants.0.compare_at_price": "25",
    });
    edited(&server, "shopify", "product", &shopify, &fields);
    let now = record(&server, "shopify", "product", &shopify);
    for field in ["title", "body_html", "vendor", "product_type", "status", "handle"] {
        assert_eq!(now[field], fields[field], "{field}");
    }
    assert_eq!(now["tags"], "a, b");
    let (first, second) = (&now["variants"][0], &now["variants"][1]);
    assert_eq!(
        (
            &first["price"],
            &first["compare_at_price"],
            &second["sku"],
            &second["barcode"]
        ),
        (&json!("19.50"), &json!("25.00"), &json!("J-2"), &Value::Null)
    );
    edited(
        &server,
        "shopify",
        "variant",
        &text(&first["id"]),
        &json!({"price": "21", "compare_at_price": "", "sku": "J-1", "barcode": "123"}),
    );
    let now = record(&server, "shopify", "product", &shopify);
    let first = &now["variants"][0];
    assert_eq!(
        (
            &first["price"],
            &first["compare_at_price"],
            &first["sku"],
            &first["barcode"]
        ),
        (&json!("21.00"), &Value::Null, &json!("J-1"), &json!("123"))
    );

    let fields = json!({
        "name": "Jacke", "description_sale": "Warm", "list_price": "30.00", "sale_ok": false, "tags": "Shopify, new",
        "product_variant_ids.0.default_code": "O-1", "product_variant_ids.0.barcode": "77", "product_variant_ids.1.weight": "0.5",
    });
    edited(&server, "odoo", "product", &odoo, &fields);
    let now = record(&server, "odoo", "product", &odoo);
    assert_eq!(
        (&now["name"], &now["description_sale"], &now["sale_ok"]),
        (&json!("Jacke"), &json!("Warm"), &json!(false))
    );
    let mut tags: Vec<String> = now["product_tag_ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    tags.sort();
    assert_eq!(tags, ["Shopify", "new"]);
    let first = &now["product_variant_ids"][0];
    assert_eq!(
        (&first["default_code"], &first["barcode"]),
        (&json!("O-1"), &json!("77"))
    );
    assert_eq!(text(&now["product_variant_ids"][1]["weight"]), "0.5");
    edited(
        &server,
        "odoo",
        "variant",
        &text(&first["id"]),
        &json!({"lst_price": "35", "barcode": ""}),
    );
    let now = record(&server, "odoo", "product", &odoo);
    assert_eq!(
        text(&now["product_variant_ids"][0]["lst_price"]).trim_end_matches(".0"),
        "35"
    );
    edited(&server, "odoo", "product", &odoo, &json!({"active": "no"}));
    let twin = server.get("/api/sim/twin?limit=1").json()["items"][0].clone();
    assert_eq!(
        twin["status"],
        json!({"shopify": "draft", "odoo": "archived", "differs": true})
    );
}

#[test]
fn what_cannot_be_edited_is_refused_in_plain_words() {
    let server = TestServer::seeded(&[]);
    let id = "7000000000001";
    snapshots! {
        "sim_fields" => server.get("/api/sim/fields"),
        "sim_unknown_system" => edit(&server, "sap", "product", id, &json!({"title": "x"})),
        "sim_unknown_type" => edit(&server, "odoo", "customer", "1", &json!({"name": "x"})),
        "sim_unknown_field" => edit(&server, "odoo", "variant", "1", &json!({"price": "1"})),
        "sim_no_field" => edit(&server, "shopify", "variant", "1", &json!({})),
        "sim_no_value" => edit(&server, "shopify", "product", id, &json!({"title": null})),
        "sim_no_record" => edit(&server, "shopify", "product", "1", &json!({"title": "x"})),
        "sim_no_variant" => edit(&server, "shopify", "variant", "1", &json!({"sale": 1})),
        "sim_no_odoo_variant" => edit(&server, "odoo", "variant", "99999", &json!({"barcode": "1"})),
        "sim_no_place" => edit(&server, "shopify", "product", id, &json!({"variants.99.price": "1"})),
        "sim_no_amount" => edit(&server, "shopify", "product", id, &json!({"variants.0.price": "-1"})),
        "sim_no_status" => edit(&server, "shopify", "product", id, &json!({"status": "sold"})),
        "sim_no_title" => edit(&server, "shopify", "product", id, &json!({"title": " "})),
        "sim_no_name" => edit(&server, "odoo", "product", "1", &json!({"name": " "})),
        "twin_wrong_query" => server.get("/api/sim/twin?limit=51&after=1"),
        "twin_none" => server.get("/api/sim/twin"),
    }
}

#[test]
fn a_real_system_is_not_edited() {
    let real = [
        ("ODOO_URL", "https://odoo.example"),
        ("ODOO_DATABASE", "db"),
        ("ODOO_USER", "u"),
        ("ODOO_API_KEY", "k"),
    ];
    let server = TestServer::start(&real);
    snapshots! {
        "sim_not_simulated" => edit(&server, "odoo", "product", "1", &json!({"name": "x"})),
    }
}

#[test]
fn an_order_of_the_shop_is_sold_edited_shipped_and_paid_back() {
    let server = TestServer::seeded(&[]);
    let product =
        server.get("/api/samples?record_type=product").json()["shopify"]["records"][0]["id"].clone();
    let variant = record(&server, "shopify", "product", &text(&product))["variants"][0]["id"].clone();
    let made = edited(
        &server,
        "shopify",
        "variant",
        &text(&variant),
        &json!({"sale": 3}),
    );
    let order = text(&made["id"]);
    let now = record(&server, "shopify", "order", &order);
    assert_eq!(
        (
            &made["record_type"],
            &now["line_items"][0]["quantity"],
            &now["financial_status"]
        ),
        (&json!("order"), &json!(3), &json!("paid"))
    );
    let fields = json!({"line_items.0.quantity": 2, "note": "Ring twice", "tags": "gift"});
    edited(&server, "shopify", "order", &order, &fields);
    let now = record(&server, "shopify", "order", &order);
    assert_eq!(
        (
            &now["line_items"][0]["current_quantity"],
            &now["note"],
            &now["tags"]
        ),
        (&json!(2), &json!("Ring twice"), &json!("gift"))
    );
    edited(
        &server,
        "shopify",
        "order",
        &order,
        &json!({"fulfill": "all", "tracking": "1Z999"}),
    );
    let now = record(&server, "shopify", "order", &order);
    assert_eq!(now["fulfillment_status"], "fulfilled");
    edited(&server, "shopify", "order", &order, &json!({"refund": "0:1"}));
    let now = record(&server, "shopify", "order", &order);
    assert_eq!(now["line_items"][0]["current_quantity"], 1);
    let other = edited(
        &server,
        "shopify",
        "variant",
        &text(&variant),
        &json!({"sale": "1"}),
    );
    let other = text(&other["id"]);
    edited(
        &server,
        "shopify",
        "order",
        &other,
        &json!({"cancel": "customer"}),
    );
    assert!(record(&server, "shopify", "order", &other)["cancelled_at"].is_string());
    snapshots! {
        "sim_nothing_to_ship" => edit(&server, "shopify", "order", &order, &json!({"fulfill": "all"})),
        "sim_cancelled_twice" => edit(&server, "shopify", "order", &other, &json!({"cancel": "other"})),
        "sim_no_reason" => edit(&server, "shopify", "order", &other, &json!({"cancel": "yes"})),
        "sim_tracking_alone" => edit(&server, "shopify", "order", &order, &json!({"tracking": "1"})),
        "sim_no_such_line" => edit(&server, "shopify", "order", &order, &json!({"refund": "4:1"})),
        "sim_no_such_order" => edit(&server, "shopify", "order", "12", &json!({"note": "x"})),
    }
}

#[test]
fn both_systems_side_by_side() {
    let server = TestServer::seeded(&[("CONFLICT_STRATEGY", "manual")]);
    synced(&server, &["products", "inventory"]);
    let page = server.get("/api/sim/twin?limit=2").json();
    insta::assert_json_snapshot!("twin", settled(page.clone()));
    let rest = server
        .get(&format!("/api/sim/twin?limit=50&before={}", page["next"]))
        .json();
    assert_eq!(
        (rest["items"].as_array().map(Vec::len), &rest["next"]),
        (Some(18), &Value::Null)
    );
    let all = || {
        page["items"]
            .as_array()
            .into_iter()
            .chain(rest["items"].as_array())
            .flatten()
    };
    for twin in all() {
        for variant in twin["variants"].as_array().unwrap() {
            for level in variant["stock"].as_array().unwrap() {
                assert_eq!(
                    level["differs"],
                    json!(level["shopify"] != level["odoo"]),
                    "{twin:#}"
                );
            }
            assert_eq!(variant["price"]["differs"], false, "{variant:#}");
        }
    }
    // A product with stock on both sides.
    let twin = all()
        .find(|twin| {
            !twin["variants"][0]["stock"][0]["odoo"].is_null()
                && !twin["variants"][0]["stock"][0]["shopify"].is_null()
        })
        .unwrap();
    let level = &twin["variants"][0]["stock"][0];
    let (shop_level, odoo_level) = (text(&level["shopify_id"]), text(&level["odoo_id"]));
    edited(
        &server,
        "shopify",
        "inventory",
        &shop_level,
        &json!({"on_hand": 12}),
    );
    edited(
        &server,
        "odoo",
        "inventory",
        &odoo_level,
        &json!({"quantity": "15"}),
    );
    edited(
        &server,
        "shopify",
        "product",
        &text(&twin["shopify_id"]),
        &json!({"title": "Shop's"}),
    );
    edited(
        &server,
        "odoo",
        "product",
        &text(&twin["odoo_id"]),
        &json!({"name": "Odoo's"}),
    );
    synced(&server, &["products"]);
    let search = format!("/api/sim/twin?text={}", text(&twin["shopify_id"]));
    let found = server.get(&search).json();
    let now = &found["items"][0];
    assert_eq!(
        now["title"],
        json!({"shopify": "Shop's", "odoo": "Odoo's", "differs": true})
    );
    let level = &now["variants"][0]["stock"][0];
    let number = |value: &Value| text(value).trim_end_matches(".0").to_owned();
    assert_eq!(
        (number(&level["shopify"]), number(&level["odoo"])),
        ("12".to_owned(), "15".to_owned())
    );
    let conflicts = server
        .get("/api/conflicts?status=open&record_type=product")
        .json();
    assert_eq!(now["open_conflicts"], json!([conflicts["items"][0]["id"]]));
}

#[test]
fn an_order_is_delivered_and_cancelled_in_odoo() {
    let server = TestServer::seeded(&[]);
    synced(&server, &["products", "inventory", "orders"]);
    let orders = server.get("/api/links?record_type=order&limit=500").json();
    let ids: Vec<String> = orders["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| text(&link["odoo_id"]))
        .collect();
    let deliver = |id: &String| edit(&server, "odoo", "order", id, &json!({"deliver": "all"}));
    let delivered = ids
        .iter()
        .find(|id| deliver(id).status == 200)
        .expect("an order that can be delivered");
    let again = deliver(delivered);
    assert_eq!(again.status, 422);
    assert!(
        again.text.contains("nothing is left to be delivered"),
        "{}",
        again.text
    );
    let cancelled = ids
        .iter()
        .find(|id| *id != delivered && record(&server, "odoo", "order", id)["cancelled"] != true)
        .unwrap();
    edited(
        &server,
        "odoo",
        "order",
        cancelled,
        &json!({"cancel": "yes", "note": "gone"}),
    );
    assert_eq!(record(&server, "odoo", "order", cancelled)["cancelled"], true);
    let no = edit(&server, "odoo", "order", cancelled, &json!({"cancel": "no"}));
    assert_eq!(no.status, 422, "{}", no.text);
}
