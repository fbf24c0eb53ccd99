//! A simulated Shopify shop: the GraphQL Admin API 2026-10, bytes in and bytes out.
//!
//! What it offers of the schema is identical to the published one (`schema.graphql` is a pruned part of it); what it
//! does not know fails as loudly as in a real shop. Facts come from that schema, from recorded answers of real shops
//! (2025-01 and 2026-04) and from Shopify's documentation.
//!
//! ```
//! use mock_shopify::{Config, NewProduct, Shopify};
//! use wire::{WireRequest, WireService as _};
//!
//! let shopify = Shopify::in_memory(Config::default());
//! let now = "2026-11-23T09:00:00Z".parse().unwrap();
//! let shirt = NewProduct { title: "Shirt".into(), ..NewProduct::default() };
//! shopify.change(now, |store| store.add_product(shirt)).unwrap();
//!
//! let body = r#"{"query": "{ products(first: 1) { nodes { title } } }"}"#;
//! let request = WireRequest::post("/admin/api/2026-10/graphql.json", "application/json", body)
//!     .with_header("X-Shopify-Access-Token", "shpat_simulation");
//! let answer = shopify.handle(now, &request);
//! assert!(answer.text().contains(r#"{"title":"Shirt"}"#));
//! ```

mod config;
mod cost;
mod gid;
mod graphql;
mod hex;
mod http;
mod mutate;
mod oauth;
mod resolve;
mod scalar;
mod schema;
mod search;
pub mod seed;
mod service;
mod state;
mod versions;

pub use config::{AppCredentials, Config, RateLimit};
pub use service::{Shopify, ShopifyError};
pub use state::*;
