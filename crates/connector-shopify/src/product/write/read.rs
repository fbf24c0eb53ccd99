//! Reading products that are to be written, with all their variants.

use sync_core::ConnectorError;

use crate::client::{TOO_DEAR, Talk};
use crate::nodes::{TRIES, nodes};
use crate::product::node::ProductNode;
use crate::product::{Products, follow_variants};
use crate::source::{CHANGED, Source as _, changed};

/// The products with these numbers, those that there are, in any order.
pub(super) async fn many(talk: &mut Talk<'_>, numbers: &[u64]) -> Result<Vec<ProductNode>, ConnectorError> {
    let mut products = Vec::with_capacity(numbers.len());
    let mut sizes = talk.options().sizes(Products::SIZES);
    let mut left = numbers;
    while !left.is_empty() {
        let (now, later) = left.split_at(left.len().min(sizes.first));
        let found = match nodes::<Products>(talk, now, sizes).await {
            Err(error) if error.code == TOO_DEAR && sizes.halve() => continue,
            found => found?,
        };
        for node in found.into_iter().flatten() {
            products.extend(whole(talk, node).await?);
        }
        left = later;
    }
    Ok(products)
}

/// All of a product; one that is rebuilt meanwhile is read again.
async fn whole(talk: &mut Talk<'_>, node: ProductNode) -> Result<Option<ProductNode>, ConnectorError> {
    let number = node.id.number;
    let mut node = Some(node);
    for _ in 0..TRIES {
        let Some(mut present) = node.take() else {
            return Ok(None);
        };
        match follow_variants(talk, &mut present).await {
            Err(error) if error.code == CHANGED => {
                let sizes = talk.options().sizes(Products::SIZES);
                let again = nodes::<Products>(talk, &[number], sizes).await?;
                node = again.into_iter().flatten().next();
            }
            Err(error) => return Err(error),
            Ok(()) => {
                let variants = &mut present.variants.nodes;
                variants.sort_by_key(|variant| (variant.position, variant.id.number));
                return Ok(Some(present));
            }
        }
    }
    Err(changed(&format!(
        "product {number} keeps changing while it is read"
    )))
}
