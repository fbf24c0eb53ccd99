//! Reading records by their ids, as they are now.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{ConnectorError, ErrorKind};

use crate::client::{TOO_DEAR, Talk};
use crate::gid::Gid;
use crate::options::Sizes;
use crate::source::{CHANGED, Placed, Source, changed};

/// How often a record is read that changes while it is read.
pub(crate) const TRIES: usize = 3;

#[derive(Deserialize)]
struct Found<N> {
    nodes: Vec<Option<N>>,
}

/// The records of the nodes with these numbers, in their order. A node that does not exist has none.
pub(crate) async fn by_number<S: Source>(
    talk: &mut Talk<'_>,
    numbers: &[u64],
) -> Result<Vec<Placed>, ConnectorError> {
    let mut records = Vec::new();
    let mut left = numbers;
    let mut sizes = talk.options().sizes(S::SIZES);
    while !left.is_empty() {
        let (now, later) = left.split_at(left.len().min(sizes.first));
        let found = match nodes::<S>(talk, now, sizes).await {
            Err(error) if error.code == TOO_DEAR && sizes.halve() => continue,
            found => found?,
        };
        for node in found.into_iter().flatten() {
            records.extend(complete::<S>(talk, node).await?);
        }
        left = later;
    }
    Ok(records)
}

/// The nodes with these numbers, in one query; a missing one is `None`.
pub(crate) async fn nodes<S: Source>(
    talk: &mut Talk<'_>,
    numbers: &[u64],
    sizes: Sizes,
) -> Result<Vec<Option<S::Node>>, ConnectorError> {
    let ids: Vec<String> = numbers
        .iter()
        .map(|number| Gid::new(S::KIND, *number).text)
        .collect();
    let mut variables = sizes.nested();
    variables.extend(S::variables(talk.options()));
    variables.insert("ids".into(), json!(ids));
    let Found { nodes } = talk.ask(&S::BY_ID, Value::Object(variables)).await?;
    let as_asked = nodes.len() == numbers.len()
        && nodes
            .iter()
            .zip(numbers)
            .all(|(node, number)| node.as_ref().is_none_or(|node| S::number(node) == *number));
    if as_asked {
        Ok(nodes)
    } else {
        let message = format!(
            "{}: the answer holds other records than those asked for",
            S::BY_ID.name
        );
        Err(ConnectorError::new(ErrorKind::Protocol, "other_records", message))
    }
}

/// The records of a node; a node that changes meanwhile is read again.
pub(crate) async fn complete<S: Source>(
    talk: &mut Talk<'_>,
    node: S::Node,
) -> Result<Vec<Placed>, ConnectorError> {
    let number = S::number(&node);
    let mut node = Some(node);
    for _ in 0..TRIES {
        let Some(present) = node.take() else {
            return Ok(Vec::new());
        };
        match S::records(talk, present).await {
            Err(error) if error.code == CHANGED => {
                let sizes = talk.options().sizes(S::SIZES);
                node = nodes::<S>(talk, &[number], sizes)
                    .await?
                    .into_iter()
                    .flatten()
                    .next();
            }
            records => return records,
        }
    }
    Err(changed(&format!(
        "{} {number} keeps changing while it is read",
        S::NAME
    )))
}
