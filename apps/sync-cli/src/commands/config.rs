use anyhow::Result;
use serde::Serialize;
use sync_service::Page;
use sync_service::config::{Given, SETTINGS, Source};

use crate::app::App;
use crate::exit::Exit;
use crate::output::cell;

/// A setting with all that is to be said of it.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    #[serde(flatten)]
    given: Given,
    about: &'static str,
    allowed: &'static str,
}

pub(crate) fn run(app: &App) -> Result<Exit> {
    let config = app.config()?;
    let rows = SETTINGS.iter().filter_map(|setting| {
        Some(Row {
            name: setting.name,
            given: config.given.get(setting.name)?.clone(),
            about: setting.about,
            allowed: setting.allowed,
        })
    });
    let page = Page {
        items: rows.collect(),
        next: None,
    };
    app.out.page(&page, "no settings", |look, rows: &[Row]| {
        let row = |row: &Row| {
            vec![
                cell(row.name),
                cell(if row.given.value.is_empty() {
                    "-"
                } else {
                    &row.given.value
                }),
                cell(origin(&row.given.source)),
                cell(row.about),
            ]
        };
        look.table(
            &["setting", "value", "from", "what it is"],
            rows.iter().map(row).collect(),
        )
    })?;
    Ok(Exit::Fine)
}

fn origin(source: &Source) -> &str {
    match source {
        Source::Default => "default",
        Source::Environment(_) => "environment",
        Source::File(name) | Source::Flag(name) => name,
    }
}
