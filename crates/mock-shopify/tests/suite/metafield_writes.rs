//! `metafieldsDelete`, and what changes with a custom field.

use jiff::{SignedDuration, Timestamp};
use mock_shopify::Config;
use serde_json::{Value, json};

use crate::shop::{TestShop, now};

const SET: &str = "mutation M($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { metafields { value } \
    userErrors { field message code } } }";
const DELETE: &str = "mutation M($m: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $m) { \
    deletedMetafields { ownerId namespace key } userErrors { field message } } }";

fn at(shop: &TestShop, time: Timestamp, query: &str, variables: Value) -> Value {
    let mut body = json!({ "query": query });
    body["variables"] = variables;
    let response = shop.post_at(time, body.to_string());
    serde_json::from_slice(&response.body).unwrap()
}

fn named(owner: &str, key: &str) -> Value {
    json!({ "ownerId": owner, "namespace": "custom", "key": key })
}

fn valued(owner: &str, key: &str, value: &str) -> Value {
    let mut field = named(owner, key);
    field["type"] = json!("single_line_text_field");
    field["value"] = json!(value);
    field
}

/// Keys of the first product's custom fields.
fn keys(shop: &TestShop) -> Value {
    let data = shop.data("{ products(first: 1) { nodes { metafields(first: 9) { nodes { key } } } } }");
    let nodes = data["products"]["nodes"][0]["metafields"]["nodes"].as_array();
    nodes.unwrap().iter().map(|field| field["key"].clone()).collect()
}

#[test]
fn deleting() {
    let shop = TestShop::with_catalogue();
    let product = shop.some_ids_of_catalogue()["Product"].clone();
    let delete =
        |fields: Value| shop.query(DELETE, json!({ "m": fields }))["data"]["metafieldsDelete"].take();
    let fields = json!([
        valued(&product, "care", "cold"),
        valued(&product, "cut", "wide"),
        valued(&product, "kept", "x")
    ]);
    shop.query(SET, json!({ "m": fields }));
    let lines = || shop.shopify.journal(0).unwrap().len();
    let before = lines();
    // An owner that is not there is no error (recorded).
    let nobody = delete(json!([
        named("gid://shopify/Product/1", "care"),
        named("gid://shopify/InventoryItem/1", "care")
    ]));
    assert_eq!(
        nobody,
        json!({ "deletedMetafields": [null, null], "userErrors": [] })
    );
    assert_eq!(keys(&shop), json!(["care", "cut", "kept"]));
    assert_eq!(lines(), before);
    let answer = delete(json!([
        named(&product, "none"),
        named(&product, "care"),
        named(&product, "cut"),
        named(&product, "care")
    ]));
    let gone = [
        Value::Null,
        named(&product, "care"),
        named(&product, "cut"),
        Value::Null,
    ];
    assert_eq!(answer, json!({ "deletedMetafields": gone, "userErrors": [] }));
    assert_eq!(keys(&shop), json!(["kept"]));
    let journal = shop.shopify.journal(0).unwrap();
    let line = journal.last().unwrap();
    assert_eq!(
        (line.operation.as_str(), line.target.as_str()),
        ("metafieldsDelete", product.as_str())
    );
    let again = delete(json!([named(&product, "care")]));
    assert_eq!(again, json!({ "deletedMetafields": [null], "userErrors": [] }));
    assert_eq!(lines(), journal.len(), "what was not there leaves no line");
    assert_eq!(
        delete(json!([])),
        json!({ "deletedMetafields": [], "userErrors": [] })
    );
    let many = vec![named(&product, "kept"); 251];
    let answer = shop.query(DELETE, json!({ "m": many }));
    assert_eq!(
        answer["errors"][0]["extensions"]["code"],
        "MAX_INPUT_SIZE_EXCEEDED"
    );
}

/// Every way to write a custom field of a product or a variant moves both `updatedAt`s as it should: the product's
/// with its variant's, and neither for a value that is there already.
#[test]
fn owners_are_changed_with_their_fields() {
    let shop = TestShop::with_catalogue();
    let ids =
        shop.data("{ products(first: 1) { nodes { id variants(first: 1) { nodes { id selectedOptions { name value } } } } } }");
    let product = ids
        .pointer("/products/nodes/0/id")
        .and_then(Value::as_str)
        .unwrap();
    let variant = ids
        .pointer("/products/nodes/0/variants/nodes/0/id")
        .and_then(Value::as_str)
        .unwrap();
    let update =
        "mutation M($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }";
    let whole = "mutation M($i: ProductSetInput!) { productSet(input: $i) { userErrors { message } } }";
    let bulk = "mutation M($p: ID!, $v: [ProductVariantsBulkInput!]!) { productVariantsBulkUpdate(productId: $p, variants: $v) \
        { userErrors { message } } }";
    let nested = |key: &str, value: &str| json!({ "namespace": "custom", "key": key, "type": "single_line_text_field", "value": value });
    let on_product = |value: &str| json!({ "p": { "id": product, "metafields": [nested("care", value)] } });
    let on_variant = |value: &str| json!({ "p": product, "v": [{ "id": variant, "metafields": [nested("care", value)] }] });
    let replaced = |fields: Value| json!({ "i": { "id": product, "metafields": fields } });
    let cases = [
        (SET, json!({ "m": [valued(product, "care", "a")] }), "product"),
        (SET, json!({ "m": [valued(product, "care", "a")] }), ""),
        (SET, json!({ "m": [valued(product, "care", "b")] }), "product"),
        (SET, json!({ "m": [valued(variant, "care", "a")] }), "both"),
        (SET, json!({ "m": [valued(variant, "care", "a")] }), ""),
        (update, on_product("b"), ""),
        (update, on_product("c"), "product"),
        (bulk, on_variant("a"), ""),
        (bulk, on_variant("b"), "both"),
        (whole, replaced(json!([nested("care", "c")])), ""),
        (whole, replaced(json!([nested("care", "d")])), "product"),
        (whole, replaced(json!([])), "product"),
        (whole, replaced(json!([])), ""),
        (DELETE, json!({ "m": [named(product, "care")] }), ""),
        (DELETE, json!({ "m": [named(variant, "care")] }), "both"),
        (DELETE, json!({ "m": [named(variant, "care")] }), ""),
    ];
    let updated = || {
        let data = shop.data(
            "{ products(first: 1) { nodes { updatedAt variants(first: 2) { nodes { updatedAt } } } } }",
        );
        let time = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let second = time("/products/nodes/0/variants/nodes/1/updatedAt");
        assert_eq!(second, now().to_string(), "the other variant");
        (
            time("/products/nodes/0/updatedAt"),
            time("/products/nodes/0/variants/nodes/0/updatedAt"),
        )
    };
    let mut time = now();
    for (place, (query, variables, changed)) in cases.into_iter().enumerate() {
        time += SignedDuration::from_mins(1);
        let before = updated();
        let lines = shop.shopify.journal(0).unwrap().len();
        let answer = at(&shop, time, query, variables);
        let text = answer.to_string();
        assert!(text.contains("\"userErrors\":[]"), "{place}: {answer}");
        let expected = match changed {
            "product" => (time.to_string(), before.1),
            "both" => (time.to_string(), time.to_string()),
            _ => before,
        };
        assert_eq!(updated(), expected, "{place}: {query}");
        let lines = shop.shopify.journal(0).unwrap().len() - lines;
        assert_eq!(lines, usize::from(!changed.is_empty()), "{place}: {query}");
    }
}

#[test]
fn what_changes_the_owner_is_needed_for_its_fields() {
    let scoped = |missing: &str| {
        let mut config = Config::default();
        config.scopes.remove(missing);
        config.scopes.insert(missing.replace("write_", "read_"));
        TestShop::configured(config).catalogue().orders()
    };
    for (missing, refused) in [
        ("write_products", ["Product", "ProductVariant"].as_slice()),
        ("write_orders", &["Order"]),
        ("write_customers", &["Customer"]),
        ("write_locations", &["Location"]),
    ] {
        let shop = scoped(missing);
        let ids = shop.some_ids();
        for kind in ["Product", "ProductVariant", "Order", "Customer", "Location"] {
            let id = &ids[kind];
            let text = format!("`{missing}` access scope.");
            for (query, input) in [(SET, valued(id, "care", "x")), (DELETE, named(id, "care"))] {
                let answer = shop.query(query, json!({ "m": [input] }));
                let required = &answer["errors"][0]["extensions"]["requiredAccess"];
                if refused.contains(&kind) {
                    assert_eq!(*required, json!(text), "{kind} without {missing}");
                } else {
                    assert_eq!(answer["errors"], Value::Null, "{kind} without {missing}");
                }
            }
        }
    }
}
