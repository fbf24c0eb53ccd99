//! How many there are.

use serde::Deserialize;
use serde_json::json;
use sync_core::ConnectorError;

use crate::client::Talk;
use crate::documents::Document;

/// A number that Shopify vouches for, or the least that it may be.
#[derive(Deserialize)]
pub(crate) struct Count {
    count: u64,
    precision: String,
}

impl Count {
    /// The number, if it is the exact one.
    pub(crate) fn exact(self) -> Option<u64> {
        Some(self.count).filter(|_| self.precision == "EXACT")
    }
}

#[derive(Deserialize)]
struct Counted {
    count: Option<Count>,
}

/// Asks for a number only.
pub(crate) async fn count(talk: &mut Talk<'_>, document: &Document) -> Result<Option<u64>, ConnectorError> {
    let counted: Counted = talk.ask(document, json!({})).await?;
    Ok(counted.count.and_then(Count::exact))
}
