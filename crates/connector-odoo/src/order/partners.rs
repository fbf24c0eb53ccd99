//! Who ordered: found by e-mail, else made. What Odoo knows of a partner is never overwritten; an address that it does
//! not have yet becomes a contact below the partner.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sync_core::{ErrorKind, Write};

use super::addresses::{AddressBook, Place};
use super::regions::Regions;
use super::shape::WantedOrder;
use crate::Session;
use crate::client::{CallError, LoadRow, Options};
use crate::value::{cell, id, many2one, text};

pub(super) const PARTNER: &str = "res.partner";

/// The partners of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderPartners {
    pub(crate) customer: i64,
    pub(crate) invoice: i64,
    pub(crate) delivery: i64,
}

/// A partner to be found or made.
#[derive(Debug, Clone)]
pub(super) struct Contact {
    /// The external id under which it is made.
    pub(super) name: String,
    pub(super) fields: Map<String, Value>,
}

/// Partners that were made, by external id.
pub(super) type Made = BTreeMap<String, Result<i64, CallError>>;

/// The partner of this external id.
pub(super) fn made_partner(made: &Made, name: &str) -> Result<i64, CallError> {
    made.get(name).cloned().unwrap_or_else(|| {
        let message = "res.partner.load left a row without an answer";
        Err(CallError::new(ErrorKind::Protocol, "load_answer", message))
    })
}

type Found = Result<OrderPartners, CallError>;

/// Finds or makes the partners of a batch of orders.
pub(crate) async fn resolve(
    session: &Session,
    orders: &[(&Write, &WantedOrder)],
) -> Result<Vec<Found>, CallError> {
    let regions = Regions::read(session, orders).await?;
    let customers = customers(session, orders, &regions).await?;
    let known: BTreeSet<i64> = customers.iter().flatten().copied().collect();
    let mut book = AddressBook::read(session, &known).await?;
    let places: Vec<_> = orders
        .iter()
        .zip(&customers)
        .map(|((_, order), customer)| {
            let customer = customer.as_ref().ok()?;
            let mut place = |kind, fields| book.place(session, *customer, kind, fields, &regions);
            Some((
                place("invoice", &order.invoice),
                place("delivery", &order.delivery),
            ))
        })
        .collect();
    let made = make(session, book.missing(), &regions).await;
    let partners = customers.into_iter().zip(places).map(|(customer, places)| {
        let customer = customer?;
        let (invoice, delivery) = places.unwrap_or((Place::Known(customer), Place::Known(customer)));
        Ok(OrderPartners {
            customer,
            invoice: invoice.id(&made)?,
            delivery: delivery.id(&made)?,
        })
    });
    Ok(partners.collect())
}

fn email(order: &WantedOrder) -> Option<String> {
    let email = order
        .customer
        .get("email")
        .map(|email| text(email).trim().to_lowercase())?;
    email.contains('@').then_some(email)
}

/// The customer of each order.
async fn customers(
    session: &Session,
    orders: &[(&Write, &WantedOrder)],
    regions: &Regions,
) -> Result<Vec<Result<i64, CallError>>, CallError> {
    let emails: BTreeSet<String> = orders.iter().filter_map(|(_, order)| email(order)).collect();
    let by_email = find_by_email(session, &emails).await?;
    let mut missing: BTreeMap<String, Contact> = BTreeMap::new();
    let mut keys = Vec::with_capacity(orders.len());
    for (write, order) in orders {
        let known = email(order).and_then(|email| by_email.get(&email).copied());
        if let Some(id) = known {
            keys.push(Ok(id));
            continue;
        }
        let contact = contact_of(session, write, order);
        keys.push(Err(contact.name.clone()));
        missing.entry(contact.name.clone()).or_insert(contact);
    }
    let made = make(session, missing.into_values().collect(), regions).await;
    let customer = |key: Result<i64, String>| match key {
        Ok(id) => Ok(id),
        Err(name) => made_partner(&made, &name),
    };
    Ok(keys.into_iter().map(customer).collect())
}

/// The partner that each address belongs to: one that is not archived, a company or person rather than a contact below
/// one, the oldest.
async fn find_by_email(
    session: &Session,
    emails: &BTreeSet<String>,
) -> Result<BTreeMap<String, i64>, CallError> {
    let mut found = BTreeMap::new();
    if emails.is_empty() {
        return Ok(found);
    }
    let domain = json!([["email_normalized", "in", emails], ["active", "=", true]]);
    let fields = ["email_normalized", "parent_id"];
    let rows = session
        .client
        .search_read(PARTNER, domain, &fields, Options::default())
        .await?;
    let (top, below): (Vec<_>, Vec<_>) = rows.iter().partition(|row| many2one(&row["parent_id"]).is_none());
    for row in top.into_iter().chain(below) {
        found
            .entry(text(&row["email_normalized"]).to_owned())
            .or_insert_with(|| id(row));
    }
    Ok(found)
}

fn contact_of(session: &Session, write: &Write, order: &WantedOrder) -> Contact {
    let mut fields = order.customer.clone();
    let source = fields.remove("id").or_else(|| fields.get("ref").cloned());
    let source = source.map(|id| cell(&id)).filter(|id| !id.is_empty());
    let name = match (email(order), source) {
        (Some(email), _) => session.external.of_text("customer", &email),
        (None, Some(id)) => session.external.of("customer", &id),
        (None, None) => session.external.of("customer_of_order", &write.source_id),
    };
    let named = |fields: &Map<String, Value>| {
        fields
            .get("name")
            .map(|name| text(name).trim().to_owned())
            .filter(|name| !name.is_empty())
    };
    let called = named(&fields)
        .or_else(|| named(&order.invoice))
        .or_else(|| named(&order.delivery))
        .or_else(|| {
            fields
                .get("email")
                .map(|email| text(email).to_owned())
                .filter(|email| !email.is_empty())
        })
        .unwrap_or_else(|| format!("Customer of order {}", write.label));
    fields.insert("name".into(), called.into());
    Contact { name, fields }
}

/// Makes partners; answers by external id.
async fn make(session: &Session, contacts: Vec<Contact>, regions: &Regions) -> Made {
    let mut groups: BTreeMap<Vec<String>, Vec<(String, LoadRow)>> = BTreeMap::new();
    for contact in contacts {
        let (mut columns, mut cells) = (vec!["id".to_owned()], vec![contact.name.clone()]);
        for (field, value) in regions.resolved(&contact.fields) {
            columns.push(field);
            cells.push(value);
        }
        groups
            .entry(columns)
            .or_default()
            .push((contact.name, LoadRow::single(cells)));
    }
    let mut made = BTreeMap::new();
    for (columns, rows) in groups {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let (names, rows): (Vec<String>, Vec<LoadRow>) = rows.into_iter().unzip();
        made.extend(
            names
                .into_iter()
                .zip(session.client.load(PARTNER, &columns, &rows, &json!({})).await),
        );
    }
    made
}
