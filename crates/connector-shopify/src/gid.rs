//! Global ids: `gid://shopify/Product/123`, some with a query (`…/MailingAddress/9?model_name=Address`).

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A global id and the number in it, which is the id that REST, webhooks and records use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gid {
    pub(crate) text: String,
    pub(crate) number: u64,
}

impl Gid {
    /// The id of what has this type and number.
    pub(crate) fn new(kind: &str, number: u64) -> Self {
        Self {
            text: format!("gid://shopify/{kind}/{number}"),
            number,
        }
    }

    fn parse(text: String) -> Option<Self> {
        let key = text.strip_prefix("gid://shopify/")?.split_once('/')?.1;
        let number = key.split('?').next()?;
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| number.parse().ok()).flatten()?;
        Some(Self { text, number })
    }
}

impl<'de> Deserialize<'de> for Gid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text).ok_or_else(|| D::Error::custom("no global id"))
    }
}

/// The number in a record's id; `None` for a text that is no id of Shopify's, which therefore exists nowhere.
pub(crate) fn number(id: &str) -> Option<u64> {
    let number: u64 = id.parse().ok()?;
    (number.to_string() == id).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_global_ids() {
        let parse = |text: &str| Gid::parse(text.to_owned()).map(|id| id.number);
        assert_eq!(parse("gid://shopify/Product/123"), Some(123));
        assert_eq!(
            parse("gid://shopify/InventoryLevel/9?inventory_item_id=7"),
            Some(9)
        );
        for wrong in [
            "",
            "123",
            "gid://shopify/Product",
            "gid://shopify/Product/",
            "gid://shopify/Product/+1",
            "gid://shopify/P/1/2",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn record_ids_are_canonical_numbers() {
        assert_eq!(number("42"), Some(42));
        for wrong in ["", "042", "+42", "-1", "4 2", "x", "99999999999999999999"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
