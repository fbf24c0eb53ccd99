//! Somebody does something between two requests of a run.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use wire::{Transport, TransportError, WireRequest, WireResponse};

type Deed = Box<dyn FnOnce() + Send>;

/// What is to happen just before the next request whose body holds a text, once.
#[derive(Default)]
pub(crate) struct Plans(Mutex<Vec<(String, Deed)>>);

impl Plans {
    pub(crate) fn before(&self, text: &str, deed: impl FnOnce() + Send + 'static) {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.push((text.to_owned(), Box::new(deed)));
    }

    /// Whether something was planned that did not happen.
    pub(crate) fn are_left(&self) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take(&self, body: &str) -> Option<Deed> {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = plans.iter().position(|(text, _)| body.contains(text.as_str()))?;
        Some(plans.remove(at).1)
    }
}

/// The way to a system, on which plans are carried out.
pub(crate) struct Interrupted<T> {
    pub(crate) inner: T,
    pub(crate) plans: Arc<Plans>,
}

#[async_trait]
impl<T: Transport> Transport for Interrupted<T> {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let deed = self.plans.take(&String::from_utf8_lossy(&request.body));
        if let Some(deed) = deed {
            // A thread of its own: whoever edits waits for answers, and here a run is waiting already.
            std::thread::spawn(deed).join().expect("the deed is done");
        }
        self.inner.send(request).await
    }
}
