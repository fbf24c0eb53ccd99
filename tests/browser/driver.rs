//! A headless Chromium behind its driver, both started by the test and ended with it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// How long a script in the page may wait for something. Long, because it only ends a test that fails anyway.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The process of the driver; killed with its browser when dropped.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts it on a port that it picks itself, and reads which from what it says.
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; on Debian and Ubuntu: apt-get install -y chromium chromium-driver");
        let said = BufReader::new(process.stdout.take().expect("the output is piped"));
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, rest) = line.split_once("successfully on port ")?;
                rest.trim_end_matches('.').parse().ok()
            })
            .expect("chromedriver says its port");
        Self { process, port }
    }
}

impl Driver {
    /// Asks it to end, and its browser with it: a driver that is killed leaves the browser running.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let host = format!("127.0.0.1:{}", self.port);
        write!(
            stream,
            "GET /shutdown HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            // It may have ended by itself; then there is nothing to kill.
            drop(self.process.kill());
        }
        drop(self.process.wait());
    }
}

/// A browser with an empty profile.
pub(crate) struct Browser {
    client: Client,
    driver: Driver,
    _turn: File,
}

impl Browser {
    /// Starts one. Tests in all processes take turns: two browsers at once are too much for a small machine.
    pub(crate) async fn start() -> Self {
        let turn = turn();
        let driver = Driver::start();
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=1280,900", "--lang=en",
            ] },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": PATIENCE.as_millis(), "pageLoad": PATIENCE.as_millis() },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("it is written as an object above");
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("the browser starts");
        Self {
            client,
            driver,
            _turn: turn,
        }
    }

    /// The client of the driver.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sets what the page sees as the system's colours, and the size of the window.
    pub(crate) async fn show_as(&self, theme: &str, width: u32) {
        let colours = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.devtools("Emulation.setEmulatedMedia", colours).await;
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        let sent = self.client.issue_cmd(Extension("goog/cdp/execute", body)).await;
        sent.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// What the console said since the last call: level and message.
    pub(crate) async fn console(&self) -> Vec<(String, String)> {
        let said = self
            .client
            .issue_cmd(Extension("se/log", json!({ "type": "browser" })));
        let said = said.await.expect("the driver has a log");
        let entries = said.as_array().cloned().unwrap_or_default();
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        entries
            .iter()
            .map(|entry| (text(entry, "level"), text(entry, "message")))
            .collect()
    }

    /// Ends the browser in good order.
    pub(crate) async fn close(self) {
        let Self {
            client,
            driver,
            _turn,
        } = self;
        client.close().await.expect("the browser ends");
        drop(driver);
    }
}

/// Waits for this process's turn. The lock ends with the file.
fn turn() -> File {
    let file =
        File::create(std::env::temp_dir().join("sync-browser-tests.lock")).expect("the lock can be made");
    file.lock().expect("the lock can be taken");
    file
}

/// A command that Chromium's driver has on top of the standard.
#[derive(Debug)]
struct Extension(&'static str, Value);

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}
