use actix_web::{get, web};
use serde::Serialize;
use sync_service::config::{SETTINGS, Setting, Source};
use utoipa::ToSchema;

use crate::app::App;

/// All settings.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    version: &'static str,
    settings: Vec<SettingInfo>,
}

/// A setting, its value, and where that came from.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingInfo {
    /// The environment variable; the key in the file is the same in lower case.
    name: &'static str,
    /// `***` for a secret that is set.
    value: String,
    #[schema(value_type = SourceInfo)]
    source: Source,
    default: &'static str,
    about: &'static str,
    allowed: &'static str,
    secret: bool,
}

/// Where a value came from.
#[derive(Serialize, ToSchema)]
#[serde(tag = "from", content = "name", rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `Source` for the document")]
pub(crate) enum SourceInfo {
    Default,
    File(String),
    Environment(String),
    Flag(String),
}

/// Every setting with its value and where that came from; secrets are masked
#[utoipa::path(tag = "config", responses((status = 200, body = Settings)))]
#[get("/api/config")]
pub(crate) async fn show_config(app: web::Data<App>) -> web::Json<Settings> {
    let given = &app.live.service().config().given;
    let info = |setting: &Setting| {
        let given = given.get(setting.name);
        SettingInfo {
            name: setting.name,
            value: given.map(|given| given.value.clone()).unwrap_or_default(),
            source: given.map_or(Source::Default, |given| given.source.clone()),
            default: setting.default,
            about: setting.about,
            allowed: setting.allowed,
            secret: setting.secret,
        }
    };
    web::Json(Settings {
        version: env!("CARGO_PKG_VERSION"),
        settings: SETTINGS.iter().map(info).collect(),
    })
}
