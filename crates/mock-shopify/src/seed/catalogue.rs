//! A catalogue from a product export.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::csv::{Catalogue, CatalogueProduct, CatalogueVariant};
use super::plant::{PRODUCT, Plant};
use super::{SeedError, Seeded};
use crate::service::Shopify;
use crate::state::{NewProduct, NewVariant, StateError, Weight, WeightUnit};

/// Fills the shop with this catalogue in place of the demonstration's: the same shop and locations, these products
/// with all their stock at the first location, no customers and no orders. Answers what was created; products whose
/// handles were seeded before are left alone. The shop is not emptied first ([`Shopify::clear`] does that).
pub fn catalogue(shopify: &Shopify, now: Timestamp, catalogue: &Catalogue) -> Result<Seeded, SeedError> {
    let shop = super::data::shop()?;
    let seeded = shopify.change(now, |store| {
        let mut plant = Plant::new(store);
        let locations = plant.shop(shop)?;
        plant.set_time(now);
        for product in &catalogue.products {
            add(&mut plant, product, locations.first().map(|(_, id)| *id))?;
        }
        Ok(plant.seeded)
    })?;
    Ok(seeded)
}

fn add(
    plant: &mut Plant<'_, '_>,
    product: &CatalogueProduct,
    location: Option<i64>,
) -> Result<(), StateError> {
    if plant.known(PRODUCT, &product.handle).is_some() {
        return Ok(());
    }
    let id = plant.store.add_product(NewProduct {
        title: product.title.clone(),
        handle: Some(product.handle.clone()),
        description_html: product.description_html.clone(),
        vendor: product.vendor.clone(),
        product_type: product.product_type.clone(),
        tags: product.tags.clone(),
        status: product.status,
        options: product
            .options
            .iter()
            .map(|name| (name.clone(), Vec::new()))
            .collect(),
        variants: product
            .variants
            .iter()
            .map(|variant| new_variant(variant, location))
            .collect(),
        images: product.images.clone(),
        seo_title: product.seo_title.clone(),
        seo_description: product.seo_description.clone(),
        gift_card: product.gift_card,
        created_at: None,
        unpublished: !product.published,
    })?;
    plant.seeded.products += 1;
    plant.seeded.variants += product.variants.len();
    plant.remember(PRODUCT, &product.handle, id)
}

fn new_variant(variant: &CatalogueVariant, location: Option<i64>) -> NewVariant {
    NewVariant {
        values: variant.values.clone(),
        price: variant.price,
        compare_at_price: variant.compare_at_price,
        sku: variant.sku.clone(),
        barcode: variant.barcode.clone(),
        taxable: variant.taxable,
        inventory_policy: variant.inventory_policy,
        tracked: variant.tracked,
        requires_shipping: variant.requires_shipping,
        unit_cost: variant.unit_cost,
        weight: Some(in_unit(variant.grams, variant.weight_unit)),
        stock: location.map(|id| (id, variant.quantity)).into_iter().collect(),
    }
}

/// The weight in the unit it is shown in, to four decimals: less than a twentieth of a gram is lost.
fn in_unit(grams: Decimal, unit: WeightUnit) -> Weight {
    let one = Weight {
        value: Decimal::ONE,
        unit,
    }
    .grams();
    Weight {
        value: (grams / one).round_dp(4).normalize(),
        unit,
    }
}
