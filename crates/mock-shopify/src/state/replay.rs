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
