//! Who may do what, and from where.

mod access;
mod headers;
mod limit;
mod middleware;
mod origin;
mod session;

pub(crate) use access::{Guard, Standing, is_open};
pub(crate) use headers::harden;
pub(crate) use middleware::{Context, context, protect};
pub(crate) use origin::came_over_tls;
pub(crate) use session::{COOKIE, LIFETIME, hex};
