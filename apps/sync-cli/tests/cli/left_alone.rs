use serde_json::json;

use crate::given::{Home, shows};

const MUG: &str = "7000000000001";

#[test]
fn a_record_is_left_alone_and_taken_up_again() {
    let home = Home::with_catalogue();
    assert_eq!(home.fine(&["match", "left-alone"]), "Nothing is left alone.\n");
    let leave = ["match", "leave", "product", "shopify", MUG, "--by", "Anna"];
    shows!("leave", home.fine(&leave));
    shows!(
        "list",
        home.fine(&[
            "match",
            "left-alone",
            "--record-type",
            "product",
            "--side",
            "shopify"
        ])
    );
    assert_eq!(
        home.document(&["match", "left-alone", "--side", "odoo"])["items"],
        json!([])
    );
    shows!(
        "preview",
        home.fine(&["match", "preview", "product", "--direction", "shopify_to_odoo"])
    );
    home.fine(&["sync", "products"]);
    shows!(
        "history",
        home.fine(&["record", "history", "product", "shopify", MUG])
    );
    shows!("take_up", home.fine(&["match", "take-up", "1"]));
    assert_eq!(home.document(&["sync", "products"])["success_count"], 1);
    shows!("linked", home.run(&leave).stderr);
    shows!("missing", home.run(&["match", "take-up", "1"]).stderr);
}

#[test]
fn what_cannot_be_left_alone_is_refused() {
    let home = Home::with_catalogue();
    shows!(
        "variant",
        home.run(&["match", "leave", "variant", "shopify", MUG]).stderr
    );
    shows!(
        "no_record",
        home.run(&["match", "leave", "product", "odoo", "999999"]).stderr
    );
    let unknown = home.run(&["match", "left-alone", "--record-type", "sofa"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("`sofa` is no record type"), "{unknown:?}");
    let document = home.document(&["match", "leave", "order", "shopify", "1"]);
    assert!(document["error"].to_string().contains("order"), "{document:#}");
}
