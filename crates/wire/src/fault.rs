use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::{Transport, TransportError, WireRequest, WireResponse};

/// Something that goes wrong between a client and a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The request never reaches the system, which answers this instead (a 503 of a load balancer, say).
    Reject(WireResponse),
    /// The request is carried out, but only after this long.
    Slow(Duration),
    /// The connection fails before the request arrives.
    LostBefore,
    /// **The request is carried out**, and the connection fails before the answer is back.
    LostAfter,
    /// The request is carried out; of the answer's body only so many bytes arrive, with the original status.
    Truncated(usize),
    /// The request is carried out, but the answer is an HTML page with this status.
    Html(u16),
}

/// Which requests a fault hits.
#[derive(Clone)]
pub struct FaultRule {
    matches: Arc<dyn Fn(&WireRequest) -> bool + Send + Sync>,
    skip: usize,
    times: usize,
    fault: Fault,
}

impl FaultRule {
    /// Hits the next request that `matches`, once.
    pub fn new(fault: Fault, matches: impl Fn(&WireRequest) -> bool + Send + Sync + 'static) -> Self {
        Self {
            matches: Arc::new(matches),
            skip: 0,
            times: 1,
            fault,
        }
    }

    /// Hits the next request whose body holds this text, once.
    pub fn on_text(fault: Fault, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(fault, move |request| {
            String::from_utf8_lossy(&request.body).contains(&text)
        })
    }

    /// Lets the first `count` matching requests pass.
    pub fn skip(mut self, count: usize) -> Self {
        self.skip = count;
        self
    }

    /// Hits this many matching requests instead of one.
    pub fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }
}

/// Waits; handed in so that a slow answer costs no real time in a simulation.
pub type SleepFn = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A transport that goes wrong on purpose, by script: the first rule that matches a request and is not used up
/// hits it; requests that no rule matches pass unharmed.
pub struct FaultyTransport<T> {
    inner: T,
    sleep: SleepFn,
    rules: Mutex<VecDeque<FaultRule>>,
}

impl<T: Transport> FaultyTransport<T> {
    /// Passes everything until a rule is added.
    pub fn new(inner: T, sleep: SleepFn) -> Self {
        Self {
            inner,
            sleep,
            rules: Mutex::default(),
        }
    }

    /// Adds a rule behind those that are there.
    pub fn script(&self, rule: FaultRule) {
        self.lock().push_back(rule);
    }

    /// How many rules have not hit as often as they should: 0 when the whole script was played.
    pub fn rules_left(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<FaultRule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_fault(&self, request: &WireRequest) -> Option<Fault> {
        let mut rules = self.lock();
        let at = rules.iter_mut().position(|rule| {
            let hit = (rule.matches)(request);
            if hit && rule.skip > 0 {
                rule.skip -= 1;
                return false;
            }
            hit
        })?;
        let rule = &mut rules[at];
        let fault = rule.fault.clone();
        rule.times = rule.times.saturating_sub(1);
        if rule.times == 0 {
            rules.remove(at);
        }
        Some(fault)
    }
}

#[async_trait]
impl<T: Transport> Transport for FaultyTransport<T> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        match self.next_fault(&request) {
            None => self.inner.send(request).await,
            Some(Fault::Reject(response)) => Ok(response),
            Some(Fault::Slow(wait)) => {
                (self.sleep)(wait).await;
                self.inner.send(request).await
            }
            Some(Fault::LostBefore) => Err(TransportError::NotSent("connection refused".into())),
            Some(Fault::LostAfter) => {
                self.inner.send(request).await?;
                Err(TransportError::Lost("connection reset by peer".into()))
            }
            Some(Fault::Truncated(bytes)) => {
                let mut response = self.inner.send(request).await?;
                response.body.truncate(bytes);
                Ok(response)
            }
            Some(Fault::Html(status)) => {
                self.inner.send(request).await?;
                Ok(WireResponse::new(status)
                    .with_header("Content-Type", "text/html; charset=utf-8")
                    .with_body("<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"))
            }
        }
    }
}
