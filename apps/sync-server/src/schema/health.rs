use serde::Serialize;
use utoipa::ToSchema;

use super::Time;

/// Whether everything answers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    Ok,
    Degraded,
}

/// Whether the store answers.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreHealth {
    ok: bool,
    /// Where it is, or what is wrong.
    detail: String,
}

/// Whether a system answers.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemHealth {
    system: String,
    simulated: bool,
    ok: bool,
    /// What is wrong; empty if nothing is.
    detail: String,
}

/// How notifications are doing.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notifications {
    configured: bool,
    #[schema(required)]
    last_error: Option<String>,
    #[schema(required)]
    last_error_at: Option<Time>,
}

/// Whether everything that an installation needs answers. Without a login only the first two.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    status: HealthStatus,
    version: String,
    #[schema(required)]
    store: Option<StoreHealth>,
    #[schema(required)]
    systems: Option<Vec<SystemHealth>>,
    #[schema(required)]
    notifications: Option<Notifications>,
}
