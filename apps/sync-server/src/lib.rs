//! The web server: the JSON API over the use cases of `sync-service`, and the page that uses it.

mod app;
mod args;
mod assets;
mod error;
mod extract;
mod logging;
mod openapi;
mod respond;
mod routes;
mod schema;
mod security;
mod startup;

pub use args::{Args, LogFormat};
pub use openapi::document;
pub use startup::{Server, serve};
