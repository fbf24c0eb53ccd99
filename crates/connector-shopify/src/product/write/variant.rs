//! Inputs for the plain fields of variants. What shows already as it is wanted stays out.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sync_core::ConnectorError;

use super::desired::Wanted;
use crate::amount::money;
use crate::product::node::VariantNode;
use crate::product::weight::grams;
use crate::write::{amount, flag, is_empty, refusal, text};

/// A variant that is wanted, and what it is now, unless it is to be made.
struct Comparison<'c> {
    wanted: &'c Wanted<'c>,
    now: Option<&'c VariantNode>,
}

/// A variant's fields, without id and option values. `tracks` is what the product says of all its variants.
pub(super) fn variant(
    wanted: &Wanted<'_>,
    now: Option<&VariantNode>,
    tracks: Option<bool>,
) -> Result<Map<String, Value>, ConnectorError> {
    let comparison = Comparison { wanted, now };
    let mut input = comparison.own()?;
    let item = comparison.item(tracks)?;
    if !item.is_empty() {
        input.insert("inventoryItem".into(), Value::Object(item));
    }
    Ok(input)
}

impl Comparison<'_> {
    fn field(&self, name: &str) -> Option<&Value> {
        self.wanted.field(name, self.now.is_none())
    }

    /// A flag that is wanted and not shown.
    fn flag(&self, name: &str, shown: impl Fn(&VariantNode) -> bool) -> Result<Option<bool>, ConnectorError> {
        let wanted = self
            .field(name)
            .map(|value| flag(name, value))
            .transpose()?
            .flatten();
        Ok(wanted.filter(|wanted| self.now.is_none_or(|now| shown(now) != *wanted)))
    }

    /// A text that is wanted and not shown; nothing is an empty one.
    fn text(
        &self,
        name: &str,
        shown: impl Fn(&VariantNode) -> Option<&String>,
    ) -> Result<Option<String>, ConnectorError> {
        let wanted = self.field(name).map(|value| text(name, value)).transpose()?;
        let shown = self.now.and_then(shown).map_or("", String::as_str);
        Ok(wanted.filter(|wanted| wanted != shown))
    }

    /// What belongs to the variant itself.
    fn own(&self) -> Result<Map<String, Value>, ConnectorError> {
        let mut input = Map::new();
        if let Some(barcode) = self.text("barcode", |now| now.barcode.as_ref())? {
            let barcode = Some(barcode).filter(|barcode| !barcode.is_empty());
            input.insert("barcode".into(), json!(barcode));
        }
        let price = self.field("price").map(|value| amount("price", value));
        if let Some(price) = price.transpose()?.flatten()
            && self.now.is_none_or(|now| now.price.0 != price)
        {
            input.insert("price".into(), json!(money(price)));
        }
        if let Some(value) = self.field("compare_at_price") {
            let price = amount("compare_at_price", value)?;
            let shown = self.now.and_then(|now| now.compare_at_price);
            if shown.map(|shown| shown.0) != price {
                input.insert("compareAtPrice".into(), json!(price.map(money)));
            }
        }
        if let Some(taxable) = self.flag("taxable", |now| now.taxable)? {
            input.insert("taxable".into(), json!(taxable));
        }
        if let Some(value) = self.field("inventory_policy").filter(|value| !is_empty(value)) {
            let policy = text("inventory_policy", value)?.to_uppercase();
            if !["DENY", "CONTINUE"].contains(&policy.as_str()) {
                let message =
                    "`inventory_policy` is neither `deny` nor `continue`: correct the rule that leads there";
                return Err(refusal("bad_value", message));
            }
            if self.now.is_none_or(|now| now.inventory_policy != policy) {
                input.insert("inventoryPolicy".into(), json!(policy));
            }
        }
        Ok(input)
    }

    /// What belongs to its inventory item.
    fn item(&self, tracks: Option<bool>) -> Result<Map<String, Value>, ConnectorError> {
        let mut item = Map::new();
        if let Some(sku) = self.text("sku", |now| now.sku.as_ref())? {
            item.insert("sku".into(), json!(sku));
        }
        let own = self.field("tracked").map(|value| flag("tracked", value));
        if let Some(tracked) = own.transpose()?.flatten().or(tracks)
            && self.now.is_none_or(|now| now.inventory_item.tracked != tracked)
        {
            item.insert("tracked".into(), json!(tracked));
        }
        if let Some(ships) = self.flag("requires_shipping", |now| now.inventory_item.requires_shipping)? {
            item.insert("requiresShipping".into(), json!(ships));
        }
        if let Some(weight) = weight(self.wanted, self.now)? {
            item.insert("measurement".into(), json!({"weight": weight}));
        }
        Ok(item)
    }
}

/// The weight, in the unit that the variant has, if that is a metric one; `None` where it stays as it is.
fn weight(wanted: &Wanted<'_>, now: Option<&VariantNode>) -> Result<Option<Value>, ConnectorError> {
    let made = now.is_none();
    let shown = now.and_then(|now| now.inventory_item.measurement.weight.as_ref());
    let unit_now = shown.map_or("KILOGRAMS", |weight| weight.unit.as_str());
    let value_now = shown.map_or(Decimal::ZERO, |weight| weight.value.0);
    let (value, unit) = if let Some(value) = wanted.field("grams", made) {
        let Some(wanted_grams) = amount("grams", value)? else {
            return Ok(None);
        };
        if now.is_some() && Decimal::from(grams(shown)) == wanted_grams {
            return Ok(None);
        }
        match unit_now {
            "KILOGRAMS" => (wanted_grams / Decimal::ONE_THOUSAND, "KILOGRAMS"),
            _ => (wanted_grams, "GRAMS"),
        }
    } else if let Some(value) = wanted.field("weight", made) {
        let Some(weight) = amount("weight", value)? else {
            return Ok(None);
        };
        let unit = match wanted.field("weight_unit", made) {
            Some(unit) => unit_of(&text("weight_unit", unit)?)?,
            None => unit_now,
        };
        (weight, unit)
    } else {
        return Ok(None);
    };
    if unit == unit_now && value == value_now {
        return Ok(None);
    }
    let number: serde_json::Number = value
        .normalize()
        .to_string()
        .parse()
        .map_err(|_| refusal("bad_value", "the weight is no number"))?;
    Ok(Some(json!({"value": number, "unit": unit})))
}

fn unit_of(short: &str) -> Result<&'static str, ConnectorError> {
    match short {
        "g" => Ok("GRAMS"),
        "kg" => Ok("KILOGRAMS"),
        "oz" => Ok("OUNCES"),
        "lb" => Ok("POUNDS"),
        _ => Err(refusal(
            "bad_value",
            "`weight_unit` is none of g, kg, oz, lb: correct the rule that leads there",
        )),
    }
}
