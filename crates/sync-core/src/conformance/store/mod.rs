//! What every [`Store`] has to show.
//!
//! ```no_run
//! # #[cfg(any())]
//! sync_core::store_conformance!(|| MyStore::empty());
//! ```
//!
//! makes one test per case, each with an empty store of its own. [`run_all`] is the same in one call. Where two
//! handles on the same data are possible, as two processes have them, hand in a [`StoreFixture`] that has both.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a suite says that a case failed by panicking"
)]

pub mod batches;
pub mod both_ways;
mod given;
pub mod handles;
pub mod intents;
pub mod leases;
pub mod left_alone;
pub mod links;
pub mod open_records;

use crate::LeftAlone;
use crate::ports::Store;

/// An empty store, and what keeps it alive (a folder, say).
pub trait StoreFixture {
    /// The store.
    fn store(&self) -> &dyn Store;

    /// Another handle on the same data, as another process has it; `None` where there can be only one.
    fn second(&self) -> Option<&dyn Store> {
        None
    }

    /// Has a record left alone, as people ask for it: beside the port. `false` where the fixture cannot; the cases about
    /// it pass then.
    fn leave_alone(&self, _record: &LeftAlone) -> bool {
        false
    }
}

impl<S: Store> StoreFixture for S {
    fn store(&self) -> &dyn Store {
        self
    }
}

/// One case: panics if the store does not do what the port promises.
pub type Case = fn(&dyn StoreFixture);

/// Runs all cases, each on a fixture of its own.
pub fn run_all<F: StoreFixture>(make: impl Fn() -> F) {
    for (_, case) in CASES {
        case(&make());
    }
}

// The list of cases exists once: as a value, and as the tests that the macro makes of it.
macro_rules! cases {
    ($dollar:tt $($module:ident { $($name:ident)* })*) => {
        /// All cases by name.
        pub const CASES: &[(&str, Case)] = &[$($((stringify!($name), $module::$name),)*)*];

        /// Makes a test of every case of the `Store` suite. The argument is called for each: it makes a
        /// [`StoreFixture`]($crate::conformance::store::StoreFixture), or simply an empty store.
        #[macro_export]
        macro_rules! store_conformance {
            ($dollar make:expr) => {
                $(mod $module {
                    use super::*;
                    $(
                        #[test]
                        fn $name() {
                            $dollar crate::conformance::store::$module::$name(&($dollar make)());
                        }
                    )*
                })*
            };
        }
    };
}

cases! { $
    leases {
        a_job_starts_from_the_beginning
        a_second_run_is_refused_and_names_the_first
        other_types_and_connections_run_beside_it
        a_dry_run_takes_no_lease
        an_ended_job_frees_its_lease
        a_renewed_lease_lasts
        an_expired_lease_is_taken_over
        a_job_cannot_end_as_running
        stopped_jobs_are_resumed_where_they_stood
        a_job_whose_process_died_is_resumed
        only_stopped_jobs_are_resumed
        a_job_is_not_resumed_beside_another
    }
    batches {
        log_lines_are_counted
        the_checkpoint_is_stored_with_its_outcomes
        a_full_queue_stores_nothing
        a_known_dead_letter_needs_no_room
        a_resolved_dead_letter_makes_room
        a_lowered_limit_stops_only_new_ones
        a_lost_lease_stores_nothing
        a_dry_run_stores_lines_only
        an_unknown_job_stores_nothing
        a_type_without_rules_has_none
    }
    intents {
        keys_come_in_the_order_of_the_intents
        an_intent_keeps_its_key_until_its_outcome
        another_intent_gets_a_new_key
        a_key_outlives_its_job
        a_record_that_waits_keeps_its_key
        records_of_other_streams_have_other_keys
        a_dry_run_leaves_no_key
        a_lost_lease_announces_nothing
    }
    links {
        a_link_is_found_from_both_sides
        a_link_that_is_stored_again_stays_itself
        a_record_is_linked_once
        a_replaced_link_takes_its_children_along
        children_are_those_named_last
        children_may_swap_their_counterparts
        a_child_may_move_to_another_parent
        grandchildren_are_kept_too
        outcomes_without_a_link_leave_it
        connections_and_types_are_apart
        open_links_come_in_steps
    }
    left_alone {
        nothing_is_left_alone_unless_somebody_asks
        what_is_left_alone_is_found_by_side_and_id
        connections_and_types_leave_alone_apart
    }
    open_records {
        a_pending_record_is_due_at_its_time
        the_first_due_time_is_known
        a_waiting_record_is_replaced
        a_held_record_waits_for_the_next_job
        every_end_of_a_record_ends_its_waiting
        open_records_come_by_id_and_in_steps
        a_dead_letter_waits_for_the_next_job
        success_resolves_a_dead_letter
        other_skips_leave_a_dead_letter_open
        a_record_comes_once
        a_record_that_got_another_key_ends_under_the_old_one
        directions_and_connections_are_apart
        a_dry_run_sees_each_open_record_once
    }
    both_ways {
        each_side_has_a_cursor
        a_job_knows_what_it_has_dealt_with
        links_of_records_that_did_not_show_up_are_found
        a_link_can_be_taken_away
        open_conflicts_last_until_they_are_settled
        half_of_a_record_settles_what_it_carried
        movements_add_up_over_all_links
        a_record_that_waits_keeps_what_was_carried_out
    }
    handles {
        two_handles_see_each_other
        two_handles_start_one_job
        two_handles_lose_no_count
    }
}
