//! Everything that happened to one record, across jobs, conflicts and dead letters.

use persistence::{ConflictFilter, DeadLetterFilter, DeadLetterSummary, MAX_PAGE, Page, PageRequest};
use serde::Serialize;
use sync_core::{Conflict, Link, RecordLog, Side};

use super::{Service, ServiceError, connection};

/// What happened to one record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordHistory {
    /// Its link, if it has a counterpart.
    pub link: Option<Link>,
    /// Its lines in all jobs, newest first.
    pub lines: Page<RecordLog>,
    /// Its conflicts, newest first.
    pub conflicts: Vec<Conflict>,
    /// Its dead letters, newest first.
    pub dead_letters: Vec<DeadLetterSummary>,
}

impl Service {
    /// The history of the record with this id on this side.
    pub fn record_history(
        &self,
        record_type: &str,
        side: Side,
        id: &str,
        page: PageRequest,
    ) -> Result<RecordHistory, ServiceError> {
        let spec = self.spec(record_type)?;
        let link = self
            .store_port()
            .links(&connection(), &spec.name, side, &[id.to_owned()])
            .map_err(sync_core::engine::RunError::from)?
            .into_iter()
            .next();
        let all = PageRequest {
            before: None,
            limit: MAX_PAGE,
        };
        let shopify_id = match (&link, side) {
            (Some(link), _) => Some(link.shopify_id.clone()),
            (None, Side::Shopify) => Some(id.to_owned()),
            (None, Side::Odoo) => None,
        };
        let conflicts = match shopify_id {
            Some(shopify_id) => {
                let filter = ConflictFilter {
                    record_type: Some(spec.name.clone()),
                    shopify_id: Some(shopify_id),
                    ..ConflictFilter::default()
                };
                self.conflicts(&filter, all)?.items
            }
            None => Vec::new(),
        };
        let known = |letter: &DeadLetterSummary| {
            let linked = link.as_ref().map(|link| link.id_on(letter.side));
            letter.source_id == linked.unwrap_or(id) && (linked.is_some() || letter.side == side)
        };
        let mut dead_letters = Vec::new();
        for text in [Some(id), link.as_ref().map(|link| link.id_on(side.other()))]
            .into_iter()
            .flatten()
        {
            let filter = DeadLetterFilter {
                record_type: Some(spec.name.clone()),
                text: Some(text.to_owned()),
                ..DeadLetterFilter::default()
            };
            let found = self.dead_letters(&filter, all)?.items;
            for letter in found.into_iter().filter(known) {
                if !dead_letters.contains(&letter) {
                    dead_letters.push(letter);
                }
            }
        }
        Ok(RecordHistory {
            lines: self
                .store
                .record_history(&connection(), &spec.name, side, id, page)?,
            link,
            conflicts,
            dead_letters,
        })
    }
}
