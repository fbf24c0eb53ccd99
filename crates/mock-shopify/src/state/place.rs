//! Placing orders.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::json;

use super::entity::{Rows, Stored};
use super::fulfilment::{FulfillmentOrder, FulfillmentOrderLine, FulfillmentOrderStatus};
use super::inventory::StockState;
use super::money::{allocate, taxes};
use super::options::is_standalone;
use super::order::{Discount, Order, OrderLine, Presentment, ShippingLine, Transaction, TransactionKind};
use super::product::{InventoryItem, Product, Variant};
use super::shop::{Location, PostalAddress};
use super::store::{StateError, Store, Touched, tidy_tags};
use crate::gid::gid;
use crate::scalar::{cents, whole_second};

/// A tax to charge: title and rate (0.19).
pub type TaxRate = (String, Decimal);

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Payment {
    /// In full.
    #[default]
    Paid,
    /// Not yet.
    Pending,
    /// Reserved, not yet taken.
    Authorized,
    /// This much of it.
    Partial(Decimal),
}

/// What is needed to place an order. Prices are in shop currency.
#[derive(Debug, Clone, Default)]
pub struct NewOrder {
    /// Who orders; `None` for a guest.
    pub customer_id: Option<i64>,
    /// E-mail address; that of the customer if `None`.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Address of the bill; the shipping address if `None`.
    pub billing_address: Option<PostalAddress>,
    /// Address of the parcel.
    pub shipping_address: Option<PostalAddress>,
    /// At least one.
    pub lines: Vec<NewLine>,
    /// Shipping.
    pub shipping: Vec<NewShipping>,
    /// Discounts, applied one after the other.
    pub discounts: Vec<Discount>,
    /// Taxes on every taxable line without own ones and, if the shop taxes shipping, on shipping.
    pub taxes: Vec<TaxRate>,
    /// Whether prices contain taxes; as the shop does if `None`.
    pub taxes_included: Option<bool>,
    /// How it is paid.
    pub payment: Payment,
    /// Where it ships from; if `None` the first location that has all units of a line, else the first one.
    pub location_id: Option<i64>,
    /// Note.
    pub note: Option<String>,
    /// Tags in any order.
    pub tags: Vec<String>,
    /// Free key-value pairs.
    pub attributes: Vec<(String, String)>,
    /// Purchase order number.
    pub po_number: Option<String>,
    /// Channel; "web" if `None`.
    pub source_name: Option<String>,
    /// When it was placed; `None`: now. Creation and change are then, too.
    pub placed_at: Option<Timestamp>,
    /// Whether it is a test.
    pub test: bool,
    /// What the customer saw, if not the shop's currency.
    pub presentment: Option<Presentment>,
    /// Whether stock is left alone (orders imported from elsewhere).
    pub leave_stock: bool,
}

/// A line to order.
#[derive(Debug, Clone, Default)]
pub struct NewLine {
    /// What; `None` for a custom line, which needs a title and a price.
    pub variant_id: Option<i64>,
    /// Title of a custom line.
    pub title: Option<String>,
    /// Units, at least one.
    pub quantity: i64,
    /// Price of one; the variant's if `None`.
    pub price: Option<Decimal>,
    /// Whether taxes are charged; as the variant has it if `None`, true for custom lines.
    pub taxable: Option<bool>,
    /// Whether it is shipped; as the item has it if `None`, true for custom lines.
    pub requires_shipping: Option<bool>,
    /// SKU of a custom line.
    pub sku: Option<String>,
    /// Taxes of this line instead of the order's.
    pub taxes: Option<Vec<TaxRate>>,
    /// Free key-value pairs.
    pub attributes: Vec<(String, String)>,
}

/// Shipping to charge.
#[derive(Debug, Clone, Default)]
pub struct NewShipping {
    /// What the customer reads.
    pub title: String,
    /// Code of the rate; the title if `None`.
    pub code: Option<String>,
    /// Price.
    pub price: Decimal,
    /// Taxes of this line instead of the order's.
    pub taxes: Option<Vec<TaxRate>>,
}

impl Store<'_> {
    /// Places an order: amounts are computed, stock is committed, fulfilment orders are made. Answers its id.
    pub fn place_order(&mut self, new: NewOrder) -> Result<i64, StateError> {
        let shop = self.shop();
        let id = self.fresh_id(Order::TABLE);
        let number = self.next_number();
        let at = new.placed_at.map_or(self.now, whole_second);
        let taxes_included = new.taxes_included.unwrap_or(shop.taxes_included);
        let mut lines = Vec::with_capacity(new.lines.len());
        let mut rates = Vec::with_capacity(new.lines.len());
        for line in new.lines {
            let (line, own) = self.order_line(line)?;
            rates.push(own.unwrap_or_else(|| {
                if line.taxable {
                    new.taxes.clone()
                } else {
                    Vec::new()
                }
            }));
            lines.push(line);
        }
        if lines.is_empty() {
            return Err(StateError::Invalid(
                "Line items must have at least one line item".into(),
            ));
        }
        let mut shipping_lines = Vec::with_capacity(new.shipping.len());
        let mut shipping_rates = Vec::with_capacity(new.shipping.len());
        for line in new.shipping {
            let usual = if shop.tax_shipping {
                new.taxes.clone()
            } else {
                Vec::new()
            };
            shipping_rates.push(line.taxes.clone().unwrap_or(usual));
            shipping_lines.push(self.shipping_line(line));
        }
        allocate(&new.discounts, &mut lines, &mut shipping_lines);
        for (line, rates) in lines.iter_mut().zip(&rates) {
            line.taxes = taxes(line.net(), rates, taxes_included);
        }
        for (line, rates) in shipping_lines.iter_mut().zip(&shipping_rates) {
            line.taxes = taxes(line.net(), rates, taxes_included);
        }
        let customer = new
            .customer_id
            .map(|id| self.need::<super::Customer>(id))
            .transpose()?;
        let shipping_address = new.shipping_address.map(|address| self.stored_address(address));
        let billing = new.billing_address.or_else(|| shipping_address.clone());
        let mut order = Order {
            id,
            number,
            name: format!("#{}", number + 1000),
            customer_id: new.customer_id,
            email: new
                .email
                .or_else(|| customer.as_ref().and_then(|customer| customer.email.clone())),
            phone: new.phone,
            note: new.note,
            tags: tidy_tags(&new.tags),
            po_number: new.po_number,
            attributes: new.attributes,
            presentment: new.presentment.unwrap_or_else(|| Presentment {
                currency: shop.currency.clone(),
                rate: Decimal::ONE,
            }),
            currency: shop.currency,
            taxes_included,
            test: new.test,
            source_name: new.source_name.unwrap_or_else(|| "web".into()),
            customer_locale: customer.map(|customer| customer.locale),
            confirmation_number: confirmation_number(id),
            billing_address: billing.map(|address| self.stored_address(address)),
            shipping_address,
            lines,
            shipping_lines,
            discounts: new.discounts,
            transactions: Vec::new(),
            refunds: Vec::new(),
            fulfillments: Vec::new(),
            original_total: Decimal::ZERO,
            edited: false,
            created_at: at,
            processed_at: at,
            updated_at: at,
            closed_at: None,
            cancelled_at: None,
            cancel_reason: None,
            cancel_note: None,
        };
        order.original_total = order.total();
        self.pay(&mut order, new.payment);
        self.assign(&order, new.location_id, new.leave_stock)?;
        let detail = json!({ "name": order.name, "lines": order.lines.len() });
        self.note("order.place", &gid(Order::KIND, id), detail);
        self.put(order);
        Ok(id)
    }

    fn next_number(&mut self) -> i64 {
        self.tables.next_id("order_number")
    }

    fn stored_address(&mut self, mut address: PostalAddress) -> PostalAddress {
        address.id = self.fresh_id("address");
        address
    }

    pub(crate) fn order_line(
        &mut self,
        new: NewLine,
    ) -> Result<(OrderLine, Option<Vec<TaxRate>>), StateError> {
        if new.quantity < 1 {
            return Err(StateError::Invalid(
                "Line items Quantity must be greater than 0".into(),
            ));
        }
        let id = self.fresh_id("line_item");
        let mut line = OrderLine {
            id,
            variant_id: new.variant_id,
            product_id: None,
            title: new.title.unwrap_or_default(),
            variant_title: None,
            sku: new.sku,
            vendor: None,
            quantity: new.quantity,
            removed: 0,
            price: cents(new.price.unwrap_or_default()),
            taxable: new.taxable.unwrap_or(true),
            requires_shipping: new.requires_shipping.unwrap_or(true),
            weight: None,
            allocations: Vec::new(),
            taxes: Vec::new(),
            attributes: new.attributes,
            gift_card: false,
        };
        if let Some(variant_id) = new.variant_id {
            let variant = self.need::<Variant>(variant_id)?;
            let product = self.need::<Product>(variant.product_id)?;
            let item = self.need::<InventoryItem>(variant.item_id)?;
            line.product_id = Some(product.id);
            line.variant_title = (!is_standalone(&product)).then(|| super::title_of(&product, &variant));
            line.price = cents(new.price.unwrap_or(variant.price));
            line.taxable = new.taxable.unwrap_or(variant.taxable);
            line.requires_shipping = new.requires_shipping.unwrap_or(item.requires_shipping);
            line.sku = item.sku;
            line.weight = Some(item.weight);
            line.gift_card = product.gift_card;
            line.vendor = Some(product.vendor);
            line.title = product.title;
        }
        if line.title.trim().is_empty() {
            return Err(StateError::Invalid("Line items Title can't be blank".into()));
        }
        Ok((line, new.taxes))
    }

    fn shipping_line(&mut self, new: NewShipping) -> ShippingLine {
        ShippingLine {
            id: self.fresh_id("shipping_line"),
            code: new.code.or_else(|| Some(new.title.clone())),
            title: new.title,
            source: Some("shopify".into()),
            price: cents(new.price),
            allocations: Vec::new(),
            taxes: Vec::new(),
        }
    }

    fn pay(&mut self, order: &mut Order, payment: Payment) {
        let (kind, amount) = match payment {
            Payment::Paid => (TransactionKind::Sale, order.total()),
            Payment::Authorized => (TransactionKind::Authorization, order.total()),
            Payment::Partial(amount) => (TransactionKind::Sale, cents(amount)),
            Payment::Pending => return,
        };
        if amount > Decimal::ZERO {
            let transaction = Transaction {
                id: self.fresh_id("transaction"),
                kind,
                amount,
                gateway: "shopify_payments".into(),
                processed_at: order.processed_at,
                parent_id: None,
            };
            order.transactions.push(transaction);
        }
    }

    /// Makes a fulfilment order per location and commits the stock.
    fn assign(&mut self, order: &Order, wanted: Option<i64>, leave_stock: bool) -> Result<(), StateError> {
        let locations = self.shipping_locations();
        let mut by_location: BTreeMap<i64, Vec<&OrderLine>> = BTreeMap::new();
        for line in &order.lines {
            let location = match wanted {
                Some(id) => self.need::<Location>(id)?.id,
                None => match self.location_for(line, &locations) {
                    Some(id) => id,
                    None => continue,
                },
            };
            by_location.entry(location).or_default().push(line);
        }
        for (location, lines) in by_location {
            let assigned = lines
                .iter()
                .map(|line| (line.id, line.quantity))
                .collect::<Vec<_>>();
            self.new_fulfillment_order(order.id, location, &assigned, order.created_at);
            for line in lines {
                if !leave_stock {
                    self.commit_stock(line, location, line.quantity);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn location_for(&self, line: &OrderLine, locations: &[i64]) -> Option<i64> {
        let item = line
            .variant_id
            .and_then(|id| self.tables.one::<Variant>(id))
            .map(|variant| variant.item_id);
        let has_all = |location: &&i64| {
            let level = item.and_then(|item| self.level(item, **location));
            level.is_some_and(|level| level.active && level.units(StockState::Available) >= line.quantity)
        };
        locations
            .iter()
            .find(has_all)
            .or_else(|| locations.first())
            .copied()
    }

    pub(crate) fn new_fulfillment_order(
        &mut self,
        order_id: i64,
        location_id: i64,
        lines: &[(i64, i64)],
        at: Timestamp,
    ) {
        let id = self.fresh_id(FulfillmentOrder::TABLE);
        let mut assigned = Vec::with_capacity(lines.len());
        for (line_id, units) in lines {
            assigned.push(FulfillmentOrderLine {
                id: self.fresh_id("fulfillment_order_line"),
                line_id: *line_id,
                total: *units,
                remaining: *units,
            });
        }
        self.put(FulfillmentOrder {
            id,
            order_id,
            location_id,
            status: FulfillmentOrderStatus::Open,
            lines: assigned,
            created_at: at,
            updated_at: at,
        });
    }

    /// Moves units of a tracked item from available to committed (back, if negative).
    pub(crate) fn commit_stock(&mut self, line: &OrderLine, location: i64, units: i64) {
        if let Some(item) = self.tracked_item(line) {
            self.shift(
                item,
                location,
                &[(StockState::Available, -units), (StockState::Committed, units)],
            );
        }
    }

    /// The item behind a line, if its quantities are kept and it still exists.
    pub(crate) fn tracked_item(&self, line: &OrderLine) -> Option<i64> {
        let variant = self.tables.one::<Variant>(line.variant_id?)?;
        let item = self.tables.one::<InventoryItem>(variant.item_id)?;
        item.tracked.then_some(item.id)
    }
}

/// Nine letters and digits that look random but follow from the id.
fn confirmation_number(id: i64) -> String {
    use sha2::{Digest as _, Sha256};
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let digest = Sha256::digest(id.to_be_bytes());
    digest
        .iter()
        .take(9)
        .map(|byte| char::from(SIGNS[usize::from(*byte) % SIGNS.len()]))
        .collect()
}
