//! What a query costs, and the bucket of points that pays for it.

use std::time::Duration;

use serde_json::Value;
use sync_core::{ConnectorError, ErrorKind};

/// Code of the error that stands for a document which can never be paid for as it is.
pub(crate) const TOO_DEAR: &str = "query_too_dear";

/// The pause after a throttled call that does not say how full the bucket is.
const USUAL_PAUSE: Duration = Duration::from_secs(2);

/// No pause is longer: a full bucket takes 20 s on every plan.
const LONGEST_PAUSE: f64 = 300.0;

/// The bucket as the last answer showed it, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Points in a full bucket.
    pub maximum: f64,
    /// Points that were there.
    pub available: f64,
    /// Points that come back per second.
    pub restore_rate: f64,
}

/// `extensions.cost` of an answer. Older shops write floats, newer ones integers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cost {
    pub(super) requested: Option<f64>,
    pub(super) actual: Option<f64>,
    pub(super) bucket: Option<Bucket>,
}

impl Cost {
    pub(super) fn read(extensions: &Value) -> Self {
        let points = |value: &Value| {
            value
                .as_f64()
                .filter(|points| points.is_finite() && *points >= 0.0)
        };
        let cost = &extensions["cost"];
        let status = &cost["throttleStatus"];
        let bucket = || {
            Some(Bucket {
                maximum: points(&status["maximumAvailable"])?,
                available: status["currentlyAvailable"]
                    .as_f64()
                    .filter(|points| points.is_finite())?,
                restore_rate: points(&status["restoreRate"]).filter(|rate| *rate > 0.0)?,
            })
        };
        Self {
            requested: points(&cost["requestedQueryCost"]),
            actual: points(&cost["actualQueryCost"]),
            bucket: bucket(),
        }
    }

    /// The error of a throttled call. What is tried again begins anew, so the bucket has to hold what was spent
    /// before this call, too.
    pub(super) fn throttled(&self, spent: f64) -> ConnectorError {
        let error = |code: &str, message: String| ConnectorError::new(ErrorKind::Throttled, code, message);
        let (Some(requested), Some(bucket)) = (self.requested, self.bucket) else {
            return error("throttled", "Shopify's rate limit is exhausted".into()).retry_after(USUAL_PAUSE);
        };
        if requested > bucket.maximum {
            let message = format!(
                "a query costs {requested} points, more than the {} of a full bucket",
                bucket.maximum
            );
            return ConnectorError::new(ErrorKind::Rejected, TOO_DEAR, message);
        }
        let needed = (requested + spent).min(bucket.maximum);
        let seconds = ((needed - bucket.available) / bucket.restore_rate).clamp(0.0, LONGEST_PAUSE);
        let message = format!(
            "Shopify's rate limit is exhausted: {requested} points are needed, {} are there",
            bucket.available
        );
        let wait = Duration::try_from_secs_f64(seconds).unwrap_or(USUAL_PAUSE);
        error("throttled", message).retry_after(wait)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cost(requested: f64, available: f64) -> Cost {
        let status = json!({"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": 100});
        Cost::read(
            &json!({"cost": {"requestedQueryCost": requested, "actualQueryCost": null, "throttleStatus": status}}),
        )
    }

    #[test]
    fn the_pause_is_what_the_bucket_needs() {
        let wait = |requested, available, spent| cost(requested, available).throttled(spent).retry_after;
        assert_eq!(wait(507.0, 493.0, 0.0), Some(Duration::from_millis(140)));
        assert_eq!(wait(507.0, 493.0, 986.0), Some(Duration::from_secs(10)));
        assert_eq!(
            wait(507.0, 493.0, 9_000.0),
            Some(Duration::from_millis(15_070)),
            "until it is full"
        );
        assert_eq!(wait(507.0, 600.0, 0.0), Some(Duration::ZERO));
    }

    #[test]
    fn a_query_that_no_bucket_holds_is_too_dear() {
        assert_eq!(cost(2001.0, 2000.0).throttled(0.0).code, TOO_DEAR);
    }

    #[test]
    fn nonsense_is_no_cost() {
        for nonsense in [
            json!(null),
            json!({"cost": 7}),
            json!({"cost": {"requestedQueryCost": -1, "throttleStatus": {"restoreRate": 0}}}),
        ] {
            assert_eq!(Cost::read(&nonsense), Cost::default());
            assert_eq!(
                Cost::read(&nonsense).throttled(0.0).retry_after,
                Some(USUAL_PAUSE)
            );
        }
    }
}
