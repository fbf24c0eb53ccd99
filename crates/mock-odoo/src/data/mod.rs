//! What a fresh database knows of the world.

mod countries;
mod currencies;
mod languages;
mod states;

pub(crate) use countries::COUNTRIES;
pub(crate) use currencies::CURRENCIES;
pub(crate) use languages::LANGUAGES;
pub(crate) use states::STATES;
