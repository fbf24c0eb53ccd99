//! Two handles on the same data, as two processes have them. A fixture with one handle passes.

use std::thread;

use super::StoreFixture;
use super::given::{LEASE, at, commit, end, held, link, open, product, products, start, written};
use crate::ports::{StartRefused, Store};

/// What one has stored, the other reads.
pub fn two_handles_see_each_other(fixture: &dyn StoreFixture) {
    let (one, Some(two)) = (fixture.store(), fixture.second()) else {
        return;
    };
    let job = start(one, &products(), 0);
    let refused = two.start_job(&products(), at(1), LEASE);
    assert!(matches!(refused, Err(StartRefused::Running { running }) if running.id == job.id));
    let records = vec![
        written(&job, "1", Some(product("1", "10", &[]))),
        held(&job, "2", "30"),
    ];
    commit(one, &job, 2, records).unwrap();
    assert_eq!(link(two, "product", "1").unwrap().odoo_id, "10");
    end(one, &job, 3);
    let next = start(two, &products(), 4);
    assert_eq!(open(two, &next), ["2"]);
    assert_eq!(open(one, &next), ["2"]);
}

/// Of many that start at the same moment one wins, and each of the others is told which.
pub fn two_handles_start_one_job(fixture: &dyn StoreFixture) {
    let (one, Some(two)) = (fixture.store(), fixture.second()) else {
        return;
    };
    let answers: Vec<_> = thread::scope(|scope| {
        let starts: Vec<_> = [one, two, one, two]
            .into_iter()
            .map(|store| scope.spawn(move || store.start_job(&products(), at(0), LEASE)))
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let mut won: Vec<i64> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok().map(|job| job.id))
        .collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    let winner = won.remove(0);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(
            matches!(&refused, StartRefused::Running { running } if running.id == winner),
            "{refused}"
        );
    }
}

/// Writers wait for each other; none fails and none undoes another's work.
pub fn two_handles_lose_no_count(fixture: &dyn StoreFixture) {
    let (one, Some(two)) = (fixture.store(), fixture.second()) else {
        return;
    };
    let job = start(one, &products(), 0);
    let job = &job;
    let write = |store: &dyn Store, prefix: &str| {
        for number in 0..20 {
            commit(
                store,
                job,
                1,
                vec![written(job, &format!("{prefix}{number}"), None)],
            )
            .unwrap();
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| write(one, "a"));
        scope.spawn(|| write(two, "b"));
    });
    assert_eq!(end(two, job, 2).counts.success_count, 40);
}
