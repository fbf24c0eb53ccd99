//! Reading orders back after they were written, and saying what became of each write.

use std::collections::BTreeMap;

use sync_core::{Applied, Record, WriteOutcome};

use super::read;
use super::rows::line_name;
use super::state::line_names_of;
use super::write::InHand;
use crate::Session;
use crate::client::CallError;
use crate::value::id;

/// Reads everything back and says what became of each write.
pub(super) async fn settle(session: &Session, batch: Vec<InHand<'_>>) -> Vec<WriteOutcome> {
    let read_back = read_back(session, &batch).await;
    batch
        .into_iter()
        .map(|one| outcome(session, one, &read_back))
        .collect()
}

/// The written orders, and their lines by external id.
struct ReadBack {
    records: BTreeMap<String, Record>,
    lines: BTreeMap<String, i64>,
}

async fn read_back(session: &Session, batch: &[InHand<'_>]) -> Result<ReadBack, CallError> {
    let written = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.order.to_string());
    let records = read::fetch(session, &written.collect::<Vec<_>>()).await?;
    let lines = records
        .iter()
        .flat_map(|record| record.body["order_line"].as_array().into_iter().flatten());
    let lines: Vec<i64> = lines.map(id).collect();
    let names = line_names_of(session, &lines).await?;
    Ok(ReadBack {
        lines: names.into_iter().map(|(line, name)| (name, line)).collect(),
        records: records
            .into_iter()
            .map(|record| (record.id.clone(), record))
            .collect(),
    })
}

fn outcome(session: &Session, one: InHand<'_>, read_back: &Result<ReadBack, CallError>) -> WriteOutcome {
    if let Some(failed) = one.failed {
        return crate::outcome::failed(failed);
    }
    let read_back = match read_back {
        Ok(read_back) => read_back,
        Err(error) => return crate::outcome::failed(error.clone()),
    };
    let Some(record) = read_back.records.get(&one.order.to_string()) else {
        return crate::outcome::vanished("sale.order", &one.order.to_string());
    };
    let order = &one.write.source_id;
    let children = one.write.children.iter().map(|child| {
        let name = line_name(session, order, child.record_type.as_str(), &child.source_id);
        let found = read_back.lines.get(&name).map(i64::to_string);
        sync_core::ChildRef {
            target_id: found.or_else(|| child.target_id.clone()),
            ..child.clone()
        }
    });
    let children = children.collect();
    WriteOutcome::Applied(Box::new(Applied {
        record: record.clone(),
        children,
        warnings: one.warnings,
    }))
}
