//! Records that people want left alone: neither linked nor made anew, until they are taken up again.

use std::collections::BTreeSet;

use persistence::{LeftAloneFilter, Page, PageRequest};
use sync_core::{LeftAlone, RecordLog, RecordType, Side};

use super::decision::name;
use super::{Service, ServiceError, connection};

impl Service {
    /// Leaves a record alone: runs neither link it nor make its counterpart, and nothing is linked to it. It must exist and
    /// be nobody's counterpart; its type must be one whose records are matched. One that is left alone already stays so.
    pub fn leave_alone(
        &self,
        record_type: &str,
        side: Side,
        id: &str,
        by: &str,
    ) -> Result<LeftAlone, ServiceError> {
        let by = name(by)?.to_owned();
        let found = self.specs.iter().find(|spec| {
            let named = spec.job_type == record_type || spec.name.as_str() == record_type;
            named && spec.is_matched()
        });
        let spec = found.ok_or_else(|| ServiceError::NotMatched {
            record_type: record_type.to_owned(),
            allowed: self.matched_types(),
        })?;
        let record = self.record(side, &spec.name, id)?;
        Ok(self.store.leave_alone(&LeftAlone {
            id: 0,
            connection: connection(),
            record_type: spec.name.clone(),
            side,
            record_id: record.id,
            label: record.label,
            by,
            at: self.clock.now(),
        })?)
    }

    fn matched_types(&self) -> Vec<String> {
        let matched = self.specs.iter().filter(|spec| spec.is_matched());
        matched.map(|spec| spec.name.to_string()).collect()
    }

    /// Ends that a record is left alone, by its number, and answers what was asked. The next run that reads its side looks
    /// at it.
    pub fn take_up_again(&self, id: i64) -> Result<LeftAlone, ServiceError> {
        Ok(self.store.take_up_again(id, self.clock.now())?)
    }

    /// Records that are left alone, the latest first.
    pub fn left_alone(
        &self,
        filter: &LeftAloneFilter,
        page: PageRequest,
    ) -> Result<Page<LeftAlone>, ServiceError> {
        Ok(self.store.list_left_alone(&connection(), filter, page)?)
    }

    /// One of them.
    pub fn left_alone_record(&self, id: i64) -> Result<LeftAlone, ServiceError> {
        Ok(self.store.left_alone_record(id)?)
    }

    /// The lines without those about a record that is left alone by now, or about a pair with one.
    pub(super) fn without_left_alone(
        &self,
        record_type: &RecordType,
        lines: Vec<RecordLog>,
    ) -> Result<Vec<RecordLog>, ServiceError> {
        let mut left = BTreeSet::new();
        for side in Side::BOTH {
            let ids: Vec<String> = lines
                .iter()
                .filter_map(|line| id_on(line, side))
                .cloned()
                .collect();
            let found = self
                .store_port()
                .left_alone(&connection(), record_type, side, &ids)
                .map_err(sync_core::engine::RunError::from)?;
            left.extend(found.into_iter().map(|one| (side, one.record_id)));
        }
        let is_left = |line: &RecordLog| {
            Side::BOTH
                .into_iter()
                .any(|side| id_on(line, side).is_some_and(|id| left.contains(&(side, id.clone()))))
        };
        Ok(lines.into_iter().filter(|line| !is_left(line)).collect())
    }
}

/// A line's record on a side, as far as it has one there.
fn id_on(line: &RecordLog, side: Side) -> Option<&String> {
    if line.side == side {
        Some(&line.source_id)
    } else {
        line.target_id.as_ref()
    }
}
