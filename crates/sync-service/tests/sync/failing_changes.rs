//! The simulated failures of what is there already: a change fails like a creation does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sync_service::Edit;

use crate::world::World;

/// A demonstration that was synced with no failures, its Odoo in this file.
fn synced(path: &std::path::Path) -> World {
    let world = World::with_odoo_at(path, &[("SYNC_FAILURE_RATE", "0.0")], None);
    world.seed_demo();
    world.sync_all_well();
    world
}

fn number(gid: &Value) -> String {
    let gid = gid.as_str().unwrap();
    gid.rsplit('/').next().unwrap().to_owned()
}

impl World {
    fn edit_shop(&self, record_type: &str, id: &str, field: &str, value: &str) {
        self.clock.advance(std::time::Duration::from_secs(1));
        let edit = Edit {
            system: "shopify".into(),
            record_type: record_type.into(),
            id: id.into(),
            fields: BTreeMap::from([(field.to_owned(), value.to_owned())]),
        };
        self.service.sim_edit(&edit).unwrap();
    }

    /// One product for each kind of change, two open orders and a level; answers what was changed.
    fn change_a_bit_of_everything(&self) -> BTreeSet<(String, String)> {
        let mut changed = BTreeSet::new();
        let products = self.products_of_the_shop();
        let kinds = [
            ("title", "Another name"),
            ("variants.0.price", "77.70"),
            ("variants.1.sku", "ANOTHER-SKU"),
            ("tags", "one, two"),
            ("status", "archived"),
        ];
        for (product, (field, value)) in products.iter().zip(kinds) {
            let id = number(&product["id"]);
            self.edit_shop("product", &id, field, value);
            changed.insert(("product".to_owned(), id));
        }
        let job = self.sync("inventory");
        let level = self.logs(job.id).into_iter().next_back().unwrap().source_id;
        self.edit_shop("inventory", &level, "on_hand", "123");
        changed.insert(("inventory".to_owned(), level));
        let orders = self.orders_of_the_shop();
        let open: Vec<&Value> = orders
            .iter()
            .filter(|one| one["cancelledAt"].is_null() && one["displayFulfillmentStatus"] == "UNFULFILLED")
            .collect();
        for (order, (field, value)) in open.iter().zip([("note", "Ring twice"), ("cancel", "customer")]) {
            let id = number(&order["id"]);
            self.edit_shop("order", &id, field, value);
            changed.insert(("order".to_owned(), id));
        }
        assert_eq!(changed.len(), 8);
        changed
    }

    fn open_letters(&self) -> BTreeSet<(String, String)> {
        let letters = self.open_dead_letters().into_iter();
        letters
            .map(|one| (one.record_type.to_string(), one.source_id))
            .collect()
    }
}

#[test]
fn with_every_attempt_failing_every_change_is_a_dead_letter_and_comes_through_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odoo.db");
    let world = synced(&path);
    let changed = world.change_a_bit_of_everything();
    let settings = [("SYNC_FAILURE_RATE", "1.0"), ("MAX_RETRIES", "1")];
    let world = World::with_odoo_at(&path, &settings, Some(world));
    world.sync_all();
    assert_eq!(world.open_letters(), changed);
    for summary in world.open_dead_letters() {
        let letter = world.service.dead_letter(summary.id).unwrap();
        let codes: Vec<&str> = letter.attempts.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["concurrent_update"; 2], "{}", letter.label);
    }
    let world = World::with_odoo_at(&path, &[("SYNC_FAILURE_RATE", "0.0")], Some(world));
    world.sync_all_well();
    assert_eq!(world.open_letters(), BTreeSet::new());
    let before = world.journals();
    world.sync_all_well();
    assert_eq!(world.journals(), before);
}

#[test]
fn half_of_the_attempts_fail_and_their_neighbours_come_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odoo.db");
    let world = synced(&path);
    for product in world.products_of_the_shop() {
        let id = number(&product["id"]);
        world.edit_shop("product", &id, "title", "Another name");
        world.edit_shop("product", &id, "variants.0.price", "77.70");
    }
    let settings = [("SYNC_FAILURE_RATE", "0.5"), ("MAX_RETRIES", "0")];
    let world = World::with_odoo_at(&path, &settings, Some(world));
    let job = world.sync("products");
    // A product of which a name and a price changed draws once, not once for each.
    let failed = job.counts.fail_count;
    assert!((4..=16).contains(&failed), "{failed} of 20 failed");
    assert_eq!(job.counts.success_count, 20 - failed);
    let world = World::with_odoo_at(&path, &[("SYNC_FAILURE_RATE", "0.0")], Some(world));
    assert_eq!(world.sync("products").counts.success_count, failed);
}
