//! Carrying out the steps of a scenario, with a transcript.

use std::collections::BTreeMap;

use sync_core::engine::StopFlag;
use sync_core::{ConflictStatus, Winner};
use sync_service::{ConflictSelection, Decision, Edit, SyncRequest};

use crate::bench::{Bench, Settings};
use crate::changes::Names;
use crate::file::{EditStep, LinkStep, Meanwhile, Resolve, Restore, RunStep, Scenario, Step};
use crate::shown::shown;
use crate::transcript::{Transcript, describe};

/// What runs in every direction bring into agreement, in this order.
pub(crate) const TYPES: [&str; 3] = ["products", "inventory", "orders"];

pub(crate) struct Stage {
    pub(crate) bench: Bench,
    names: Names,
    told: Transcript,
}

impl Stage {
    /// Plays the scenario, and answers what happened.
    pub(crate) fn play(scenario: &Scenario) -> String {
        let mut stage = Self::set(scenario);
        for step in &scenario.step {
            stage.bench.tick();
            stage.step(step);
        }
        stage.told.heading("in the end");
        stage.told.text(&shown(&stage.bench));
        stage.is_quiet();
        stage.told.finish()
    }

    fn set(scenario: &Scenario) -> Self {
        let bench = Bench::new(&scenario.settings);
        for rule in &scenario.rules {
            let saved = bench.person.add_mapping(rule).unwrap();
            assert_eq!(saved.warnings, Vec::<String>::new());
        }
        let mut names = Names::default();
        for (name, product) in &scenario.shop {
            names.shop.insert(name.clone(), bench.make_in_the_shop(product));
        }
        for (name, product) in &scenario.odoo {
            names.odoo.insert(name.clone(), bench.make_in_odoo(product));
        }
        let mut stage = Self {
            bench,
            names,
            told: Transcript::new(scenario.about.trim()),
        };
        if scenario.synced {
            for what in TYPES {
                stage.bench.tick();
                let job = stage.bench.run(&request(what, "both"), &Settings::new());
                assert_eq!(job.counts.fail_count, 0, "{:#?}", stage.bench.logs(&job));
            }
            stage.told.heading("both systems agree");
        } else {
            stage.told.heading("nothing is linked");
        }
        stage.told.text(&shown(&stage.bench));
        stage
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Edit(edit) => {
                self.told.heading(&describe(edit));
                edited(&self.bench, edit, &mut self.names);
            }
            Step::Run(run) => self.run(run),
            Step::Resolve(resolve) => self.resolve(resolve),
            Step::Restore(restore) => self.restore(restore),
            Step::Shop(change) => {
                self.told.heading(&format!("in the shop: {change:?}"));
                self.bench.change_the_shop(change, &mut self.names);
            }
            Step::Odoo(change) => {
                self.told.heading(&format!("in Odoo: {change:?}"));
                self.bench.change_odoo(change, &self.names);
            }
            Step::Wait(minutes) => {
                self.told.heading(&format!("{minutes} minutes pass"));
                self.bench.wait(*minutes);
            }
            Step::Link(link) => self.link(link),
        }
    }

    fn run(&mut self, run: &RunStep) {
        let strategy = run
            .strategy
            .as_deref()
            .map_or(String::new(), |name| format!(", {name}"));
        let full = if run.full { ", full" } else { "" };
        let dry = if run.dry { ", dry" } else { "" };
        let title = format!("run of {}, {}{strategy}{full}{dry}", run.of, run.direction);
        self.told.heading(&title);
        if let Some(meanwhile) = &run.meanwhile {
            self.plan(meanwhile);
        }
        let request = SyncRequest {
            full: run.full,
            dry_run: run.dry,
            ..request(&run.of, &run.direction)
        };
        let settings = run.strategy.as_ref().map(|name| {
            let setting = if run.of == "inventory" {
                "STOCK_STRATEGY"
            } else {
                "CONFLICT_STRATEGY"
            };
            (setting.to_owned(), name.clone())
        });
        let mark = self.bench.mark();
        let job = self.bench.run(&request, &settings.into_iter().collect());
        assert!(
            !self.bench.plans.are_left(),
            "something was planned and did not happen"
        );
        self.told.job(&self.bench, &job, mark);
    }

    /// Something happens while the next run is under way.
    fn plan(&mut self, meanwhile: &Meanwhile) {
        let (edit, before) = (&meanwhile.edit, &meanwhile.before);
        self.told
            .line(&format!("meanwhile, before {before}: {}", describe(edit)));
        let (edit, person) = (
            resolved(&self.bench, edit, &self.names),
            self.bench.person.clone(),
        );
        self.bench.plans.before(before, move || {
            person.sim_edit(&edit).unwrap();
        });
    }

    fn resolve(&mut self, resolve: &Resolve) {
        let value = resolve.value.clone();
        let said = value.clone().unwrap_or_default();
        let title = format!(
            "somebody decides about {}: {} {said}",
            resolve.field, resolve.winner
        );
        self.told.heading(title.trim());
        let open = |status| status == ConflictStatus::Open;
        let conflicts = self.bench.conflicts();
        let ids: Vec<i64> = conflicts
            .iter()
            .filter(|one| open(one.status) && named(&one.found.shopify_field, &resolve.field))
            .map(|one| one.id)
            .collect();
        assert!(!ids.is_empty(), "no conflict of {} is open", resolve.field);
        let winner = match resolve.winner.as_str() {
            "shopify" => Winner::Shopify,
            "odoo" => Winner::Odoo,
            _ => Winner::Value {
                shopify: value.map(Into::into),
                odoo: None,
            },
        };
        let decision = Decision::new(winner, "Ada").unwrap();
        let (person, mark) = (self.bench.person.clone(), self.bench.mark());
        let selection = ConflictSelection::Ids(ids);
        let decided = person.decide_conflicts(&selection, &decision, None).unwrap();
        if resolve.later {
            return;
        }
        let service = self.bench.service(&BTreeMap::new());
        let done = service
            .carry_out_decided(&decided, &StopFlag::default(), &mut |_| {})
            .unwrap();
        for job in &done.jobs {
            self.told.job(&self.bench, job, mark);
        }
    }

    fn restore(&mut self, restore: &Restore) {
        self.told
            .heading(&format!("what lost in {} is brought back", restore.field));
        let conflicts = self.bench.conflicts();
        let lost = conflicts
            .iter()
            .rfind(|one| named(&one.found.shopify_field, &restore.field));
        self.bench
            .person
            .restore_conflict(lost.unwrap().id, "Ada")
            .unwrap();
    }

    fn link(&mut self, link: &LinkStep) {
        self.told.heading(&format!(
            "{} of the shop and {} of Odoo are linked by hand",
            link.shop, link.odoo
        ));
        let (shop, odoo) = (self.names.shop[&link.shop], self.names.odoo[&link.odoo]);
        let linked = self
            .bench
            .person
            .link_records("product", &shop.to_string(), &odoo.to_string());
        linked.unwrap();
    }

    /// Runs of everything, of what changed and from the beginning, write nothing.
    fn is_quiet(&self) {
        for full in [false, true] {
            for what in TYPES {
                self.bench.tick();
                let mark = self.bench.mark();
                let job = self.bench.run(
                    &SyncRequest {
                        full,
                        ..request(what, "both")
                    },
                    &Settings::new(),
                );
                let written = self.bench.written_since(mark);
                let logs = self.bench.logs(&job);
                assert!(
                    written.iter().all(Vec::is_empty),
                    "{}\n{what}: {written:#?}\n{logs:#?}",
                    self.told.so_far()
                );
                assert_eq!(job.counts.success_count, 0, "{what}: {logs:#?}");
            }
        }
    }
}

pub(crate) fn request(what: &str, direction: &str) -> SyncRequest {
    SyncRequest::new(what, direction.parse().unwrap())
}

fn named(path: &str, field: &str) -> bool {
    path == field || path.ends_with(&format!(".{field}"))
}

fn edited(bench: &Bench, edit: &EditStep, names: &mut Names) {
    let made = bench.edit(&resolved(bench, edit, names)).made;
    if let Some(name) = &edit.makes {
        names
            .orders
            .insert(name.clone(), made.unwrap().id.parse().unwrap());
    }
}

/// The edit with the id of what it is about.
pub(crate) fn resolved(bench: &Bench, edit: &EditStep, names: &Names) -> Edit {
    let words: Vec<&str> = edit.what.splitn(3, ' ').collect();
    let [system, record_type, name] = words[..] else {
        panic!("`{}` names no system, type and record", edit.what);
    };
    let id = match (system, record_type) {
        ("shopify", "product") => names.shop[name].to_string(),
        ("shopify", "variant") => bench.variant(name).id.to_string(),
        ("shopify", "inventory") => format!("{}@{}", bench.variant(name).item_id, bench.location),
        ("shopify", _) => names.orders[name].to_string(),
        (_, "product") => bench.template(name, names).to_string(),
        (_, "variant") => bench.code(name).to_string(),
        (_, "inventory") => format!("{}@1", bench.code(name)),
        _ => bench.linked("order", names.orders[name]),
    };
    Edit {
        system: system.to_owned(),
        record_type: record_type.to_owned(),
        id,
        fields: edit.set.clone(),
    }
}
