//! Languages, currencies, groups, users, companies' settings and API keys.

use crate::fault::{Fault, Res};
use crate::orm::make::{bool, char, date, float_any, int, m2m, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Method, Model, Unique, Value, View};
use crate::py::Py;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("res.lang", "Languages", lang_fields()).order("active desc, name"),
        Model::new("res.currency", "Currency", currency_fields())
            .rec_name("name")
            .order("active desc, name")
            .name_search(&["name", "full_name"])
            .unique(&[Unique {
                fields: &["name"],
                message: "The currency code must be unique!",
                index: "res_currency_unique_name",
            }]),
        Model::new(
            "res.groups",
            "Access Groups",
            vec![
                char("name", "Name").required(),
                char("full_name", "Group Name").readonly(),
                m2m("users", "res.users", "Users").reverse("groups_id"),
            ],
        )
        .rec_name("full_name")
        .order("full_name"),
        Model::new("res.users", "User", user_fields())
            .inherits(&[("partner_id", "res.partner")])
            .order("name, login")
            .name_search(&["name", "login"])
            .logic(&User)
            .unique(&[Unique {
                fields: &["login"],
                message: "You can not have two users with the same login!",
                index: "res_users_login_key",
            }])
            .methods(USER_METHODS),
        Model::new(
            "res.users.apikeys.description",
            "API Key Description",
            vec![char("name", "Description").required()],
        )
        .transient()
        .methods(KEY_METHODS),
        Model::new(
            "res.config.settings",
            "Config Settings",
            vec![
                bool("group_product_variant", "Variants"),
                bool("group_product_pricelist", "Pricelists"),
                bool("group_stock_multi_locations", "Storage Locations"),
                m2o("company_id", "res.company", "Company").required(),
            ],
        )
        .transient(),
    ]
}

/// Refused before anyone looks whether the record is there.
const KEY_METHODS: &[Method] = &[Method {
    name: "make_key",
    params: &["*ids"],
    on_model: true,
    reads: true,
    run: over_http_only,
}];

const USER_METHODS: &[Method] = &[
    Method {
        name: "context_get",
        params: &[],
        on_model: true,
        reads: true,
        run: context_get,
    },
    Method {
        name: "has_group",
        params: &["group_ext_id"],
        on_model: false,
        reads: true,
        run: has_group,
    },
];

/// `has_group(external id)` of one user.
fn has_group(env: &mut Env<'_>, ids: &[i64], args: &[Option<Py>]) -> Res<Py> {
    let [user] = ids else {
        let ids: Vec<Py> = ids.iter().map(|id| Py::Int(*id)).collect();
        let text = format!("Expected singleton: res.users{}", crate::py::tuple_repr(&ids));
        return Err(Fault::value(text));
    };
    let view = env.view();
    let xid = args.first().cloned().flatten().unwrap_or_default().display();
    let group = view.xid_in("res.groups", &xid);
    let groups = view.get("res.users", *user, "groups_id");
    Ok(Py::Bool(
        group.is_some_and(|group| groups.as_ids().contains(&group)),
    ))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every method")]
fn context_get(env: &mut Env<'_>, _: &[i64], _: &[Option<Py>]) -> Res<Py> {
    Ok(Py::dict([
        ("lang", Py::str("en_US")),
        ("tz", Py::Bool(false)),
        ("uid", Py::Int(env.s.uid)),
    ]))
}

fn over_http_only(_: &mut Env<'_>, _: &[i64], _: &[Option<Py>]) -> Res<Py> {
    Err(Fault::user("This method can only be accessed over HTTP"))
}

fn lang_fields() -> Vec<Field> {
    vec![
        char("name", "Name").required(),
        char("code", "Locale Code").required(),
        char("iso_code", "ISO code"),
        char("url_code", "URL Code"),
        bool("active", "Active"),
        char("date_format", "Date Format")
            .required()
            .default(|_| Value::text("%m/%d/%Y")),
        char("time_format", "Time Format")
            .required()
            .default(|_| Value::text("%H:%M:%S")),
        char("decimal_point", "Decimal Separator")
            .required()
            .default(|_| Value::text(".")),
        char("thousands_sep", "Thousands Separator").default(|_| Value::text(",")),
    ]
}

fn currency_fields() -> Vec<Field> {
    vec![
        char("name", "Currency").required(),
        int("iso_numeric", "Currency numeric code."),
        char("full_name", "Name"),
        char("symbol", "Symbol").required(),
        float_any("rate", "Current Rate").compute(|_, _| Value::Num(rust_decimal::Decimal::ONE)),
        float_any("rounding", "Rounding Factor").default(|_| Value::Num(rust_decimal::Decimal::new(1, 2))),
        int("decimal_places", "Decimal Places").compute_stored(|_, _| Value::Int(2)),
        bool("active", "Active").default(|_| Value::Bool(true)),
        selection(
            "position",
            "Symbol Position",
            &[("after", "After Amount"), ("before", "Before Amount")],
        )
        .default(|_| Value::text("after")),
        date("date", "Date").empty().not_stored(),
        char("currency_unit_label", "Currency Unit"),
        char("currency_subunit_label", "Currency Subunit"),
    ]
}

fn user_fields() -> Vec<Field> {
    vec![
        m2o("partner_id", "res.partner", "Related Partner").required(),
        char("login", "Login").required(),
        // Passwords are checked against the configuration; reading one shows nothing.
        char("password", "Password")
            .compute(|_, _| Value::text(""))
            .inverse(|_, _, _| Ok(())),
        bool("active", "Active").default(|_| Value::Bool(true)),
        m2m("groups_id", "res.groups", "Groups"),
        bool("share", "Share User").compute_stored(|_, _| Value::Bool(false)),
        int("companies_count", "Number of Companies").compute(|_, _| Value::Int(1)),
        m2o("company_id", "res.company", "Company")
            .required()
            .default(|_| Value::Int(1)),
        m2m("company_ids", "res.company", "Companies").default(|_| Value::Ids(vec![1])),
        o2m("api_key_ids", "res.users.apikeys", "user_id", "API Keys").empty(),
        selection(
            "notification_type",
            "Notification",
            &[("email", "Handle by Emails"), ("inbox", "Handle in Odoo")],
        )
        .required()
        .default(|_| Value::text("email")),
        m2o("sale_team_id", "crm.team", "User Sales Team").empty(),
    ]
}

struct User;

impl Logic for User {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        view.text(model.name, id, "name")
    }
}
