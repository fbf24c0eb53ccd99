//! Nothing that arrives on the wire breaks the service.

use crate::shop::{TestShop, now};
use proptest::prelude::*;
use serde_json::{Value, json};
use wire::{WireRequest, WireService as _};

fn ask(shop: &TestShop, query: &str) -> Value {
    let response = shop.post(json!({ "query": query }).to_string());
    assert_eq!(response.status, 200, "{}", response.text());
    serde_json::from_slice(&response.body).unwrap()
}

fn refused(shop: &TestShop, query: &str) {
    let answer = ask(shop, query);
    assert!(
        answer["errors"].is_array() && answer.get("data").is_none(),
        "{}",
        answer.to_string().len()
    );
}

#[test]
fn deep_documents() {
    let shop = TestShop::unlimited();
    for depth in [100, 1_000, 50_000] {
        refused(&shop, &format!("{{ shop {}", "{ a ".repeat(depth)));
        refused(&shop, &"{ a ".repeat(depth));
        refused(&shop, &format!("{{ node(id: {} ) {{ id }} }}", "[".repeat(depth)));
        refused(
            &shop,
            &format!(
                "{{ node(id: {}1{} ) {{ id }} }}",
                "[".repeat(depth),
                "]".repeat(depth)
            ),
        );
        refused(
            &shop,
            &format!(
                "{{ node(id: {}1{} ) {{ id }} }}",
                "{a:".repeat(depth),
                "}".repeat(depth)
            ),
        );
        refused(
            &shop,
            &format!(
                "query Q($x: {}Int{}) {{ shop {{ id }} }}",
                "[".repeat(depth),
                "]".repeat(depth)
            ),
        );
    }
    let legal = format!(
        "{{ shop {} {{ id }} {} }}",
        "{ ... on Shop".repeat(90),
        "}".repeat(90)
    );
    ask(&shop, &legal);
}

#[test]
fn chains_of_fragments() {
    let shop = TestShop::unlimited();
    for length in [50, 10_000] {
        let chain: String = (0..length)
            .map(|at| format!("fragment F{at} on Shop {{ ...F{} }} ", at + 1))
            .collect();
        ask(
            &shop,
            &format!("{{ shop {{ ...F0 }} }} {chain} fragment F{length} on Shop {{ name }}"),
        );
        // Each one twice, with a field between: doubling at every step.
        let bomb: String = (0..length)
            .map(|at| format!("fragment B{at} on Product {{ a{at}: variants(first: 1) {{ nodes {{ product {{ ...B{} }} }} }} b{at}: variants(first: 1) {{ nodes {{ product {{ ...B{} }} }} }} }} ", at + 1, at + 1))
            .collect();
        let query = format!(
            "{{ products(first: 1) {{ nodes {{ ...B0 }} }} }} {bomb} fragment B{length} on Product {{ id }}"
        );
        refused(&shop, &query);
    }
}

#[test]
fn wide_documents() {
    let shop = TestShop::unlimited();
    let fields: String = (0..20_000).map(|at| format!("f{at}: name ")).collect();
    let answer = ask(&shop, &format!("{{ shop {{ {fields} }} }}"));
    assert_eq!(answer["data"]["shop"].as_object().unwrap().len(), 20_000);
    let same = "name ".repeat(20_000);
    ask(&shop, &format!("{{ shop {{ {same} }} }}"));
    let variables: String = (0..5_000).map(|at| format!("$v{at}: Int ")).collect();
    refused(&shop, &format!("query Q({variables}) {{ shop {{ id }} }}"));
    refused(&shop, &"a".repeat(200_000));
    refused(
        &shop,
        &format!("{{ shop(x: \"{}\") {{ id }} }}", "\\u0000".repeat(1_000)),
    );
}

#[test]
fn deep_json() {
    let shop = TestShop::empty();
    for depth in [100, 100_000] {
        let body = format!(
            "{{\"query\":\"{{ shop {{ id }} }}\",\"variables\":{}{}}}",
            "[".repeat(depth),
            "]".repeat(depth)
        );
        assert_eq!(shop.post(body).status, 400);
    }
}

#[test]
fn introspection_bombs() {
    let shop = TestShop::unlimited();
    let lists = "types { fields { type { fields { type { fields { type { fields { name } } } } } } } }";
    refused(&shop, &format!("{{ __schema {{ {lists} }} }}"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_body(body in prop::collection::vec(any::<u8>(), 0..200)) {
        TestShop::empty().post(body);
    }

    #[test]
    fn any_query(text in r#"[{}()\[\]$@!:="a-z0-9 #.\n,\\-]{0,80}"#) {
        let shop = TestShop::empty();
        let response = shop.post(json!({ "query": text }).to_string());
        prop_assert!(matches!(response.status, 200 | 400));
    }

    #[test]
    fn any_words(words in prop::collection::vec(prop::sample::select(vec![
        "query", "mutation", "fragment", "on", "Q", "{", "}", "(", ")", "$x", ":", "Int", "!", "[", "]", "=", "5", "\"x\"",
        "shop", "products", "first", "nodes", "id", "...", "@skip", "if", "true", "null", "product", "Product", "ID",
    ]), 0..30)) {
        let shop = TestShop::empty();
        prop_assert_eq!(shop.post(json!({ "query": format!("{{ {} }}", words.join(" ")) }).to_string()).status, 200);
        let response = shop.post(json!({ "query": words.join(" ") }).to_string());
        prop_assert!(matches!(response.status, 200 | 400));
    }

    #[test]
    fn any_request(method in "[A-Z]{0,6}", path in "[!-~]{0,40}", header in "[ -~]{0,20}", body in "[ -~]{0,40}") {
        let shop = TestShop::empty();
        for path in [path.clone(), format!("/admin/api/{path}/graphql.json"), format!("/admin/oauth/access_token{path}")] {
            let mut request = WireRequest::new(method.clone(), path).with_header("Content-Type", header.clone());
            request.body = body.clone().into_bytes();
            shop.shopify.handle(now(), &request);
        }
    }

    #[test]
    fn any_search(query in r#"[a-z_:<>=()'"* \-0-9TZ.,]{0,50}"#) {
        let shop = TestShop::empty().catalogue();
        let answer = shop.query("query S($q: String) { products(first: 5, query: $q) { nodes { id } } }", json!({ "q": query }));
        prop_assert!(answer["errors"].is_null());
    }
}
