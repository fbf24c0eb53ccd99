use crate::world::World;

#[test]
fn probe() {
    let world = World::demo("0.0");
    for what in ["products", "inventory", "orders"] {
        let job = world.sync(what);
        println!("{what}: {:?} {:?} {:?}", job.status, job.counts, job.error);
        for line in world.logs(job.id) {
            if line.outcome != sync_core::Outcome::Success || !line.warnings.is_empty() {
                println!("  {} {:?} {} {} {:?}", line.label, line.outcome, line.reason, line.message, line.warnings);
            }
        }
    }
    for what in ["products", "inventory", "orders"] {
        let job = world.sync(what);
        println!("again {what}: {:?} {:?} {:?}", job.status, job.counts, job.error);
        for line in world.logs(job.id) {
            if line.reason != "unchanged" {
                println!("  {} {:?} {} {} {:?} {:?}", line.label, line.outcome, line.reason, line.message, line.warnings, line.changes.iter().take(6).collect::<Vec<_>>());
            }
        }
    }
}
