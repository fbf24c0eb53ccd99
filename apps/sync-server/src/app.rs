use std::sync::Arc;

use actix_web::web;
use jiff::Timestamp;
use sync_service::{Live, Service, ServiceError};

use tokio::sync::Semaphore;

use crate::assets::Assets;
use crate::error::Problem;
use crate::security::Guard;

/// What every handler works with.
pub(crate) struct App {
    pub(crate) live: Arc<Live>,
    pub(crate) guard: Guard,
    pub(crate) assets: Assets,
    /// A permit per stream of events that may still be opened.
    pub(crate) streams: Arc<Semaphore>,
    /// Details of internal errors go into answers.
    pub(crate) debug: bool,
}

impl App {
    /// Carries out a use case on a thread that may wait.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Live>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        let live = Arc::clone(&self.live);
        let done = web::block(move || work(&live)).await;
        // The thread pool only breaks a task off when that panicked.
        done.map_err(|_| Problem::internal("a use case broke off"))?
            .map_err(Problem::from)
    }

    /// [`App::run`] for use cases that start nothing.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Service) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.run(move |live| work(live.service())).await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.live.service().clock().now()
    }
}
