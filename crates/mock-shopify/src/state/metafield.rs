use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::hex::hex;

/// A custom field of any record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metafield {
    /// Number in `gid://shopify/Metafield/…`.
    pub id: i64,
    /// Type of the owner: `Product`, `Order`, ...
    pub owner_kind: String,
    /// Number of the owner.
    pub owner_id: i64,
    /// Namespace.
    pub namespace: String,
    /// Key.
    pub key: String,
    /// `single_line_text_field`, `number_integer`, ...
    pub kind: String,
    /// The value as text.
    pub value: String,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

impl Metafield {
    /// Changes whenever the value does: 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(format!("{}\u{0}{}", self.kind, self.value)))
    }
}
