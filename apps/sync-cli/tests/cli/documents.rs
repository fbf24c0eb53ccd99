//! With `--json`, standard output is one document, whatever the command and however it ends.

use crate::given::Home;

#[test]
fn every_command_answers_one_document() {
    let home = Home::with_catalogue();
    home.fine(&["sync", "products"]);
    let commands: &[&[&str]] = &[
        &["seed"],
        &["sync", "products"],
        &["sync", "products", "--dry-run"],
        &["jobs", "list"],
        &["jobs", "show", "1"],
        &["jobs", "logs", "1"],
        &["jobs", "cancel", "1"],
        &["jobs", "resume", "1"],
        &["mappings", "list"],
        &["mappings", "transforms"],
        &["mappings", "export"],
        &["mappings", "export", "rules.toml"],
        &["mappings", "import", "rules.toml", "--replace"],
        &["mappings", "import", "rules.toml"],
        &["mappings", "delete", "999"],
        &["dead-letter", "list"],
        &["dead-letter", "show", "1"],
        &["dead-letter", "retry", "--all"],
        &["dead-letter", "retry", "1"],
        &["dead-letter", "discard", "--all", "--reason", "no longer sold"],
        &["waiting", "list"],
        &["dashboard"],
        &["config"],
        &["conflicts", "list"],
        &["conflicts", "show", "1"],
        &["conflicts", "resolve", "--all", "--winner", "odoo"],
        &["conflicts", "restore", "1"],
        &["links", "list"],
        &["links", "add", "product", "1", "1"],
        &["links", "remove", "1"],
        &["match", "preview"],
        &["match", "candidates", "product", "shopify", "7000000000001"],
        &["cursors", "list"],
        &["cursors", "rewind", "product"],
        &["record", "history", "product", "shopify", "7000000000001"],
        &["sim", "fields"],
        &["sim", "twin"],
        &["sim", "edit", "shopify", "product", "7000000000001", "title=Cup"],
        &["sim", "edit", "shopify", "product", "1", "title=Cup"],
        &["sim", "shopify", "{ shop { name } }"],
        &["sim", "odoo", "res.partner", "search", "[[]]"],
        &["purge", "--days", "7"],
        &["completions", "fish"],
        &["nonsense"],
        &["help"],
    ];
    for args in commands {
        let ran = home.run(&[args, &["--json"][..]].concat());
        let document = ran.document();
        let failed = document["error"].is_object();
        assert_eq!(ran.code == Some(1), failed, "{args:?}: {ran:#?}");
        if failed {
            let error = &document["error"];
            assert!(
                error["message"].is_string() && error["findings"].is_array(),
                "{args:?}: {error:#}"
            );
        }
    }
}

#[test]
fn a_list_has_items_and_next() {
    let home = Home::with_catalogue();
    home.fine(&["sync", "products"]);
    for args in [
        &["jobs", "list"][..],
        &["jobs", "logs", "1"],
        &["mappings", "list"],
        &["mappings", "transforms"],
        &["dead-letter", "list"],
        &["waiting", "list"],
        &["conflicts", "list"],
        &["links", "list"],
        &["match", "candidates", "product", "shopify", "7000000000001"],
        &["cursors", "list"],
        &["sim", "fields"],
        &["sim", "twin"],
        &["config"],
    ] {
        let document = home.document(args);
        let keys: Vec<_> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["items", "next"], "{args:?}");
    }
}

#[test]
fn a_job_is_the_documented_object() {
    let home = Home::with_catalogue();
    let mut job = home.document(&["sync", "products"]);
    for time in ["created_at", "started_at", "finished_at"] {
        assert!(job[time].is_string(), "{job:#}");
        job[time] = "[time]".into();
    }
    insta::assert_json_snapshot!(job);
}
