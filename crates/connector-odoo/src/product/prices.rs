//! The right price for every variant.
//!
//! Odoo adds to a template's price what each attribute value costs extra. Where the prices of a product's variants
//! are such sums, they are written as extras; any other price becomes a fixed price in the connection's price
//! list. A variant's `lst_price` itself is never written: that would change the template, hence all siblings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, json};

use super::shape::Combination;
use super::structure::{Structure, Variant};
use crate::Session;
use crate::client::{CallError, LoadRow, Options, archived_too};
use crate::value::{decimal, id, many2one};
use crate::walk::written_at;

/// Fixed prices of the connection's price list.
#[derive(Debug, Default)]
pub(crate) struct Prices(BTreeMap<i64, Item>);

/// One of them.
#[derive(Debug)]
struct Item {
    id: i64,
    price: Decimal,
    changed_at: Option<Timestamp>,
}

impl Prices {
    /// What the variant costs.
    pub(crate) fn of(&self, variant: &Variant) -> Decimal {
        let fixed = self.0.get(&variant.id).map(|item| item.price);
        // Odoo adds extras up in binary numbers: 10.1 and 0.2 are 10.299999999999999.
        fixed.unwrap_or_else(|| decimal(&variant.row["lst_price"]).round_dp(6))
    }

    fn item(&self, variant: i64) -> Option<i64> {
        self.0.get(&variant).map(|item| item.id)
    }

    /// When the variant's fixed price was last changed.
    pub(crate) fn changed_at(&self, variant: &Variant) -> Option<Timestamp> {
        self.0.get(&variant.id)?.changed_at
    }
}

/// The fixed prices of these variants; none if the connection has no price list yet.
pub(crate) async fn read_prices(session: &Session, variants: &[i64]) -> Result<Prices, CallError> {
    let Some(list) = session.pricelist().await? else {
        return Ok(Prices::default());
    };
    let domain = json!([
        ["pricelist_id", "=", list],
        ["applied_on", "=", "0_product_variant"],
        ["product_id", "in", variants]
    ]);
    let model = "product.pricelist.item";
    let fields = ["product_id", "fixed_price", "write_date"];
    let mut prices = BTreeMap::new();
    for row in session
        .client
        .search_read(model, domain, &fields, Options::default())
        .await?
    {
        if let Some(product) = many2one(&row["product_id"]) {
            prices.entry(product).or_insert_with(|| Item {
                id: id(&row),
                price: decimal(&row["fixed_price"]),
                changed_at: written_at(&row),
            });
        }
    }
    Ok(Prices(prices))
}

/// What one product's variants are to cost.
pub(crate) struct Wanted<'a> {
    /// `product.template`
    pub(crate) template: i64,
    pub(crate) structure: &'a Structure,
    /// What they start from; `None` for the price of the first variant.
    pub(crate) base: Option<Decimal>,
    /// Variant and price.
    pub(crate) prices: Vec<(i64, Decimal)>,
}

/// Writes the prices of several products, those that are not as they should be.
pub(crate) async fn write_prices(session: &Session, products: &[Wanted<'_>]) -> Result<(), CallError> {
    let variants = products.iter().flat_map(|product| &product.prices);
    let variants: Vec<i64> = variants.map(|(variant, _)| *variant).collect();
    let known = read_prices(session, &variants).await?;
    let mut steps = Steps::default();
    for product in products.iter().filter(|product| !product.is_settled(&known)) {
        steps.plan(product);
    }
    for (price, templates) in steps.bases {
        let values = json!({"list_price": crate::value::number(price)});
        session
            .client
            .write("product.template", &templates, values)
            .await?;
    }
    for (extra, values) in steps.extras {
        let values_of = json!({"price_extra": crate::value::number(extra)});
        session
            .client
            .write("product.template.attribute.value", &values, values_of)
            .await?;
    }
    write_fixed(session, &steps.fixed).await?;
    drop_fixed(session, &steps.additive).await
}

/// What is to be written, ids by value.
#[derive(Default)]
struct Steps {
    bases: BTreeMap<Decimal, Vec<i64>>,
    extras: BTreeMap<Decimal, Vec<i64>>,
    fixed: Vec<(i64, Decimal)>,
    additive: Vec<i64>,
}

impl Steps {
    fn plan(&mut self, product: &Wanted<'_>) {
        let Some(base) = product.base() else { return };
        if product.shown_base() != Some(base) {
            self.bases
                .entry(base.normalize())
                .or_default()
                .push(product.template);
        }
        if product.prices.is_empty() {
            return;
        }
        let solved = product.solve(base);
        for line in &product.structure.lines {
            for value in &line.values {
                let key = (line.attribute.clone(), value.name.clone());
                let extra = match &solved {
                    Some(solved) => solved.get(&key).copied().unwrap_or(value.price_extra),
                    None => Decimal::ZERO,
                };
                if extra != value.price_extra {
                    self.extras
                        .entry(extra.normalize())
                        .or_default()
                        .push(value.on_product);
                }
            }
        }
        match solved {
            Some(_) => self
                .additive
                .extend(product.prices.iter().map(|(variant, _)| *variant)),
            None => self.fixed.extend(product.prices.iter().copied()),
        }
    }
}

/// Puts fixed prices into the connection's price list, which is made for the first of them.
async fn write_fixed(session: &Session, fixed: &[(i64, Decimal)]) -> Result<(), CallError> {
    if fixed.is_empty() {
        return Ok(());
    }
    let list = session.ensure_pricelist().await?;
    let known = read_prices(
        session,
        &fixed.iter().map(|(variant, _)| *variant).collect::<Vec<_>>(),
    )
    .await?;
    let mut fresh = Vec::new();
    let mut moved: BTreeMap<Decimal, Vec<i64>> = BTreeMap::new();
    for (variant, price) in fixed {
        match known.0.get(variant) {
            None => fresh.push((*variant, *price)),
            Some(item) if item.price == *price => {}
            Some(item) => moved.entry(*price).or_default().push(item.id),
        }
    }
    let model = "product.pricelist.item";
    for (price, items) in moved {
        session
            .client
            .write(model, &items, json!({"fixed_price": crate::value::number(price)}))
            .await?;
    }
    let columns = [
        "id",
        "pricelist_id/.id",
        "applied_on",
        "product_id/.id",
        "compute_price",
        "fixed_price",
    ];
    let rows: Vec<LoadRow> = fresh
        .iter()
        .map(|(variant, price)| {
            LoadRow::single(vec![
                session.external.of("price", &variant.to_string()),
                list.to_string(),
                "0_product_variant".into(),
                variant.to_string(),
                "fixed".into(),
                price.to_string(),
            ])
        })
        .collect();
    let loaded = session.client.load(model, &columns, &rows, &archived_too()).await;
    for result in loaded {
        result?;
    }
    Ok(())
}

/// Takes fixed prices out that are no longer needed.
async fn drop_fixed(session: &Session, variants: &[i64]) -> Result<(), CallError> {
    let known = read_prices(session, variants).await?;
    let items: Vec<i64> = variants
        .iter()
        .filter_map(|variant| known.item(*variant))
        .collect();
    if items.is_empty() {
        return Ok(());
    }
    session
        .client
        .call("product.pricelist.item", "unlink", json!([items]), Map::new())
        .await
        .map(drop)
}

type Extras = BTreeMap<(String, String), Decimal>;

impl Wanted<'_> {
    /// What the prices start from.
    fn base(&self) -> Option<Decimal> {
        self.base.or_else(|| self.prices.first().map(|(_, price)| *price))
    }

    /// What they start from in Odoo now.
    fn shown_base(&self) -> Option<Decimal> {
        let any = self.structure.variants.first()?;
        Some(decimal(&any.row["list_price"]))
    }

    /// Whether everything costs what it should. Fixed prices that are not needed any more go all the same: nobody who
    /// changes the product's price would see it change.
    fn is_settled(&self, known: &Prices) -> bool {
        let shown = self.shown_base();
        let costs = |(variant, price): &(i64, Decimal)| {
            let shown = self.structure.variant(*variant);
            shown.is_some_and(|shown| known.of(shown) == *price)
        };
        let fixed = self
            .prices
            .iter()
            .any(|(variant, _)| known.item(*variant).is_some());
        self.base.is_none_or(|base| shown == Some(base))
            && self.prices.iter().all(costs)
            && !(fixed && shown.is_some_and(|shown| self.solve(shown).is_some()))
    }

    /// What each attribute value must cost extra so that every variant has its price; `None` if there is no such
    /// set of extras.
    fn solve(&self, base: Decimal) -> Option<Extras> {
        let wanted: Vec<(&Combination, Decimal)> = self
            .prices
            .iter()
            .map(|(variant, price)| Some((&self.structure.variant(*variant)?.combination, *price)))
            .collect::<Option<_>>()?;
        solve_extras(base, &wanted)
    }
}

/// Solves `base + sum of extras = price` for all variants. Extras that the prices leave open are 0, those of
/// the first variant before all others.
pub(super) fn solve_extras(base: Decimal, variants: &[(&Combination, Decimal)]) -> Option<Extras> {
    let first: BTreeSet<(&String, &String)> = variants.first()?.0.iter().collect();
    let mut unknowns: Vec<(&String, &String)> = Vec::new();
    for pair in variants.iter().flat_map(|(combination, _)| combination.iter()) {
        if !first.contains(&pair) && !unknowns.contains(&pair) {
            unknowns.push(pair);
        }
    }
    // Last in the order of elimination, so that these are the ones that stay free.
    unknowns.extend(&first);
    let mut rows: Vec<(Vec<Decimal>, Decimal)> = variants
        .iter()
        .map(|(combination, price)| {
            let has = |pair: &(&String, &String)| combination.get(pair.0) == Some(pair.1);
            let row = unknowns
                .iter()
                .map(|pair| if has(pair) { Decimal::ONE } else { Decimal::ZERO });
            (row.collect(), price - base)
        })
        .collect();
    let pivots = eliminate(&mut rows, unknowns.len());
    let mut extras = Extras::new();
    for (column, (attribute, value)) in unknowns.iter().enumerate() {
        let extra = pivots
            .get(&column)
            .map_or(Decimal::ZERO, |row| rows[*row].1.round_dp(2));
        extras.insert(((*attribute).clone(), (*value).clone()), extra);
    }
    let sum = |combination: &Combination| {
        let parts = combination
            .iter()
            .filter_map(|(a, v)| extras.get(&(a.clone(), v.clone())));
        parts.sum::<Decimal>()
    };
    variants
        .iter()
        .all(|(combination, price)| base + sum(combination) == *price)
        .then_some(extras)
}

/// Gauss-Jordan elimination; answers the pivot row of each column that has one. Free unknowns are taken as 0, so the
/// right-hand side of a pivot row is its unknown's value.
fn eliminate(rows: &mut [(Vec<Decimal>, Decimal)], columns: usize) -> BTreeMap<usize, usize> {
    let mut pivots = BTreeMap::new();
    let mut next = 0;
    for column in 0..columns {
        let Some(found) = (next..rows.len()).find(|row| !rows[*row].0[column].is_zero()) else {
            continue;
        };
        rows.swap(next, found);
        let factor = rows[next].0[column];
        rows[next].0.iter_mut().for_each(|cell| *cell /= factor);
        rows[next].1 /= factor;
        let pivot = rows[next].clone();
        for (index, row) in rows.iter_mut().enumerate() {
            let factor = row.0[column];
            if index == next || factor.is_zero() {
                continue;
            }
            row.0
                .iter_mut()
                .zip(&pivot.0)
                .for_each(|(cell, other)| *cell -= factor * other);
            row.1 -= factor * pivot.1;
        }
        pivots.insert(column, next);
        next += 1;
    }
    pivots
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn combination(pairs: &[(&str, &str)]) -> Combination {
        pairs
            .iter()
            .map(|(a, v)| ((*a).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn sums_become_extras_and_the_first_variant_costs_nothing_extra() {
        let (s, l) = (combination(&[("Size", "S")]), combination(&[("Size", "L")]));
        let extras = solve_extras(
            Decimal::new(1000, 2),
            &[(&s, Decimal::new(1000, 2)), (&l, Decimal::new(1250, 2))],
        );
        let extras = extras.unwrap();
        assert_eq!(extras[&("Size".into(), "S".into())], Decimal::ZERO);
        assert_eq!(extras[&("Size".into(), "L".into())], Decimal::new(250, 2));
    }

    #[test]
    fn prices_that_are_no_sums_have_no_extras() {
        let combos = [("S", "Red"), ("S", "Blue"), ("L", "Red"), ("L", "Blue")]
            .map(|(size, colour)| combination(&[("Size", size), ("Colour", colour)]));
        let prices = [10, 11, 12, 20].map(Decimal::from);
        let wanted: Vec<_> = combos.iter().zip(prices).collect();
        assert_eq!(solve_extras(Decimal::from(10), &wanted), None);
    }

    #[test]
    fn a_product_without_attributes_has_its_price_from_the_template_only() {
        let none = Combination::new();
        assert!(solve_extras(Decimal::from(5), &[(&none, Decimal::from(5))]).is_some());
        assert_eq!(solve_extras(Decimal::from(5), &[(&none, Decimal::from(6))]), None);
    }

    proptest! {
        #[test]
        fn whatever_is_a_sum_is_found(
            extras in prop::collection::vec(prop::collection::vec(-500_i64..500, 1..4), 1..4),
            present in prop::collection::vec(any::<bool>(), 64),
        ) {
            let mut combos: Vec<(Combination, Decimal)> = vec![(Combination::new(), Decimal::from(100))];
            for (attribute, values) in extras.iter().enumerate() {
                combos = combos.iter().flat_map(|(combination, price)| {
                    values.iter().enumerate().map(move |(value, extra)| {
                        let mut combination = combination.clone();
                        combination.insert(format!("a{attribute}"), format!("v{value}"));
                        (combination, price + Decimal::new(*extra, 2))
                    })
                }).collect();
            }
            let mut kept = present.iter().cycle();
            let wanted: Vec<(&Combination, Decimal)> =
                combos.iter().filter(|_| *kept.next().unwrap()).map(|(c, p)| (c, *p)).collect();
            prop_assume!(!wanted.is_empty());
            let base = wanted[0].1;
            prop_assert!(solve_extras(base, &wanted).is_some());
        }
    }
}
