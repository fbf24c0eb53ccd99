use crate::given::{Home, shows};

#[test]
fn wrong_values_are_refused_at_start_by_name() {
    let home = Home::empty();
    let variables = [
        ("SYNC_PORT", "99999"),
        ("CONFLICT_STRATEGY", "coin_toss"),
        ("SYNC_FAILURE_RATE", "1.5"),
    ];
    let ran = home.run_with(&["jobs", "list", "--max-retries", "-1"], &variables);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    shows!(ran.stderr);
    assert!(!home.path().join("instance").exists());
    let document = home.run_with(&["jobs", "list", "--json"], &variables).document();
    let findings = document["error"]["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 3);
    assert_eq!(findings[0]["name"], "SYNC_PORT");
}

#[test]
fn every_setting_says_where_it_came_from() {
    let home = Home::empty();
    home.write(
        "sync.toml",
        "sync_batch_size = 20\nsync_seed = 5\nsync_port = 9000\n",
    );
    let variables = [
        ("SYNC_CONFIG", "sync.toml"),
        ("SYNC_PORT", "9001"),
        ("SYNC_API_TOKEN", "a-long-and-secret-token"),
    ];
    let ran = home.run_with(&["config", "--failure-rate", "0.25", "--seed", "7"], &variables);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    shows!(ran.stdout);
    let document = home.document(&["config"]);
    assert_eq!(document["items"][0]["name"], "SYNC_PORT");
    assert_eq!(document["items"][0]["source"]["from"], "default", "{document:#}");
}

#[test]
fn a_settings_file_that_cannot_be_used_is_named() {
    let home = Home::empty();
    let ran = home.run(&["--config", "none.toml", "jobs", "list"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.starts_with("error: configuration file none.toml: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn instance_and_database_may_be_elsewhere() {
    let home = Home::empty();
    let store = home.path().join("stores/own.db");
    let url = format!("sqlite://{}", store.display());
    home.fine(&["seed", "--instance", "there/deep", "--database", &url]);
    assert!(store.is_file() && home.path().join("there/deep/shopify.db").is_file());
    assert!(!home.path().join("instance").exists());
    home.write("blocked", "a file where a folder is wanted");
    let ran = home.run(&["seed", "--instance", "blocked/instance"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("SYNC_INSTANCE = `blocked/instance`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn debug_logs_go_to_standard_error_and_hold_no_records() {
    let home = Home::with_catalogue();
    let ran = home.run(&["sync", "products", "--debug", "--json"]);
    assert_eq!(ran.document()["status"], "completed");
    assert!(ran.stderr.contains("job begins"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("For tea"), "{}", ran.stderr);
}

#[test]
fn wrong_arguments_are_an_error_and_not_a_failure() {
    let home = Home::empty();
    for args in [
        &["sync", "everything"][..],
        &["jobs"],
        &["dead-letter", "retry"],
        &["purge"],
    ] {
        let ran = home.run(args);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(1), ""),
            "{args:?}: {ran:?}"
        );
        assert!(!ran.stderr.is_empty());
    }
    let document = home.document(&["sync", "everything"]);
    assert!(
        document["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("products, inventory, orders, all"))
    );
    assert!(home.document(&["sync", "--help"])["help"].is_string());
    assert!(home.document(&["--version"])["version"].is_string());
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let home = Home::empty();
    let ran = home.run_with(&["--help"], &[("COLUMNS", "100")]);
    assert_eq!(ran.code, Some(0));
    shows!(ran.stdout);
}

#[test]
fn shells_get_their_completions() {
    let home = Home::empty();
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef sync-cli"),
        ("fish", "complete -c sync-cli"),
    ] {
        let script = home.fine(&["completions", shell]);
        assert!(script.contains(sign) && script.contains("dead-letter"), "{shell}");
    }
    // They need no settings, so wrong ones do not matter.
    let ran = home.run_with(&["completions", "bash", "--json"], &[("SYNC_PORT", "x")]);
    assert_eq!(ran.document()["shell"], "bash");
}
