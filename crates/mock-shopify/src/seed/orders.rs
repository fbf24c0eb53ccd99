//! Orders of the demonstration, and what happened to them.

use super::data::{DiscountData, DiscountedData, LineData, OrderData, PaymentData, ShippingData};
use super::demo::Steps;
use super::plant::{ORDER, Plant, addressed};
use crate::state::{
    Customer, Discount, DiscountSource, DiscountTarget, DiscountValue, NewLine, NewOrder, NewRefund,
    NewShipping, Order, Payment, PostalAddress, StateError, TaxRate, Tracking,
};

impl Steps<'_> {
    pub(super) fn place_order(
        &mut self,
        plant: &mut Plant<'_, '_>,
        data: &OrderData,
    ) -> Result<(), StateError> {
        let customer_id = data.customer.as_ref().map(|key| self.customer(key)).transpose()?;
        let customer = customer_id
            .map(|id| plant.store.need::<Customer>(id))
            .transpose()?;
        let names = customer
            .as_ref()
            .map(|who| (who.first_name.clone(), who.last_name.clone()))
            .unwrap_or_default();
        let to_person = |address: &super::data::AddressData| {
            addressed(address.clone(), names.0.as_ref(), names.1.as_ref())
        };
        let home = || {
            customer
                .as_ref()
                .and_then(|customer| customer.addresses.first().cloned())
        };
        let shipping_address = match &data.ship_to {
            _ if data.pickup => None,
            Some(address) => Some(to_person(address)),
            None => home(),
        };
        let billing_address: Option<PostalAddress> = data.bill_to.as_ref().map(to_person);
        let id = plant.store.place_order(NewOrder {
            customer_id,
            email: data.email.clone(),
            phone: data.phone.clone(),
            billing_address,
            shipping_address,
            lines: data
                .lines
                .iter()
                .map(|line| self.line(line))
                .collect::<Result<_, _>>()?,
            shipping: data
                .shipping
                .iter()
                .map(|line| self.shipping(line))
                .collect::<Result<_, _>>()?,
            discounts: data.discounts.iter().map(discount).collect::<Result<_, _>>()?,
            taxes: self.taxes(&data.taxes)?,
            payment: match data.payment {
                PaymentData::Paid => Payment::Paid,
                PaymentData::Pending => Payment::Pending,
                PaymentData::Authorized => Payment::Authorized,
            },
            location_id: data.location.as_ref().map(|key| self.location(key)).transpose()?,
            note: data.note.clone(),
            tags: data.tags.clone(),
            source_name: data.source.clone(),
            ..NewOrder::default()
        })?;
        plant.seeded.orders += 1;
        plant.remember(ORDER, &data.key, id)
    }

    fn customer(&self, key: &str) -> Result<i64, StateError> {
        self.customers
            .get(key)
            .copied()
            .ok_or_else(|| unknown("customer", key))
    }

    fn location(&self, key: &str) -> Result<i64, StateError> {
        let found = self.locations.iter().find(|(known, _)| known == key);
        found.map(|(_, id)| *id).ok_or_else(|| unknown("location", key))
    }

    fn taxes(&self, keys: &[String]) -> Result<Vec<TaxRate>, StateError> {
        let tax = |key: &String| {
            let found = self.data.taxes.iter().find(|tax| tax.key == *key);
            found
                .map(|tax| (tax.title.clone(), tax.rate))
                .ok_or_else(|| unknown("tax", key))
        };
        keys.iter().map(tax).collect()
    }

    fn line(&self, data: &LineData) -> Result<NewLine, StateError> {
        Ok(NewLine {
            variant_id: data.sku.as_ref().map(|sku| self.variant(sku)).transpose()?,
            title: data.title.clone(),
            quantity: data.quantity,
            price: data.price,
            taxable: data.taxable,
            requires_shipping: data.ships,
            ..NewLine::default()
        })
    }

    fn shipping(&self, data: &ShippingData) -> Result<NewShipping, StateError> {
        Ok(NewShipping {
            title: data.title.clone(),
            code: None,
            price: data.price,
            taxes: data.taxes.as_ref().map(|keys| self.taxes(keys)).transpose()?,
        })
    }
}

fn unknown(kind: &str, key: &str) -> StateError {
    StateError::Invalid(format!(
        "the demonstration names the {kind} {key}, which is not there"
    ))
}

fn discount(data: &DiscountData) -> Result<Discount, StateError> {
    let source = match (&data.code, &data.automatic, &data.manual) {
        (Some(code), None, None) => DiscountSource::Code(code.clone()),
        (None, Some(title), None) => DiscountSource::Automatic(title.clone()),
        (None, None, Some(title)) => DiscountSource::Manual(title.clone(), data.description.clone()),
        _ => {
            return Err(StateError::Invalid(
                "a discount has one of code, automatic and manual".into(),
            ));
        }
    };
    let value = match (data.percent, data.amount) {
        (Some(percent), None) => DiscountValue::Percentage(percent),
        (None, Some(amount)) => DiscountValue::Amount(amount),
        _ => {
            return Err(StateError::Invalid(
                "a discount has one of percent and amount".into(),
            ));
        }
    };
    let target = match (&data.lines, data.on) {
        (None, None) => DiscountTarget::Order,
        (Some(lines), None) => DiscountTarget::Lines(lines.clone()),
        (None, Some(DiscountedData::Shipping)) => DiscountTarget::Shipping,
        (Some(_), Some(_)) => return Err(StateError::Invalid("a discount has one of lines and on".into())),
    };
    Ok(Discount {
        source,
        value,
        target,
    })
}

fn placed(plant: &Plant<'_, '_>, data: &OrderData) -> Result<Order, StateError> {
    let id = plant
        .known(ORDER, &data.key)
        .ok_or_else(|| unknown("order", &data.key))?;
    plant.store.need::<Order>(id)
}

fn line_id(order: &Order, at: usize) -> Result<i64, StateError> {
    let line = order.lines.get(at).map(|line| line.id);
    line.ok_or_else(|| StateError::Invalid(format!("the order {} has no line {at}", order.name)))
}

/// Ships what the parcel holds, from whichever locations have it.
pub(super) fn fulfil(plant: &mut Plant<'_, '_>, data: &OrderData, at: usize) -> Result<(), StateError> {
    let order = placed(plant, data)?;
    let Some(parcel) = data.fulfil.get(at) else {
        return Ok(());
    };
    let tracking: Vec<Tracking> = parcel
        .tracking
        .iter()
        .map(|tracking| Tracking {
            company: Some(tracking.company.clone()),
            number: Some(tracking.number.clone()),
            url: Some(tracking.url.clone()),
        })
        .collect();
    if parcel.lines.is_empty() {
        plant.store.fulfil_all(order.id, &tracking)?;
        return Ok(());
    }
    let mut wanted = Vec::with_capacity(parcel.lines.len());
    for (line, units) in &parcel.lines {
        wanted.push((line_id(&order, *line)?, *units));
    }
    let sources: Vec<_> = plant
        .store
        .fulfillment_orders(order.id)
        .into_iter()
        .cloned()
        .collect();
    for source in sources {
        let here = wanted
            .iter()
            .filter(|(line, _)| source.lines.iter().any(|assigned| assigned.line_id == *line));
        let here: Vec<(i64, i64)> = here.copied().collect();
        if !here.is_empty() {
            plant.store.fulfil(source.id, &here, tracking.clone())?;
        }
    }
    Ok(())
}

pub(super) fn refund(plant: &mut Plant<'_, '_>, data: &OrderData, at: usize) -> Result<(), StateError> {
    let order = placed(plant, data)?;
    let Some(refund) = data.refund.get(at) else {
        return Ok(());
    };
    let mut lines = Vec::with_capacity(refund.lines.len());
    for (line, units, restock) in &refund.lines {
        lines.push((line_id(&order, *line)?, *units, *restock));
    }
    let shipping = if refund.shipping {
        order.current_shipping()
    } else {
        rust_decimal::Decimal::ZERO
    };
    plant.store.refund(
        order.id,
        NewRefund {
            lines,
            shipping,
            note: refund.note.clone(),
            ..NewRefund::default()
        },
    )?;
    Ok(())
}

pub(super) fn cancel(plant: &mut Plant<'_, '_>, data: &OrderData) -> Result<(), StateError> {
    let order = placed(plant, data)?;
    let Some(cancel) = &data.cancel else {
        return Ok(());
    };
    plant
        .store
        .cancel_order(order.id, &cancel.reason, cancel.restock, cancel.refund)
}
