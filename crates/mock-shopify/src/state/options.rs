//! Changing the options and the list of variants of a product.

use serde_json::{Value, json};

use super::catalog::{MAX_OPTIONS, MAX_VARIANTS};
use super::entity::{Rows, Stored, owner};
use super::inventory::InventoryLevel;
use super::metafield::Metafield;
use super::product::{InventoryItem, NewVariant, Product, ProductOption, Variant};
use super::store::{StateError, Store, Touched, invalid, missing};
use crate::gid::gid;

fn option_at(product: &Product, name: &str) -> Result<usize, StateError> {
    let at = product.options.iter().position(|option| option.name == name);
    at.ok_or_else(|| StateError::Invalid(format!("the product has no option '{name}'")))
}

impl Store<'_> {
    /// The variants of a product in the order of their positions.
    pub fn variants_of(&self, product: i64) -> Vec<&Variant> {
        variants_of(self.tables, product)
    }

    /// Gives an option another name; ids and variants stay.
    pub fn rename_option(&mut self, product: i64, option: &str, name: &str) -> Result<bool, StateError> {
        self.alter_noted("product.rename_option", product, |product: &mut Product| {
            let at = option_at(product, option)?;
            if product
                .options
                .iter()
                .enumerate()
                .any(|(other, o)| other != at && o.name == name)
            {
                return invalid(format!("the product already has an option '{name}'"));
            }
            name.clone_into(&mut product.options[at].name);
            Ok(())
        })
    }

    /// Gives an option value another name; its id and the variants that have it stay.
    pub fn rename_option_value(
        &mut self,
        product: i64,
        option: &str,
        value: &str,
        name: &str,
    ) -> Result<bool, StateError> {
        let mut renamed = 0;
        let changed = self.alter_noted("product.rename_option_value", product, |product: &mut Product| {
            let at = option_at(product, option)?;
            let values = &mut product.options[at].values;
            if value != name && values.iter().any(|other| other.name == name) {
                return invalid(format!("the option already has the value '{name}'"));
            }
            let Some(found) = values.iter_mut().find(|other| other.name == value) else {
                return invalid(format!("the option has no value '{value}'"));
            };
            renamed = found.id;
            name.clone_into(&mut found.name);
            Ok(())
        })?;
        if changed {
            self.touch_variants_with(product, renamed);
        }
        Ok(changed)
    }

    fn touch_variants_with(&mut self, product: i64, value: i64) {
        let mut variants: Vec<Variant> = self.variants_of(product).into_iter().cloned().collect();
        variants.retain(|variant| variant.values.contains(&value));
        for mut variant in variants {
            variant.touch(self.now);
            self.put(variant);
        }
    }

    /// Adds an option at the end. The existing variants take the first of these values.
    pub fn add_option(&mut self, product: i64, name: &str, values: &[&str]) -> Result<bool, StateError> {
        let mut changed = self.need::<Product>(product)?;
        if values.is_empty() {
            return invalid("an option needs a value");
        }
        if changed.options.iter().any(|option| option.name == name) {
            return invalid(format!("the product already has an option '{name}'"));
        }
        let standalone = is_standalone(&changed);
        if !standalone && changed.options.len() >= MAX_OPTIONS {
            return invalid("a product has at most 3 options");
        }
        let names = values.iter().map(|value| (*value).to_owned()).collect();
        let option = self.new_option(name.to_owned(), names);
        let first = option.values.first().map_or(0, |value| value.id);
        if standalone {
            changed.options = vec![option];
        } else {
            changed.options.push(option);
        }
        changed.touch(self.now);
        self.put(changed);
        let variants: Vec<Variant> = self.variants_of(product).into_iter().cloned().collect();
        for mut variant in variants {
            if standalone {
                variant.values.clear();
            }
            variant.values.push(first);
            variant.touch(self.now);
            self.put(variant);
        }
        self.note(
            "product.add_option",
            &gid(Product::KIND, product),
            json!({ "name": name }),
        );
        Ok(true)
    }

    /// Removes an option. Refused where two variants would then be the same. Without its last option the product
    /// has `Title / Default Title` again.
    pub fn remove_option(&mut self, product: i64, name: &str) -> Result<bool, StateError> {
        let mut changed = self.need::<Product>(product)?;
        let at = option_at(&changed, name)?;
        changed.options.remove(at);
        let mut variants: Vec<Variant> = self.variants_of(product).into_iter().cloned().collect();
        for variant in &mut variants {
            variant.values.remove(at);
        }
        if changed.options.is_empty() {
            let option = self.new_option("Title".into(), vec!["Default Title".into()]);
            let only = option.values.first().map_or(0, |value| value.id);
            changed.options.push(option);
            for variant in &mut variants {
                variant.values = vec![only];
            }
        }
        let same =
            |(at, variant): (usize, &Variant)| variants[..at].iter().any(|v| v.values == variant.values);
        if variants.iter().enumerate().any(same) {
            return invalid("two variants would have the same option values");
        }
        changed.touch(self.now);
        self.put(changed);
        for mut variant in variants {
            variant.touch(self.now);
            self.put(variant);
        }
        self.note(
            "product.remove_option",
            &gid(Product::KIND, product),
            json!({ "name": name }),
        );
        Ok(true)
    }

    /// Puts the options into this order (names); the values of all variants follow.
    pub fn reorder_options(&mut self, product: i64, names: &[&str]) -> Result<bool, StateError> {
        let mut changed = self.need::<Product>(product)?;
        let order: Vec<usize> = names
            .iter()
            .map(|name| option_at(&changed, name))
            .collect::<Result<_, _>>()?;
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if sorted != (0..changed.options.len()).collect::<Vec<_>>() {
            return invalid("name every option once");
        }
        if order == sorted {
            return Ok(false);
        }
        changed.options = order.iter().map(|at| changed.options[*at].clone()).collect();
        changed.touch(self.now);
        self.put(changed);
        let variants: Vec<Variant> = self.variants_of(product).into_iter().cloned().collect();
        for mut variant in variants {
            variant.values = order.iter().map(|at| variant.values[*at]).collect();
            variant.touch(self.now);
            self.put(variant);
        }
        self.note(
            "product.reorder_options",
            &gid(Product::KIND, product),
            Value::Null,
        );
        Ok(true)
    }

    /// Adds a variant at the end; answers its id. Values that the options lack are added to them.
    pub fn add_variant(&mut self, product: i64, new: NewVariant) -> Result<i64, StateError> {
        let position = self
            .variants_of(product)
            .last()
            .map_or(1, |last| last.position + 1);
        if self.variants_of(product).len() >= MAX_VARIANTS {
            return invalid("a product has at most 2048 variants");
        }
        let id = self.insert_variant(product, new, position)?;
        self.touch_product(product);
        self.note("variant.add", &gid(Variant::KIND, id), Value::Null);
        Ok(id)
    }

    /// Removes a variant with its item and levels, and the option values that no variant has any more. The last
    /// variant of a product stays.
    pub fn remove_variant(&mut self, id: i64) -> Result<(), StateError> {
        let variant = self.need::<Variant>(id)?;
        if self.variants_of(variant.product_id).len() < 2 {
            return invalid("a product needs a variant");
        }
        self.drop_variant(&variant);
        let left: Vec<Variant> = self
            .variants_of(variant.product_id)
            .into_iter()
            .cloned()
            .collect();
        self.alter(variant.product_id, |product: &mut Product| {
            for option in &mut product.options {
                option
                    .values
                    .retain(|value| left.iter().any(|variant| variant.values.contains(&value.id)));
            }
            Ok(())
        })?;
        for (position, mut variant) in (1..).zip(left) {
            if variant.position != position {
                variant.position = position;
                variant.touch(self.now);
                self.put(variant);
            }
        }
        self.touch_product(variant.product_id);
        self.note("variant.remove", &gid(Variant::KIND, id), Value::Null);
        Ok(())
    }

    /// Gives a variant other values, by name; refused where another variant has them. Values that no variant has any
    /// more stay with their option.
    pub(crate) fn move_variant(&mut self, id: i64, names: &[String]) -> Result<(), StateError> {
        let variant = self.need::<Variant>(id)?;
        let values = self.value_ids(variant.product_id, names)?;
        let taken = self.variants_of(variant.product_id);
        if taken.iter().any(|other| other.id != id && other.values == values) {
            return invalid(format!("The variant '{}' already exists.", names.join(" / ")));
        }
        self.set_values(id, &values)
    }

    /// Gives a variant these values, whatever others have.
    pub(crate) fn set_values(&mut self, id: i64, values: &[i64]) -> Result<(), StateError> {
        let product = self.need::<Variant>(id)?.product_id;
        let changed = self.alter(id, |variant: &mut Variant| {
            variant.values = values.to_vec();
            Ok(())
        })?;
        if changed {
            self.touch_product(product);
        }
        Ok(())
    }

    /// Replaces the options of a product; its variants have to be given values of them.
    pub(crate) fn set_options(
        &mut self,
        product: i64,
        options: Vec<ProductOption>,
    ) -> Result<(), StateError> {
        self.alter(product, |product: &mut Product| {
            product.options = options;
            Ok(())
        })?;
        Ok(())
    }

    /// Inserts a variant at the end with these values of the product's options.
    pub(crate) fn insert_variant_with(
        &mut self,
        product: i64,
        new: NewVariant,
        values: &[i64],
    ) -> Result<i64, StateError> {
        let row = self.need::<Product>(product)?;
        let known = row.options.iter().flat_map(|option| &option.values);
        let names: Vec<(i64, String)> = known.map(|value| (value.id, value.name.clone())).collect();
        let name = |id: &i64| {
            names
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, name)| name.clone())
        };
        let values = values.iter().filter_map(name).collect();
        self.add_variant(product, NewVariant { values, ..new })
    }

    /// Removes a variant with its item and levels, even the last one.
    pub(crate) fn discard_variant(&mut self, id: i64) -> Result<(), StateError> {
        let variant = self.need::<Variant>(id)?;
        self.drop_variant(&variant);
        self.touch_product(variant.product_id);
        Ok(())
    }

    fn drop_variant(&mut self, variant: &Variant) {
        let levels: Vec<i64> = self
            .tables
            .find(InventoryLevel::TABLE, "item", &variant.item_id.to_string())
            .collect();
        for level in levels {
            self.tables.remove(InventoryLevel::TABLE, level);
        }
        self.drop_metafields(Variant::KIND, variant.id);
        self.tables.remove(InventoryItem::TABLE, variant.item_id);
        self.tables.remove(Variant::TABLE, variant.id);
    }

    fn drop_metafields(&mut self, kind: &str, id: i64) {
        let fields: Vec<i64> = self
            .tables
            .find(Metafield::TABLE, "owner", &owner(kind, id))
            .collect();
        for field in fields {
            self.tables.remove(Metafield::TABLE, field);
        }
    }

    /// Puts the variants into this order (ids); prices, SKUs and stock stay with their variants.
    pub fn reorder_variants(&mut self, product: i64, ids: &[i64]) -> Result<bool, StateError> {
        let mut known: Vec<i64> = self
            .variants_of(product)
            .iter()
            .map(|variant| variant.id)
            .collect();
        if known == ids {
            return Ok(false);
        }
        let mut wanted = ids.to_vec();
        wanted.sort_unstable();
        known.sort_unstable();
        if wanted != known {
            return invalid("name every variant once");
        }
        for (position, id) in (1..).zip(ids) {
            self.alter(*id, |variant: &mut Variant| {
                variant.position = position;
                Ok(())
            })?;
        }
        self.touch_product(product);
        self.note(
            "product.reorder_variants",
            &gid(Product::KIND, product),
            Value::Null,
        );
        Ok(true)
    }

    /// Deletes a product with everything that is its own. Orders keep their lines.
    pub fn delete_product(&mut self, id: i64) -> Result<(), StateError> {
        let variants: Vec<Variant> = self.variants_of(id).into_iter().cloned().collect();
        for variant in &variants {
            self.drop_variant(variant);
        }
        self.drop_metafields(Product::KIND, id);
        self.tables
            .remove(Product::TABLE, id)
            .ok_or_else(|| missing::<Product>(id))?;
        self.note("product.delete", &gid(Product::KIND, id), Value::Null);
        Ok(())
    }
}

/// The variants of a product in the order of their positions.
pub(crate) fn variants_of(tables: &impl Rows, product: i64) -> Vec<&Variant> {
    let mut variants: Vec<&Variant> = tables.found("product", &product.to_string()).collect();
    variants.sort_by_key(|variant| (variant.position, variant.id));
    variants
}

/// Whether the product has no options of its own.
pub(crate) fn is_standalone(product: &Product) -> bool {
    let only = |option: &ProductOption| {
        option.name == "Title" && option.values.len() == 1 && option.values[0].name == "Default Title"
    };
    product.options.len() == 1 && product.options.iter().all(only)
}
