use crate::given::{Home, shows};

#[test]
fn the_demonstration_is_seeded_once() {
    let home = Home::empty();
    shows!(home.fine(&["seed"]));
    assert_eq!(home.fine(&["seed"]), "Shopify: nothing new\nOdoo: nothing new\n");
}

#[test]
fn an_export_says_what_was_odd_in_it() {
    let home = Home::with_catalogue();
    shows!(home.fine(&["seed", "--reset", "--shopify-csv", "shop.csv"]));
    let document = home.document(&["seed", "--shopify-csv", "shop.csv"]);
    assert_eq!(document["shopify"]["products"], 0);
    assert_eq!(document["file"]["variants"], 4);
    assert!(
        document["file"]["oddities"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
}

#[test]
fn a_reset_forgets_what_was_synced_and_keeps_the_rules() {
    let home = Home::with_catalogue();
    let count = || home.fine(&["sim", "odoo", "product.template", "search_count", "[[]]"]);
    let seeded = count();
    home.fine(&["mappings", "delete", "4"]);
    home.fine(&["sync", "products"]);
    assert_ne!(count(), seeded);
    home.fine(&["seed", "--reset", "--shopify-csv", "shop.csv"]);
    assert_eq!(home.fine(&["jobs", "list"]), "No jobs.\n");
    assert_eq!(count(), seeded);
    let job = home.document(&["sync", "products"]);
    assert_eq!(job["success_count"], 2, "{job:#}");
    assert_eq!(home.run(&["mappings", "delete", "4"]).code, Some(1));
}

#[test]
fn a_file_that_will_not_do_empties_nothing() {
    let home = Home::with_catalogue();
    home.write("wrong.csv", "Handle,Title,Variant Price\nmug,Mug,twelve\n");
    let ran = home.run(&["seed", "--reset", "--shopify-csv", "wrong.csv"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    shows!(ran.stderr);
    let missing = home.run(&["seed", "--shopify-csv", "none.csv"]);
    assert!(
        missing.stderr.contains("none.csv: the file cannot be opened"),
        "{missing:?}"
    );
    assert_eq!(home.document(&["sync", "products"])["total_records"], 2);
}

#[test]
fn a_reset_is_refused_while_a_job_is_running() {
    let home = Home::with_catalogue();
    let _running = home.running_job();
    let ran = home.run(&["seed", "--reset"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.stderr,
        "error: job 1 (products) is running: wait for it, or cancel it\n"
    );
}

#[test]
fn real_systems_are_never_seeded() {
    let home = Home::empty();
    let real = [
        ("SHOPIFY_URL", "https://shop.invalid"),
        ("SHOPIFY_TOKEN", "shpat_real"),
    ];
    let ran = home.run_with(&["seed"], &real);
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.stderr,
        "error: Shopify is not simulated here: SHOPIFY_URL names a real one\n"
    );
}
