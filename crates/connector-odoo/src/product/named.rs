//! Which fields a write names. Of what is there already, the others are not touched: somebody may have changed them since
//! the product was compared.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::Write;

use super::shape::VARIANTS;

/// The fields of a product that a write may touch, by the names of its changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The product is to be made: everything is named.
    all: bool,
    own: BTreeSet<String>,
    /// Of variants that are there, by their ids in Odoo.
    variants: BTreeMap<i64, BTreeSet<String>>,
}

impl Named {
    pub(crate) fn of(write: &Write) -> Self {
        let mut named = Self {
            all: write.target_id.is_none(),
            ..Self::default()
        };
        for change in &write.changes {
            match element(&change.field) {
                Some((variant, field)) => {
                    let fields = named.variants.entry(variant).or_default();
                    fields.insert(first(field).to_owned());
                }
                None => {
                    named.own.insert(first(&change.field).to_owned());
                }
            }
        }
        named
    }

    /// Whether the product's own field may be touched.
    pub(crate) fn own(&self, field: &str) -> bool {
        self.all || self.own.contains(field)
    }

    /// Whether a field of a variant that is its own counterpart still may be touched.
    pub(crate) fn variant(&self, id: i64, field: &str) -> bool {
        self.all
            || self
                .variants
                .get(&id)
                .is_some_and(|fields| fields.contains(field))
    }
}

/// Variant and field of `product_variant_ids[77].barcode`.
fn element(path: &str) -> Option<(i64, &str)> {
    let (id, field) = path.strip_prefix(VARIANTS)?.strip_prefix('[')?.split_once("].")?;
    Some((id.parse().ok()?, field))
}

/// The first key of a path.
fn first(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::{element, first};

    #[test]
    fn paths_of_changes() {
        assert_eq!(element("product_variant_ids[77].barcode"), Some((77, "barcode")));
        for other in [
            "name",
            "product_variant_ids[new variant/5].barcode",
            "categ_id.name",
        ] {
            assert_eq!(element(other), None);
        }
        assert_eq!((first("categ_id.name"), first("name")), ("categ_id", "name"));
    }
}
