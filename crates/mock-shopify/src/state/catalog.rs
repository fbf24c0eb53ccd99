//! Inserting products, and changing their plain fields.

use serde_json::json;

use super::entity::{Rows, Stored};
use super::product::{
    InventoryItem, NewProduct, NewVariant, OptionValue, Product, ProductImage, ProductOption, Variant, Weight,
};
use super::shop::Location;
use super::store::{StateError, Store, Touched, tidy_tags};
use crate::gid::gid;
use crate::scalar::{cents, whole_second};

/// Most options a product may have.
pub(crate) const MAX_OPTIONS: usize = 3;
/// Most variants a product may have, since 2025-10-15.
pub(crate) const MAX_VARIANTS: usize = 2048;

impl Store<'_> {
    /// Inserts a product with its variants, inventory items and levels; answers its id.
    pub fn add_product(&mut self, new: NewProduct) -> Result<i64, StateError> {
        check(&new)?;
        let id = self.fresh_id(Product::TABLE);
        let created_at = new.created_at.map_or(self.now, whole_second);
        let wanted = new.handle.as_deref().unwrap_or(&new.title);
        let handle = self.free_handle(wanted, id);
        let vendor = if new.vendor.is_empty() {
            self.shop().name
        } else {
            new.vendor
        };
        let (options, variants) = with_defaults(new.options, new.variants);
        let options = options
            .into_iter()
            .map(|(name, values)| self.new_option(name, values))
            .collect();
        let media = new
            .images
            .into_iter()
            .map(|(url, alt)| self.new_image(url, alt))
            .collect();
        self.note(
            "product.add",
            &gid(Product::KIND, id),
            json!({ "handle": handle, "variants": variants.len() }),
        );
        self.put(Product {
            id,
            title: new.title,
            handle,
            description_html: new.description_html,
            vendor,
            product_type: new.product_type,
            tags: tidy_tags(&new.tags),
            status: new.status,
            options,
            media,
            seo_title: new.seo_title,
            seo_description: new.seo_description,
            gift_card: new.gift_card,
            template_suffix: None,
            created_at,
            updated_at: self.now,
            published_at: (!new.unpublished).then_some(created_at),
        });
        for (position, variant) in (1..).zip(variants) {
            self.insert_variant(id, variant, position)?;
        }
        Ok(id)
    }

    /// Changes plain fields of a product: title, description, vendor, type, tags, status, handle, images, ...
    /// Options have operations of their own; changes to them here are ignored.
    pub fn edit_product(&mut self, id: i64, edit: impl FnOnce(&mut Product)) -> Result<bool, StateError> {
        let before = self.need::<Product>(id)?;
        let mut after = before.clone();
        edit(&mut after);
        after.id = id;
        after.options = before.options;
        after.tags = tidy_tags(&after.tags);
        if after.title.trim().is_empty() {
            return Err(StateError::Invalid("Title can't be blank".into()));
        }
        if after.handle != before.handle {
            after.handle = self.free_handle(&after.handle, id);
        }
        for at in 0..after.media.len() {
            if after.media[at].id == 0 {
                let image = after.media[at].clone();
                after.media[at] = self.new_image(image.url, image.alt);
            }
        }
        self.alter_noted("product.edit", id, |product: &mut Product| {
            *product = after;
            Ok(())
        })
    }

    /// Changes plain fields of a variant: price, barcode, ... Its product is then changed, too.
    pub fn edit_variant(&mut self, id: i64, edit: impl FnOnce(&mut Variant)) -> Result<bool, StateError> {
        let before = self.need::<Variant>(id)?;
        let changed = self.alter_noted("variant.edit", id, |variant: &mut Variant| {
            edit(variant);
            variant.price = cents(variant.price);
            variant.compare_at_price = variant.compare_at_price.map(cents);
            variant.id = before.id;
            variant.product_id = before.product_id;
            variant.item_id = before.item_id;
            variant.values.clone_from(&before.values);
            variant.position = before.position;
            Ok(())
        })?;
        if changed {
            self.touch_product(before.product_id);
        }
        Ok(changed)
    }

    /// Changes an inventory item: SKU, weight, whether it is tracked, ... Variant and product are then changed, too.
    pub fn edit_item(&mut self, id: i64, edit: impl FnOnce(&mut InventoryItem)) -> Result<bool, StateError> {
        let before = self.need::<InventoryItem>(id)?;
        let changed = self.alter_noted("inventory_item.edit", id, |item: &mut InventoryItem| {
            edit(item);
            item.sku = item.sku.take().filter(|sku| !sku.is_empty());
            item.id = before.id;
            item.variant_id = before.variant_id;
            Ok(())
        })?;
        if changed {
            self.touch_variant(before.variant_id);
        }
        Ok(changed)
    }

    pub(crate) fn touch_product(&mut self, id: i64) {
        if let Some(mut product) = self.tables.one::<Product>(id).cloned() {
            product.touch(self.now);
            self.put(product);
        }
    }

    pub(crate) fn touch_variant(&mut self, id: i64) {
        if let Some(mut variant) = self.tables.one::<Variant>(id).cloned() {
            variant.touch(self.now);
            let product = variant.product_id;
            self.put(variant);
            self.touch_product(product);
        }
    }

    pub(crate) fn new_option(&mut self, name: String, values: Vec<String>) -> ProductOption {
        let id = self.fresh_id("product_option");
        let values = values.into_iter().map(|value| self.new_value(value)).collect();
        ProductOption { id, name, values }
    }

    pub(crate) fn new_value(&mut self, name: String) -> OptionValue {
        let id = self.fresh_id("product_option_value");
        OptionValue { id, name }
    }

    fn new_image(&mut self, url: String, alt: Option<String>) -> ProductImage {
        ProductImage {
            id: self.fresh_id("media_image"),
            image_id: self.fresh_id("image_source"),
            url,
            alt,
            created_at: self.now,
        }
    }

    /// Inserts a variant at this position; its values must exist or are added to their options.
    pub(crate) fn insert_variant(
        &mut self,
        product_id: i64,
        new: NewVariant,
        position: i32,
    ) -> Result<i64, StateError> {
        let values = self.value_ids(product_id, &new.values)?;
        let taken = self
            .tables
            .found::<Variant>("product", &product_id.to_string())
            .any(|variant| variant.values == values);
        if taken {
            let title = new.values.join(" / ");
            let text =
                format!("The variant '{title}' already exists. Please change at least one option value.");
            return Err(StateError::Invalid(text));
        }
        let id = self.fresh_id(Variant::TABLE);
        let item_id = self.fresh_id(InventoryItem::TABLE);
        let product = self.need::<Product>(product_id)?;
        self.put(Variant {
            id,
            product_id,
            item_id,
            values,
            price: cents(new.price),
            compare_at_price: new.compare_at_price.map(cents),
            barcode: new.barcode.filter(|barcode| !barcode.is_empty()),
            position,
            taxable: new.taxable,
            inventory_policy: new.inventory_policy,
            created_at: product.created_at,
            updated_at: self.now,
        });
        let weight = new.weight.unwrap_or_else(|| Weight {
            value: rust_decimal::Decimal::ZERO,
            unit: self.shop().weight_unit,
        });
        self.put(InventoryItem {
            id: item_id,
            variant_id: id,
            sku: new.sku.filter(|sku| !sku.is_empty()),
            tracked: new.tracked,
            requires_shipping: new.requires_shipping,
            unit_cost: new.unit_cost,
            weight,
            country_of_origin: None,
            harmonized_system_code: None,
            created_at: product.created_at,
            updated_at: self.now,
        });
        self.stock_new_item(item_id, new.stock)?;
        Ok(id)
    }

    fn stock_new_item(&mut self, item: i64, stock: Vec<(i64, i64)>) -> Result<(), StateError> {
        if stock.is_empty() {
            if let Some(first) = self.shipping_locations().first() {
                self.add_level(item, *first, 0);
            }
            return Ok(());
        }
        for (location, available) in stock {
            self.need::<Location>(location)?;
            self.add_level(item, location, available);
        }
        Ok(())
    }

    /// Ids of these values, one per option of the product; unknown ones are added to their option.
    pub(crate) fn value_ids(&mut self, product: i64, names: &[String]) -> Result<Vec<i64>, StateError> {
        let mut product = self.need::<Product>(product)?;
        if names.len() != product.options.len() {
            let text = format!(
                "a variant needs {} option values, not {}",
                product.options.len(),
                names.len()
            );
            return Err(StateError::Invalid(text));
        }
        let mut ids = Vec::with_capacity(names.len());
        let mut added = false;
        for (at, name) in names.iter().enumerate() {
            let there = product.options[at]
                .values
                .iter()
                .find(|value| value.name == *name);
            if let Some(value) = there {
                ids.push(value.id);
                continue;
            }
            let value = self.new_value(name.clone());
            ids.push(value.id);
            product.options[at].values.push(value);
            added = true;
        }
        if added {
            self.put(product);
        }
        Ok(ids)
    }

    /// A handle that no other product has.
    pub(crate) fn free_handle(&self, wanted: &str, own: i64) -> String {
        let base = slug(wanted);
        let taken = |handle: &str| {
            self.tables
                .find(Product::TABLE, "handle", handle)
                .any(|id| id != own)
        };
        if !taken(&base) {
            return base;
        }
        let mut tries = (1_u64..).map(|n| format!("{base}-{n}"));
        tries.find(|handle| !taken(handle)).unwrap_or(base)
    }
}

fn check(new: &NewProduct) -> Result<(), StateError> {
    let refuse = |text: &str| Err(StateError::Invalid(text.into()));
    if new.title.trim().is_empty() {
        return refuse("Title can't be blank");
    }
    if new.title.chars().count() > 255 {
        return refuse("Title is too long (maximum is 255 characters)");
    }
    if new.options.len() > MAX_OPTIONS {
        return refuse("a product has at most 3 options");
    }
    if new.variants.len() > MAX_VARIANTS {
        return refuse("a product has at most 2048 variants");
    }
    Ok(())
}

type NamedValues = Vec<(String, Vec<String>)>;

/// A product without options has the one option `Title` with the one value `Default Title`.
fn with_defaults(mut options: NamedValues, mut variants: Vec<NewVariant>) -> (NamedValues, Vec<NewVariant>) {
    if variants.is_empty() {
        let values = options
            .iter()
            .filter_map(|(_, values)| values.first().cloned())
            .collect();
        variants.push(NewVariant {
            values,
            tracked: false,
            ..NewVariant::default()
        });
    }
    if options.is_empty() {
        options.push(("Title".into(), vec!["Default Title".into()]));
        for variant in &mut variants {
            if variant.values.is_empty() {
                variant.values = vec!["Default Title".into()];
            }
        }
    }
    (options, variants)
}

/// The form of a handle: lower case letters and digits with single hyphens between them.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "product".to_owned()
    } else {
        slug.to_owned()
    }
}
