use rust_decimal::Decimal;

use super::context::{Answer, Call, Context, Resolve, leaf, leaves, maybe_object, object, objects};
use super::image::{Image, Media};
use super::metafields;
use super::node::Node;
use super::paging::{SortValue, Sorted, names, page};
use super::plain::{Plain, count, maybe_plain, money_v2};
use super::variant;
use crate::gid::gid;
use crate::state::{InventoryItem, OptionValue, Product, ProductOption, Rows as _, StockState, Variant};
use crate::state::{InventoryLevel, is_standalone, variants_of};

impl Resolve for &Product {
    const TYPE: &'static str = "Product";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("Product", self.id)),
            "legacyResourceId" => leaf(self.id.to_string()),
            "title" => leaf(&self.title),
            "handle" => leaf(&self.handle),
            "descriptionHtml" | "bodyHtml" => leaf(&self.description_html),
            "description" => leaf(description(&self.description_html, call.int("truncateAt"))),
            "vendor" => leaf(&self.vendor),
            "productType" => leaf(&self.product_type),
            "tags" => leaves(&self.tags),
            "status" => leaf(self.status.name()),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "publishedAt" => leaf(self.published_at),
            "isGiftCard" => leaf(self.gift_card),
            "giftCardTemplateSuffix" | "onlineStorePreviewUrl" | "category" => leaf(None::<bool>),
            "requiresSellingPlan" | "hasVariantsThatRequiresComponents" => leaf(false),
            "templateSuffix" => leaf(self.template_suffix.as_ref()),
            "onlineStoreUrl" => leaf(self.published_at.map(|_| self.url(cx))),
            "defaultCursor" => leaf(default_cursor(self.id)),
            "seo" => seo(self).answer(),
            "options" => objects(
                cx,
                first(&self.options, call).map(move |option| Choice {
                    product: self,
                    option,
                }),
            ),
            "hasOnlyDefaultVariant" => leaf(is_standalone(self)),
            _ => self.resolve_variants(cx, call),
        }
    }
}

impl Product {
    fn url(&self, cx: &Context<'_>) -> String {
        format!("https://{}/products/{}", cx.shop.primary_host, self.handle)
    }

    /// Fields that look at the variants, their stock, the images and the custom fields.
    fn resolve_variants<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "variants" => {
                let sort = call.text("sortKey").unwrap_or("POSITION");
                let rows = variants_of(cx.tables, self.id).into_iter();
                let rows = rows.map(|variant| variant::sorted(cx, variant, sort)).collect();
                page(cx, call, names!("ProductVariant"), rows)
            }
            "variantsCount" => count(variants_of(cx.tables, self.id).len(), None).answer(),
            "totalVariants" => leaf(i32::try_from(variants_of(cx.tables, self.id).len()).unwrap_or(i32::MAX)),
            "totalInventory" => leaf(units(total_inventory(cx, self))),
            "tracksInventory" => leaf(items(cx, self).any(|item| item.tracked)),
            "hasOutOfStockVariants" => {
                leaf(items(cx, self).any(|item| item.tracked && available(cx, item) <= 0))
            }
            "priceRangeV2" | "priceRange" => price_range(cx, self, call.field()).answer(),
            "compareAtPriceRange" => maybe_plain(compare_at_range(cx, self)),
            "featuredMedia" => maybe_object(cx, self.media.first().map(Media)),
            "featuredImage" => maybe_object(cx, self.media.first().map(Image)),
            "mediaCount" => count(self.media.len(), None).answer(),
            "media" => {
                if call.text("query").is_some_and(|query| !query.trim().is_empty()) {
                    return Err(cx.fail(call, "BAD_REQUEST", "Filtering media is not simulated."));
                }
                let by_id = call.text("sortKey") == Some("ID");
                let rows = (1_i64..).zip(&self.media).map(|(position, image)| Sorted {
                    value: SortValue::Id(if by_id { image.id } else { position }),
                    id: image.id,
                    node: Node::Media(image),
                });
                page(cx, call, names!("Media"), rows.collect())
            }
            "images" => {
                let rows = (1_i64..).zip(&self.media).map(|(position, image)| Sorted {
                    value: SortValue::Id(position),
                    id: image.id,
                    node: Node::Image(image),
                });
                page(cx, call, names!("Image"), rows.collect())
            }
            "metafield" | "metafields" => metafields::resolve(cx, call, "Product", self.id),
            _ => call.unknown(),
        }
    }
}

fn seo(product: &Product) -> Plain {
    Plain::new("SEO")
        .leaf("title", product.seo_title.as_ref())
        .leaf("description", product.seo_description.as_ref())
}

/// The first few of a list that takes `first` but is no connection.
pub(crate) fn first<'a, T>(list: &'a [T], call: &Call<'_>) -> std::slice::Iter<'a, T> {
    let wanted = call.int("first").and_then(|first| usize::try_from(first).ok());
    list[..wanted.unwrap_or(list.len()).min(list.len())].iter()
}

pub(crate) fn default_cursor(id: i64) -> String {
    use base64::Engine as _;
    let cursor = serde_json::json!({ "last_id": id, "last_value": id.to_string() });
    base64::engine::general_purpose::STANDARD.encode(cursor.to_string())
}

/// A number for the `Int` of GraphQL.
pub(crate) fn units(units: i64) -> i32 {
    i32::try_from(units).unwrap_or(if units < 0 { i32::MIN } else { i32::MAX })
}

/// The text of the description without its tags.
fn description(html: &str, truncate_at: Option<i64>) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    match truncate_at.and_then(|at| usize::try_from(at).ok()) {
        Some(limit) if text.chars().count() > limit => {
            text.chars().take(limit.saturating_sub(3)).collect::<String>() + "..."
        }
        _ => text,
    }
}

fn items<'a>(cx: &'a Context<'_>, product: &Product) -> impl Iterator<Item = &'a InventoryItem> {
    let variants = variants_of(cx.tables, product.id);
    variants
        .into_iter()
        .filter_map(|variant| cx.tables.one::<InventoryItem>(variant.item_id))
}

/// Units of an item that can be sold, over all its active levels.
pub(crate) fn available(cx: &Context<'_>, item: &InventoryItem) -> i64 {
    sellable(cx.tables, item.id)
}

/// The same by the item's id.
pub(crate) fn sellable(tables: &mock_world::Tables<crate::state::Entity>, item: i64) -> i64 {
    let levels = tables.found::<InventoryLevel>("item", &item.to_string());
    levels
        .filter(|level| level.active)
        .map(|level| level.units(StockState::Available))
        .sum()
}

/// Units that can be sold, over all variants that are tracked.
fn total_inventory(cx: &Context<'_>, product: &Product) -> i64 {
    items(cx, product)
        .filter(|item| item.tracked)
        .map(|item| available(cx, item))
        .sum()
}

fn price_range(cx: &Context<'_>, product: &Product, field: &str) -> Plain {
    let prices: Vec<Decimal> = variants_of(cx.tables, product.id)
        .iter()
        .map(|variant| variant.price)
        .collect();
    let currency = &cx.shop.currency;
    let low = prices.iter().min().copied().unwrap_or_default();
    let high = prices.iter().max().copied().unwrap_or_default();
    let kind = if field == "priceRange" {
        "ProductPriceRange"
    } else {
        "ProductPriceRangeV2"
    };
    Plain::new(kind)
        .object("minVariantPrice", money_v2(low, currency))
        .object("maxVariantPrice", money_v2(high, currency))
}

fn compare_at_range(cx: &Context<'_>, product: &Product) -> Option<Plain> {
    let variants = variants_of(cx.tables, product.id);
    let prices: Vec<Decimal> = variants
        .iter()
        .filter_map(|variant| variant.compare_at_price)
        .collect();
    let currency = &cx.shop.currency;
    let plain = Plain::new("ProductCompareAtPriceRange")
        .object(
            "minVariantCompareAtPrice",
            money_v2(*prices.iter().min()?, currency),
        )
        .object(
            "maxVariantCompareAtPrice",
            money_v2(*prices.iter().max()?, currency),
        );
    Some(plain)
}

/// A `ProductOption` with its product.
#[derive(Clone, Copy)]
pub(crate) struct Choice<'w> {
    pub(crate) product: &'w Product,
    pub(crate) option: &'w ProductOption,
}

impl Resolve for Choice<'_> {
    const TYPE: &'static str = "ProductOption";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let used = move |value: &&OptionValue| is_used(cx, self.product, value);
        match call.field() {
            "id" => leaf(gid("ProductOption", self.option.id)),
            "name" => leaf(&self.option.name),
            "position" => {
                let at = self
                    .product
                    .options
                    .iter()
                    .position(|option| option.id == self.option.id);
                leaf(units(at.map_or(1, |at| i64::try_from(at).unwrap_or(0) + 1)))
            }
            "values" => leaves(self.option.values.iter().filter(used).map(|value| &value.name)),
            "optionValues" => objects(
                cx,
                self.option.values.iter().map(move |value| ChoiceValue {
                    product: self.product,
                    value,
                }),
            ),
            _ => call.unknown(),
        }
    }
}

fn is_used(cx: &Context<'_>, product: &Product, value: &OptionValue) -> bool {
    let variants = cx.tables.found::<Variant>("product", &product.id.to_string());
    variants
        .into_iter()
        .any(|variant| variant.values.contains(&value.id))
}

/// A `ProductOptionValue` with its product.
#[derive(Clone, Copy)]
pub(crate) struct ChoiceValue<'w> {
    pub(crate) product: &'w Product,
    pub(crate) value: &'w OptionValue,
}

impl Resolve for ChoiceValue<'_> {
    const TYPE: &'static str = "ProductOptionValue";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("ProductOptionValue", self.value.id)),
            "name" => leaf(&self.value.name),
            "hasVariants" => leaf(is_used(cx, self.product, self.value)),
            "linkedMetafieldValue" => leaf(None::<bool>),
            _ => call.unknown(),
        }
    }
}

/// The product a variant belongs to.
pub(crate) fn of_variant<'a>(cx: &'a Context<'a>, variant: &Variant) -> Answer<'a> {
    match cx.tables.one::<Product>(variant.product_id) {
        Some(product) => object(cx, product),
        None => leaf(None::<bool>),
    }
}
