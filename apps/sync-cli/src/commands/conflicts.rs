use anyhow::{Context, Result};
use clap::{ArgGroup, Args, Subcommand};
use serde_json::Value;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::{Conflict, ConflictKind, ConflictStatus, Winner};
use sync_service::{ConflictFilter, ConflictSelection, Decided, Decision, Service};

use super::jobs::parsed;
use super::waiting::named;
use crate::app::App;
use crate::args::PageArgs;
use crate::exit::Exit;
use crate::output::{Look, Tone, cell, clean, number, short, toned};
use crate::progress::Progress;
use crate::running::{became, summary};
use crate::stop::on_ctrl_c;

/// Characters of a value in the list; all of it is shown with the conflict.
const VALUE: usize = 40;
/// The name that stands for every status.
const ANY: &str = "all";

/// Fields that both systems changed, each otherwise.
#[derive(Debug, Subcommand)]
pub(crate) enum ConflictsCommand {
    /// List conflicts, newest first
    List {
        /// Only those that are so; `all` for every one
        #[arg(long, default_value = "open", value_parser = ["open", "decided", "resolved", ANY])]
        status: String,
        #[command(flatten)]
        filter: FilterArgs,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Show one: what both agreed on last, what each shows now, and what was decided
    Show {
        /// Its number
        id: i64,
    },
    /// Decide, and carry it out at once
    Resolve(ResolveArgs),
    /// Bring back what lost in a conflict that is over
    Restore {
        /// Its number
        id: i64,
        /// Who decides
        #[arg(long, value_name = "NAME", default_value = "command line")]
        by: String,
    },
}

/// Which conflicts.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Only of this record type: product, inventory, order
    #[arg(long, value_name = "TYPE")]
    record_type: Option<String>,
    /// Only of this rule: `title = name`
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Only of this record, by its id in Shopify
    #[arg(long, value_name = "ID")]
    shopify_id: Option<String>,
    /// Part of the name, an id or the rule
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl FilterArgs {
    fn filter(&self, service: &Service, status: Option<ConflictStatus>) -> Result<ConflictFilter> {
        Ok(ConflictFilter {
            status,
            record_type: named(service, self.record_type.as_deref())?,
            rule: self.rule.clone(),
            shopify_id: self.shopify_id.clone(),
            text: self.search.clone(),
        })
    }
}

/// Which conflicts are decided, and how.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("decision").required(true).multiple(true).args(["winner", "shopify_value", "odoo_value"]))]
pub(crate) struct ResolveArgs {
    /// Their numbers
    #[arg(required_unless_present = "all", conflicts_with_all = ["all", "record_type", "rule", "shopify_id", "search"])]
    ids: Vec<i64>,
    /// All open ones that match
    #[arg(long)]
    all: bool,
    /// Refuse if another number than this matches now
    #[arg(long, value_name = "NUMBER", requires = "all")]
    expected: Option<u64>,
    #[command(flatten)]
    filter: FilterArgs,
    /// Whose value counts
    #[arg(long, value_parser = ["shopify", "odoo"], conflicts_with_all = ["shopify_value", "odoo_value"])]
    winner: Option<String>,
    /// Another value, as Shopify is to show it: JSON, or a text as it is; null empties the field
    #[arg(long, value_name = "VALUE")]
    shopify_value: Option<String>,
    /// Another value, as Odoo is to show it: JSON, or a text as it is; null empties the field
    #[arg(long, value_name = "VALUE")]
    odoo_value: Option<String>,
    /// Who decides
    #[arg(long, value_name = "NAME", default_value = "command line")]
    by: String,
}

impl ResolveArgs {
    fn decision(&self) -> Result<Decision> {
        let winner = match self.winner.as_deref() {
            Some("shopify") => Winner::Shopify,
            Some(_) => Winner::Odoo,
            None => Winner::Value {
                shopify: self.shopify_value.as_deref().map(typed),
                odoo: self.odoo_value.as_deref().map(typed),
            },
        };
        Ok(Decision::new(winner, &self.by)?)
    }
}

/// What a person types: JSON if it is some, else a text.
fn typed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

pub(crate) fn run(app: &App, command: ConflictsCommand) -> Result<Exit> {
    match command {
        ConflictsCommand::List { status, filter, page } => list(app, &status, &filter, &page),
        ConflictsCommand::Show { id } => {
            let conflict = app.service()?.conflict(id)?;
            app.out.show(&conflict, |look| text(look, &conflict))?;
            Ok(Exit::Fine)
        }
        ConflictsCommand::Resolve(args) => resolve(app, args),
        ConflictsCommand::Restore { id, by } => {
            let service = app.service()?;
            let stop = on_ctrl_c()?;
            let conflict = service.restore_conflict(id, &by)?;
            carry_out(app, &service, &[conflict], &stop)
        }
    }
}

fn list(app: &App, status: &str, filter: &FilterArgs, page: &PageArgs) -> Result<Exit> {
    let service = app.service()?;
    let status = parsed(Some(status).filter(|status| *status != ANY))?;
    let found = service.conflicts(&filter.filter(&service, status)?, page.request())?;
    app.out.page(&found, "No conflicts.", |look, conflicts| {
        let header = [
            "id", "type", "record", "status", "rule", "shopify", "base", "odoo", "found",
        ];
        look.table(&header, conflicts.iter().map(|one| row(look, one)).collect())
    })?;
    Ok(Exit::Fine)
}

fn row(look: &Look, conflict: &Conflict) -> Vec<comfy_table::Cell> {
    let tone = match conflict.status {
        ConflictStatus::Open => Tone::Bad,
        ConflictStatus::Decided => Tone::Open,
        ConflictStatus::Resolved => Tone::Good,
    };
    let found = &conflict.found;
    let base = found.base.as_ref();
    vec![
        number(conflict.id.unsigned_abs()),
        cell(conflict.record_type.as_str()),
        cell(format!("{} ({})", conflict.label, conflict.shopify_id)),
        toned(conflict.status.as_str(), tone),
        cell(about(conflict)),
        cell(short(&shown(&found.shopify), VALUE)),
        cell(base.map_or_else(|| "-".to_owned(), |base| short(&shown(&base.shopify), VALUE))),
        cell(short(&shown(&found.odoo), VALUE)),
        cell(look.when(conflict.found_at)),
    ]
}

fn about(conflict: &Conflict) -> String {
    let found = &conflict.found;
    match (&found.kind, &found.element) {
        (ConflictKind::Deleted, _) => "the record is gone on one side".to_owned(),
        (ConflictKind::Field, None) => found.rule.clone(),
        (ConflictKind::Field, Some(pair)) => {
            format!("{} of {} {}", found.rule, pair.record_type, pair.shopify_id)
        }
    }
}

/// A text as it is, anything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn text(look: &Look, conflict: &Conflict) -> String {
    let found = &conflict.found;
    let side = |value: &Value, at: Option<jiff::Timestamp>| {
        let changed = at.map_or_else(String::new, |at| format!(" (changed {})", look.when(at)));
        format!("{}{changed}", clean(&shown(value)))
    };
    let base = found.base.as_ref().map_or_else(
        || "they never agreed".to_owned(),
        |base| {
            format!(
                "{} in Shopify, {} in Odoo",
                clean(&shown(&base.shopify)),
                clean(&shown(&base.odoo))
            )
        },
    );
    let mut lines = vec![
        format!(
            "Conflict {}: {} {} ({} / {}), {}",
            conflict.id,
            conflict.record_type,
            clean(&conflict.label),
            clean(&conflict.shopify_id),
            clean(&conflict.odoo_id),
            conflict.status.as_str()
        ),
        format!("About:    {}", clean(&about(conflict))),
        format!("Base:     {base}"),
        format!("Shopify:  {}", side(&found.shopify, found.shopify_at)),
        format!("Odoo:     {}", side(&found.odoo, found.odoo_at)),
        format!("Strategy: {}", clean(&found.strategy)),
        format!(
            "Found:    {} by job {}",
            look.when(conflict.found_at),
            conflict.job_id
        ),
    ];
    match &found.winner {
        None => lines.push(format!(
            "What now: sync-cli conflicts resolve {} --winner shopify (or odoo, or --odoo-value TEXT)",
            conflict.id
        )),
        Some(winner) => lines.push(format!(
            "Winner:   {}, decided by {} {}",
            won(winner),
            clean(conflict.decided_by.as_deref().unwrap_or("nobody")),
            look.maybe_when(conflict.decided_at)
        )),
    }
    lines.join("\n")
}

fn won(winner: &Winner) -> String {
    match winner {
        Winner::Shopify | Winner::Odoo => winner.as_str().to_owned(),
        Winner::Agreed => "both, which came to the same".to_owned(),
        Winner::Value { shopify, odoo } => {
            let part = |system: &str, value: &Option<Value>| {
                value
                    .as_ref()
                    .map(|value| format!("{} in {system}", clean(&shown(value))))
            };
            let parts = [part("Shopify", shopify), part("Odoo", odoo)];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    }
}

fn resolve(app: &App, args: ResolveArgs) -> Result<Exit> {
    let decision = args.decision()?;
    let service = app.service()?;
    let stop = on_ctrl_c()?;
    let selection = if args.all {
        ConflictSelection::Matching(args.filter.filter(&service, Some(ConflictStatus::Open))?)
    } else {
        ConflictSelection::Ids(args.ids)
    };
    let conflicts = service.decide_conflicts(&selection, &decision, args.expected)?;
    carry_out(app, &service, &conflicts, &stop)
}

fn carry_out(app: &App, service: &Service, conflicts: &[Conflict], stop: &StopFlag) -> Result<Exit> {
    let mut progress = Progress::new("resolve");
    let done = service.carry_out_decided(conflicts, stop, &mut |event: RunEvent<'_>| {
        progress.tell(&event);
    });
    progress.end();
    let decided = done.context("the decision is kept, and the next run carries it out")?;
    if app.out.json {
        app.out.document(&decided)?;
    } else {
        app.out.line(&said(&app.out.look(), service, &decided)?)?;
    }
    let exit = Exit::of_jobs(&decided.jobs);
    Ok(if decided.not_started.is_empty() {
        exit
    } else {
        exit.max(Exit::Failures)
    })
}

fn said(look: &Look, service: &Service, decided: &Decided) -> Result<String> {
    if decided.conflicts.is_empty() {
        return Ok("No open conflict matches.".to_owned());
    }
    let mut lines: Vec<String> = decided.outcomes.iter().map(became).collect();
    if !decided.jobs.is_empty() {
        lines.push(summary(look, service, &decided.jobs)?);
    }
    for conflict in &decided.conflicts {
        lines.push(format!(
            "Conflict {} ({}): {}",
            conflict.id,
            clean(&about(conflict)),
            conflict.status.as_str()
        ));
    }
    for waiting in &decided.not_started {
        lines.push(format!(
            "{}: not carried out yet, the next run does it: {}",
            waiting.record_type,
            clean(&waiting.detail)
        ));
    }
    Ok(lines.join("\n"))
}
