use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use sync_service::{FileReport, Oddity, OddityKind, SeedReport, SeedSource, Service};

use crate::app::App;
use crate::exit::Exit;
use crate::output::clean;

/// Oddities that are shown to people; a document has them all.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(crate) struct SeedArgs {
    /// Products of a Shopify product export instead of the demonstration shop
    #[arg(long, value_name = "FILE")]
    shopify_csv: Option<PathBuf>,
    /// Empty both systems first, and forget links, jobs, waiting records and dead letters; mapping rules stay
    #[arg(long)]
    reset: bool,
}

pub(crate) fn run(app: &App, args: &SeedArgs) -> Result<Exit> {
    let service = app.service()?;
    let report = match &args.shopify_csv {
        None => service.seed(SeedSource::Demo, args.reset)?,
        Some(path) => from_file(&service, path, args.reset)?,
    };
    app.out.show(&report, |_| text(&report))?;
    Ok(Exit::Fine)
}

fn from_file(service: &Service, path: &Path, reset: bool) -> Result<SeedReport> {
    let name = path.display();
    let file =
        File::open(path).with_context(|| format!("--shopify-csv {name}: the file cannot be opened"))?;
    let seeded = service.seed(SeedSource::ShopifyCsv(&mut BufReader::new(file)), reset);
    seeded.with_context(|| format!("--shopify-csv {name}"))
}

/// What was created, and what was odd.
pub(crate) fn text(report: &SeedReport) -> String {
    let mut lines = Vec::new();
    if report.reset {
        lines.push("Both systems were emptied; links, jobs and dead letters are gone.".to_owned());
    }
    let made = &report.shopify;
    let shop = [
        (made.locations, "locations"),
        (made.products, "products"),
        (made.variants, "variants"),
        (made.customers, "customers"),
        (made.orders, "orders"),
    ];
    let shop = shop.into_iter().filter(|(count, _)| *count > 0);
    lines.push(created(
        "Shopify",
        shop.map(|(count, what)| format!("{count} {what}")),
    ));
    let odoo = report.odoo.iter();
    lines.push(created(
        "Odoo",
        odoo.map(|(model, count)| format!("{count} {model}")),
    ));
    lines.extend(report.file.iter().flat_map(file_lines));
    lines.join("\n")
}

fn created(system: &str, what: impl Iterator<Item = String>) -> String {
    let what: Vec<String> = what.collect();
    if what.is_empty() {
        format!("{system}: nothing new")
    } else {
        format!("{system}: created {}", what.join(", "))
    }
}

fn file_lines(file: &FileReport) -> Vec<String> {
    let mut lines = vec![format!(
        "The file has {} products with {} variants on {} rows, and {} oddities.",
        file.products,
        file.variants,
        file.rows,
        file.oddities.len()
    )];
    let mut kinds: BTreeMap<OddityKind, Vec<&Oddity>> = BTreeMap::new();
    for oddity in &file.oddities {
        kinds.entry(oddity.kind).or_default().push(oddity);
    }
    // Every kind is seen, however many there are of one.
    let each = SHOWN.checked_div(kinds.len()).unwrap_or(SHOWN).max(1);
    for oddities in kinds.values() {
        let shown = oddities.iter().take(each);
        lines.extend(shown.map(|oddity| format!("  {}", clean(&oddity.to_string()))));
        if oddities.len() > each {
            lines.push(format!("    and {} more of this kind", oddities.len() - each));
        }
    }
    if file.oddities.len() > SHOWN {
        lines.push("All of them: with --json".to_owned());
    }
    lines
}
