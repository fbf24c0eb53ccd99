use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::metafield::{MOST_METAFIELDS, Metafield};

/// How much is asked for at once. The defaults stay well below the 1000 points that one query may cost and are right
/// for every shop; tests set small ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopifyOptions {
    /// Most records in one query, 1 to 250.
    pub page: usize,
    /// Most elements of each list within a record in one query; `None` for what suits the list. What does not fit is
    /// asked for with the list's own cursor.
    pub nested: Option<usize>,
    /// After how many records a walk goes on by a search for greater ids. Shopify pages through 25,000 at most.
    pub segment: u64,
    /// How far a mark lies before the beginning of the walk that gives it: longer than Shopify's search index lags
    /// behind, than transactions last and than clocks differ. What changed meanwhile is read twice.
    pub overlap: Duration,
    /// Custom fields of products that are read and written; the first [`MOST_METAFIELDS`](crate::MOST_METAFIELDS) count.
    pub metafields: Vec<Metafield>,
}

impl Default for ShopifyOptions {
    fn default() -> Self {
        Self {
            page: 50,
            nested: None,
            segment: 20_000,
            overlap: Duration::from_secs(300),
            metafields: Vec::new(),
        }
    }
}

/// Most rows of a connection that may be asked for.
const MOST: usize = 250;

impl ShopifyOptions {
    /// The sizes to begin with, for a record type that takes at most these.
    pub(crate) fn sizes(&self, most: Sizes) -> Sizes {
        let nested = self.nested.unwrap_or(MOST).clamp(1, MOST);
        Sizes {
            first: most.first.min(self.page.clamp(1, MOST)),
            many: most.many.map(|many| many.min(nested)),
            few: most.few.map(|few| few.min(nested)),
        }
    }

    /// The custom fields of products.
    pub(crate) fn fields(&self) -> &[Metafield] {
        &self.metafields[..self.metafields.len().min(MOST_METAFIELDS)]
    }

    /// How many rows of a list within a record are asked for when the list is followed.
    pub(crate) fn rest(&self) -> usize {
        self.nested.unwrap_or(MOST).clamp(1, MOST)
    }
}

/// How much one query asks for: records, and elements of the longer and the shorter lists within each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) first: usize,
    pub(crate) many: Option<usize>,
    pub(crate) few: Option<usize>,
}

impl Sizes {
    /// Variables for the lists within a record.
    pub(crate) fn nested(self) -> Map<String, Value> {
        let sizes = [("many", self.many), ("few", self.few)];
        let given = sizes
            .into_iter()
            .filter_map(|(name, size)| Some((name.to_owned(), json!(size?))));
        given.collect()
    }

    /// Asks for half as much: first of the records, then of what is in them. False when there is nothing to halve.
    pub(crate) fn halve(&mut self) -> bool {
        let sizes = [Some(&mut self.first), self.many.as_mut(), self.few.as_mut()];
        match sizes.into_iter().flatten().find(|size| **size > 1) {
            Some(size) => {
                *size /= 2;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_shrink_to_one_of_each() {
        let mut sizes = Sizes {
            first: 5,
            many: Some(3),
            few: None,
        };
        let mut seen = Vec::new();
        while sizes.halve() {
            seen.push((sizes.first, sizes.many));
        }
        assert_eq!(seen, [(2, Some(3)), (1, Some(3)), (1, Some(1))]);
    }
}
