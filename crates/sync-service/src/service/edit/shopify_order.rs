//! What happens to orders of the simulated shop. Much of it has no counterpart among the mutations that a sync needs,
//! so it goes through the simulator's side door, each event in one transaction.

use std::collections::BTreeMap;

use mock_shopify::{NewLine, NewOrder, NewRefund, ShopifyError, StateError, Store, Tracking};
use serde_json::{Map, json};
use sync_core::{Record, Side};

use super::fields::element;
use super::shopify::{missing, no_element, whole};
use super::values::{only, tags, units, wrong};
use super::{Made, Service, ServiceError};
use crate::service::simulate::not_simulated;

const UPDATE: &str =
    "mutation($input: OrderInput!) { orderUpdate(input: $input) { userErrors { field message } } }";
const REASONS: [&str; 6] = ["customer", "inventory", "fraud", "declined", "staff", "other"];

/// Something that happens to an order, by the ids of the shop.
enum Event {
    Edit { line: i64, units: i64 },
    Fulfill { tracking: Vec<Tracking> },
    Refund { lines: Vec<(i64, i64, bool)> },
    Cancel { reason: String },
}

impl Service {
    /// Somebody buys units of a variant and pays.
    pub(super) fn sell(&self, variant: i64, units: i64) -> Result<Made, ServiceError> {
        let order = NewOrder {
            lines: vec![NewLine {
                variant_id: Some(variant),
                quantity: units,
                ..NewLine::default()
            }],
            ..NewOrder::default()
        };
        let id = self.happens("variant", &variant.to_string(), |store| store.place_order(order))?;
        Ok(Made {
            record_type: "order".into(),
            id: id.to_string(),
        })
    }

    pub(super) fn edit_shopify_order(
        &self,
        id: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<Option<Made>, ServiceError> {
        let record = self.record(Side::Shopify, &"order".into(), id)?;
        let order = whole(id, "order")?;
        // Everything is understood before anything happens.
        let (mut written, mut events) = (Map::new(), Vec::new());
        for (field, value) in fields {
            match field.as_str() {
                "note" => {
                    written.insert("note".into(), value.as_str().into());
                }
                "tags" => {
                    written.insert("tags".into(), tags(value).into());
                }
                "tracking" if fields.contains_key("fulfill") => {}
                "tracking" => return Err(wrong(field, value, "it together with fulfill=all")),
                _ => events.push(event(&record, field, value, fields.get("tracking"))?),
            }
        }
        if !written.is_empty() {
            written.insert("id".into(), record.body["admin_graphql_api_id"].clone());
            self.mutate_shopify("orderUpdate", UPDATE, &json!({"input": written}))?;
        }
        if !events.is_empty() {
            self.happens("order", id, |store| {
                events
                    .into_iter()
                    .try_for_each(|event| event.happen(store, order))
            })?;
        }
        Ok(None)
    }

    /// Changes the shop from the side, in one transaction.
    fn happens<T>(
        &self,
        record_type: &str,
        id: &str,
        change: impl FnOnce(&mut Store<'_>) -> Result<T, StateError>,
    ) -> Result<T, ServiceError> {
        let shopify = self.systems.simulation.shopify.as_ref();
        let shopify = shopify.ok_or_else(|| not_simulated("Shopify", "SHOPIFY_URL"))?;
        shopify
            .change(self.clock.now(), change)
            .map_err(|error| match error {
                ShopifyError::State(StateError::NotFound { .. }) => missing(record_type, id),
                ShopifyError::State(StateError::Invalid(text)) => {
                    ServiceError::Invalid(format!("Shopify: {text}"))
                }
                ShopifyError::World(_) => error.into(),
            })
    }
}

fn event(
    record: &Record,
    field: &str,
    value: &str,
    tracking: Option<&String>,
) -> Result<Event, ServiceError> {
    if let Some((_, place, _)) = element(field) {
        return Ok(Event::Edit {
            line: line(record, place)?.0,
            units: units(field, value, 0)?,
        });
    }
    match field {
        "fulfill" => {
            only(field, value, "all")?;
            let number = tracking.cloned();
            let tracking = number.map(|number| Tracking {
                company: None,
                number: Some(number),
                url: None,
            });
            Ok(Event::Fulfill {
                tracking: tracking.into_iter().collect(),
            })
        }
        "refund" => Ok(Event::Refund {
            lines: refunded(record, value)?,
        }),
        _ if REASONS.contains(&value.trim()) => Ok(Event::Cancel {
            reason: value.trim().to_uppercase(),
        }),
        _ => Err(wrong(field, value, &REASONS.join(", "))),
    }
}

/// The line at a place: its id, and its units now.
fn line(record: &Record, place: usize) -> Result<(i64, i64), ServiceError> {
    let line = &record.body["line_items"][place];
    let number = |name: &str| line[name].as_i64();
    number("id")
        .zip(number("current_quantity"))
        .ok_or_else(|| no_element(record, "line_items", place))
}

fn refunded(record: &Record, value: &str) -> Result<Vec<(i64, i64, bool)>, ServiceError> {
    let all = record.body["line_items"].as_array().map_or(0, Vec::len);
    if value.trim() == "all" {
        let lines = (0..all).map(|place| line(record, place).map(|(id, units)| (id, units, true)));
        let mut lines = lines.collect::<Result<Vec<_>, _>>()?;
        lines.retain(|(_, units, _)| *units > 0);
        if lines.is_empty() {
            return Err(ServiceError::Invalid("nothing is left to be refunded".into()));
        }
        return Ok(lines);
    }
    let refuse = || wrong("refund", value, "all, or the place of a line and units: 0:1");
    let (place, count) = value.split_once(':').ok_or_else(refuse)?;
    let place = place.trim().parse().map_err(|_| refuse())?;
    Ok(vec![(line(record, place)?.0, units("refund", count, 1)?, true)])
}

impl Event {
    fn happen(self, store: &mut Store<'_>, order: i64) -> Result<(), StateError> {
        match self {
            Self::Edit { line, units } => store.edit_order_line(order, line, units).map(drop),
            Self::Fulfill { tracking } => match store.fulfil_all(order, &tracking)?.as_slice() {
                [] => Err(StateError::Invalid("nothing is left to be shipped".into())),
                _ => Ok(()),
            },
            Self::Refund { lines } => {
                let refund = NewRefund {
                    lines,
                    ..NewRefund::default()
                };
                store.refund(order, refund).map(drop)
            }
            Self::Cancel { reason } => store.cancel_order(order, &reason, true, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_refund_names_a_line_and_units() {
        let lines = json!([{"id": 7, "current_quantity": 2}, {"id": 8, "current_quantity": 0}]);
        let record = Record::new("1", "#1001", json!({"line_items": lines}));
        let asked = |text: &str| refunded(&record, text).map_err(|error| error.to_string());
        assert_eq!(asked("all"), Ok(vec![(7, 2, true)]));
        assert_eq!(asked("1:3"), Ok(vec![(8, 3, true)]));
        for wrong in ["", "some", "2:1", "0:0", "0:-1", "0", "-1:1", "0:99999999999"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
        let empty = Record::new("1", "#1001", Value::Null);
        assert!(refunded(&empty, "all").is_err());
    }
}
