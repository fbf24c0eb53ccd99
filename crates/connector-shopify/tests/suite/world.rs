//! A shop to read from, and what stands between it and the connector.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use connector_shopify::{Secret, ShopifyConnector, ShopifyOptions, StaticToken};
use jiff::Timestamp;
use mock_shopify::{Config, NewLocation, NewProduct, NewVariant, RateLimit, Shopify, StateError, Store};
use rust_decimal::Decimal;
use sync_core::ports::Connector as _;
use sync_core::{ConnectorError, Cursor, Record};
use wire::{FaultRule, FaultyTransport, InProcess, Transport, TransportError, WireRequest, WireResponse};

pub(crate) const NOW: &str = "2026-11-23T09:00:00Z";

/// Small pages everywhere, so that every list goes on.
pub(crate) fn tiny() -> ShopifyOptions {
    ShopifyOptions {
        page: 2,
        nested: Some(1),
        segment: 3,
        ..ShopifyOptions::default()
    }
}

/// Runs to the end.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Changes answers, when a test says so.
type Change = Box<dyn Fn(&WireRequest, &mut WireResponse) + Send + Sync>;

/// Keeps what was sent and answered.
pub(crate) struct Recorder {
    inner: InProcess<Shopify>,
    exchanges: Mutex<Vec<(WireRequest, WireResponse)>>,
    change: Mutex<Option<Change>>,
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let mut response = self.inner.send(request.clone()).await?;
        if let Some(change) = &*self.change.lock().unwrap() {
            change(&request, &mut response);
        }
        self.exchanges.lock().unwrap().push((request, response.clone()));
        Ok(response)
    }
}

/// A shop, its wire, and its time.
pub(crate) struct Bench {
    pub(crate) shopify: Arc<Shopify>,
    pub(crate) wire: Arc<FaultyTransport<Arc<Recorder>>>,
    recorder: Arc<Recorder>,
    now: Arc<Mutex<Timestamp>>,
}

impl Bench {
    pub(crate) fn new(config: Config) -> Self {
        let shopify = Arc::new(Shopify::in_memory(config));
        let now: Arc<Mutex<Timestamp>> = Arc::new(Mutex::new(NOW.parse().unwrap()));
        let clock = Arc::clone(&now);
        let recorder = Arc::new(Recorder {
            inner: InProcess::new(Arc::clone(&shopify), Arc::new(move || *clock.lock().unwrap())),
            exchanges: Mutex::default(),
            change: Mutex::default(),
        });
        let wire = FaultyTransport::new(
            Arc::clone(&recorder),
            Arc::new(|_| Box::pin(std::future::ready(()))),
        );
        Self {
            shopify,
            wire: Arc::new(wire),
            recorder,
            now,
        }
    }

    /// A bucket that never runs dry.
    pub(crate) fn unlimited() -> Self {
        let rate_limit = RateLimit {
            bucket: 1_000_000_000,
            restore_per_second: 1_000,
        };
        Self::new(Config {
            rate_limit,
            ..Config::default()
        })
    }

    pub(crate) fn connector(&self, options: ShopifyOptions) -> ShopifyConnector {
        let token = StaticToken::new(Secret::new("shpat_simulation"));
        ShopifyConnector::new(self.transport(), Arc::new(token), options)
    }

    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        Arc::<FaultyTransport<Arc<Recorder>>>::clone(&self.wire)
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Store<'_>) -> Result<T, StateError>) -> T {
        self.shopify.change(self.now(), change).unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    pub(crate) fn clock(&self) -> wire::NowFn {
        let now = Arc::clone(&self.now);
        Arc::new(move || *now.lock().unwrap())
    }

    pub(crate) fn pass(&self, time: Duration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(time).unwrap();
    }

    pub(crate) fn script(&self, rule: FaultRule) {
        self.wire.script(rule);
    }

    /// From now on answers are changed before they are read.
    pub(crate) fn change_answers(
        &self,
        change: impl Fn(&WireRequest, &mut WireResponse) + Send + Sync + 'static,
    ) {
        *self.recorder.change.lock().unwrap() = Some(Box::new(change));
    }

    /// What was sent and answered since the last look.
    pub(crate) fn exchanges(&self) -> Vec<(WireRequest, WireResponse)> {
        std::mem::take(&mut *self.recorder.exchanges.lock().unwrap())
    }

    /// The operations that were sent since the last look.
    pub(crate) fn operations(&self) -> Vec<String> {
        let exchanges = self.exchanges();
        exchanges.iter().map(|(request, _)| operation(request)).collect()
    }

    pub(crate) fn locations(&self, names: &[&str]) -> Vec<i64> {
        self.change(|store| {
            let add = |name: &&str| {
                store.add_location(NewLocation {
                    name: (*name).to_owned(),
                    ..NewLocation::default()
                })
            };
            names.iter().map(add).collect()
        })
    }
}

pub(crate) fn operation(request: &WireRequest) -> String {
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    body["operationName"].as_str().unwrap().to_owned()
}

/// Walks through a record type to its end, a page at a time.
pub(crate) async fn walk(
    connector: &ShopifyConnector,
    record_type: &str,
    limit: usize,
) -> Result<Vec<Record>, ConnectorError> {
    let mut records = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = connector
            .changes(&record_type.into(), cursor.as_ref(), limit)
            .await?;
        assert!(
            page.records.len() <= limit,
            "{} records of {limit}",
            page.records.len()
        );
        records.extend(page.records);
        match page.next {
            Some(next) => assert_ne!(cursor.replace(next.clone()), Some(next), "the walk goes on"),
            None => return Ok(records),
        }
    }
}

/// A variant with these values, stocked at these locations.
pub(crate) fn variant(values: &[&str], price: &str, sku: &str, stock: &[(i64, i64)]) -> NewVariant {
    NewVariant {
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        price: decimal(price),
        sku: Some(sku.to_owned()),
        stock: stock.to_vec(),
        ..NewVariant::default()
    }
}

/// A product with one variant and no options.
pub(crate) fn simple(title: &str, price: &str, stock: &[(i64, i64)]) -> NewProduct {
    NewProduct {
        title: title.to_owned(),
        variants: vec![variant(&[], price, &title.to_uppercase(), stock)],
        ..NewProduct::default()
    }
}

/// Every key of the body, and of the elements of its collections, is a field, and every field stands in the body.
pub(crate) fn assert_known(fields: &sync_core::ports::FieldSet, body: &serde_json::Value) {
    let own: BTreeSet<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(own, fields.fields.iter().collect::<BTreeSet<_>>());
    for (collection, known) in &fields.children {
        let value = &body[collection];
        let elements = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for key in elements
            .iter()
            .filter_map(serde_json::Value::as_object)
            .flat_map(serde_json::Map::keys)
        {
            assert!(known.contains(key), "{collection}.{key}");
        }
    }
}

/// Compares with the stored snapshot, whatever order the keys have.
pub(crate) fn snapshot(name: &str, records: &[Record]) {
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(name, records) });
}
