use jiff::tz::TimeZone;

use super::address::ShopPlace;
use super::context::{Answer, Call, Context, Resolve, leaf, leaves, object};
use super::metafields;
use super::plain::{Plain, plain_list};
use super::root;
use crate::gid::gid;
use crate::state::{Shop, WeightUnit};

/// `Shop`.
pub(crate) struct TheShop;

impl Resolve for TheShop {
    const TYPE: &'static str = "Shop";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let shop = &cx.shop;
        match call.field() {
            "id" => leaf(gid("Shop", shop.id)),
            "name" => leaf(&shop.name),
            "email" | "contactEmail" => leaf(&shop.email),
            "shopOwnerName" => leaf(&shop.owner),
            "description" => leaf(None::<bool>),
            "myshopifyDomain" => leaf(&shop.myshopify_domain),
            "primaryDomain" => domain(shop).answer(),
            "domains" => plain_list(vec![domain(shop)]),
            "url" => leaf(format!("https://{}", shop.primary_host)),
            "currencyCode" => leaf(&shop.currency),
            "currencyFormats" => formats(shop).answer(),
            "enabledPresentmentCurrencies" => leaves(&shop.presentment_currencies),
            "taxesIncluded" => leaf(shop.taxes_included),
            "taxShipping" => leaf(shop.tax_shipping),
            "weightUnit" => leaf(shop.weight_unit.name()),
            "unitSystem" => leaf(match shop.weight_unit {
                WeightUnit::Grams | WeightUnit::Kilograms => "METRIC_SYSTEM",
                WeightUnit::Ounces | WeightUnit::Pounds => "IMPERIAL_SYSTEM",
            }),
            "ianaTimezone" => leaf(&shop.timezone),
            "timezoneAbbreviation" | "timezoneOffset" | "timezoneOffsetMinutes" => zone(cx, call.field()),
            "shopAddress" | "billingAddress" => object(
                cx,
                ShopPlace {
                    address: &shop.address,
                    shop_id: shop.id,
                },
            ),
            "shipsToCountries" => leaves(shop.address.country_code.iter()),
            "orderNumberFormatPrefix" => leaf("#"),
            "orderNumberFormatSuffix" => leaf(""),
            "setupRequired" => leaf(false),
            "checkoutApiSupported" => leaf(true),
            "plan" => plan(shop).answer(),
            "resourceLimits" => Plain::new("ShopResourceLimits")
                .leaf("locationLimit", 200)
                .leaf("maxProductOptions", 3)
                .leaf("maxProductVariants", 2048)
                .leaf("redirectLimitReached", false)
                .answer(),
            "createdAt" => leaf(shop.created_at),
            "updatedAt" => leaf(shop.updated_at),
            "metafield" | "metafields" => metafields::resolve(cx, call, "Shop", shop.id),
            // The lists that the query root has, too.
            _ => root::list(cx, call),
        }
    }
}

fn domain(shop: &Shop) -> Plain {
    Plain::new("Domain")
        .leaf("id", gid("Domain", shop.id))
        .leaf("host", &shop.primary_host)
        .leaf("sslEnabled", true)
        .leaf("url", format!("https://{}", shop.primary_host))
}

fn formats(shop: &Shop) -> Plain {
    let currency = &shop.currency;
    Plain::new("CurrencyFormats")
        .leaf("moneyFormat", "{{amount}}")
        .leaf("moneyInEmailsFormat", "{{amount}}")
        .leaf("moneyWithCurrencyFormat", format!("{{{{amount}}}} {currency}"))
        .leaf(
            "moneyWithCurrencyInEmailsFormat",
            format!("{{{{amount}}}} {currency}"),
        )
}

fn plan(shop: &Shop) -> Plain {
    Plain::new("ShopPlan")
        .leaf("displayName", &shop.plan)
        .leaf("publicDisplayName", &shop.plan)
        .leaf("partnerDevelopment", shop.plan == "Development")
        .leaf("shopifyPlus", shop.plan.contains("Plus"))
}

fn zone<'a>(cx: &Context<'_>, field: &str) -> Answer<'a> {
    let zone = cx.zone();
    let info = zone.to_offset_info(cx.now);
    let minutes = info.offset().seconds() / 60;
    match field {
        "timezoneAbbreviation" => leaf(info.abbreviation()),
        "timezoneOffsetMinutes" => leaf(minutes),
        _ => {
            let sign = if minutes < 0 { '-' } else { '+' };
            leaf(format!(
                "{sign}{:02}{:02}",
                minutes.abs() / 60,
                minutes.abs() % 60
            ))
        }
    }
}

impl Context<'_> {
    /// The shop's time zone; UTC where the machine does not know it.
    pub(crate) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.shop.timezone).unwrap_or(TimeZone::UTC)
    }
}
