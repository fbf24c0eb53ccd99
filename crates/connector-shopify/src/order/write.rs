use crate::client::Client;
use sync_core::{Write, WriteOutcome};
pub(crate) async fn apply(_client: &Client, _writes: &[&Write]) -> Vec<WriteOutcome> {
    Vec::new()
}
