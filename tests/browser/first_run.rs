//! From an empty installation to the first sync, the way the dashboard leads.

use crate::page::Page;

/// Nothing fails and nothing waits.
const CALM: &[(&str, &str)] = &[("SYNC_FAILURE_RATE", "0")];

#[tokio::test]
async fn the_dashboard_leads_from_nothing_to_the_first_sync() {
    let page = Page::new(CALM).await;
    page.open("#/").await;
    page.says("Three steps from nothing to the first sync.").await;
    page.says_in(".step[aria-current='step']", "Fill both systems")
        .await;

    page.click_css(".step[aria-current='step'] button").await;
    page.says_in("dialog", "Fill the simulated systems").await;
    page.click("Seed").await;
    page.says_in("#toasts", "Products: 20").await;
    page.says_in(".step[aria-current='step']", "Look at the plan")
        .await;

    page.click("Preview products").await;
    page.shows("#/sync").await;
    page.click("Preview").await;
    page.says("Plan: Products, Shopify → Odoo").await;
    page.says_in("#plan tbody", "website_slug").await;
    assert_eq!(page.count("#plan tbody tr").await, 20);
    assert_eq!(page.count("#plan tbody [data-tone='good'].badge").await, 20);

    // The plan can be filtered by action, and the address keeps it.
    page.pick("Action", "Update").await;
    page.says("No record matches").await;
    let address = page.browser().client().current_url().await.expect("an address");
    assert!(address.as_str().contains("action=update"), "{address}");
    page.click("Clear filters").await;
    page.until(
        "all rows again",
        "return document.querySelectorAll('#plan tbody tr').length === 20;",
    )
    .await;
    page.click("Create20").await;
    page.until(
        "the chip is pressed",
        "return document.querySelector('.chip[aria-pressed=true]') !== null;",
    )
    .await;

    page.click("Run it").await;
    page.until(
        "the run is over",
        "return [...document.querySelectorAll('.run')].some((run) =>
           run.innerText.includes('Completed') && !run.innerText.includes('Preview'));",
    )
    .await;

    page.open("#/").await;
    page.says_in("[data-stream='product']", "none open").await;
    // Odoo had a few of its own before, which are not counted here.
    page.until(
        "the number of products in Odoo",
        "const shown = document.querySelector(\"[data-stream='product'] .side:nth-of-type(2) .side-count\");
             return Number(shown.innerText) === 20;",
    )
    .await;
    assert!(!page.text().await.contains("First run"), "the first run is over");

    page.click("All jobs").await;
    page.shows("#/jobs").await;
    assert_eq!(page.count("tbody tr").await, 2);
    page.click_css("tbody tr:first-child a").await;
    page.says_in("tbody", "Created").await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn everything_can_be_reached_with_the_keyboard() {
    let page = Page::new(CALM).await;
    page.open("#/").await;
    page.says("First run").await;
    // From the top of the page: the skip link first, then every entry of the navigation, in order.
    let mut seen = Vec::new();
    page.until(
        "the entry of the simulation",
        "return !document.querySelector(\"[data-entry='/twin']\").hidden;",
    )
    .await;
    for _ in 0..13 {
        page.type_into_focused("\u{e004}").await;
        let focused = page
            .script("return document.activeElement.innerText.trim().split('\\n')[0];")
            .await;
        seen.push(focused.as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(
        seen,
        [
            "Skip to the content",
            "Shopify Odoo Sync",
            "Dashboard",
            "Sync",
            "Jobs",
            "Conflicts",
            "Records",
            "First match",
            "Mappings",
            "Dead letters",
            "Waiting",
            "Both stores",
            "Settings"
        ]
    );
    // A view that was reached gets the focus on its heading.
    page.type_into_focused("\u{e007}").await;
    page.shows("#/settings").await;
    page.until(
        "the heading has the focus",
        "return document.activeElement.tagName === 'H1';",
    )
    .await;
    // A dialog keeps the focus and gives it back.
    page.click("Seed").await;
    page.until(
        "the focus is in the dialog",
        "return document.querySelector('dialog').contains(document.activeElement);",
    )
    .await;
    page.type_into_focused("\u{e00c}").await;
    page.until(
        "the dialog is closed and the focus is back",
        "return !document.querySelector('dialog') && document.activeElement.innerText === 'Seed';",
    )
    .await;
    page.finish(&[]).await;
}
