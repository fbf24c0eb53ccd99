//! Records that somebody wants left alone take no part in matching, and none is made of them.

use persistence::LogFilter;
use serde_json::json;
use sync_core::ports::{BatchResult, JobEnd, RecordKey, RecordResult, Store};
use sync_core::{Direction, Job, JobStatus, LeftAlone, LinkDraft, RecordLog, Side};

use crate::bench::{ALL, Bench, connection, new_job, product, template};

use Direction::{Both, OdooToShopify, ShopifyToOdoo};

impl Bench {
    fn leave_alone(&self, side: Side, id: &str) -> i64 {
        let record = LeftAlone {
            id: 0,
            connection: connection(),
            record_type: "product".into(),
            side,
            record_id: id.to_owned(),
            label: String::new(),
            by: "Anna".to_owned(),
            at: self.now(),
        };
        self.store.leave_alone(&record).unwrap().id
    }

    /// What the run did, after a dry run has said just that.
    async fn as_planned(&self, direction: Direction) -> (Job, Vec<String>) {
        let plan = self.dry_run(direction).await;
        let planned = self.lines(&plan).into_iter().map(|line| {
            let line = line
                .replace("would_create", "created")
                .replace("would_link", "linked");
            line.replace("would_update", "updated")
        });
        let planned: Vec<String> = planned.collect();
        let job = self.run_full(direction).await;
        let lines = self.lines(&job);
        assert_eq!(planned, lines, "{direction}");
        (job, lines)
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_pair_that_is_kept_apart_is_neither_linked_nor_made() {
    for direction in [Both, ShopifyToOdoo, OdooToShopify] {
        let bench = Bench::new();
        let shirt = bench.shop.make(product("Shirt", "20", &["A-1"]));
        let other = bench.erp.make(template("Other", "21", &["A-1"]));
        let number = bench.leave_alone(Side::Shopify, &shirt);
        bench.leave_alone(Side::Odoo, &other);
        let (job, lines) = bench.as_planned(direction).await;
        let wanted: Vec<String> = direction
            .sides()
            .iter()
            .map(|side| {
                let id = if *side == Side::Shopify { &shirt } else { &other };
                format!("{} {id} skip left_alone", side.as_str())
            })
            .collect();
        assert_eq!(lines.len(), wanted.len());
        assert!(wanted.iter().all(|line| lines.contains(line)), "{lines:?}");
        assert_eq!(bench.links(), []);
        assert_eq!((bench.shop.ids().len(), bench.erp.ids().len()), (1, 1));
        if direction == ShopifyToOdoo {
            let log = bench.store.list_logs(job.id, &LogFilter::default(), ALL).unwrap();
            assert_eq!(
                log.items[0].message,
                format!("Anna wants it left alone: take it up again (number {number}) to have it synced")
            );
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_other_half_of_a_pair_is_made_unless_it_is_left_alone_as_well() {
    let bench = Bench::new();
    let shirt = bench.shop.make(product("Shirt", "20", &["A-1"]));
    let other = bench.erp.make(template("Other", "21", &["A-1"]));
    bench.leave_alone(Side::Shopify, &shirt);
    let (_, lines) = bench.as_planned(Both).await;
    let made = format!("odoo {other} create created ");
    assert!(lines[0].starts_with(&made), "{lines:?}");
    assert_eq!(lines[1..], [format!("shopify {shirt} skip left_alone")]);
    let link = bench.links().remove(0);
    assert_eq!(link.odoo_id, other);
    assert_ne!(link.shopify_id, shirt);
}

#[tokio::test(flavor = "current_thread")]
async fn leaving_one_of_several_alone_settles_which_is_meant() {
    // Two of the same side claim one, and then one of them does not.
    let bench = Bench::new();
    let twice = ["First", "Second"].map(|name| bench.erp.make(template(name, "1", &["B-1"])));
    let shirt = bench.shop.make(product("Shirt", "1", &["B-1"]));
    let waits = |lines: &[String]| lines.iter().filter(|line| line.contains("needs_match")).count();
    let (_, lines) = bench.as_planned(Both).await;
    assert_eq!(waits(&lines), 3, "{lines:?}");
    bench.leave_alone(Side::Odoo, &twice[1]);
    let (_, lines) = bench.as_planned(Both).await;
    assert_eq!(waits(&lines), 0, "{lines:?}");
    assert_eq!(bench.link(&shirt).odoo_id, twice[0]);
    assert_eq!((bench.shop.ids().len(), bench.erp.ids().len()), (1, 2));
}

#[tokio::test(flavor = "current_thread")]
async fn a_link_counts_for_more() {
    let (bench, id, odoo) = Bench::with_one().await;
    let link = bench.store.unlink(bench.link(&id).id).unwrap();
    bench.leave_alone(Side::Shopify, &id);
    bench.leave_alone(Side::Odoo, &odoo);
    // Somebody asks while a run is linking them: the run is through with looking.
    let job = bench
        .engine
        .start(&new_job(Both, false, true), &bench.options)
        .unwrap();
    let key = RecordKey {
        side: Side::Shopify,
        id: id.clone(),
    };
    let draft = LinkDraft {
        record_type: link.record_type.clone(),
        shopify_id: id.clone(),
        odoo_id: odoo.clone(),
        label: link.label.clone(),
        base: link.base.clone(),
        open: false,
        moved: link.moved.clone(),
        written: link.written.clone(),
        children: Vec::new(),
    };
    let log = bench.store.list_logs(1, &LogFilter::default(), ALL).unwrap();
    let done = RecordResult::Done {
        link: Some(draft).into(),
        conflicts: None,
        log: RecordLog {
            job_id: job.id,
            ..log.items[0].clone()
        },
    };
    let batch = BatchResult {
        records: vec![(key, done)],
        renamed: Vec::new(),
        checkpoint: job.checkpoint.clone(),
        mark: None,
        now: bench.now(),
        dead_letter_limit: 9,
    };
    bench.store.commit_batch(&job, &batch).unwrap();
    let end = JobEnd {
        status: JobStatus::Completed,
        error: None,
    };
    bench.store.finish_job(job.id, &end, bench.now()).unwrap();

    bench.tick();
    bench.shop.edit(&id, None, "title", json!("Linen shirt"));
    let job = bench.run_full(Both).await;
    assert_eq!(job.counts.success_count, 1, "{:?}", bench.lines(&job));
    assert_eq!(bench.erp.get(&odoo).unwrap()["name"], "Linen shirt");
    assert_eq!(bench.link(&id).odoo_id, odoo);
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_taken_up_again_is_dealt_with_by_the_next_run() {
    let bench = Bench::new();
    let shirt = bench.shop.make(product("Shirt", "20", &["A-1"]));
    let other = bench.erp.make(template("Other", "21", &["A-1"]));
    let numbers =
        [(Side::Shopify, &shirt), (Side::Odoo, &other)].map(|(side, id)| bench.leave_alone(side, id));
    bench.run(Both).await;
    bench.tick();
    let quiet = bench.run(Both).await;
    assert_eq!(quiet.counts.total_records, 0, "{:?}", bench.lines(&quiet));
    for number in numbers {
        bench.store.take_up_again(number, bench.now()).unwrap();
    }
    bench.tick();
    let job = bench.run(Both).await;
    assert!(!job.full);
    assert_eq!(bench.link(&shirt).odoo_id, other, "{:?}", bench.lines(&job));
    let after = bench.run(Both).await;
    assert_eq!(after.counts.success_count, 0, "{:?}", bench.lines(&after));
}
