use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use mapping_transforms::{Inverse, Mapping, MappingDraft, OnMissing, TransformInfo};
use serde_json::json;
use sync_service::{ImportMode, MappingFile, MappingFormat, Page, SavedMapping, draft_of};

use crate::app::App;
use crate::exit::Exit;
use crate::output::{Look, Tone, cell, clean, number, toned};

/// Look at mapping rules and edit them.
#[derive(Debug, Subcommand)]
pub(crate) enum MappingsCommand {
    /// List rules in the order in which they are applied
    List {
        /// Only of this record type: product, inventory, order
        #[arg(long, value_name = "TYPE")]
        record_type: Option<String>,
    },
    /// Add a rule
    Add {
        /// What it is for: product, inventory, order
        #[arg(long, value_name = "TYPE")]
        record_type: String,
        /// The place in Shopify's record: `variants.*.sku`
        #[arg(long, value_name = "PATH")]
        shopify_field: String,
        /// The place in Odoo's record: `product_variant_ids.*.default_code`
        #[arg(long, value_name = "PATH")]
        odoo_field: String,
        #[command(flatten)]
        rest: RestArgs,
        /// Store it and do not use it
        #[arg(long)]
        disabled: bool,
    },
    /// Change a rule; what is not given stays
    Edit {
        /// The rule's number
        id: i64,
        /// What it is for: product, inventory, order
        #[arg(long, value_name = "TYPE")]
        record_type: Option<String>,
        /// The place in Shopify's record
        #[arg(long, value_name = "PATH")]
        shopify_field: Option<String>,
        /// The place in Odoo's record
        #[arg(long, value_name = "PATH")]
        odoo_field: Option<String>,
        #[command(flatten)]
        rest: RestArgs,
    },
    /// Delete a rule
    Delete {
        /// The rule's number
        id: i64,
    },
    /// Use a rule again
    Enable {
        /// The rule's number
        id: i64,
    },
    /// Keep a rule and do not use it
    Disable {
        /// The rule's number
        id: i64,
    },
    /// Write the rules to a file, or to standard output as TOML
    Export {
        /// The file; its name ends in .toml or .json
        file: Option<PathBuf>,
        /// Only of this record type
        #[arg(long, value_name = "TYPE")]
        record_type: Option<String>,
        /// Overwrite a file that is there
        #[arg(long, requires = "file")]
        force: bool,
    },
    /// Take rules from a file: all of them, or none if one is wrong
    Import {
        /// The file; its name ends in .toml or .json
        file: PathBuf,
        /// Delete the rules there are of the record types that the file has rules for
        #[arg(long)]
        replace: bool,
    },
    /// List the transforms that a rule may use
    Transforms,
}

/// What a rule may have besides its two places.
#[derive(Debug, Args)]
pub(crate) struct RestArgs {
    /// What happens to the value: `round2`, `trim | uppercase`
    #[arg(long, value_name = "CHAIN")]
    transform: Option<String>,
    /// Where it stands among the others
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    position: Option<i32>,
    /// For people
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// What to do where the source has no value
    #[arg(long, value_parser = OnMissing::NAMES.map(|(name, _)| name))]
    on_missing: Option<String>,
}

impl RestArgs {
    fn put_into(self, draft: &mut MappingDraft) {
        draft.transform = self.transform.unwrap_or_else(|| draft.transform.clone());
        draft.position = self.position.unwrap_or(draft.position);
        draft.note = self.note.unwrap_or_else(|| draft.note.clone());
        draft.on_missing = self.on_missing.unwrap_or_else(|| draft.on_missing.clone());
    }
}

pub(crate) fn run(app: &App, command: MappingsCommand) -> Result<Exit> {
    match command {
        MappingsCommand::List { record_type } => list(app, record_type.as_deref()),
        MappingsCommand::Add {
            record_type,
            shopify_field,
            odoo_field,
            rest,
            disabled,
        } => {
            let mut draft = MappingDraft {
                id: 0,
                record_type,
                shopify_field,
                odoo_field,
                transform: "direct".to_owned(),
                enabled: !disabled,
                position: 0,
                note: String::new(),
                on_missing: "auto".to_owned(),
            };
            rest.put_into(&mut draft);
            saved(app, "added", &app.service()?.add_mapping(&draft)?)
        }
        MappingsCommand::Edit {
            id,
            record_type,
            shopify_field,
            odoo_field,
            rest,
        } => {
            let service = app.service()?;
            let mut draft = draft_of(&service.mapping(id)?);
            draft.record_type = record_type.unwrap_or(draft.record_type);
            draft.shopify_field = shopify_field.unwrap_or(draft.shopify_field);
            draft.odoo_field = odoo_field.unwrap_or(draft.odoo_field);
            rest.put_into(&mut draft);
            saved(app, "changed", &service.replace_mapping(id, &draft)?)
        }
        MappingsCommand::Delete { id } => {
            let deleted = app.service()?.delete_mapping(id)?;
            app.out
                .show(&deleted, |_| format!("Rule {}: deleted", named(&deleted)))?;
            Ok(Exit::Fine)
        }
        MappingsCommand::Enable { id } => saved(app, "enabled", &app.service()?.enable_mapping(id, true)?),
        MappingsCommand::Disable { id } => saved(app, "disabled", &app.service()?.enable_mapping(id, false)?),
        MappingsCommand::Export {
            file,
            record_type,
            force,
        } => export(app, file.as_deref(), record_type.as_deref(), force),
        MappingsCommand::Import { file, replace } => import(app, &file, replace),
        MappingsCommand::Transforms => transforms(app),
    }
}

fn named(mapping: &Mapping) -> String {
    format!(
        "{} ({}: {} -> {})",
        mapping.id,
        clean(&mapping.record_type),
        mapping.shopify_field,
        mapping.odoo_field
    )
}

fn saved(app: &App, done: &str, saved: &SavedMapping) -> Result<Exit> {
    app.out.show(saved, |_| {
        noted(format!("Rule {}: {done}", named(&saved.mapping)), &saved.warnings)
    })?;
    Ok(Exit::Fine)
}

/// What was done, and below it what may surprise.
fn noted(done: String, warnings: &[String]) -> String {
    let notes = warnings.iter().map(|warning| format!("Note: {}", clean(warning)));
    std::iter::once(done).chain(notes).collect::<Vec<_>>().join("\n")
}

fn list(app: &App, record_type: Option<&str>) -> Result<Exit> {
    let page = Page {
        items: app.service()?.mappings(record_type)?,
        next: None,
    };
    app.out.page(&page, "No rules.", |look, rules: &[Mapping]| {
        let header = [
            "id",
            "type",
            "shopify",
            "odoo",
            "transform",
            "used",
            "missing",
            "note",
        ];
        look.table(&header, rules.iter().map(row).collect())
    })?;
    Ok(Exit::Fine)
}

fn row(mapping: &Mapping) -> Vec<comfy_table::Cell> {
    let draft = draft_of(mapping);
    let used = if mapping.enabled {
        toned("yes", Tone::Good)
    } else {
        toned("no", Tone::Open)
    };
    vec![
        number(mapping.id.unsigned_abs()),
        cell(&draft.record_type),
        cell(&draft.shopify_field),
        cell(&draft.odoo_field),
        cell(&draft.transform),
        used,
        cell(&draft.on_missing),
        cell(&draft.note),
    ]
}

fn export(app: &App, file: Option<&Path>, record_type: Option<&str>, force: bool) -> Result<Exit> {
    let format = file.map(MappingFormat::of).transpose()?;
    let rules = app.service()?.export_mappings(record_type)?;
    let Some(path) = file else {
        let format = if app.out.json {
            MappingFormat::Json
        } else {
            MappingFormat::Toml
        };
        app.out.line(&rules.render(format)?)?;
        return Ok(Exit::Fine);
    };
    let text = rules.render(format.unwrap_or(MappingFormat::Toml))?;
    write(path, &text, force)?;
    let count = rules.mappings.len();
    let document = json!({"file": path, "exported": count});
    app.out.show(&document, |_| {
        format!("{count} rules were written to {}.", path.display())
    })?;
    Ok(Exit::Fine)
}

fn write(path: &Path, text: &str, force: bool) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let named = || format!("{}: the file cannot be written", path.display());
    let mut file = match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            anyhow::bail!(
                "{}: the file is there already; --force overwrites it",
                path.display()
            );
        }
        opened => opened.with_context(named)?,
    };
    file.write_all(text.as_bytes()).with_context(named)
}

fn import(app: &App, path: &Path, replace: bool) -> Result<Exit> {
    let format = MappingFormat::of(path)?;
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{}: the file cannot be read", path.display()))?;
    let file = MappingFile::parse(&text, format)?;
    let mode = if replace {
        ImportMode::Replace
    } else {
        ImportMode::Add
    };
    let report = app.service()?.import_mappings(&file, mode)?;
    app.out.show(&report, |_| {
        let said = format!("{} rules were added, {} deleted.", report.added, report.deleted);
        noted(said, &report.warnings)
    })?;
    Ok(Exit::Fine)
}

fn transforms(app: &App) -> Result<Exit> {
    let service = app.service()?;
    let page = Page {
        items: service.registry().names().collect(),
        next: None,
    };
    app.out
        .page(&page, "No transforms.", |look: &Look, all: &[&TransformInfo]| {
            let row = |transform: &&TransformInfo| {
                let form = transform.argument.as_ref();
                vec![
                    cell(form.map_or_else(
                        || transform.name.clone(),
                        |form| format!("{}:{form}", transform.name),
                    )),
                    cell(match transform.inverse {
                        Inverse::Yes => "yes",
                        Inverse::No => "no",
                        Inverse::SometimesByArgument => "by argument",
                    }),
                    cell(&transform.description),
                ]
            };
            look.table(
                &["transform", "both ways", "what it does"],
                all.iter().map(row).collect(),
            )
        })?;
    Ok(Exit::Fine)
}
