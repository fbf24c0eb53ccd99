//! What a person decides where the engine does not: typed values, deletions, ambiguous matches, cursors, and runs that are
//! in the way.

use serde_json::{Value, json};
use sync_core::Direction;
use sync_service::SyncRequest;

use crate::accessibility::{look, refuse};
use crate::page::Page;
use crate::two_way::{ASKING, Linked, names, read, rename, synced};

/// Waits until the second run both ways has found what was changed.
async fn run_both_ways(page: &Page) {
    let job = page
        .request(
            "POST",
            "/api/sync/products",
            &json!({ "direction": "both", "full": true }),
        )
        .await;
    assert_eq!(job["status"], "completed", "{job}");
}

async fn product(page: &Page, system: &str, id: &str) -> Value {
    let path = format!("/api/samples/record?record_type=product&system={system}&id={id}");
    read(page, &path).await["body"].clone()
}

#[tokio::test]
async fn many_conflicts_get_one_typed_value_and_a_field_is_emptied() {
    let page = Page::new(ASKING).await;
    let linked = synced(&page, 2).await;
    for one in &linked {
        rename(&page, one).await;
    }
    run_both_ways(&page).await;
    page.open("#/conflicts").await;
    page.click_css("#select-page").await;
    page.says_in(".bulk", "2 selected").await;
    page.click("Type a value for the selected").await;
    page.fill("value-shopify", "One name for both").await;
    page.fill("value-odoo", "One name for both").await;
    page.click("Decide 2").await;
    page.says_in("#retry", "2 conflicts decided").await;
    page.says("No open conflicts").await;
    let name = json!("One name for both");
    for one in &linked {
        assert_eq!(names(&page, one).await, (name.clone(), name.clone()));
    }

    // Nothing is a value too, and the rule carries it over.
    let [one, _] = linked.as_slice() else {
        panic!("two were asked for");
    };
    for (system, id) in [("shopify", &one.shopify_id), ("odoo", &one.odoo_id)] {
        let edit =
            json!({ "system": system, "record_type": "product", "id": id, "fields": { "tags": system } });
        page.request("POST", "/api/sim/edit", &edit).await;
    }
    run_both_ways(&page).await;
    page.says_in(".nav-link[data-entry='/conflicts'] .nav-count", "1")
        .await;
    page.open("#/conflicts?status=open&rule=tags = product_tag_ids")
        .await;
    page.click("Type a value: tags = product_tag_ids of One name for both")
        .await;
    page.click_css("[name='empty-shopify']").await;
    page.until(
        "nothing can be typed there",
        "return document.querySelector('[name=value-shopify]').disabled;",
    )
    .await;
    page.click("Decide").await;
    page.says_in("#toasts", "decided and carried out").await;
    page.open("#/conflicts?status=resolved&rule=tags = product_tag_ids")
        .await;
    page.says("Shopify: empty").await;
    assert_eq!(product(&page, "shopify", &one.shopify_id).await["tags"], "");
    assert_eq!(
        product(&page, "odoo", &one.odoo_id).await["product_tag_ids"],
        json!([])
    );
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_deletion_is_asked_about() {
    let mut settings = ASKING.to_vec();
    settings.push(("ON_DELETE", "ask"));
    let page = Page::new(&settings).await;
    let linked = synced(&page, 2).await;
    let [back, away] = linked.as_slice() else {
        panic!("two were asked for");
    };
    let ids: Vec<i64> = linked.iter().filter_map(|one| one.odoo_id.parse().ok()).collect();
    page.other_process()
        .simulate_odoo("product.template", "unlink", &json!([ids]), &json!({}))
        .expect("Odoo lets go of what nobody sold");
    run_both_ways(&page).await;

    let mut findings = Vec::new();
    page.open("#/conflicts").await;
    assert_eq!(page.count("[data-conflict]").await, 2);
    page.says("The record is gone here").await;
    look(&page, "#/conflicts about deletions", &mut findings).await;
    let typed = format!(
        "[data-conflict] [aria-label^='Type a value'][aria-label$='{}']",
        back.label
    );
    assert_eq!(
        page.count(&typed).await,
        0,
        "a value says nothing about a deletion"
    );
    page.click(&format!("Make it again in Odoo: {}", back.label))
        .await;
    page.says_in("#toasts", "decided and carried out").await;
    page.click(&format!("Put away in Shopify: {}", away.label)).await;
    page.says("No open conflicts").await;
    assert_eq!(
        product(&page, "shopify", &away.shopify_id).await["status"],
        "archived"
    );
    let link = read(
        &page,
        &format!("/api/links?record_type=product&text={}", back.shopify_id),
    )
    .await;
    let made = link["items"][0]["odoo_id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert_ne!(made, back.odoo_id, "{link}");
    assert_eq!(product(&page, "odoo", &made).await["name"], json!(back.label));
    refuse(&findings);
    page.finish(&[]).await;
}

#[tokio::test]
async fn an_ambiguous_match_is_chosen_among_candidates() {
    let page = Page::new(ASKING).await;
    // The newest two are drafts; these are sold.
    let linked = synced(&page, 4).await;
    let [doubled, sure] = &linked[2..] else {
        panic!("four were asked for");
    };
    for one in [doubled, sure] {
        page.request("DELETE", &format!("/api/links/{}", one.link), &json!({}))
            .await;
    }
    let sku = product(&page, "shopify", &doubled.shopify_id).await["variants"][0]["sku"].clone();
    let twin = json!([[{ "name": "Somebody's copy", "default_code": sku }]]);
    page.other_process()
        .simulate_odoo("product.template", "create", &twin, &json!({}))
        .expect("Odoo takes a reference twice");

    // One way, so that each record is listed once and by the shop's id.
    let look_first = json!({ "record_type": "product", "direction": "shopify_to_odoo" });
    page.request("POST", "/api/match/preview", &look_first).await;
    page.open("#/match").await;
    page.says_in("#ambiguous", &doubled.label).await;
    page.says_in("#will-link", &sure.label).await;
    let mut findings = Vec::new();
    page.click(&format!("Candidates for {}", doubled.label)).await;
    page.says_in(".candidates", "Somebody's copy").await;
    look(&page, "#/match with candidates", &mut findings).await;
    page.click(&format!("Link with {} ({})", doubled.label, doubled.odoo_id))
        .await;
    page.says_in("#ambiguous", &format!("Linked with Odoo {}", doubled.odoo_id))
        .await;

    // What would be linked by itself is looked at and decided by hand before anything is written.
    page.click(&format!("Choose another for {}", sure.label)).await;
    page.says_in("#will-link .candidates", &sure.label).await;
    page.click(&format!("Link with {} ({})", sure.label, sure.odoo_id))
        .await;
    page.says_in("#will-link", &format!("Linked with Odoo {}", sure.odoo_id))
        .await;
    for one in [doubled, sure] {
        assert_eq!(linked_with(&page, one).await, json!(one.odoo_id));
    }
    page.click("Run it").await;
    page.says_in(".run", "Completed").await;
    refuse(&findings);
    page.finish(&[]).await;
}

async fn linked_with(page: &Page, one: &Linked) -> Value {
    let path = format!("/api/links?record_type=product&text={}", one.shopify_id);
    read(page, &path).await["items"][0]["odoo_id"].clone()
}

#[tokio::test]
async fn a_cursor_is_rewound() {
    let page = Page::new(ASKING).await;
    synced(&page, 1).await;
    let job = page.request("POST", "/api/sync/products", &json!({})).await;
    assert_eq!(job["full"], false, "{job}");
    page.open("#/settings").await;
    page.click("Rewind products of Shopify").await;
    page.says_in("dialog", "reads every record there again").await;
    page.click("Rewind").await;
    page.says_in("#toasts", "1 cursor forgotten").await;
    page.says_in("#cursors", "There is none").await;
    let job = page.request("POST", "/api/sync/products", &json!({})).await;
    assert_eq!(job["full"], true, "{job}");
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_run_in_the_way_is_told() {
    let page = Page::new(ASKING).await;
    let linked = synced(&page, 1).await;
    let [one] = linked.as_slice() else {
        panic!("one was asked for");
    };
    rename(&page, one).await;
    run_both_ways(&page).await;
    let other = page.other_process();
    let running = other
        .start(&SyncRequest::new("products", Direction::ShopifyToOdoo))
        .expect("nothing else runs");

    // The decision is kept, and the page says that it waits.
    page.open("#/conflicts").await;
    page.click(&format!("Take Odoo's: title = name of {} of the shop", one.label))
        .await;
    page.says_in("#toasts", "The next run carries it out").await;
    page.open("#/conflicts?status=decided").await;
    page.says("The next run carries it out.").await;

    // A series that cannot begin names the run that is in its way.
    page.open("#/sync?type=all").await;
    page.click("Start sync").await;
    page.says(&format!("job {} (products) is running", running.id))
        .await;
    page.finish(&["409"]).await;
}
