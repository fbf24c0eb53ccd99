//! What an installation needs from time to time.

use std::time::Duration;

use jiff::Timestamp;
use persistence::Purged;

use super::{Service, ServiceError};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Service {
    /// Deletes what holds customer data and is older than so many days: the logs of jobs that ended before, and dead
    /// letters that were closed before. Jobs keep their counts, open dead letters stay.
    pub fn purge(&self, days: u32) -> Result<Purged, ServiceError> {
        let before = self.clock.now().checked_sub(DAY * days);
        Ok(self.store.purge(before.unwrap_or(Timestamp::MIN))?)
    }
}
