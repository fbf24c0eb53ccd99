#![expect(
    clippy::match_same_arms,
    reason = "fields that are equal here mean different things"
)]

use rust_decimal::Decimal;

use super::context::{Answer, Call, Context, Resolve, leaf, object, objects};
use super::metafields;
use super::node::Node;
use super::paging::{SortValue, Sorted, names, page};
use super::product::{ChoiceValue, default_cursor, of_variant, sellable, units};
use crate::gid::gid;
use crate::scalar::money;
use crate::state::{
    InventoryItem, InventoryPolicy, OptionValue, Product, Rows as _, Variant, title_of, value_names,
};

impl Resolve for &Variant {
    const TYPE: &'static str = "ProductVariant";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("ProductVariant", self.id)),
            "legacyResourceId" => leaf(self.id.to_string()),
            "title" => leaf(title(cx, self)),
            "displayName" => {
                let product = cx
                    .tables
                    .one::<Product>(self.product_id)
                    .map_or("", |p| p.title.as_str());
                leaf(format!("{product} - {}", title(cx, self)))
            }
            "sku" => leaf(item(cx, self).and_then(|item| item.sku.as_ref())),
            "barcode" => leaf(self.barcode.as_ref()),
            "price" => leaf(money(self.price)),
            "compareAtPrice" => leaf(self.compare_at_price.map(money)),
            "position" => leaf(self.position),
            "taxable" => leaf(self.taxable),
            "inventoryPolicy" => leaf(self.inventory_policy.name()),
            "inventoryQuantity" => leaf(units(sellable(cx.tables, self.item_id))),
            "sellableOnlineQuantity" => leaf(units(sellable(cx.tables, self.item_id))),
            "availableForSale" => leaf(self.available_for_sale(cx)),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "defaultCursor" => leaf(default_cursor(self.id)),
            "requiresComponents" | "showUnitPrice" => leaf(false),
            "taxCode" => leaf(""),
            "unitPriceMeasurement" | "image" => leaf(None::<bool>),
            "product" => of_variant(cx, self),
            "inventoryItem" => match item(cx, self) {
                Some(item) => object(cx, item),
                None => leaf(None::<bool>),
            },
            "selectedOptions" => objects(cx, selected(cx, self)),
            "media" => page(cx, call, names!("Media"), Vec::new()),
            "metafield" | "metafields" => metafields::resolve(cx, call, "ProductVariant", self.id),
            _ => call.unknown(),
        }
    }
}

impl Variant {
    fn available_for_sale(&self, cx: &Context<'_>) -> bool {
        self.inventory_policy == InventoryPolicy::Continue
            || item(cx, self).is_none_or(|item| !item.tracked)
            || sellable(cx.tables, self.item_id) > 0
    }
}

pub(crate) fn item<'w>(cx: &Context<'w>, variant: &Variant) -> Option<&'w InventoryItem> {
    cx.tables.one(variant.item_id)
}

/// "S / Moss".
pub(crate) fn title(cx: &Context<'_>, variant: &Variant) -> String {
    let product = cx.tables.one::<Product>(variant.product_id);
    product
        .map(|product| title_of(product, variant))
        .unwrap_or_default()
}

fn selected<'w>(cx: &'w Context<'w>, variant: &Variant) -> Vec<Selected<'w>> {
    let Some(product) = cx.tables.one::<Product>(variant.product_id) else {
        return Vec::new();
    };
    let values = value_names(product, variant).into_iter();
    values
        .map(|(name, value)| Selected { product, name, value })
        .collect()
}

/// `SelectedOption`.
struct Selected<'w> {
    product: &'w Product,
    name: &'w str,
    value: &'w OptionValue,
}

impl Resolve for Selected<'_> {
    const TYPE: &'static str = "SelectedOption";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "name" => leaf(self.name),
            "value" => leaf(&self.value.name),
            "optionValue" => object(
                cx,
                ChoiceValue {
                    product: self.product,
                    value: self.value,
                },
            ),
            _ => call.unknown(),
        }
    }
}

/// The variant as a row of a list sorted by this key.
pub(crate) fn sorted<'a>(cx: &Context<'_>, variant: &'a Variant, key: &str) -> Sorted<'a> {
    let full_title = || {
        let product = cx
            .tables
            .one::<Product>(variant.product_id)
            .map_or("", |p| p.title.as_str());
        format!("{product} - {}", title(cx, variant)).to_lowercase()
    };
    let value = match key {
        "POSITION" => SortValue::Id(variant.position.into()),
        "TITLE" => SortValue::Text(title(cx, variant).to_lowercase()),
        "NAME" | "FULL_TITLE" => SortValue::Text(full_title()),
        "SKU" => match item(cx, variant).and_then(|item| item.sku.as_ref()) {
            Some(sku) => SortValue::Text(sku.to_lowercase()),
            None => SortValue::Null,
        },
        "INVENTORY_QUANTITY" | "INVENTORY_LEVELS_AVAILABLE" => {
            SortValue::Number(Decimal::from(sellable(cx.tables, variant.item_id)))
        }
        "INVENTORY_POLICY" => SortValue::Text(variant.inventory_policy.name().into()),
        "INVENTORY_MANAGEMENT" => SortValue::Id(item(cx, variant).is_some_and(|item| item.tracked).into()),
        _ => SortValue::Id(variant.id),
    };
    Sorted {
        value,
        id: variant.id,
        node: Node::Variant(variant),
    }
}
