//! What the rules want of a product, taken out of the desired document.

use std::collections::BTreeMap;

use mapping_transforms::{Element, SOURCE_KEY};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use sync_core::{ConnectorError, ErrorKind, Write};

use super::lines;
use super::named::Named;
use crate::value::{decimal, text};

/// Attribute and value by name: what tells a variant from its siblings.
pub(crate) type Combination = BTreeMap<String, String>;

/// An attribute of a product and its values in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AttributeLine {
    pub(crate) attribute: String,
    pub(crate) values: Vec<String>,
}

/// One variant as it should be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WantedVariant {
    /// Its id in the shop.
    pub(crate) source_id: String,
    /// Its id in Odoo as it was linked.
    pub(crate) linked: Option<i64>,
    /// `None` where it is not said: it stays what it is.
    pub(crate) combination: Option<Combination>,
    /// What it should cost; `None` where no rule says so.
    pub(crate) price: Option<Decimal>,
    /// All other fields that the rules set.
    pub(crate) fields: Map<String, Value>,
}

/// A product as it should be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WantedProduct {
    /// Fields of the template that go into its row as they are.
    pub(crate) fields: Map<String, Value>,
    /// Empty for one that is to be in no category; `None` where it stays in the one it is in.
    pub(crate) category: Option<String>,
    /// `None` where no rule sets tags.
    pub(crate) tags: Option<Vec<String>>,
    /// What the variants' prices start from; `None` where no rule says so.
    pub(crate) list_price: Option<Decimal>,
    /// `None` where no rule sets attributes: they stay as they are.
    pub(crate) lines: Option<Vec<AttributeLine>>,
    pub(crate) variants: Vec<WantedVariant>,
}

/// Where a product shows its variants.
pub(super) const VARIANTS: &str = "product_variant_ids";

impl WantedProduct {
    pub(crate) fn of(write: &Write) -> Result<Self, ConnectorError> {
        let mut fields = object(&write.desired, "the product")?.clone();
        let named = Named::of(write);
        // What the variants are made of, and what their prices start from, is compared as a whole.
        let whole = [VARIANTS, "attribute_line_ids", "list_price"];
        fields.retain(|field, _| whole.contains(&field.as_str()) || named.own(field));
        if let Some(status) = fields.remove(SALE_STATUS) {
            let (active, sale_ok) = flags(&status)?;
            fields.insert("active".into(), Value::Bool(active));
            fields.extend(sale_ok.map(|sale_ok| ("sale_ok".to_owned(), Value::Bool(sale_ok))));
        }
        let category = fields
            .remove("categ_id")
            .map(|category| text(&category["name"]).to_owned());
        // One that is made is in none without anybody's doing.
        let category = category.filter(|name| write.target_id.is_some() || !name.is_empty());
        let tags = fields.remove("product_tag_ids").map(|tags| texts(&tags));
        let list_price = fields
            .remove("list_price")
            .filter(|price| !price.is_null())
            .map(|price| decimal(&price));
        let lines = fields
            .remove("attribute_line_ids")
            .map(|lines| attribute_lines(&lines))
            .transpose()?;
        let variants = fields.remove(VARIANTS).unwrap_or_default();
        let variants = variants.as_array().into_iter().flatten();
        let mut variants = variants
            .map(|variant| wanted_variant(write, variant))
            .collect::<Result<Vec<_>, _>>()?;
        let lines = lines::settle(write, &named, lines, &mut variants)?;
        Ok(Self {
            fields,
            category,
            tags,
            list_price,
            lines,
            variants,
        })
    }
}

/// The part of a product's shape that says whether it is for sale: no field of the model, but two of them in one.
pub(crate) const SALE_STATUS: &str = "sale_status";

/// What a product shows as its sale status.
pub(crate) fn sale_status(row: &Value) -> &'static str {
    match (&row["active"], &row["sale_ok"]) {
        (Value::Bool(true), Value::Bool(true)) => "active",
        (Value::Bool(true), _) => "draft",
        _ => "archived",
    }
}

/// `active` and `sale_ok` of a sale status. What is put away keeps its `sale_ok`: who brings it back in Odoo gets what
/// was put away, and not a draft.
fn flags(status: &Value) -> Result<(bool, Option<bool>), ConnectorError> {
    match text(status) {
        "active" => Ok((true, Some(true))),
        "draft" => Ok((true, Some(false))),
        "archived" => Ok((false, None)),
        _ => Err(wrong(&format!(
            "`{SALE_STATUS}` is active, draft or archived, not {status}"
        ))),
    }
}

fn wanted_variant(write: &Write, variant: &Value) -> Result<WantedVariant, ConnectorError> {
    let mut fields = object(variant, "a variant")?.clone();
    let key = fields.remove(SOURCE_KEY).unwrap_or_default();
    let element = Element::from_key(text(&key)).ok_or_else(|| wrong("a variant carries no identity"))?;
    let child = write.children.iter().find(|child| {
        child.record_type.as_str() == element.record_type && child.source_id == element.source_id
    });
    let linked = child
        .and_then(|child| child.target_id.as_deref())
        .and_then(|id| id.parse().ok());
    let combination = fields.remove("combination");
    let combination = combination.map(|combination| {
        let pairs = combination.as_object().into_iter().flatten();
        pairs
            .map(|(name, value)| (name.clone(), text(value).to_owned()))
            .collect()
    });
    let price = fields
        .remove("lst_price")
        .filter(|price| !price.is_null())
        .map(|price| decimal(&price));
    Ok(WantedVariant {
        source_id: element.source_id,
        linked,
        combination,
        price,
        fields,
    })
}

pub(super) fn attribute_lines(lines: &Value) -> Result<Vec<AttributeLine>, ConnectorError> {
    let lines = lines.as_array().into_iter().flatten().map(|line| {
        let attribute = text(&line["attribute"]).to_owned();
        let values = texts(&line["values"]);
        if attribute.is_empty() || values.is_empty() {
            return Err(wrong("an attribute line needs a name and at least one value"));
        }
        Ok(AttributeLine { attribute, values })
    });
    lines.collect()
}

fn texts(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, ConnectorError> {
    value
        .as_object()
        .ok_or_else(|| wrong(&format!("{what} is no object")))
}

fn wrong(message: &str) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::Mapping,
        "mapping_shape",
        format!("the mappings do not make a product: {message}"),
    )
}
