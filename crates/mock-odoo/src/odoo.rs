use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use mock_world::{JournalEntry, Tables, World, WorldError};
use serde_json::json;
use wire::{WireRequest, WireResponse, WireService};

use crate::config::Config;
use crate::draws::{self, Draws};
use crate::fault::{Fault, Res};
use crate::http::sessions::Sessions;
use crate::orm::{self, Env, Registry, Row, Session};
use crate::py::Py;
use crate::rpc::Call;
use crate::{models, seed};

/// The simulated server: a [`WireService`] over a world of rows.
pub struct Odoo {
    inner: Inner,
}

/// What every part of the server needs.
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) registry: Registry,
    pub(crate) sessions: Sessions,
    draws: Draws,
    world: Mutex<World<Row>>,
}

impl Odoo {
    /// A server whose data lives as long as this value.
    pub fn in_memory(config: Config) -> Self {
        Self::new(config, World::in_memory(orm::indexes()))
    }

    /// A server on the world in this file, which other processes may have open too. Its folder must exist.
    pub fn open(config: Config, path: &Path) -> Result<Self, WorldError> {
        Ok(Self::new(config, World::open(path, orm::indexes())?))
    }

    fn new(config: Config, world: World<Row>) -> Self {
        let registry = models::registry(&config.extra_fields);
        let draws = Draws {
            rate: config.failure_rate,
            seed: config.seed,
            models: config.failing_models.clone(),
        };
        Self {
            inner: Inner {
                config,
                registry,
                draws,
                sessions: Sessions::default(),
                world: Mutex::new(world),
            },
        }
    }

    /// The journal of mutations after a position, oldest first: one line per call that changed something.
    pub fn journal(&self, after: i64) -> Result<Vec<JournalEntry>, WorldError> {
        self.inner.lock().journal(after)
    }

    /// Empties the database; the base data comes back with the next call.
    pub fn reset(&self) -> Result<(), WorldError> {
        self.inner.lock().clear()
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }
}

impl WireService for Odoo {
    fn handle(&self, now: Timestamp, request: &WireRequest) -> WireResponse {
        crate::http::handle(&self.inner, now, request)
    }
}

impl Inner {
    fn lock(&self) -> std::sync::MutexGuard<'_, World<Row>> {
        // A panic inside a call would leave the world as the transaction left it; going on is safe.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a call that only looks.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Tables<Row>) -> Res<T>) -> Res<T> {
        self.install()?;
        self.lock().read(look).map_err(|error| broken(&error))?
    }

    /// Runs a call in one transaction and notes in the journal what it changed.
    pub(crate) fn write(
        &self,
        session: &Session,
        call: &Call,
        run: impl FnOnce(&mut Env<'_>) -> Res<Py>,
    ) -> Res<Py> {
        self.install()?;
        let mut world = self.lock();
        let mut failed = Vec::new();
        let outcome = world.write(|tables| {
            let mut env = Env::new(tables, &self.registry, session.clone());
            env.draws = Some(&self.draws);
            let result = run(&mut env);
            failed = std::mem::take(&mut env.failed_draws);
            let result = result?;
            note(&mut env, call);
            Ok(result)
        });
        let outcome = outcome.map_err(|error| broken(&error))?;
        if outcome.is_err() && !failed.is_empty() {
            // The call is undone, but its attempts count.
            let settled = world.write(|tables| {
                for drawn in &failed {
                    draws::use_up(tables, drawn, session.attempt.as_deref(), false);
                }
                Ok::<(), Fault>(())
            });
            settled.map_err(|error| broken(&error))??;
        }
        outcome
    }

    /// Whether a user is active; `None` if there is none.
    pub(crate) fn is_active_user(&self, uid: i64) -> Res<Option<bool>> {
        self.read(|tables| Ok(tables.get("res.users", uid).map(|row| row.flag("active"))))
    }

    /// Puts the base data into an empty world.
    fn install(&self) -> Res<()> {
        let mut world = self.lock();
        let empty = world
            .read(|tables| tables.is_empty("res.users"))
            .map_err(|error| broken(&error))?;
        if !empty {
            return Ok(());
        }
        let done = world.write(|tables| {
            if tables.is_empty("res.users") {
                seed::base(tables, &self.registry, &self.config)?;
            }
            Ok::<(), Fault>(())
        });
        done.map_err(|error| broken(&error))?
    }

    /// Runs something of the simulator's own as the system user, with its line in the journal.
    pub(crate) fn system(
        &self,
        now: Timestamp,
        name: &str,
        run: impl FnOnce(&mut Env<'_>) -> Res<()>,
    ) -> Res<()> {
        let session = seed::system_session(now);
        let (model, method) = name.split_once(' ').unwrap_or((name, "run"));
        let call = Call {
            model: model.to_owned(),
            method: method.to_owned(),
            args: Vec::new(),
            kwargs: Vec::new(),
        };
        self.write(&session, &call, |env| {
            env.draws = None;
            run(env).map(|()| Py::None)
        })
        .map(|_| ())
    }
}

/// The world's file failed: the server's own database error.
fn broken(error: &WorldError) -> Fault {
    Fault::new(crate::fault::Class::Operational, error.to_string())
}

/// How many ids of one model a journal line names.
const SHOWN: usize = 200;

fn note(env: &mut Env<'_>, call: &Call) {
    let touched = std::mem::take(&mut env.touched.0);
    if touched.is_empty() {
        return;
    }
    let listed = |ids: &std::collections::BTreeSet<i64>| {
        let texts: Vec<String> = ids.iter().take(SHOWN).map(i64::to_string).collect();
        texts.join(",")
    };
    let main = touched
        .get_key_value(call.model.as_str())
        .or_else(|| touched.first_key_value());
    let target = main.map_or(String::new(), |(model, ids)| format!("{model}:{}", listed(ids)));
    let changed: serde_json::Map<String, serde_json::Value> = touched
        .iter()
        .map(|(model, ids)| ((*model).to_owned(), json!(ids.len())))
        .collect();
    let operation = format!("{}.{}", call.model, call.method);
    env.t.note(
        env.s.now.at,
        &operation,
        &target,
        json!({ "uid": env.s.uid, "changed": changed }),
    );
}
