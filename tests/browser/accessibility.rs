//! Every view in both themes and both widths, looked at by axe-core. What it finds fails the test.

use serde_json::{Value, json};

use crate::page::Page;

/// Version 4.14.1, see the folder's README.
const AXE: &str = include_str!("vendor/axe.min.js");

const RULES: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// Themes and widths: the desk in both, the phone in both.
const LOOKS: [(&str, u32); 4] = [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)];

/// Looks at what is open now, in every look; adds what was found to `findings`.
pub(crate) async fn look(page: &Page, name: &str, findings: &mut Vec<String>) {
    page.script(&format!("if (!window.axe) {{ {AXE} }}")).await;
    for (theme, width) in LOOKS {
        page.browser().show_as(theme, width).await;
        let running = format!(
            "const [done] = arguments;
             const options = {{ runOnly: {}, resultTypes: ['violations'] }};
             window.axe.run(document, options).then(
               (result) => done(result.violations.map((one) =>
                 `${{one.id}}: ${{one.help}}: ${{one.nodes.map((node) => node.html + ' ' + (node.any[0]?.message ?? '')).slice(0, 3).join(' | ')}}`)),
               (error) => done([String(error)]));",
            json!(RULES)
        );
        let found = page.browser().client().execute_async(&running, vec![]).await;
        let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
        let texts = found.as_array().cloned().unwrap_or_default();
        findings.extend(
            texts
                .iter()
                .map(|text| format!("{name} ({theme}, {width}): {}", text.as_str().unwrap_or_default())),
        );
        let wider = page
            .script("return document.documentElement.scrollWidth > window.innerWidth;")
            .await;
        if wider == Value::Bool(true) {
            findings.push(format!("{name} ({theme}, {width}): is wider than the screen"));
        }
    }
    page.browser().show_as("light", 1280).await;
}

/// Fails with everything that was found.
pub(crate) fn refuse(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[tokio::test]
async fn no_view_has_violations_while_nothing_is_there() {
    let page = Page::new(&[("SYNC_FAILURE_RATE", "0")]).await;
    let mut findings = Vec::new();
    for hash in ["#/", "#/jobs", "#/dead-letter", "#/waiting", "#/nowhere"] {
        page.open(hash).await;
        look(&page, hash, &mut findings).await;
    }
    page.open_file("/api.html").await;
    page.until(
        "the routes",
        "return document.body.innerText.includes('/api/dead-letter/retry');",
    )
    .await;
    look(&page, "/api.html", &mut findings).await;
    page.open("#/").await;
    page.click_css(".step button").await;
    page.says_in("dialog", "Fill the simulated systems").await;
    look(&page, "the dialog", &mut findings).await;
    refuse(&findings);
    page.finish(&[]).await;
}

#[tokio::test]
async fn no_view_has_violations_when_much_is_there() {
    // Half of the writes fail for good: runs, dead letters and payloads of every kind.
    let page = Page::new(&[("SYNC_FAILURE_RATE", "0.5"), ("MAX_RETRIES", "0")]).await;
    page.open("#/settings").await;
    page.request("POST", "/api/seed", &json!({})).await;
    page.request("POST", "/api/sync/products", &json!({ "dry_run": true }))
        .await;
    let job = page.request("POST", "/api/sync/products", &json!({})).await;
    assert!(job["fail_count"].as_u64().is_some_and(|count| count > 0), "{job}");
    let entries = page.script(
        "const asked = new XMLHttpRequest(); asked.open('GET', '/api/dead-letter?limit=1', false); asked.send();
         return JSON.parse(asked.responseText).items[0].id;",
    );
    let entry = format!("#/dead-letter/{}", entries.await);
    let mut findings = Vec::new();
    let views = [
        "#/",
        "#/sync?type=products&dry_run=true&job=1",
        "#/jobs",
        "#/jobs/1",
        "#/jobs/2?outcome=fail",
        "#/mappings?type=product",
        "#/mappings/new?type=product",
        "#/mappings/1",
        "#/dead-letter",
        &entry,
        "#/settings",
    ];
    for hash in views {
        page.open(hash).await;
        look(&page, hash, &mut findings).await;
    }
    refuse(&findings);
    page.finish(&[]).await;
}

#[tokio::test]
async fn the_login_and_waiting_records_have_no_violations() {
    let token = "a token of the test, long enough";
    let settings = [
        ("SYNC_API_TOKEN", token),
        ("SYNC_FAILURE_RATE", "1"),
        ("MAX_RETRIES", "100"),
        ("RETRY_BACKOFF_BASE", "60"),
    ];
    let page = Page::new(&settings).await;
    let mut findings = Vec::new();
    page.open_file("/#/sync").await;
    page.says("Log in").await;
    look(&page, "login", &mut findings).await;
    page.fill("token", token).await;
    page.click("Log in").await;
    page.shows("#/sync").await;
    page.request("POST", "/api/seed", &json!({})).await;
    page.click("Start sync").await;
    page.says_in(".run-line", "Waiting for next attempts").await;
    look(&page, "a run", &mut findings).await;
    page.open("#/waiting").await;
    page.says("Pending").await;
    look(&page, "#/waiting", &mut findings).await;
    page.request("POST", "/api/jobs/1/cancel", &json!({})).await;
    refuse(&findings);
    page.finish(&[]).await;
}
