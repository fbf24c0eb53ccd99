//! Product exports of shops with all their oddities, through the whole way.
//!
//! The environment variable `SYNC_TEST_CATALOGUES` names a folder with further exports (`*.csv`); their figures are
//! printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use mock_shopify::seed::csv::{Catalogue, Limits, read};
use serde_json::{Value, json};
use sync_core::ports::Clock as _;

use crate::shop::nodes;
use crate::world::{World, decimal, text};

/// Made for this test: missing combinations, prices that are no sums, empty and equal SKUs, equal barcodes, rows for
/// images, untracked items, all states, other scripts, a byte order mark and CR LF.
const ODD: &[u8] = include_bytes!("odd.csv");

#[test]
fn a_catalogue_of_oddities_arrives_whole() {
    let catalogue = read(ODD, &Limits::default()).unwrap();
    assert_eq!((catalogue.products.len(), catalogue.variants()), (7, 15));
    arrives(&catalogue);
}

#[test]
fn catalogues_of_other_shops_arrive_whole() {
    let Some(folder) = std::env::var_os("SYNC_TEST_CATALOGUES") else {
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(Path::new(&folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "the folder has no *.csv");
    for file in files {
        let catalogue = read(std::fs::File::open(&file).unwrap(), &Limits::default()).unwrap();
        println!(
            "{}: {} products, {} variants",
            file.file_name().unwrap().display(),
            catalogue.products.len(),
            catalogue.variants()
        );
        arrives(&catalogue);
    }
}

/// With a tenth of all attempts failing everything is there once or a dead letter; without failures everything is there,
/// and a further run writes nothing.
fn arrives(catalogue: &Catalogue) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odoo.db");
    let few = [("SYNC_FAILURE_RATE", "0.1"), ("MAX_RETRIES", "1")];
    let world = World::with_odoo_at(&path, &few, None);
    mock_shopify::seed::catalogue(&world.shopify, world.clock.now(), catalogue).unwrap();
    mock_odoo::seed::demo(&world.odoo, world.clock.now()).unwrap();
    let products = world.sync("products");
    assert_eq!(
        products.counts.total_records,
        u64::try_from(catalogue.products.len()).unwrap()
    );
    let dead: BTreeSet<String> = world
        .dead_letters_of("product")
        .into_iter()
        .map(|letter| {
            assert!(!letter.message.is_empty() && !letter.code.is_empty());
            letter.source_id
        })
        .collect();
    println!("  a tenth fails: {:?}", products.counts);
    each_is_there_once(&world, &dead);

    let world = World::with_odoo_at(&path, &[("SYNC_FAILURE_RATE", "0.0")], Some(world));
    for what in ["products", "inventory"] {
        let job = world.sync(what);
        world.is_well(&job);
        println!("  nothing fails: {what} {:?}", job.counts);
    }
    each_is_there_once(&world, &BTreeSet::new());
    let before = world.journals();
    for what in ["products", "inventory"] {
        let job = world.sync(what);
        assert_eq!(job.counts.success_count, 0, "{:#?}", world.told(job.id));
    }
    assert_eq!(world.journals(), before);
}

/// Every product is in Odoo once with just its variants, unless it is among the dead letters.
fn each_is_there_once(world: &World, dead: &BTreeSet<String>) {
    let fields = ["website_slug", "active", "list_price"];
    let templates = world.rows(
        "product.template",
        json!([["website_slug", "!=", false]]),
        &fields,
    );
    let mut by_slug: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for row in &templates {
        by_slug.entry(text(&row["website_slug"])).or_default().push(row);
    }
    let fields = ["product_tmpl_id", "active", "default_code", "lst_price", "weight"];
    let mut variants: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    for row in world.rows("product.product", json!([]), &fields) {
        let template = row["product_tmpl_id"][0].as_i64().unwrap();
        variants.entry(template).or_default().push(row);
    }
    let prices = world.fixed_prices();
    for product in world.products_of_the_shop() {
        let handle = text(&product["handle"]).to_lowercase();
        let id = text(&product["id"]).rsplit('/').next().unwrap();
        if dead.contains(id) {
            continue;
        }
        let found = by_slug.get(handle.as_str()).map_or(&[] as &[_], Vec::as_slice);
        assert_eq!(found.len(), 1, "{handle}");
        let archived = product["status"] == "ARCHIVED";
        let price = |row: &Value| {
            let fixed = prices.get(&row["id"].as_i64().unwrap()).copied();
            fixed.unwrap_or_else(|| decimal(&row["lst_price"]))
        };
        let wanted = nodes(&product["variants"]);
        let mut wanted: Vec<_> = wanted
            .iter()
            .map(|variant| {
                (
                    text(&variant["sku"]).trim().to_owned(),
                    decimal(&variant["price"]),
                )
            })
            .collect();
        let own = &variants[&found[0]["id"].as_i64().unwrap()];
        assert!(
            !archived || own.iter().all(|row| row["active"] == false),
            "{handle}"
        );
        let own = own.iter().filter(|row| archived || row["active"] == true);
        let mut own: Vec<_> = own
            .map(|row| (text(&row["default_code"]).to_owned(), price(row)))
            .collect();
        wanted.sort();
        own.sort();
        if archived {
            // Combinations that the shop lacks are in the archive, too.
            wanted.retain(|variant| !own.contains(variant));
            assert!(wanted.is_empty(), "{handle}: {wanted:?}");
        } else {
            assert_eq!(own, wanted, "{handle}");
        }
    }
}
