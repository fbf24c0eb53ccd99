use serde_json::json;

use crate::given::{Home, shows};

/// Two synced products, one of which both sides then renamed, with nobody to decide.
fn renamed() -> Home {
    let home = Home::with_catalogue();
    home.fine(&["sync", "products"]);
    home.fine(&["sim", "edit", "shopify", "product", MUG, "title=Shop's mug"]);
    let odoo = odoo_id(&home);
    home.fine(&["sim", "edit", "odoo", "product", &odoo, "name=Warehouse's mug"]);
    home.fine(&with(&["sync", "products"]));
    home
}

const MUG: &str = "7000000000001";

/// The same command under the strategy of these tests.
fn with<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [args, &["--conflict-strategy", "manual"]].concat()
}

fn odoo_id(home: &Home) -> String {
    let links = home.document(&["links", "list", "--record-type", "product", "--search", MUG]);
    links["items"][0]["odoo_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_conflict_is_listed_shown_and_decided() {
    let home = renamed();
    shows!("list", home.fine(&["conflicts", "list"]));
    shows!("show", home.fine(&["conflicts", "show", "1"]));
    shows!("dashboard", home.fine(&["dashboard"]).lines().nth(2).unwrap());
    assert_eq!(
        home.fine(&["conflicts", "list", "--status", "resolved"]),
        "No conflicts.\n"
    );
    let undecided = home.run(&["conflicts", "resolve", "1"]);
    assert_eq!(undecided.code, Some(1));
    assert!(undecided.stderr.contains("--winner"), "{}", undecided.stderr);
    let both = [
        "conflicts",
        "resolve",
        "1",
        "--winner",
        "odoo",
        "--odoo-value",
        "x",
    ];
    assert_eq!(home.run(&both).code, Some(1));
    let other = home.run(&with(&[
        "conflicts",
        "resolve",
        "--all",
        "--expected",
        "5",
        "--winner",
        "odoo",
    ]));
    assert_eq!(
        other.stderr,
        "error: 1 match now, not 5: look again, then repeat\n"
    );
    let none = home.fine(&with(&[
        "conflicts",
        "resolve",
        "--all",
        "--search",
        "sofa",
        "--winner",
        "odoo",
    ]));
    assert_eq!(none, "No open conflict matches.\n");
    shows!(
        "resolve",
        home.fine(&with(&[
            "conflicts",
            "resolve",
            "1",
            "--winner",
            "shopify",
            "--by",
            "Anna"
        ]))
    );
    shows!("resolved", home.fine(&["conflicts", "show", "1"]));
    let again = home.run(&with(&["conflicts", "resolve", "1", "--winner", "odoo"]));
    assert_eq!(
        again.stderr,
        "error: conflict 1 is resolved: restore it to bring back what lost\n"
    );
    shows!("restore", home.fine(&with(&["conflicts", "restore", "1"])));
    shows!("restored", home.fine(&["conflicts", "list", "--status", "all"]));
    shows!(
        "history",
        home.fine(&["record", "history", "product", "shopify", MUG])
    );
    let twin = home.document(&["sim", "twin", "--search", MUG]);
    assert_eq!(
        twin["items"][0]["title"],
        json!({"shopify": "Warehouse's mug", "odoo": "Warehouse's mug", "differs": false})
    );
}

#[test]
fn a_value_may_be_neither_sides() {
    let home = renamed();
    let args = [
        "conflicts",
        "resolve",
        "--all",
        "--rule",
        "title = name",
        "--odoo-value",
        "Third mug",
    ];
    let document = home.document(&with(&args));
    assert_eq!(
        (&document["conflicts"][0]["status"], &document["not_started"]),
        (&json!("resolved"), &json!([])),
        "{document:#}"
    );
    let twin = home.document(&["sim", "twin", "--search", MUG]);
    assert_eq!(twin["items"][0]["title"]["shopify"], "Third mug");
}

#[test]
fn a_field_is_emptied_by_a_typed_null() {
    let home = renamed();
    let nothing = ["conflicts", "resolve", "1", "--odoo-value", "null"];
    let ran = home.run(&with(&nothing));
    let shown = home.fine(&["conflicts", "show", "1"]);
    // Whether a product may be without a name is for the systems to say.
    assert!(shown.contains("nothing in Odoo"), "{ran:?}\n{shown}");
}

#[test]
fn a_decision_is_kept_while_a_run_is_in_the_way() {
    let home = renamed();
    let _running = home.running_job();
    let ran = home.run(&with(&["conflicts", "resolve", "1", "--winner", "shopify"]));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.stdout.contains("Conflict 1 (title = name): decided")
            && ran.stdout.contains("not carried out yet, the next run does it"),
        "{ran:?}"
    );
}

#[test]
fn links_are_listed_made_and_forgotten() {
    let home = Home::with_catalogue();
    assert_eq!(home.fine(&["links", "list"]), "No links.\n");
    home.fine(&["sync", "products"]);
    shows!("list", home.fine(&["links", "list"]));
    let links = home.document(&["links", "list", "--record-type", "product"]);
    let link = &links["items"][1];
    let id = link["id"].to_string();
    let odoo = link["odoo_id"].as_str().unwrap();
    let taken = home.run(&["links", "add", "product", MUG, odoo]);
    assert!(taken.stderr.contains("unlink it first"), "{taken:?}");
    shows!("remove", home.fine(&["links", "remove", &id]));
    assert_eq!(home.run(&["links", "remove", &id]).code, Some(1));
    shows!("add", home.fine(&["links", "add", "product", MUG, odoo]));
    let unknown = home.run(&["links", "list", "--record-type", "sofa"]);
    assert!(unknown.stderr.contains("variant"), "{}", unknown.stderr);
}

#[test]
fn a_first_run_is_looked_at_before() {
    let home = Home::with_catalogue();
    let preview = ["match", "preview", "product", "--direction", "shopify_to_odoo"];
    shows!("preview", home.fine(&preview));
    assert_eq!(
        home.document(&preview)["will_create"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(home.fine(&["links", "list"]), "No links.\n");
    let none = home.fine(&["match", "candidates", "product", "odoo", "1"]);
    assert_eq!(none, "Nothing has anything in common with it.\n");
    home.fine(&["sync", "products"]);
    let odoo = odoo_id(&home);
    shows!(
        "candidates",
        home.fine(&["match", "candidates", "product", "odoo", &odoo])
    );
}

#[test]
fn cursors_are_rewound() {
    let home = Home::with_catalogue();
    assert_eq!(home.fine(&["cursors", "list"]), "Nothing was read yet.\n");
    home.fine(&["sync", "products"]);
    assert_eq!(home.document(&["cursors", "list"])["items"][0]["side"], "shopify");
    assert_eq!(home.document(&["sync", "products"])["full"], false);
    let rewound = home.fine(&["cursors", "rewind", "products", "--side", "shopify"]);
    assert_eq!(rewound, "1 cursors were forgotten.\n");
    assert_eq!(home.document(&["sync", "products"])["full"], true);
    assert_eq!(
        home.document(&["sync", "products", "--full", "--allow-archive"])["unguarded"],
        true
    );
}

#[test]
fn a_record_without_a_past_says_so() {
    let home = Home::with_catalogue();
    assert_eq!(
        home.fine(&["record", "history", "order", "odoo", "7"]),
        "It is linked to nothing.\nNothing happened to it.\n"
    );
    assert_eq!(
        home.run(&["record", "history", "sofa", "odoo", "7"]).code,
        Some(1)
    );
}

#[test]
fn both_systems_are_edited() {
    let home = Home::with_catalogue();
    shows!("fields", home.fine(&["sim", "fields"]));
    home.fine(&["sync", "products"]);
    let price = [
        "sim",
        "edit",
        "shopify",
        "product",
        MUG,
        "variants.0.price=14.00",
        "vendor=Oak",
    ];
    shows!("edit", home.fine(&price));
    shows!("twin", home.fine(&["sim", "twin", "--search", MUG]));
    shows!("plan", home.fine(&["sync", "products", "--dry-run", "--full"]));
    let sale = home.document(&["sim", "edit", "shopify", "variant", MUG, "sale=2"]);
    assert_eq!(sale["made"]["record_type"], "order", "{sale:#}");
    let twice = home.run(&["sim", "edit", "shopify", "product", MUG, "title=a", "title=b"]);
    assert_eq!(twice.stderr, "error: title is given twice\n");
    assert_eq!(
        home.run(&["sim", "edit", "shopify", "product", MUG, "title"])
            .code,
        Some(1)
    );
    let unknown = home.run(&["sim", "edit", "odoo", "variant", "1", "price=1"]);
    assert_eq!(
        unknown.stderr,
        "error: `price` is no field: use one of default_code, barcode, lst_price, weight\n"
    );
}
