use persistence::{Page, PageRequest, WaitingFilter, WaitingRow};

use super::{Service, ServiceError, connection};

impl Service {
    /// Records that wait for their next attempt or for another record, the latest first.
    pub fn waiting(
        &self,
        filter: &WaitingFilter,
        page: PageRequest,
    ) -> Result<Page<WaitingRow>, ServiceError> {
        Ok(self.store.list_waiting(&connection(), filter, page)?)
    }
}
