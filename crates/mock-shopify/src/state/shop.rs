use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The shop's own settings. There is one row of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shop {
    /// Number in `gid://shopify/Shop/…`.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Address of the owner's account; also the contact address.
    pub email: String,
    /// Name of the owner.
    pub owner: String,
    /// `example.myshopify.com`.
    pub myshopify_domain: String,
    /// Host of the storefront.
    pub primary_host: String,
    /// ISO 4217 code of all shop amounts.
    pub currency: String,
    /// Currencies that customers may pay in; contains [`Self::currency`].
    pub presentment_currencies: Vec<String>,
    /// IANA name, such as `Europe/Berlin`.
    pub timezone: String,
    /// Whether prices contain taxes.
    pub taxes_included: bool,
    /// Whether shipping is taxed.
    pub tax_shipping: bool,
    /// The unit in which weights are entered.
    pub weight_unit: WeightUnit,
    /// Where the shop is.
    pub address: PostalAddress,
    /// Name of the plan: "Basic", "Shopify", "Advanced", "Shopify Plus", "Development".
    pub plan: String,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

impl Shop {
    /// A small shop in Berlin: EUR, prices with taxes, kilograms.
    pub fn demo(at: Timestamp) -> Self {
        Self {
            id: 0,
            name: "Demo Store".into(),
            email: "owner@demo-store.example".into(),
            owner: "Jo Demo".into(),
            myshopify_domain: "demo-store.myshopify.com".into(),
            primary_host: "demo-store.myshopify.com".into(),
            currency: "EUR".into(),
            presentment_currencies: vec!["EUR".into()],
            timezone: "Europe/Berlin".into(),
            taxes_included: true,
            tax_shipping: true,
            weight_unit: WeightUnit::Kilograms,
            address: PostalAddress {
                company: Some("Demo Store".into()),
                address1: Some("Lindenallee 4".into()),
                city: Some("Berlin".into()),
                zip: Some("10115".into()),
                country: Some("Germany".into()),
                country_code: Some("DE".into()),
                ..PostalAddress::default()
            },
            plan: "Basic".into(),
            created_at: at,
            updated_at: at,
        }
    }
}

/// `WeightUnit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeightUnit {
    /// g
    Grams,
    /// kg
    Kilograms,
    /// oz
    Ounces,
    /// lb
    Pounds,
}

impl WeightUnit {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Grams => "GRAMS",
            Self::Kilograms => "KILOGRAMS",
            Self::Ounces => "OUNCES",
            Self::Pounds => "POUNDS",
        }
    }
}

/// A postal address, of a shop, a location, a customer or an order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Number in `gid://shopify/MailingAddress/…`; given by the store when the address is stored.
    pub id: i64,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Street and number.
    pub address1: Option<String>,
    /// Second line.
    pub address2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Name of the region.
    pub province: Option<String>,
    /// Code of the region.
    pub province_code: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// English name of the country.
    pub country: Option<String>,
    /// ISO 3166 code of the country.
    pub country_code: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

impl PostalAddress {
    /// "First Last", `None` without both.
    pub fn name(&self) -> Option<String> {
        join_names(self.first_name.as_deref(), self.last_name.as_deref())
    }
}

/// Both names with a space between them.
pub(crate) fn join_names(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [first, last]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A place that holds stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Number in `gid://shopify/Location/…`.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Whether it is in use.
    pub active: bool,
    /// Whether online orders are shipped from it.
    pub fulfills_online_orders: bool,
    /// Whether it belongs to a fulfilment service (hidden from `locations` unless `includeLegacy`).
    pub fulfillment_service: bool,
    /// Its address.
    pub address: PostalAddress,
    /// The number that all inventory levels at this location carry in their ids.
    pub level_number: i64,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
    /// Set while it is inactive.
    pub deactivated_at: Option<Timestamp>,
}

/// What is needed to add a location.
#[derive(Debug, Clone, Default)]
pub struct NewLocation {
    /// Display name.
    pub name: String,
    /// Its address.
    pub address: PostalAddress,
    /// Whether it is not used to ship online orders.
    pub offline_only: bool,
    /// Whether it belongs to a fulfilment service.
    pub fulfillment_service: bool,
}
