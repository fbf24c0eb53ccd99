use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use mock_world::{JournalEntry, Tables, World, WorldError};
use thiserror::Error;
use wire::{WireRequest, WireResponse, WireService};

use crate::config::Config;
use crate::http;
use crate::state::{Entity, StateError, Store, indexes};

/// Why a simulated shop could not be read or changed from outside the wire.
#[derive(Debug, Error)]
pub enum ShopifyError {
    /// The file behind it failed.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The change was refused.
    #[error(transparent)]
    State(#[from] StateError),
}

/// A simulated Shopify shop: answers the Admin API on the wire, and can be looked at and changed from the side.
///
/// The side doors ([`Shopify::look`], [`Shopify::change`], [`Shopify::journal`]) are for seeding, tests and
/// simulations; nothing on the wire reaches them.
pub struct Shopify {
    pub(crate) config: Config,
    world: Mutex<World<Entity>>,
}

impl Shopify {
    /// A shop with this world, which must have been made with [`indexes`].
    pub fn new(config: Config, world: World<Entity>) -> Self {
        Self {
            config,
            world: Mutex::new(world),
        }
    }

    /// An empty shop that lives in memory.
    pub fn in_memory(config: Config) -> Self {
        Self::new(config, World::in_memory(indexes()))
    }

    /// The shop in this file, which is created if missing; other processes may have it open, too.
    pub fn open(config: Config, path: &Path) -> Result<Self, WorldError> {
        Ok(Self::new(config, World::open(path, indexes())?))
    }

    /// Looks at the rows as any process left them.
    pub fn look<T>(&self, look: impl FnOnce(&Tables<Entity>) -> T) -> Result<T, WorldError> {
        self.world().read(look)
    }

    /// Changes the shop in one transaction at this time: all of it or, on an error, nothing.
    pub fn change<T>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&mut Store<'_>) -> Result<T, StateError>,
    ) -> Result<T, ShopifyError> {
        let mut world = self.world();
        Ok(world.write(|tables| change(&mut Store::new(tables, now)))??)
    }

    /// Everything that changed the shop since that position of the journal, oldest first.
    pub fn journal(&self, after: i64) -> Result<Vec<JournalEntry>, WorldError> {
        self.world().journal(after)
    }

    /// Empties the shop: no rows, no journal.
    pub fn clear(&self) -> Result<(), WorldError> {
        self.world().clear()
    }

    /// A panic elsewhere leaves the world usable: it undoes what was not committed.
    pub(crate) fn world(&self) -> MutexGuard<'_, World<Entity>> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WireService for Shopify {
    fn handle(&self, now: Timestamp, request: &WireRequest) -> WireResponse {
        http::handle(self, now, request)
    }
}
