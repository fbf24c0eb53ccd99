//! Which fields a write names: the others are not touched.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::Write;

/// The fields that a write may touch, by the names of its changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Everything: the product is to be made.
    pub(super) all: bool,
    own: BTreeSet<String>,
    /// Paths of custom fields: `metafields.custom.material`.
    metafields: BTreeSet<String>,
    /// By `77` (a variant's id), `new variant/5` (an element that is to be made) or `#0` (a position).
    variants: BTreeMap<String, BTreeSet<String>>,
}

impl Named {
    pub(super) fn of(write: &Write) -> Self {
        let mut named = Self {
            all: write.target_id.is_none(),
            ..Self::default()
        };
        for change in &write.changes {
            named.add(&change.field);
        }
        named
    }

    fn add(&mut self, path: &str) {
        if let Some((element, field)) = element(path) {
            let fields = self.variants.entry(element).or_default();
            fields.insert(first(field).to_owned());
            return;
        }
        if path.starts_with("metafields.") {
            self.metafields.insert(path.to_owned());
        }
        self.own.insert(first(path).to_owned());
    }

    /// Whether the product's own field may be touched.
    pub(super) fn own(&self, field: &str) -> bool {
        self.all || self.own.contains(field)
    }

    /// Whether a custom field may be touched.
    pub(super) fn metafield(&self, namespace: &str, key: &str) -> bool {
        self.all || self.metafields.contains(&format!("metafields.{namespace}.{key}"))
    }

    /// Fields of one element; `None` for all of them.
    pub(super) fn variant(&self, element: &str) -> Option<BTreeSet<String>> {
        (!self.all).then(|| self.variants.get(element).cloned().unwrap_or_default())
    }

    /// All own fields that are named.
    pub(super) fn own_fields(&self) -> impl Iterator<Item = &String> {
        self.own.iter()
    }
}

/// `variants[77].sku` and `variants.0.sku` as element and field.
fn element(path: &str) -> Option<(String, &str)> {
    let rest = path.strip_prefix("variants")?;
    if let Some(rest) = rest.strip_prefix('[') {
        let (element, field) = rest.split_once("].")?;
        return Some((element.to_owned(), field));
    }
    let (place, field) = rest.strip_prefix('.')?.split_once('.')?;
    place.parse::<usize>().ok()?;
    Some((format!("#{place}"), field))
}

/// The first key of a path.
fn first(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_changes() {
        let mut named = Named::default();
        for path in [
            "title",
            "variants[77].selected_options",
            "variants[77].sku",
            "variants[new variant/5].price",
            "variants.0.price",
            "attribute_lines.0.values",
        ] {
            named.add(path);
        }
        assert!(named.own("title") && named.own("attribute_lines") && !named.own("tags"));
        let of = |element: &str| {
            let fields = named.variant(element).unwrap();
            fields.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("77"), "selected_options sku");
        assert_eq!(of("new variant/5"), "price");
        assert_eq!(of("#0"), "price");
        assert_eq!(of("78"), "");
    }
}
