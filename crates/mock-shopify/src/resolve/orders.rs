//! Lists of orders, customers and fulfilment orders, with what they can be filtered and sorted by.

use jiff::Span;

use super::context::{Answer, Call, Context};
use super::list::{
    FULFILLMENT_ORDER_FILTERS, ListFilter, field, filtered, number, refuse_saved_search, text,
};
use super::node::Node;
use super::order::need_fulfillment_orders;
use super::paging::{SortValue, Sorted, names, page};
use super::root::counted;
use crate::search::{Kind, Value};
use crate::state::{Customer, DiscountSource, FulfillmentOrder, Order, Rows as _};

const FINANCIAL: &[&str] = &[
    "paid",
    "pending",
    "authorized",
    "partially_paid",
    "partially_refunded",
    "refunded",
    "voided",
    "expired",
    "unpaid",
    "any",
];
const FULFILMENT: &[&str] = &[
    "unshipped",
    "shipped",
    "fulfilled",
    "partial",
    "scheduled",
    "on_hold",
    "unfulfilled",
    "request_declined",
    "any",
];
const STATUS: &[&str] = &["open", "closed", "cancelled", "not_closed", "any"];

/// `orders(query:)`.
static ORDER_FILTERS: [ListFilter<Order>; 26] = [
    field("id", Kind::Id, |_, o| number(o.id)),
    field("name", Kind::Exact, |_, o| {
        vec![Value::Text(&o.name), Value::Text(o.name.trim_start_matches('#'))]
    }),
    field("email", Kind::Exact, |_, o| text(o.email.as_ref())),
    field("created_at", Kind::Time, |_, o| vec![Value::Time(o.created_at)]),
    field("updated_at", Kind::Time, |_, o| vec![Value::Time(o.updated_at)]),
    field("processed_at", Kind::Time, |_, o| {
        vec![Value::Time(o.processed_at)]
    }),
    field("status", Kind::OneOf(STATUS), |_, o| {
        let state = match (o.cancelled_at, o.closed_at) {
            (Some(_), _) => "cancelled",
            (None, Some(_)) => "closed",
            (None, None) => "open",
        };
        let mut states = vec![Value::Text(state), Value::Text("any")];
        if o.closed_at.is_none() {
            states.push(Value::Text("not_closed"));
        }
        states
    }),
    field("financial_status", Kind::OneOf(FINANCIAL), |_, o| {
        let mut states = vec![Value::Text(o.financial_status()), Value::Text("any")];
        if matches!(o.financial_status(), "PENDING" | "AUTHORIZED" | "PARTIALLY_PAID") {
            states.push(Value::Text("unpaid"));
        }
        states
    }),
    field("fulfillment_status", Kind::OneOf(FULFILMENT), |_, o| {
        let states: &[&str] = match o.fulfillment_status() {
            "FULFILLED" => &["fulfilled", "shipped", "any"],
            "PARTIALLY_FULFILLED" => &["partial", "any"],
            _ => &["unfulfilled", "unshipped", "any"],
        };
        states.iter().map(|state| Value::Text(state)).collect()
    }),
    field("return_status", Kind::Exact, |_, _| {
        vec![Value::Text("no_return")]
    }),
    field("tag", Kind::Exact, |_, o| {
        o.tags.iter().map(|tag| Value::Text(tag)).collect()
    }),
    field("test", Kind::Flag, |_, o| vec![Value::Flag(o.test)]),
    field("customer_id", Kind::Id, |_, o| {
        o.customer_id.into_iter().flat_map(number).collect()
    }),
    field("sku", Kind::Exact, |_, o| {
        o.lines.iter().flat_map(|line| text(line.sku.as_ref())).collect()
    }),
    field("source_name", Kind::Exact, |_, o| {
        vec![Value::Text(&o.source_name)]
    }),
    field("po_number", Kind::Exact, |_, o| text(o.po_number.as_ref())),
    field("confirmation_number", Kind::Exact, |_, o| {
        vec![Value::Text(&o.confirmation_number)]
    }),
    field("discount_code", Kind::Exact, |_, o| {
        let code = o.discounts.iter().find_map(|discount| match &discount.source {
            DiscountSource::Code(code) => Some(Value::Text(code)),
            DiscountSource::Automatic(_) | DiscountSource::Manual(..) => None,
        });
        code.into_iter().collect()
    }),
    field("gateway", Kind::Exact, |_, o| {
        o.transactions.iter().map(|t| Value::Text(&t.gateway)).collect()
    }),
    field("current_total_price", Kind::Number, |_, o| {
        vec![Value::Number(o.current_total())]
    }),
    field("total_price", Kind::Number, |_, o| vec![Value::Number(o.total())]),
    field("subtotal_line_items_quantity", Kind::Number, |_, o| {
        number(o.lines.iter().map(|line| line.quantity).sum())
    }),
    field("fulfillment_location_id", Kind::Id, |_, o| {
        o.fulfillments
            .iter()
            .flat_map(|parcel| number(parcel.location_id))
            .collect()
    }),
    field("location_id", Kind::Id, |t, o| {
        let sources = t.found::<FulfillmentOrder>("order", &o.id.to_string());
        sources.flat_map(|source| number(source.location_id)).collect()
    }),
    field("reference_location_id", Kind::Id, |t, o| {
        let sources = t.found::<FulfillmentOrder>("order", &o.id.to_string());
        sources.flat_map(|source| number(source.location_id)).collect()
    }),
    field("customer_name", Kind::Words, |t, o| {
        let customer = o.customer_id.and_then(|id| t.one::<Customer>(id));
        customer
            .map(|customer| Value::Owned(customer.display_name()))
            .into_iter()
            .collect()
    }),
];

/// `customers(query:)`.
static CUSTOMER_FILTERS: [ListFilter<Customer>; 17] = [
    field("id", Kind::Id, |_, c| number(c.id)),
    field("email", Kind::Exact, |_, c| text(c.email.as_ref())),
    field("phone", Kind::Exact, |_, c| text(c.phone.as_ref())),
    field("first_name", Kind::Words, |_, c| text(c.first_name.as_ref())),
    field("last_name", Kind::Words, |_, c| text(c.last_name.as_ref())),
    field("name", Kind::Words, |_, c| vec![Value::Owned(c.display_name())]),
    field("tag", Kind::Exact, |_, c| {
        c.tags.iter().map(|tag| Value::Text(tag)).collect()
    }),
    field(
        "state",
        Kind::OneOf(&["enabled", "invited", "disabled", "declined"]),
        |_, c| vec![Value::Text(&c.state)],
    ),
    field("accepts_marketing", Kind::Flag, |_, c| {
        vec![Value::Flag(c.accepts_marketing)]
    }),
    field("country", Kind::Words, |_, c| {
        let address = c.addresses.first();
        address
            .map(|a| [text(a.country.as_ref()), text(a.country_code.as_ref())].concat())
            .unwrap_or_default()
    }),
    field("city", Kind::Words, |_, c| {
        c.addresses
            .first()
            .map(|a| text(a.city.as_ref()))
            .unwrap_or_default()
    }),
    field("created_at", Kind::Time, |_, c| vec![Value::Time(c.created_at)]),
    field("customer_date", Kind::Time, |_, c| {
        vec![Value::Time(c.created_at)]
    }),
    field("updated_at", Kind::Time, |_, c| vec![Value::Time(c.updated_at)]),
    field("orders_count", Kind::Number, |t, c| {
        number(i64::try_from(t.found::<Order>("customer", &c.id.to_string()).count()).unwrap_or(i64::MAX))
    }),
    field("order_date", Kind::Time, |t, c| {
        t.found::<Order>("customer", &c.id.to_string())
            .map(|order| Value::Time(order.processed_at))
            .collect()
    }),
    field("total_spent", Kind::Number, |t, c| {
        let orders = t.found::<Order>("customer", &c.id.to_string());
        vec![Value::Number(
            orders.map(|order| order.received() - order.paid_back()).sum(),
        )]
    }),
];

/// `orders`, `customers`, `fulfillmentOrders` and the counts.
pub(crate) fn list<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    match call.field() {
        "orders" | "ordersCount" => {
            cx.need_scope(call, "read_orders")?;
            refuse_saved_search(cx, call)?;
            order_page(cx, call, visible(cx), "PROCESSED_AT")
        }
        "customers" | "customersCount" => customers(cx, call),
        "fulfillmentOrders" => {
            need_fulfillment_orders(cx, call)?;
            let closed = call.flag("includeClosed");
            let rows = cx
                .tables
                .all::<FulfillmentOrder>()
                .filter(|order| closed || order.status.is_open());
            let found = filtered(cx, call, rows, &FULFILLMENT_ORDER_FILTERS, &[]);
            let by_time = call.text("sortKey") == Some("UPDATED_AT");
            let rows = found.into_iter().map(|order| Sorted {
                value: if by_time {
                    SortValue::Time(order.updated_at)
                } else {
                    SortValue::Id(order.id)
                },
                id: order.id,
                node: Node::FulfillmentOrder(order),
            });
            page(cx, call, names!("FulfillmentOrder"), rows.collect())
        }
        _ => call.unknown(),
    }
}

/// Without `read_all_orders` only the last sixty days can be seen.
fn visible<'w>(cx: &Context<'w>) -> Vec<&'w Order> {
    let since = if cx.config.has_scope("read_all_orders") {
        None
    } else {
        cx.now.checked_sub(Span::new().hours(60 * 24)).ok()
    };
    cx.tables
        .all::<Order>()
        .filter(|order| since.is_none_or(|since| order.created_at >= since))
        .collect()
}

/// A page, or the count, of these orders.
pub(crate) fn order_page<'a>(
    cx: &'a Context<'a>,
    call: &Call<'a>,
    orders: Vec<&'a Order>,
    default_sort: &'static str,
) -> Answer<'a> {
    let default = ["name", "email", "customer_name", "sku"];
    let found = filtered(cx, call, orders.into_iter(), &ORDER_FILTERS, &default);
    if call.field() == "ordersCount" {
        return counted(call, found.len());
    }
    let sort = call.text("sortKey").unwrap_or(default_sort);
    page(
        cx,
        call,
        names!("Order"),
        found
            .into_iter()
            .map(|order| order_row(cx, order, sort))
            .collect(),
    )
}

fn order_row<'a>(cx: &Context<'_>, order: &'a Order, sort: &str) -> Sorted<'a> {
    let words =
        |words: Option<String>| words.map_or(SortValue::Null, |words| SortValue::Text(words.to_lowercase()));
    let value = match sort {
        "CREATED_AT" => SortValue::Time(order.created_at),
        "UPDATED_AT" => SortValue::Time(order.updated_at),
        "PROCESSED_AT" => SortValue::Time(order.processed_at),
        "ORDER_NUMBER" => SortValue::Id(order.number),
        "TOTAL_PRICE" => SortValue::Number(order.total()),
        "CURRENT_TOTAL_PRICE" => SortValue::Number(order.current_total()),
        "TOTAL_ITEMS_QUANTITY" => SortValue::Id(order.lines.iter().map(|line| line.quantity).sum()),
        "FINANCIAL_STATUS" => SortValue::Text(order.financial_status().into()),
        "FULFILLMENT_STATUS" => SortValue::Text(order.fulfillment_status().into()),
        "PO_NUMBER" => words(order.po_number.clone()),
        "CUSTOMER_NAME" => {
            let customer = order.customer_id.and_then(|id| cx.tables.one::<Customer>(id));
            words(customer.map(Customer::display_name))
        }
        "DESTINATION" => {
            let address = order.shipping_address.as_ref();
            words(address.map(|a| {
                format!(
                    "{} {}",
                    a.country.as_deref().unwrap_or(""),
                    a.city.as_deref().unwrap_or("")
                )
            }))
        }
        _ => SortValue::Id(order.id),
    };
    Sorted {
        value,
        id: order.id,
        node: Node::Order(order),
    }
}

fn customers<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    cx.need_scope(call, "read_customers")?;
    let default = ["name", "email", "phone"];
    let found = filtered(cx, call, cx.tables.all::<Customer>(), &CUSTOMER_FILTERS, &default);
    if call.field() == "customersCount" {
        return counted(call, found.len());
    }
    let sort = call.text("sortKey").unwrap_or("ID");
    let rows = found.into_iter().map(|customer| Sorted {
        value: match sort {
            "CREATED_AT" => SortValue::Time(customer.created_at),
            "UPDATED_AT" => SortValue::Time(customer.updated_at),
            "NAME" => SortValue::Text(name_key(customer)),
            "LOCATION" => match customer
                .addresses
                .first()
                .and_then(|address| address.country.as_ref())
            {
                Some(country) => SortValue::Text(country.to_lowercase()),
                None => SortValue::Null,
            },
            _ => SortValue::Id(customer.id),
        },
        id: customer.id,
        node: Node::Customer(customer),
    });
    page(cx, call, names!("Customer"), rows.collect())
}

/// Last name, then first name.
fn name_key(customer: &Customer) -> String {
    let part = |name: &Option<String>| name.as_deref().unwrap_or_default().to_lowercase();
    format!("{}, {}", part(&customer.last_name), part(&customer.first_name))
}
