use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use mock_world::{JournalEntry, Tables, World, WorldError};
use thiserror::Error;
use wire::{WireRequest, WireResponse, WireService};

use crate::config::Config;
use crate::cost::Bucket;
use crate::http;
use crate::state::{Entity, Shop, StateError, Store, indexes, shop_of};

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
    /// Of this process only: two processes that serve one shop have a bucket each.
    bucket: Mutex<Bucket>,
    requests: AtomicU64,
}

impl Shopify {
    /// A shop with this world, which must have been made with [`indexes`].
    pub fn new(config: Config, world: World<Entity>) -> Self {
        Self {
            bucket: Mutex::new(Bucket::full(config.rate_limit)),
            config,
            world: Mutex::new(world),
            requests: AtomicU64::new(0),
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

    pub(crate) fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for each request, for its id.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// Looks at the rows and the shop's settings.
    pub(crate) fn run<T>(&self, look: impl FnOnce(&Tables<Entity>, Shop) -> T) -> Result<T, WorldError> {
        self.look(|tables| look(tables, shop_of(tables)))
    }

    /// Runs mutations in one transaction; each undoes what it may not keep itself.
    pub(crate) fn write<T>(
        &self,
        now: Timestamp,
        run: impl FnOnce(&mut Store<'_>) -> T,
    ) -> Result<T, WorldError> {
        let done = self
            .world()
            .write(|tables| Ok::<T, std::convert::Infallible>(run(&mut Store::new(tables, now))));
        done.map(|Ok(value)| value)
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
