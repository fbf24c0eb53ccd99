//! Filling, counting, purging, and rules as files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use mapping_transforms::MappingDraft;
use sync_core::Direction;
use sync_core::ports::{Clock, SimulatedClock};
use sync_service::config::{Overrides, load};
use sync_service::{
    ImportMode, JobFilter, LogFilter, MappingFile, MappingFormat, PageRequest, SeedSource, Service,
    ServiceError, SyncRequest, open_installation,
};
use tempfile::TempDir;

const CATALOGUE: &str = "Handle,Title,Variant SKU,Variant Price\nmug,Mug,M-1,12.50\ncup,Cup,M-1,9\n";

fn installation() -> (TempDir, Arc<SimulatedClock>, Service) {
    let folder = tempfile::tempdir().unwrap();
    let instance = folder.path().join("instance").display().to_string();
    let flag = |name: &str, value: &str| (name.to_owned(), ("--flag".to_owned(), value.to_owned()));
    let flags = Overrides::from([flag("SYNC_INSTANCE", &instance), flag("SYNC_FAILURE_RATE", "0")]);
    let clock = Arc::new(SimulatedClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let config = load(&flags, &|_| None, None).unwrap();
    let service = open_installation(config, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    (folder, clock, service)
}

fn request() -> SyncRequest {
    SyncRequest::new("products", Direction::ShopifyToOdoo)
}

fn seed(service: &Service, reset: bool) -> Result<sync_service::SeedReport, ServiceError> {
    service.seed(SeedSource::ShopifyCsv(&mut CATALOGUE.as_bytes()), reset)
}

#[cfg(unix)]
#[test]
fn the_instance_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _, _service) = installation();
    let mode = folder
        .path()
        .join("instance")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn seeding_again_creates_nothing_and_a_reset_begins_anew() {
    let (_folder, _, service) = installation();
    let first = seed(&service, false).unwrap();
    let file = first.file.unwrap();
    assert_eq!(
        (first.shopify.products, file.products, file.oddities.len()),
        (2, 2, 1)
    );
    let again = seed(&service, false).unwrap();
    assert_eq!((again.shopify.products, again.odoo.len()), (0, 0));
    let job = service.start(&request()).unwrap();
    assert!(
        matches!(seed(&service, true), Err(ServiceError::Store(_))),
        "a job is running"
    );
    service
        .carry_out(job, &sync_core::engine::StopFlag::default(), &mut |_| {})
        .unwrap();
    let anew = seed(&service, true).unwrap();
    assert_eq!((anew.reset, anew.shopify.products), (true, 2));
    let jobs = service
        .jobs(&JobFilter::default(), PageRequest::default())
        .unwrap();
    assert!(jobs.items.is_empty());
    assert_eq!(
        service
            .sync(&request(), &mut |_| {})
            .unwrap()
            .counts
            .success_count,
        2
    );
}

#[test]
fn the_dashboard_forgets_failures_after_its_window_and_not_how_old_things_are() {
    let (_folder, clock, service) = installation();
    seed(&service, false).unwrap();
    service.sync(&request(), &mut |_| {}).unwrap();
    let now = service.dashboard().unwrap();
    let products = now.streams.first().unwrap();
    assert_eq!(
        (products.failure_rate, products.fresh_seconds, now.last_sync_at),
        (Some(0.0), Some(0), Some(now.at))
    );
    clock.advance(Duration::from_secs(25 * 3600));
    let later = service.dashboard().unwrap();
    let products = later.streams.first().unwrap();
    assert_eq!(
        (products.failure_rate, products.fresh_seconds),
        (None, Some(25 * 3600))
    );
}

#[test]
fn a_purge_deletes_what_is_older() {
    let (_folder, clock, service) = installation();
    seed(&service, false).unwrap();
    let old = service.sync(&request(), &mut |_| {}).unwrap();
    clock.advance(Duration::from_secs(3 * 24 * 3600));
    let new = service.sync(&request(), &mut |_| {}).unwrap();
    assert_eq!(service.purge(4).unwrap().log_lines, 0);
    assert_eq!(service.purge(2).unwrap().log_lines, 2);
    let lines = |job| {
        let page = service.logs(job, &LogFilter::default(), PageRequest::default());
        page.unwrap().items.len()
    };
    assert_eq!((lines(old.id), lines(new.id)), (0, 2));
    assert_eq!(
        service.purge(u32::MAX).unwrap().log_lines,
        0,
        "longer ago than there were calendars"
    );
}

#[test]
fn rules_survive_a_file_of_either_format() {
    let (_folder, _, service) = installation();
    let id = service.mappings(Some("product")).unwrap().first().unwrap().id;
    service.enable_mapping(id, false).unwrap();
    let odd = MappingDraft {
        shopify_field: "\"odd \\\"key\\\"\".*".into(),
        note: "zwei\nZeilen, \"so\"".into(),
        on_missing: "skip".into(),
        transform: "join:\", \"".into(),
        ..draft("product", "ignored", "description_purchase")
    };
    service.add_mapping(&odd).unwrap();
    let rules = service.export_mappings(None).unwrap();
    for format in [MappingFormat::Toml, MappingFormat::Json] {
        let read = MappingFile::parse(&rules.render(format).unwrap(), format).unwrap();
        assert_eq!(read, rules, "{format:?}");
        let report = service.import_mappings(&read, ImportMode::Replace).unwrap();
        assert_eq!(
            (report.added, report.deleted),
            (rules.mappings.len(), rules.mappings.len())
        );
        assert_eq!(service.export_mappings(None).unwrap(), rules, "{format:?}");
    }
}

#[test]
fn replacing_leaves_other_record_types_alone() {
    let (_folder, _, service) = installation();
    let orders = service.mappings(Some("order")).unwrap();
    let file = MappingFile {
        mappings: vec![
            draft("product", "vendor", "x_vendor"),
            draft("product", "title", "name"),
        ],
    };
    service.import_mappings(&file, ImportMode::Replace).unwrap();
    assert_eq!(service.mappings(Some("order")).unwrap(), orders);
    let products = service.mappings(Some("product")).unwrap();
    let seen: Vec<_> = products
        .iter()
        .map(|rule| (rule.position, rule.shopify_field.to_string()))
        .collect();
    assert_eq!(seen, [(1, "vendor".to_owned()), (2, "title".to_owned())]);
}

#[test]
fn switching_a_rule_on_checks_it_like_a_new_one() {
    let (_folder, _, service) = installation();
    let double = MappingDraft {
        enabled: false,
        ..draft("product", "vendor", "name")
    };
    let id = service.add_mapping(&double).unwrap().mapping.id;
    assert!(matches!(
        service.enable_mapping(id, true),
        Err(ServiceError::Mapping(_))
    ));
    assert!(!service.mapping(id).unwrap().enabled);
}

#[test]
fn a_file_without_end_is_refused() {
    let rule = "{\"record_type\":\"product\",\"shopify_field\":\"a\",\"odoo_field\":\"b\"}";
    let many = format!("{{\"mappings\":[{}]}}", vec![rule; 2_001].join(","));
    let error = MappingFile::parse(&many, MappingFormat::Json).unwrap_err();
    assert!(error.to_string().contains("2000 rules at most"), "{error}");
    let long = " ".repeat(5 * 1024 * 1024);
    assert!(MappingFile::parse(&long, MappingFormat::Toml).is_err());
}

fn draft(record_type: &str, shopify: &str, odoo: &str) -> MappingDraft {
    MappingDraft {
        id: 0,
        record_type: record_type.into(),
        shopify_field: shopify.into(),
        odoo_field: odoo.into(),
        transform: "direct".into(),
        enabled: true,
        position: 0,
        note: String::new(),
        on_missing: "auto".into(),
        direction: "auto".into(),
        owner: String::new(),
        strategy: String::new(),
    }
}

#[test]
fn looking_at_both_sides_waits_for_the_rate_limit() {
    let (_folder, clock, service) = installation();
    service.seed(SeedSource::Demo, false).unwrap();
    service.sync(&request(), &mut |_| {}).unwrap();
    let began = clock.now();
    let page = PageRequest {
        before: None,
        limit: 50,
    };
    // Time only passes here where somebody waits, and without waiting the limit is an error.
    let looks = (0..100).take_while(|_| clock.now() == began);
    for _ in looks {
        assert_eq!(service.twins(None, page).unwrap().items.len(), 20);
    }
    assert!(clock.now() > began, "the limit was never reached");
}
