//! Following a list within a record.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sync_core::{ConnectorError, ErrorKind};

use crate::client::{TOO_DEAR, Talk};
use crate::documents::Document;
use crate::gid::Gid;
use crate::page::Nodes;
use crate::source::{MOST_IN_A_LIST, changed, endless, no_progress};

#[derive(Deserialize)]
struct Rest<T, V> {
    node: Option<RestOf<T, V>>,
}

#[derive(Deserialize)]
struct RestOf<T, V> {
    #[serde(default = "Option::default")]
    version: Option<V>,
    rest: Nodes<T>,
}

/// No list within a record is as long: Shopify itself pages through no more.
const MOST: usize = 25_000;

/// Follows a list within a record to its end. `version` is what the record showed that must not change meanwhile.
pub(crate) async fn follow<T, V>(
    talk: &mut Talk<'_>,
    document: &Document,
    id: &Gid,
    list: &mut Nodes<T>,
    version: Option<&V>,
) -> Result<(), ConnectorError>
where
    T: DeserializeOwned + Send,
    V: DeserializeOwned + PartialEq + Sync + Send,
{
    let mut size = talk.options().rest();
    while list.page_info.has_next_page {
        let after = list.page_info.end_cursor.clone();
        let mut variables = json!({"id": id.text, "first": size, "after": after});
        if document.text.contains("$many") {
            variables["many"] = json!(size);
        }
        let rest: Rest<T, V> = match talk.ask(document, variables).await {
            Err(error) if error.code == TOO_DEAR && size > 1 => {
                size /= 2;
                continue;
            }
            rest => rest?,
        };
        let node = rest
            .node
            .filter(|node| version.is_none() || node.version.as_ref() == version);
        let Some(RestOf { rest: page, .. }) = node else {
            return Err(changed(&format!(
                "{}: the record changed while it was read",
                document.name
            )));
        };
        if list.nodes.len() + page.nodes.len() > MOST {
            let message = format!("{}: the list has more than {MOST} elements", document.name);
            return Err(ConnectorError::new(ErrorKind::Protocol, "endless_list", message));
        }
        if page.page_info.has_next_page && (page.nodes.is_empty() || page.page_info.end_cursor == after) {
            return Err(no_progress(document.name));
        }
        list.nodes.extend(page.nodes);
        if list.nodes.len() > MOST_IN_A_LIST {
            return Err(endless(document.name, &id.text));
        }
        list.page_info = page.page_info;
    }
    Ok(())
}
