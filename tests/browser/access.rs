//! With a token: nothing before the login, everything after it, nothing again after logging out.

use serde_json::json;

use crate::page::Page;

const TOKEN: &str = "a token of the test, long enough";

#[tokio::test]
async fn the_page_asks_for_the_token() {
    let page = Page::new(&[("SYNC_API_TOKEN", TOKEN)]).await;
    page.open_file("/#/jobs").await;
    page.says("Log in").await;
    let refused = page.request("POST", "/api/seed", &json!({})).await;
    assert_eq!(refused["status"], 401, "{refused}");

    page.fill("token", "not the token, long enough").await;
    page.click("Log in").await;
    page.says_in(".field-error", "This is not the token.").await;

    page.fill("token", TOKEN).await;
    page.click("Log in").await;
    // It goes on where it was meant to go.
    page.shows("#/jobs").await;
    page.says("Nothing ran yet").await;
    // Scripts cannot read the session, and the settings never say the token.
    assert_eq!(page.script("return document.cookie;").await, "");
    page.open("#/settings").await;
    page.says("secret, never shown").await;
    let whole = page.script("return document.documentElement.outerHTML;").await;
    assert!(!whole.as_str().unwrap_or_default().contains(TOKEN));

    page.click("Log out").await;
    page.until(
        "the login",
        "return document.querySelector('[name=token]') !== null;",
    )
    .await;
    page.finish(&["401"]).await;
}
