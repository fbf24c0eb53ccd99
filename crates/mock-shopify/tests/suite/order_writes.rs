//! `fulfillmentCreate`, `fulfillmentTrackingInfoUpdate`, `orderUpdate`, `orderCancel`.

use mock_shopify::{FulfillmentOrder, Location, NewLine, NewOrder, Order, Rows as _, Variant};
use serde_json::{Value, json};

use crate::shop::{TestShop, now};

fn placed() -> TestShop {
    let shop = TestShop::with_catalogue();
    shop.shopify
        .change(now(), |store| {
            let ids: Vec<i64> = store.rows().all::<Variant>().map(|variant| variant.id).collect();
            let line = |id: i64| NewLine {
                variant_id: Some(id),
                quantity: 2,
                ..NewLine::default()
            };
            store.place_order(NewOrder {
                lines: vec![line(ids[0]), line(ids[2])],
                ..NewOrder::default()
            })
        })
        .unwrap();
    shop
}

fn sources(shop: &TestShop) -> Value {
    let data = shop.data(
        "{ orders(first: 1) { nodes { id displayFulfillmentStatus fulfillmentOrders(first: 5) { nodes { id status \
         lineItems(first: 5) { nodes { id remainingQuantity } } } } } } }",
    );
    data["orders"]["nodes"][0].clone()
}

const SHIP: &str = "mutation M($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment { name status \
    totalQuantity trackingInfo { company number url } location { name } } userErrors { field message } } }";

#[test]
fn shipping() {
    let shop = placed();
    let before = sources(&shop);
    let source = &before["fulfillmentOrders"]["nodes"][0];
    let send = |lines: Value, tracking: Value| {
        let group = json!({ "fulfillmentOrderId": source["id"], "fulfillmentOrderLineItems": lines });
        let input = json!({ "lineItemsByFulfillmentOrder": [group], "trackingInfo": tracking });
        shop.query(SHIP, json!({ "f": input }))["data"]["fulfillmentCreate"].take()
    };
    let line = &source["lineItems"]["nodes"][0]["id"];
    let mut answers = serde_json::Map::new();
    answers.insert(
        "too_many".into(),
        send(json!([{ "id": line, "quantity": 3 }]), Value::Null),
    );
    answers.insert(
        "part".into(),
        send(
            json!([{ "id": line, "quantity": 1 }]),
            json!({ "company": "DHL", "number": "1", "url": "https://dhl.example/1" }),
        ),
    );
    answers.insert(
        "rest".into(),
        send(
            Value::Null,
            json!({ "numbers": ["2", "3"], "urls": ["https://dhl.example/2"] }),
        ),
    );
    answers.insert("again".into(), send(Value::Null, Value::Null));
    answers.insert("after".into(), sources(&shop)["displayFulfillmentStatus"].clone());
    insta::assert_json_snapshot!(answers);
    let unknown = json!({ "lineItemsByFulfillmentOrder": [{ "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1" }] });
    let answer = shop.query(SHIP, json!({ "f": unknown }));
    assert_eq!(
        answer["data"]["fulfillmentCreate"]["userErrors"],
        json!([{ "field": ["fulfillment"], "message": "Fulfillment order does not exist." }])
    );
}

#[test]
fn a_parcel_is_followed_by_another_number() {
    const TRACK: &str = "mutation M($id: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: \
        $id, trackingInfoInput: $t) { fulfillment { trackingInfo { company number url } } userErrors { field message } } }";
    let shop = placed();
    let before = sources(&shop);
    let group = json!({ "fulfillmentOrderId": before["fulfillmentOrders"]["nodes"][0]["id"] });
    let input = json!({ "lineItemsByFulfillmentOrder": [group], "trackingInfo": { "company": "DHL", "number": "1" } });
    shop.query(SHIP, json!({ "f": input }));
    let parcels = "{ orders(first: 1) { nodes { fulfillments { id trackingInfo { number } } } } }";
    let parcel = shop.data(parcels)["orders"]["nodes"][0]["fulfillments"][0].clone();
    assert_eq!(parcel["trackingInfo"], json!([{ "number": "1" }]));
    let track = |id: &Value, tracking: Value| {
        shop.query(TRACK, json!({ "id": id, "t": tracking }))["data"]["fulfillmentTrackingInfoUpdate"].take()
    };
    // It is replaced as a whole: the carrier goes as well.
    let answer = track(&parcel["id"], json!({ "numbers": ["2", "3"] }));
    let shown = |number: &str| json!({ "company": null, "number": number, "url": null });
    assert_eq!(
        answer,
        json!({ "fulfillment": { "trackingInfo": [shown("2"), shown("3")] }, "userErrors": [] })
    );
    let after = shop.data(parcels)["orders"]["nodes"][0]["fulfillments"][0].clone();
    assert_eq!(
        after["trackingInfo"],
        json!([{ "number": "2" }, { "number": "3" }])
    );
    for id in ["gid://shopify/Fulfillment/1", "gid://shopify/Order/1", "x"] {
        let answer = track(&json!(id), json!({ "number": "4" }));
        if answer.is_null() {
            continue;
        }
        assert_eq!(answer["fulfillment"], json!(null));
        assert_eq!(answer["userErrors"][0]["field"], json!(["fulfillmentId"]), "{id}");
    }
}

#[test]
fn updating() {
    let shop = placed();
    let id = sources(&shop)["id"].clone();
    let update = |mut input: Value| {
        if input.get("id").is_none() {
            input["id"] = id.clone();
        }
        shop.query(
            "mutation M($input: OrderInput!) { orderUpdate(input: $input) { order { note tags email poNumber customAttributes { key value } \
             shippingAddress { city countryCodeV2 } metafield(namespace: \"custom\", key: \"odoo\") { value } } userErrors { field message } } }",
            json!({ "input": input }),
        )
    };
    let answer = update(json!({
        "note": "ring twice", "tags": ["b", "a"], "email": "x@example.com", "poNumber": "P1",
        "customAttributes": [{ "key": "k", "value": "v" }],
        "shippingAddress": { "city": "Porto", "countryCode": "PT" },
        "metafields": [{ "namespace": "custom", "key": "odoo", "type": "single_line_text_field", "value": "S1" }]
    }));
    insta::assert_json_snapshot!(answer["data"]);
    let cleared = update(json!({ "note": null }));
    assert_eq!(cleared["data"]["orderUpdate"]["order"]["note"], Value::Null);
    assert_eq!(
        cleared["data"]["orderUpdate"]["order"]["poNumber"], "P1",
        "what is left out stays"
    );
    let unknown = update(json!({ "id": "gid://shopify/Order/1" }));
    let error = json!([{ "field": ["id"], "message": "Order does not exist" }]);
    assert_eq!(unknown["data"]["orderUpdate"]["userErrors"], error);
    let lines = shop.shopify.journal(0).unwrap().len();
    update(json!({ "poNumber": "P1" }));
    assert_eq!(
        shop.shopify.journal(0).unwrap().len(),
        lines,
        "nothing changed, nothing noted"
    );
    let without_id = shop.query(
        "mutation UpdateIt($input: OrderInput!) { orderUpdate(input: $input) { order { id } } }",
        json!({ "input": { "note": "x" } }),
    );
    assert_eq!(
        without_id["errors"][0]["message"],
        "Variable $input of type OrderInput! was provided invalid value for id (Expected value to not be null)"
    );
}

#[test]
fn refused_updates() {
    let shop = placed();
    let id = sources(&shop)["id"].clone();
    let lines = shop.shopify.journal(0).unwrap().len();
    let update = |mut input: Value| {
        input["id"] = id.clone();
        shop.query(
            "mutation M($input: OrderInput!) { orderUpdate(input: $input) { order { email phone note } userErrors { field message } } }",
            json!({ "input": input }),
        )["data"]["orderUpdate"]
            .take()
    };
    // The order stands beside the error (recorded).
    let order = json!({ "email": null, "phone": null, "note": null });
    let refused = |field: Value, text: &str| json!({ "order": order, "userErrors": [{ "field": field, "message": text }] });
    assert_eq!(
        update(json!({ "email": "nobody", "note": "x" })),
        refused(json!(["email"]), "Email is invalid")
    );
    assert_eq!(
        update(json!({ "phone": "not a phone" })),
        refused(json!(["phone"]), "Phone is invalid")
    );
    let text = "No valid update parameters have been provided";
    assert_eq!(update(json!({})), refused(Value::Null, text));
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines);
    assert_eq!(update(json!({ "phone": "" }))["userErrors"], json!([]));
}

/// Number of each fulfilment order of an order, with its place and its first line.
fn parts(shop: &TestShop, order: i64) -> Vec<(i64, i64, i64)> {
    shop.shopify
        .look(|rows| {
            let sources = rows
                .all::<FulfillmentOrder>()
                .filter(|source| source.order_id == order);
            sources
                .map(|source| (source.id, source.location_id, source.lines[0].id))
                .collect()
        })
        .unwrap()
}

#[test]
fn parcels_of_several_orders_or_places() {
    let shop = placed();
    let (first, second) = shop
        .shopify
        .change(now(), |store| {
            let first = store.rows().all::<Order>().next().unwrap().id;
            let berlin = store.rows().all::<Location>().next().unwrap().id;
            let shirt = store.rows().all::<Variant>().next().unwrap().clone();
            let mug = store.rows().all::<Variant>().last().unwrap().id;
            // Shirts are in Porto now, mugs in Berlin.
            store.set_available(shirt.item_id, berlin, 0)?;
            let line = |id: i64| NewLine {
                variant_id: Some(id),
                quantity: 1,
                ..NewLine::default()
            };
            let second = store.place_order(NewOrder {
                lines: vec![line(shirt.id), line(mug)],
                ..NewOrder::default()
            })?;
            Ok((first, second))
        })
        .unwrap();
    let group = |id: i64| json!({ "fulfillmentOrderId": format!("gid://shopify/FulfillmentOrder/{id}") });
    let lines = shop.shopify.journal(0).unwrap().len();
    let refused = |groups: Value, field: Value, text: &str| {
        let input = json!({ "lineItemsByFulfillmentOrder": groups });
        let answer = shop.query(SHIP, json!({ "f": input }));
        let expected = json!({ "fulfillment": null, "userErrors": [{ "field": field, "message": text }] });
        assert_eq!(answer["data"]["fulfillmentCreate"], expected);
    };
    let (one, two) = (parts(&shop, first), parts(&shop, second));
    assert_eq!(two.len(), 2, "one at each place");
    refused(
        json!([group(one[0].0), group(two[0].0)]),
        json!(["fulfillment"]),
        &format!(
            "All fulfillment orders must belong to the same order. Multiple orders with ids [{first}, {second}] were found."
        ),
    );
    refused(
        json!([group(two[0].0), group(two[1].0)]),
        json!(["fulfillment"]),
        &format!(
            "All fulfillment orders must be assigned to a single location. Multiple locations with ids [{}, {}] were found.",
            two[0].1, two[1].1
        ),
    );
    // A quantity of none comes first, even before a fulfilment order that is not there.
    let mut none = group(1);
    let line = format!("gid://shopify/FulfillmentOrderLineItem/{}", one[0].2);
    none["fulfillmentOrderLineItems"] = json!([{ "id": line, "quantity": 0 }]);
    refused(
        json!([group(one[0].0), none]),
        json!([
            "fulfillment",
            "lineItemsByFulfillmentOrder",
            "1",
            "fulfillmentOrderLineItems",
            "0",
            "quantity"
        ]),
        "Quantity must be greater than 0",
    );
    assert_eq!(shop.shopify.journal(0).unwrap().len(), lines);
}

#[test]
fn refused_cancellations() {
    let shop = placed();
    let id = sources(&shop)["id"].clone();
    let cancel = |arguments: &str| {
        let query = format!(
            "mutation {{ orderCancel(orderId: {id}, reason: OTHER, restock: true, {arguments}) {{ job {{ id }} \
             orderCancelUserErrors {{ field message code }} userErrors {{ field message }} }} }}"
        );
        shop.query(&query, json!({}))["data"]["orderCancel"].take()
    };
    let refused = |field: &str, text: &str| {
        json!({
            "job": null,
            "orderCancelUserErrors": [{ "field": [field], "message": text, "code": "INVALID" }],
            "userErrors": [{ "field": [field], "message": text }]
        })
    };
    for refund in [true, false] {
        let both = format!("refund: {refund}, refundMethod: {{ originalPaymentMethodsRefund: true }}");
        let text = "Only one of the arguments `refund` or `refund_method` is allowed.";
        assert_eq!(cancel(&both), refused("refund", text));
    }
    let long = format!("staffNote: \"{}\"", "x".repeat(256));
    let text = "Staff note is too long. Maximum length is 255 characters.";
    assert_eq!(cancel(&long), refused("staffNote", text));
    let most = format!("staffNote: \"{}\"", "x".repeat(255));
    assert_eq!(cancel(&most)["userErrors"], json!([]));
}

#[test]
fn cancelling() {
    let shop = placed();
    let id = sources(&shop)["id"].clone();
    let cancel = |id: &Value| {
        shop.query(
            "mutation M($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true, staffNote: \"wrong size\", \
             refundMethod: { originalPaymentMethodsRefund: true }) { job { id done } orderCancelUserErrors { field message code } } }",
            json!({ "id": id }),
        )["data"]["orderCancel"]
            .take()
    };
    let first = cancel(&id);
    assert_eq!(first["orderCancelUserErrors"], json!([]));
    let job = first["job"]["id"].as_str().unwrap();
    let data = shop.data(&format!(
        "{{ job(id: \"{job}\") {{ done }} orders(first: 1) {{ nodes {{ cancelledAt cancelReason cancellation {{ staffNote }} \
         displayFinancialStatus currentTotalPriceSet {{ shopMoney {{ amount }} }} }} }} }}"
    ));
    insta::assert_json_snapshot!(data);
    let error = |text: &str, code: &str| json!([{ "field": ["orderId"], "message": text, "code": code }]);
    let text = "Cannot cancel an order that has already been canceled";
    assert_eq!(cancel(&id)["orderCancelUserErrors"], error(text, "INVALID"));
    let unknown = cancel(&json!("gid://shopify/Order/1"));
    assert_eq!(
        unknown["orderCancelUserErrors"],
        error("Order does not exist", "NOT_FOUND")
    );
    let other = placed();
    let order = other
        .shopify
        .look(|rows| rows.all::<Order>().next().unwrap().id)
        .unwrap();
    other
        .shopify
        .change(now(), |store| store.fulfil_all(order, &[]))
        .unwrap();
    let answer = other.query(
        "mutation M($id: ID!) { orderCancel(orderId: $id, reason: OTHER, restock: false) { job { id } orderCancelUserErrors { message } } }",
        json!({ "id": format!("gid://shopify/Order/{order}") }),
    );
    let text = "Cannot cancel an order that has outstanding fulfillments";
    assert_eq!(
        answer["data"]["orderCancel"],
        json!({ "job": null, "orderCancelUserErrors": [{ "message": text }] })
    );
}
