use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::shop::{PostalAddress, join_names};

/// A customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Number in `gid://shopify/Customer/…`.
    pub id: i64,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Whether the address takes marketing mail.
    pub accepts_marketing: bool,
    /// `CustomerState`: `DISABLED`, `ENABLED`, `INVITED`, `DECLINED`.
    pub state: String,
    /// Note of the merchant.
    pub note: Option<String>,
    /// Sorted, without duplicates.
    pub tags: Vec<String>,
    /// Whether no taxes are charged.
    pub tax_exempt: bool,
    /// Whether the address was confirmed.
    pub verified_email: bool,
    /// Language, such as `de` or `de-DE`.
    pub locale: String,
    /// Addresses; the first is the default one.
    pub addresses: Vec<PostalAddress>,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

impl Customer {
    /// The full name, else the e-mail address, else the phone number.
    pub fn display_name(&self) -> String {
        join_names(self.first_name.as_deref(), self.last_name.as_deref())
            .or_else(|| self.email.clone())
            .or_else(|| self.phone.clone())
            .unwrap_or_default()
    }
}

/// What is needed to insert a customer.
#[derive(Debug, Clone, Default)]
pub struct NewCustomer {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Whether the address takes marketing mail.
    pub accepts_marketing: bool,
    /// Note of the merchant.
    pub note: Option<String>,
    /// Tags in any order.
    pub tags: Vec<String>,
    /// Whether no taxes are charged.
    pub tax_exempt: bool,
    /// Language; `en` if empty.
    pub locale: String,
    /// Addresses; the first is the default one.
    pub addresses: Vec<PostalAddress>,
    /// When the customer was created; `None`: now.
    pub created_at: Option<Timestamp>,
}
