//! The routes of the API, one file per resource. A handler reads the request, calls one use case and answers.

mod config;
mod conflicts;
mod cursors;
mod dashboard;
mod dead_letters;
mod document;
mod events;
mod fallback;
mod health;
mod jobs;
mod left_alone;
mod links;
mod mapping_file;
mod mappings;
mod matches;
mod records;
mod samples;
mod seed;
mod session;
mod simulation;
mod sync;
mod vocabulary;
mod waiting;

pub(crate) use fallback::fallback;

/// Names every route once, for the server and for the document.
macro_rules! routes {
    ($($module:ident::$handler:ident),* $(,)?) => {
        /// Adds every route.
        pub(crate) fn configure(config: &mut actix_web::web::ServiceConfig) {
            config$(.service($module::$handler))*;
        }

        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($module::$handler),*))]
        pub(crate) struct Routes;
    };
}

// A route with a fixed path stands before one that has a place for an id there.
routes! {
    session::show_session,
    session::log_in,
    session::log_out,
    health::health,
    health::ready,
    seed::seed,
    sync::sync_all,
    sync::sync_one,
    jobs::list_jobs,
    jobs::show_job,
    jobs::job_logs,
    jobs::job_counts,
    jobs::job_progress,
    jobs::cancel_job,
    jobs::resume_job,
    jobs::retry_failed,
    mapping_file::export_mappings,
    mapping_file::import_mappings,
    mappings::preview_mapping,
    mappings::list_mappings,
    mappings::add_mapping,
    mappings::show_mapping,
    mappings::replace_mapping,
    mappings::switch_mapping,
    mappings::delete_mapping,
    vocabulary::record_types,
    vocabulary::transforms,
    samples::sample_record,
    samples::samples,
    dead_letters::group_dead_letters,
    dead_letters::count_dead_letters,
    dead_letters::retry_dead_letters,
    dead_letters::discard_dead_letters,
    dead_letters::list_dead_letters,
    dead_letters::show_dead_letter,
    dead_letters::retry_dead_letter,
    waiting::list_waiting,
    conflicts::count_conflicts,
    conflicts::resolve_conflicts,
    conflicts::list_conflicts,
    conflicts::show_conflict,
    conflicts::resolve_conflict,
    conflicts::restore_conflict,
    links::list_links,
    links::add_link,
    links::show_link,
    links::delete_link,
    matches::preview_matches,
    matches::show_match_preview,
    matches::match_candidates,
    left_alone::list_left_alone,
    left_alone::leave_alone,
    left_alone::show_left_alone,
    left_alone::take_up_again,
    cursors::list_cursors,
    cursors::rewind_cursors,
    records::record_history,
    simulation::editable_fields,
    simulation::sim_edit,
    simulation::twins,
    config::show_config,
    dashboard::show_dashboard,
    events::events,
    document::openapi_document,
}
