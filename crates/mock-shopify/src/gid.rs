//! Global ids: `gid://shopify/Product/123`, some with a query (`…/InventoryLevel/9?inventory_item_id=7`).

/// The parts of a well-formed global id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gid<'a> {
    /// The type named: `Product`.
    pub(crate) kind: &'a str,
    /// What stands behind the type, without the query.
    pub(crate) key: &'a str,
    /// What stands behind the question mark.
    pub(crate) query: Option<&'a str>,
}

impl<'a> Gid<'a> {
    /// `None` where Shopify says "Invalid global id".
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("gid://")?;
        let (app, rest) = rest.split_once('/')?;
        let (kind, rest) = rest.split_once('/')?;
        let (key, query) = match rest.split_once('?') {
            Some((key, query)) => (key, Some(query)),
            None => (rest, None),
        };
        let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && c != '/');
        let named = kind
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
        (plain(app) && plain(kind) && named && plain(key)).then_some(Self { kind, key, query })
    }

    /// The number, where there is one.
    pub(crate) fn number(&self) -> Option<i64> {
        self.key.parse().ok()
    }

    /// The value of one parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query?
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

/// Writes a global id.
pub(crate) fn gid(kind: &str, id: i64) -> String {
    format!("gid://shopify/{kind}/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let id = Gid::parse("gid://shopify/InventoryLevel/9?inventory_item_id=7").unwrap();
        assert_eq!((id.kind, id.number()), ("InventoryLevel", Some(9)));
        assert_eq!(id.parameter("inventory_item_id"), Some("7"));
        assert_eq!(id.parameter("x"), None);
        assert!(Gid::parse("gid://shopify/TaxonomyCategory/aa-2-6").is_some());
    }

    #[test]
    fn what_is_no_global_id() {
        for text in [
            "",
            "12",
            "not-a-gid",
            "gid://shopify/Product",
            "gid://shopify/Product/",
            "gid://shopify//1",
            "gid://shopify/Product/gid://shopify/Product/1",
        ] {
            assert_eq!(Gid::parse(text), None, "{text}");
        }
    }
}
