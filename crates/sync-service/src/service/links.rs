use persistence::{CursorRow, LinkFilter, Page, PageRequest};
use serde::Serialize;
use sync_core::plan::{key_values, pair_children};
use sync_core::{Base, Link, LinkDraft, Moved, RecordType, Side};

use super::{Service, ServiceError, connection};

/// A record that may be another one's counterpart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// What they have in common: `sku`, `barcode`, ...
    pub by: String,
    /// Its id on its side.
    pub id: String,
    /// What a person calls it.
    pub label: String,
    /// Whether it is somebody's counterpart already.
    pub linked: bool,
}

impl Service {
    /// Links, newest first.
    pub fn links(&self, filter: &LinkFilter, page: PageRequest) -> Result<Page<Link>, ServiceError> {
        Ok(self.store.list_links(&connection(), filter, page)?)
    }

    /// The name of what can be linked: a record type, or an element of one (`variant`).
    pub fn linked_type(&self, name: &str) -> Result<RecordType, ServiceError> {
        if let Ok(spec) = self.spec(name) {
            return Ok(spec.name.clone());
        }
        let children = || self.specs.iter().flat_map(|spec| &spec.children);
        if let Some(child) = children().find(|child| child.record_type == name) {
            return Ok(child.record_type.as_str().into());
        }
        let types = self.specs.iter().map(|spec| spec.name.to_string());
        Err(ServiceError::Unknown {
            what: "record type",
            value: name.to_owned(),
            allowed: types
                .chain(children().map(|child| child.record_type.clone()))
                .collect(),
        })
    }

    /// One link.
    pub fn link(&self, id: i64) -> Result<Link, ServiceError> {
        Ok(self.store.link(id)?)
    }

    /// Says that two records are the same thing. Both must exist and be nobody's counterpart; their elements find each
    /// other by SKU, barcode and options. Nothing is written to either system: the next run compares them.
    pub fn link_records(
        &self,
        record_type: &str,
        shopify_id: &str,
        odoo_id: &str,
    ) -> Result<Link, ServiceError> {
        let spec = self.spec(record_type)?;
        let shopify = self.record(Side::Shopify, &spec.name, shopify_id)?;
        let odoo = self.record(Side::Odoo, &spec.name, odoo_id)?;
        let pairs = pair_children(&spec.child_keys, &spec.children, &shopify, &odoo);
        let draft = |record_type: RecordType, shopify_id: String, odoo_id: String, label: String| LinkDraft {
            record_type,
            shopify_id,
            odoo_id,
            label,
            base: Base::new(),
            open: false,
            moved: Moved::new(),
            written: sync_core::Written::new(),
            children: Vec::new(),
        };
        let children = pairs
            .into_iter()
            .map(|pair| draft(pair.record_type, pair.shopify_id, pair.odoo_id, String::new()));
        let link = LinkDraft {
            children: children.collect(),
            ..draft(spec.name.clone(), shopify.id, odoo.id, shopify.label)
        };
        Ok(self.store.link_by_hand(&connection(), &link)?)
    }

    /// Forgets that two records belong together, and answers what the link was. Neither record is touched; the next
    /// run may match them again, or make the one that is missing.
    pub fn unlink(&self, id: i64) -> Result<Link, ServiceError> {
        Ok(self.store.unlink(id)?)
    }

    /// Records of the other system that may be the counterpart of this one, by the keys that products are matched by.
    pub fn candidates(
        &self,
        record_type: &str,
        side: Side,
        id: &str,
    ) -> Result<Vec<Candidate>, ServiceError> {
        let spec = self.spec(record_type)?;
        let record = self.record(side, &spec.name, id)?;
        let (other, connector) = (side.other(), self.connector(side.other()));
        let mut candidates: Vec<Candidate> = Vec::new();
        for key in &spec.match_keys {
            let texts = key_values(&record, key.on(side));
            if texts.is_empty() {
                continue;
            }
            let found = self.ask(connector, || connector.find(&spec.name, key.on(other), &texts))?;
            let ids: Vec<String> = found.iter().map(|record| record.id.clone()).collect();
            let linked = self.store_port().links(&connection(), &spec.name, other, &ids);
            let linked = linked.map_err(sync_core::engine::RunError::from)?;
            candidates.extend(found.into_iter().map(|record| Candidate {
                by: key.name.clone(),
                linked: linked.iter().any(|link| link.id_on(other) == record.id),
                id: record.id,
                label: record.label,
            }));
        }
        Ok(candidates)
    }

    /// How far each side was read.
    pub fn cursors(&self) -> Result<Vec<CursorRow>, ServiceError> {
        Ok(self.store.list_cursors(&connection())?)
    }

    /// Makes the next run of a record type read everything again, on one side or on both. Answers how many cursors
    /// were forgotten.
    pub fn rewind(&self, record_type: &str, side: Option<Side>) -> Result<usize, ServiceError> {
        let spec = self.spec(record_type)?;
        Ok(self.store.rewind(&connection(), &spec.name, side)?)
    }
}
