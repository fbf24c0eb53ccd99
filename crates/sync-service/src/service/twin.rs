//! Both systems side by side: linked products with their prices and stock, and where they differ.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::Compare;
use persistence::{ConflictFilter, LinkFilter, MAX_PAGE, Page, PageRequest};
use serde::Serialize;
use serde_json::{Value, json};
use sync_core::{ConflictStatus, Link, Record, RecordType, Side};

use super::sync::all_locations;
use super::{Service, ServiceError};
use crate::locations::pair;

/// The most products of a page; each is read whole from both systems.
pub const MOST_TWINS: usize = 50;
/// Products of a page if nobody says how many.
pub const DEFAULT_TWINS: usize = 10;
/// The most variants of a product that are shown.
const MOST_VARIANTS: usize = 50;

/// A product as both systems show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Twin {
    /// Their link.
    pub link_id: i64,
    /// What a person calls it.
    pub label: String,
    /// Its id in the shop.
    pub shopify_id: String,
    /// Its id in Odoo.
    pub odoo_id: String,
    /// Title and name.
    pub title: Compared,
    /// `active`, `draft` or `archived`.
    pub status: Compared,
    /// Its variants, linked ones first, 50 at most.
    pub variants: Vec<TwinVariant>,
    /// How many more there are.
    pub more_variants: usize,
    /// Conflicts about it and its stock that nobody decided yet.
    pub open_conflicts: Vec<i64>,
}

/// A variant as both systems show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TwinVariant {
    /// What tells it from its siblings.
    pub label: String,
    /// Its id in the shop, if it is there.
    pub shopify_id: Option<String>,
    /// Its id in Odoo, if it is there.
    pub odoo_id: Option<String>,
    /// SKU and internal reference.
    pub sku: Compared,
    /// What it costs.
    pub price: Compared,
    /// What lies where.
    pub stock: Vec<TwinStock>,
}

/// Stock of a variant at a location and in the warehouse that stands for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TwinStock {
    /// The location's name.
    pub location: String,
    /// The level's id in the shop.
    pub shopify_id: Option<String>,
    /// The level's id in Odoo.
    pub odoo_id: Option<String>,
    /// Units on hand.
    #[serde(flatten)]
    pub units: Compared,
}

/// A value on both sides; none where that side has none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// In the shop.
    pub shopify: Option<String>,
    /// In Odoo.
    pub odoo: Option<String>,
    /// Whether they mean something else.
    pub differs: bool,
}

impl Compared {
    fn of(how: Compare, shopify: Option<&Value>, odoo: Option<&Value>) -> Self {
        let none = Value::Null;
        Self {
            differs: !how.same(shopify.unwrap_or(&none), odoo.unwrap_or(&none)),
            shopify: shopify.and_then(text),
            odoo: odoo.and_then(text),
        }
    }
}

impl Compared {
    /// Units of stock: where nothing is stocked, nothing lies.
    fn units(shopify: Option<&Value>, odoo: Option<&Value>) -> Self {
        let none = json!(0);
        let (left, right) = (shopify.unwrap_or(&none), odoo.unwrap_or(&none));
        Self {
            differs: !Compare::Number.same(left, right),
            ..Self::of(Compare::Number, shopify, odoo)
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a page of twins is made of.
struct Sides {
    records: [BTreeMap<String, Record>; 2],
    /// Locations: id in the shop, warehouse, name.
    places: Vec<(String, String, String)>,
    levels: [BTreeMap<String, Record>; 2],
    stock_conflicts: bool,
}

impl Service {
    /// Linked products side by side, newest links first.
    pub fn twins(&self, search: Option<String>, page: PageRequest) -> Result<Page<Twin>, ServiceError> {
        let product = RecordType::from("product");
        let filter = LinkFilter {
            record_type: Some(product.clone()),
            text: search,
        };
        let page = PageRequest {
            limit: page.limit.clamp(1, MOST_TWINS),
            ..page
        };
        let links = self.links(&filter, page)?;
        let parents: Vec<i64> = links.items.iter().map(|link| link.id).collect();
        let children = self.store_port().child_links(&parents);
        let children = children.map_err(sync_core::engine::RunError::from)?;
        let mut sides = Sides {
            records: [BTreeMap::new(), BTreeMap::new()],
            places: self.places()?,
            levels: [BTreeMap::new(), BTreeMap::new()],
            stock_conflicts: self.count_conflicts(&open(&"inventory".into(), None))? > 0,
        };
        for side in Side::BOTH {
            let ids = links.items.iter().map(|link| link.id_on(side).to_owned());
            sides.records[at(side)] = self.all(side, &product, &ids.collect())?;
            let levels = sides.level_ids(side);
            sides.levels[at(side)] = self.all(side, &"inventory".into(), &levels)?;
        }
        let twins = links.items.iter().map(|link| {
            let of_link = children.iter().filter(|child| child.parent == Some(link.id));
            self.twin(link, &of_link.collect::<Vec<_>>(), &sides)
        });
        Ok(Page {
            items: twins.collect::<Result<_, _>>()?,
            next: links.next,
        })
    }

    /// Locations and their warehouses.
    fn places(&self) -> Result<Vec<(String, String, String)>, ServiceError> {
        let [locations, warehouses] = Side::BOTH.map(|side| {
            let connector = self.connector(side);
            self.ask(connector, || all_locations(&**connector))
        });
        let (locations, warehouses) = (locations?, warehouses?);
        let references = pair(&locations, &warehouses, &self.config.locations).references;
        let place = |location: Record| {
            let warehouse = references.counterpart("location", Side::Shopify, &location.id)?;
            Some((location.id, warehouse.to_owned(), location.label))
        };
        Ok(locations.into_iter().filter_map(place).collect())
    }

    fn all(
        &self,
        side: Side,
        record_type: &RecordType,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Record>, ServiceError> {
        let ids: Vec<String> = ids.iter().cloned().collect();
        let mut found = BTreeMap::new();
        for some in ids.chunks(MAX_PAGE) {
            let connector = self.connector(side);
            let records = self.ask(connector, || connector.fetch(record_type, some))?;
            found.extend(records.into_iter().map(|record| (record.id.clone(), record)));
        }
        Ok(found)
    }

    fn twin(&self, link: &Link, children: &[&Link], sides: &Sides) -> Result<Twin, ServiceError> {
        let [shopify, odoo] = Side::BOTH.map(|side| sides.records[at(side)].get(link.id_on(side)));
        let body = |record: Option<&Record>| record.map(|record| record.body.clone()).unwrap_or_default();
        let (shopify, odoo) = (body(shopify), body(odoo));
        let mut pairs = paired(&shopify, &odoo, children);
        let more_variants = pairs.len().saturating_sub(MOST_VARIANTS);
        pairs.truncate(MOST_VARIANTS);
        let variants: Vec<TwinVariant> = pairs
            .into_iter()
            .map(|(left, right)| sides.variant(left, right))
            .collect();
        let mut open_conflicts = self.open_conflicts(&"product".into(), &link.shopify_id)?;
        if sides.stock_conflicts {
            let levels = variants.iter().flat_map(|variant| &variant.stock);
            for id in levels.filter_map(|level| level.shopify_id.as_ref()) {
                open_conflicts.extend(self.open_conflicts(&"inventory".into(), id)?);
            }
        }
        Ok(Twin {
            link_id: link.id,
            label: link.label.clone(),
            shopify_id: link.shopify_id.clone(),
            odoo_id: link.odoo_id.clone(),
            title: Compared::of(Compare::Text, shopify.get("title"), odoo.get("name")),
            status: status(&shopify, &odoo),
            variants,
            more_variants,
            open_conflicts,
        })
    }

    fn open_conflicts(&self, record_type: &RecordType, id: &str) -> Result<Vec<i64>, ServiceError> {
        let page = PageRequest {
            before: None,
            limit: MAX_PAGE,
        };
        let found = self.conflicts(&open(record_type, Some(id)), page)?;
        Ok(found.items.into_iter().map(|conflict| conflict.id).collect())
    }
}

fn open(record_type: &RecordType, shopify_id: Option<&str>) -> ConflictFilter {
    ConflictFilter {
        status: Some(ConflictStatus::Open),
        record_type: Some(record_type.clone()),
        shopify_id: shopify_id.map(str::to_owned),
        ..ConflictFilter::default()
    }
}

fn at(side: Side) -> usize {
    match side {
        Side::Shopify => 0,
        Side::Odoo => 1,
    }
}

/// Odoo has no status: what is archived is not active, and what is not for sale is like a draft.
fn odoo_status(odoo: &Value) -> Option<Value> {
    let active = odoo.get("active")?.as_bool()?;
    Some(match (active, odoo["sale_ok"].as_bool()) {
        (false, _) => json!("archived"),
        (true, Some(false)) => json!("draft"),
        (true, _) => json!("active"),
    })
}

/// Odoo does not tell an unlisted product from a draft.
fn status(shopify: &Value, odoo: &Value) -> Compared {
    let (shown, other) = (shopify.get("status"), odoo_status(odoo));
    let known = match shown.and_then(Value::as_str) {
        Some("unlisted") => Some(json!("draft")),
        _ => shown.cloned(),
    };
    Compared {
        shopify: shown.and_then(text),
        ..Compared::of(Compare::Text, known.as_ref(), other.as_ref())
    }
}

type VariantPair<'r> = (Option<&'r Value>, Option<&'r Value>);

/// The variants of both sides: linked pairs in the shop's order, then those that only one side has.
fn paired<'r>(shopify: &'r Value, odoo: &'r Value, links: &[&Link]) -> Vec<VariantPair<'r>> {
    let list = |body: &'r Value, name: &str| body[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let (left, right) = (list(shopify, "variants"), list(odoo, "product_variant_ids"));
    let link_of = |side: Side, variant: &Value| {
        let id = text(&variant["id"])?;
        links
            .iter()
            .find(|link| link.record_type.as_str() == "variant" && link.id_on(side) == id)
    };
    let counterpart = |variant: &Value| {
        let link = link_of(Side::Shopify, variant)?;
        right
            .iter()
            .find(|other| text(&other["id"]).as_deref() == Some(&link.odoo_id))
    };
    let (mut pairs, mut alone) = (Vec::new(), Vec::new());
    for variant in left {
        match counterpart(variant) {
            Some(other) => pairs.push((Some(variant), Some(other))),
            None => alone.push((Some(variant), None)),
        }
    }
    pairs.append(&mut alone);
    let is_paired = |other: &Value| pairs.iter().any(|(_, known)| *known == Some(other));
    let rest: Vec<_> = right.iter().filter(|other| !is_paired(other)).collect();
    pairs.extend(rest.into_iter().map(|other| (None, Some(other))));
    pairs
}

impl Sides {
    /// The ids of all levels that the variants of a side may have, at the places that have a counterpart.
    fn level_ids(&self, side: Side) -> BTreeSet<String> {
        let (list, item) = match side {
            Side::Shopify => ("variants", "inventory_item_id"),
            Side::Odoo => ("product_variant_ids", "id"),
        };
        let records = self.records[at(side)].values();
        let variants = records
            .filter_map(|record| record.body[list].as_array())
            .flat_map(|variants| variants.iter().take(MOST_VARIANTS));
        let items = variants.filter_map(|variant| text(&variant[item]));
        let ids = items.flat_map(|item| {
            self.places
                .iter()
                .map(move |(location, warehouse, _)| match side {
                    Side::Shopify => format!("{item}@{location}"),
                    Side::Odoo => format!("{item}@{warehouse}"),
                })
        });
        ids.collect()
    }

    fn variant(&self, shopify: Option<&Value>, odoo: Option<&Value>) -> TwinVariant {
        let of = |variant: Option<&Value>, field: &str| text(variant?.get(field)?);
        let (item, product) = (of(shopify, "inventory_item_id"), of(odoo, "id"));
        let stock = self.places.iter().filter_map(|(location, warehouse, name)| {
            let id = |item: &Option<String>, place: &str| Some(format!("{}@{place}", item.as_ref()?));
            let shopify_id = id(&item, location).filter(|id| self.levels[0].contains_key(id));
            let odoo_id = id(&product, warehouse).filter(|id| self.levels[1].contains_key(id));
            if shopify_id.is_none() && odoo_id.is_none() {
                return None;
            }
            let shown = |side: usize, id: Option<&String>, field: &str| {
                self.levels[side].get(id?).and_then(|level| level.body.get(field))
            };
            Some(TwinStock {
                location: name.clone(),
                units: Compared::units(
                    shown(0, shopify_id.as_ref(), "on_hand"),
                    shown(1, odoo_id.as_ref(), "quantity"),
                ),
                shopify_id,
                odoo_id,
            })
        });
        let field = |variant: Option<&'_ Value>, name: &str| variant.and_then(|one| one.get(name)).cloned();
        TwinVariant {
            label: of(shopify, "title")
                .or_else(|| of(odoo, "default_code"))
                .or_else(|| of(odoo, "id"))
                .unwrap_or_default(),
            shopify_id: of(shopify, "id"),
            odoo_id: product.clone(),
            sku: Compared::of(
                Compare::Text,
                field(shopify, "sku").as_ref(),
                field(odoo, "default_code").as_ref(),
            ),
            price: Compared::of(
                Compare::Number,
                field(shopify, "price").as_ref(),
                field(odoo, "lst_price").as_ref(),
            ),
            stock: stock.collect(),
        }
    }
}
