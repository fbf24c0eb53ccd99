//! Replays exchanges that were recorded on a real server and compares what the simulator answers.
//!
//! The recordings are large and not part of the project, so this runs only where the environment variable
//! `ODOO_WIRE_RECORDINGS` names a folder with them: JSON files, each a list of cases with `name`, `seq`, `protocol`,
//! `http_method`, `path`, `request_headers`, `request_body`, `response_status`, `response_headers`, `response_body` and
//! `notes`. Without it the test passes and says so.
//!
//! All cases go in the order of `seq` to one fresh server. Between the recorded calls others were made that nobody
//! wrote down; `setup.json` makes them up where a case needs what they left behind. Ids differ between the two servers:
//! what an answer shows is paired with what the recording shows, and later requests are translated.
//!
//! Each case ends as *equal* (all values, ids by pairs, dates within the hour), *shape* (same types, keys and order;
//! faults must be equal to the letter) or *different*. `known.json` names every case that is not equal, with a reason.
//! The test fails on a case that is worse than known, and on one that got better, so that the list stays true. With
//! `ODOO_WIRE_UPDATE` set to any value the list is written anew; new entries have the reason `?`, which fails until
//! someone writes one. `ODOO_WIRE_SHOW` set to a number or `file` prefix prints both answers of those cases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answer;
mod case;
mod clock;
mod compare;
mod ids;
mod known;
mod node;
mod run;
mod schema;
mod walk;
mod xml;

#[test]
fn the_recorded_exchanges() {
    let Some(folder) = std::env::var_os("ODOO_WIRE_RECORDINGS") else {
        println!("skipped: ODOO_WIRE_RECORDINGS names no folder with recorded exchanges");
        return;
    };
    let cases = case::load(std::path::Path::new(&folder));
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    let results = run::all(&cases);
    println!("{}", run::table(&cases, &results));
    known::check(&cases, &results);
}
