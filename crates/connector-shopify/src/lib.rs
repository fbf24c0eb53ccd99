//! The client of Shopify's GraphQL Admin API (version 2026-10): products, stock levels, orders and locations as the
//! sync engine sees them, in the shape of Shopify's REST resources and webhooks.
//!
//! Reading never cuts anything: lists within a record that do not fit a page are followed with their own cursors,
//! and a record that is rebuilt while it is read is read again. A document stays below the 1000 points that one may
//! cost; if Shopify finds one too dear all the same, the page is halved and asked for again. The connector has no
//! clock and never waits: a throttled call answers an error that says when the points will be there.
//!
//! Products, stock levels and orders are written, too. A write touches what it names and nothing else, removes
//! nothing, and can be sent again after a lost answer: what an earlier attempt did is found by the record itself (a
//! custom field, option values, fulfilled quantities) or by the key of the call.
//!
//! Facts about the API come from its published schema, from recorded answers of real shops (2025-01 and 2026-04)
//! and from Shopify's documentation.

mod amount;
mod client;
mod connector;
mod count;
mod cursor;
mod documents;
mod find;
mod follow;
mod gid;
mod inventory;
mod location;
mod metafield;
mod nodes;
mod options;
mod order;
mod page;
mod product;
mod search;
mod shape;
mod source;
mod walk;
mod write;

pub use client::{API_VERSION, Bucket, ClientCredentials, Secret, StaticToken, TokenProvider};
pub use connector::ShopifyConnector;
pub use metafield::{MOST_METAFIELDS, Metafield, NoMetafield};
pub use options::ShopifyOptions;
