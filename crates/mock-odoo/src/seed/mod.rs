//! What is in the database before anyone calls: the base data of a fresh installation.

mod base;

pub(crate) use base::{name, place};

use std::sync::Arc;

use jiff::Timestamp;
use mock_world::Tables;

use crate::config::Config;
use crate::fault::Res;
use crate::orm::{Env, Moment, Registry, Row, Session};
use crate::py::Py;

/// The system user's session.
pub(crate) fn system_session(now: Timestamp) -> Session {
    Session {
        uid: 1,
        context: Arc::new(Py::Dict(Vec::new())),
        now: Arc::new(Moment::new(now)),
    }
}

/// Fills an empty world with the base data.
pub(crate) fn base(tables: &mut Tables<Row>, registry: &Registry, config: &Config) -> Res<()> {
    let mut env = Env::new(tables, registry, system_session(config.installed_at));
    base::install(&mut env, config)
}
