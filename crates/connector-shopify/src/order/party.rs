//! Who ordered, and where bill and goods go.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::gid::Gid;

/// `Customer`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CustomerNode {
    id: Gid,
    first_name: Option<String>,
    last_name: Option<String>,
    default_email_address: Option<EmailNode>,
    default_phone_number: Option<PhoneNode>,
    default_address: Option<AddressNode>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EmailNode {
    email_address: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneNode {
    phone_number: String,
}

/// `MailingAddress`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AddressNode {
    first_name: Option<String>,
    last_name: Option<String>,
    name: Option<String>,
    company: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    province: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
    country: Option<String>,
    country_code_v2: Option<String>,
    phone: Option<String>,
}

pub(super) const CUSTOMER_FIELDS: [&str; 7] = [
    "id",
    "email",
    "name",
    "first_name",
    "last_name",
    "phone",
    "default_address",
];

pub(super) const ADDRESS_FIELDS: [&str; 13] = [
    "first_name",
    "last_name",
    "name",
    "company",
    "address1",
    "address2",
    "city",
    "province",
    "province_code",
    "zip",
    "country",
    "country_code",
    "phone",
];

/// The customer; null for a guest.
pub(super) fn customer_body(customer: Option<&CustomerNode>) -> Value {
    let Some(customer) = customer else {
        return Value::Null;
    };
    json!({
        "id": customer.id.number,
        "email": customer.default_email_address.as_ref().map(|email| &email.email_address),
        "name": full_name(customer),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone": customer.default_phone_number.as_ref().map(|phone| &phone.phone_number),
        "default_address": address_body(customer.default_address.as_ref()),
    })
}

/// First and last name; null for a customer without either.
fn full_name(customer: &CustomerNode) -> Option<String> {
    let names = [&customer.first_name, &customer.last_name];
    let names = names.into_iter().flatten().map(|name| name.trim());
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// An address in REST's words; null where there is none.
pub(super) fn address_body(address: Option<&AddressNode>) -> Value {
    let Some(address) = address else {
        return Value::Null;
    };
    json!({
        "first_name": address.first_name,
        "last_name": address.last_name,
        "name": address.name,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "province": address.province,
        "province_code": address.province_code,
        "zip": address.zip,
        "country": address.country,
        "country_code": address.country_code_v2,
        "phone": address.phone,
    })
}
