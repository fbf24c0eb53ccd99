//! `@idempotent`: which mutations take a key, and what a key that was used does.

use serde_json::{Value, json};

use crate::shop::TestShop;

/// Activates the mug in Porto.
fn activate(shop: &TestShop, arguments: &str, directive: &str) -> Value {
    let ids = shop.data("{ inventoryItems(first: 9) { nodes { id } } locations(first: 9) { nodes { id } } }");
    let mug = &ids["inventoryItems"]["nodes"][2]["id"];
    let porto = &ids["locations"]["nodes"][1]["id"];
    let query = format!(
        "mutation M {{ inventoryActivate(inventoryItemId: {mug}, locationId: {porto}{arguments}) {directive} {{ \
         inventoryLevel {{ isActive quantities(names: [\"available\"]) {{ quantity }} }} userErrors {{ field message }} }} }}"
    );
    shop.query(&query, json!({}))
}

#[test]
fn a_key_of_an_activation_counts_once() {
    let shop = TestShop::with_catalogue();
    let first = activate(&shop, ", available: 7", "@idempotent(key: \"a\")");
    let level = json!({ "isActive": true, "quantities": [{ "quantity": 7 }] });
    assert_eq!(
        first["data"]["inventoryActivate"],
        json!({ "inventoryLevel": level, "userErrors": [] })
    );
    let lines = shop.shopify.journal(0).unwrap().len();
    let again = activate(&shop, ", available: 7", "@idempotent(key: \"a\")");
    assert_eq!(
        again["data"], first["data"],
        "the first answer, not that the level is active"
    );
    let other = activate(&shop, ", available: 8", "@idempotent(key: \"a\")");
    let text = "The same idempotency key cannot be used with different operation parameters.";
    assert_eq!(
        other["data"]["inventoryActivate"],
        json!({ "inventoryLevel": null, "userErrors": [{ "field": null, "message": text }] })
    );
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines);
}

#[test]
fn a_key_is_demanded_and_not_blank() {
    let shop = TestShop::with_catalogue();
    let lines = shop.shopify.journal(0).unwrap().len();
    let refused = |directive: &str, text: &str| {
        let answer = activate(&shop, ", available: 7", directive);
        assert_eq!(answer["data"], json!({ "inventoryActivate": null }));
        let error = &answer["errors"][0];
        assert_eq!(error["message"], text);
        assert_eq!(error["extensions"], json!({ "code": "BAD_REQUEST" }));
        assert_eq!(error["path"], json!(["inventoryActivate"]));
    };
    refused(
        "",
        "The @idempotent directive is required for this mutation but was not provided.",
    );
    for blank in ["", " ", "\\t "] {
        refused(
            &format!("@idempotent(key: \"{blank}\")"),
            "The idempotency key cannot be blank.",
        );
    }
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines);
}

#[test]
fn most_mutations_take_no_key() {
    let shop = TestShop::with_catalogue();
    let answer = shop.query(
        "mutation { productSet(input: { title: \"x\" }) @idempotent(key: \"k\") { product { id } } }",
        json!({}),
    );
    assert_eq!(answer["data"], json!({ "productSet": null }));
    assert_eq!(
        answer["errors"][0]["message"],
        "The @idempotent directive is not supported for this mutation."
    );
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST");
}
