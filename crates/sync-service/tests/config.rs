//! Settings: which source wins, and what is said of wrong values.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use sync_core::plan::{OnDelete, Strategy};
use sync_service::config::{Config, ConfigError, Overrides, SETTINGS, Source, load};

fn with(
    environment: &[(&str, &str)],
    flags: &[(&str, &str)],
    file: Option<&Path>,
) -> Result<Config, ConfigError> {
    let environment: BTreeMap<String, String> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let flags: Overrides = flags
        .iter()
        .map(|(name, value)| ((*name).to_owned(), ("--flag".to_owned(), (*value).to_owned())))
        .collect();
    load(&flags, &|name| environment.get(name).cloned(), file)
}

fn refused(environment: &[(&str, &str)]) -> String {
    with(environment, &[], None).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let config = with(&[], &[], None).unwrap();
    assert_eq!((config.port, config.host.as_str()), (8033, "127.0.0.1"));
    assert_eq!(config.database, Path::new("instance").join("sync.db"));
    assert!((config.failure_rate - 0.1).abs() < f64::EPSILON);
    assert_eq!(
        (
            config.retry.max_retries,
            config.batch_size,
            config.dead_letter_limit
        ),
        (4, 50, 5000)
    );
    assert_eq!(config.conflicts.of("product").fallback, Strategy::LastWriteWins);
    assert_eq!(config.given.len(), SETTINGS.len());
}

#[test]
fn flags_beat_the_environment_and_that_beats_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sync.toml");
    std::fs::write(&file, "sync_port = 1111\nmax_retries = 7\nsync_seed = 5\n").unwrap();
    let environment = [("SYNC_PORT", "2222"), ("MAX_RETRIES", "8")];
    let config = with(&environment, &[("SYNC_PORT", "3333")], Some(&file)).unwrap();
    assert_eq!((config.port, config.retry.max_retries, config.seed), (3333, 8, 5));
    assert_eq!(config.given["SYNC_PORT"].source, Source::Flag("--flag".into()));
    assert_eq!(
        config.given["MAX_RETRIES"].source,
        Source::Environment("MAX_RETRIES".into())
    );
    assert!(matches!(config.given["SYNC_SEED"].source, Source::File(_)));
    assert_eq!(config.given["SYNC_HOST"].source, Source::Default);
}

#[test]
fn every_wrong_value_is_named_at_once() {
    let text = refused(&[
        ("SYNC_PORT", "99999"),
        ("SYNC_FAILURE_RATE", "1.5"),
        ("CONFLICT_STRATEGY", "coin_toss"),
        ("DATABASE_URL", "mysql://x"),
        ("SYNC_LOCATIONS", "A=B,A=C,D"),
        ("SYNC_API_TOKEN", "short"),
        ("ODOO_URL", "https://erp.example"),
        ("RETRY_BACKOFF_BASE", "NaN"),
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn secrets_never_show() {
    let secret = "a-very-secret-token-indeed";
    let config = with(&[("SYNC_API_TOKEN", secret)], &[], None).unwrap();
    assert_eq!(config.given["SYNC_API_TOKEN"].value, "***");
    assert!(!format!("{config:?}").contains(secret));
}

#[test]
fn a_file_that_cannot_be_used_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.toml");
    assert!(
        with(&[], &[], Some(&missing))
            .unwrap_err()
            .to_string()
            .contains("none.toml")
    );
    let wrong = folder.path().join("wrong.toml");
    for (text, said) in [
        ("sync_prot = 1", "`sync_prot` is no setting"),
        ("sync_port = [1]", "`sync_port` is array"),
        ("sync_port = ", "configuration file"),
    ] {
        std::fs::write(&wrong, text).unwrap();
        let error = with(&[], &[], Some(&wrong)).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn policies_can_be_named_for_single_record_types() {
    let settings = [
        ("CONFLICT_STRATEGY", "merge, order=source_priority"),
        ("PRIORITY_SOURCE", "odoo"),
        ("ON_DELETE", "order=ask, product=unlink"),
    ];
    let config = with(&settings, &[], None).unwrap();
    let strategy = |of: &str| config.conflicts.of(of).fallback.to_string();
    assert_eq!(strategy("product"), "merge:last_write_wins");
    assert_eq!(strategy("order"), "source_priority:odoo");
    assert_eq!(config.conflicts.of("inventory").stock.to_string(), "delta");
    let policy = |of: &str| *config.on_delete.of(of);
    assert_eq!(policy("order"), OnDelete::Ask);
    assert_eq!(policy("product"), OnDelete::Unlink);
    assert_eq!(
        policy("inventory"),
        OnDelete::Archive,
        "the usual one where none is named"
    );
    insta::assert_snapshot!(refused(&[
        (
            "CONFLICT_STRATEGY",
            "merge, inventory=delta, orders=manual, product=source_priority:sap, max"
        ),
        ("STOCK_STRATEGY", "order=delta"),
        ("ON_DELETE", "ask, order=burn"),
    ]));
}
