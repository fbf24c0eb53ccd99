//! How a scenario is written down: what there is at the beginning, and what happens one after the other.

use std::collections::BTreeMap;

use mapping_transforms::MappingDraft;
use serde::Deserialize;

use crate::bench::Settings;

/// A scenario file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows, in a sentence or two.
    pub(crate) about: String,
    /// Settings by the names of their environment variables.
    #[serde(default)]
    pub(crate) settings: Settings,
    /// Rules besides those that every installation has.
    #[serde(default)]
    pub(crate) rules: Vec<MappingDraft>,
    /// Products of the shop, by names that the steps use; [`CATALOGUE`] where none are named.
    #[serde(default = "catalogue")]
    pub(crate) shop: BTreeMap<String, ShopProduct>,
    /// Products of Odoo, by names that the steps use.
    #[serde(default)]
    pub(crate) odoo: BTreeMap<String, OdooProduct>,
    /// Whether both sides agree already when the steps begin.
    #[serde(default = "yes")]
    pub(crate) synced: bool,
    /// What happens.
    pub(crate) step: Vec<Step>,
}

/// What most scenarios begin with.
const CATALOGUE: &str = r#"
[shirt]
title = "Shirt"
options = [["Size", "S", "M"]]
variants = [
  { values = ["S"], sku = "SH-S", price = "20.00", stock = 10 },
  { values = ["M"], sku = "SH-M", price = "22.50", stock = 10 },
]
[mug]
title = "Mug"
variants = [{ sku = "MUG", price = "9.90", stock = 10 }]
"#;

fn catalogue() -> BTreeMap<String, ShopProduct> {
    toml::from_str(CATALOGUE).unwrap()
}

fn yes() -> bool {
    true
}

/// A product as it is made in the shop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopProduct {
    pub(crate) title: String,
    /// Each option's name and then its values.
    #[serde(default)]
    pub(crate) options: Vec<Vec<String>>,
    pub(crate) variants: Vec<ShopVariant>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopVariant {
    #[serde(default)]
    pub(crate) values: Vec<String>,
    pub(crate) sku: String,
    pub(crate) price: String,
    #[serde(default)]
    pub(crate) stock: i64,
}

/// A product as it is made in Odoo.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OdooProduct {
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) price: f64,
    #[serde(default)]
    pub(crate) stock: i64,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

/// One thing that happens. A minute passes before it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Edit(EditStep),
    Run(RunStep),
    /// Somebody decides about the open conflicts of a field, and it is carried out.
    Resolve(Resolve),
    /// What lost in the last conflict of a field is brought back by the next run.
    Restore(Restore),
    /// Something happens in the shop that is more than an edit of fields.
    Shop(ShopChange),
    /// The same in Odoo.
    Odoo(OdooChange),
    /// So many minutes pass: more than five, and no run looks back so far.
    Wait(u64),
    /// Both records, by their names, are linked by hand.
    Link(LinkStep),
}

/// An edit as by `sim edit`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditStep {
    /// System, record type and name: `shopify product shirt`, `odoo inventory SH-S`, `shopify order first`.
    pub(crate) what: String,
    pub(crate) set: BTreeMap<String, String>,
    /// The name of the order that it makes.
    #[serde(default)]
    pub(crate) makes: Option<String>,
}

/// A run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunStep {
    /// `products`, `inventory` or `orders`.
    pub(crate) of: String,
    #[serde(default = "both")]
    pub(crate) direction: String,
    #[serde(default)]
    pub(crate) strategy: Option<String>,
    #[serde(default)]
    pub(crate) full: bool,
    #[serde(default)]
    pub(crate) dry: bool,
    /// What somebody does while it runs.
    #[serde(default)]
    pub(crate) meanwhile: Option<Meanwhile>,
}

fn both() -> String {
    "both".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meanwhile {
    /// Just before the first request with this text.
    pub(crate) before: String,
    pub(crate) edit: EditStep,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    /// The field by its name in the shop.
    pub(crate) field: String,
    /// `shopify`, `odoo`, or `value`.
    pub(crate) winner: String,
    /// What the shop is to show, if it is a value.
    #[serde(default)]
    pub(crate) value: Option<String>,
    /// It is left to the next run to carry it out.
    #[serde(default)]
    pub(crate) later: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Restore {
    /// The field by its name in the shop.
    pub(crate) field: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ShopChange {
    RenameValue {
        product: String,
        option: String,
        value: String,
        to: String,
    },
    /// An option of the product gets another name.
    RenameOption {
        product: String,
        option: String,
        to: String,
    },
    /// The variants by their SKUs in the new order.
    ReorderVariants {
        product: String,
        skus: Vec<String>,
    },
    AddOption {
        product: String,
        name: String,
        values: Vec<String>,
    },
    AddVariant {
        product: String,
        variant: ShopVariant,
    },
    RemoveVariant {
        sku: String,
    },
    /// Somebody buys several things at once.
    Sell {
        skus: Vec<(String, i64)>,
        makes: String,
    },
    /// Something is added to an order.
    AddLine {
        order: String,
        sku: String,
        units: i64,
    },
    /// Units of a line are sent off.
    Ship {
        order: String,
        line: usize,
        units: i64,
    },
    Delete {
        product: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum OdooChange {
    RenameValue {
        attribute: String,
        value: String,
        to: String,
    },
    AddValue {
        product: String,
        attribute: String,
        value: String,
    },
    RemoveValue {
        product: String,
        attribute: String,
        value: String,
    },
    /// Units of a product of the order are delivered, and the rest stays open.
    Deliver {
        order: String,
        sku: String,
        units: i64,
    },
    /// Units of a product of the order come back, by a return of Odoo's.
    TakeBack {
        order: String,
        sku: String,
        units: i64,
    },
    Delete {
        product: String,
    },
    /// A finished delivery of the order gets another tracking number.
    Track {
        order: String,
        number: String,
    },
    /// Goods are corrected to a quantity below nothing, as after deliveries of what nobody counted.
    Correct {
        sku: String,
        quantity: i64,
    },
    /// A field of the product that `sim edit` does not know.
    Describe {
        product: String,
        field: String,
        text: String,
    },
    /// The product is put into another category: one that is there.
    Sort {
        product: String,
        category: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkStep {
    pub(crate) shop: String,
    pub(crate) odoo: String,
}
