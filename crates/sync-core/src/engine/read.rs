//! Reading, with patience: a read that fails for a passing reason is repeated by the retry policy.

use std::future::Future;

use rand::rngs::StdRng;

use super::{Engine, RunOptions};
use crate::ports::Clock;
use crate::{ConnectorError, Cursor, Directive, Page, Record, RecordType, RetryPolicy, Side};

/// Most ids in one call, whatever the batch size.
const MOST_IDS: usize = 250;

/// Reads for one run.
pub(super) struct Reader<'a> {
    pub(super) engine: &'a Engine,
    pub(super) options: &'a RunOptions,
}

impl Reader<'_> {
    pub(super) async fn page(
        &self,
        rng: &mut StdRng,
        side: Side,
        record_type: &RecordType,
        cursor: Option<&Cursor>,
    ) -> Result<Page, ConnectorError> {
        let connector = self.engine.connector(side);
        let call = || connector.changes(record_type, cursor, self.options.batch_size);
        patiently(&*self.engine.clock, &self.options.retry, rng, call).await
    }

    pub(super) async fn fetch(
        &self,
        rng: &mut StdRng,
        side: Side,
        record_type: &RecordType,
        ids: &[String],
    ) -> Result<Vec<Record>, ConnectorError> {
        let connector = self.engine.connector(side);
        let mut records = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(MOST_IDS) {
            let call = || connector.fetch(record_type, chunk);
            records.extend(patiently(&*self.engine.clock, &self.options.retry, rng, call).await?);
        }
        Ok(records)
    }
}

/// Repeats a call that fails for a passing reason.
pub(super) async fn patiently<T, F, Fut>(
    clock: &dyn Clock,
    retry: &RetryPolicy,
    rng: &mut StdRng,
    call: F,
) -> Result<T, ConnectorError>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, ConnectorError>>,
{
    let mut failed = Vec::new();
    loop {
        let error = match call().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        failed.push(error.kind);
        let again = error.kind.directive() == Directive::Retry;
        let pause = again
            .then(|| retry.pause_after(&error, failed.iter().copied(), rng))
            .flatten();
        let Some(pause) = pause else { return Err(error) };
        tracing::warn!(attempt = failed.len(), class = %error.kind, error = %error, "read failed, trying again");
        clock.sleep(pause).await;
    }
}
