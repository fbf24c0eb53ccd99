//! `fulfillmentCreate`, `fulfillmentTrackingInfoUpdate`, `orderUpdate`, `orderCancel`.

use mock_shopify::{NewLine, NewOrder, Rows as _, Variant};
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
        .look(|rows| rows.all::<mock_shopify::Order>().next().unwrap().id)
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
