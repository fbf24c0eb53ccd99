//! What becomes of records that never succeed.

use mock_shopify::NewOrder;
use rust_decimal::Decimal;
use sync_core::JobStatus;

use crate::small::{MUG, Small, usual};
use crate::world::World;

#[test]
fn with_every_attempt_failing_every_order_is_a_dead_letter_with_all_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odoo.db");
    let world = World::with_odoo_at(&path, &[("SYNC_FAILURE_RATE", "0.0")], None);
    world.seed_demo();
    world.is_well(&world.sync("products"));
    let world = World::with_odoo_at(&path, &[("SYNC_FAILURE_RATE", "1.0")], Some(world));
    let job = world.sync("orders");
    assert_eq!(
        (job.status, job.counts.fail_count, job.counts.success_count),
        (JobStatus::Completed, 50, 0)
    );
    let letters = world.open_dead_letters();
    assert_eq!(letters.len(), 50);
    for summary in letters {
        let letter = world.service.dead_letter(summary.id).unwrap();
        assert_eq!(letter.original["name"], summary.label.as_str());
        assert_eq!(letter.mapped["client_order_ref"], summary.label.as_str());
        let numbers: Vec<u32> = letter.attempts.iter().map(|attempt| attempt.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        for attempt in &letter.attempts {
            assert_eq!(attempt.code, "concurrent_update");
            assert!(attempt.message.contains("could not serialize access"));
        }
        let waits: Vec<i64> = letter
            .attempts
            .windows(2)
            .map(|two| two[1].at.duration_since(two[0].at).as_secs())
            .collect();
        for (wait, least) in waits.iter().zip([1, 2, 4, 8]) {
            assert!(*wait >= least, "{waits:?}");
        }
    }
}

#[test]
fn a_full_queue_stops_the_run_and_loses_nothing() {
    let small = Small::with(&[
        ("SYNC_FAILURE_RATE", "0.0"),
        ("DLQ_MAX_SIZE", "2"),
        ("SYNC_BATCH_SIZE", "1"),
    ]);
    small.sync("products");
    for _ in 0..4 {
        small.place(NewOrder {
            lines: vec![small.line(MUG, 1)],
            taxes: vec![("Odd".into(), Decimal::new(123, 3))],
            ..usual("ada@example.com")
        });
    }
    let job = small.world.sync("orders");
    assert_eq!(job.status, JobStatus::Failed);
    let error = job.error.unwrap();
    assert!(error.contains("queue is full"), "{error}");
    assert_eq!(small.world.open_dead_letters().len(), 2);
}
