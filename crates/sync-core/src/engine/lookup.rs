use std::cell::RefCell;
use std::collections::BTreeMap;

use mapping_transforms::{Lookup, Side};

use crate::ports::{Store, StoreError};
use crate::{ConnectionId, RecordType};

/// Records that are linked by configuration and not by a run: which Odoo warehouse is which Shopify location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    pairs: Vec<(RecordType, String, String)>,
}

impl References {
    /// Adds a pair: the record's id in the left and in the right system.
    pub fn add(
        &mut self,
        record_type: RecordType,
        shopify_id: impl Into<String>,
        odoo_id: impl Into<String>,
    ) {
        self.pairs.push((record_type, shopify_id.into(), odoo_id.into()));
    }

    /// Whether ids of this type are looked up here and not among the links.
    pub(super) fn covers(&self, record_type: &str) -> bool {
        self.pairs.iter().any(|(known, ..)| known.as_str() == record_type)
    }

    /// The counterpart of an id of the side `from`.
    pub fn counterpart(&self, record_type: &str, from: Side, id: &str) -> Option<&str> {
        self.pairs
            .iter()
            .filter(|(known, ..)| known.as_str() == record_type)
            .find_map(|(_, shopify, odoo)| match from {
                Side::Shopify => (shopify == id).then_some(odoo.as_str()),
                Side::Odoo => (odoo == id).then_some(shopify.as_str()),
            })
    }
}

type Answers = BTreeMap<(String, Side, String), Option<String>>;

/// Links to other records, asked from the store when a rule needs one and remembered for the batch.
pub(super) struct BatchLookup<'a> {
    store: &'a dyn Store,
    connection: &'a ConnectionId,
    references: &'a References,
    answers: RefCell<Answers>,
    failed: RefCell<Option<StoreError>>,
}

impl<'a> BatchLookup<'a> {
    pub(super) fn new(
        store: &'a dyn Store,
        connection: &'a ConnectionId,
        references: &'a References,
    ) -> Self {
        Self {
            store,
            connection,
            references,
            answers: RefCell::default(),
            failed: RefCell::default(),
        }
    }

    /// An error that a look-up met: nothing that was planned with it may be used.
    pub(super) fn into_result(self) -> Result<(), StoreError> {
        match self.failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    pub(super) fn counterpart(&self, record_type: &str, from: Side, id: &str) -> Option<String> {
        if self.references.covers(record_type) {
            return self
                .references
                .counterpart(record_type, from, id)
                .map(str::to_owned);
        }
        let key = (record_type.to_owned(), from, id.to_owned());
        if let Some(known) = self.answers.borrow().get(&key) {
            return known.clone();
        }
        let found = self
            .store
            .links(self.connection, &record_type.into(), from, &[id.to_owned()]);
        let answer = match found {
            Ok(links) => links.first().map(|link| link.id_on(from.other()).to_owned()),
            Err(error) => {
                self.failed.borrow_mut().get_or_insert(error);
                None
            }
        };
        self.answers.borrow_mut().insert(key, answer.clone());
        answer
    }
}

impl Lookup for BatchLookup<'_> {
    fn target_of(&self, record_type: &str, source_id: &str) -> Option<String> {
        self.counterpart(record_type, Side::Shopify, source_id)
    }

    fn source_of(&self, record_type: &str, target_id: &str) -> Option<String> {
        self.counterpart(record_type, Side::Odoo, target_id)
    }
}
