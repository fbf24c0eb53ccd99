//! The demonstration shop.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::data::{CustomerData, DemoData, OrderData, ProductData, StatusData, VariantData};
use super::plant::{CUSTOMER, ORDER, PRODUCT, Plant, addressed};
use super::{SeedError, Seeded};
use crate::service::Shopify;
use crate::state::{
    InventoryItem, NewCustomer, NewProduct, NewVariant, ProductStatus, StateError, Weight, WeightUnit,
};

/// Fills the shop with the demonstration: twenty products at two locations, thirty customers, fifty orders of the
/// weeks before `now`. Answers what was created; a second time that is nothing. The same shop at the same time gets
/// the same ids.
pub fn demo(shopify: &Shopify, now: Timestamp) -> Result<Seeded, SeedError> {
    let (shop, data) = (super::data::shop()?, DemoData::load()?);
    let seeded = shopify.change(now, |store| {
        let mut plant = Plant::new(store);
        let locations = plant.shop(shop)?;
        let mut steps = Steps {
            data: &data,
            locations,
            skus: BTreeMap::new(),
            customers: BTreeMap::new(),
        };
        steps.collect_known(&plant);
        for (at, step) in timeline(&plant, &data)? {
            plant.set_time(at);
            steps.take(&mut plant, step)?;
        }
        Ok(plant.seeded)
    })?;
    Ok(seeded)
}

/// What happened in the shop, one thing after the other.
#[derive(Clone, Copy)]
enum Step<'d> {
    AddProduct(&'d ProductData),
    RemoveVariant(&'d VariantData),
    AddCustomer(&'d CustomerData),
    PlaceOrder(&'d OrderData),
    Fulfil(&'d OrderData, usize),
    Refund(&'d OrderData, usize),
    Cancel(&'d OrderData),
}

/// Everything that is not in the shop yet, in the order of time. Things at the same time stay in the order of the
/// files, so ids do not depend on chance.
fn timeline<'d>(plant: &Plant<'_, '_>, data: &'d DemoData) -> Result<Vec<(Timestamp, Step<'d>)>, StateError> {
    let mut steps = Vec::new();
    let new_products = data
        .products
        .iter()
        .filter(|product| plant.known(PRODUCT, &product.handle).is_none());
    for product in new_products {
        steps.push((plant.past(product.days_ago, 9, 0)?, Step::AddProduct(product)));
        for variant in &product.variants {
            if let Some(days_ago) = variant.removed_days_ago {
                steps.push((plant.past(days_ago, 17, 30)?, Step::RemoveVariant(variant)));
            }
        }
    }
    for customer in data
        .customers
        .iter()
        .filter(|customer| plant.known(CUSTOMER, &customer.key).is_none())
    {
        steps.push((plant.past(customer.days_ago, 7, 45)?, Step::AddCustomer(customer)));
    }
    for order in data
        .orders
        .iter()
        .filter(|order| plant.known(ORDER, &order.key).is_none())
    {
        let placed = plant.past(order.days_ago, order.hour, order.minute)?;
        steps.push((placed, Step::PlaceOrder(order)));
        for (at, parcel) in order.fulfil.iter().enumerate() {
            // Something that is taken along leaves at once.
            steps.push((
                plant.past(parcel.days_ago, 16, 0)?.max(placed),
                Step::Fulfil(order, at),
            ));
        }
        for (at, refund) in order.refund.iter().enumerate() {
            steps.push((plant.past(refund.days_ago, 11, 20)?, Step::Refund(order, at)));
        }
        if let Some(cancel) = &order.cancel {
            steps.push((plant.past(cancel.days_ago, 9, 15)?, Step::Cancel(order)));
        }
    }
    steps.sort_by_key(|(at, _)| *at);
    Ok(steps)
}

/// What the steps need to know of each other.
pub(super) struct Steps<'d> {
    pub(super) data: &'d DemoData,
    pub(super) locations: Vec<(String, i64)>,
    /// Variants by SKU, of the demonstration's products only.
    pub(super) skus: BTreeMap<String, i64>,
    pub(super) customers: BTreeMap<String, i64>,
}

impl<'d> Steps<'d> {
    fn collect_known(&mut self, plant: &Plant<'_, '_>) {
        for data in &self.data.products {
            if let Some(product) = plant.known(PRODUCT, &data.handle) {
                self.collect_skus(plant, product);
            }
        }
        for data in &self.data.customers {
            if let Some(customer) = plant.known(CUSTOMER, &data.key) {
                self.customers.insert(data.key.clone(), customer);
            }
        }
    }

    fn collect_skus(&mut self, plant: &Plant<'_, '_>, product: i64) {
        for variant in plant.store.variants_of(product) {
            let item = plant.store.need::<InventoryItem>(variant.item_id);
            if let Some(sku) = item.ok().and_then(|item| item.sku) {
                self.skus.insert(sku, variant.id);
            }
        }
    }

    fn take(&mut self, plant: &mut Plant<'_, '_>, step: Step<'d>) -> Result<(), StateError> {
        match step {
            Step::AddProduct(product) => self.add_product(plant, product),
            Step::RemoveVariant(variant) => self.remove_variant(plant, variant),
            Step::AddCustomer(customer) => self.add_customer(plant, customer),
            Step::PlaceOrder(order) => self.place_order(plant, order),
            Step::Fulfil(order, at) => super::orders::fulfil(plant, order, at),
            Step::Refund(order, at) => super::orders::refund(plant, order, at),
            Step::Cancel(order) => super::orders::cancel(plant, order),
        }
    }

    fn add_product(&mut self, plant: &mut Plant<'_, '_>, data: &ProductData) -> Result<(), StateError> {
        let variants = data.variants.iter().map(|variant| NewVariant {
            values: variant.values.clone(),
            price: variant.price,
            compare_at_price: variant.compare_at,
            sku: Some(variant.sku.clone()),
            barcode: variant.barcode.clone(),
            unit_cost: Some(data.cost),
            weight: Some(Weight {
                value: variant.grams,
                unit: WeightUnit::Grams,
            }),
            stock: self
                .locations
                .iter()
                .map(|(_, id)| *id)
                .zip(variant.stock.iter().copied())
                .collect(),
            ..NewVariant::default()
        });
        let new = NewProduct {
            title: data.title.clone(),
            handle: Some(data.handle.clone()),
            description_html: data.html.clone(),
            vendor: data.vendor.clone(),
            product_type: data.product_type.clone(),
            tags: data.tags.clone(),
            status: status(data.status),
            options: data.options.clone(),
            variants: variants.collect(),
            unpublished: matches!(data.status, StatusData::Draft | StatusData::Archived),
            ..NewProduct::default()
        };
        plant.seeded.variants += new.variants.len();
        plant.seeded.products += 1;
        let id = plant.store.add_product(new)?;
        plant.remember(PRODUCT, &data.handle, id)?;
        self.collect_skus(plant, id);
        Ok(())
    }

    fn remove_variant(&mut self, plant: &mut Plant<'_, '_>, data: &VariantData) -> Result<(), StateError> {
        let id = self.variant(&data.sku)?;
        plant.seeded.variants -= 1;
        plant.store.remove_variant(id)
    }

    /// The variant with this SKU.
    pub(super) fn variant(&self, sku: &str) -> Result<i64, StateError> {
        let id = self.skus.get(sku).copied();
        id.ok_or_else(|| {
            StateError::Invalid(format!(
                "the demonstration needs the variant {sku}, which is not there"
            ))
        })
    }

    fn add_customer(&mut self, plant: &mut Plant<'_, '_>, data: &CustomerData) -> Result<(), StateError> {
        let named = |address: &super::data::AddressData| {
            addressed(address.clone(), data.first_name.as_ref(), data.last_name.as_ref())
        };
        let id = plant.store.add_customer(NewCustomer {
            first_name: data.first_name.clone(),
            last_name: data.last_name.clone(),
            email: data.email.clone(),
            phone: data.phone.clone(),
            accepts_marketing: data.marketing,
            note: data.note.clone(),
            tags: data.tags.clone(),
            locale: data.locale.clone(),
            addresses: data.addresses.iter().map(named).collect(),
            ..NewCustomer::default()
        })?;
        plant.seeded.customers += 1;
        plant.remember(CUSTOMER, &data.key, id)?;
        self.customers.insert(data.key.clone(), id);
        Ok(())
    }
}

fn status(data: StatusData) -> ProductStatus {
    match data {
        StatusData::Active => ProductStatus::Active,
        StatusData::Archived => ProductStatus::Archived,
        StatusData::Draft => ProductStatus::Draft,
        StatusData::Unlisted => ProductStatus::Unlisted,
    }
}
