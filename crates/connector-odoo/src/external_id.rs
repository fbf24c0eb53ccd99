use sha2::{Digest, Sha256};

/// The names under which our records are known in Odoo (`ir.model.data`). They make `load` repeatable: the same
/// name is the same record, however often it is sent and whatever answer was lost.
#[derive(Debug, Clone)]
pub(crate) struct ExternalIds {
    module: String,
}

impl ExternalIds {
    /// The names of one connection.
    pub(crate) fn new(connection: &str) -> Self {
        Self {
            module: format!("shopify_sync_{}", word(connection)),
        }
    }

    /// The name of the record that stands for this one of the shop.
    pub(crate) fn of(&self, kind: &str, shopify_id: &str) -> String {
        format!("{}.{kind}_{}", self.module, word(shopify_id))
    }

    /// The name of a record that is known by a text (a category's name): texts may hold anything, so their digest
    /// stands for them.
    pub(crate) fn of_text(&self, kind: &str, text: &str) -> String {
        let digest = Sha256::digest(text.as_bytes());
        let short = digest
            .iter()
            .take(10)
            .fold(0_u128, |short, byte| short << 8 | u128::from(*byte));
        format!("{}.{kind}_{short:020x}", self.module)
    }
}

/// A text as part of a name: letters, digits and `_`, everything else becomes `_`.
fn word(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_no_dot_but_the_modules() {
        let ids = ExternalIds::new("My Shop");
        assert_eq!(ids.of("product", "42"), "shopify_sync_my_shop.product_42");
        assert_eq!(
            ids.of("line", "line_items/7"),
            "shopify_sync_my_shop.line_line_items_7"
        );
        let name = ids.of_text("category", "T-Shirts.Ä,1");
        assert_eq!(name.matches('.').count(), 1);
        assert_ne!(name, ids.of_text("category", "T-Shirts.Ä,2"));
    }
}
