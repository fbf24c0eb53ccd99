use jiff::ToSpan;

use crate::fault::{Fault, Res};
use crate::models::partner::address_get;
use crate::models::sale::{LINE, ORDER, totals};
use crate::orm::{Env, Logic, Model, Vals, Value, View};

const PARTNER: &str = "res.partner";

pub(super) struct Order;

impl Logic for Order {
    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        if vals.get("name") == Some(&Value::text("New"))
            && let Some(number) = crate::models::next_by_code(env, ORDER)
        {
            vals.set("name", number);
        }
        let view = env.view();
        if let Some(partner) = vals.id("partner_id") {
            for (field, address) in addresses(&view, partner) {
                vals.or_set(field, address);
            }
            vals.or_set(
                "payment_term_id",
                view.get(PARTNER, partner, "property_payment_term_id"),
            );
            if let Value::Int(user) = view.get(PARTNER, partner, "user_id") {
                vals.set("user_id", user);
            }
        }
        if !vals.has("validity_date") {
            vals.set("validity_date", valid_until(&view));
        }
        Ok(())
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], _: &[Vals]) -> Res<()> {
        for id in ids {
            totals::refresh_order(env, *id)?;
        }
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], vals: Vals) -> Res<()> {
        let confirmed = |id: &i64| env.view().text(ORDER, *id, "state") == "sale";
        if vals.has("pricelist_id") && ids.iter().any(confirmed) {
            return Err(Fault::user(
                "You cannot change the pricelist of a confirmed order !",
            ));
        }
        env.update(model, ids, &vals)
    }

    fn written(&self, env: &mut Env<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
        for id in ids {
            if let Some(partner) = vals.id("partner_id") {
                let found = addresses(&env.view(), partner);
                let missing: Vec<(&str, Value)> = found
                    .into_iter()
                    .filter(|(field, _)| !vals.has(field))
                    .map(|(field, address)| (field, Value::Int(address)))
                    .collect();
                env.set(ORDER, *id, &missing);
            }
            if let Some(state) = vals.get("state") {
                for line in env.view().children(LINE, "order_id", *id) {
                    env.set(LINE, line, &[("state", state.clone())]);
                }
            }
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        if ids
            .iter()
            .any(|id| !matches!(view.text(ORDER, *id, "state").as_str(), "draft" | "cancel"))
        {
            return Err(Fault::user(
                "You can not delete a sent quotation or a confirmed sales order. You must first cancel it.",
            ));
        }
        env.delete(model, ids)
    }

    fn class_of(&self, method: &str) -> &'static str {
        match method {
            "create" | "write" | "copy_data" => "SaleOrder",
            _ => "BaseModel",
        }
    }
}

/// Where bill and goods go.
fn addresses(view: &View<'_>, partner: i64) -> [(&'static str, i64); 2] {
    let found = address_get(view, partner, &["delivery", "invoice"]);
    let of = |kind: &str| {
        found
            .iter()
            .find(|(k, _)| k == kind)
            .map_or(partner, |(_, id)| *id)
    };
    [
        ("partner_invoice_id", of("invoice")),
        ("partner_shipping_id", of("delivery")),
    ]
}

/// The day a quotation expires; none where the company sets no term.
fn valid_until(view: &View<'_>) -> Value {
    let days = view
        .id_of("res.company", 1, "quotation_validity_days")
        .unwrap_or(0);
    let today: Option<jiff::civil::Date> = view.s.now.date().parse().ok();
    let until = today.and_then(|today| today.checked_add(days.clamp(0, 36_500).days()).ok());
    match until {
        Some(until) if days > 0 => Value::text(until.to_string()),
        _ => Value::Null,
    }
}
