//! Changing a product that there is.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_core::{ConnectorError, Write, WriteOutcome};

use super::desired::{assign, lines, wanted_of};
use super::fields;
use super::metafields::{self, Fields};
use super::named::Named;
use super::options::{self, Options};
use super::variant::variant;
use crate::client::Client;
use crate::documents::{PRODUCT_SET, PRODUCT_WRITE};
use crate::metafield::Metafield;
use crate::page::Named as Node;
use crate::product::node::ProductNode;
use crate::write::{UserError, flag, refusal, refused, sent};

/// Most variants in one input.
pub(super) const CHUNK: usize = 250;

/// Most variants of a product.
pub(super) const MOST_VARIANTS: usize = 2048;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetAnswer {
    pub(super) product_set: SetPayload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetPayload {
    pub(super) product: Option<Node>,
    pub(super) user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct WriteAnswer {
    #[serde(rename = "productUpdate")]
    own: Option<Errors>,
    #[serde(rename = "productVariantsBulkUpdate")]
    updated: Option<Errors>,
    #[serde(rename = "productVariantsBulkCreate")]
    created: Option<Errors>,
    #[serde(rename = "metafieldsSet")]
    fields: Option<Errors>,
    #[serde(rename = "metafieldsDelete")]
    emptied: Option<Errors>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errors {
    user_errors: Vec<UserError>,
}

/// What is to be sent for a product.
struct Changes {
    own: Map<String, Value>,
    /// Per variant that there is, what changes of it.
    existing: Vec<Map<String, Value>>,
    /// Variants that are to be made, without option values: their place among the wanted ones, and their fields.
    made: Vec<(usize, Map<String, Value>)>,
    options: Options,
    custom: Fields,
}

/// Brings a product to what is wanted.
pub(super) async fn update(
    client: &Client,
    write: &Write,
    named: &Named,
    product: ProductNode,
) -> Result<(), WriteOutcome> {
    let fields = client.options().fields();
    let mut changes = changes(write, named, &product, fields).map_err(WriteOutcome::Failed)?;
    if changes.options.changed {
        set(client, &product, &changes).await?;
        // What it would be told of custom fields would replace all of them: they have mutations of their own.
        changes.own.clear();
        changes.existing.clear();
        changes.made.clear();
    }
    mutate(client, &product, &changes).await
}

fn changes(
    write: &Write,
    named: &Named,
    product: &ProductNode,
    fields: &[Metafield],
) -> Result<Changes, ConnectorError> {
    let wanted = wanted_of(write, named, product)?;
    let places = assign(&wanted, product);
    let lines = if named.own("attribute_lines") {
        lines(write)?
    } else {
        None
    };
    let options = options::of_existing(product, &wanted, &places, lines.as_deref())?;
    let total = product.variants.nodes.len() + places.iter().filter(|place| place.is_none()).count();
    if total > MOST_VARIANTS {
        let message =
            format!("the product would have {total} variants: Shopify takes {MOST_VARIANTS} at most");
        return Err(refusal("too_many_variants", message));
    }
    let tracks = tracks(write, named)?;
    let existing = product.variants.nodes.iter().enumerate().map(|(at, node)| {
        let mut own = wanted.iter().zip(&places);
        match own.find(|(_, place)| **place == Some(at)) {
            Some((one, _)) => variant(one, Some(node), tracks),
            None => Ok(tracked_only(node.inventory_item.tracked, tracks)),
        }
    });
    let existing = existing.collect::<Result<Vec<_>, _>>()?;
    let made = wanted.iter().zip(&places).enumerate();
    let made = made.filter(|(_, (_, place))| place.is_none());
    // A variant that is made takes what its product says, whether that was changed or not.
    let tracks_made = stated(write)?;
    let made = made.map(|(at, (one, _))| Ok((at, variant(one, None, tracks_made)?)));
    Ok(Changes {
        own: fields::own(write, named, Some(product))?,
        existing,
        made: made.collect::<Result<Vec<_>, ConnectorError>>()?,
        options,
        custom: metafields::changes(write, named, product, fields),
    })
}

/// What the product is to say of all its variants.
pub(super) fn tracks(write: &Write, named: &Named) -> Result<Option<bool>, ConnectorError> {
    if named.own("tracks_inventory") {
        stated(write)
    } else {
        Ok(None)
    }
}

/// Whether the stock of the product's variants is tracked, as far as a rule says so.
fn stated(write: &Write) -> Result<Option<bool>, ConnectorError> {
    let value = write.desired.get("tracks_inventory");
    Ok(value
        .map(|value| flag("tracks_inventory", value))
        .transpose()?
        .flatten())
}

fn tracked_only(now: bool, tracks: Option<bool>) -> Map<String, Value> {
    let mut input = Map::new();
    if let Some(tracks) = tracks.filter(|tracks| *tracks != now) {
        input.insert("inventoryItem".into(), json!({"tracked": tracks}));
    }
    input
}

/// One call that names everything that the product has.
async fn set(client: &Client, product: &ProductNode, changes: &Changes) -> Result<(), WriteOutcome> {
    let mut input = changes.own.clone();
    let with_values = |mut fields: Map<String, Value>, values: &[String]| {
        fields.insert("optionValues".into(), changes.options.values_input(values));
        Value::Object(fields)
    };
    let mut variants = Vec::with_capacity(changes.existing.len() + changes.made.len());
    for (at, node) in product.variants.nodes.iter().enumerate() {
        let mut fields = changes.existing[at].clone();
        fields.insert("id".into(), json!(node.id.text));
        variants.push(with_values(fields, &changes.options.existing[at]));
    }
    for (at, fields) in &changes.made {
        variants.push(with_values(fields.clone(), &changes.options.made[*at]));
    }
    input.insert("productOptions".into(), changes.options.input());
    input.insert("variants".into(), Value::Array(variants));
    let variables = json!({"identifier": {"id": product.id.text}, "input": input});
    let answer: SetAnswer = client.talk().ask(&PRODUCT_SET, variables).await.map_err(sent)?;
    match refused(&answer.product_set.user_errors) {
        None => Ok(()),
        Some(error) => Err(WriteOutcome::Failed(error)),
    }
}

/// Changes that leave the options as they are: one call, or several where there are many variants.
async fn mutate(client: &Client, product: &ProductNode, changes: &Changes) -> Result<(), WriteOutcome> {
    let id = &product.id.text;
    let mut own = changes.own.clone();
    let updates = product.variants.nodes.iter().zip(&changes.existing);
    let updates = updates.filter(|(_, fields)| !fields.is_empty());
    let updates: Vec<Value> = updates
        .map(|(variant, fields)| {
            let mut fields = fields.clone();
            fields.insert("id".into(), json!(variant.id.text));
            Value::Object(fields)
        })
        .collect();
    let creates = changes.made.iter().map(|(at, fields)| {
        let mut fields = fields.clone();
        let values = changes.options.values_input(&changes.options.made[*at]);
        fields.insert("optionValues".into(), values);
        Value::Object(fields)
    });
    let creates: Vec<Value> = creates.collect();
    let (mut updates, mut creates) = (updates.chunks(CHUNK), creates.chunks(CHUNK));
    let mut custom = Some(&changes.custom).filter(|custom| !custom.is_empty());
    loop {
        let (update, create) = (
            updates.next().unwrap_or_default(),
            creates.next().unwrap_or_default(),
        );
        if own.is_empty() && update.is_empty() && create.is_empty() && custom.is_none() {
            return Ok(());
        }
        let with_own = !own.is_empty();
        let mut input = std::mem::take(&mut own);
        input.insert("id".into(), json!(id));
        let mut variables = json!({
            "id": id,
            "product": input,
            "update": update,
            "create": create,
            "own": with_own,
            "updates": !update.is_empty(),
            "creates": !create.is_empty(),
        });
        let nothing = Fields::default();
        for (name, value) in metafields::variables(custom.take().unwrap_or(&nothing)) {
            variables[name] = value;
        }
        let answer: WriteAnswer = client.talk().ask(&PRODUCT_WRITE, variables).await.map_err(sent)?;
        let parts = [
            answer.own,
            answer.updated,
            answer.created,
            answer.fields,
            answer.emptied,
        ];
        let errors: Vec<UserError> = parts
            .into_iter()
            .flatten()
            .flat_map(|part| part.user_errors)
            .collect();
        if let Some(error) = refused(&errors) {
            return Err(WriteOutcome::Failed(metafields::is_stale(&errors, error)));
        }
    }
}
