//! Finding products by what they show. A search finds more than was asked for (it looks at words, and remembers
//! what was); what it finds is therefore compared with the texts, and then read as it is now.

use std::collections::BTreeSet;

use mapping_transforms::FieldPath;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sync_core::{ConnectorError, Record};

use crate::client::Talk;
use crate::documents::{Document, FIND_PRODUCTS, FIND_VARIANTS};
use crate::gid::Gid;
use crate::nodes::by_number;
use crate::page::{Named, Nodes};
use crate::product::Products;
use crate::search::term;
use crate::source::{MOST_IN_A_LIST, endless, no_progress};

/// Most texts in one search.
const TEXTS: usize = 20;

/// No field that is searched holds a longer text.
const LONGEST: usize = 255;

#[derive(Deserialize)]
struct Found<N> {
    page: Nodes<N>,
}

/// Something that a search finds and that says which product it belongs to.
trait Hit: DeserializeOwned + Send {
    fn product(&self) -> u64;
    fn text(&self, field: &str) -> Option<&str>;
}

#[derive(Deserialize)]
struct ProductHit {
    id: Gid,
    handle: String,
    title: String,
}

impl Hit for ProductHit {
    fn product(&self) -> u64 {
        self.id.number
    }

    fn text(&self, field: &str) -> Option<&str> {
        match field {
            "handle" => Some(&self.handle),
            _ => Some(&self.title),
        }
    }
}

#[derive(Deserialize)]
struct VariantHit {
    sku: Option<String>,
    barcode: Option<String>,
    product: Named,
}

impl Hit for VariantHit {
    fn product(&self) -> u64 {
        self.product.id.number
    }

    fn text(&self, field: &str) -> Option<&str> {
        match field {
            "sku" => self.sku.as_deref(),
            _ => self.barcode.as_deref(),
        }
    }
}

/// Products that show one of these texts at this place, whatever their case.
pub(crate) async fn products(
    talk: &mut Talk<'_>,
    path: &FieldPath,
    texts: &[String],
) -> Result<Vec<Record>, ConnectorError> {
    let path = path.to_string();
    let wanted: BTreeSet<String> = texts
        .iter()
        .filter(|text| !text.trim().is_empty() && text.chars().count() <= LONGEST)
        .map(|text| text.to_lowercase())
        .collect();
    let numbers = match path.as_str() {
        "handle" | "title" => hits::<ProductHit>(talk, &FIND_PRODUCTS, &path, &wanted).await?,
        "variants.*.sku" => hits::<VariantHit>(talk, &FIND_VARIANTS, "sku", &wanted).await?,
        "variants.*.barcode" => hits::<VariantHit>(talk, &FIND_VARIANTS, "barcode", &wanted).await?,
        _ => return Ok(Vec::new()),
    };
    let numbers: Vec<u64> = numbers.into_iter().collect();
    let found = by_number::<Products>(talk, &numbers).await?;
    let records = found.into_iter().map(|placed| placed.record);
    Ok(records
        .filter(|record| shows(&record.body, &path, &wanted))
        .collect())
}

/// Whether a product as it is now shows one of the texts.
fn shows(body: &Value, path: &str, wanted: &BTreeSet<String>) -> bool {
    let is_wanted = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| wanted.contains(&text.to_lowercase()))
    };
    match path.strip_prefix("variants.*.") {
        None => is_wanted(&body[path]),
        Some(field) => {
            let mut variants = body["variants"].as_array().into_iter().flatten();
            variants.any(|variant| is_wanted(&variant[field]))
        }
    }
}

/// The numbers of the products that have one of these texts in a field, by the account of the search.
async fn hits<H: Hit>(
    talk: &mut Talk<'_>,
    document: &Document,
    field: &str,
    wanted: &BTreeSet<String>,
) -> Result<BTreeSet<u64>, ConnectorError> {
    let mut numbers = BTreeSet::new();
    let all: Vec<&String> = wanted.iter().collect();
    for texts in all.chunks(TEXTS) {
        let terms: Vec<String> = texts.iter().map(|text| term(field, text)).collect();
        let query = terms.join(" OR ");
        let (mut after, mut seen) = (None::<String>, 0);
        loop {
            let variables = json!({"first": talk.options().rest(), "after": after, "query": query});
            let Found { page }: Found<H> = talk.ask(document, variables).await?;
            seen += page.nodes.len();
            let found = page.nodes.iter().filter(|hit| {
                let text = hit.text(field).map(str::to_lowercase);
                text.is_some_and(|text| wanted.contains(&text))
            });
            numbers.extend(found.map(Hit::product));
            if !page.page_info.has_next_page {
                break;
            }
            if page.nodes.is_empty() || page.page_info.end_cursor == after {
                return Err(no_progress(document.name));
            }
            if seen > MOST_IN_A_LIST {
                return Err(endless(document.name, field));
            }
            after = page.page_info.end_cursor;
        }
    }
    Ok(numbers)
}
