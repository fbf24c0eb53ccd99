//! `productSet`, `productUpdate`, the bulk mutations of variants, `metafieldsSet`.

use std::time::Duration;

use jiff::SignedDuration;
use mock_shopify::Config;
use serde_json::{Value, json};

use crate::shop::{TestShop, now};

const SHOWN: &str = "id title handle status tags vendor options { id name values optionValues { id name } } \
    variants(first: 20) { nodes { id title position price compareAtPrice barcode sku inventoryQuantity taxable inventoryPolicy \
    inventoryItem { tracked unitCost { amount } measurement { weight { value unit } } } } } \
    metafields(first: 5) { nodes { namespace key value } } media(first: 5) { nodes { alt } }";

fn set(shop: &TestShop, variables: Value) -> Value {
    let query = format!(
        "mutation M($id: ProductSetIdentifiers, $input: ProductSetInput!) {{ productSet(identifier: $id, input: $input) {{ \
         product {{ {SHOWN} }} userErrors {{ field message code }} }} }}"
    );
    let answer = shop.query(&query, variables);
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    answer["data"]["productSet"].clone()
}

fn value(option: &str, name: &str) -> Value {
    json!({ "optionName": option, "name": name })
}

fn shirt() -> Value {
    json!({
        "title": "Set shirt", "handle": "set-shirt", "status": "DRAFT", "tags": ["b", "a"], "vendor": "V",
        "productOptions": [
            { "name": "Size", "position": 1, "values": [{ "name": "S" }, { "name": "M" }] },
            { "name": "Colour", "position": 2, "values": [{ "name": "Red" }] }
        ],
        "variants": [
            {
                "optionValues": [value("Size", "S"), value("Colour", "Red")], "price": "10.5", "compareAtPrice": 12, "barcode": "1",
                "inventoryItem": { "sku": "SET-S", "tracked": true, "cost": "4", "measurement": { "weight": { "value": 0.3, "unit": "KILOGRAMS" } } }
            },
            { "optionValues": [value("Colour", "Red"), value("Size", "M")], "price": "11", "sku": "SET-M", "inventoryPolicy": "CONTINUE" }
        ],
        "metafields": [{ "namespace": "custom", "key": "care", "type": "single_line_text_field", "value": "cold" }],
        "files": [{ "originalSource": "https://cdn.example.com/a.jpg", "alt": "A", "contentType": "IMAGE" }]
    })
}

fn ids(product: &Value) -> Vec<(String, String)> {
    let nodes = product["variants"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|v| {
            (
                v["title"].as_str().unwrap().to_owned(),
                v["id"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_product_as_a_whole() {
    let shop = TestShop::with_catalogue();
    let created = set(&shop, json!({ "input": shirt() }));
    insta::assert_json_snapshot!(created);
    let lines = shop.shopify.journal(0).unwrap();
    assert_eq!(lines.last().unwrap().operation, "productSet");
    assert_eq!(
        lines.iter().filter(|line| line.operation == "productSet").count(),
        1,
        "one line per mutation"
    );

    // The same again by handle: same ids, nothing written.
    let handle = json!({ "handle": "set-shirt" });
    let again = set(&shop, json!({ "id": handle, "input": shirt() }));
    assert_eq!(again["product"], created["product"]);
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines.len());

    // Renamed value by id, another value, another order, one variant left out.
    let product = &created["product"];
    let m = product["options"][0]["optionValues"][1]["id"].clone();
    let changed = set(
        &shop,
        json!({ "id": handle, "input": {
        "productOptions": [
            { "id": product["options"][1]["id"], "name": "Color", "values": [{ "name": "Red" }, { "name": "Blue" }] },
            { "name": "Size", "values": [{ "id": m, "name": "Medium" }, { "name": "L" }] }
        ],
        "variants": [
            { "optionValues": [value("Size", "L"), value("Color", "Blue")], "price": "20",
              "inventoryQuantities": [{ "locationId": shop.some_ids_of_catalogue()["Location"], "name": "available", "quantity": 4 }] },
            { "optionValues": [value("Size", "Medium"), value("Color", "Red")], "price": "11.5" }
        ]
    } }),
    );
    insta::assert_json_snapshot!(changed);
    let (before, after) = (ids(product), ids(&changed["product"]));
    let m = before.iter().find(|(title, _)| title == "M / Red").unwrap();
    let medium = after.iter().find(|(title, _)| title == "Red / Medium").unwrap();
    assert_eq!(m.1, medium.1, "the variant whose value was renamed stays itself");
}

#[test]
fn refused_sets() {
    let shop = TestShop::with_catalogue();
    set(&shop, json!({ "input": shirt() }));
    let lines = shop.shopify.journal(0).unwrap().len();
    let errors = |variables: Value| {
        let answer = set(&shop, variables);
        assert_eq!(answer["product"], Value::Null);
        answer["userErrors"].clone()
    };
    let with = |key: &str, value: Value| {
        let mut input = shirt();
        input["handle"] = json!("other");
        input[key] = value;
        json!({ "input": input })
    };
    let mut cases = serde_json::Map::new();
    cases.insert("no_title".into(), errors(json!({ "input": { "vendor": "x" } })));
    cases.insert("long_title".into(), errors(with("title", json!("x".repeat(256)))));
    cases.insert("handle_taken".into(), errors(with("handle", json!("set shirt"))));
    cases.insert("options_alone".into(), errors(with("variants", Value::Null)));
    cases.insert(
        "variants_alone".into(),
        errors(with("productOptions", Value::Null)),
    );
    cases.insert(
        "unknown_id".into(),
        errors(json!({ "id": { "id": "gid://shopify/Product/1" }, "input": {} })),
    );
    cases.insert(
        "two_ids".into(),
        errors(json!({ "id": { "handle": "x" }, "input": { "id": "gid://shopify/Product/1" } })),
    );
    let mut twice = shirt();
    let first = twice["variants"][0].clone();
    twice["variants"].as_array_mut().unwrap().push(first);
    cases.insert(
        "same_twice".into(),
        errors(with("variants", twice["variants"].clone())),
    );
    let only = json!([{ "optionValues": [value("Size", "S")] }]);
    cases.insert("value_missing".into(), errors(with("variants", only)));
    let unknown = json!([{ "optionValues": [value("Size", "XXL"), value("Colour", "Red")] }]);
    cases.insert("unknown_value".into(), errors(with("variants", unknown)));
    let unknown = json!([{ "optionValues": [value("Cut", "S"), value("Colour", "Red")] }]);
    cases.insert("unknown_option".into(), errors(with("variants", unknown)));
    let cheap = json!([{ "optionValues": [value("Size", "S"), value("Colour", "Red")], "inventoryItem": { "cost": "-1" } }]);
    cases.insert("negative_cost".into(), errors(with("variants", cheap)));
    let four: Vec<Value> = (0..4)
        .map(|at| json!({ "name": format!("O{at}"), "values": [{ "name": "x" }] }))
        .collect();
    cases.insert("four_options".into(), errors(with("productOptions", json!(four))));
    insta::assert_json_snapshot!(cases);
    assert_eq!(
        shop.shopify.journal(0).unwrap().len(),
        lines,
        "refused mutations leave nothing behind"
    );
    let loud = shop.query(
        "mutation M($input: ProductSetInput!) { productSet(input: $input) { product { id } } }",
        json!({ "input": { "title": "x", "category": "gid://shopify/TaxonomyCategory/aa-1" } }),
    );
    assert_eq!(loud["errors"][0]["message"], "'category' is not simulated.");
}

#[test]
fn sets_that_are_done_later() {
    let shop = TestShop::with_catalogue();
    let answer = shop.query(
        "mutation M($input: ProductSetInput!) { productSet(input: $input, synchronous: false) { product { id } \
         productSetOperation { id status userErrors { message } } userErrors { message } } }",
        json!({ "input": { "title": "Later" } }),
    );
    let answer = &answer["data"]["productSet"];
    assert_eq!(
        (&answer["product"], &answer["productSetOperation"]["status"]),
        (&Value::Null, &json!("CREATED"))
    );
    let id = answer["productSetOperation"]["id"].as_str().unwrap();
    let data = shop.data(&format!(
        "{{ productOperation(id: \"{id}\") {{ __typename status product {{ title }} }} }}"
    ));
    let expected =
        json!({ "__typename": "ProductSetOperation", "status": "COMPLETE", "product": { "title": "Later" } });
    assert_eq!(data["productOperation"], expected);
}

#[test]
fn sets_that_take_a_while() {
    let shop = TestShop::configured(Config {
        operations_take: Duration::from_secs(20),
        ..Config::default()
    });
    let answer = shop.query(
        "mutation { productSet(input: { title: \"Later\" }, synchronous: false) { productSetOperation { id status } } }",
        json!({}),
    );
    let operation = &answer["data"]["productSet"]["productSetOperation"];
    assert_eq!(operation["status"], "CREATED");
    let query = format!(
        "{{ productOperation(id: {}) {{ status product {{ title }} }} }}",
        operation["id"]
    );
    let later = |seconds: i64| {
        let time = now() + SignedDuration::from_secs(seconds);
        let response = shop.post_at(time, json!({ "query": query }).to_string());
        serde_json::from_slice::<Value>(&response.body).unwrap()["data"]["productOperation"].take()
    };
    for seconds in [0, 19] {
        assert_eq!(
            later(seconds),
            json!({ "status": "ACTIVE", "product": null }),
            "{seconds}"
        );
    }
    assert_eq!(
        later(20),
        json!({ "status": "COMPLETE", "product": { "title": "Later" } })
    );
}

#[test]
fn updates() {
    let shop = TestShop::with_catalogue();
    let id = shop.some_ids_of_catalogue()["Product"].clone();
    let update = |product: Value| {
        shop.query(
            "mutation M($p: ProductUpdateInput) { productUpdate(product: $p) { product { title handle status tags descriptionHtml seo { title } } userErrors { field message } } }",
            json!({ "p": product }),
        )
    };
    let answer = update(
        json!({ "id": id, "title": "New", "status": "ARCHIVED", "tags": ["x"], "seo": { "title": "S" } }),
    );
    insta::assert_json_snapshot!(answer);
    let errors = |product: Value| update(product)["data"]["productUpdate"]["userErrors"].take();
    assert_eq!(
        errors(json!({ "id": id, "title": "" })),
        json!([{ "field": ["title"], "message": "Title can't be blank" }])
    );
    let missing = json!([{ "field": ["id"], "message": "Product does not exist" }]);
    assert_eq!(
        errors(json!({ "id": "gid://shopify/Product/1", "title": "x" })),
        missing
    );
    let text = "Handle 'mug' already in use. Please provide a new handle.";
    assert_eq!(
        errors(json!({ "id": id, "handle": "mug" })),
        json!([{ "field": ["input", "handle"], "message": text }])
    );
    let none = shop.query("mutation { productUpdate { product { id } } }", json!({}));
    assert_eq!(
        none["errors"][0]["message"],
        "productUpdate must include exactly one of the following arguments: input, product."
    );
    assert_eq!(none["errors"][0]["extensions"]["code"], "INVALID_FIELD_ARGUMENTS");
    let by_handle = shop.query(
        "mutation { productUpdate(identifier: { handle: \"mug\" }, product: { title: \"Cup\" }) { product { title handle } userErrors { message } } }",
        json!({}),
    );
    assert_eq!(
        by_handle["data"]["productUpdate"]["product"],
        json!({ "title": "Cup", "handle": "mug" })
    );
    let many = vec!["t"; 251];
    let too_many = update(json!({ "id": id, "tags": many }));
    insta::assert_json_snapshot!(too_many);
}

fn bulk(shop: &TestShop, name: &str, product: &str, variants: &Value, more: &str) -> Value {
    let input = "$v: [ProductVariantsBulkInput!]!";
    let query = format!(
        "mutation M($p: ID!, {input}) {{ {name}(productId: $p, variants: $v{more}) {{ product {{ options {{ name values }} }} \
         productVariants {{ title price sku barcode compareAtPrice inventoryQuantity }} userErrors {{ field message code }} }} }}"
    );
    let answer = shop.query(&query, json!({ "p": product, "v": variants }));
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    answer["data"][name].clone()
}

#[test]
fn a_product_has_no_more_variants_than_it_may() {
    let shop = TestShop::with_catalogue();
    let product = &shop.some_ids_of_catalogue()["Product"];
    let variants: Value = (0..2048)
        .map(|n| json!({ "optionValues": [value("Size", &n.to_string())] }))
        .collect();
    let answer = bulk(&shop, "productVariantsBulkCreate", product, &variants, "");
    assert_eq!(
        answer["userErrors"],
        json!([{ "field": ["variants"], "message": "A product can have at most 2048 variants.", "code": "INVALID" }])
    );
}

#[test]
fn variants_in_bulk() {
    let shop = TestShop::with_catalogue();
    let known = shop.some_ids_of_catalogue();
    let (product, location) = (&known["Product"], &known["Location"]);
    let create = |variants: Value| bulk(&shop, "productVariantsBulkCreate", product, &variants, "");
    let mut cases = serde_json::Map::new();
    cases.insert("created".into(), create(json!([{
        "optionValues": [value("Size", "L")], "price": "45", "inventoryItem": { "sku": "SHIRT-L", "tracked": true },
        "inventoryQuantities": [{ "locationId": location, "availableQuantity": 3 }]
    }])));
    cases.insert(
        "exists".into(),
        create(json!([{ "optionValues": [value("Size", "L")] }])),
    );
    cases.insert("no_value".into(), create(json!([{ "price": "1" }])));
    cases.insert(
        "no_option".into(),
        create(json!([{ "optionValues": [value("Cut", "L")] }])),
    );
    let unknown = bulk(
        &shop,
        "productVariantsBulkCreate",
        "gid://shopify/Product/1",
        &json!([]),
        "",
    );
    cases.insert("no_product".into(), unknown);
    let data = shop.data(&format!(
        "{{ product(id: \"{product}\") {{ variants(first: 9) {{ nodes {{ id title }} }} }} }}"
    ));
    let nodes = &data["product"]["variants"]["nodes"];
    let update =
        |variants: Value, more: &str| bulk(&shop, "productVariantsBulkUpdate", product, &variants, more);
    cases.insert("updated".into(), update(json!([
        { "id": nodes[0]["id"], "price": "1.5", "compareAtPrice": null, "barcode": "9", "inventoryItem": { "sku": "NEW" } },
        { "id": nodes[1]["id"], "optionValues": [value("Size", "XL")], "quantityAdjustments": [{ "locationId": location, "adjustment": 2, "changeFromQuantity": 3 }] }
    ]), ""));
    let mixed = json!([{ "id": nodes[0]["id"], "price": "2" }, { "id": nodes[1]["id"], "price": "-1" }, { "id": "gid://shopify/ProductVariant/1" }, {}]);
    cases.insert("all_or_nothing".into(), update(mixed.clone(), ""));
    cases.insert("partly".into(), update(mixed, ", allowPartialUpdates: true"));
    let stock = json!([{ "id": nodes[0]["id"], "inventoryQuantities": [{ "locationId": location, "availableQuantity": 1 }] }]);
    cases.insert("no_stock_on_update".into(), update(stock, ""));
    cases.insert(
        "unknown_option".into(),
        update(
            json!([{ "id": nodes[0]["id"], "optionValues": [value("Cut", "S")] }]),
            "",
        ),
    );
    cases.insert(
        "taken".into(),
        update(
            json!([{ "id": nodes[0]["id"], "optionValues": [value("Size", "XL")] }]),
            "",
        ),
    );
    insta::assert_json_snapshot!(cases);
}

#[test]
fn the_standalone_variant_goes_when_others_come() {
    let shop = TestShop::with_catalogue();
    let data = shop.data("{ products(first: 2) { nodes { id } } }");
    let mug = data["products"]["nodes"][1]["id"].as_str().unwrap();
    let more = json!([{ "optionValues": [value("Title", "Large")], "price": "12" }]);
    let count = || {
        shop.data(&format!(
            "{{ product(id: \"{mug}\") {{ variants(first: 9) {{ nodes {{ title }} }} }} }}"
        ))["product"]["variants"]["nodes"]
            .take()
    };
    bulk(
        &shop,
        "productVariantsBulkCreate",
        mug,
        &more,
        ", strategy: PRESERVE_STANDALONE_VARIANT",
    );
    assert_eq!(
        count(),
        json!([{ "title": "Default Title" }, { "title": "Large" }])
    );
}

#[test]
fn metafields() {
    let shop = TestShop::with_catalogue();
    let product = shop.some_ids_of_catalogue()["Product"].clone();
    let field = |key: &str, kind: &str, value: &str| json!({ "ownerId": product, "namespace": "custom", "key": key, "type": kind, "value": value });
    let set = |fields: Value| {
        let answer = shop.query(
            "mutation M($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { metafields { namespace key type value jsonValue compareDigest owner { ... on Product { title } } } userErrors { field message code elementIndex } } }",
            json!({ "m": fields }),
        );
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"]["metafieldsSet"].clone()
    };
    let mut cases = serde_json::Map::new();
    let first = set(json!([
        field("care", "single_line_text_field", "cold"),
        field("count", "number_integer", "5")
    ]));
    let digest = first["metafields"][0]["compareDigest"].clone();
    cases.insert("set".into(), first);
    let compared = |value: &str, digest: &Value| {
        let mut one = field("care", "single_line_text_field", value);
        one["compareDigest"] = digest.clone();
        set(json!([one]))
    };
    cases.insert("swapped".into(), compared("warm", &digest));
    cases.insert("stale".into(), compared("hot", &digest));
    cases.insert("same_value_never_conflicts".into(), compared("warm", &digest));
    cases.insert("must_not_exist".into(), compared("hot", &Value::Null));
    cases.insert(
        "wrong_value".into(),
        set(json!([
            field("good", "boolean", "true"),
            field("count", "number_integer", "five")
        ])),
    );
    cases.insert("wrong_type".into(), set(json!([field("count", "number", "5")])));
    cases.insert(
        "no_type".into(),
        set(json!([{ "ownerId": product, "key": "fresh", "value": "x" }])),
    );
    cases.insert("no_owner".into(), set(json!([{ "ownerId": "gid://shopify/Product/1", "key": "fresh", "type": "boolean", "value": "true" }])));
    let many: Vec<Value> = (0..26)
        .map(|at| field(&format!("k{at}"), "boolean", "true"))
        .collect();
    cases.insert("too_many".into(), set(json!(many)));
    insta::assert_json_snapshot!(cases);
    let data =
        shop.data("{ products(first: 1) { nodes { metafields(first: 50) { nodes { key value } } } } }");
    let left = json!([{ "key": "care", "value": "warm" }, { "key": "count", "value": "5" }]);
    assert_eq!(
        data["products"]["nodes"][0]["metafields"]["nodes"], left,
        "atomic"
    );
}

#[test]
fn scopes_for_writing() {
    let mut config = Config::default();
    config.scopes.remove("write_products");
    config.scopes.insert("read_products".into());
    let shop = TestShop::configured(config);
    let answer = shop.query(
        "mutation M {\n  productSet(input: { title: \"x\" }) { product { id } }\n}",
        json!({}),
    );
    insta::assert_json_snapshot!(answer);
    let supported = shop.query(
        "mutation { productSet(input: { title: \"x\" }) @idempotent(key: \"k\") { product { id } } }",
        json!({}),
    );
    assert_eq!(supported["errors"][0]["extensions"]["code"], "ACCESS_DENIED");
}
