//! The fields of `QueryRoot`.

use apollo_compiler::resolvers::{FieldError, ResolvedValue};
use rust_decimal::Decimal;

use super::context::{Answer, Call, Context, Resolve, maybe_object, object};
use super::inventory::properties;
use super::list::{
    ITEM_FILTERS, LOCATION_FILTERS, PRODUCT_FILTERS, VARIANT_FILTERS, filtered, product_stock,
    refuse_saved_search,
};
use super::node::Node;
use super::order::need_fulfillment_orders;
use super::orders;
use super::paging::{SortValue, Sorted, names, page};
use super::payload::{find_job, find_operation};
use super::plain::{Plain, count, plain_list};
use super::shop::TheShop;
use super::variant;
use crate::gid::{Gid, gid};
use crate::state::{Customer, InventoryItem, Location, Product, Rows as _, Variant};
use crate::versions;

/// `QueryRoot`.
pub(crate) struct QueryRoot;

impl Resolve for QueryRoot {
    const TYPE: &'static str = "QueryRoot";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "shop" => object(cx, TheShop),
            "publicApiVersions" => plain_list(versions::listed(cx.now)),
            "currentAppInstallation" => app_installation(cx),
            "inventoryProperties" => properties(),
            "job" => find_job(cx, call),
            "productOperation" => find_operation(cx, call),
            "node" => {
                let found = call
                    .text("id")
                    .and_then(Gid::parse)
                    .and_then(|id| Node::find(cx, &id));
                Ok(found.map_or_else(ResolvedValue::null, |node| node.value(cx)))
            }
            "nodes" => {
                let ids = call.texts("ids").unwrap_or_default();
                let nodes = ids.into_iter().map(move |id| {
                    let found = Gid::parse(id).and_then(|id| Node::find(cx, &id));
                    found.map_or_else(ResolvedValue::null, |node| node.value(cx))
                });
                Ok(ResolvedValue::list(nodes))
            }
            "product" => by_id(cx, call, "Product", "read_products"),
            "productVariant" => by_id(cx, call, "ProductVariant", "read_products"),
            "inventoryItem" => by_id(cx, call, "InventoryItem", "read_inventory"),
            "inventoryLevel" => by_id(cx, call, "InventoryLevel", "read_inventory"),
            "location" => location(cx, call),
            "order" => by_id(cx, call, "Order", "read_orders"),
            "refund" => by_id(cx, call, "Refund", "read_orders"),
            "fulfillment" => by_id(cx, call, "Fulfillment", "read_orders"),
            "customer" => by_id(cx, call, "Customer", "read_customers"),
            "fulfillmentOrder" => {
                need_fulfillment_orders(cx, call)?;
                one(cx, call, "FulfillmentOrder", call.text("id").unwrap_or_default())
            }
            "productByHandle" => product_by_handle(cx, call, call.text("handle")),
            _ if call.field().ends_with("ByIdentifier") => by_identifier(cx, call),
            _ => list(cx, call),
        }
    }
}

/// One record by its id argument. An id of another type is an error, one that does not exist is null (recorded).
fn by_id<'a>(cx: &'a Context<'a>, call: &Call<'a>, kind: &str, scope: &str) -> Answer<'a> {
    cx.need_scope(call, scope)?;
    one(cx, call, kind, call.text("id").unwrap_or_default())
}

fn one<'a>(cx: &'a Context<'a>, call: &Call<'a>, kind: &str, text: &str) -> Answer<'a> {
    let wrong = || cx.fail(call, "RESOURCE_NOT_FOUND", format!("Invalid id: {text}"));
    let id = Gid::parse(text).filter(|id| id.kind == kind).ok_or_else(wrong)?;
    Ok(Node::find(cx, &id).map_or_else(ResolvedValue::null, |node| node.value(cx)))
}

/// `location`: without an id the shop's first one.
fn location<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    if call.argument("id").is_some() {
        return by_id(cx, call, "Location", "read_locations");
    }
    let first = cx.tables.all::<Location>().find(|location| location.active);
    maybe_object(cx, first)
}

fn product_by_handle<'a>(cx: &'a Context<'a>, call: &Call<'a>, handle: Option<&str>) -> Answer<'a> {
    cx.need_scope(call, "read_products")?;
    let found = handle.and_then(|handle| cx.tables.found::<Product>("handle", handle).next());
    maybe_object(cx, found)
}

/// `xByIdentifier(identifier: {id | handle | …})`.
fn by_identifier<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    let (kind, scope) = match call.field() {
        "productByIdentifier" => ("Product", "read_products"),
        "productVariantByIdentifier" => ("ProductVariant", "read_products"),
        "locationByIdentifier" => ("Location", "read_locations"),
        "orderByIdentifier" => ("Order", "read_orders"),
        "customerByIdentifier" => ("Customer", "read_customers"),
        _ => return call.unknown(),
    };
    cx.need_scope(call, scope)?;
    let identifier = call.argument("identifier").and_then(|value| value.as_object());
    let key = identifier.and_then(|object| object.iter().find(|(_, value)| !value.is_null()));
    match key.map(|(name, value)| (name.as_str(), value)) {
        Some(("id", value)) => one(cx, call, kind, value.as_str().unwrap_or_default()),
        Some(("emailAddress", value)) => {
            customer_by(cx, "email", &value.as_str().unwrap_or_default().to_lowercase())
        }
        Some(("phoneNumber", value)) => customer_by(cx, "phone", value.as_str().unwrap_or_default()),
        Some(("handle", value)) => product_by_handle(cx, call, value.as_str()),
        _ => Err(custom_id(cx, call)),
    }
}

fn customer_by<'a>(cx: &'a Context<'a>, index: &str, key: &str) -> Answer<'a> {
    maybe_object(cx, cx.tables.found::<Customer>(index, key).next())
}

/// Identifying by a metafield needs a definition of type `id`, and there are none.
fn custom_id(cx: &Context<'_>, call: &Call<'_>) -> FieldError {
    let text = "Metafield definition of type 'id' is required when using custom ids.";
    cx.fail(call, "NOT_FOUND", text)
}

fn app_installation<'a>(cx: &'a Context<'a>) -> Answer<'a> {
    let scope = |handle: &String| {
        Plain::new("AccessScope")
            .leaf("handle", handle)
            .leaf("description", handle.replace('_', " "))
    };
    Plain::new("AppInstallation")
        .leaf("id", gid("AppInstallation", cx.shop.id))
        .list("accessScopes", cx.config.scopes.iter().map(scope).collect())
        .answer()
}

/// The lists and counts that the query root has; the shop has some of them, too.
pub(crate) fn list<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    match call.field() {
        "products" | "productsCount" => {
            cx.need_scope(call, "read_products")?;
            refuse_saved_search(cx, call)?;
            let default = ["title", "vendor", "product_type", "tag", "sku", "barcode"];
            let found = filtered(cx, call, cx.tables.all::<Product>(), &PRODUCT_FILTERS, &default);
            if call.field() == "productsCount" {
                return counted(call, found.len());
            }
            let sort = call.text("sortKey").unwrap_or("ID");
            page(
                cx,
                call,
                names!("Product"),
                found.into_iter().map(|p| product_row(cx, p, sort)).collect(),
            )
        }
        "productVariants" | "productVariantsCount" => {
            cx.need_scope(call, "read_products")?;
            refuse_saved_search(cx, call)?;
            let default = ["title", "product_title", "sku", "barcode", "vendor"];
            let found = filtered(cx, call, cx.tables.all::<Variant>(), &VARIANT_FILTERS, &default);
            if call.field() == "productVariantsCount" {
                return counted(call, found.len());
            }
            let sort = call.text("sortKey").unwrap_or("ID");
            let rows = found.into_iter().map(|found| variant::sorted(cx, found, sort));
            page(cx, call, names!("ProductVariant"), rows.collect())
        }
        "inventoryItems" => {
            cx.need_scope(call, "read_inventory")?;
            let found = filtered(
                cx,
                call,
                cx.tables.all::<InventoryItem>(),
                &ITEM_FILTERS,
                &["sku"],
            );
            let rows = found
                .into_iter()
                .map(|item| Sorted::by_id(item.id, Node::Item(item)));
            page(cx, call, names!("InventoryItem"), rows.collect())
        }
        "locations" | "locationsCount" => locations(cx, call),
        _ => orders::list(cx, call),
    }
}

/// A count; counting stops at the limit.
pub(crate) fn counted<'a>(call: &Call<'_>, rows: usize) -> Answer<'a> {
    count(rows, call.int("limit")).answer()
}

fn locations<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    cx.need_scope(call, "read_locations")?;
    let counting = call.field() == "locationsCount";
    let shown = |location: &&Location| {
        (location.active || counting || call.flag("includeInactive"))
            && (!location.fulfillment_service || counting || call.flag("includeLegacy"))
    };
    let rows = cx.tables.all::<Location>().filter(shown);
    let found = filtered(cx, call, rows, &LOCATION_FILTERS, &["name", "city", "address1"]);
    if counting {
        return counted(call, found.len());
    }
    let by_name = !matches!(call.text("sortKey"), Some("ID" | "RELEVANCE"));
    let rows = found.into_iter().map(|location| Sorted {
        value: if by_name {
            SortValue::Text(location.name.to_lowercase())
        } else {
            SortValue::Id(location.id)
        },
        id: location.id,
        node: Node::Location(location),
    });
    page(cx, call, names!("Location"), rows.collect())
}

fn product_row<'a>(cx: &Context<'_>, product: &'a Product, sort: &str) -> Sorted<'a> {
    let value = match sort {
        "TITLE" => SortValue::Text(product.title.to_lowercase()),
        "VENDOR" => SortValue::Text(product.vendor.to_lowercase()),
        "PRODUCT_TYPE" => SortValue::Text(product.product_type.to_lowercase()),
        "CREATED_AT" => SortValue::Time(product.created_at),
        "UPDATED_AT" => SortValue::Time(product.updated_at),
        "PUBLISHED_AT" => product.published_at.map_or(SortValue::Null, SortValue::Time),
        "INVENTORY_TOTAL" => SortValue::Number(Decimal::from(product_stock(cx.tables, product))),
        // Without a relevance of its own, a match is as good as another.
        _ => SortValue::Id(product.id),
    };
    Sorted {
        value,
        id: product.id,
        node: Node::Product(product),
    }
}
