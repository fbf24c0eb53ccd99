//! Everything that has to be known before the first record.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;
use mapping_transforms::{Finding, RuleSet, Side};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::read::{Reader, patiently};
use super::run::{Halt, Run};
use super::stock::Unstored;
use super::{Engine, Observer, RunError, RunOptions};
use crate::plan::{KnownFields, Strategies, Strategy};
use crate::ports::{FieldSet, StoredRules};
use crate::{ConnectorError, Job};

pub(super) async fn prepare<'a, 'o>(
    engine: &'a Engine,
    job: Job,
    options: &'a RunOptions,
    observer: Observer<'o>,
) -> Result<Run<'a, 'o>, Halt> {
    let Some(spec) = engine.specs.get(&job.record_type) else {
        return Err(Halt::Error(RunError::UnknownRecordType(job.record_type)));
    };
    let mut rng = StdRng::seed_from_u64(run_seed(options.seed, &job, engine.clock.now()));
    let stored = engine.store.rules(&job.connection, &job.record_type)?;
    let strategies = strategies(&options.strategies, &stored)?;
    let rules = RuleSet::compile(&stored.mappings, spec.children.clone(), &engine.registry)
        .map_err(|findings| Halt::failed(describe_findings(&findings)))?;
    let mut fields = KnownFields::default();
    for side in Side::BOTH.into_iter().filter(|side| job.direction.writes(*side)) {
        let found = known_fields(engine, side, &job, options, &mut rng).await?;
        match side {
            Side::Shopify => fields.shopify = found,
            Side::Odoo => fields.odoo = found,
        }
    }
    let reader = Reader { engine, options };
    let unstored = match &spec.stock {
        None => Unstored::default(),
        Some(stock) => Unstored::read(&reader, &mut rng, &job.connection, stock).await?,
    };
    Ok(Run {
        engine,
        options,
        job,
        spec,
        rules,
        fields,
        strategies,
        unstored,
        rng,
        observer,
        total: None,
        archived: 0,
        put_off: BTreeSet::new(),
        putting_away: false,
        second_side: false,
    })
}

async fn known_fields(
    engine: &Engine,
    side: Side,
    job: &Job,
    options: &RunOptions,
    rng: &mut StdRng,
) -> Result<FieldSet, ConnectorError> {
    let connector = engine.connector(side);
    patiently(&*engine.clock, &options.retry, rng, || {
        connector.fields(&job.record_type)
    })
    .await
}

/// The run's strategies, with those of single rules.
fn strategies(general: &Strategies, stored: &StoredRules) -> Result<Strategies, Halt> {
    let mut strategies = general.clone();
    for mapping in stored.mappings.iter().filter(|mapping| mapping.enabled) {
        let Some(name) = &mapping.strategy else { continue };
        let strategy = Strategy::from_str(name).map_err(|error| {
            Halt::failed(format!(
                "the mappings are not valid: rule {}: {error}",
                mapping.id
            ))
        })?;
        strategies.by_rule.insert(mapping.id, strategy);
    }
    Ok(strategies)
}

/// A job that is resumed must not draw the idempotency keys of its earlier part again.
fn run_seed(seed: u64, job: &Job, now: Timestamp) -> u64 {
    let parts = [seed, job.id.unsigned_abs(), now.as_microsecond().unsigned_abs()];
    // The multiplier of a well-known 64-bit mixing function: close inputs give distant seeds.
    parts.into_iter().fold(0, |mixed: u64, part| {
        (mixed ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    })
}

fn describe_findings(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!(
                "rule {}: {} `{}`: {}",
                finding.mapping, finding.field, finding.value, finding.message
            )
        })
        .collect();
    format!("the mappings are not valid: {}", lines.join("; "))
}
