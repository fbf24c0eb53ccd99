//! What the shop says of itself, asked in its own language.

use serde_json::{Value, json};

use crate::world::World;

const PRODUCTS: &str = r#"query ($after: String) {
  page: products(first: 5, after: $after) {
    nodes {
      id title descriptionHtml handle vendor productType tags status
      options { name position }
      variants(first: 100) {
        nodes {
          id sku barcode price
          selectedOptions { name value }
          inventoryItem {
            tracked
            measurement { weight { value unit } }
            inventoryLevels(first: 5) {
              nodes { location { name } quantities(names: ["on_hand"]) { quantity } }
            }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}"#;

const ORDERS: &str = r"query ($after: String) {
  page: orders(first: 5, after: $after) {
    nodes {
      id name email processedAt cancelledAt note taxesIncluded displayFulfillmentStatus
      currentTotalPriceSet { shopMoney { amount currencyCode } }
      currentTotalTaxSet { shopMoney { amount } }
      customer { id firstName lastName defaultEmailAddress { emailAddress } }
      billingAddress { name company address1 city zip countryCodeV2 provinceCode }
      shippingAddress { name company address1 city zip countryCodeV2 provinceCode }
      lineItems(first: 20) {
        nodes {
          id name currentQuantity unfulfilledQuantity
          originalUnitPriceSet { shopMoney { amount } }
          taxLines { rate }
          variant { id }
        }
      }
      shippingLines(first: 5) { nodes { title originalPriceSet { shopMoney { amount } } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}";

impl World {
    /// Every product with its variants, as GraphQL shows them.
    pub(crate) fn products_of_the_shop(&self) -> Vec<Value> {
        self.pages(PRODUCTS)
    }

    /// Every order with its lines, as GraphQL shows them.
    pub(crate) fn orders_of_the_shop(&self) -> Vec<Value> {
        self.pages(ORDERS)
    }

    fn pages(&self, query: &str) -> Vec<Value> {
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.shop(query, json!({"after": after}))["page"].take();
            found.extend(page["nodes"].as_array().unwrap().iter().cloned());
            if page["pageInfo"]["hasNextPage"] != true {
                return found;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
}

/// The nodes of a connection.
pub(crate) fn nodes(of: &Value) -> &Vec<Value> {
    of["nodes"].as_array().unwrap()
}
