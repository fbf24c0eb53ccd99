use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The first answer to a mutation that carried an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// Row number.
    pub id: i64,
    /// The mutation's name and the key.
    pub key: String,
    /// A digest of the arguments it came with.
    pub arguments: String,
    /// What was answered, as JSON.
    pub answer: String,
}

/// What `productSet` does later when it is not asked to do it at once. (Here it is done at once, and shown as done later.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Number in `gid://shopify/ProductSetOperation/…`.
    pub id: i64,
    /// The product.
    pub product_id: i64,
    /// When it was asked for.
    #[serde(default)]
    pub begun_at: Timestamp,
}
