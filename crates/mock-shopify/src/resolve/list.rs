//! What lists can be filtered by: the fields that Shopify's schema names for each `query:` argument, as far as the
//! simulated records have them.

use apollo_compiler::resolvers::FieldError;
use jiff::Timestamp;
use mock_world::Tables;
use rust_decimal::Decimal;

use super::context::{Call, Context};
use super::product::sellable;
use crate::search::{Filter, Kind, Search, Value};
use crate::state::{
    Entity, FulfillmentOrder, InventoryItem, InventoryLevel, Location, Product, Rows as _, Variant, title_of,
    variants_of,
};

/// A field of a list of `T`.
pub(crate) type ListFilter<T> = Filter<Tables<Entity>, T>;

/// A field; the closure answers a record's values of it.
pub(crate) const fn field<T>(
    name: &'static str,
    kind: Kind,
    values: for<'w> fn(&'w Tables<Entity>, &'w T) -> Vec<Value<'w>>,
) -> ListFilter<T> {
    Filter { name, kind, values }
}

/// The rows that the call's `query` finds. A remark about the query goes to `extensions.search`.
pub(crate) fn filtered<'a, T: 'a>(
    cx: &Context<'_>,
    call: &Call<'_>,
    rows: impl Iterator<Item = &'a T>,
    filters: &'static [ListFilter<T>],
    default: &[&str],
) -> Vec<&'a T> {
    let Some(query) = call.text("query").filter(|query| !query.trim().is_empty()) else {
        return rows.collect();
    };
    let zone = cx.zone();
    let search = Search::new(query, filters, default, (cx.now, &zone));
    if let Some(mut note) = search.note(query) {
        if let Some(note) = note.as_object_mut() {
            note.insert("path".into(), serde_json::json!([call.response_key()]));
        }
        cx.side.borrow_mut().searches.push(note);
    }
    let lag = Lag::of(cx, query);
    rows.filter(|row| search.matches(cx.tables, row) && lag.shows(cx.tables, *row, filters))
        .collect()
}

/// What the search index does not know yet. What it knew before a change is not kept: a search for times of change
/// simply lacks what changed.
struct Lag {
    since: Option<Timestamp>,
    times: &'static [&'static str],
}

impl Lag {
    fn of(cx: &Context<'_>, query: &str) -> Self {
        let behind = Some(cx.config.index_lag).filter(|lag| !lag.is_zero());
        Self {
            since: behind.and_then(|lag| cx.now.checked_sub(lag).ok()),
            times: if query.contains("updated_at") {
                &["created_at", "updated_at"]
            } else {
                &["created_at"]
            },
        }
    }

    fn shows<T>(&self, tables: &Tables<Entity>, row: &T, filters: &'static [ListFilter<T>]) -> bool {
        let Some(since) = self.since else { return true };
        let mut times = filters.iter().filter(|filter| self.times.contains(&filter.name));
        times.all(|filter| {
            let values = (filter.values)(tables, row);
            values
                .iter()
                .all(|value| !matches!(value, Value::Time(at) if *at > since))
        })
    }
}

/// Refuses a saved search: there are none.
pub(crate) fn refuse_saved_search(cx: &Context<'_>, call: &Call<'_>) -> Result<(), FieldError> {
    match call.argument("savedSearchId") {
        Some(_) => Err(cx.fail(call, "NOT_FOUND", "Saved search does not exist")),
        None => Ok(()),
    }
}

/// A number as a value.
pub(crate) fn number<'w>(value: i64) -> Vec<Value<'w>> {
    vec![Value::Number(Decimal::from(value))]
}

/// A text as a value; an empty or missing one does not exist.
pub(crate) fn text(value: Option<&String>) -> Vec<Value<'_>> {
    value
        .map(String::as_str)
        .filter(|value| !value.is_empty())
        .map(Value::Text)
        .into_iter()
        .collect()
}

fn some(value: &str) -> Vec<Value<'_>> {
    if value.is_empty() {
        Vec::new()
    } else {
        vec![Value::Text(value)]
    }
}

const STATUSES: &[&str] = &["active", "archived", "draft", "unlisted"];

/// `products(query:)`.
pub(crate) static PRODUCT_FILTERS: [ListFilter<Product>; 20] = [
    field("id", Kind::Id, |_, p| number(p.id)),
    field("title", Kind::Words, |_, p| some(&p.title)),
    field("handle", Kind::Exact, |_, p| some(&p.handle)),
    field("vendor", Kind::Exact, |_, p| some(&p.vendor)),
    field("product_type", Kind::Exact, |_, p| some(&p.product_type)),
    field("tag", Kind::Exact, |_, p| {
        p.tags.iter().map(|tag| Value::Text(tag)).collect()
    }),
    field("status", Kind::OneOf(STATUSES), |_, p| {
        vec![Value::Text(p.status.name())]
    }),
    field("created_at", Kind::Time, |_, p| vec![Value::Time(p.created_at)]),
    field("updated_at", Kind::Time, |_, p| vec![Value::Time(p.updated_at)]),
    field("published_at", Kind::Time, |_, p| {
        p.published_at.map(Value::Time).into_iter().collect()
    }),
    field(
        "published_status",
        Kind::OneOf(&["published", "unpublished", "any"]),
        |_, p| {
            let status = if p.published_at.is_some() {
                "published"
            } else {
                "unpublished"
            };
            vec![Value::Text(status), Value::Text("any")]
        },
    ),
    field("gift_card", Kind::Flag, |_, p| vec![Value::Flag(p.gift_card)]),
    field("description", Kind::Words, |_, p| some(&p.description_html)),
    field("sku", Kind::Exact, |t, p| {
        let items = variants_of(t, p.id)
            .into_iter()
            .filter_map(|v| t.one::<InventoryItem>(v.item_id));
        items.flat_map(|item| text(item.sku.as_ref())).collect()
    }),
    field("barcode", Kind::Exact, |t, p| {
        variants_of(t, p.id)
            .into_iter()
            .flat_map(|v| text(v.barcode.as_ref()))
            .collect()
    }),
    field("variant_id", Kind::Id, |t, p| {
        variants_of(t, p.id)
            .into_iter()
            .flat_map(|v| number(v.id))
            .collect()
    }),
    field("variant_title", Kind::Exact, |t, p| {
        variants_of(t, p.id)
            .into_iter()
            .map(|v| Value::Owned(title_of(p, v)))
            .collect()
    }),
    field("price", Kind::Number, |t, p| {
        variants_of(t, p.id)
            .into_iter()
            .map(|v| Value::Number(v.price))
            .collect()
    }),
    field("inventory_total", Kind::Number, |t, p| {
        number(product_stock(t, p))
    }),
    field("is_price_reduced", Kind::Flag, |t, p| {
        let reduced = |v: &&Variant| v.compare_at_price.is_some_and(|before| before > v.price);
        vec![Value::Flag(variants_of(t, p.id).iter().any(reduced))]
    }),
];

/// Units for sale over all tracked variants.
pub(crate) fn product_stock(tables: &Tables<Entity>, product: &Product) -> i64 {
    let items = variants_of(tables, product.id)
        .into_iter()
        .filter_map(|v| tables.one::<InventoryItem>(v.item_id));
    items
        .filter(|item| item.tracked)
        .map(|item| sellable(tables, item.id))
        .sum()
}

fn product_of<'w>(tables: &'w Tables<Entity>, variant: &Variant) -> Option<&'w Product> {
    tables.one(variant.product_id)
}

/// `productVariants(query:)`.
pub(crate) static VARIANT_FILTERS: [ListFilter<Variant>; 17] = [
    field("id", Kind::Id, |_, v| number(v.id)),
    field("barcode", Kind::Exact, |_, v| text(v.barcode.as_ref())),
    field("sku", Kind::Exact, |t, v| {
        text(
            t.one::<InventoryItem>(v.item_id)
                .and_then(|item| item.sku.as_ref()),
        )
    }),
    field("product_id", Kind::Id, |_, v| number(v.product_id)),
    field("product_ids", Kind::Id, |_, v| number(v.product_id)),
    field("title", Kind::Words, |t, v| {
        product_of(t, v)
            .map(|p| Value::Owned(title_of(p, v)))
            .into_iter()
            .collect()
    }),
    field("product_title", Kind::Words, |t, v| {
        product_of(t, v).map(|p| some(&p.title)).unwrap_or_default()
    }),
    field("vendor", Kind::Exact, |t, v| {
        product_of(t, v).map(|p| some(&p.vendor)).unwrap_or_default()
    }),
    field("product_type", Kind::Exact, |t, v| {
        product_of(t, v)
            .map(|p| some(&p.product_type))
            .unwrap_or_default()
    }),
    field("product_status", Kind::OneOf(STATUSES), |t, v| {
        product_of(t, v)
            .map(|p| some(p.status.name()))
            .unwrap_or_default()
    }),
    field("tag", Kind::Exact, |t, v| {
        let tags = product_of(t, v).into_iter().flat_map(|p| &p.tags);
        tags.map(|tag| Value::Text(tag)).collect()
    }),
    field("inventory_quantity", Kind::Number, |t, v| {
        number(sellable(t, v.item_id))
    }),
    field("managed", Kind::Flag, |t, v| {
        vec![Value::Flag(
            t.one::<InventoryItem>(v.item_id).is_some_and(|item| item.tracked),
        )]
    }),
    field("location_id", Kind::Id, |t, v| {
        let levels = t
            .found::<InventoryLevel>("item", &v.item_id.to_string())
            .filter(|level| level.active);
        levels.flat_map(|level| number(level.location_id)).collect()
    }),
    field("taxable", Kind::Flag, |_, v| vec![Value::Flag(v.taxable)]),
    field("updated_at", Kind::Time, |_, v| vec![Value::Time(v.updated_at)]),
    field("created_at", Kind::Time, |_, v| vec![Value::Time(v.created_at)]),
];

/// `inventoryItems(query:)`.
pub(crate) static ITEM_FILTERS: [ListFilter<InventoryItem>; 4] = [
    field("id", Kind::Id, |_, i| number(i.id)),
    field("sku", Kind::Exact, |_, i| text(i.sku.as_ref())),
    field("created_at", Kind::Time, |_, i| vec![Value::Time(i.created_at)]),
    field("updated_at", Kind::Time, |_, i| vec![Value::Time(i.updated_at)]),
];

/// `inventoryLevels(query:)` of an item or a location.
pub(crate) static LEVEL_FILTERS: [ListFilter<InventoryLevel>; 4] = [
    field("id", Kind::Id, |_, l| number(l.id)),
    field("inventory_item_id", Kind::Id, |_, l| number(l.item_id)),
    field("created_at", Kind::Time, |_, l| vec![Value::Time(l.created_at)]),
    field("updated_at", Kind::Time, |_, l| vec![Value::Time(l.updated_at)]),
];

/// `fulfillmentOrders(query:)`.
pub(crate) static FULFILLMENT_ORDER_FILTERS: [ListFilter<FulfillmentOrder>; 4] = [
    field("id", Kind::Id, |_, f| number(f.id)),
    field("status", Kind::Exact, |_, f| vec![Value::Text(f.status.name())]),
    field("assigned_location_id", Kind::Id, |_, f| number(f.location_id)),
    field("updated_at", Kind::Time, |_, f| vec![Value::Time(f.updated_at)]),
];

/// `locations(query:)`.
pub(crate) static LOCATION_FILTERS: [ListFilter<Location>; 11] = [
    field("id", Kind::Id, |_, l| number(l.id)),
    field("location_id", Kind::Id, |_, l| number(l.id)),
    field("name", Kind::Words, |_, l| some(&l.name)),
    field("active", Kind::OneOf(&["true", "false"]), |_, l| {
        vec![Value::Text(if l.active { "true" } else { "false" })]
    }),
    field("legacy", Kind::Flag, |_, l| {
        vec![Value::Flag(l.fulfillment_service)]
    }),
    field("address1", Kind::Words, |_, l| text(l.address.address1.as_ref())),
    field("city", Kind::Words, |_, l| text(l.address.city.as_ref())),
    field("country", Kind::Words, |_, l| text(l.address.country.as_ref())),
    field("province", Kind::Words, |_, l| text(l.address.province.as_ref())),
    field("zip", Kind::Exact, |_, l| text(l.address.zip.as_ref())),
    field("created_at", Kind::Time, |_, l| vec![Value::Time(l.created_at)]),
];
