//! Scripted faults: what reaches the system, and what the client is told.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use wire::{
    Fault, FaultRule, FaultyTransport, InProcess, Transport, TransportError, WireRequest, WireResponse,
    WireService,
};

#[derive(Default)]
struct Counter(AtomicUsize);

impl WireService for Counter {
    fn handle(&self, _now: Timestamp, request: &WireRequest) -> WireResponse {
        self.0.fetch_add(1, Ordering::SeqCst);
        WireResponse::new(200).with_body(request.body.clone())
    }
}

struct Bench {
    arrived: Arc<Counter>,
    slept: Arc<Mutex<Vec<Duration>>>,
    transport: FaultyTransport<InProcess<Counter>>,
}

fn bench() -> Bench {
    let arrived = Arc::new(Counter::default());
    let slept = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&slept);
    let transport = FaultyTransport::new(
        InProcess::new(Arc::clone(&arrived), Arc::new(|| Timestamp::UNIX_EPOCH)),
        Arc::new(move |wait| {
            log.lock().unwrap().push(wait);
            Box::pin(std::future::ready(()))
        }),
    );
    Bench {
        arrived,
        slept,
        transport,
    }
}

fn hello() -> WireRequest {
    WireRequest::post("/x", "text/plain", "hello")
}

async fn with(fault: Fault) -> (usize, Result<WireResponse, TransportError>) {
    let bench = bench();
    bench.transport.script(FaultRule::on_text(fault, "hell"));
    let answer = bench.transport.send(hello()).await;
    assert_eq!(bench.transport.rules_left(), 0);
    (bench.arrived.0.load(Ordering::SeqCst), answer)
}

#[tokio::test(flavor = "current_thread")]
async fn each_fault_says_whether_the_request_arrived() {
    let (arrived, answer) = with(Fault::Reject(WireResponse::new(503))).await;
    assert_eq!((arrived, answer.unwrap().status), (0, 503));

    let (arrived, answer) = with(Fault::LostBefore).await;
    assert_eq!((arrived, answer.unwrap_err().may_have_happened()), (0, false));

    let (arrived, answer) = with(Fault::LostAfter).await;
    assert_eq!((arrived, answer.unwrap_err().may_have_happened()), (1, true));

    let (arrived, answer) = with(Fault::Truncated(2)).await;
    assert_eq!(
        (arrived, answer.unwrap().text().into_owned()),
        (1, "he".to_owned())
    );

    let (arrived, answer) = with(Fault::Html(502)).await;
    let answer = answer.unwrap();
    assert_eq!((arrived, answer.status), (1, 502));
    assert!(answer.text().starts_with("<!DOCTYPE html>"));
}

#[tokio::test(flavor = "current_thread")]
async fn a_slow_answer_waits_on_the_handed_in_clock() {
    let bench = bench();
    bench
        .transport
        .script(FaultRule::new(Fault::Slow(Duration::from_secs(30)), |_| true));
    assert_eq!(bench.transport.send(hello()).await.unwrap().text(), "hello");
    assert_eq!(*bench.slept.lock().unwrap(), [Duration::from_secs(30)]);
}

#[tokio::test(flavor = "current_thread")]
async fn rules_skip_and_repeat() {
    let bench = bench();
    bench
        .transport
        .script(FaultRule::new(Fault::LostBefore, |_| true).skip(1).times(2));
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        outcomes.push(bench.transport.send(hello()).await.is_ok());
    }
    assert_eq!(outcomes, [true, false, false, true]);
}

#[tokio::test(flavor = "current_thread")]
async fn other_requests_pass() {
    let bench = bench();
    bench
        .transport
        .script(FaultRule::on_text(Fault::LostBefore, "something else"));
    assert!(bench.transport.send(hello()).await.is_ok());
    assert_eq!(bench.transport.rules_left(), 1);
}
