//! The name that all calls of one attempt carry.

use std::future::Future;

use wire::WireRequest;

/// The header with the name: in the log of a proxy before Odoo it tells which calls belong together.
const HEADER: &str = "X-Correlation-Id";

tokio::task_local! {
    static ATTEMPT: String;
}

/// Runs one attempt at writing a batch: its calls carry a name that no other attempt has.
pub(crate) async fn in_attempt<T>(attempt: impl Future<Output = T>) -> T {
    match getrandom::u64() {
        Ok(number) => ATTEMPT.scope(format!("sync-{number:016x}"), attempt).await,
        Err(error) => {
            tracing::warn!(%error, "no randomness: the calls of this attempt go without a name");
            attempt.await
        }
    }
}

/// The request with the attempt's name, if it is made in one.
pub(super) fn named(request: WireRequest) -> WireRequest {
    match ATTEMPT.try_with(Clone::clone) {
        Ok(name) => request.with_header(HEADER, name),
        Err(_) => request,
    }
}
