//! Writing products.
//!
//! A product is read as it is, what is wanted and named is compared with it, and what differs is sent in one call:
//! `productSet` where options change (with everything that the product has, because it deletes what it is not told),
//! `productUpdate`, the bulk mutations of variants and those of custom fields in one document otherwise. Nothing is ever
//! removed but what a custom field holds. Between
//! reading a product and `productSet` lies one call: a variant that somebody adds in that moment to a product whose
//! options are just being changed would be lost; Shopify offers no way to make that conditional.
//!
//! The scopes needed are `read_products`, `write_products` and `write_inventory` (for SKU, weight and tracking).

mod create;
mod desired;
mod fields;
mod handle;
mod metafields;
mod named;
mod options;
mod read;
mod send;
mod variant;

use sync_core::{Applied, ChildRef, ConnectorError, Write, WriteOutcome};

use super::node::ProductNode;
use super::shape::product_record;
use crate::ShopifyOptions;
use crate::client::Client;
use crate::gid;
use crate::write::{applied, failed, refusal, sent, stops};
use desired::{Wanted, assign, wanted, wanted_of};
use named::Named;

/// What there is to be said of a write of a product.
pub(crate) fn remarks(write: &Write) -> Vec<String> {
    let named = Named::of(write);
    wanted(write, &named).map_or_else(|_| Vec::new(), |wanted| fields::not_written(&named, &wanted))
}

/// What became of a write before its product is read back.
enum Step {
    /// The product, and what there is to be said.
    Done(u64, Vec<String>),
    Over(WriteOutcome),
}

/// Answers one outcome per write, in their order.
pub(crate) async fn apply(client: &Client, writes: &[&Write]) -> Vec<WriteOutcome> {
    let targets: Vec<u64> = writes.iter().filter_map(|write| target(write)).collect();
    let mut known = match read::many(&mut client.talk(), &targets).await {
        Ok(known) => known,
        Err(error) => return writes.iter().map(|_| failed(&error)).collect(),
    };
    let mut steps = Vec::with_capacity(writes.len());
    let mut stopped: Option<ConnectorError> = None;
    for write in writes {
        let product = target(write).and_then(|id| {
            let at = known.iter().position(|product| product.id.number == id)?;
            Some(known.swap_remove(at))
        });
        let step = match &stopped {
            Some(error) => Step::Over(failed(error)),
            None => one(client, write, product).await,
        };
        if let Step::Over(WriteOutcome::Failed(error)) = &step
            && stops(error)
        {
            stopped.get_or_insert_with(|| error.clone());
        }
        steps.push(step);
    }
    read_back(client, writes, steps).await
}

fn target(write: &Write) -> Option<u64> {
    gid::number(write.target_id.as_deref()?)
}

async fn one(client: &Client, write: &Write, product: Option<ProductNode>) -> Step {
    match product {
        Some(product) => {
            let (id, named) = (product.id.number, Named::of(write));
            match send::update(client, write, &named, product).await {
                Ok(()) => Step::Done(id, Vec::new()),
                Err(outcome) => Step::Over(outcome),
            }
        }
        None if write.target_id.is_some() => {
            let message = format!(
                "the product {} is gone from Shopify: unlink it, or bring it back",
                write.target_id.as_deref().unwrap_or_default()
            );
            Step::Over(WriteOutcome::Failed(refusal("gone", message)))
        }
        None => match create::create(client, write).await {
            Ok((id, warnings)) => Step::Done(id, warnings),
            Err(outcome) => Step::Over(outcome),
        },
    }
}

async fn read_back(client: &Client, writes: &[&Write], steps: Vec<Step>) -> Vec<WriteOutcome> {
    let done: Vec<u64> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Done(id, _) => Some(*id),
            Step::Over(_) => None,
        })
        .collect();
    let found = read::many(&mut client.talk(), &done).await;
    let all = steps.into_iter().zip(writes);
    all.map(|(step, write)| match (step, &found) {
        (Step::Over(outcome), _) => outcome,
        // It was carried out; the next attempt reads it.
        (Step::Done(..), Err(error)) => WriteOutcome::Unknown(error.clone()),
        (Step::Done(id, warnings), Ok(found)) => {
            let product = found.iter().find(|product| product.id.number == id);
            match product {
                Some(product) => shown(write, product.clone(), client.options(), warnings),
                None => sent(ConnectorError::new(
                    sync_core::ErrorKind::Contention,
                    "gone_meanwhile",
                    format!("the product {id} went while it was written"),
                )),
            }
        }
    })
    .collect()
}

fn shown(
    write: &Write,
    product: ProductNode,
    options: &ShopifyOptions,
    warnings: Vec<String>,
) -> WriteOutcome {
    let wanted = match wanted_of(write, &Named::of(write), &product) {
        Ok(wanted) => wanted,
        Err(error) => return WriteOutcome::Failed(error),
    };
    let children = children(write, &wanted, &product);
    applied(Applied {
        record: product_record(product, options.fields()),
        children,
        warnings,
    })
}

/// The write's children with their variants, in its order.
fn children(write: &Write, wanted: &[Wanted<'_>], product: &ProductNode) -> Vec<ChildRef> {
    let variants = &product.variants.nodes;
    let places = assign(wanted, product);
    let found = write.children.iter().filter_map(|child| {
        let key = format!("{}/{}", child.record_type, child.source_id);
        let linked = child.target_id.as_deref().and_then(gid::number);
        let linked = linked.filter(|id| variants.iter().any(|variant| variant.id.number == *id));
        let by_place = || {
            let at = wanted.iter().position(|one| one.source == Some(key.as_str()))?;
            Some(variants[places[at]?].id.number)
        };
        let only = || (variants.len() == 1 && write.children.len() == 1).then(|| variants[0].id.number);
        let id = linked.or_else(by_place).or_else(only)?;
        Some(ChildRef {
            target_id: Some(id.to_string()),
            ..child.clone()
        })
    });
    found.collect()
}
