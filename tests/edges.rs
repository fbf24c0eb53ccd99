//! Which crate may know which: the arrows of `docs/ARCHITECTURE.md`, held over the manifests.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The crates of this workspace that each crate may depend on. A crate that is missing here fails the test, so that
/// a new one is placed on purpose.
const MAY_USE: &[(&str, &[&str])] = &[
    ("mapping-transforms", &[]),
    ("wire", &[]),
    ("mock-world", &[]),
    ("sync-core", &["mapping-transforms"]),
    ("mock-odoo", &["wire", "mock-world"]),
    ("mock-shopify", &["wire", "mock-world"]),
    ("connector-odoo", &["mapping-transforms", "sync-core", "wire"]),
    ("connector-shopify", &["mapping-transforms", "sync-core", "wire"]),
    ("persistence", &["mapping-transforms", "sync-core"]),
    (
        "sync-service",
        &[
            "connector-odoo",
            "connector-shopify",
            "mapping-transforms",
            "mock-odoo",
            "mock-shopify",
            "persistence",
            "sync-core",
            "wire",
        ],
    ),
    ("sync-cli", &["mapping-transforms", "sync-core", "sync-service"]),
    (
        "sync-server",
        &["mapping-transforms", "sync-core", "sync-service"],
    ),
];

/// What the tests of a crate may use on top of [`MAY_USE`]: a connector is tested against the simulator of its own
/// system, the engine's example needs a store, and a crate may turn on features of itself.
const TESTS_MAY_USE: &[(&str, &[&str])] = &[
    ("sync-core", &["persistence"]),
    ("connector-odoo", &["mock-odoo"]),
    ("connector-shopify", &["mock-shopify"]),
];

/// The package of the tests that see everything.
const TESTS: &str = "house-tests";

/// Libraries from outside that only these crates may depend on, their tests included.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("reqwest", &["wire"]),
    ("rusqlite", &["persistence", "mock-world"]),
    ("rusqlite_migration", &["persistence"]),
    ("postgres", &["persistence"]),
    ("tokio-postgres", &["persistence"]),
    ("actix-web", &["sync-server"]),
    ("clap", &["sync-cli", "sync-server", "sync-service"]),
    ("anyhow", &["sync-cli", "sync-server", "sync-service"]),
];

/// The most crates of the workspace in one chain of dependencies.
const LONGEST_CHAIN: usize = 5;

fn workspace() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(house_tests::root().join("Cargo.toml"));
    command.no_deps();
    command.exec().expect("cargo metadata answers")
}

fn row<'t>(table: &[(&str, &'t [&'t str])], name: &str) -> Option<&'t [&'t str]> {
    table.iter().find(|(key, _)| *key == name).map(|(_, row)| *row)
}

/// Names of the workspace's own crates that the package depends on in this way.
fn own(package: &Package, kinds: &[DependencyKind]) -> BTreeSet<String> {
    let own = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.path.is_some());
    own.filter(|dependency| kinds.contains(&dependency.kind))
        .map(|dependency| dependency.name.clone())
        .collect()
}

const SHIPPED: &[DependencyKind] = &[DependencyKind::Normal, DependencyKind::Build];

#[test]
fn crates_depend_only_along_the_arrows() {
    let mut wrong = Vec::new();
    for package in workspace().packages {
        let name = package.name.as_str();
        if name == TESTS {
            continue;
        }
        let Some(allowed) = row(MAY_USE, name) else {
            wrong.push(format!("{name} has no row in MAY_USE"));
            continue;
        };
        for used in own(&package, SHIPPED) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("{name} may not depend on {used}"));
            }
        }
        let for_tests = row(TESTS_MAY_USE, name).unwrap_or_default();
        for used in own(&package, &[DependencyKind::Development]) {
            if used != name && !allowed.contains(&used.as_str()) && !for_tests.contains(&used.as_str()) {
                wrong.push(format!("the tests of {name} may not depend on {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_ships_with_the_tests_in_it() {
    for package in workspace().packages {
        assert!(
            package
                .dependencies
                .iter()
                .all(|dependency| dependency.name != TESTS),
            "{} depends on {TESTS}",
            package.name
        );
    }
}

#[test]
fn libraries_from_outside_stay_in_their_crates() {
    let mut wrong = Vec::new();
    for package in workspace().packages {
        let name = package.name.as_str();
        if name == TESTS {
            continue;
        }
        for dependency in &package.dependencies {
            let keepers = row(KEPT_TO, &dependency.name);
            if keepers.is_some_and(|keepers| !keepers.contains(&name)) {
                wrong.push(format!("{name} may not depend on {}", dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_longest_chain_is_short() {
    let uses: BTreeMap<String, BTreeSet<String>> = workspace()
        .packages
        .iter()
        .filter(|package| package.name.as_str() != TESTS)
        .map(|package| (package.name.to_string(), own(package, SHIPPED)))
        .collect();
    for name in uses.keys() {
        let chain = longest_chain(name, &uses);
        assert!(chain.len() <= LONGEST_CHAIN, "{chain:?}");
    }
}

/// Cargo itself refuses circles, so this ends.
fn longest_chain(name: &str, uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let below = uses
        .get(name)
        .into_iter()
        .flatten()
        .map(|used| longest_chain(used, uses));
    let mut chain = below.max_by_key(Vec::len).unwrap_or_default();
    chain.insert(0, name.to_owned());
    chain
}
