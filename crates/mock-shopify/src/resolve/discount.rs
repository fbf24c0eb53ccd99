use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};

use super::context::{Answer, Call, Context, Object, Resolve, leaf};
use super::order::bag;
use super::plain::{Plain, money_v2};
use crate::state::{Allocation, Discount, DiscountSource, DiscountTarget, DiscountValue, Order};

/// A `DiscountApplication` of an order.
#[derive(Clone, Copy)]
pub(crate) struct Application<'w> {
    pub(crate) order: &'w Order,
    pub(crate) index: usize,
}

impl<'w> Application<'w> {
    pub(crate) fn value<'a>(self, cx: &'a Context<'a>) -> ResolvedValue<'a>
    where
        'w: 'a,
    {
        ResolvedValue::object(Object { cx, value: self }.typed())
    }
}

/// The interface has one type per source.
struct Typed<'w>(Object<'w, Application<'w>>);

impl<'w> Object<'w, Application<'w>> {
    fn typed(self) -> Typed<'w> {
        Typed(self)
    }
}

impl ObjectValue for Typed<'_> {
    fn type_name(&self) -> &str {
        let Application { order, index } = self.0.value;
        match order.discounts.get(index).map(|discount| &discount.source) {
            Some(DiscountSource::Code(_)) => "DiscountCodeApplication",
            Some(DiscountSource::Automatic(_)) => "AutomaticDiscountApplication",
            Some(DiscountSource::Manual(..)) | None => "ManualDiscountApplication",
        }
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        let Application { order, index } = self.0.value;
        let call = Call::new(info);
        match order.discounts.get(index) {
            Some(discount) => resolve(&call, order, discount, index),
            None => call.unknown(),
        }
    }
}

fn resolve<'a>(call: &Call<'a>, order: &'a Order, discount: &'a Discount, index: usize) -> Answer<'a> {
    match (call.field(), &discount.source) {
        ("index", _) => leaf(i32::try_from(index).unwrap_or(i32::MAX)),
        ("allocationMethod", _) => leaf(match discount.target {
            DiscountTarget::Order => "ACROSS",
            DiscountTarget::Lines(_) | DiscountTarget::Shipping => "EACH",
        }),
        ("targetSelection", _) => leaf(match discount.target {
            DiscountTarget::Order | DiscountTarget::Shipping => "ALL",
            DiscountTarget::Lines(_) => "EXPLICIT",
        }),
        ("targetType", _) => leaf(match discount.target {
            DiscountTarget::Shipping => "SHIPPING_LINE",
            DiscountTarget::Order | DiscountTarget::Lines(_) => "LINE_ITEM",
        }),
        ("value", _) => value(order, discount.value).answer(),
        ("code", DiscountSource::Code(code)) => leaf(code),
        ("title", DiscountSource::Automatic(title) | DiscountSource::Manual(title, _)) => leaf(title),
        ("description", DiscountSource::Manual(_, description)) => leaf(description.as_ref()),
        _ => call.unknown(),
    }
}

fn value(order: &Order, value: DiscountValue) -> Plain {
    use rust_decimal::prelude::ToPrimitive as _;
    match value {
        DiscountValue::Percentage(percent) => {
            Plain::new("PricingPercentageValue").leaf("percentage", percent.to_f64().unwrap_or_default())
        }
        DiscountValue::Amount(amount) => money_v2(amount, &order.currency),
    }
}

/// `DiscountAllocation`.
#[derive(Clone, Copy)]
pub(crate) struct Share<'w> {
    pub(crate) order: &'w Order,
    pub(crate) allocation: &'w Allocation,
}

impl Resolve for Share<'_> {
    const TYPE: &'static str = "DiscountAllocation";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "allocatedAmount" => money_v2(self.allocation.amount, &self.order.currency).answer(),
            "allocatedAmountSet" => bag(self.order, self.allocation.amount).answer(),
            "discountApplication" => {
                let application = Application {
                    order: self.order,
                    index: self.allocation.discount,
                };
                Ok(application.value(cx))
            }
            _ => call.unknown(),
        }
    }
}
