use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// How fast the cost bucket of a shop refills; depends on its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Points in a full bucket.
    pub bucket: u32,
    /// Points that come back per second.
    pub restore_per_second: u32,
}

impl RateLimit {
    /// Standard plans: 2000 points, 100 a second (every recording of 2025-01 and 2026-04 shows these).
    pub const STANDARD: Self = Self {
        bucket: 2_000,
        restore_per_second: 100,
    };
    /// Advanced plan.
    pub const ADVANCED: Self = Self {
        bucket: 4_000,
        restore_per_second: 200,
    };
    /// Plus plan.
    pub const PLUS: Self = Self {
        bucket: 20_000,
        restore_per_second: 1_000,
    };
}

/// An app that fetches its tokens itself (client credentials grant).
#[derive(Clone, PartialEq, Eq)]
pub struct AppCredentials {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`.
    pub client_secret: String,
}

impl fmt::Debug for AppCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// How a simulated shop is set up.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// Tokens that never expire (custom apps made in the admin before 2026).
    pub access_tokens: Vec<String>,
    /// An app that may fetch tokens valid for a day.
    pub app: Option<AppCredentials>,
    /// Access scopes granted. To write implies to read.
    pub scopes: BTreeSet<String>,
    /// The bucket of the cost model.
    pub rate_limit: RateLimit,
    /// Most bytes in a request body.
    pub max_body_bytes: usize,
    /// How long the search index lags behind: until then a list with `query:` does not have a row that was made, and
    /// a search for `updated_at` not one that was changed. Lists without a query and reads by id are current.
    pub index_lag: Duration,
    /// How long `productOperation` shows what `productSet` does later as `ACTIVE` and without its product. The product
    /// itself is changed at once.
    pub operations_take: Duration,
}

impl Default for Config {
    /// The token `shpat_simulation`, every scope that the simulator knows, a standard plan.
    fn default() -> Self {
        let scopes = [
            "write_products",
            "write_inventory",
            "write_locations",
            "write_orders",
            "read_all_orders",
            "write_customers",
            "write_fulfillments",
            "write_assigned_fulfillment_orders",
            "write_merchant_managed_fulfillment_orders",
            "write_third_party_fulfillment_orders",
        ];
        Self {
            access_tokens: vec!["shpat_simulation".into()],
            app: None,
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            rate_limit: RateLimit::STANDARD,
            max_body_bytes: 2 * 1024 * 1024,
            index_lag: Duration::ZERO,
            operations_take: Duration::ZERO,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("access_tokens", &self.access_tokens.len())
            .field("app", &self.app)
            .field("scopes", &self.scopes)
            .field("rate_limit", &self.rate_limit)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("index_lag", &self.index_lag)
            .field("operations_take", &self.operations_take)
            .finish()
    }
}

impl Config {
    /// Whether the scope is granted; to write implies to read.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        let writing = scope.strip_prefix("read_").map(|what| format!("write_{what}"));
        self.scopes.contains(scope) || writing.is_some_and(|writing| self.scopes.contains(&writing))
    }
}
