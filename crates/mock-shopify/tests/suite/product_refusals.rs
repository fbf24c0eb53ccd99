//! Limits of `productSet`, and identifiers that fit nothing.

use std::collections::BTreeMap;

use mock_shopify::Config;
use serde_json::{Value, json};

use crate::shop::TestShop;

const SET: &str = "mutation M($id: ProductSetIdentifiers, $input: ProductSetInput!) {\n  productSet(identifier: $id, input: $input) {\n    product { id }\n    userErrors { field message code }\n  }\n}";

/// A product with so many variants, and so many `inventoryQuantities` of the variant at a place.
fn many(variants: usize, quantities: impl Fn(usize) -> usize) -> Value {
    let stock = json!({ "locationId": "gid://shopify/Location/1", "name": "available", "quantity": 1 });
    let variant = |at: usize| {
        json!({
            "optionValues": [{ "optionName": "Size", "name": at.to_string() }],
            "inventoryQuantities": vec![stock.clone(); quantities(at)],
        })
    };
    let values: Vec<Value> = (0..variants)
        .map(|at| json!({ "name": at.to_string() }))
        .collect();
    json!({
        "title": "Many",
        "productOptions": [{ "name": "Size", "values": values }],
        "variants": (0..variants).map(variant).collect::<Vec<_>>(),
    })
}

fn roomy() -> TestShop {
    TestShop::configured(Config {
        max_body_bytes: 16 * 1024 * 1024,
        ..Config::default()
    })
}

/// Lists that are too long are found before the mutation begins, the one of variants as well (recorded).
#[test]
fn lists_that_are_too_long() {
    let shop = roomy();
    let variants = ["productSet", "input", "variants"].as_slice();
    let stock = ["productSet", "input", "variants", "inventoryQuantities"].as_slice();
    for (input, length, most, path) in [
        (many(2049, |_| 0), 2049, 2048, variants),
        (many(2, |at| 251 * at), 251, 250, stock),
    ] {
        let answer = shop.query(SET, json!({ "input": input }));
        let error = &answer["errors"][0];
        let text = format!("The input array size of {length} is greater than the maximum allowed of {most}.");
        assert_eq!(error["message"], text);
        assert_eq!(error["path"], json!(path));
        assert_eq!(error["locations"], json!([{ "line": 2, "column": 3 }]));
        assert_eq!(error["extensions"]["code"], "MAX_INPUT_SIZE_EXCEEDED");
        assert_eq!(answer.get("data"), None);
    }
    let mut most = many(2048, |at| if at == 0 { 250 } else { 0 });
    most["title"] = json!("");
    let answer = shop.query(SET, json!({ "input": most }));
    let errors = &answer["data"]["productSet"]["userErrors"];
    assert_eq!(
        errors[0]["message"], "Title can't be blank",
        "long enough to begin"
    );
    assert_eq!(shop.shopify.journal(0).unwrap().len(), 0);
}

#[test]
fn more_quantities_than_one_call_may_have() {
    let shop = roomy();
    let set =
        |input: Value| shop.query(SET, json!({ "input": input }))["data"]["productSet"]["userErrors"].take();
    let text = "Inventory quantity input exceeds the limit of 50000. Consider using separate `inventorySetQuantities` mutations.";
    assert_eq!(
        set(many(201, |at| if at == 200 { 1 } else { 250 })),
        json!([{ "field": ["input", "variants"], "message": text, "code": "INVENTORY_QUANTITIES_LIMIT_EXCEEDED" }])
    );
}

#[test]
fn identifiers_that_fit_nothing() {
    let shop = TestShop::with_catalogue();
    let id = shop.some_ids_of_catalogue()["Product"].clone();
    let lines = shop.shopify.journal(0).unwrap().len();
    let refused = |identifier: Value, input: Value, field: &[&str], text: &str, code: &str| {
        let answer = shop.query(SET, json!({ "id": identifier, "input": input }));
        let expected =
            json!({ "product": null, "userErrors": [{ "field": field, "message": text, "code": code }] });
        assert_eq!(answer["data"]["productSet"], expected);
    };
    let mug = json!({ "handle": "mug" });
    refused(
        mug.clone(),
        json!({ "title": "x", "handle": "cup" }),
        &["input"],
        "The identifier value does not match the value of the corresponding field in the input.",
        "INPUT_MISMATCH",
    );
    refused(
        mug,
        json!({ "id": id, "handle": "cup" }),
        &["input"],
        "The id field is not allowed if identifier is provided.",
        "ID_NOT_ALLOWED",
    );
    refused(
        json!({ "id": "gid://shopify/Product/1" }),
        json!({ "title": "x" }),
        &["input"],
        "Resource matching the identifier was not found.",
        "NOT_FOUND",
    );
    refused(
        Value::Null,
        json!({ "id": "gid://shopify/Product/1" }),
        &["input", "id"],
        "Product does not exist",
        "PRODUCT_DOES_NOT_EXIST",
    );
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines);
    let custom = json!({ "customId": { "key": "erp", "value": "1" } });
    let answer = shop.query(SET, json!({ "id": custom, "input": { "title": "x" } }));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND");
    // The same handle in another spelling is the same.
    let spelled = json!({ "id": { "handle": "mug" }, "input": { "handle": "Mug" } });
    let answer = shop.query(SET, spelled);
    assert_eq!(answer["data"]["productSet"]["userErrors"], json!([]));
}

#[test]
fn texts_and_amounts_out_of_bounds() {
    let shop = TestShop::with_catalogue();
    let errors =
        |input: Value| shop.query(SET, json!({ "input": input }))["data"]["productSet"]["userErrors"].take();
    let long = "x".repeat(256);
    let variant = |size: &str, price: &str, cost: &str| {
        json!({
            "optionValues": [{ "optionName": "Size", "name": size }],
            "price": price,
            "inventoryItem": { "cost": cost },
        })
    };
    let cases: BTreeMap<&str, Value> = BTreeMap::from([
        ("title_and_handle", errors(json!({ "title": long }))),
        ("title", errors(json!({ "title": long, "handle": "short" }))),
        ("handle", errors(json!({ "title": "x", "handle": long }))),
        ("vendor", errors(json!({ "title": "x", "vendor": long }))),
        (
            "product_type",
            errors(json!({ "title": "x", "productType": long })),
        ),
        ("tags", errors(json!({ "title": "x", "tags": [long] }))),
        (
            "amounts",
            errors(json!({
                "title": "x",
                "productOptions": [{ "name": "Size", "values": [{ "name": "S" }, { "name": "M" }, { "name": "L" }] }],
                "variants": [variant("S", "1", "-1"), variant("M", "1", "1"), variant("L", "-0.01", "1")],
            })),
        ),
    ]);
    insta::assert_json_snapshot!(cases);
}
