//! A run while it goes: progress, cancel, and what the lists say about it afterwards.

use serde_json::json;

use crate::page::Page;

/// Every write fails and is tried again after a pause, so that a run goes on until somebody stops it.
const ENDLESS: &[(&str, &str)] = &[
    ("SYNC_FAILURE_RATE", "1"),
    ("MAX_RETRIES", "100"),
    ("RETRY_BACKOFF_BASE", "3"),
];

#[tokio::test]
async fn a_run_shows_its_progress_and_can_be_cancelled() {
    let page = Page::new(ENDLESS).await;
    page.open("#/sync").await;
    page.request("POST", "/api/seed", &json!({})).await;

    page.click("Start sync").await;
    page.says_in(".run", "Running").await;
    page.until(
        "a progress bar",
        "return document.querySelector('.run [role=progressbar]') !== null;",
    )
    .await;
    page.says_in(".run-line", "of 20").await;
    page.says_in(".run-line", "Waiting for next attempts").await;

    // A second one is refused and leads to the first.
    page.click("Start sync").await;
    page.says_in("[role='alert']", "Go to job 1").await;

    // The dashboard and the list know about it too.
    page.open("#/").await;
    page.says("Running now").await;
    page.says_in("[data-stream='product']", "Running").await;
    page.open("#/waiting").await;
    page.says("Pending").await;
    page.open("#/jobs/1").await;
    page.says_in(".run", "Running").await;

    page.click("Cancel job 1").await;
    page.says_in(".page-header", "Cancelled").await;
    page.open("#/jobs?status=cancelled").await;
    assert_eq!(page.count("tbody tr").await, 1);
    page.open("#/jobs?status=completed").await;
    page.says("No job matches").await;
    page.finish(&["409"]).await;
}

#[tokio::test]
async fn failures_show_up_while_the_run_goes_on() {
    let page = Page::new(ENDLESS).await;
    page.open("#/sync").await;
    page.request("POST", "/api/seed", &json!({})).await;
    // Two products of the demo catalogue were never published: these fail at once, the others wait.
    let rule = json!({
        "record_type": "product", "shopify_field": "published_at", "odoo_field": "description_purchase",
        "on_missing": "fail"
    });
    let saved = page.request("POST", "/api/mappings", &rule).await;
    assert_eq!(saved["warnings"], json!([]), "{saved}");

    page.click("Start sync").await;
    page.says_in(".run-failures", "Latest failures").await;
    page.says_in(".run-line", "2 failed").await;
    page.says_in(".run", "Running").await;
    // The number of open dead letters in the navigation follows by itself.
    page.says_in(".nav-count", "2").await;
    // The lines of the job are there before it ends, and the counts that filter them.
    page.open("#/jobs/1").await;
    page.says_in(".chips", "Fail").await;
    assert_eq!(page.count("tbody tr").await, 2);
    page.click("Cancel job 1").await;
    page.says_in(".page-header", "Cancelled").await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn the_counts_of_a_run_lead_to_its_lines() {
    let page = Page::new(&[("SYNC_FAILURE_RATE", "1"), ("MAX_RETRIES", "0")]).await;
    page.open("#/sync").await;
    page.request("POST", "/api/seed", &json!({})).await;
    page.click("Start sync").await;
    page.says_in(".run", "20 failed").await;
    page.click_css(".run-result .count-link[data-tone='bad']").await;
    page.shows("#/jobs/1").await;
    page.says_in("tbody", "Fail").await;
    assert_eq!(page.count("tbody tr").await, 20);
    page.finish(&[]).await;
}
