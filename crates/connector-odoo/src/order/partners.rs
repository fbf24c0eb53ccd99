//! Who ordered: found by e-mail, else made. What Odoo knows of a partner is never overwritten; an address that it does
//! not have yet becomes a contact below the partner.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sync_core::Write;

use super::shape::WantedOrder;
use crate::Session;
use crate::client::{CallError, LoadRow, Options};
use crate::value::{cell, id, many2one, text};

const PARTNER: &str = "res.partner";

/// Fields that make an address.
const ADDRESS: [&str; 6] = ["name", "street", "street2", "city", "zip", "phone"];

/// The partners of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderPartners {
    pub(crate) customer: i64,
    pub(crate) invoice: i64,
    pub(crate) delivery: i64,
}

/// A partner to be found or made.
#[derive(Debug, Clone)]
struct Contact {
    /// The external id under which it is made.
    name: String,
    fields: Map<String, Value>,
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
    let mut found = Vec::with_capacity(orders.len());
    for ((_, order), customer) in orders.iter().zip(customers) {
        found.push(match customer {
            Err(error) => Err(error),
            Ok(customer) => addresses(session, order, customer, &regions, &mut book).await,
        });
    }
    Ok(found)
}

async fn addresses(
    session: &Session,
    order: &WantedOrder,
    customer: i64,
    regions: &Regions,
    book: &mut AddressBook,
) -> Found {
    let invoice = book
        .place(session, customer, "invoice", &order.invoice, regions)
        .await?;
    let delivery = book
        .place(session, customer, "delivery", &order.delivery, regions)
        .await?;
    Ok(OrderPartners {
        customer,
        invoice,
        delivery,
    })
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
        Err(name) => made.get(&name).cloned().unwrap_or_else(|| {
            let message = "res.partner.load left a row without an answer";
            Err(CallError::new(
                sync_core::ErrorKind::Protocol,
                "load_answer",
                message,
            ))
        }),
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
    let source = fields
        .remove("id")
        .map(|id| cell(&id))
        .filter(|id| !id.is_empty());
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
async fn make(
    session: &Session,
    contacts: Vec<Contact>,
    regions: &Regions,
) -> BTreeMap<String, Result<i64, CallError>> {
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

/// Countries and their states by code.
struct Regions {
    countries: BTreeMap<String, i64>,
    states: BTreeMap<(i64, String), i64>,
}

impl Regions {
    async fn read(session: &Session, orders: &[(&Write, &WantedOrder)]) -> Result<Self, CallError> {
        let all = || {
            orders
                .iter()
                .flat_map(|(_, order)| [&order.customer, &order.invoice, &order.delivery])
        };
        let codes: BTreeSet<String> = all().filter_map(|fields| code(fields, "country_id")).collect();
        let state_codes: BTreeSet<String> = all().filter_map(|fields| code(fields, "state_id")).collect();
        let client = &session.client;
        let mut regions = Self {
            countries: BTreeMap::new(),
            states: BTreeMap::new(),
        };
        if codes.is_empty() {
            return Ok(regions);
        }
        let domain = json!([["code", "in", codes]]);
        for row in client
            .search_read("res.country", domain, &["code"], Options::default())
            .await?
        {
            regions.countries.insert(text(&row["code"]).to_owned(), id(&row));
        }
        let countries: Vec<i64> = regions.countries.values().copied().collect();
        let domain = json!([["country_id", "in", countries], ["code", "in", state_codes]]);
        let fields = ["code", "country_id"];
        for row in client
            .search_read("res.country.state", domain, &fields, Options::default())
            .await?
        {
            if let Some(country) = many2one(&row["country_id"]) {
                regions
                    .states
                    .insert((country, text(&row["code"]).to_owned()), id(&row));
            }
        }
        Ok(regions)
    }

    fn country(&self, fields: &Map<String, Value>) -> Option<i64> {
        self.countries.get(&code(fields, "country_id")?).copied()
    }

    fn state(&self, fields: &Map<String, Value>) -> Option<i64> {
        self.states
            .get(&(self.country(fields)?, code(fields, "state_id")?))
            .copied()
    }

    /// Columns and cells of a partner's row.
    fn resolved(&self, fields: &Map<String, Value>) -> Vec<(String, String)> {
        let plain = fields
            .iter()
            .filter(|(name, _)| !["country_id", "state_id", "id"].contains(&name.as_str()));
        let mut row: Vec<_> = plain.map(|(name, value)| (name.clone(), cell(value))).collect();
        let text_of = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        row.push(("country_id/.id".into(), text_of(self.country(fields))));
        row.push(("state_id/.id".into(), text_of(self.state(fields))));
        row
    }
}

fn code(fields: &Map<String, Value>, region: &str) -> Option<String> {
    let code = text(&fields.get(region)?["code"]).trim().to_uppercase();
    (!code.is_empty()).then_some(code)
}

/// A partner's or contact's address, as it compares.
type Address = Vec<String>;

/// The addresses that Odoo has of some partners.
struct AddressBook {
    own: BTreeMap<i64, Address>,
    /// Per partner and type the contacts below it.
    below: BTreeMap<(i64, String), Vec<(Address, i64)>>,
}

impl AddressBook {
    async fn read(session: &Session, partners: &BTreeSet<i64>) -> Result<Self, CallError> {
        let mut book = Self {
            own: BTreeMap::new(),
            below: BTreeMap::new(),
        };
        let domain = json!([
            "&",
            ["active", "=", true],
            "|",
            ["id", "in", partners],
            ["parent_id", "in", partners]
        ]);
        let mut fields = ADDRESS.to_vec();
        fields.extend(["country_id", "state_id", "parent_id", "type"]);
        for row in session
            .client
            .search_read(PARTNER, domain, &fields, Options::default())
            .await?
        {
            let address = shown_address(&row);
            if let Some(parent) = many2one(&row["parent_id"]) {
                let kind = text(&row["type"]).to_owned();
                book.below
                    .entry((parent, kind))
                    .or_default()
                    .push((address.clone(), id(&row)));
            }
            book.own.insert(id(&row), address);
        }
        Ok(book)
    }

    /// The partner himself, a contact that he has, or a new one.
    async fn place(
        &mut self,
        session: &Session,
        partner: i64,
        kind: &str,
        fields: &Map<String, Value>,
        regions: &Regions,
    ) -> Result<i64, CallError> {
        let address = wanted_address(fields, regions);
        if address.iter().all(String::is_empty) || self.own.get(&partner) == Some(&address) {
            return Ok(partner);
        }
        let key = (partner, kind.to_owned());
        let known = self
            .below
            .get(&key)
            .into_iter()
            .flatten()
            .find(|(known, _)| *known == address);
        if let Some((_, contact)) = known {
            return Ok(*contact);
        }
        let text = format!("{partner}\u{1f}{kind}\u{1f}{}", address.join("\u{1f}"));
        let mut fields = fields.clone();
        fields.insert("type".into(), kind.into());
        fields.insert("parent_id/.id".into(), partner.to_string().into());
        let name = session.external.of_text("address", &text);
        let made = make(session, vec![Contact { name, fields }], regions).await;
        let contact = made.into_values().next().unwrap_or_else(|| {
            let message = "res.partner.load answered nothing";
            Err(CallError::new(
                sync_core::ErrorKind::Protocol,
                "load_answer",
                message,
            ))
        })?;
        self.below.entry(key).or_default().push((address, contact));
        Ok(contact)
    }
}

fn shown_address(row: &Value) -> Address {
    let mut address: Address = ADDRESS
        .iter()
        .map(|field| text(&row[*field]).trim().to_owned())
        .collect();
    for region in ["country_id", "state_id"] {
        address.push(
            many2one(&row[region])
                .map(|id| id.to_string())
                .unwrap_or_default(),
        );
    }
    address
}

fn wanted_address(fields: &Map<String, Value>, regions: &Regions) -> Address {
    let plain = ADDRESS
        .iter()
        .map(|field| fields.get(*field).map_or("", text).trim().to_owned());
    let mut address: Address = plain.collect();
    let region = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    address.push(region(regions.country(fields)));
    address.push(region(regions.state(fields)));
    address
}
