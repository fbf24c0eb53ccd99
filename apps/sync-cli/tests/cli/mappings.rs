use serde_json::json;

use crate::given::{Home, shows};

#[test]
fn rules_and_transforms_are_listed() {
    let home = Home::empty();
    shows!(
        "products",
        home.fine(&["mappings", "list", "--record-type", "product"])
    );
    shows!("transforms", home.fine(&["mappings", "transforms"]));
    let wrong = home.run(&["mappings", "list", "--record-type", "sofa"]);
    assert!(
        wrong.stderr.contains("use one of product, inventory, order"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_rule_lives() {
    let home = Home::empty();
    let add = [
        "mappings",
        "add",
        "--record-type",
        "product",
        "--shopify-field",
        "template_suffix",
        "--odoo-field",
        "x_suffix",
        "--transform",
        "trim | uppercase",
        "--note",
        "for print",
    ];
    let added = home.document(&add);
    let id = added["id"].as_i64().unwrap().to_string();
    assert_eq!(
        (&added["enabled"], &added["transform"]),
        (&true.into(), &"trim | uppercase".into())
    );
    assert!(
        added["warnings"][1].as_str().unwrap().contains("x_suffix"),
        "{added:#}"
    );
    shows!(home.fine(&["mappings", "edit", &id, "--odoo-field", "description_purchase"]));
    let edited = home.document(&["mappings", "edit", &id, "--position", "-1"]);
    assert_eq!(
        (&edited["odoo_field"], &edited["note"], &edited["position"]),
        (&"description_purchase".into(), &"for print".into(), &(-1).into())
    );
    assert_eq!(home.document(&["mappings", "disable", &id])["enabled"], false);
    assert_eq!(home.document(&["mappings", "enable", &id])["enabled"], true);
    home.fine(&["mappings", "delete", &id]);
    let gone = home.run(&["mappings", "delete", &id]);
    assert_eq!(gone.stderr, format!("error: there is no mapping {id}\n"));
}

#[test]
fn everything_that_is_wrong_with_a_rule_is_named() {
    let home = Home::empty();
    let ran = home.run(&[
        "mappings",
        "add",
        "--record-type",
        "product",
        "--shopify-field",
        "variants..price",
        "--odoo-field",
        "name",
        "--transform",
        "upercase",
    ]);
    assert_eq!(ran.code, Some(1));
    shows!(ran.stderr);
    let duplicate = home.document(&[
        "mappings",
        "add",
        "--record-type",
        "product",
        "--shopify-field",
        "vendor",
        "--odoo-field",
        "name",
    ]);
    assert_eq!(duplicate["error"]["findings"][0]["field"], "odoo_field");
}

#[test]
fn exported_rules_come_back_the_same() {
    let home = Home::empty();
    home.fine(&["mappings", "disable", "2"]);
    let before = home.fine(&["mappings", "export"]);
    shows!(before.lines().take(14).collect::<Vec<_>>().join("\n"));
    home.fine(&["mappings", "export", "rules.toml"]);
    assert_eq!(home.read("rules.toml"), before);
    let refused = home.run(&["mappings", "export", "rules.toml"]);
    assert!(
        refused.stderr.contains("--force overwrites it"),
        "{}",
        refused.stderr
    );
    home.fine(&["mappings", "export", "rules.json"]);
    for file in ["rules.toml", "rules.json"] {
        let report = home.document(&["mappings", "import", file, "--replace"]);
        assert_eq!(report["added"], report["deleted"], "{file}");
        assert_eq!(home.fine(&["mappings", "export"]), before, "{file}");
    }
    assert_eq!(
        home.document(&["mappings", "export"]),
        serde_json::from_str::<serde_json::Value>(&home.read("rules.json")).unwrap()
    );
}

#[test]
fn an_import_takes_all_or_nothing() {
    let home = Home::empty();
    let before = home.fine(&["mappings", "export"]);
    let rules = json!({"mappings": [
        {"record_type": "product", "shopify_field": "template_suffix", "odoo_field": "description_purchase"},
        {"record_type": "product", "shopify_field": "title", "odoo_field": "name"},
        {"record_type": "sofa", "shopify_field": "a", "odoo_field": "b"},
        {"record_type": "order", "shopify_field": "a..b", "odoo_field": "x_a", "transform": "nonsense"},
    ]});
    home.write("rules.json", &rules.to_string());
    let ran = home.run(&["mappings", "import", "rules.json"]);
    assert_eq!(ran.code, Some(1));
    shows!(ran.stderr);
    assert_eq!(home.fine(&["mappings", "export"]), before);
    let findings = &home.document(&["mappings", "import", "rules.json"])["error"]["findings"];
    assert_eq!(findings.as_array().map(Vec::len), Some(4), "{findings:#}");
    home.write(
        "rules.toml",
        "[[mappings]]\nrecord_type = \"product\"\nshopify_feld = \"x\"\n",
    );
    let unknown = home.run(&["mappings", "import", "rules.toml"]);
    assert!(unknown.stderr.contains("shopify_feld"), "{}", unknown.stderr);
    home.write("rules.txt", "");
    let nameless = home.run(&["mappings", "import", "rules.txt"]);
    assert!(
        nameless.stderr.contains("ends in .toml or .json"),
        "{}",
        nameless.stderr
    );
}

#[test]
fn added_rules_come_after_those_that_are_there() {
    let home = Home::empty();
    let rules = json!({"mappings": [
        {"record_type": "product", "shopify_field": "template_suffix", "odoo_field": "description_purchase"},
    ]});
    home.write("rules.json", &rules.to_string());
    let report = home.document(&["mappings", "import", "rules.json"]);
    assert_eq!((&report["added"], &report["deleted"]), (&1.into(), &0.into()));
    let rules = home.document(&["mappings", "list", "--record-type", "product"]);
    let last = rules["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["odoo_field"], "description_purchase");
}
