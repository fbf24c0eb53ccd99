use rust_decimal::Decimal;

use super::address::{Mailing, Owner};
use super::context::{Answer, Call, Context, Resolve, leaf, leaves, maybe_object, objects};
use super::metafields;
use super::node::Node;
use super::orders;
use super::paging::{Sorted, names, page};
use super::plain::{Plain, maybe_plain, money_v2};
use super::product::first;
use crate::gid::gid;
use crate::state::{Customer, Order, Rows as _};

impl Resolve for &Customer {
    const TYPE: &'static str = "Customer";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let mailing = |address| Mailing {
            address,
            owner: Owner::Customer,
        };
        match call.field() {
            "id" => leaf(gid("Customer", self.id)),
            "legacyResourceId" => leaf(self.id.to_string()),
            "displayName" => leaf(self.display_name()),
            "firstName" => leaf(self.first_name.as_ref()),
            "lastName" => leaf(self.last_name.as_ref()),
            "email" => leaf(self.email.as_ref()),
            "phone" => leaf(self.phone.as_ref()),
            "note" => leaf(self.note.as_ref()),
            "tags" => leaves(&self.tags),
            "state" => leaf(&self.state),
            "locale" => leaf(&self.locale),
            "taxExempt" => leaf(self.tax_exempt),
            "taxExemptions" => leaves(None::<&str>),
            "verifiedEmail" => leaf(self.verified_email),
            "validEmailAddress" => leaf(self.email.is_some()),
            "dataSaleOptOut" => leaf(false),
            "multipassIdentifier" => leaf(None::<bool>),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "lifetimeDuration" => leaf(lifetime(cx, self)),
            "unsubscribeUrl" => leaf(format!(
                "https://{}/account/unsubscribe/{:x}",
                cx.shop.primary_host, self.id
            )),
            "canDelete" => leaf(orders_of(cx, self.id).is_empty()),
            "numberOfOrders" => leaf(orders_of(cx, self.id).len().to_string()),
            "amountSpent" => money_v2(spent(cx, self.id), &cx.shop.currency).answer(),
            "lastOrder" => {
                cx.need_scope(call, "read_orders")?;
                maybe_object(
                    cx,
                    orders_of(cx, self.id)
                        .into_iter()
                        .max_by_key(|order| (order.processed_at, order.id)),
                )
            }
            "orders" => {
                cx.need_scope(call, "read_orders")?;
                orders::order_page(cx, call, orders_of(cx, self.id), "ID")
            }
            "defaultAddress" => maybe_object(cx, self.addresses.first().map(mailing)),
            "addresses" => objects(cx, first(&self.addresses, call).map(mailing)),
            "addressesV2" => {
                let rows = self.addresses.iter();
                let rows = rows.map(|address| Sorted::by_id(address.id, Node::Address(mailing(address))));
                page(cx, call, names!("MailingAddress"), rows.collect())
            }
            "metafield" | "metafields" => metafields::resolve(cx, call, "Customer", self.id),
            _ => consent(call, self),
        }
    }
}

/// How the customer may be reached.
fn consent<'a>(call: &Call<'a>, customer: &'a Customer) -> Answer<'a> {
    let state = if customer.accepts_marketing {
        "SUBSCRIBED"
    } else {
        "NOT_SUBSCRIBED"
    };
    let mail = |kind: &'static str| {
        Plain::new(kind)
            .leaf("marketingState", state)
            .leaf("marketingOptInLevel", "SINGLE_OPT_IN")
    };
    match call.field() {
        "defaultEmailAddress" => maybe_plain(customer.email.as_ref().map(|email| {
            mail("CustomerEmailAddress")
                .leaf("emailAddress", email)
                .leaf("marketingUpdatedAt", None::<bool>)
                .leaf("validFormat", true)
        })),
        "emailMarketingConsent" => maybe_plain(customer.email.as_ref().map(|_| {
            mail("CustomerEmailMarketingConsentState")
                .leaf("consentUpdatedAt", None::<bool>)
                .leaf("sourceLocation", None::<bool>)
        })),
        "defaultPhoneNumber" => maybe_plain(customer.phone.as_ref().map(|phone| {
            Plain::new("CustomerPhoneNumber")
                .leaf("phoneNumber", phone)
                .leaf("marketingState", "NOT_SUBSCRIBED")
                .leaf("marketingOptInLevel", "SINGLE_OPT_IN")
                .leaf("marketingUpdatedAt", None::<bool>)
                .leaf("marketingCollectedFrom", None::<bool>)
        })),
        "smsMarketingConsent" => maybe_plain(customer.phone.as_ref().map(|_| {
            Plain::new("CustomerSmsMarketingConsentState")
                .leaf("marketingState", "NOT_SUBSCRIBED")
                .leaf("marketingOptInLevel", "SINGLE_OPT_IN")
                .leaf("consentCollectedFrom", "OTHER")
                .leaf("consentUpdatedAt", None::<bool>)
                .leaf("sourceLocation", None::<bool>)
        })),
        _ => call.unknown(),
    }
}

/// The customer's orders, by id.
pub(crate) fn orders_of<'w>(cx: &Context<'w>, customer: i64) -> Vec<&'w Order> {
    cx.tables.found("customer", &customer.to_string()).collect()
}

fn spent(cx: &Context<'_>, customer: i64) -> Decimal {
    let orders = orders_of(cx, customer).into_iter().filter(|order| !order.test);
    orders.map(|order| order.received() - order.paid_back()).sum()
}

fn lifetime(cx: &Context<'_>, customer: &Customer) -> String {
    let days = cx.now.duration_since(customer.created_at).as_hours() / 24;
    match days {
        ..=0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
