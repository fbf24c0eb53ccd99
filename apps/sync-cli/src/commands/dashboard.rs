use anyhow::Result;
use sync_service::{Dashboard, Stream, SystemCount};

use crate::app::App;
use crate::exit::Exit;
use crate::output::{Look, Tone, cell, clean, number, toned, took};

pub(crate) fn run(app: &App) -> Result<Exit> {
    let dashboard = app.service()?.dashboard()?;
    app.out.show(&dashboard, |look| text(look, &dashboard))?;
    Ok(Exit::Fine)
}

fn text(look: &Look, dashboard: &Dashboard) -> String {
    let header = [
        "type",
        "shopify",
        "odoo",
        "linked",
        "fresh",
        "last job",
        "failure rate",
        "dead letters",
        "conflicts",
        "pending",
        "held",
    ];
    let table = look.table(&header, dashboard.streams.iter().map(row).collect());
    let mut lines = vec![
        format!("Last sync: {}", look.maybe_when(dashboard.last_sync_at)),
        table,
    ];
    for stream in &dashboard.streams {
        for count in &stream.counts {
            if let Some(error) = &count.error {
                let (kind, system) = (&stream.job_type, &count.system);
                lines.push(format!("{kind}: {system} could not be asked: {}", clean(error)));
            }
            if count.left_out > 0 {
                let (kind, system, more) = (&stream.job_type, &count.system, count.left_out);
                lines.push(format!(
                    "{kind}: {system} has {more} more that are not meant for the other side."
                ));
            }
        }
    }
    lines.push(format!(
        "Failure rates are those of jobs that began in the last {} hours. \
         Open dead letters: {} of at most {}.",
        dashboard.window_hours, dashboard.open_dead_letters, dashboard.dead_letter_limit
    ));
    if dashboard.last_sync_at.is_none() {
        lines.push("Nothing was synced yet: sync-cli seed, then sync-cli sync all".to_owned());
    }
    lines.join("\n")
}

fn row(stream: &Stream) -> Vec<comfy_table::Cell> {
    let figures = &stream.figures;
    let fresh = match stream.fresh_seconds {
        Some(seconds) => cell(format!("{} ago", took(seconds))),
        None => toned("never", Tone::Open),
    };
    let job = match (&figures.running, &figures.last_job) {
        (Some(running), _) => cell(format!("{} running", running.id)),
        (None, Some(last)) => cell(format!("{} {}", last.id, last.status)),
        (None, None) => cell("-"),
    };
    let rate = stream
        .failure_rate
        .map_or_else(|| "-".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
    let letters = match figures.open_dead_letters {
        0 => number(0),
        open => toned(open.to_string(), Tone::Bad),
    };
    vec![
        cell(&stream.job_type),
        cell(count(&stream.counts, "shopify")),
        cell(count(&stream.counts, "odoo")),
        number(stream.linked),
        fresh,
        job,
        cell(rate),
        letters,
        match stream.open_conflicts {
            0 => number(0),
            open => toned(open.to_string(), Tone::Open),
        },
        number(figures.pending),
        number(figures.held),
    ]
}

fn count(counts: &[SystemCount], system: &str) -> String {
    let found = counts.iter().find(|count| count.system == system);
    found
        .and_then(|found| found.count)
        .map_or_else(|| "-".to_owned(), |count| count.to_string())
}
