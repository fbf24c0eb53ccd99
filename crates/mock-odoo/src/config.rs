use jiff::Timestamp;

use crate::models::ExtraField;
use crate::models::access;

/// A user of the simulated database.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The id; users 1 (the system itself) to 5 come with the installation.
    pub uid: i64,
    /// What he signs in with.
    pub login: String,
    /// His name.
    pub name: String,
    /// His password.
    pub password: String,
    /// API keys that stand in for the password.
    pub api_keys: Vec<String>,
    /// Full names of his groups; what they imply comes along.
    pub groups: Vec<String>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("uid", &self.uid)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

impl User {
    /// The administrator, with every right.
    pub fn admin(login: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            uid: 2,
            login: login.into(),
            name: "Administrator".to_owned(),
            password: password.into(),
            api_keys: Vec::new(),
            groups: [
                access::SETTINGS,
                access::CONTACTS,
                access::PRODUCTS,
                access::STOCK_ADMIN,
                access::SALES_ADMIN,
                access::INVOICING_ADMIN,
                access::EXPORT,
            ]
            .map(str::to_owned)
            .to_vec(),
        }
    }

    /// An internal user without further rights.
    pub fn internal(uid: i64, login: impl Into<String>, password: impl Into<String>) -> Self {
        let login = login.into();
        Self {
            uid,
            name: login.clone(),
            login,
            password: password.into(),
            api_keys: Vec::new(),
            groups: vec![access::INTERNAL.to_owned()],
        }
    }

    /// A user as a connector should have one: administrator of sales and stock, may create products; no technical
    /// rights.
    pub fn connector(uid: i64, login: impl Into<String>, password: impl Into<String>) -> Self {
        let mut user = Self::internal(uid, login, password);
        "Connector".clone_into(&mut user.name);
        user.groups = [access::SALES_ADMIN, access::STOCK_ADMIN, access::PRODUCTS]
            .map(str::to_owned)
            .to_vec();
        user
    }
}

/// What the simulated server is like.
#[derive(Clone)]
pub struct Config {
    /// Names of the databases the server tells of; every name leads to the same data.
    pub databases: Vec<String>,
    /// Who may sign in.
    pub users: Vec<User>,
    /// `server_version`
    pub version: String,
    /// Guards the database service.
    pub master_password: String,
    /// Chance between 0.0 and 1.0 that one record's write attempt fails for the moment.
    pub failure_rate: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Models whose writes are drawn.
    pub failing_models: Vec<String>,
    /// Fields that add-ons brought.
    pub extra_fields: Vec<ExtraField>,
    /// When the database was installed: the date of all its base data.
    pub installed_at: Timestamp,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("databases", &self.databases)
            .field("users", &self.users)
            .field("failure_rate", &self.failure_rate)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

impl Default for Config {
    /// The demo server: database `odoo`, users `admin` and `connector` (password like login), the fields
    /// `website_slug` and `x_vendor` on products and `carrier_tracking_ref` on transfers, no failures.
    fn default() -> Self {
        let field = ExtraField::char;
        let product = "product.template";
        Self {
            databases: vec!["odoo".to_owned()],
            users: vec![
                User::admin("admin", "admin"),
                User::connector(7, "connector", "connector"),
            ],
            version: "18.0-20241005".to_owned(),
            master_password: "admin".to_owned(),
            failure_rate: 0.0,
            seed: 1,
            failing_models: ["product.template", "stock.quant", "sale.order"]
                .map(str::to_owned)
                .to_vec(),
            extra_fields: vec![
                field(product, "website_slug", "Website Slug"),
                field(product, "x_vendor", "Vendor"),
                field("stock.picking", "carrier_tracking_ref", "Tracking Reference"),
            ],
            installed_at: Timestamp::from_second(1_728_086_400).unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }
}

impl Config {
    /// A server like the one whose exchanges were recorded: database `odoo_lab`, users `admin` (2), `lowpriv` (6)
    /// and `connector` (7, with an API key), no add-on fields.
    pub fn recorded() -> Self {
        let mut lowpriv = User::internal(6, "lowpriv", "lowpriv");
        "Low Priv".clone_into(&mut lowpriv.name);
        let mut connector = User::connector(7, "connector", "connector");
        connector.api_keys = vec!["0123456789abcdef0123456789abcdef01234567".to_owned()];
        Self {
            databases: vec!["odoo_lab".to_owned()],
            users: vec![User::admin("admin", "admin"), lowpriv, connector],
            master_password: "labmaster".to_owned(),
            extra_fields: Vec::new(),
            ..Self::default()
        }
    }
}
