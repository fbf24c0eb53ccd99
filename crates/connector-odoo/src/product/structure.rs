//! How Odoo has a product: its attribute lines, their values, its variants.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::shape::Combination;
use crate::client::{CallError, Client, Options};
use crate::value::{decimal, id, ids, many2one, many2one_name, text};
use crate::walk::written_at;

/// A value of a product's attribute line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LineValue {
    /// `product.template.attribute.value`: the value on this product.
    pub(crate) on_product: i64,
    /// `product.attribute.value`: the value that other products may share.
    pub(crate) value: i64,
    pub(crate) name: String,
    pub(crate) price_extra: Decimal,
}

/// An attribute line of a product.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) id: i64,
    pub(crate) attribute_id: i64,
    pub(crate) attribute: String,
    pub(crate) values: Vec<LineValue>,
}

/// A variant, archived ones included.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variant {
    pub(crate) id: i64,
    pub(crate) active: bool,
    pub(crate) combination: Combination,
    /// The fields that were asked for.
    pub(crate) row: Value,
}

/// A product's structure.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Structure {
    pub(crate) lines: Vec<Line>,
    pub(crate) variants: Vec<Variant>,
    /// When a variant, a value or a line of it was last changed.
    pub(crate) changed_at: Option<Timestamp>,
}

impl Structure {
    fn note_change(&mut self, row: &Value) {
        self.changed_at = self.changed_at.max(written_at(row));
    }

    pub(crate) fn variant(&self, id: i64) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.id == id)
    }

    /// Where a variant comes among its siblings: by its values, in the order of the attributes and of their values.
    pub(crate) fn place(&self, variant: &Variant) -> Vec<Option<usize>> {
        let place = |line: &Line| {
            let value = variant.combination.get(&line.attribute)?;
            line.values.iter().position(|one| one.name == *value)
        };
        self.lines.iter().map(place).collect()
    }

    /// The variant of a combination: the preferred one if it fits, else one that is not archived.
    pub(crate) fn find(&self, combination: &Combination, preferred: Option<i64>) -> Option<&Variant> {
        let fits = || {
            self.variants
                .iter()
                .filter(|variant| variant.combination == *combination)
        };
        fits()
            .find(|variant| Some(variant.id) == preferred)
            .or_else(|| fits().find(|variant| variant.active))
            .or_else(|| fits().next())
    }
}

/// Reads the structures of these templates. `fields` are the variants' fields to be read along.
pub(crate) async fn read_structures(
    client: &Client,
    templates: &[i64],
    fields: &[String],
) -> Result<BTreeMap<i64, Structure>, CallError> {
    let mut structures: BTreeMap<i64, Structure> =
        templates.iter().map(|id| (*id, Structure::default())).collect();
    if templates.is_empty() {
        return Ok(structures);
    }
    let of_templates = json!([["product_tmpl_id", "in", templates]]);
    let values = read_values(client, &of_templates, &mut structures).await?;
    read_lines(client, &of_templates, &values, &mut structures).await?;
    note_renamings(client, &mut structures).await?;
    read_variants(client, &of_templates, &values, fields, &mut structures).await?;
    Ok(structures)
}

/// A value on a product, with what is needed to put it where it belongs.
struct PlacedValue {
    value: LineValue,
    attribute: String,
    line: Option<i64>,
    active: bool,
}

async fn read_values(
    client: &Client,
    domain: &Value,
    structures: &mut BTreeMap<i64, Structure>,
) -> Result<BTreeMap<i64, PlacedValue>, CallError> {
    const FIELDS: [&str; 8] = [
        "name",
        "attribute_id",
        "attribute_line_id",
        "product_attribute_value_id",
        "price_extra",
        "ptav_active",
        "product_tmpl_id",
        "write_date",
    ];
    let model = "product.template.attribute.value";
    let rows = client
        .search_read(model, domain.clone(), &FIELDS, Options::default())
        .await?;
    for row in &rows {
        let template = many2one(&row["product_tmpl_id"]).and_then(|id| structures.get_mut(&id));
        if let Some(template) = template {
            template.note_change(row);
        }
    }
    let values = rows.iter().map(|row| {
        let value = LineValue {
            on_product: id(row),
            value: many2one(&row["product_attribute_value_id"]).unwrap_or_default(),
            name: text(&row["name"]).to_owned(),
            price_extra: decimal(&row["price_extra"]),
        };
        let placed = PlacedValue {
            value,
            attribute: many2one_name(&row["attribute_id"]).unwrap_or_default().to_owned(),
            line: many2one(&row["attribute_line_id"]),
            active: row["ptav_active"] == json!(true),
        };
        (id(row), placed)
    });
    Ok(values.collect())
}

async fn read_lines(
    client: &Client,
    domain: &Value,
    values: &BTreeMap<i64, PlacedValue>,
    structures: &mut BTreeMap<i64, Structure>,
) -> Result<(), CallError> {
    let model = "product.template.attribute.line";
    let fields = [
        "product_tmpl_id",
        "attribute_id",
        "value_ids",
        "active",
        "write_date",
    ];
    let order = Options {
        order: Some("sequence, id"),
        ..Options::default()
    };
    for row in client.search_read(model, domain.clone(), &fields, order).await? {
        let template = many2one(&row["product_tmpl_id"]).and_then(|id| structures.get_mut(&id));
        let (Some(template), true) = (template, row["active"] == json!(true)) else {
            continue;
        };
        template.note_change(&row);
        let line = id(&row);
        // In the order in which the line names its values.
        let on_line = |value: &i64| {
            let placed =
                |one: &&PlacedValue| one.line == Some(line) && one.active && one.value.value == *value;
            values.values().find(placed).map(|one| one.value.clone())
        };
        template.lines.push(Line {
            id: line,
            attribute_id: many2one(&row["attribute_id"]).unwrap_or_default(),
            attribute: many2one_name(&row["attribute_id"]).unwrap_or_default().to_owned(),
            values: ids(&row["value_ids"]).iter().filter_map(on_line).collect(),
        });
    }
    Ok(())
}

/// Attributes and values are records that products share: who renames one changes no date of the product.
async fn note_renamings(client: &Client, structures: &mut BTreeMap<i64, Structure>) -> Result<(), CallError> {
    let attributes = |line: &Line| vec![line.attribute_id];
    let values = |line: &Line| line.values.iter().map(|value| value.value).collect();
    note_dates(client, "product.attribute", structures, attributes).await?;
    note_dates(client, "product.attribute.value", structures, values).await
}

async fn note_dates(
    client: &Client,
    model: &str,
    structures: &mut BTreeMap<i64, Structure>,
    of_line: impl Fn(&Line) -> Vec<i64>,
) -> Result<(), CallError> {
    let lines = structures.values().flat_map(|structure| &structure.lines);
    let ids: BTreeSet<i64> = lines.flat_map(&of_line).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(());
    }
    for row in client.read(model, &ids, &["write_date"]).await? {
        let has = |line: &Line| of_line(line).contains(&id(&row));
        let users = structures.values_mut();
        for structure in users.filter(|structure| structure.lines.iter().any(has)) {
            structure.note_change(&row);
        }
    }
    Ok(())
}

async fn read_variants(
    client: &Client,
    domain: &Value,
    values: &BTreeMap<i64, PlacedValue>,
    fields: &[String],
    structures: &mut BTreeMap<i64, Structure>,
) -> Result<(), CallError> {
    const OWN: [&str; 4] = [
        "product_tmpl_id",
        "active",
        "write_date",
        "product_template_attribute_value_ids",
    ];
    let mut all: Vec<&str> = OWN.to_vec();
    all.extend(
        fields
            .iter()
            .map(String::as_str)
            .filter(|field| !OWN.contains(field)),
    );
    for row in client
        .search_read("product.product", domain.clone(), &all, Options::default())
        .await?
    {
        let template = many2one(&row["product_tmpl_id"]).and_then(|id| structures.get_mut(&id));
        let Some(template) = template else { continue };
        template.note_change(&row);
        let on_product = ids(&row["product_template_attribute_value_ids"]);
        let pairs = on_product.iter().filter_map(|id| values.get(id));
        template.variants.push(Variant {
            id: id(&row),
            active: row["active"] == json!(true),
            combination: pairs
                .map(|one| (one.attribute.clone(), one.value.name.clone()))
                .collect(),
            row,
        });
    }
    Ok(())
}
