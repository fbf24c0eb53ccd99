//! Requests and responses as plain values, and the seam between a client and whatever answers it.
//!
//! A connector writes to a [`Transport`]. In production that is HTTPS (`HttpTransport`, feature `http`); in the
//! default installation it is [`InProcess`], which hands the same bytes to a simulated system ([`WireService`])
//! without a socket; in tests [`FaultyTransport`] stands in between and loses, cuts or delays what passes.
//!
//! ```
//! use wire::{InProcess, Transport, WireRequest, WireResponse, WireService};
//! use std::sync::Arc;
//!
//! struct Echo;
//! impl WireService for Echo {
//!     fn handle(&self, _now: jiff::Timestamp, request: &WireRequest) -> WireResponse {
//!         WireResponse::new(200).with_body(request.body.clone())
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! let transport = InProcess::new(Arc::new(Echo), Arc::new(|| jiff::Timestamp::UNIX_EPOCH));
//! let answer = runtime.block_on(transport.send(WireRequest::post("/x", "text/plain", "hello")));
//! assert_eq!(answer.unwrap().text(), "hello");
//! ```

mod fault;
mod headers;
#[cfg(feature = "http")]
mod http;
mod message;
mod transport;

pub use fault::{Fault, FaultRule, FaultyTransport, SleepFn};
pub use headers::Headers;
#[cfg(feature = "http")]
pub use http::{HttpOptions, HttpTransport};
pub use message::{WireRequest, WireResponse};
pub use transport::{InProcess, NowFn, Transport, TransportError, WireService};
