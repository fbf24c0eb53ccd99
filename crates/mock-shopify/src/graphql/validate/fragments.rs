use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Node;
use apollo_compiler::ast::{FragmentDefinition, FragmentSpread, InlineFragment, Selection};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::response::JsonValue;

use super::Validator;
use super::operations::Place;
use super::usages::Usage;

/// A fragment where it is used.
pub(super) struct Spread<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) condition: &'a str,
    pub(super) place: Option<SourceSpan>,
}

impl<'d> Validator<'d> {
    pub(super) fn fragment(&mut self, fragment: &'d Node<FragmentDefinition>) {
        self.path = vec![format!("fragment {}", fragment.name)];
        self.usage.push(Usage::of_fragment(fragment));
        let name = fragment.name.as_str();
        if self
            .fragments
            .get(name)
            .is_some_and(|known| known.location() != fragment.location())
        {
            let message = format!("Fragment name \"{name}\" must be unique");
            self.report("fragmentNotUnique", message, fragment.location())
                .say("fragmentName", name);
        }
        if self.endless.contains(name) {
            let message = format!("Fragment {name} contains an infinite loop");
            self.report("infiniteLoop", message, fragment.location())
                .say("fragmentName", name);
        }
        self.directives(&fragment.directives, Place::FRAGMENT);
        if self.is_composite(&fragment.type_condition, fragment.location()) {
            self.merge(&fragment.type_condition, &fragment.selection_set);
            self.selections(&fragment.type_condition, &fragment.selection_set);
        }
    }

    pub(super) fn spread(&mut self, parent: &str, spread: &'d Node<FragmentSpread>) {
        let name = spread.fragment_name.as_str();
        self.path.push(format!("... {name}"));
        self.directives(&spread.directives, Place::SPREAD);
        if let Some(usage) = self.usage.last_mut() {
            usage.spreads.push(name);
        }
        match self.fragments.get(name).copied() {
            None => {
                let message = format!("Fragment {name} was used, but not defined");
                self.report("useAndDefineFragment", message, spread.location())
                    .say("fragmentName", name);
            }
            Some(fragment) if self.schema.types.contains_key(&fragment.type_condition) => {
                let spread = Spread {
                    name: Some(name),
                    condition: &fragment.type_condition,
                    place: spread.location(),
                };
                self.spread_possible(parent, &spread);
            }
            Some(_) => {}
        }
        self.path.pop();
    }

    pub(super) fn inline(&mut self, parent: &str, fragment: &'d Node<InlineFragment>) {
        self.path.push(match &fragment.type_condition {
            Some(condition) => format!("... on {condition}"),
            None => "...".to_owned(),
        });
        self.directives(&fragment.directives, Place::INLINE);
        match &fragment.type_condition {
            None => self.selections(parent, &fragment.selection_set),
            Some(condition) => {
                if self.is_composite(condition, fragment.location()) {
                    let spread = Spread {
                        name: None,
                        condition,
                        place: fragment.location(),
                    };
                    self.spread_possible(parent, &spread);
                    self.selections(condition, &fragment.selection_set);
                }
            }
        }
        self.path.pop();
    }

    /// Whether the type can have fields; says so if not.
    fn is_composite(&mut self, name: &str, place: Option<SourceSpan>) -> bool {
        match self.schema.types.get(name) {
            None => {
                let message = format!("No such type {name}, so it can't be a fragment condition");
                self.report("undefinedType", message, place).say("typeName", name);
                false
            }
            Some(ty) if ty.is_object() || ty.is_interface() || ty.is_union() => true,
            Some(_) => {
                let message = format!("Invalid fragment on type {name} (must be Union, Interface or Object)");
                self.report("fragmentOnNonCompositeType", message, place)
                    .say("typeName", name);
                false
            }
        }
    }

    /// Names of the fragments that contain themselves.
    pub(super) fn endless(&self) -> BTreeSet<&'d str> {
        let mut inside: BTreeMap<&'d str, Vec<&'d str>> = BTreeMap::new();
        let mut around: BTreeMap<&'d str, Vec<&'d str>> = BTreeMap::new();
        for (name, fragment) in &self.fragments {
            let known: Vec<&'d str> = spreads(&fragment.selection_set);
            let known: Vec<&'d str> = known
                .into_iter()
                .filter(|name| self.fragments.contains_key(name))
                .collect();
            for spread in &known {
                around.entry(spread).or_default().push(name);
            }
            inside.insert(name, known);
        }
        // Take away what ends, from the inside out; only loops and what leads into them stay.
        let mut open: BTreeMap<&'d str, usize> =
            inside.iter().map(|(name, list)| (*name, list.len())).collect();
        let mut done: Vec<&'d str> = open
            .iter()
            .filter(|(_, count)| **count == 0)
            .map(|(name, _)| *name)
            .collect();
        while let Some(name) = done.pop() {
            open.remove(name);
            for outer in around.get(name).into_iter().flatten() {
                if let Some(count) = open.get_mut(outer) {
                    *count -= 1;
                    if *count == 0 {
                        done.push(outer);
                    }
                }
            }
        }
        let loops = open
            .keys()
            .copied()
            .filter(|name| reaches(name, &inside))
            .take(super::MAX_REPORTS);
        loops.collect()
    }

    /// Fragments that nothing uses.
    pub(super) fn fragment_use(&mut self) {
        let used: BTreeSet<&str> = self
            .usage
            .iter()
            .flat_map(|usage| usage.spreads.iter().copied())
            .collect();
        let unused = self
            .fragments
            .values()
            .copied()
            .filter(|fragment| !used.contains(fragment.name.as_str()));
        for fragment in unused.collect::<Vec<_>>() {
            let name = fragment.name.as_str();
            let path = vec![JsonValue::from(format!("fragment {name}"))];
            let message = format!("Fragment {name} was defined, but not used");
            self.report_at("useAndDefineFragment", message, path, [fragment.location()])
                .say("fragmentName", name);
        }
    }
}

/// Whether one gets from this fragment back to it.
fn reaches(own: &str, inside: &BTreeMap<&str, Vec<&str>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![own];
    while let Some(name) = open.pop() {
        for next in inside.get(name).into_iter().flatten() {
            if *next == own {
                return true;
            }
            if seen.insert(*next) {
                open.push(next);
            }
        }
    }
    false
}

/// Names of the fragments spread anywhere below.
pub(super) fn spreads(selections: &[Selection]) -> Vec<&str> {
    let mut names = Vec::new();
    for selection in selections {
        match selection {
            Selection::Field(field) => names.extend(spreads(&field.selection_set)),
            Selection::InlineFragment(inline) => names.extend(spreads(&inline.selection_set)),
            Selection::FragmentSpread(spread) => names.push(spread.fragment_name.as_str()),
        }
    }
    names
}
