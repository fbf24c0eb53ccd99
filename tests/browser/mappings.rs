//! Rules: refused with the reason beside the field, previewed on a real record, saved, changed, moved by file, deleted.

use serde_json::json;

use crate::page::Page;

#[tokio::test]
async fn a_rule_is_refused_previewed_saved_changed_and_deleted() {
    let page = Page::new(&[("SYNC_FAILURE_RATE", "0")]).await;
    page.open("#/settings").await;
    page.request("POST", "/api/seed", &json!({})).await;

    page.open("#/mappings?type=product").await;
    let before = page.count("tbody tr").await;
    page.click("Add rule").await;
    page.shows("#/mappings/new").await;

    // Completion knows the fields of live records.
    page.until(
        "paths to complete with",
        "return [...document.querySelectorAll('#shopify-paths option')].some((one) => one.value === 'variants.*.price');",
    )
    .await;
    page.fill("shopify_field", "variants.*.price").await;
    page.says("For example").await;
    page.fill("odoo_field", "product_variant_ids.*.x_price_note")
        .await;
    page.fill("transform", "roundd2").await;
    page.click("Save rule").await;
    page.says_in(".field:has([name='transform']) .field-error", "round2")
        .await;
    let focused = page.script("return document.activeElement.name;").await;
    assert_eq!(focused, "transform", "the focus is where the error is");

    // The preview follows the form, on a record that one can pick.
    page.fill("transform", "round2").await;
    page.pick("Record in Shopify", "Oxford Button-Down (7000000000002)")
        .await;
    page.says_in("#preview", "Applied to Oxford Button-Down of Shopify")
        .await;
    page.says_in("#preview .preview-value", "product_variant_ids.*.x_price_note")
        .await;
    page.click("The record as it is now").await;
    page.says_in("#preview pre", "\"title\": \"Oxford Button-Down\"")
        .await;

    page.click("Save rule").await;
    page.shows("#/mappings").await;
    page.says("x_price_note").await;
    // Odoo has no such field: saved all the same, and said.
    page.says_in("#toasts", "x_price_note").await;
    assert_eq!(page.count("tbody tr").await, before + 1);

    // Off and on again by its switch.
    let switch = "[aria-label*='x_price_note'][role='switch']";
    page.click_css(switch).await;
    page.says_in("#toasts", "is off").await;

    page.click("Edit the rule for product_variant_ids.*.x_price_note")
        .await;
    page.until(
        "the form",
        "return document.querySelector('[name=note]') !== null;",
    )
    .await;
    page.fill("note", "for the buyers").await;
    page.click("Save rule").await;
    page.shows("#/mappings").await;
    page.says("for the buyers").await;
    assert_eq!(
        page.script(&format!("return document.querySelector(\"{switch}\").checked;"))
            .await,
        false
    );

    page.click("Delete the rule for product_variant_ids.*.x_price_note")
        .await;
    page.says_in("dialog", "Delete the rule?").await;
    page.click("Delete").await;
    page.says_in("#toasts", "is deleted").await;
    page.until(
        "the row is gone",
        "return !document.getElementById('main').innerText.includes('x_price_note');",
    )
    .await;
    page.finish(&["422"]).await;
}

#[tokio::test]
async fn rules_leave_and_come_back_as_a_file() {
    let page = Page::new(&[("SYNC_FAILURE_RATE", "0")]).await;
    page.open("#/mappings?type=inventory").await;
    let rows = page.count("tbody tr").await;
    let exported = page
        .browser()
        .client()
        .execute_async(
            "const [done] = arguments;
             const link = [...document.querySelectorAll('a')].find((one) => one.innerText === 'Export');
             fetch(link.href).then((answer) => answer.json()).then(done);",
            vec![],
        )
        .await
        .expect("the link leads to the file");
    let good = page.folder().join("rules.json");
    std::fs::write(&good, exported.to_string()).expect("the file is written");
    let mut broken = exported.clone();
    broken["mappings"][0]["transform"] = json!("nonsense");
    let bad = page.folder().join("broken.json");
    std::fs::write(&bad, broken.to_string()).expect("the file is written");

    // One wrong rule: refused whole, with the place in the file.
    page.click("Import").await;
    page.type_into("#import-file", &bad.to_string_lossy()).await;
    page.click("Import").await;
    page.says_in("dialog [role='alert']", "rule 1").await;
    page.click("Close").await;

    page.click("Import").await;
    page.type_into("#import-file", &good.to_string_lossy()).await;
    page.click("Import").await;
    page.says_in("#toasts", "imported").await;
    page.shows("#/mappings").await;
    assert_eq!(page.count("tbody tr").await, rows);
    page.finish(&["422"]).await;
}
