use std::collections::BTreeSet;

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
        if self.is_endless(fragment) {
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

    /// Whether the fragment contains itself.
    fn is_endless(&self, fragment: &Node<FragmentDefinition>) -> bool {
        let own = fragment.name.as_str();
        let mut seen = BTreeSet::new();
        let mut open = spreads(&fragment.selection_set);
        while let Some(name) = open.pop() {
            if name == own {
                return true;
            }
            if let Some(next) = self.fragments.get(name).filter(|_| seen.insert(name)) {
                open.extend(spreads(&next.selection_set));
            }
        }
        false
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
