//! What is worth a line in the log, once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use wire::WireResponse;

use super::API_VERSION;
use super::http::tidy;

/// Notices already given, so that a run does not repeat them with every request.
#[derive(Debug, Default)]
pub(super) struct Notices(Mutex<BTreeSet<String>>);

impl Notices {
    /// Looks for a version that was not asked for, and for calls that will not be served for ever.
    pub(super) fn look(&self, document: &'static str, response: &WireResponse) {
        let header = |name: &str| response.headers.get(name).map(tidy);
        if let Some(version) = header("X-Shopify-API-Version").filter(|version| version != API_VERSION)
            && self.is_new("version".to_owned())
        {
            tracing::warn!(
                asked = API_VERSION,
                served = version,
                "Shopify serves another API version than the one asked for"
            );
        }
        if let Some(reason) = header("X-Shopify-API-Deprecated-Reason")
            && self.is_new(format!("deprecated {document}"))
        {
            tracing::warn!(document, reason, "a query uses what Shopify is going to remove");
        }
    }

    /// Kinds of notices are few: one per document and one for the version.
    fn is_new(&self, notice: String) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(notice)
    }
}
