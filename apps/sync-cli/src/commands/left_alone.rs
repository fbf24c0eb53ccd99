//! Part of `match`: records that runs leave alone.

use anyhow::Result;
use sync_core::LeftAlone;
use sync_service::{LeftAloneFilter, Service};

use crate::app::App;
use crate::args::PageArgs;
use crate::exit::Exit;
use crate::output::{Look, cell, clean, number};

/// Which record.
pub(super) struct Named<'a> {
    pub(super) record_type: &'a str,
    pub(super) side: &'a str,
    pub(super) id: &'a str,
}

pub(super) fn leave(app: &App, service: &Service, record: &Named<'_>, by: &str) -> Result<Exit> {
    let side = service.side(record.side)?;
    let left = service.leave_alone(record.record_type, side, record.id, by)?;
    app.out.show(&left, |_| {
        format!(
            "{} is left alone. To undo it: sync-cli match take-up {}",
            described(&left),
            left.id
        )
    })?;
    Ok(Exit::Fine)
}

pub(super) fn list(
    app: &App,
    service: &Service,
    record_type: Option<&str>,
    side: Option<&str>,
    page: &PageArgs,
) -> Result<Exit> {
    let spec = record_type.map(|name| service.spec(name)).transpose()?;
    let filter = LeftAloneFilter {
        record_type: spec.map(|spec| spec.name.clone()),
        side: side.map(|side| service.side(side)).transpose()?,
    };
    let found = service.left_alone(&filter, page.request())?;
    app.out.page(&found, "Nothing is left alone.", table)?;
    Ok(Exit::Fine)
}

pub(super) fn take_up(app: &App, service: &Service, id: i64) -> Result<Exit> {
    let taken = service.take_up_again(id)?;
    app.out.show(&taken, |_| {
        format!(
            "{} is not left alone any more: the next run looks at it.",
            described(&taken)
        )
    })?;
    Ok(Exit::Fine)
}

/// The records with their numbers.
pub(super) fn table(look: &Look, all: &[LeftAlone]) -> String {
    let row = |one: &LeftAlone| {
        vec![
            number(one.id.unsigned_abs()),
            cell(one.record_type.as_str()),
            cell(one.side.as_str()),
            cell(format!("{} ({})", one.label, one.record_id)),
            cell(&one.by),
            cell(look.when(one.at)),
        ]
    };
    look.table(
        &["id", "type", "side", "record", "asked by", "since"],
        all.iter().map(row).collect(),
    )
}

fn described(left: &LeftAlone) -> String {
    format!(
        "{} {} {} ({})",
        left.side.as_str(),
        left.record_type,
        clean(&left.record_id),
        clean(&left.label)
    )
}
