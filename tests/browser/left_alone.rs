//! The first match changed before anything is written: pairs kept apart, records left alone, and taken up again.

use serde_json::{Value, json};

use crate::accessibility::{look, refuse};
use crate::page::Page;
use crate::two_way::{ASKING, Linked, read, synced};

/// Labels of what is left alone, by the API.
async fn left_alone(page: &Page) -> Vec<Value> {
    let list = read(page, "/api/left-alone?record_type=product").await;
    let items = list["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|one| one["record_id"].clone()).collect()
}

/// Until a list has that many rows.
async fn rows(page: &Page, list: &str, count: usize) {
    let script = format!("return document.querySelectorAll('#{list} tbody tr').length === {count};");
    page.until(&format!("{count} rows in {list}"), &script).await;
}

async fn focus_is_on(page: &Page, label: &str) {
    let script = format!(
        "const at = document.activeElement; return (at.getAttribute('aria-label') ?? at.textContent) === {};",
        json!(label)
    );
    page.until(&format!("focus on {label}"), &script).await;
}

/// Presses a button by the keyboard.
async fn press(page: &Page, label: &str) {
    let script = format!(
        "document.querySelector({}).focus();",
        json!(format!("[aria-label={}]", json!(label)))
    );
    page.script(&script).await;
    page.type_into_focused("\u{e007}").await;
}

#[tokio::test]
async fn what_is_not_to_be_linked_or_made_is_left_alone() {
    let page = Page::new(ASKING).await;
    // The newest two are drafts; these are sold.
    let linked = synced(&page, 6).await;
    let [doubled, apart, gone, kept] = &linked[2..] else {
        panic!("six were asked for");
    };
    for one in [doubled, apart, gone, kept] {
        page.request("DELETE", &format!("/api/links/{}", one.link), &json!({}))
            .await;
    }
    let body = format!(
        "/api/samples/record?record_type=product&system=shopify&id={}",
        doubled.shopify_id
    );
    let sku = read(&page, &body).await["body"]["variants"][0]["sku"].clone();
    let twin = json!([[{ "name": "Somebody's copy", "default_code": sku }]]);
    let other = page.other_process();
    other
        .simulate_odoo("product.template", "create", &twin, &json!({}))
        .expect("Odoo takes a reference twice");
    let gone_there: i64 = gone.odoo_id.parse().expect("a number");
    other
        .simulate_odoo("product.template", "unlink", &json!([[gone_there]]), &json!({}))
        .expect("Odoo lets go of what nobody sold");

    let look_first = json!({ "record_type": "product", "direction": "shopify_to_odoo" });
    page.request("POST", "/api/match/preview", &look_first).await;
    page.open("#/match").await;
    page.says_in("#left-alone", "None.").await;
    for (list, count) in [("ambiguous", 1), ("will-link", 2), ("will-create", 1)] {
        rows(&page, list, count).await;
    }
    let mut findings = Vec::new();
    look(&page, "#/match with what can be left alone", &mut findings).await;

    // A pair: both of them, and the focus goes on to the next line.
    press(&page, &format!("Keep apart: {}", apart.label)).await;
    page.says_in("#toasts", "its counterpart are left alone").await;
    rows(&page, "will-link", 1).await;
    page.says_in("#will-link", "Will link (1)").await;
    page.says_in("#left-alone", "Left alone (2)").await;
    focus_is_on(&page, &format!("Keep apart: {}", kept.label)).await;
    assert_eq!(
        left_alone(&page).await,
        [json!(apart.odoo_id), json!(apart.shopify_id)]
    );

    page.click(&format!("Do not make: {}", gone.label)).await;
    page.says_in("#will-create", "None.").await;
    page.click(&format!("Leave alone: {}", doubled.label)).await;
    page.says_in("#ambiguous", "None.").await;
    rows(&page, "left-alone", 4).await;
    focus_is_on(&page, "Ambiguous (0)").await;
    look(&page, "#/match with what is left alone", &mut findings).await;

    // It stays so when the page is opened again, and a run keeps to it.
    page.open("#/match").await;
    rows(&page, "left-alone", 4).await;
    rows(&page, "will-link", 1).await;
    page.click("Run it").await;
    page.says_in(".run", "Completed").await;
    for (one, count) in [(doubled, 0), (apart, 0), (gone, 0), (kept, 1)] {
        assert_eq!(links(&page, one).await, count, "{}", one.label);
    }

    page.click(&format!("Take up again: {} (Shopify)", gone.label))
        .await;
    page.says_in("#toasts", "is taken up again").await;
    rows(&page, "left-alone", 3).await;
    page.says_in("#will-create", &gone.label).await;
    let job = page.request("POST", "/api/sync/products", &json!({})).await;
    assert_eq!(job["full"], false, "{job}");
    assert_eq!(links(&page, gone).await, 1, "the next run made it: {job}");
    refuse(&findings);
    page.finish(&[]).await;
}

async fn links(page: &Page, one: &Linked) -> usize {
    let path = format!("/api/links?record_type=product&text={}", one.shopify_id);
    read(page, &path).await["items"].as_array().map_or(0, Vec::len)
}
