//! Records that did not get through: seen, discarded, retried one by one and all that match.

use serde_json::json;

use crate::page::Page;

/// Every write fails, once and for all.
const BROKEN: &[(&str, &str)] = &[("SYNC_FAILURE_RATE", "1"), ("MAX_RETRIES", "0")];
/// The same installation after the fault is gone.
const REPAIRED: &[(&str, &str)] = &[("SYNC_FAILURE_RATE", "0")];

#[tokio::test]
async fn dead_letters_are_read_discarded_and_retried() {
    let mut page = Page::new(BROKEN).await;
    page.open("#/settings").await;
    page.request("POST", "/api/seed", &json!({})).await;
    let job = page.request("POST", "/api/sync/products", &json!({})).await;
    assert_eq!(job["fail_count"], 20, "{job}");
    page.restart(REPAIRED).await;

    // In groups, with what to do.
    page.open("#/dead-letter").await;
    page.says_in(".group-count", "20").await;
    assert_eq!(page.count("tbody tr").await, 20);

    // One entry: both payloads, the attempt, the next step; then its retry.
    page.click_css("tbody tr:first-child a").await;
    page.says("Next step").await;
    page.says_in("pre", "\"title\"").await;
    page.says_in("pre", "\"name\"").await;
    page.says("Attempts").await;
    page.click("Read it from Shopify").await;
    page.until(
        "three payloads",
        "return document.querySelectorAll('pre').length === 3;",
    )
    .await;
    page.click("Retry").await;
    page.says_in("#retry", "1 record tried: 1 succeeded").await;
    page.says_in(".page-header", "Resolved").await;

    // One is discarded, with a reason that is kept.
    page.open("#/dead-letter").await;
    page.click_css("tbody tr:first-child input[type='checkbox']")
        .await;
    page.says_in(".bulk", "1 selected").await;
    page.click("Discard").await;
    page.says_in("dialog", "Discard 1 dead letter?").await;
    page.fill("reason", "no longer sold").await;
    page.click("Discard").await;
    page.says_in("#toasts", "1 dead letter discarded").await;
    page.open("#/dead-letter?status=discarded").await;
    page.click_css("tbody tr:first-child a").await;
    page.says("no longer sold").await;

    // All that match: the count first, then the run, then what became of each.
    page.open("#/dead-letter").await;
    page.click("Select all open").await;
    page.says_in(".bulk", "18 selected").await;
    page.click_css(".bulk .primary").await;
    page.says_in("dialog", "Retry 18 dead letters?").await;
    page.click("Retry 18 dead letters").await;
    page.says_in("#retry", "18 records tried: 18 succeeded, 0 failed again")
        .await;
    page.says("No open dead letters").await;
    page.until(
        "no count in the navigation",
        "return document.querySelector('.nav-count').hidden;",
    )
    .await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn what_failed_in_a_job_is_retried_from_its_page() {
    let mut page = Page::new(BROKEN).await;
    page.open("#/settings").await;
    page.request("POST", "/api/seed", &json!({})).await;
    page.request("POST", "/api/sync/products", &json!({})).await;
    page.restart(REPAIRED).await;

    page.open("#/jobs/1?outcome=fail").await;
    assert_eq!(page.count("tbody tr").await, 20);
    page.click("Retry failed").await;
    page.says_in("#retry", "20 records tried: 20 succeeded").await;
    page.click("Dead letters of this job").await;
    page.shows("#/dead-letter").await;
    page.says("No dead letter matches").await;
    page.finish(&[]).await;
}
