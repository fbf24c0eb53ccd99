//! The fields of a variant that `productSet` and the bulk mutations share.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use super::input::{Amount, Patch, list, refuse_others};
use super::metafields::Nested;
use super::{Refusal, internal};
use crate::scalar::cents;
use crate::state::{InventoryItem, InventoryPolicy, NewVariant, Store, Variant, Weight, WeightUnit};

/// Inputs that real Shopify takes for a variant and this simulator does not.
const OTHERS: [&str; 8] = [
    "file",
    "mediaId",
    "mediaSrc",
    "published",
    "requiresComponents",
    "showUnitPrice",
    "taxCode",
    "unitPriceMeasurement",
];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VariantFields {
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) price: Patch<Amount>,
    #[serde(default)]
    compare_at_price: Patch<Amount>,
    #[serde(default)]
    barcode: Patch<String>,
    #[serde(default)]
    sku: Patch<String>,
    #[serde(default)]
    taxable: Patch<bool>,
    #[serde(default)]
    inventory_policy: Patch<String>,
    pub(super) inventory_item: Option<ItemFields>,
    pub(super) option_values: Option<Vec<OptionValue>>,
    #[serde(default, deserialize_with = "list")]
    pub(super) metafields: Vec<Nested>,
    #[serde(default, deserialize_with = "list")]
    pub(super) inventory_quantities: Vec<StockInput>,
    #[serde(default, deserialize_with = "list")]
    pub(super) quantity_adjustments: Vec<Adjustment>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemFields {
    #[serde(default)]
    sku: Patch<String>,
    #[serde(default)]
    tracked: Patch<bool>,
    #[serde(default)]
    requires_shipping: Patch<bool>,
    #[serde(default)]
    pub(super) cost: Patch<Amount>,
    measurement: Option<Measurement>,
    #[serde(default)]
    country_code_of_origin: Patch<String>,
    #[serde(default)]
    harmonized_system_code: Patch<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Measurement {
    weight: Option<WeightInput>,
}

#[derive(Debug, Clone, Deserialize)]
struct WeightInput {
    value: Amount,
    unit: String,
}

/// The value of a variant for an option, by names or ids.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OptionValue {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) option_id: Option<String>,
    pub(super) option_name: Option<String>,
}

/// Stock of a new variant; `productSet` names the quantity, the bulk mutations mean what is available.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockInput {
    pub(super) location_id: String,
    #[serde(alias = "availableQuantity")]
    pub(super) quantity: i64,
    pub(super) name: Option<String>,
}

/// A change of a variant's stock.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Adjustment {
    #[serde(rename = "adjustment")]
    pub(super) delta: Option<i64>,
    pub(super) change_from_quantity: Option<i64>,
    pub(super) location_id: String,
}

/// Refuses what is not simulated in a list of variants.
pub(super) fn refuse(list: Option<&Value>) -> Result<(), Refusal> {
    for variant in list.and_then(Value::as_array).into_iter().flatten() {
        refuse_others(Some(variant), &OTHERS)?;
        let item = variant.get("inventoryItem");
        refuse_others(item, &["countryHarmonizedSystemCodes", "provinceCodeOfOrigin"])?;
        refuse_others(
            item.and_then(|item| item.get("measurement")),
            &["shippingPackageId"],
        )?;
    }
    Ok(())
}

impl VariantFields {
    /// The path below the variant and the words of what is wrong with its amounts.
    pub(super) fn wrong(&self) -> Option<(&'static [&'static str], &'static str)> {
        let negative = |amount: &Patch<Amount>| amount.given().is_some_and(|amount| amount.0 < Decimal::ZERO);
        if negative(&self.price) {
            return Some((&["price"], "Price must be greater than or equal to 0"));
        }
        if negative(&self.compare_at_price) {
            return Some((
                &["compareAtPrice"],
                "Compare at price must be greater than or equal to 0",
            ));
        }
        if self
            .inventory_item
            .as_ref()
            .is_some_and(|item| negative(&item.cost))
        {
            return Some((
                &["inventoryItem", "cost"],
                "Cost per item must be greater than or equal to 0",
            ));
        }
        None
    }

    /// A variant with default values, to be written into.
    pub(super) fn new_variant(values: Vec<String>, stock: Vec<(i64, i64)>) -> NewVariant {
        NewVariant {
            values,
            stock,
            tracked: false,
            ..NewVariant::default()
        }
    }

    /// Writes the fields into a variant and its item; answers whether anything became different.
    pub(super) fn write(&self, store: &mut Store<'_>, id: i64) -> Result<bool, Refusal> {
        let fields = self.clone();
        let variant = store.edit_variant(id, |variant: &mut Variant| {
            if let Patch::Given(price) = fields.price {
                variant.price = cents(price.0);
            }
            match fields.compare_at_price {
                Patch::Absent => {}
                Patch::Null => variant.compare_at_price = None,
                Patch::Given(price) => variant.compare_at_price = Some(cents(price.0)),
            }
            fields.barcode.set(&mut variant.barcode);
            variant.barcode = variant.barcode.take().filter(|barcode| !barcode.is_empty());
            fields.taxable.set_or(&mut variant.taxable, true);
            if let Some(policy) = fields.inventory_policy.given() {
                variant.inventory_policy = if policy == "CONTINUE" {
                    InventoryPolicy::Continue
                } else {
                    InventoryPolicy::Deny
                };
            }
        });
        let changed = variant.map_err(|error| internal(&error))?;
        let item_id = store
            .need::<Variant>(id)
            .map_err(|error| internal(&error))?
            .item_id;
        let fields = self.inventory_item.clone().unwrap_or_default();
        let sku = self.sku.clone();
        let item = store.edit_item(item_id, |item: &mut InventoryItem| {
            sku.set(&mut item.sku);
            fields.write(item);
        });
        Ok(item.map_err(|error| internal(&error))? || changed)
    }
}

impl ItemFields {
    fn write(self, item: &mut InventoryItem) {
        self.sku.set(&mut item.sku);
        self.tracked.set_or(&mut item.tracked, false);
        self.requires_shipping.set_or(&mut item.requires_shipping, true);
        match self.cost {
            Patch::Absent => {}
            Patch::Null => item.unit_cost = None,
            Patch::Given(cost) => item.unit_cost = Some(cents(cost.0)),
        }
        self.country_code_of_origin.set(&mut item.country_of_origin);
        self.harmonized_system_code.set(&mut item.harmonized_system_code);
        if let Some(weight) = self.measurement.and_then(|measurement| measurement.weight) {
            let unit = match weight.unit.as_str() {
                "GRAMS" => WeightUnit::Grams,
                "OUNCES" => WeightUnit::Ounces,
                "POUNDS" => WeightUnit::Pounds,
                _ => WeightUnit::Kilograms,
            };
            let value = weight.value.0;
            item.weight = Weight { value, unit };
        }
    }
}
