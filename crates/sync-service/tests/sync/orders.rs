//! What happens to an order after it came.

use mock_shopify::{NewLine, NewOrder, NewRefund, PostalAddress, ProductStatus, Rows as _};
use rust_decimal::Decimal;
use serde_json::json;
use sync_core::Outcome;

use crate::small::{MUG, SHIRT_M, SHIRT_S, Small, usual};
use crate::world::{many2one, text};

fn units(small: &Small, order: i64) -> Vec<(String, i64)> {
    let order = small.the_order(order);
    let lines = small.lines(&order).into_iter();
    lines
        .map(|(product, quantity, _)| (product, i64::try_from(quantity).unwrap()))
        .collect()
}

fn named(lines: &[(&str, i64)]) -> Vec<(String, i64)> {
    lines
        .iter()
        .map(|(name, units)| ((*name).to_owned(), *units))
        .collect()
}

#[test]
fn an_order_waits_for_its_products_and_comes_when_they_are_there() {
    let small = Small::new();
    let order = small.order(&[(SHIRT_S, 2), (MUG, 1)]);
    let held = small.sync("orders");
    let line = &small.world.logs(held.id)[0];
    assert_eq!(
        (line.outcome, line.reason.as_str()),
        (Outcome::Skipped, "waits_for_variant")
    );
    assert_eq!(small.orders().len(), 0);
    small.sync("products");
    assert_eq!(small.sync("orders").counts.success_count, 1);
    assert_eq!(small.the_order(order)["state"], "sale");
    small.sync("inventory");
    small.is_quiet();
}

#[test]
fn edits_and_refunds_change_the_order_that_is_there() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 2), (MUG, 1)]);
    small.sync("orders");
    let first = small.the_order(order);
    assert_eq!(small.open_demand(SHIRT_S), Decimal::TWO);

    let line = small.shop_order(order).lines[0].id;
    small.change(|store| {
        store.edit_order_line(order, line, 3)?;
        store.add_order_line(
            order,
            NewLine {
                variant_id: Some(small.variants[SHIRT_M]),
                quantity: 1,
                ..NewLine::default()
            },
        )
    });
    small.sync("orders");
    let edited = small.the_order(order);
    assert_eq!(edited["id"], first["id"]);
    assert_eq!(
        edited["date_order"], first["date_order"],
        "the date stays what it was"
    );
    assert_eq!(
        units(&small, order),
        named(&[
            ("[SH-S] Shirt (S)", 3),
            ("[MUG] Mug", 1),
            ("Shipping", 1),
            ("[SH-M] Shirt (M)", 1)
        ])
    );
    assert_eq!(
        (small.open_demand(SHIRT_S), small.open_demand(SHIRT_M)),
        (Decimal::from(3), Decimal::ONE)
    );

    let lines = small.shop_order(order).lines;
    let refund = NewRefund {
        lines: vec![(lines[0].id, 2, true), (lines[1].id, 1, true)],
        shipping: Decimal::new(500, 2),
        ..NewRefund::default()
    };
    small.change(|store| store.refund(order, refund));
    small.sync("orders");
    assert_eq!(
        small.open_demand(SHIRT_S) + small.open_demand(MUG),
        Decimal::ONE,
        "what was taken out needs no delivery"
    );
    small.the_order(order);
    small.is_quiet();
}

#[test]
fn an_order_that_is_cancelled_later_is_cancelled_with_its_delivery() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 2)]);
    small.sync("orders");
    small.change(|store| store.cancel_order(order, "CUSTOMER", true, true));
    small.sync("orders");
    assert_eq!(small.the_order(order)["state"], "cancel");
    assert_eq!(small.open_demand(SHIRT_S), Decimal::ZERO);
    small.is_quiet();
}

#[test]
fn goods_that_odoo_delivered_are_taken_back_before_the_order_gets_smaller() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 2)]);
    small.sync("orders");
    small.deliver(None);
    let line = small.shop_order(order).lines[0].id;
    small.change(|store| store.edit_order_line(order, line, 1));
    let held = small.sync("orders");
    let line = &small.world.logs(held.id)[0];
    assert_eq!(
        (line.outcome, line.reason.as_str()),
        (Outcome::Skipped, "needs_return")
    );
    assert!(line.message.contains("take the goods back"), "{}", line.message);
}

#[test]
fn what_was_shipped_before_needs_no_delivery_even_after_an_edit() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 2), (MUG, 3)]);
    small.ship(order, &[]);
    small.sync("orders");
    let first = small.the_order(order);
    assert_eq!(
        (text(&first["state"]), first["picking_ids"].clone()),
        ("sale", json!([]))
    );
    let line = small.shop_order(order).lines[1].id;
    let refund = NewRefund {
        lines: vec![(line, 1, true)],
        ..NewRefund::default()
    };
    small.change(|store| store.refund(order, refund));
    small.sync("orders");
    assert_eq!(
        small.the_order(order)["picking_ids"],
        json!([]),
        "still no delivery"
    );
    small.sync("inventory");
    assert_eq!(small.in_odoo(MUG), Decimal::from(small.on_hand(MUG)));
    small.is_quiet();
}

#[test]
fn only_the_rest_of_a_partly_shipped_order_is_to_be_delivered() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_S, 2), (MUG, 3)]);
    small.ship(order, &[(0, 2), (1, 1)]);
    small.sync("inventory");
    small.sync("orders");
    let shown = small.the_order(order);
    assert_eq!(
        units(&small, order)[..2],
        named(&[("[SH-S] Shirt (S)", 2), ("[MUG] Mug", 3)])
    );
    assert_eq!(
        (small.open_demand(SHIRT_S), small.open_demand(MUG)),
        (Decimal::ZERO, Decimal::TWO)
    );
    small.is_quiet();
    small.ship(order, &[]);
    small.sync("inventory");
    small.deliver(None);
    small.sync("orders");
    assert_eq!(small.the_order(order)["id"], shown["id"]);
    assert_eq!(small.in_odoo(MUG), Decimal::from(small.on_hand(MUG)));
    small.is_quiet();
}

#[test]
fn lines_without_a_variant_are_sold_all_the_same() {
    let small = Small::stocked();
    let engraving = NewLine {
        title: Some("Engraving".into()),
        price: Some(Decimal::new(750, 2)),
        quantity: 2,
        requires_shipping: Some(false),
        ..NewLine::default()
    };
    let gone = small.place(NewOrder {
        lines: vec![small.line(SHIRT_M, 1), engraving],
        ..usual("ada@example.com")
    });
    small.change(|store| store.remove_variant(small.variants[SHIRT_M]));
    small.sync("products");
    small.sync("orders");
    assert_eq!(
        units(&small, gone),
        named(&[
            ("Item without a product", 1),
            ("Item without a product", 2),
            ("Shipping", 1)
        ])
    );
    small.is_quiet();
}

#[test]
fn a_line_keeps_its_product_when_the_variant_is_deleted_or_archived_later() {
    let small = Small::stocked();
    let order = small.order(&[(SHIRT_M, 2), (MUG, 2)]);
    small.sync("orders");
    let before = units(&small, order);
    small.change(|store| store.remove_variant(small.variants[SHIRT_M]));
    small.change(|store| {
        let mug = store
            .rows()
            .one::<mock_shopify::Variant>(small.variants[MUG])
            .unwrap()
            .product_id;
        store.edit_product(mug, |product| product.status = ProductStatus::Archived)
    });
    small.sync("products");
    small.sync("orders");
    assert_eq!(units(&small, order), before);
    let line = small.shop_order(order).lines[1].id;
    small.change(|store| store.edit_order_line(order, line, 1));
    small.sync("orders");
    assert_eq!(units(&small, order)[1].1, 1);
    let late = small.order(&[(MUG, 1)]);
    let failed = small.world.sync("orders");
    assert_eq!(
        failed.counts.fail_count,
        0,
        "{late}: {:#?}",
        small.world.told(failed.id)
    );
    small.is_quiet();
}

#[test]
fn customers_are_found_by_e_mail_and_never_overwritten() {
    let small = Small::stocked();
    let known = json!({"name": "Ada L.", "email": "Ada <ADA@example.com>", "city": "London"});
    let ada = small
        .world
        .odoo("res.partner", "create", json!([known]), json!({}));
    let address = PostalAddress {
        first_name: Some("Ada".into()),
        last_name: Some("Lovelace".into()),
        address1: Some("12 St James's Square".into()),
        city: Some("London".into()),
        ..PostalAddress::default()
    };
    let order = |email: &str, address: Option<PostalAddress>| NewOrder {
        lines: vec![small.line(MUG, 1)],
        shipping_address: address,
        ..usual(email)
    };
    small.place(order("ada@example.com", Some(address.clone())));
    small.place(order("Ada@Example.com", Some(address.clone())));
    small.place(order("", Some(address)));
    small.place(order("", None));
    small.sync("orders");
    let orders = small.orders();
    let partner = |at: usize| many2one(&orders[at]["partner_id"]);
    assert_eq!((partner(0), partner(1)), (ada.as_i64().unwrap(), partner(0)));
    assert!(partner(2) != partner(0) && partner(3) != partner(2) && partner(3) != partner(0));
    let partners = small.world.partners();
    assert_eq!(partners[&partner(0)]["name"], "Ada L.", "what Odoo knows stays");
    let contact = many2one(&orders[0]["partner_shipping_id"]);
    assert_eq!(contact, many2one(&orders[1]["partner_shipping_id"]));
    let contact = &partners[&contact];
    assert_eq!(
        (many2one(&contact["parent_id"]), text(&contact["type"])),
        (partner(0), "delivery")
    );
    assert_eq!(text(&contact["street"]), "12 St James's Square");
    assert_eq!(partners[&partner(2)]["name"], "Ada Lovelace");
    small.is_quiet();
}

#[test]
fn an_order_that_odoo_cannot_hold_is_refused_with_the_reason() {
    let small = Small::stocked();
    let order = |tax: Decimal| NewOrder {
        lines: vec![small.line(MUG, 1)],
        taxes: vec![("Odd".into(), tax)],
        ..usual("ada@example.com")
    };
    small.place(order(Decimal::new(123, 3)));
    small.change(|store| {
        let mut shop = store.shop();
        shop.currency = "EUR".into();
        store.put_shop(shop);
        Ok(())
    });
    small.place(order(Decimal::new(2, 1)));
    let job = small.world.sync("orders");
    let mut told: Vec<(String, String)> = small
        .world
        .logs(job.id)
        .into_iter()
        .map(|line| (line.reason, line.message))
        .collect();
    told.sort();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].0, "currency_differs");
    assert!(
        told[0].1.contains("EUR") && told[0].1.contains("USD"),
        "{}",
        told[0].1
    );
    assert_eq!(told[1].0, "tax_missing");
    assert!(told[1].1.contains("12.3 %"), "{}", told[1].1);
    assert_eq!(small.orders().len(), 0);
    assert!(
        small
            .world
            .open_dead_letters()
            .iter()
            .all(|letter| letter.retry_count == 0)
    );
}

#[test]
fn taxes_inside_the_price_and_odd_roundings_come_to_the_cent() {
    let small = Small::stocked();
    let line = |price: i64, quantity: i64| NewLine {
        price: Some(Decimal::new(price, 2)),
        ..small.line(MUG, quantity)
    };
    for (included, prices) in [(true, [333, 1999, 1]), (false, [333, 1999, 7])] {
        small.place(NewOrder {
            lines: prices.iter().map(|price| line(*price, 3)).collect(),
            taxes_included: Some(included),
            taxes: vec![
                ("Illinois State Tax".into(), Decimal::new(625, 4)),
                ("Cook County Tax".into(), Decimal::new(175, 4)),
            ],
            ..usual("ada@example.com")
        });
    }
    small.sync("orders");
    let query = "{ orders(first: 5) { nodes { currentTotalPriceSet { shopMoney { amount } } currentTotalTaxSet { \
                 shopMoney { amount } } } } }";
    let shop = small.world.shop(query, json!({}));
    let shop = shop["orders"]["nodes"].as_array().unwrap();
    let orders = small.orders();
    assert_eq!((orders.len(), shop.len()), (2, 2));
    for (row, order) in orders.iter().zip(shop) {
        for (field, of) in [
            ("amount_total", "currentTotalPriceSet"),
            ("amount_tax", "currentTotalTaxSet"),
        ] {
            let wanted = crate::world::decimal(&order[of]["shopMoney"]["amount"]);
            assert_eq!(crate::world::decimal(&row[field]), wanted, "{field}");
        }
    }
    small.is_quiet();
}
