//! The engine's memory does not grow with the catalogue: a run over ten times as many products needs hardly more.
//!
//! Alone in its program, because it counts what the whole program has allocated.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod folder;

use std::path::Path;
use std::sync::Arc;

use mapping_transforms::{ChildRule, Mapping, Registry};
use peak_alloc::PeakAlloc;
use persistence::SqliteStore;
use sync_core::engine::{Engine, RunOptions};
use sync_core::ports::SimulatedClock;
use sync_core::{Direction, Job, NewJob, RecordTypeSpec};

use folder::Folder;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn rules() -> Vec<Mapping> {
    let rule = |shopify: &str, odoo: &str, transform: &str| {
        Mapping::new(
            "product",
            shopify.parse().unwrap(),
            odoo.parse().unwrap(),
            transform,
        )
    };
    vec![
        rule("title", "name", "direct"),
        rule("body_html", "description_sale", "html_to_text"),
        rule("variants.*.sku", "product_variant_ids.*.default_code", "trim"),
        rule("variants.*.price", "product_variant_ids.*.lst_price", "round2"),
    ]
}

fn engine(work: &Path, products: usize) -> Engine {
    let shop = Folder::new("shopify", work.join("shop"));
    shop.fill(products);
    let erp = Folder::new("odoo", work.join("erp"));
    let store = SqliteStore::open(work.join("sync.db")).unwrap();
    for rule in rules() {
        store.insert_mapping(&"default".into(), &rule).unwrap();
    }
    let variants = ChildRule::new(
        "variant",
        "variants".parse().unwrap(),
        "product_variant_ids".parse().unwrap(),
    );
    let spec = RecordTypeSpec {
        children: vec![variants],
        ..RecordTypeSpec::new("product", "products")
    };
    let clock = Arc::new(SimulatedClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let registry = Arc::new(Registry::standard());
    Engine::new(
        Arc::new(shop),
        Arc::new(erp),
        Arc::new(store),
        clock,
        registry,
        [spec],
    )
}

async fn run(engine: &Engine) -> Job {
    let job = NewJob {
        connection: "default".into(),
        job_type: "products".into(),
        record_type: "product".into(),
        direction: Direction::ShopifyToOdoo,
        dry_run: false,
        full: false,

        unguarded: false,
    };
    let options = RunOptions::default();
    let job = engine.start(&job, &options).unwrap();
    engine.drive(job, options, &mut |_| {}).await.unwrap()
}

/// Peak of allocated bytes over a first run and a second one that changes nothing.
async fn peak(products: usize) -> usize {
    let work = tempfile::tempdir().unwrap();
    let engine = engine(work.path(), products);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let first = run(&engine).await;
    assert_eq!(
        (first.counts.total_records, first.counts.success_count),
        (products as u64, products as u64)
    );
    let second = run(&engine).await;
    assert_eq!(
        (second.counts.total_records, second.counts.skip_count),
        (products as u64, products as u64)
    );
    MEMORY.peak_usage().saturating_sub(before)
}

#[tokio::test(flavor = "current_thread")]
async fn ten_times_the_products_need_hardly_more_memory() {
    // What is allocated once and kept (prepared statements, the page cache) is there after the first run.
    peak(200).await;
    let small = peak(1_000).await;
    let large = peak(10_000).await;
    println!("peak: {small} bytes for 1,000 products, {large} bytes for 10,000");
    assert!(
        large * 10 <= small * 12,
        "{large} bytes for 10,000 products, {small} for 1,000"
    );
}
