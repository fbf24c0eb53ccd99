//! Where bills and goods go: the partner himself, or a contact below him.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::partners::{Contact, Made, PARTNER, made_partner};
use super::regions::Regions;
use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{id, many2one, text};

/// Fields that make an address.
const ADDRESS: [&str; 7] = [
    "name",
    "company_name",
    "street",
    "street2",
    "city",
    "zip",
    "phone",
];

/// A partner's or contact's address, as it compares.
type Address = Vec<String>;

/// The addresses that Odoo has of some partners.
pub(super) struct AddressBook {
    own: BTreeMap<i64, Address>,
    /// Per partner and type the contacts below it.
    below: BTreeMap<(i64, String), Vec<(Address, i64)>>,
    /// Contacts to be made, by external id.
    missing: BTreeMap<String, Map<String, Value>>,
}

impl AddressBook {
    pub(super) async fn read(session: &Session, partners: &BTreeSet<i64>) -> Result<Self, CallError> {
        let mut book = Self {
            own: BTreeMap::new(),
            below: BTreeMap::new(),
            missing: BTreeMap::new(),
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
    pub(super) fn place(
        &mut self,
        session: &Session,
        partner: i64,
        kind: &str,
        fields: &Map<String, Value>,
        regions: &Regions,
    ) -> Place {
        let address = wanted_address(fields, regions);
        if address.iter().all(String::is_empty) || self.own.get(&partner) == Some(&address) {
            return Place::Known(partner);
        }
        let key = (partner, kind.to_owned());
        let known = self
            .below
            .get(&key)
            .into_iter()
            .flatten()
            .find(|(known, _)| *known == address);
        if let Some((_, contact)) = known {
            return Place::Known(*contact);
        }
        let text = format!("{partner}\u{1f}{kind}\u{1f}{}", address.join("\u{1f}"));
        let name = session.external.of_text("address", &text);
        let mut fields = fields.clone();
        fields.insert("type".into(), kind.into());
        fields.insert("parent_id/.id".into(), partner.to_string().into());
        self.missing.entry(name.clone()).or_insert(fields);
        Place::New(name)
    }

    /// The contacts that have to be made for all the places so far.
    pub(super) fn missing(self) -> Vec<Contact> {
        let contacts = self.missing.into_iter();
        contacts.map(|(name, fields)| Contact { name, fields }).collect()
    }
}

/// Where a bill or the goods go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A partner that is there.
    Known(i64),
    /// A contact to be made under this external id.
    New(String),
}

impl Place {
    pub(super) fn id(&self, made: &Made) -> Result<i64, CallError> {
        match self {
            Self::Known(id) => Ok(*id),
            Self::New(name) => made_partner(made, name),
        }
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
