use super::context::{Answer, Call, Context, Resolve, leaf, leaves};
use super::plain::Plain;
use crate::gid::gid;
use crate::state::PostalAddress;

/// Which table an address's id names (`?model_name=…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Customer,
    Order,
}

/// `MailingAddress`.
#[derive(Clone, Copy)]
pub(crate) struct Mailing<'w> {
    pub(crate) address: &'w PostalAddress,
    pub(crate) owner: Owner,
}

impl Resolve for Mailing<'_> {
    const TYPE: &'static str = "MailingAddress";

    fn resolve<'a>(&'a self, _: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let address = self.address;
        match call.field() {
            "id" => {
                let model = match self.owner {
                    Owner::Customer => "CustomerAddress",
                    Owner::Order => "Address",
                };
                leaf(format!(
                    "{}?model_name={model}",
                    gid("MailingAddress", address.id)
                ))
            }
            "firstName" => leaf(address.first_name.as_ref()),
            "lastName" => leaf(address.last_name.as_ref()),
            "name" => leaf(address.name()),
            "timeZone" => leaf(None::<bool>),
            "formatted" => leaves(formatted(
                address,
                call.flag("withName"),
                call.flag("withCompany"),
            )),
            _ => common(address, call),
        }
    }
}

/// `ShopAddress`.
pub(crate) struct ShopPlace<'w> {
    pub(crate) address: &'w PostalAddress,
    pub(crate) shop_id: i64,
}

impl Resolve for ShopPlace<'_> {
    const TYPE: &'static str = "ShopAddress";

    fn resolve<'a>(&'a self, _: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("ShopAddress", self.shop_id)),
            "firstName" | "lastName" | "name" => leaf(None::<bool>),
            "formatted" => leaves(formatted(self.address, false, call.flag("withCompany"))),
            _ => common(self.address, call),
        }
    }
}

fn common<'a>(address: &'a PostalAddress, call: &Call<'a>) -> Answer<'a> {
    let text = match call.field() {
        "address1" => &address.address1,
        "address2" => &address.address2,
        "city" => &address.city,
        "province" => &address.province,
        "provinceCode" => &address.province_code,
        "zip" => &address.zip,
        "country" => &address.country,
        "countryCode" | "countryCodeV2" => &address.country_code,
        "phone" => &address.phone,
        "company" => &address.company,
        "formattedArea" => return leaf(area(address)),
        "coordinatesValidated" => return leaf(false),
        "latitude" | "longitude" => &None,
        _ => return call.unknown(),
    };
    leaf(text.as_ref())
}

/// `LocationAddress`.
pub(crate) fn location(address: &PostalAddress) -> Plain {
    Plain::new("LocationAddress")
        .leaf("address1", address.address1.as_ref())
        .leaf("address2", address.address2.as_ref())
        .leaf("city", address.city.as_ref())
        .leaf("province", address.province.as_ref())
        .leaf("provinceCode", address.province_code.as_ref())
        .leaf("zip", address.zip.as_ref())
        .leaf("country", address.country.as_ref())
        .leaf("countryCode", address.country_code.as_ref())
        .leaf("phone", address.phone.as_ref())
        .leaf("latitude", None::<f64>)
        .leaf("longitude", None::<f64>)
        .leaf("formatted", formatted(address, false, false))
}

/// The lines of a label.
fn formatted(address: &PostalAddress, with_name: bool, with_company: bool) -> Vec<String> {
    let town = [&address.zip, &address.city, &address.province_code]
        .into_iter()
        .flatten();
    let town = town.map(String::as_str).collect::<Vec<_>>().join(" ");
    let mut lines = Vec::new();
    lines.extend(address.name().filter(|_| with_name));
    lines.extend(address.company.clone().filter(|_| with_company));
    lines.extend(address.address1.clone());
    lines.extend(address.address2.clone());
    lines.push(town);
    lines.extend(address.country.clone());
    lines.retain(|line| !line.is_empty());
    lines
}

/// "Berlin, Germany".
fn area(address: &PostalAddress) -> Option<String> {
    let parts = [&address.city, &address.province_code, &address.country]
        .into_iter()
        .flatten();
    let parts: Vec<&str> = parts
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
