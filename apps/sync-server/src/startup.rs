//! From settings to a server that answers, and back down.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpServer, web};
use anyhow::{Context, bail};
use sync_service::config::Config;
use sync_service::{Live, SystemClock, open_installation};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::assets::Assets;
use crate::security::{Guard, protect};
use crate::{Args, logging, routes};

/// Time for requests to end after all runs have stopped, in seconds.
const LAST_ANSWERS: u64 = 10;
/// Time for a client to send the head of its request.
const SLOWEST_HEAD: Duration = Duration::from_secs(10);

/// A server that has its port and does not answer yet.
pub struct Server {
    address: SocketAddr,
    listener: TcpListener,
    app: web::Data<App>,
    resume: bool,
}

/// Serves until the process is asked to stop.
pub fn serve(args: &Args) -> anyhow::Result<()> {
    let config = args.settings()?;
    logging::start(args.log_format, config.debug)?;
    let server = Server::bind(config)?;
    tracing::info!(address = %server.address(), "serving at http://{}", server.address());
    actix_web::rt::System::new().block_on(server.run(asked_to_stop()))
}

impl Server {
    /// Opens the installation and takes the port. An address that other machines can reach needs a token, or the word
    /// that it is meant so.
    pub fn bind(config: Config) -> anyhow::Result<Self> {
        let addresses: Vec<SocketAddr> = (config.host.as_str(), config.port)
            .to_socket_addrs()
            .with_context(|| format!("SYNC_HOST = `{}` is no address", config.host))?
            .collect();
        let outside = addresses.iter().any(|address| !address.ip().is_loopback());
        if outside && config.api_token.is_none() && !config.insecure {
            bail!(
                "SYNC_HOST = `{}` can be reached from other machines: set SYNC_API_TOKEN to a secret of at least 16 \
                 characters, or say --insecure if everybody there may do everything",
                config.host
            );
        }
        let listener = TcpListener::bind(addresses.as_slice())
            .with_context(|| format!("{}:{} cannot be bound", config.host, config.port))?;
        let address = listener.local_addr().context("the bound address is not known")?;
        let assets = config
            .frontend_dir
            .clone()
            .map_or(Assets::Embedded, Assets::Folder);
        let (guard, debug, resume) = (Guard::new(&config), config.debug, config.resume);
        let streams = Arc::new(Semaphore::new(config.event_streams));
        let service = open_installation(config, Arc::new(SystemClock))?;
        let app = App {
            live: Live::new(service)?,
            guard,
            assets,
            streams,
            debug,
        };
        Ok(Self {
            address,
            listener,
            app: web::Data::new(app),
            resume,
        })
    }

    /// The address that is bound, with its port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `stop` is ready. Then running jobs stop at their next batch boundary as interrupted,
    /// requests in progress are answered, and it returns. Needs the runtime of actix around it.
    pub async fn run(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let app = self.app.clone();
        let server = HttpServer::new(move || {
            ActixApp::new()
                .app_data(app.clone())
                .wrap(from_fn(protect))
                .configure(routes::configure)
                .default_service(web::to(routes::fallback))
        })
        .client_request_timeout(SLOWEST_HEAD)
        .shutdown_timeout(LAST_ANSWERS)
        .disable_signals()
        .listen(self.listener)?
        .run();
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        let resuming = async {
            if self.resume {
                resume(&self.app).await;
            }
        };
        // In this order a signal is listened for before the first request is answered.
        futures_util::future::join(stop, resuming).await;
        halt(&self.app, &handle).await;
        serving
            .await
            .context("the server broke off")?
            .context("the server failed")
    }
}

/// Takes up what the last shutdown interrupted. A server without this is better than none.
async fn resume(app: &web::Data<App>) {
    match app.run(Live::resume_interrupted).await {
        Ok(jobs) => {
            for job in jobs {
                tracing::info!(
                    job = job.id,
                    job_type = job.job_type,
                    "an interrupted job goes on"
                );
            }
        }
        Err(error) => tracing::warn!(error = %error, "interrupted jobs do not go on by themselves"),
    }
}

/// First the runs, so that requests that wait for them get their answers; then the server.
async fn halt(app: &web::Data<App>, handle: &ServerHandle) {
    tracing::info!("stopping");
    let live = Arc::clone(&app.live);
    if web::block(move || live.stop()).await.is_err() {
        tracing::error!("the runs could not be waited for");
    }
    handle.stop(true).await;
}

/// Ready at the first of the usual signals.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
                return;
            }
            Err(error) => tracing::warn!(error = %error, "the signal to end cannot be heard"),
        }
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(error = %error, "no signal can be heard: the server ends");
    }
}
