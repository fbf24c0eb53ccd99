//! No input that the schema allows breaks the shop: mutations with drawn inputs, and what must hold after each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use mock_shopify::{NewLine, NewOrder, Rows as _, Variant};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::every_field::schema;
use crate::shop::{TestShop, now};

/// Fields worth giving more often than others.
const LIKED: [&str; 26] = [
    "allowPartialUpdates",
    "barcode",
    "changeFromQuantity",
    "fulfillmentOrderLineItems",
    "identifier",
    "inventoryItem",
    "inventoryQuantities",
    "key",
    "metafields",
    "name",
    "namespace",
    "note",
    "optionName",
    "optionValues",
    "price",
    "product",
    "productOptions",
    "quantityAdjustments",
    "sku",
    "tags",
    "title",
    "trackingInfo",
    "type",
    "value",
    "values",
    "variants",
];
/// Fields that hide what the others do, or that this simulator does not take.
const AVOIDED: [&str; 34] = [
    "category",
    "claimOwnership",
    "collections",
    "collectionsToJoin",
    "collectionsToLeave",
    "combinedListingRole",
    "countryHarmonizedSystemCodes",
    "customId",
    "deleteConflictingConstrainedMetafields",
    "file",
    "giftCard",
    "giftCardTemplateSuffix",
    "input",
    "linkedMetafield",
    "linkedMetafieldValue",
    "localizationExtensions",
    "localizedFields",
    "media",
    "mediaId",
    "mediaSrc",
    "originAddress",
    "provinceCodeOfOrigin",
    "publishDate",
    "published",
    "redirectNewHandle",
    "requiresComponents",
    "requiresSellingPlan",
    "resourceFeedbacks",
    "shippingPackageId",
    "showUnitPrice",
    "storeCreditRefund",
    "taxCode",
    "unitPriceMeasurement",
    "productPublications",
];
const WORDS: [&str; 16] = [
    "",
    "S",
    "M",
    "L",
    "Size",
    "Colour",
    "Title",
    "Default Title",
    "available",
    "on_hand",
    "correction",
    "custom",
    "care",
    "single_line_text_field",
    "mug",
    "linen-shirt",
];
const NUMBERS: [i64; 6] = [0, 1, 2, 14, -1, 2_000_000_000];

/// Draws values for inputs, from bytes that can be shrunk.
struct Drawing<'a> {
    schema: &'a Schema,
    ids: &'a BTreeMap<String, Vec<String>>,
    bytes: std::slice::Iter<'a, u8>,
}

impl Drawing<'_> {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or_default()) % limit.max(1)
    }

    fn one<'v>(&mut self, list: &'v [&'v str]) -> &'v str {
        let at = self.below(list.len());
        list[at]
    }

    /// Whether to give a field that may be left out.
    fn given(&mut self, parent: &str, name: &str) -> bool {
        if AVOIDED.contains(&name) && self.below(256) < 250 {
            return false;
        }
        let chance = match (parent, name) {
            ("ProductSetInput", "id") => 20,
            (
                "ProductVariantsBulkInput" | "OptionSetInput" | "OptionValueSetInput" | "ProductUpdateInput",
                "id",
            ) => 160,
            ("metafieldsSet" | "MetafieldsSetInput" | "InventoryQuantityInput", _) => 230,
            _ if LIKED.contains(&name) => 170,
            _ => 25,
        };
        self.below(256) >= 256 - chance
    }

    fn value(&mut self, parent: &str, name: &str, ty: &Type) -> Value {
        if !ty.is_non_null() && self.below(16) == 0 {
            return Value::Null;
        }
        match ty {
            Type::List(inner) | Type::NonNullList(inner) => {
                let length = self.below(4);
                (0..length).map(|_| self.value(parent, name, inner)).collect()
            }
            Type::Named(named) | Type::NonNullNamed(named) => self.named(parent, name, named),
        }
    }

    fn named(&mut self, parent: &str, name: &str, ty: &str) -> Value {
        match &self.schema.types[ty] {
            ExtendedType::InputObject(input) => {
                if input.directives.has("oneOf") {
                    let fields: Vec<_> = input
                        .fields
                        .values()
                        .filter(|field| field.name != "customId")
                        .collect();
                    let field = fields[self.below(fields.len())];
                    return json!({ field.name.as_str(): self.value(ty, &field.name, &field.ty) });
                }
                let mut object = Map::new();
                for field in input.fields.values() {
                    if field.is_required() || self.given(ty, &field.name) {
                        object.insert(field.name.to_string(), self.value(ty, &field.name, &field.ty));
                    }
                }
                Value::Object(object)
            }
            ExtendedType::Enum(values) => {
                let names: Vec<&str> = values.values.keys().map(apollo_compiler::Name::as_str).collect();
                self.one(&names).into()
            }
            _ => self.scalar(parent, name, ty),
        }
    }

    fn scalar(&mut self, parent: &str, name: &str, ty: &str) -> Value {
        match ty {
            "Boolean" => (self.below(2) == 1).into(),
            "Int" => NUMBERS[self.below(NUMBERS.len())].into(),
            "Float" => json!(NUMBERS[self.below(NUMBERS.len())]),
            "Decimal" | "Money" => self.one(&["1.5", "0", "-3", "99999999999999999999.99"]).into(),
            "URL" => self.one(&["https://cdn.example.com/a.jpg", "http://x"]).into(),
            "DateTime" => "2026-11-20T09:00:00Z".into(),
            "JSON" => json!({ "a": 1 }),
            "ID" => self.id(parent, name).into(),
            _ => match name {
                "key" => "care".into(),
                "namespace" => "custom".into(),
                "type" => self
                    .one(&["single_line_text_field", "number_integer", "x"])
                    .into(),
                "reason" => "correction".into(),
                _ => self.one(&WORDS).into(),
            },
        }
    }

    /// An id of the type that is meant here; now and then any other, or one of nothing.
    fn id(&mut self, parent: &str, name: &str) -> String {
        let meant = match (parent, name) {
            ("ProductVariantSetInput" | "ProductVariantsBulkInput", "id") => "ProductVariant",
            ("OptionSetInput", "id") | (_, "optionId") => "ProductOption",
            ("OptionValueSetInput" | "VariantOptionValueInput", "id") => "ProductOptionValue",
            ("OrderInput", _) | (_, "orderId") => "Order",
            ("FulfillmentOrderLineItemInput", "id") => "FulfillmentOrderLineItem",
            (_, "fulfillmentOrderId") => "FulfillmentOrder",
            (_, "locationId") => "Location",
            (_, "inventoryItemId") => "InventoryItem",
            _ => "Product",
        };
        let kinds: Vec<&String> = self.ids.keys().collect();
        let kind = match self.below(24) {
            0 => return "gid://shopify/Product/1".into(),
            1 => kinds[self.below(kinds.len())],
            _ => meant,
        };
        let list = &self.ids[kind];
        list[self.below(list.len())].clone()
    }
}

/// All global ids in an answer, by type.
fn ids(value: &Value, found: &mut BTreeMap<String, Vec<String>>) {
    match value {
        Value::String(text) => {
            if let Some(rest) = text.strip_prefix("gid://shopify/") {
                let kind = rest.split('/').next().unwrap_or_default();
                let list = found.entry(kind.to_owned()).or_default();
                if !list.contains(text) {
                    list.push(text.clone());
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| ids(value, found)),
        Value::Object(object) => object.values().for_each(|value| ids(value, found)),
        _ => {}
    }
}

const EVERYTHING: [&str; 3] = [
    "{ products(first: 50) { nodes { id options { id name values optionValues { id name } } \
     metafields(first: 10) { nodes { id value } } \
     variants(first: 30) { nodes { id title position price sku selectedOptions { name value } inventoryQuantity } } } } }",
    "{ inventoryItems(first: 200) { nodes { id inventoryLevels(first: 5) { nodes { id isActive location { id } quantities(names: \
     [\"available\", \"committed\", \"reserved\", \"damaged\", \"safety_stock\", \"quality_control\", \"on_hand\"]) { name quantity } } } } } }",
    "{ orders(first: 9) { nodes { id name note tags currentTotalPriceSet { shopMoney { amount } } lineItems(first: 9) { nodes { id quantity } } \
     fulfillments { id } fulfillmentOrders(first: 9) { nodes { id status lineItems(first: 9) { nodes { id remainingQuantity totalQuantity } } } } } } }",
];

fn everything(shop: &TestShop) -> Value {
    let parts = EVERYTHING.map(|query| shop.data(query).as_object().unwrap().clone());
    parts.into_iter().flatten().collect::<Map<_, _>>().into()
}

/// What must hold of the whole shop at any time.
fn sound(everything: &Value) -> Result<(), TestCaseError> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for product in list(&everything["products"]["nodes"]) {
        let variants = list(&product["variants"]["nodes"]);
        let options = list(&product["options"]);
        prop_assert!(!variants.is_empty() && !options.is_empty(), "{product}");
        let mut titles = Vec::new();
        for (at, variant) in variants.iter().enumerate() {
            prop_assert_eq!(&variant["position"], &json!(at + 1));
            let chosen = list(&variant["selectedOptions"]);
            prop_assert_eq!(chosen.len(), options.len());
            for (chosen, option) in chosen.iter().zip(&options) {
                prop_assert_eq!(&chosen["name"], &option["name"]);
                prop_assert!(list(&option["values"]).contains(&chosen["value"]), "{product}");
            }
            prop_assert!(!titles.contains(&variant["title"]), "two alike: {product}");
            titles.push(variant["title"].clone());
        }
    }
    for item in list(&everything["inventoryItems"]["nodes"]) {
        for level in list(&item["inventoryLevels"]["nodes"]) {
            let units: Vec<i64> = list(&level["quantities"])
                .iter()
                .filter_map(|quantity| quantity["quantity"].as_i64())
                .collect();
            let (on_hand, parts) = units.split_last().unwrap();
            prop_assert_eq!(*on_hand, parts.iter().sum::<i64>(), "{}", level);
        }
    }
    for order in list(&everything["orders"]["nodes"]) {
        for source in list(&order["fulfillmentOrders"]["nodes"]) {
            for line in list(&source["lineItems"]["nodes"]) {
                let (left, all) = (line["remainingQuantity"].as_i64(), line["totalQuantity"].as_i64());
                prop_assert!(left >= Some(0) && left <= all, "{source}");
            }
        }
    }
    Ok(())
}

fn open_order(shop: &TestShop) {
    let placed = shop.shopify.change(now(), |store| {
        let variants = store.rows().all::<Variant>().map(|variant| variant.id);
        let lines = variants.map(|variant| NewLine {
            variant_id: Some(variant),
            quantity: 2,
            ..NewLine::default()
        });
        store.place_order(NewOrder {
            lines: lines.collect::<Vec<_>>(),
            ..NewOrder::default()
        })
    });
    placed.unwrap();
}

fn complained(answer: &Value) -> bool {
    let payload = answer["data"].as_object().and_then(|data| data.values().next());
    let errors = payload.map_or(&Value::Null, |payload| &payload["errors"]);
    answer["errors"] != Value::Null || errors.as_array().is_some_and(|errors| !errors.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_input(bytes in prop::collection::vec(any::<u8>(), 0..1500)) {
        let schema = schema();
        let shop = TestShop::unlimited().catalogue().orders();
        open_order(&shop);
        let mut known = BTreeMap::new();
        let mut before = everything(&shop);
        ids(&before, &mut known);
        let mut drawing = Drawing { schema: &schema, ids: &known, bytes: bytes.iter() };
        let ExtendedType::Object(mutations) = &schema.types["Mutation"] else { unreachable!() };
        while drawing.bytes.len() > 0 {
            let field = mutations.fields.get_index(drawing.below(mutations.fields.len())).unwrap().1;
            let mut variables = Map::new();
            let (mut declared, mut passed) = (String::new(), String::new());
            for argument in &field.arguments {
                if argument.is_required() || drawing.given(&field.name, &argument.name) {
                    variables.insert(argument.name.to_string(), drawing.value(&field.name, &argument.name, &argument.ty));
                    write!(declared, "${}: {} ", argument.name, argument.ty).unwrap();
                    write!(passed, "{0}: ${0} ", argument.name).unwrap();
                }
            }
            let keyed = field.name.starts_with("inventory");
            let key = if keyed { format!("@idempotent(key: \"{}\")", drawing.below(3)) } else { String::new() };
            let errors = if field.name == "orderCancel" { "orderCancelUserErrors" } else { "userErrors" };
            let query = format!(
                "mutation M({declared}) {{ {}({passed}) {key} {{ errors: {errors} {{ field message }} }} }}",
                field.name
            );
            let lines = shop.shopify.journal(0).unwrap().len();
            let partly = variables.get("allowPartialUpdates") == Some(&json!(true));
            let body = json!({ "query": query, "variables": variables });
            let response = shop.post_at(now(), body.to_string());
            prop_assert_eq!(response.status, 200);
            let answer: Value = serde_json::from_slice(&response.body).unwrap();
            let text = answer.to_string();
            prop_assert!(!text.contains("INTERNAL_SERVER_ERROR"), "{}\n{}", body, answer);
            prop_assert!(!text.contains("invalid type") && !text.contains("missing field"), "{}\n{}", body, answer);
            let after = everything(&shop);
            sound(&after).map_err(|error| TestCaseError::fail(format!("{error}\n{body}\n{answer}")))?;
            if complained(&answer) && !partly {
                prop_assert_eq!(&after, &before, "{}\n{}", body, answer);
                prop_assert_eq!(shop.shopify.journal(0).unwrap().len(), lines, "{}", body);
            }
            before = after;
        }
    }
}
