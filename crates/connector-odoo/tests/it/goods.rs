//! Products of a shop, and the writes that the engine makes of them with the default mappings.

use mapping_transforms::SOURCE_KEY;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sync_core::{Applied, ChildRef, FieldChange, Record, Side, Write};

/// A product of the shop.
#[derive(Debug, Clone)]
pub(crate) struct Goods {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) status: &'static str,
    pub(crate) category: String,
    pub(crate) tags: Vec<String>,
    pub(crate) tracked: bool,
    /// Names of the options.
    pub(crate) options: Vec<String>,
    pub(crate) variants: Vec<Kind>,
}

/// A variant of the shop.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) id: u64,
    /// One value per option.
    pub(crate) values: Vec<String>,
    pub(crate) price: String,
    pub(crate) sku: String,
    pub(crate) barcode: String,
    /// The counterpart in Odoo, once it is linked.
    pub(crate) linked: Option<String>,
}

pub(crate) fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

impl Goods {
    /// A product without options. Ids of variants are made of the product's.
    pub(crate) fn plain(id: u64, title: &str, price: &str) -> Self {
        Self::with(id, title, &[], &[(&[], price)])
    }

    /// A product with options and variants (values, price); each has an SKU and no barcode.
    pub(crate) fn with(id: u64, title: &str, options: &[&str], variants: &[(&[&str], &str)]) -> Self {
        let variants = variants.iter().enumerate().map(|(n, (values, price))| Kind {
            id: id * 100 + u64::try_from(n).unwrap(),
            values: texts(values),
            price: (*price).to_owned(),
            sku: format!("SKU-{id}-{n}"),
            barcode: String::new(),
            linked: None,
        });
        Self {
            id,
            title: title.to_owned(),
            status: "active",
            category: "Shirts".to_owned(),
            tags: Vec::new(),
            tracked: true,
            options: texts(options),
            variants: variants.collect(),
        }
    }

    /// Sizes S, M, L, XL at one price.
    pub(crate) fn shirt(id: u64) -> Self {
        let sizes: Vec<[&str; 1]> = ["S", "M", "L", "XL"].map(|size| [size]).to_vec();
        let variants: Vec<(&[&str], &str)> = sizes.iter().map(|size| (size.as_slice(), "20.00")).collect();
        Self::with(id, "Shirt", &["Size"], &variants)
    }

    pub(crate) fn kind(&mut self, values: &[&str]) -> &mut Kind {
        let values = texts(values);
        self.variants
            .iter_mut()
            .find(|kind| kind.values == values)
            .unwrap()
    }

    /// One more variant.
    pub(crate) fn add(&mut self, values: &[&str], price: &str) {
        let id = self.variants.iter().map(|kind| kind.id).max().unwrap() + 1;
        self.variants.push(Kind {
            id,
            values: texts(values),
            price: price.to_owned(),
            sku: format!("SKU-{id}"),
            barcode: String::new(),
            linked: None,
        });
    }

    /// Takes over what was linked.
    pub(crate) fn link(&mut self, applied: &Applied) {
        for kind in &mut self.variants {
            let child = applied
                .children
                .iter()
                .find(|child| child.source_id == kind.id.to_string());
            kind.linked = child.and_then(|child| child.target_id.clone());
        }
    }

    /// The write that makes it.
    pub(crate) fn create(&self) -> Write {
        Write {
            idempotency_key: format!("create-{}", self.id),
            record_type: "product".into(),
            source_id: self.id.to_string(),
            label: self.title.clone(),
            target_id: None,
            current: None,
            desired: self.desired(),
            changes: Vec::new(),
            children: self.variants.iter().map(child).collect(),
            removed: Vec::new(),
            source: json!({"id": self.id, "title": self.title}),
        }
    }

    /// The write that changes its counterpart. `removed` are variants that the shop has no more.
    pub(crate) fn update(&self, current: &Record, removed: &[Kind]) -> Write {
        Write {
            idempotency_key: format!("update-{}", self.id),
            target_id: Some(current.id.clone()),
            current: Some(current.clone()),
            removed: removed.iter().map(child).collect(),
            changes: self.changes(),
            ..self.create()
        }
    }

    /// Everything is named: what of it changes, the cases themselves know best.
    fn changes(&self) -> Vec<FieldChange> {
        let desired = self.desired();
        let own = desired.as_object().unwrap().clone();
        let mut named: Vec<(String, Value)> = own.into_iter().collect();
        for kind in &self.variants {
            let Some(id) = &kind.linked else { continue };
            let fields = self.variant(kind).as_object().unwrap().clone();
            let path = |field: String| format!("product_variant_ids[{id}].{field}");
            named.extend(fields.into_iter().map(|(field, new)| (path(field), new)));
        }
        let change = |(field, new)| FieldChange {
            side: Side::Odoo,
            field,
            old: Value::Null,
            new,
        };
        named.into_iter().map(change).collect()
    }

    fn desired(&self) -> Value {
        json!({
            "name": self.title,
            "website_slug": self.title.to_lowercase().replace(' ', "-"),
            "categ_id": {"name": self.category},
            "product_tag_ids": self.tags,
            "sale_status": self.sale_status(),
            "is_storable": self.tracked,
            "list_price": self.variants[0].price,
            "attribute_line_ids": self.lines(),
            "product_variant_ids": self.variants.iter().map(|kind| self.variant(kind)).collect::<Vec<_>>(),
        })
    }

    fn sale_status(&self) -> &'static str {
        match self.status {
            "unlisted" => "draft",
            status => status,
        }
    }

    fn variant(&self, kind: &Kind) -> Value {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        json!({
            SOURCE_KEY: format!("variant/{}", kind.id),
            "combination": self.combination(kind),
            "default_code": filled(&kind.sku),
            "barcode": filled(&kind.barcode),
            "lst_price": kind.price,
            "weight": "0.2",
        })
    }

    fn combination(&self, kind: &Kind) -> Value {
        let pairs = self.options.iter().zip(&kind.values);
        pairs
            .map(|(option, value)| (option.clone(), json!(value)))
            .collect::<Map<String, Value>>()
            .into()
    }

    /// Options with the values that variants have, in the order in which they come.
    fn lines(&self) -> Vec<Value> {
        let line = |(place, option): (usize, &String)| {
            let mut values: Vec<&String> = Vec::new();
            for value in self.variants.iter().filter_map(|kind| kind.values.get(place)) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            json!({"attribute": option, "values": values})
        };
        self.options.iter().enumerate().map(line).collect()
    }
}

fn child(kind: &Kind) -> ChildRef {
    ChildRef {
        record_type: "variant".into(),
        source_id: kind.id.to_string(),
        target_id: kind.linked.clone(),
    }
}

/// The variants of a product in Odoo that are not archived.
pub(crate) fn active(record: &Record) -> Vec<&Value> {
    let variants = record.body["product_variant_ids"].as_array().unwrap();
    variants
        .iter()
        .filter(|variant| variant["active"] == json!(true))
        .collect()
}

fn decimal(value: &Value) -> Decimal {
    mapping_transforms::decimal_of(value).unwrap()
}

/// What the product should show by this document and does not.
pub(crate) fn difference(desired: &Value, record: &Record) -> Option<String> {
    let body = &record.body;
    let differs = |what: &str, wanted: &Value, shown: &Value| {
        (wanted != shown).then(|| format!("{what}: {wanted} wanted, {shown} shown"))
    };
    for field in ["name", "website_slug", "sale_status", "is_storable"] {
        if let Some(found) = differs(field, &desired[field], &body[field]) {
            return Some(found);
        }
    }
    let (wanted, shown) = (&desired["product_tag_ids"], &body["product_tag_ids"]);
    if let Some(found) = differs("product_tag_ids", &sorted(wanted), &sorted(shown)) {
        return Some(found);
    }
    let (wanted, shown) = (&desired["attribute_line_ids"], &body["attribute_line_ids"]);
    if let Some(found) = differs("attribute_line_ids", &lines(wanted), &lines(shown)) {
        return Some(found);
    }
    let wanted = desired["product_variant_ids"].as_array()?;
    let shown = body["product_variant_ids"].as_array()?;
    // A product that is archived as a whole keeps all of its variants there.
    if desired["sale_status"] != "archived" && active(record).len() != wanted.len() {
        return Some(format!(
            "{} variants wanted, {} active",
            wanted.len(),
            active(record).len()
        ));
    }
    wanted
        .iter()
        .find_map(|one| variant_difference(one, shown, desired))
}

fn sorted(list: &Value) -> Value {
    let mut texts: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    texts.sort();
    json!(texts)
}

/// Lines by attribute. Odoo has an order of its own for the values of an attribute.
fn lines(list: &Value) -> Value {
    let lines = list.as_array().into_iter().flatten();
    lines
        .map(|line| {
            (
                line["attribute"].as_str().unwrap().to_owned(),
                sorted(&line["values"]),
            )
        })
        .collect::<Map<String, Value>>()
        .into()
}

fn variant_difference(wanted: &Value, shown: &[Value], desired: &Value) -> Option<String> {
    let combination = &wanted["combination"];
    let found = shown.iter().filter(|one| one["combination"] == *combination);
    let found: Vec<&Value> = found
        .filter(|one| one["active"] == json!(true) || desired["sale_status"] == "archived")
        .collect();
    let [found] = found.as_slice() else {
        return Some(format!("{combination}: {} variants", found.len()));
    };
    for field in ["default_code", "barcode"] {
        let text = wanted[field].as_str().unwrap_or_default();
        if found[field].as_str().unwrap_or_default() != text {
            return Some(format!(
                "{combination}.{field}: {text:?} wanted, {} shown",
                found[field]
            ));
        }
    }
    (decimal(&wanted["lst_price"]) != decimal(&found["lst_price"])).then(|| {
        format!(
            "{combination}: costs {} instead of {}",
            found["lst_price"], wanted["lst_price"]
        )
    })
}
