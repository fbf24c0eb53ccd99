//! What a fresh database knows of the world.

mod countries;
mod currencies;
mod states;

pub(crate) use countries::COUNTRIES;
pub(crate) use currencies::CURRENCIES;
pub(crate) use states::STATES;

/// Languages that can be installed: code and name.
pub(crate) const LANGUAGES: &[(&str, &str)] = &[
    ("sq_AL", "Albanian / Shqip"),
    ("am_ET", "Amharic / አምሃርኛ"),
    ("ar_SY", "Arabic (Syria) / الْعَرَبيّة"),
    ("ar_001", "Arabic / الْعَرَبيّة"),
    ("az_AZ", "Azerbaijani / Azərbaycanca"),
    ("eu_ES", "Basque / Euskara"),
    ("be_BY", "Belarusian / Беларуская мова"),
    ("en_US", "English (US)"),
    ("fr_FR", "French / Français"),
    ("de_DE", "German / Deutsch"),
    ("it_IT", "Italian / Italiano"),
    ("es_ES", "Spanish / Español"),
];
