use apollo_compiler::resolvers::ResolvedValue;

use super::context::{Context, Object, Resolve};
use super::image::{Image, Media};
use super::product::{Choice, ChoiceValue};
use crate::gid::Gid;
use crate::state::{
    InventoryItem, InventoryLevel, Location, Metafield, OptionValue, Product, ProductImage, ProductOption,
    Rows as _, Stored, Variant, owner, place,
};

/// Anything that stands in a list or can be found by its id.
#[derive(Clone, Copy)]
pub(crate) enum Node<'w> {
    Product(&'w Product),
    Variant(&'w Variant),
    Choice(Choice<'w>),
    ChoiceValue(ChoiceValue<'w>),
    Item(&'w InventoryItem),
    Level(&'w InventoryLevel),
    Location(&'w Location),
    Media(&'w ProductImage),
    Image(&'w ProductImage),
    Metafield(&'w Metafield),
}

impl<'w> Node<'w> {
    /// The object to resolve.
    pub(crate) fn value<'a>(self, cx: &'a Context<'a>) -> ResolvedValue<'a>
    where
        'w: 'a,
    {
        fn boxed<'a, T: Resolve + 'a>(cx: &'a Context<'a>, value: T) -> ResolvedValue<'a> {
            ResolvedValue::object(Object { cx, value })
        }
        match self {
            Self::Product(product) => boxed(cx, product),
            Self::Variant(variant) => boxed(cx, variant),
            Self::Choice(option) => boxed(cx, option),
            Self::ChoiceValue(value) => boxed(cx, value),
            Self::Item(item) => boxed(cx, item),
            Self::Level(level) => boxed(cx, level),
            Self::Location(location) => boxed(cx, location),
            Self::Media(image) => boxed(cx, Media(image)),
            Self::Image(image) => boxed(cx, Image(image)),
            Self::Metafield(field) => boxed(cx, field),
        }
    }

    /// What a global id names.
    pub(crate) fn find(cx: &Context<'w>, id: &Gid<'_>) -> Option<Self> {
        if id.kind == "InventoryLevel" {
            let item = id.parameter("inventory_item_id")?.parse().ok()?;
            return level(cx, id.number()?, item).map(Self::Level);
        }
        Self::find_numbered(cx, id.kind, id.number()?)
    }

    /// What has this type and number.
    pub(crate) fn find_numbered(cx: &Context<'w>, kind: &str, id: i64) -> Option<Self> {
        match kind {
            "Product" => cx.tables.one(id).map(Self::Product),
            "ProductVariant" => cx.tables.one(id).map(Self::Variant),
            "InventoryItem" => cx.tables.one(id).map(Self::Item),
            "Location" => cx.tables.one(id).map(Self::Location),
            "Metafield" => cx.tables.one(id).map(Self::Metafield),
            "ProductOption" | "ProductOptionValue" | "MediaImage" => Self::of_product(cx, kind, id),
            _ => None,
        }
    }

    fn of_product(cx: &Context<'w>, kind: &str, id: i64) -> Option<Self> {
        let product = whole::<Product>(cx, kind, id)?;
        if kind == "MediaImage" {
            return product.media.iter().find(|image| image.id == id).map(Self::Media);
        }
        let mut options = product.options.iter();
        if kind == "ProductOption" {
            let option: &ProductOption = options.find(|option| option.id == id)?;
            return Some(Self::Choice(Choice { product, option }));
        }
        let value: &OptionValue = options
            .flat_map(|option| &option.values)
            .find(|value| value.id == id)?;
        Some(Self::ChoiceValue(ChoiceValue { product, value }))
    }
}

/// The row that has this part.
fn whole<'w, T: Stored + 'w>(cx: &Context<'w>, kind: &str, id: i64) -> Option<&'w T> {
    cx.tables.found::<T>("part", &owner(kind, id)).next()
}

/// The level behind the two numbers of its id.
pub(crate) fn level<'w>(cx: &Context<'w>, level_number: i64, item: i64) -> Option<&'w InventoryLevel> {
    let location = cx
        .tables
        .found::<Location>("level_number", &level_number.to_string())
        .next()?;
    cx.tables
        .found::<InventoryLevel>("place", &place(item, location.id))
        .next()
}
