use std::fmt;
use std::sync::Arc;

use mapping_transforms::Side;
use serde::{Deserialize, Serialize};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.into())
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(name.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// One of the two systems of a connection: `shopify`, `odoo`, or whatever an embedder calls his own.
    System
}

name! {
    /// What kind of thing a record is: `product`, `inventory`, `order`, or a child such as `variant`.
    RecordType
}

name! {
    /// One shop and one ERP database that belong together. Every stored row carries it.
    ConnectionId
}

/// Which way a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The left system is the source, the right one the target.
    ShopifyToOdoo,
    /// The right system is the source, the left one the target.
    OdooToShopify,
    /// Either side may be the source of a field.
    Both,
}

impl Direction {
    /// All directions.
    pub const ALL: [Self; 3] = [Self::ShopifyToOdoo, Self::OdooToShopify, Self::Both];

    /// The sides that such a run reads, in this order.
    pub fn sides(self) -> &'static [Side] {
        match self {
            Self::ShopifyToOdoo => &[Side::Shopify],
            Self::OdooToShopify => &[Side::Odoo],
            Self::Both => &[Side::Shopify, Side::Odoo],
        }
    }

    /// Whether such a run may write to this side.
    pub fn writes(self, side: Side) -> bool {
        match self {
            Self::Both => true,
            Self::ShopifyToOdoo => side == Side::Odoo,
            Self::OdooToShopify => side == Side::Shopify,
        }
    }

    /// The side that a one-way run reads; `None` where both are read.
    pub fn source(self) -> Option<Side> {
        match self {
            Self::ShopifyToOdoo => Some(Side::Shopify),
            Self::OdooToShopify => Some(Side::Odoo),
            Self::Both => None,
        }
    }

    /// The name in configuration, API and database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ShopifyToOdoo => "shopify_to_odoo",
            Self::OdooToShopify => "odoo_to_shopify",
            Self::Both => "both",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Direction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|direction| direction.as_str() == text)
            .ok_or_else(|| {
                format!("unknown direction `{text}`: use shopify_to_odoo, odoo_to_shopify or both")
            })
    }
}
