use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use thiserror::Error;

use crate::{WireRequest, WireResponse};

/// A system that answers requests: bytes in, bytes out, no framework, no socket, no clock of its own.
///
/// Called from several threads; an implementation keeps its state behind a lock.
pub trait WireService: Send + Sync {
    /// Answers one request as if it arrived at `now`. Never panics, whatever the bytes.
    fn handle(&self, now: Timestamp, request: &WireRequest) -> WireResponse;
}

/// Carries a request to a system and brings the response back.
///
/// An `Err` never says that the request failed there: the variants of [`TransportError`] say what is known.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request and waits for the whole response.
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError>;
}

/// Why no response came back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The request did not reach the system: sending it again cannot do anything twice.
    #[error("the request did not arrive: {0}")]
    NotSent(String),
    /// The connection ended before the whole response was here: the request **may have been carried out**.
    #[error("the answer was lost: {0}")]
    Lost(String),
    /// The response was larger than the limit in bytes. The request was carried out.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The request could not be built (bad URL, bad header): never retry unchanged.
    #[error("the request is not valid: {0}")]
    Invalid(String),
}

impl TransportError {
    /// Whether the system may have carried the request out although no response came.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Lost(_) | Self::TooLarge(_) => true,
            Self::NotSent(_) | Self::Invalid(_) => false,
        }
    }
}

/// Answers the present time; handed in so that a simulated day needs no real one.
pub type NowFn = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Hands requests to a [`WireService`] in this process.
pub struct InProcess<S: ?Sized> {
    service: Arc<S>,
    now: NowFn,
}

impl<S: WireService + ?Sized> InProcess<S> {
    /// A transport to `service`, on the clock `now`.
    pub fn new(service: Arc<S>, now: NowFn) -> Self {
        Self { service, now }
    }
}

#[async_trait]
impl<S: WireService + ?Sized> Transport for InProcess<S> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        Ok(self.service.handle((self.now)(), &request))
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        (**self).send(request).await
    }
}
