//! What every [`Connector`] has to show, over the wire of a simulated system.
//!
//! Reading and writing are adopted apart: a connector that only reads has no [`WriteFixture`].
//!
//! ```no_run
//! # #[cfg(any())]
//! mod products {
//!     sync_core::connector_reading_conformance!(|records| MyWorld::with(records));
//!     sync_core::connector_writing_conformance!(|records| MyWorld::with(records));
//! }
//! ```
//!
//! makes one test per case, each with worlds of its own. The tests run on `tokio`, which the adopter needs with its
//! features `macros` and `rt`.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::future_not_send,
    reason = "a suite says that a case failed by panicking, and runs on one thread"
)]

pub mod levels;
pub mod reading;
pub mod reading_faults;
mod walk;
pub mod writing;
pub mod writing_faults;

use crate::ports::Connector;
use crate::{Applied, Record, RecordType, Write};

/// What goes wrong between the connector and its system. An adopter translates it into a fault of its wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireFault {
    /// The request never arrives.
    LostBefore,
    /// The request is carried out, and its answer is lost.
    LostAfter,
    /// A load balancer answers with a status of 503; the request never arrives.
    Rejected,
    /// The request is carried out; only the first bytes of its answer arrive.
    Truncated,
    /// The request is carried out; its answer is an HTML page with the status 200.
    Html,
}

impl WireFault {
    /// Every fault.
    pub const ALL: [Self; 5] = [
        Self::LostBefore,
        Self::LostAfter,
        Self::Rejected,
        Self::Truncated,
        Self::Html,
    ];
}

/// A simulated system with records of one type, and ways to it that are not the connector's.
pub trait ReadFixture {
    /// A connector to the system. Each one starts from nothing, as after a restart.
    fn connect(&self) -> Box<dyn Connector>;

    /// The type under test.
    fn record_type(&self) -> RecordType;

    /// The ids of all records that there are, in any order.
    fn ids(&self) -> Vec<String>;

    /// Those of them that people do not see at first sight: archived ones, drafts, cancelled ones. Empty for a type
    /// that knows nothing of the kind; otherwise there is one as soon as there are two records.
    fn hidden(&self) -> Vec<String>;

    /// Makes one more record.
    fn add(&self);

    /// Removes a record; `false` where the system removes none of this type.
    fn remove(&self, id: &str) -> bool;

    /// Lets one request go wrong: the one behind the next `skip` requests, of whatever connector.
    fn fault(&self, fault: WireFault, skip: usize);

    /// How many faults have not hit a request yet.
    fn faults_left(&self) -> usize;
}

/// A system that is written to.
pub trait WriteFixture: ReadFixture {
    /// A write that makes a record. Another `n` is another record; the same one gives the same write. What records
    /// share (a name that both look up) should be shared, since that is where neighbours get into each other's way.
    fn good(&self, n: usize) -> Write;

    /// A write that has to be refused, with a source id of its own for each `n`, disjoint from that of good ones.
    fn bad(&self, n: usize) -> Write;

    /// A write that changes the record of a good one after it was carried out, in as many respects as there are.
    fn update(&self, made: &Write, applied: &Applied) -> Write;

    /// What the record should show by this write and does not; `None` if all is well.
    fn difference(&self, write: &Write, record: &Record) -> Option<String>;
}

/// A system with stock levels that are set.
pub trait LevelFixture: ReadFixture {
    /// The ids of levels that may be set, in an order that stays.
    fn levels(&self) -> Vec<String>;

    /// The write that brings a level from what it shows to this quantity.
    fn set(&self, record: &Record, quantity: i64) -> Write;

    /// A write of a level that has to be refused.
    fn refused(&self, record: &Record) -> Write;

    /// What a level shows.
    fn quantity(&self, record: &Record) -> i64;

    /// Somebody sets a level, by another way than the connector's.
    fn somebody_sets(&self, id: &str, quantity: i64);
}

/// Makes tests of all cases about setting stock levels. The argument is called with the number of records and makes a
/// [`LevelFixture`]($crate::conformance::connector::LevelFixture).
#[macro_export]
macro_rules! connector_levels_conformance {
    ($make:expr) => {
        $crate::connector_conformance_cases! { $make;
            levels {
                a_level_that_moved_stays_as_it_is
                the_same_level_again_doubles_nothing
                bad_levels_hurt_no_neighbours
                a_level_survives_every_fault
            }
        }
    };
}

/// Makes tests of all cases of the reading part of the `Connector` suite. The argument is called with the number of
/// records and makes a [`ReadFixture`]($crate::conformance::connector::ReadFixture).
#[macro_export]
macro_rules! connector_reading_conformance {
    ($make:expr) => {
        $crate::connector_conformance_cases! { $make;
            reading {
                a_walk_ends_and_leaves_nothing_out
                an_empty_system_has_nothing
                a_walk_goes_on_from_any_cursor
                foreign_cursors_are_refused
                what_changes_meanwhile_hides_nothing
                archived_and_drafts_come_too
                what_is_walked_is_fetched
                fetched_records_come_as_asked
                ids_that_are_none_find_nothing
                fields_are_those_of_the_records
                a_total_counts_all
                an_unknown_record_type_is_named
            }
            reading_faults {
                a_walk_survives_every_fault
                fetching_survives_every_fault
                fields_survive_every_fault
            }
        }
    };
}

/// Makes tests of all cases of the writing part of the `Connector` suite. The argument is called with the number of
/// records and makes a [`WriteFixture`]($crate::conformance::connector::WriteFixture).
#[macro_export]
macro_rules! connector_writing_conformance {
    ($make:expr) => {
        $crate::connector_conformance_cases! { $make;
            writing {
                an_empty_batch_is_done
                a_batch_is_answered_in_its_order
                what_was_written_is_read
                a_refused_write_changes_nothing
                the_same_writes_again_double_nothing
                a_change_changes_its_record
                an_unknown_record_type_hurts_no_neighbour
            }
            writing_faults {
                making_survives_a_request_that_is_lost
                making_survives_an_answer_that_is_lost
                making_survives_a_load_balancer
                making_survives_a_cut_answer
                making_survives_an_html_page
                changing_survives_a_request_that_is_lost
                changing_survives_an_answer_that_is_lost
                changing_survives_other_faults
                a_batch_survives_lost_answers
            }
        }
    };
}

/// Makes the tests of lists of cases; the two macros above are its only callers.
#[doc(hidden)]
#[macro_export]
macro_rules! connector_conformance_cases {
    ($make:expr; $($module:ident { $($name:ident)* })*) => {
        $(mod $module {
            use super::*;
            $crate::connector_conformance_cases! { @tests $make; $module; $($name)* }
        })*
    };
    (@tests $make:expr; $module:ident; $($name:ident)*) => {
        $(
            #[::tokio::test]
            async fn $name() {
                $crate::conformance::connector::$module::$name($make).await;
            }
        )*
    };
}
