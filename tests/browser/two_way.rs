//! Both sides edited: conflicts decided and brought back, the two simulated stores side by side, the first match.

use serde_json::{Value, json};

use crate::accessibility::{look, refuse};
use crate::page::Page;

/// Writes succeed, and what both sides changed waits for a person.
pub(crate) const ASKING: &[(&str, &str)] = &[("SYNC_FAILURE_RATE", "0"), ("CONFLICT_STRATEGY", "manual")];

/// A product that both systems have.
pub(crate) struct Linked {
    pub(crate) link: i64,
    pub(crate) label: String,
    pub(crate) shopify_id: String,
    pub(crate) odoo_id: String,
}

/// Fills both systems, runs once, and answers the newest linked products.
pub(crate) async fn synced(page: &Page, count: usize) -> Vec<Linked> {
    page.open("#/settings").await;
    page.request("POST", "/api/seed", &json!({})).await;
    let job = page.request("POST", "/api/sync/products", &json!({})).await;
    assert_eq!(job["fail_count"], 0, "{job}");
    let links = read(page, &format!("/api/links?record_type=product&limit={count}")).await;
    let text = |link: &Value, key: &str| link[key].as_str().unwrap_or_default().to_owned();
    let items = links["items"].as_array().cloned().unwrap_or_default();
    let linked: Vec<_> = items
        .iter()
        .map(|link| Linked {
            link: link["id"].as_i64().unwrap_or_default(),
            label: text(link, "label"),
            shopify_id: text(link, "shopify_id"),
            odoo_id: text(link, "odoo_id"),
        })
        .collect();
    assert_eq!(linked.len(), count, "{links}");
    linked
}

/// Reads from the API, from within the page.
pub(crate) async fn read(page: &Page, path: &str) -> Value {
    let sending = format!(
        "const [done] = arguments; fetch({}).then((answer) => answer.json()).then(done);",
        json!(path)
    );
    let answer = page.browser().client().execute_async(&sending, vec![]).await;
    answer.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Gives a product another name on either side, as their own people would.
pub(crate) async fn rename(page: &Page, linked: &Linked) {
    let shop = json!({
        "system": "shopify", "record_type": "product", "id": linked.shopify_id,
        "fields": { "title": format!("{} of the shop", linked.label) }
    });
    let warehouse = json!({
        "system": "odoo", "record_type": "product", "id": linked.odoo_id,
        "fields": { "name": format!("Warehouse {}", linked.label) }
    });
    for edit in [shop, warehouse] {
        let made = page.request("POST", "/api/sim/edit", &edit).await;
        assert_eq!(made["system"], edit["system"], "{made}");
    }
}

/// What a product is called in either system now.
pub(crate) async fn names(page: &Page, linked: &Linked) -> (Value, Value) {
    let of = |system: &'static str, id: &str| {
        format!("/api/samples/record?record_type=product&system={system}&id={id}")
    };
    let shop = read(page, &of("shopify", &linked.shopify_id)).await;
    let warehouse = read(page, &of("odoo", &linked.odoo_id)).await;
    (shop["body"]["title"].clone(), warehouse["body"]["name"].clone())
}

#[tokio::test]
async fn conflicts_are_decided_and_what_lost_is_brought_back() {
    let page = Page::new(ASKING).await;
    let linked = synced(&page, 4).await;
    for one in &linked {
        rename(&page, one).await;
    }
    page.request("POST", "/api/sync/products", &json!({ "full": true }))
        .await;
    let [first, second, third, _] = linked.as_slice() else {
        panic!("four were asked for");
    };

    // The number is on the dashboard and in the navigation; the inbox shows what either side changed.
    page.open("#/").await;
    page.says_in("[data-stream='product'] .metric[data-tone='warn']", "4")
        .await;
    page.says_in(".nav-link[data-entry='/conflicts'] .nav-count", "4")
        .await;
    page.click_css("[data-stream='product'] .metric[href*='conflicts']")
        .await;
    page.shows("#/conflicts").await;
    assert_eq!(page.count("[data-conflict]").await, 4);
    page.says_in("mark", "of the shop").await;
    page.says_in("mark", "Warehouse").await;
    let words = page.text().await.to_lowercase();
    for word in ["newer", "older"] {
        assert!(
            !words.contains(word),
            "sides are told by system and time: {words}"
        );
    }
    let mut findings = Vec::new();
    look(&page, "#/conflicts", &mut findings).await;

    // A filter is in the address.
    page.open(&format!("#/conflicts?text={}", first.shopify_id)).await;
    assert_eq!(page.count("[data-conflict]").await, 1);
    page.click(&format!(
        "Take Shopify's: title = name of {} of the shop",
        first.label
    ))
    .await;
    page.says_in("#toasts", "decided and carried out").await;
    page.says("No conflict matches").await;
    let shop = json!(format!("{} of the shop", first.label));
    assert_eq!(names(&page, first).await, (shop.clone(), shop.clone()));

    // A typed value, for both sides.
    page.open("#/conflicts").await;
    page.click(&format!(
        "Type a value: title = name of {} of the shop",
        second.label
    ))
    .await;
    page.fill("value-shopify", "Between the two").await;
    page.fill("value-odoo", "Between the two").await;
    look(&page, "the dialog for a value", &mut findings).await;
    page.click("Decide").await;
    page.until(
        "two conflicts are left",
        "return document.querySelectorAll('[data-conflict]').length === 2;",
    )
    .await;
    let typed = json!("Between the two");
    assert_eq!(names(&page, second).await, (typed.clone(), typed));

    // The rest at once: the count first.
    page.click("Select all open").await;
    page.says_in(".bulk", "2 selected").await;
    page.click("Take Odoo's for the selected").await;
    page.says_in("dialog", "Take Odoo's for 2 conflicts?").await;
    page.click("Take Odoo's for 2 conflicts").await;
    page.says_in("#retry", "2 conflicts decided").await;
    page.says("No open conflicts").await;
    page.until(
        "no count in the navigation",
        "return document.querySelector(\"[data-entry='/conflicts'] .nav-count\").hidden;",
    )
    .await;
    let warehouse = json!(format!("Warehouse {}", third.label));
    assert_eq!(names(&page, third).await, (warehouse.clone(), warehouse));

    // What lost comes back.
    page.open(&format!("#/conflicts?status=resolved&text={}", first.shopify_id))
        .await;
    page.says("Shopify's value").await;
    look(&page, "#/conflicts?status=resolved", &mut findings).await;
    page.click(&format!(
        "Restore what lost: title = name of {} of the shop",
        first.label
    ))
    .await;
    page.says_in("#toasts", "What lost is back").await;
    let warehouse = json!(format!("Warehouse {}", first.label));
    assert_eq!(names(&page, first).await, (warehouse.clone(), warehouse));

    // The time line tells it all.
    page.open(&format!("#/records/product/shopify/{}", first.shopify_id))
        .await;
    for kind in ["line", "conflict", "decision"] {
        assert!(
            page.count(&format!("[data-event='{kind}']")).await > 0,
            "no {kind} in: {}",
            page.text().await
        );
    }
    look(&page, "a time line", &mut findings).await;
    refuse(&findings);
    page.finish(&[]).await;
}

#[tokio::test]
async fn records_are_found_opened_and_unlinked() {
    let page = Page::new(ASKING).await;
    let linked = synced(&page, 1).await;
    let [one] = linked.as_slice() else {
        panic!("one was asked for");
    };
    let mut findings = Vec::new();
    page.open(&format!("#/records?text={}", one.shopify_id)).await;
    look(&page, "#/records", &mut findings).await;
    assert_eq!(page.count("tbody tr").await, 1);
    page.click(&one.label).await;
    page.shows(&format!("#/records/product/shopify/{}", one.shopify_id))
        .await;
    page.says_in("[data-event='line']", "Created").await;
    page.click("As Odoo knows it").await;
    page.shows(&format!("#/records/product/odoo/{}", one.odoo_id))
        .await;
    page.says_in("[data-event='line']", "Created").await;
    page.click(&format!("Unlink {}", one.label)).await;
    page.says_in("dialog", "Nothing is written to either system")
        .await;
    page.click("Unlink").await;
    page.says("It is linked with no record").await;

    // Nothing, and nonsense, are said to be that.
    page.open("#/records/product/shopify/1").await;
    page.says("Nothing happened to it yet").await;
    page.open_file("/#/records/nonsense/shopify/1").await;
    page.says_in("[role='alert']", "nonsense").await;
    refuse(&findings);
    page.finish(&["422"]).await;
}

#[tokio::test]
async fn both_stores_are_edited_side_by_side_until_a_conflict_appears() {
    let page = Page::new(ASKING).await;
    let mut findings = Vec::new();
    page.open("#/twin").await;
    page.says("No product is linked yet").await;
    look(&page, "#/twin while nothing is there", &mut findings).await;
    let linked = synced(&page, 1).await;
    let [one] = linked.as_slice() else {
        panic!("one was asked for");
    };
    page.click("Both stores").await;
    page.shows("#/twin").await;
    let store = format!("[data-twin='{}']", one.shopify_id);
    let title = |side: &str, id: &str| format!("{store} [data-key='title {side} {id}']");
    // Enter is what a person presses after typing.
    page.type_into(&title("shopify", &one.shopify_id), " of the shop\u{e007}")
        .await;
    page.says_in(&format!("{store} tbody tr:first-child"), "Differs")
        .await;
    page.type_into(&title("odoo", &one.odoo_id), " of the warehouse\u{e007}")
        .await;
    page.says_in("#toasts", "of the warehouse").await;
    page.click_css(".page-header .primary").await;
    page.says_in(&store, "1 open conflict").await;
    look(&page, "#/twin", &mut findings).await;

    // A price goes over without one.
    let price = format!("{store} [data-key^='price shopify']");
    page.script(&format!(
        "document.querySelector({}).value = ''; return null;",
        json!(price)
    ))
    .await;
    page.type_into(&price, "99.5\u{e007}").await;
    page.says_in("#toasts", "now 99.5").await;
    page.until(
        "the run has ended",
        "return document.querySelectorAll('.run .bar').length === 0;",
    )
    .await;
    page.click_css(".page-header .primary").await;
    page.until(
        "the price in Odoo",
        &format!(
            "return document.querySelector({}).value.startsWith('99.5');",
            json!(format!("{store} [data-key^='price odoo']"))
        ),
    )
    .await;

    // What the system refuses stays as it was, and is said.
    page.script(&format!(
        "document.querySelector({}).value = ''; return null;",
        json!(price)
    ))
    .await;
    page.type_into(&price, "a lot\u{e007}").await;
    page.says_in("#toasts [role='alert']", "price").await;
    let kept = page
        .script(&format!("return document.querySelector({}).value;", json!(price)))
        .await;
    assert!(
        kept.as_str().is_some_and(|value| value.starts_with("99.5")),
        "{kept}"
    );
    refuse(&findings);
    page.finish(&["422"]).await;
}

#[tokio::test]
async fn the_first_match_is_looked_at_and_put_right_by_hand() {
    let page = Page::new(ASKING).await;
    let mut findings = Vec::new();
    page.open("#/match").await;
    page.says("Nobody looked yet").await;
    look(&page, "#/match while nothing is there", &mut findings).await;
    // The newest two are drafts; these are sold.
    let linked = synced(&page, 4).await;
    let linked = &linked[2..];
    for one in linked {
        page.request("DELETE", &format!("/api/links/{}", one.link), &json!({}))
            .await;
    }
    let [first, second] = linked else {
        panic!("two were asked for");
    };

    page.open("#/match").await;
    page.click("Look through both systems").await;
    for list in ["ambiguous", "will-link", "will-create"] {
        page.until(
            list,
            &format!("return document.getElementById('{list}') !== null;"),
        )
        .await;
    }
    // Whichever list it is in, its counterpart can be chosen.
    let choose = format!("#main [aria-label$=' for {}']", first.label);
    assert_eq!(page.count(&choose).await, 1, "{}", page.text().await);
    page.click_css(&choose).await;
    page.click(&format!("Link by id: {}", first.label)).await;
    look(&page, "#/match", &mut findings).await;
    page.fill("counterpart", &first.odoo_id).await;
    page.click("Link").await;
    page.says_in("#toasts", "is linked").await;
    // By its id, where no key helps; a wrong one is refused where it was typed.
    page.click_css(&format!("#main [aria-label$=' for {}']", second.label))
        .await;
    page.click(&format!("Link by id: {}", second.label)).await;
    page.fill("counterpart", "999999").await;
    page.click("Link").await;
    page.says_in("dialog [role='alert']", "999999").await;
    page.fill("counterpart", &second.odoo_id).await;
    page.click("Link").await;
    page.says(&format!("Linked with Odoo {}", second.odoo_id)).await;
    let links = read(&page, "/api/links?record_type=product&limit=2").await;
    for (link, one) in links["items"]
        .as_array()
        .into_iter()
        .flatten()
        .zip([second, first])
    {
        assert_eq!(link["shopify_id"], json!(one.shopify_id), "{links}");
        assert_eq!(link["odoo_id"], json!(one.odoo_id), "{links}");
    }
    page.click("Run it").await;
    page.says_in(".run", "Completed").await;
    refuse(&findings);
    page.finish(&["404", "422"]).await;
}

#[tokio::test]
async fn runs_rules_and_cursors_have_their_controls() {
    let page = Page::new(ASKING).await;
    let mut findings = Vec::new();
    page.open("#/settings").await;
    page.says_in("#cursors", "There is none").await;
    synced(&page, 1).await;
    page.open("#/sync?type=products&full=true").await;
    look(&page, "#/sync with everything open", &mut findings).await;
    page.click("Start sync").await;
    page.says_in(".run", "Completed").await;
    let job = read(&page, "/api/jobs?limit=1").await;
    assert_eq!(job["items"][0]["full"], true, "{job}");

    // The strategy of a rule is saved and shown, and a wrong direction is refused beside it.
    page.open("#/mappings?type=product").await;
    page.click("Edit the rule for name").await;
    page.until(
        "the form",
        "return document.querySelector('[name=strategy]') !== null;",
    )
    .await;
    page.pick("If both sides change it", "Ask (manual)").await;
    page.click("Save rule").await;
    page.shows("#/mappings").await;
    page.says_in("tbody", "Ask").await;
    look(&page, "#/mappings", &mut findings).await;
    refuse(&findings);
    page.finish(&[]).await;
}
