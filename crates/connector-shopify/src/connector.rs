use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use mapping_transforms::FieldPath;
use sync_core::ports::{Connector, Counted, FieldSet};
use sync_core::{ConnectorError, Cursor, ErrorKind, Page, Record, RecordType, System, Write, WriteOutcome};
use wire::Transport;

use crate::client::{Bucket, Client, Talk, TokenProvider};
use crate::count::count;
use crate::documents::{COUNT_LOCATIONS, COUNT_ORDERS, COUNT_PRODUCTS};
use crate::inventory::Levels;
use crate::location::Locations;
use crate::nodes::by_number;
use crate::order::Orders;
use crate::product::Products;
use crate::source::Source;
use crate::walk::changes;
use crate::{ShopifyOptions, find, gid, inventory, location, order, product, write};

/// Shopify, as the sync engine sees it: the record types `product`, `inventory`, `order` and `location`.
///
/// To read, the access token needs the scopes `read_products`, `read_inventory`, `read_locations`, `read_orders` (with
/// `read_all_orders` for those older than 60 days), `read_customers` and
/// `read_merchant_managed_fulfillment_orders`. To write, it needs `write_products`, `write_inventory`, `write_orders`
/// and `write_merchant_managed_fulfillment_orders` instead of the reading ones (to write implies to read). Products that
/// are made here are in no sales channel until somebody publishes them in Shopify.
pub struct ShopifyConnector {
    system: System,
    client: Client,
}

impl ShopifyConnector {
    /// A connector to the shop behind `transport`.
    pub fn new(
        transport: Arc<dyn Transport>,
        tokens: Arc<dyn TokenProvider>,
        options: ShopifyOptions,
    ) -> Self {
        Self {
            system: "shopify".into(),
            client: Client::new(transport, tokens, options),
        }
    }

    /// The bucket of points as the last answer showed it; `None` before the first one.
    pub fn bucket(&self) -> Option<Bucket> {
        self.client.bucket()
    }
}

fn unknown(record_type: &RecordType) -> ConnectorError {
    let message = format!("Shopify's connector does not know the record type `{record_type}`");
    ConnectorError::new(ErrorKind::Rejected, "unknown_record_type", message)
}

/// Records whose ids are those of their nodes, in the order of `ids`; a repeated id comes once.
async fn by_id<S: Source>(talk: &mut Talk<'_>, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
    let mut numbers = Vec::with_capacity(ids.len());
    for number in ids.iter().filter_map(|id| gid::number(id)) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let found = by_number::<S>(talk, &numbers).await?;
    Ok(found.into_iter().map(|placed| placed.record).collect())
}

/// Fields of a record and of the elements of its collections.
pub(crate) fn field_set(own: &[&str], children: &[(&str, &[&str])]) -> FieldSet {
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let mut fields = set(own);
    fields.extend(children.iter().map(|(name, _)| (*name).to_owned()));
    let children: BTreeMap<_, _> = children
        .iter()
        .map(|(name, of)| ((*name).to_owned(), set(of)))
        .collect();
    FieldSet { fields, children }
}

#[async_trait]
impl Connector for ShopifyConnector {
    fn system(&self) -> &System {
        &self.system
    }

    async fn changes(
        &self,
        record_type: &RecordType,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ConnectorError> {
        let talk = &mut self.client.talk();
        match record_type.as_str() {
            Products::NAME => changes::<Products>(talk, cursor, limit).await,
            Levels::NAME => inventory::changes(talk, cursor, limit).await,
            Orders::NAME => changes::<Orders>(talk, cursor, limit).await,
            Locations::NAME => changes::<Locations>(talk, cursor, limit).await,
            _ => Err(unknown(record_type)),
        }
    }

    async fn fetch(&self, record_type: &RecordType, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
        let talk = &mut self.client.talk();
        match record_type.as_str() {
            Products::NAME => by_id::<Products>(talk, ids).await,
            Levels::NAME => inventory::fetch(talk, ids).await,
            Orders::NAME => by_id::<Orders>(talk, ids).await,
            Locations::NAME => by_id::<Locations>(talk, ids).await,
            _ => Err(unknown(record_type)),
        }
    }

    async fn find(
        &self,
        record_type: &RecordType,
        path: &FieldPath,
        texts: &[String],
    ) -> Result<Vec<Record>, ConnectorError> {
        let talk = &mut self.client.talk();
        match record_type.as_str() {
            Products::NAME => find::products(talk, path, texts).await,
            Levels::NAME => inventory::find(talk, path, texts).await,
            Orders::NAME | Locations::NAME => Ok(Vec::new()),
            _ => Err(unknown(record_type)),
        }
    }

    async fn count(
        &self,
        record_type: &RecordType,
        which: Counted<'_>,
    ) -> Result<Option<u64>, ConnectorError> {
        let document = match record_type.as_str() {
            Products::NAME => COUNT_PRODUCTS,
            // Shopify counts items; how many levels they have, it does not say.
            Levels::NAME => return Ok(None),
            Orders::NAME => COUNT_ORDERS,
            Locations::NAME => COUNT_LOCATIONS,
            _ => return Err(unknown(record_type)),
        };
        if which != Counted::default() {
            return Ok(None);
        }
        count(&mut self.client.talk(), &document).await
    }

    async fn fields(&self, record_type: &RecordType) -> Result<FieldSet, ConnectorError> {
        match record_type.as_str() {
            Products::NAME => Ok(product::fields(self.client.options())),
            Levels::NAME => Ok(inventory::fields()),
            Orders::NAME => Ok(order::fields()),
            Locations::NAME => Ok(location::fields()),
            _ => Err(unknown(record_type)),
        }
    }

    fn remarks(&self, write: &Write) -> Vec<String> {
        write::remarks(write)
    }

    async fn apply(&self, batch: &[Write]) -> Vec<WriteOutcome> {
        Box::pin(write::apply(&self.client, batch)).await
    }
}
