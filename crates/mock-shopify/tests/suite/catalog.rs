//! Products, variants, stock and locations through the wire.

use crate::shop::TestShop;
use serde_json::json;

#[test]
fn a_product_with_its_variants_and_stock() {
    let shop = TestShop::with_catalogue();
    let answer = shop.query(
        r#"query Q($first: Int!) {
          shop { name currencyCode ianaTimezone timezoneOffset shopAddress { countryCodeV2 formatted } plan { shopifyPlus } }
          locations(first: 5) { nodes { name isActive } }
          products(first: $first) {
            nodes {
              title handle status tags options { name position values optionValues { name hasVariants } }
              totalInventory hasOnlyDefaultVariant
              priceRangeV2 { minVariantPrice { amount currencyCode } maxVariantPrice { amount } }
              variants(first: 10) {
                nodes {
                  title displayName sku barcode price compareAtPrice position inventoryQuantity
                  selectedOptions { name value }
                  inventoryItem {
                    tracked measurement { weight { value unit } } unitCost { amount }
                    inventoryLevels(first: 5) {
                      nodes { location { name } quantities(names: ["available", "on_hand", "committed"]) { name quantity } }
                    }
                  }
                }
              }
            }
            pageInfo { hasNextPage hasPreviousPage }
          }
        }"#,
        json!({ "first": 2 }),
    );
    insta::assert_json_snapshot!(answer);
}
