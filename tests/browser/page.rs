//! The page as a person uses it: by the words on it. Waiting is done in the page, for a condition.

use std::path::Path;

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use serde_json::{Value, json};
use sync_service::Service;
use tempfile::TempDir;

use crate::driver::{Browser, PATIENCE};
use crate::server::RunningServer;

/// Attempts to use an element that the page draws again at the same time.
const TRIES: usize = 20;

/// A server, a browser, and the page that is open in it.
pub(crate) struct Page {
    folder: TempDir,
    server: Option<RunningServer>,
    browser: Browser,
}

impl Page {
    /// On an empty installation; nothing is opened yet.
    pub(crate) async fn new(settings: &[(&str, &str)]) -> Self {
        let browser = Browser::start().await;
        let folder = tempfile::tempdir().expect("a folder for the installation");
        let server = Some(RunningServer::start(folder.path(), settings));
        Self {
            folder,
            server,
            browser,
        }
    }

    /// Another server on the same installation.
    pub(crate) async fn restart(&mut self, settings: &[(&str, &str)]) {
        self.browser
            .client()
            .goto("about:blank")
            .await
            .expect("an empty page");
        if let Some(server) = self.server.take() {
            server.stop();
        }
        self.server = Some(RunningServer::start(self.folder.path(), settings));
    }

    /// A folder for files of the test.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The installation as another process has it.
    pub(crate) fn other_process(&self) -> Service {
        self.server.as_ref().expect("a server runs").other_process()
    }

    /// The browser.
    pub(crate) fn browser(&self) -> &Browser {
        &self.browser
    }

    fn base(&self) -> String {
        let server = self.server.as_ref().expect("a server runs");
        format!("http://{}", server.address)
    }

    /// Opens an address like `#/jobs` and waits until its view is there.
    pub(crate) async fn open(&self, hash: &str) {
        let target = format!("{}/{hash}", self.base());
        let client = self.browser.client();
        let here = client.current_url().await.expect("the browser is somewhere");
        client.goto(&target).await.expect("the page loads");
        if here.as_str() == target {
            // The same address is nowhere else to go: without this the page would show what it has.
            client.refresh().await.expect("the page loads again");
        }
        // Where only the part behind `#` changes, the driver does not wait for the page to notice, and the view that was
        // there may be the same with another filter.
        let condition = format!(
            "return document.getElementById('main')?.dataset.address === new URL({}, location).hash;",
            json!(hash)
        );
        self.until(&format!("the address {hash}"), &condition).await;
        self.shows(hash).await;
    }

    /// Waits until the view of this address is there and has loaded what it shows.
    pub(crate) async fn shows(&self, hash: &str) {
        let path = hash.split('?').next().unwrap_or(hash);
        let condition = format!(
            "const main = document.getElementById('main');
             return main?.dataset.view === {} && main.querySelector('[aria-busy=true]') === null;",
            json!(path)
        );
        self.until(&format!("the view {path}"), &condition).await;
    }

    /// Opens a file of the server that is no view.
    pub(crate) async fn open_file(&self, path: &str) {
        let target = format!("{}{path}", self.base());
        self.browser.client().goto(&target).await.expect("the page loads");
    }

    /// Waits until the script answers true; it is looked at again and again within the page.
    pub(crate) async fn until(&self, what: &str, script: &str) {
        let patience = PATIENCE.as_millis() - 10_000;
        let waiting = format!(
            "const [done] = arguments;
             const look = () => {{ {script} }};
             const before = performance.now();
             const again = () => {{
               let seen = false;
               try {{ seen = Boolean(look()); }} catch (error) {{ seen = false; }}
               if (seen) return done(null);
               if (performance.now() - before > {patience}) return done(document.body.innerText);
               setTimeout(again, 40);
             }};
             again();"
        );
        let waited = self.browser.client().execute_async(&waiting, vec![]).await;
        let shown = waited.unwrap_or_else(|error| panic!("waiting for {what}: {error}"));
        assert!(
            shown.is_null(),
            "{what} did not come; the page shows:\n{}",
            shown.as_str().unwrap_or_default()
        );
    }

    /// Waits until the main part says this.
    pub(crate) async fn says(&self, text: &str) {
        self.says_in("#main", text).await;
    }

    /// Waits until the first element of this kind says this.
    pub(crate) async fn says_in(&self, css: &str, text: &str) {
        let script = format!(
            "return [...document.querySelectorAll({})].some((one) => one.innerText.includes({}));",
            json!(css),
            json!(text)
        );
        self.until(&format!("`{text}` in {css}"), &script).await;
    }

    /// Runs a script and answers what it returns.
    pub(crate) async fn script(&self, script: &str) -> Value {
        let ran = self.browser.client().execute(script, vec![]).await;
        ran.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The text of the main part.
    pub(crate) async fn text(&self) -> String {
        let text = self
            .script("return document.getElementById('main').innerText;")
            .await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// How many elements of this kind there are.
    pub(crate) async fn count(&self, css: &str) -> usize {
        let found = self.browser.client().find_all(Locator::Css(css)).await;
        found.expect("elements can be looked for").len()
    }

    /// Clicks the button or link with these words (or this label) on it. An open dialog is looked at alone, as a
    /// person would.
    pub(crate) async fn click(&self, words: &str) {
        let path = format!(
            "(//body[not(.//dialog[@open])] | //dialog[@open])//*[self::button or self::a or self::summary]\
             [not(@hidden)][normalize-space(.)=\"{words}\" or @aria-label=\"{words}\"]"
        );
        self.act(
            &Locator::XPath(&path),
            |element| async move { element.click().await },
        )
        .await;
    }

    /// Clicks what the selector finds first.
    pub(crate) async fn click_css(&self, css: &str) {
        self.act(&Locator::Css(css), |element| async move { element.click().await })
            .await;
    }

    /// Empties the field of this name and types into it.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let css = format!("[name='{name}']");
        let text = text.to_owned();
        self.act(&Locator::Css(&css), |element| {
            let text = text.clone();
            async move {
                element.clear().await?;
                element.send_keys(&text).await
            }
        })
        .await;
    }

    /// Types into what the selector finds, without emptying it.
    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        let text = text.to_owned();
        self.act(&Locator::Css(css), |element| {
            let text = text.clone();
            async move { element.send_keys(&text).await }
        })
        .await;
    }

    /// Presses keys on whatever has the focus.
    pub(crate) async fn type_into_focused(&self, keys: &str) {
        let client = self.browser.client();
        let element = client.active_element().await.expect("something has the focus");
        element.send_keys(keys).await.expect("keys can be pressed");
    }

    /// Picks from the select with this label, by what the choice says.
    pub(crate) async fn pick(&self, label: &str, choice: &str) {
        let path = format!("//select[@id=//label[normalize-space(.)=\"{label}\"]/@for]");
        let choice = choice.to_owned();
        self.act(&Locator::XPath(&path), |element| {
            let choice = choice.clone();
            async move { element.select_by_label(&choice).await }
        })
        .await;
    }

    /// Finds and uses an element; again if the page drew it anew in between or something moved over it.
    async fn act<F, R>(&self, locator: &Locator<'_>, run: F)
    where
        F: Fn(Element) -> R,
        R: Future<Output = Result<(), CmdError>>,
    {
        let mut last = None;
        for _ in 0..TRIES {
            let found = self
                .browser
                .client()
                .wait()
                .at_most(PATIENCE / 4)
                .for_element(*locator)
                .await;
            let element = match found {
                Ok(element) => element,
                Err(error) => {
                    last = Some(error);
                    break;
                }
            };
            match run(element).await {
                Ok(()) => return,
                Err(error) => last = Some(error),
            }
        }
        let text = self.text().await;
        panic!("{locator:?} could not be used: {last:?}; the page shows:\n{text}");
    }

    /// Sends a request from within the page and answers what came.
    pub(crate) async fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let sending = format!(
            "const [done] = arguments;
             fetch({}, {{ method: {}, headers: {{ 'Content-Type': 'application/json' }}, body: JSON.stringify({body}) }})
               .then((answer) => answer.json()).then(done, (error) => done({{ error: String(error) }}));",
            json!(path),
            json!(method)
        );
        let answer = self.browser.client().execute_async(&sending, vec![]).await;
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// What must hold at the end of every test: nothing in the console but refusals that the test provoked, nothing
    /// loaded from elsewhere, and a policy that would have refused it. Then ends everything.
    pub(crate) async fn finish(self, provoked: &[&str]) {
        let said = self.browser.console().await;
        let unexpected: Vec<_> = said
            .iter()
            .filter(|(_, message)| {
                !provoked
                    .iter()
                    .any(|status| message.contains(&format!("status of {status}")))
            })
            .collect();
        assert!(unexpected.is_empty(), "the console says: {unexpected:#?}");
        let loaded = self
            .script("return performance.getEntriesByType('resource').map((entry) => entry.name);")
            .await;
        let base = self.base();
        for name in loaded.as_array().expect("a list of addresses") {
            let name = name.as_str().unwrap_or_default();
            assert!(name.starts_with(&base), "{name} is not on {base}");
        }
        let policy = self.browser.client().execute_async(
            "const [done] = arguments;
             fetch('/').then((answer) => done(answer.headers.get('Content-Security-Policy')));",
            vec![],
        );
        let policy = policy.await.expect("the page has headers");
        let policy = policy.as_str().unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        let Self {
            folder,
            server,
            browser,
        } = self;
        browser.close().await;
        drop(server);
        drop(folder);
    }
}
