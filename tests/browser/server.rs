//! A server of the test's own, on a free port and a folder of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use sync_server::Server;
use sync_service::config::{Config, Overrides, load};
use sync_service::{Service, SystemClock, open_installation};
use tokio::sync::oneshot;

/// A running server. It stops when this is dropped.
pub(crate) struct RunningServer {
    /// Where it answers.
    pub(crate) address: SocketAddr,
    config: Config,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RunningServer {
    /// Starts one on the installation in `folder`; `settings` are names and values as in the environment.
    pub(crate) fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let flag = |name: &str, value: &str| (name.to_owned(), ("--test".to_owned(), value.to_owned()));
        let instance = folder.join("instance");
        let mut overrides: Overrides = settings.iter().map(|(name, value)| flag(name, value)).collect();
        overrides.extend([
            flag("SYNC_PORT", "0"),
            flag("SYNC_INSTANCE", &instance.to_string_lossy()),
            flag("RETRY_BACKOFF_MULTIPLIER", "1"),
        ]);
        let config = load(&overrides, &|_| None, None).expect("the settings of the test are valid");
        let same = config.clone();
        let (tell, address) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime can be built");
            let tasks = tokio::task::LocalSet::new();
            tasks.block_on(&runtime, async {
                let server = Server::bind(config).expect("the server gets a port and its installation");
                tell.send(server.address())
                    .expect("the test waits for the address");
                let asked = async {
                    // The sender may be dropped as well as used: both mean the end.
                    drop(stopped.await);
                };
                server.run(asked).await.expect("the server ends in good order");
            });
        });
        let address = address.recv().expect("the server starts");
        Self {
            address,
            config: same,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The same installation once more, as another process has it.
    pub(crate) fn other_process(&self) -> Service {
        open_installation(self.config.clone(), Arc::new(SystemClock))
            .expect("an installation can be opened twice")
    }

    /// Stops it and waits until it has stopped, so that another one can take the installation.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "the server's thread panicked"
            );
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.end();
    }
}
