//! Records that somebody wants left alone take no part in matching, and none is made of them.

use persistence::LogFilter;
use sync_core::{Direction, Job, LeftAlone, Side};

use crate::bench::{ALL, Bench, connection, product, template};

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
    assert_eq!(
        lines,
        [
            format!("odoo {other} create created"),
            format!("shopify {shirt} skip left_alone"),
        ]
        .map(|line| lines
            .iter()
            .find(|found| found.starts_with(&line))
            .cloned()
            .unwrap_or(line)),
    );
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
    // As it may happen while a run is linking them.
    let link = bench.store.unlink(bench.link(&id).id).unwrap();
    bench.leave_alone(Side::Shopify, &id);
    bench.run_full(Both).await;
    let made = bench.links().remove(0);
    assert_ne!(made.shopify_id, link.shopify_id, "the other half was made anew");
    assert_eq!(made.odoo_id, odoo);
    let lines = bench.lines(&bench.run_full(Both).await);
    assert!(
        lines.contains(&format!("shopify {id} skip left_alone")),
        "{lines:?}"
    );
    assert!(
        lines.contains(&format!("shopify {} skip unchanged", made.shopify_id)),
        "{lines:?}"
    );
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
    assert_eq!(job.full, false);
    assert_eq!(bench.link(&shirt).odoo_id, other, "{:?}", bench.lines(&job));
    let after = bench.run(Both).await;
    assert_eq!(after.counts.success_count, 0, "{:?}", bench.lines(&after));
}
