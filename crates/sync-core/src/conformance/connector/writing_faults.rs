//! Writing while the wire goes wrong, at every single request: what was not done in full is sent again as it is, and
//! then it is there exactly once.

use super::walk::{all, assert_passing};
use super::writing::{applied, assert_done, carry_out};
use super::{WireFault, WriteFixture};
use crate::{Write, WriteOutcome};

/// More requests than any batch of a case needs.
const MOST_REQUESTS: usize = 500;

/// The request does not arrive.
pub async fn making_survives_a_request_that_is_lost<F: WriteFixture>(make: impl Fn(usize) -> F) {
    making(make, WireFault::LostBefore).await;
}

/// The request is carried out.
pub async fn making_survives_an_answer_that_is_lost<F: WriteFixture>(make: impl Fn(usize) -> F) {
    making(make, WireFault::LostAfter).await;
}

/// Something in between answers that nothing works.
pub async fn making_survives_a_load_balancer<F: WriteFixture>(make: impl Fn(usize) -> F) {
    making(make, WireFault::Rejected).await;
}

/// The request is carried out, and its answer is no JSON.
pub async fn making_survives_a_cut_answer<F: WriteFixture>(make: impl Fn(usize) -> F) {
    making(make, WireFault::Truncated).await;
}

/// The request is carried out, and its answer is a page for people.
pub async fn making_survives_an_html_page<F: WriteFixture>(make: impl Fn(usize) -> F) {
    making(make, WireFault::Html).await;
}

async fn making<F: WriteFixture>(make: impl Fn(usize) -> F, fault: WireFault) {
    for skip in 0..MOST_REQUESTS {
        let fixture = make(0);
        let before = all(&fixture).len();
        let batch = [fixture.good(0)];
        if !survives(&fixture, &batch, fault, skip).await {
            return;
        }
        assert_eq!(
            all(&fixture).len(),
            before + 1,
            "{fault:?} at request {skip}: once"
        );
    }
}

/// The request does not arrive.
pub async fn changing_survives_a_request_that_is_lost<F: WriteFixture>(make: impl Fn(usize) -> F) {
    changing(make, WireFault::LostBefore, 1).await;
}

/// The request is carried out.
pub async fn changing_survives_an_answer_that_is_lost<F: WriteFixture>(make: impl Fn(usize) -> F) {
    changing(make, WireFault::LostAfter, 1).await;
}

/// At every third request: what they share with the other faults is tried at all of them.
pub async fn changing_survives_other_faults<F: WriteFixture>(make: impl Fn(usize) -> F) {
    for fault in [WireFault::Rejected, WireFault::Truncated, WireFault::Html] {
        changing(&make, fault, 3).await;
    }
}

async fn changing<F: WriteFixture>(make: impl Fn(usize) -> F, fault: WireFault, step: usize) {
    for skip in (0..MOST_REQUESTS).step_by(step) {
        let fixture = make(0);
        let good = fixture.good(0);
        let first = carry_out(fixture.connect().as_ref(), std::slice::from_ref(&good)).await;
        let there = all(&fixture);
        let batch = [fixture.update(&good, &first[0])];
        if !survives(&fixture, &batch, fault, skip).await {
            return;
        }
        assert_eq!(all(&fixture), there, "{fault:?} at request {skip}: nothing new");
    }
}

/// A lost answer in the middle of a batch, with a bad write in it.
pub async fn a_batch_survives_lost_answers<F: WriteFixture>(make: impl Fn(usize) -> F) {
    for skip in 0..MOST_REQUESTS {
        let fixture = make(0);
        let before = all(&fixture).len();
        let (good, bad) = ([fixture.good(0), fixture.good(1)], fixture.bad(0));
        let batch = [good[0].clone(), bad, good[1].clone()];
        fixture.fault(WireFault::LostAfter, skip);
        let outcomes = fixture.connect().apply(&batch).await;
        assert_eq!(outcomes.len(), batch.len());
        let hit = fixture.faults_left() == 0;
        assert!(
            !matches!(outcomes[1], WriteOutcome::Applied(_)),
            "a bad write is never carried out"
        );
        for (write, outcome) in [(&batch[0], &outcomes[0]), (&batch[2], &outcomes[2])] {
            settle(&fixture, write, outcome, &format!("request {skip}")).await;
        }
        assert_eq!(
            all(&fixture).len(),
            before + 2,
            "request {skip}: each good one once"
        );
        if !hit {
            return;
        }
    }
}

/// Sends a batch with a fault, then again as the engine would. `false` if the fault lay behind its last request.
async fn survives<F: WriteFixture>(fixture: &F, batch: &[Write], fault: WireFault, skip: usize) -> bool {
    fixture.fault(fault, skip);
    let outcomes = fixture.connect().apply(batch).await;
    assert_eq!(outcomes.len(), batch.len());
    if fixture.faults_left() > 0 {
        for (write, outcome) in batch.iter().zip(&outcomes) {
            assert_done(fixture, write, applied(outcome, "a write without a fault"));
        }
        assert!(skip > 0, "a write takes a request at least");
        return false;
    }
    for (write, outcome) in batch.iter().zip(&outcomes) {
        settle(fixture, write, outcome, &format!("{fault:?} at request {skip}")).await;
    }
    true
}

/// Sends a write again until it is carried out: once has to be enough, since nothing goes wrong any more.
async fn settle<F: WriteFixture>(fixture: &F, write: &Write, outcome: &WriteOutcome, what: &str) {
    match outcome {
        WriteOutcome::Applied(done) => assert_done(fixture, write, done),
        WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) => {
            assert_passing(error, what);
            resend(fixture, write).await;
        }
        WriteOutcome::NotAttempted => resend(fixture, write).await,
    }
}

async fn resend<F: WriteFixture>(fixture: &F, write: &Write) {
    let done = carry_out(fixture.connect().as_ref(), std::slice::from_ref(write)).await;
    assert_done(fixture, write, &done[0]);
}
