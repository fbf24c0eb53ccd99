use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use serde_json::Value;
use sync_core::Direction;
use sync_core::ports::Clock;
use sync_service::config::{Overrides, load};
use sync_service::{Service, SyncRequest, SystemClock, open_installation};
use tempfile::TempDir;

/// Two products as a shop exports them: sizes, a repeated SKU, a missing one.
const CATALOGUE: &str = "\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,\
Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Status
mug,Mug,<p>For tea</p>,Alder,Kitchen,\"tea, blue\",true,Title,Default Title,MUG-1,300,shopify,7,12.50,active
scarf,Scarf,,Alder,Clothes,,true,Size,S,SCARF,120,shopify,3,29.00,active
scarf,,,,,,,,L,SCARF,140,shopify,2,31.00,
scarf,,,,,,,,XL,,150,shopify,0,33.00,
";

/// A folder of its own, in which commands run.
pub(crate) struct Home {
    folder: TempDir,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With two products in its simulated shop.
    pub(crate) fn with_catalogue() -> Self {
        let home = Self::empty();
        home.write("shop.csv", CATALOGUE);
        home.fine(&["seed", "--shopify-csv", "shop.csv"]);
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// A command that has not begun: in this folder, with these variables only, and no simulated failures.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: &[A], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sync-cli"));
        command
            .current_dir(self.path())
            .args(args)
            .env_clear()
            .env("TZ", "UTC")
            .env("SYNC_FAILURE_RATE", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        Ran::of(&self.command(args, variables).output().unwrap())
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    /// A command that must go well; answers what it printed.
    pub(crate) fn fine(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:#?}");
        ran.stdout
    }

    /// The one document of a command, whatever its exit code.
    pub(crate) fn document(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).document()
    }

    /// The same installation, opened by this process.
    pub(crate) fn service(&self) -> Service {
        let instance = self.path().join("instance").display().to_string();
        let flags = Overrides::from([("SYNC_INSTANCE".to_owned(), ("--instance".to_owned(), instance))]);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        open_installation(load(&flags, &|_| None, None).unwrap(), clock).unwrap()
    }

    /// Begins a job in this process and leaves it running.
    pub(crate) fn running_job(&self) -> Service {
        let service = self.service();
        let request = SyncRequest {
            record_type: "products".to_owned(),
            direction: Direction::ShopifyToOdoo,
            dry_run: false,
        };
        service.start(&request).unwrap();
        service
    }
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Standard output, which must be one JSON document.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// Compares a text with its snapshot, without times and the widths of columns.
macro_rules! shows {
    ($text:expr) => {
        insta::with_settings!({filters => $crate::given::filters()}, {
            insta::assert_snapshot!($text);
        });
    };
    ($name:expr, $text:expr) => {
        insta::with_settings!({filters => $crate::given::filters(), snapshot_suffix => $name}, {
            insta::assert_snapshot!($text);
        });
    };
}
pub(crate) use shows;

pub(crate) fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \([^)]*\)", "[time]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
        (r"\b\d+ s ago\b", "[ago]"),
        (r"\b\d+ s\n", "[span]\n"),
        (r"\b\d+ s$", "[span]"),
        (r#""(duration_ms|fresh_seconds)": \d+"#, "\"$1\": \"[span]\""),
        // Columns are as wide as their times; the first one is a number that is put to the right.
        (r"(?m)^ +(\d+ )", "$1"),
        (r"(\S) {2,}", "$1  "),
    ]
}
