//! Tracking numbers that become known, or change, after their parcel was shipped.
//!
//! Shopify knows numbers per parcel and other systems per delivery, and nothing says which delivery is which parcel. So only
//! what differs is touched: numbers that no parcel has go to the last one that has a number which is not wanted any more, or
//! none at all, or else to the last one. Numbers of parcels that need no change stay as somebody in the shop wrote them.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{Record, Write, WriteOutcome};

use super::tracking::carrier_of;
use crate::client::Client;
use crate::documents::{FULFILLMENT_TRACK, ORDER_PARCELS};
use crate::write::{UserError, failed, refused, sent};

#[derive(Deserialize)]
struct Found {
    node: Option<Parcels>,
}

#[derive(Deserialize)]
struct Parcels {
    fulfillments: Vec<Parcel>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parcel {
    id: String,
    status: String,
    tracking_info: Vec<Tracking>,
}

#[derive(Deserialize)]
struct Tracking {
    company: Option<String>,
    number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrackAnswer {
    fulfillment_tracking_info_update: Errors,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errors {
    user_errors: Vec<UserError>,
}

impl Parcel {
    fn numbers(&self) -> Vec<&str> {
        let numbers = self.tracking_info.iter().filter_map(|one| one.number.as_deref());
        numbers
            .map(str::trim)
            .filter(|number| !number.is_empty())
            .collect()
    }
}

/// Gives the parcels of an order the numbers that they lack. They are looked up first, so that another attempt after a lost
/// answer finds nothing left to do.
pub(super) async fn follow_up(
    client: &Client,
    write: &Write,
    order: &Record,
    wanted: &BTreeSet<String>,
) -> Result<(), WriteOutcome> {
    let variables = json!({"id": order.body["admin_graphql_api_id"]});
    let found: Found = client
        .talk()
        .ask(&ORDER_PARCELS, variables)
        .await
        .map_err(|error| failed(&error))?;
    let parcels = found.node.map(|order| order.fulfillments).unwrap_or_default();
    let parcels: Vec<Parcel> = parcels
        .into_iter()
        .filter(|one| one.status == "SUCCESS")
        .collect();
    for (parcel, numbers) in plan(&parcels, wanted) {
        let carrier = numbers
            .iter()
            .find_map(|number| carrier_of(&write.source, number));
        let shown = parcel.tracking_info.iter().find_map(|one| one.company.as_deref());
        let mut tracking = json!({ "numbers": numbers });
        if let Some(company) = carrier.or(shown) {
            tracking["company"] = Value::from(company);
        }
        let variables = json!({"id": parcel.id, "tracking": tracking});
        let answer: TrackAnswer = client
            .talk()
            .ask(&FULFILLMENT_TRACK, variables)
            .await
            .map_err(sent)?;
        if let Some(error) = refused(&answer.fulfillment_tracking_info_update.user_errors) {
            return Err(WriteOutcome::Failed(error));
        }
    }
    Ok(())
}

/// The parcels that change, with all numbers that each is to have.
fn plan<'p>(parcels: &'p [Parcel], wanted: &BTreeSet<String>) -> Vec<(&'p Parcel, Vec<String>)> {
    let there: BTreeSet<&str> = parcels.iter().flat_map(Parcel::numbers).collect();
    let mut missing: Vec<String> = wanted
        .iter()
        .filter(|number| !there.contains(number.as_str()))
        .cloned()
        .collect();
    let is_old = |parcel: &&Parcel| parcel.numbers().iter().any(|number| !wanted.contains(*number));
    let is_bare = |parcel: &&Parcel| parcel.numbers().is_empty();
    let last = parcels.iter().rev();
    let gets = last.clone().find(is_old).or_else(|| last.clone().find(is_bare));
    let gets = gets.or_else(|| parcels.last()).filter(|_| !missing.is_empty());
    let changed = parcels
        .iter()
        .filter(|parcel| is_old(parcel) || gets.is_some_and(|gets| gets.id == parcel.id));
    changed
        .map(|parcel| {
            let kept = parcel
                .numbers()
                .into_iter()
                .filter(|number| wanted.contains(*number));
            let mut numbers: Vec<String> = kept.map(str::to_owned).collect();
            if gets.is_some_and(|gets| gets.id == parcel.id) {
                numbers.append(&mut missing);
            }
            (parcel, numbers)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(id: &str, numbers: &[&str]) -> Parcel {
        let tracking = |number: &&str| Tracking {
            company: None,
            number: Some((*number).to_owned()),
        };
        Parcel {
            id: id.to_owned(),
            status: "SUCCESS".to_owned(),
            tracking_info: numbers.iter().map(tracking).collect(),
        }
    }

    #[test]
    fn numbers_go_where_one_was_replaced_or_is_missing() {
        let plan = |parcels: &[(&str, &[&str])], wanted: &[&str]| {
            let parcels: Vec<Parcel> = parcels.iter().map(|(id, numbers)| parcel(id, numbers)).collect();
            let wanted = wanted.iter().map(|number| (*number).to_owned()).collect();
            let planned = super::plan(&parcels, &wanted);
            planned
                .iter()
                .map(|(parcel, numbers)| format!("{}: {}", parcel.id, numbers.join(",")))
                .collect::<Vec<_>>()
        };
        assert_eq!(plan(&[("a", &[])], &["1"]), ["a: 1"], "one that had none");
        assert_eq!(
            plan(&[("a", &["1"])], &["1"]),
            Vec::<String>::new(),
            "all is well"
        );
        assert_eq!(
            plan(&[("a", &["1"]), ("b", &[])], &["2"]),
            ["a: 2"],
            "a changed one"
        );
        assert_eq!(plan(&[("a", &["1"]), ("b", &[])], &["1", "2"]), ["b: 2"]);
        assert_eq!(
            plan(&[("a", &["1"]), ("b", &["2"])], &["1", "2", "3"]),
            ["b: 2,3"]
        );
        assert_eq!(plan(&[("a", &["1", "2"])], &["1"]), ["a: 1"], "one less");
        assert_eq!(plan(&[], &["1"]), Vec::<String>::new(), "nothing was shipped");
    }
}
