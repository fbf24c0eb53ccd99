/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable. The key in the file is the same in lower case.
    pub name: &'static str,
    /// The value if nobody sets it; empty for none.
    pub default: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What it may be.
    pub allowed: &'static str,
    /// Whether its value must not show.
    pub secret: bool,
}

const fn setting(
    name: &'static str,
    default: &'static str,
    allowed: &'static str,
    about: &'static str,
) -> Setting {
    Setting {
        name,
        default,
        about,
        allowed,
        secret: false,
    }
}

const fn secret(name: &'static str, allowed: &'static str, about: &'static str) -> Setting {
    Setting {
        name,
        default: "",
        about,
        allowed,
        secret: true,
    }
}

const CHANCE: &str = "a number from 0.0 to 1.0";
const YES_NO: &str = "true or false";

/// Every setting, in the order in which they are shown.
pub const SETTINGS: [Setting; 38] = [
    setting(
        "SYNC_PORT",
        "8033",
        "a whole number from 0 to 65535",
        "port of the server; 0 takes a free one and says which",
    ),
    setting(
        "SYNC_HOST",
        "127.0.0.1",
        "an IP address, or localhost",
        "address that the server binds",
    ),
    setting(
        "SYNC_DEBUG",
        "false",
        YES_NO,
        "debug logs and error details, never secrets",
    ),
    setting(
        "SYNC_INSTANCE",
        "instance",
        "a folder",
        "where everything is kept",
    ),
    setting(
        "DATABASE_URL",
        "sqlite",
        "sqlite, or sqlite:// and a path",
        "the store",
    ),
    setting(
        "SYNC_FAILURE_RATE",
        "0.10",
        CHANCE,
        "chance that a simulated write attempt fails",
    ),
    setting(
        "SYNC_SEED",
        "1",
        "a whole number from 0",
        "where the chance of a simulation comes from",
    ),
    setting(
        "MAX_RETRIES",
        "4",
        "a whole number from 0 to 100",
        "attempts after the first one",
    ),
    setting(
        "RETRY_BACKOFF_BASE",
        "1.0",
        "seconds from 0 to 3600",
        "pause before the second attempt",
    ),
    setting(
        "RETRY_BACKOFF_MULTIPLIER",
        "2.0",
        "a number from 1 to 100",
        "growth of the pause",
    ),
    setting(
        "RETRY_JITTER",
        "0.0",
        CHANCE,
        "part of a pause that chance may take away",
    ),
    setting(
        "DLQ_MAX_SIZE",
        "5000",
        "a whole number from 1",
        "most open dead letters; a run stops there",
    ),
    setting(
        "SYNC_BATCH_SIZE",
        "50",
        "a whole number from 1 to 250",
        "records per call and transaction",
    ),
    setting(
        "CONFLICT_STRATEGY",
        "last_write_wins",
        "last_write_wins, source_priority, source_priority:<system>, merge, merge:<strategy>, delta, max or manual; \
others for single record types behind a comma: merge, order=manual",
        "who wins where both sides changed the same field; a rule's own strategy goes before",
    ),
    setting(
        "STOCK_STRATEGY",
        "delta",
        "as CONFLICT_STRATEGY, one for all",
        "the same for stock quantities; with delta, a one-way run adds what its source moved",
    ),
    setting(
        "CLOCK_MARGIN",
        "2",
        "seconds from 0 to 3600",
        "changes that are no further apart count as made at the same time",
    ),
    setting(
        "ON_DELETE",
        "archive",
        "archive, unlink or ask; others for single record types behind a comma: archive, order=ask",
        "what follows on the other side when a record was deleted or put away on one",
    ),
    setting(
        "ARCHIVE_LIMIT",
        "0.10",
        CHANCE,
        "part of the linked records that one run may put away before it stops and asks",
    ),
    setting(
        "ONLINE_TAG",
        "Shopify",
        "a product tag in Odoo, or - for all products",
        "products with this tag are brought from Odoo to the shop",
    ),
    setting(
        "MATCH_KEYS",
        "sku,barcode,handle",
        "any of sku, barcode, handle and title, separated by commas, or - for none",
        "by what products that both systems have find each other",
    ),
    setting(
        "PRIORITY_SOURCE",
        "shopify",
        "shopify or odoo",
        "who wins with source_priority",
    ),
    secret(
        "SYNC_API_TOKEN",
        "at least 16 characters",
        "the token that the server demands",
    ),
    setting(
        "SYNC_INSECURE",
        "false",
        YES_NO,
        "serve other machines without a token",
    ),
    setting(
        "SYNC_FRONTEND_DIR",
        "",
        "a folder",
        "serve the page from this folder",
    ),
    setting(
        "SYNC_ALLOWED_HOSTS",
        "",
        "host names separated by commas",
        "names under which browsers may call the server, besides localhost and plain addresses",
    ),
    setting(
        "SYNC_EVENT_STREAMS",
        "100",
        "a whole number from 1 to 10000",
        "most streams of events (GET /api/events) at a time; an open page holds one",
    ),
    setting(
        "SYNC_RESUME",
        "true",
        YES_NO,
        "at its start the server takes up the jobs that were interrupted",
    ),
    secret(
        "NOTIFY_URL",
        "http:// or https:// and a host, maybe with a path",
        "a webhook that hears of failed runs and of growing dead letters",
    ),
    setting(
        "NOTIFY_TEMPLATE",
        r#"{"text": "{{summary}}"}"#,
        "a text with {{summary}}, {{event}}, {{job}}, {{job_type}}, {{status}}, {{total_records}}, {{fail_count}}, \
         {{open_dead_letters}}, {{at}}",
        "what the webhook gets",
    ),
    setting(
        "NOTIFY_DEAD_LETTERS",
        "10",
        "a whole number from 0",
        "growth of open dead letters that the webhook hears of; 0 for none",
    ),
    setting(
        "SYNC_LOCATIONS",
        "",
        "pairs `location=warehouse`, by id or name, separated by commas",
        "which warehouse is which location; equal names need no pair",
    ),
    setting(
        "SHOPIFY_URL",
        "simulated",
        "simulated, or https:// and a host",
        "the shop",
    ),
    secret(
        "SHOPIFY_TOKEN",
        "an Admin API access token",
        "the shop's access token",
    ),
    setting(
        "SHOPIFY_METAFIELDS",
        "",
        "namespace.key:type, separated by commas, 25 at most",
        "custom fields of products that rules may lead to, as metafields.namespace.key",
    ),
    setting(
        "ODOO_URL",
        "simulated",
        "simulated, or https:// and a host",
        "the Odoo server",
    ),
    setting("ODOO_DATABASE", "", "a database's name", "the Odoo database"),
    setting("ODOO_USER", "", "a login", "the Odoo user"),
    secret(
        "ODOO_API_KEY",
        "an API key or password",
        "the Odoo user's API key",
    ),
];
