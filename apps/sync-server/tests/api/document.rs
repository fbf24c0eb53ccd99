//! The document of the API: it is one, and it is complete.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::server::TestServer;

/// What the rules for documents of this kind demand, as far as they can be said of ours.
fn structure() -> Value {
    json!({
        "type": "object",
        "required": ["openapi", "info", "paths", "components"],
        "properties": {
            "openapi": {"type": "string", "pattern": "^3\\.1\\.\\d+$"},
            "info": {"type": "object", "required": ["title", "version"]},
            "paths": {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": "^/api/"},
                "additionalProperties": {
                    "type": "object",
                    "propertyNames": {"enum": ["get", "post", "put", "patch", "delete"]},
                    "additionalProperties": {"$ref": "#/$defs/operation"}
                }
            },
            "components": {
                "type": "object",
                "required": ["schemas", "securitySchemes"],
                "properties": {
                    "schemas": {"type": "object", "additionalProperties": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}
                }
            }
        },
        "$defs": {
            "operation": {
                "type": "object",
                "required": ["operationId", "summary", "tags", "responses"],
                "properties": {
                    "parameters": {"type": "array", "items": {"$ref": "#/$defs/parameter"}},
                    "requestBody": {"$ref": "#/$defs/content"},
                    "responses": {
                        "type": "object",
                        "minProperties": 1,
                        "propertyNames": {"pattern": "^[1-5]\\d\\d$"},
                        "additionalProperties": {
                            "allOf": [{"$ref": "#/$defs/content"}],
                            "required": ["description"]
                        }
                    }
                }
            },
            "parameter": {
                "type": "object",
                "required": ["name", "in", "schema"],
                "properties": {
                    "in": {"enum": ["path", "query"]},
                    "schema": {"$ref": "https://json-schema.org/draft/2020-12/schema"}
                },
                "if": {"properties": {"in": {"const": "path"}}},
                "then": {"required": ["required"], "properties": {"required": {"const": true}}}
            },
            "content": {
                "type": "object",
                "properties": {
                    "content": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "properties": {"schema": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}
                        }
                    }
                }
            }
        }
    })
}

fn document() -> Value {
    serde_json::to_value(sync_server::document()).unwrap()
}

fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                found.insert(reference);
            }
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn it_is_a_document_of_its_kind() {
    let document = document();
    let validator = jsonschema::validator_for(&structure()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let ids: Vec<&str> = operations(&document)
        .filter_map(|(_, _, operation)| operation["operationId"].as_str())
        .collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

#[test]
fn what_it_names_is_there_and_it_names_what_is_there() {
    let server = TestServer::start(&[]);
    let document = server.get("/api/openapi.json").json();
    assert_eq!(document, self::document());
    let mut list = Vec::new();
    for (path, method, operation) in operations(&document) {
        list.push(format!(
            "{} {path} {}",
            method.to_uppercase(),
            operation["operationId"].as_str().unwrap()
        ));
        // A method that nobody knows is refused with those that are there.
        let real = path
            .replace("{id}", "1")
            .replace("{record_type}", "products")
            .replace("{side}", "odoo")
            .replace("{record_id}", "1");
        let answer = server.send("TRACE", &real, &[], b"");
        let allowed: Vec<&str> = answer.header("allow").split(", ").collect();
        assert_eq!(answer.status, 405, "{path}");
        assert!(
            allowed.contains(&method.to_uppercase().as_str()),
            "{path}: {allowed:?}"
        );
    }
    insta::assert_snapshot!("operations", list.join("\n"));
}

#[test]
fn the_page_that_shows_it_keeps_to_the_policy() {
    let server = TestServer::start(&[]);
    let page = server.get("/api.html").text;
    assert!(
        !page.contains("style=") && !page.contains("<style") && !page.contains("onclick"),
        "{page}"
    );
    for file in ["/api.css", "/api-page.js"] {
        assert!(page.contains(file));
        let text = server.get(file).text;
        assert!(
            !text.contains("innerHTML") && !text.contains("https://"),
            "{file}"
        );
    }
}
