//! What a client learns at signing in.

use crate::fault::Res;
use crate::http::sessions::Login;
use crate::odoo::Inner;
use crate::orm::Row;
use crate::py::Py;
use crate::rpc;

/// What the database knows of the user.
struct Facts {
    login: String,
    partner: i64,
    name: String,
    /// When his partner record was last written.
    written: String,
    /// The same of the system's own user.
    bot_written: String,
    company: String,
    currency: i64,
    symbol: String,
    position: String,
    base_url: String,
}

fn facts(odoo: &Inner, uid: i64) -> Res<Facts> {
    odoo.read(|t| {
        let text = |row: Option<&Row>, field: &str| row.map(|r| r.text(field).to_owned()).unwrap_or_default();
        let seconds = |row: Option<&Row>| text(row, "write_date").chars().take(19).collect::<String>();
        let user = t.get("res.users", uid);
        let partner = user.and_then(|r| r.id("partner_id")).unwrap_or(0);
        let person = t.get("res.partner", partner);
        let company = t.get("res.company", 1);
        let currency = company.and_then(|r| r.id("currency_id")).unwrap_or(1);
        let money = t.get("res.currency", currency);
        let url = t
            .rows("ir.config_parameter")
            .find(|(_, row)| row.text("key") == "web.base.url");
        Ok(Facts {
            login: text(user, "login"),
            partner,
            name: text(person, "name"),
            written: seconds(person),
            bot_written: seconds(t.get("res.partner", 2)),
            company: text(company, "name"),
            currency,
            symbol: text(money, "symbol"),
            position: text(money, "position"),
            base_url: text(url.map(|(_, row)| row), "value"),
        })
    })
}

/// The answer of signing in. What only the server's own pages use has the right form and plain content.
pub(super) fn info(odoo: &Inner, login: &Login) -> Res<Py> {
    let facts = facts(odoo, login.uid)?;
    let rights = odoo.config.users.iter().find(|u| u.uid == login.uid);
    let has = |group: &str| rights.is_some_and(|u| u.groups.iter().any(|g| g == group));
    let system = has(crate::models::access::SETTINGS);
    let version = rpc::version(odoo);
    let of_version = |key: &str| version.get(key).cloned().unwrap_or_default();
    let context = [
        ("lang", Py::str("en_US")),
        ("tz", Py::Bool(false)),
        ("uid", Py::Int(login.uid)),
    ];
    let hashes = [("translations", Py::str("0")), ("load_menus", Py::str("0"))];
    Ok(Py::dict([
        ("uid", Py::Int(login.uid)),
        ("is_system", Py::Bool(system)),
        ("is_admin", Py::Bool(system)),
        ("is_public", Py::Bool(false)),
        ("is_internal_user", Py::Bool(true)),
        ("user_context", Py::dict(context)),
        ("db", Py::str(login.db.as_str())),
        ("user_settings", settings(login.uid)),
        ("server_version", of_version("server_version")),
        ("server_version_info", of_version("server_version_info")),
        ("support_url", Py::str("https://www.odoo.com/buy")),
        ("name", Py::str(facts.name.as_str())),
        ("username", Py::str(facts.login.as_str())),
        ("partner_write_date", Py::str(facts.written.as_str())),
        ("partner_display_name", Py::str(facts.name.as_str())),
        ("partner_id", Py::Int(facts.partner)),
        ("web.base.url", Py::str(facts.base_url.as_str())),
        ("active_ids_limit", Py::Int(20000)),
        ("profile_session", Py::None),
        ("profile_collectors", Py::None),
        ("profile_params", Py::None),
        ("max_file_upload_size", Py::Int(134_217_728)),
        ("home_action_id", Py::Bool(false)),
        ("cache_hashes", Py::dict(hashes)),
        (
            "currencies",
            Py::dict([(facts.currency.to_string(), money(&facts))]),
        ),
        ("bundle_params", Py::dict([("lang", Py::str("en_US"))])),
        ("test_mode", Py::Bool(false)),
        ("view_info", views()),
        ("user_companies", companies(&facts)),
        ("show_effect", Py::Bool(true)),
        ("display_switch_company_menu", Py::Bool(false)),
        ("max_time_between_keys_in_ms", Py::Int(150)),
        ("websocket_worker_version", Py::str("18.0-1")),
        ("tour_enabled", Py::Bool(system)),
        ("current_tour", tour()),
        ("storeData", store(login.uid, system, &facts)),
        ("odoobot_initialized", Py::Bool(false)),
        ("iap_company_enrich", Py::Bool(true)),
        ("can_insert_in_spreadsheet", Py::Bool(false)),
    ]))
}

fn money(facts: &Facts) -> Py {
    Py::dict([
        ("symbol", Py::str(facts.symbol.as_str())),
        ("position", Py::str(facts.position.as_str())),
        ("digits", Py::List(vec![Py::Int(69), Py::Int(2)])),
    ])
}

fn companies(facts: &Facts) -> Py {
    let own = Py::dict([
        ("id", Py::Int(1)),
        ("name", Py::str(facts.company.as_str())),
        ("sequence", Py::Int(0)),
        ("child_ids", Py::List(Vec::new())),
        ("parent_id", Py::Bool(false)),
    ]);
    Py::dict([
        ("current_company", Py::Int(1)),
        ("allowed_companies", Py::dict([("1", own)])),
        ("disallowed_ancestor_companies", Py::Dict(Vec::new())),
    ])
}

fn settings(uid: i64) -> Py {
    let volumes = Py::List(vec![Py::List(vec![Py::str("ADD"), Py::List(Vec::new())])]);
    Py::dict([
        ("id", Py::Int(1)),
        ("user_id", Py::dict([("id", Py::Int(uid))])),
        ("is_discuss_sidebar_category_channel_open", Py::Bool(true)),
        ("is_discuss_sidebar_category_chat_open", Py::Bool(true)),
        ("push_to_talk_key", Py::Bool(false)),
        ("use_push_to_talk", Py::Bool(false)),
        ("voice_active_duration", Py::Int(200)),
        ("channel_notifications", Py::Bool(false)),
        ("mute_until_dt", Py::Bool(false)),
        ("volumes", volumes),
    ])
}

fn views() -> Py {
    let view = |(kind, label, icon, many): (&'static str, &str, &str, bool)| {
        let about = Py::dict([
            ("display_name", Py::str(label)),
            ("icon", Py::str(icon)),
            ("multi_record", Py::Bool(many)),
        ]);
        (kind, about)
    };
    let kinds = [
        ("list", "List", "oi oi-view-list", true),
        ("form", "Form", "fa fa-address-card", false),
        ("graph", "Graph", "fa fa-area-chart", true),
        ("pivot", "Pivot", "oi oi-view-pivot", true),
        ("calendar", "Calendar", "fa fa-calendar", true),
        ("kanban", "Kanban", "oi oi-view-kanban", true),
        ("search", "Search", "oi oi-search", true),
        ("activity", "Activity", "fa fa-clock-o", true),
    ];
    Py::dict(kinds.map(view))
}

fn tour() -> Py {
    Py::dict([
        ("url", Py::str("/odoo")),
        ("custom", Py::Bool(false)),
        ("name", Py::str("sale_tour")),
        ("steps", Py::List(Vec::new())),
        ("rainbowManMessage", Py::str("<span>Well done.</span>")),
    ])
}

/// What the chat in the server's pages starts with.
fn store(uid: i64, system: bool, facts: &Facts) -> Py {
    let partner = |id: i64| Py::dict([("id", Py::Int(id)), ("type", Py::str("partner"))]);
    let chat = Py::dict([
        ("action_discuss_id", Py::Int(126)),
        (
            "channel_types_with_seen_infos",
            Py::List(vec![Py::str("chat"), Py::str("group")]),
        ),
        ("hasGifPickerFeature", Py::Bool(false)),
        ("hasLinkPreviewFeature", Py::Bool(true)),
        ("hasMessageTranslationFeature", Py::Bool(false)),
        ("internalUserGroupId", Py::Int(1)),
        ("mt_comment_id", Py::Int(1)),
        ("odoobot", partner(2)),
        ("self", partner(facts.partner)),
        ("settings", settings(uid)),
    ]);
    let bot = Py::dict([
        ("active", Py::Bool(false)),
        ("email", Py::str("odoobot@example.com")),
        ("id", Py::Int(2)),
        ("im_status", Py::str("bot")),
        ("isInternalUser", Py::Bool(true)),
        ("is_company", Py::Bool(false)),
        ("name", Py::str("OdooBot")),
        ("userId", Py::Int(1)),
        ("write_date", Py::str(facts.bot_written.as_str())),
    ]);
    let own = Py::dict([
        ("active", Py::Bool(true)),
        ("id", Py::Int(facts.partner)),
        ("isAdmin", Py::Bool(system)),
        ("isInternalUser", Py::Bool(true)),
        ("name", Py::str(facts.name.as_str())),
        ("notification_preference", Py::str("email")),
        ("userId", Py::Int(uid)),
        ("write_date", Py::str(facts.written.as_str())),
    ]);
    Py::dict([("Store", chat), ("res.partner", Py::List(vec![bot, own]))])
}
