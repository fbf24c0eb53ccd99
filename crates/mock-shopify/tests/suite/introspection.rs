//! The query with which GraphQL clients read a schema.

use crate::shop::TestShop;
use serde_json::{Value, json};

const CLIENT_QUERY: &str = r"
query IntrospectionQuery {
  __schema {
    description
    queryType { name kind }
    mutationType { name kind }
    subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
}
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
    kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}";

#[test]
fn a_client_reads_the_schema() {
    let shop = TestShop::empty();
    let answer = shop.query(CLIENT_QUERY, json!({}));
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    let schema = &answer["data"]["__schema"];
    assert_eq!(schema["queryType"]["name"], "QueryRoot");
    let types = schema["types"].as_array().unwrap();
    let product = types.iter().find(|ty| ty["name"] == "Product").unwrap();
    let field = |name: &str| {
        let fields = product["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap().clone()
    };
    assert_eq!(field("totalVariants")["isDeprecated"], true);
    assert_eq!(
        field("totalVariants")["deprecationReason"],
        "Use `variantsCount` instead."
    );
    let reverse = field("variants")["args"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["name"] == "reverse")
        .unwrap()
        .clone();
    assert_eq!(reverse["defaultValue"], "false");
    let data = shop.data("{ __type(name: \"ProductStatus\") { enumValues { name } } shop { __typename } }");
    assert_eq!(data["shop"]["__typename"], "Shop");
    assert_eq!(data["__type"]["enumValues"].as_array().unwrap().len(), 4);
}
