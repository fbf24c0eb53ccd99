use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Node;
use apollo_compiler::ast::{Field, Selection};
use apollo_compiler::parser::SourceSpan;

use super::Validator;

/// Most selections compared in a document.
const MAX_STEPS: u32 = 200_000;
/// Most fragments followed from one selection set.
const MAX_CHAIN: usize = 200;

/// A field with the type it is selected on.
type Selected<'d> = (&'d Node<Field>, String);

impl<'d> Validator<'d> {
    /// Fields that would stand under the same key must be the same.
    pub(super) fn merge(&mut self, parent: &str, selections: &'d [Selection]) {
        let mut found: BTreeMap<&'d str, Vec<Selected<'d>>> = BTreeMap::new();
        let mut order = Vec::new();
        self.gather(parent, selections, &mut found, &mut order, &mut BTreeSet::new());
        for key in order {
            let fields = found.remove(key).unwrap_or_default();
            self.same(key, &fields);
        }
    }

    fn gather(
        &self,
        parent: &str,
        selections: &'d [Selection],
        found: &mut BTreeMap<&'d str, Vec<Selected<'d>>>,
        order: &mut Vec<&'d str>,
        seen: &mut BTreeSet<&'d str>,
    ) {
        for selection in selections {
            self.merge_steps.set(self.merge_steps.get().saturating_add(1));
            // What is too long or too deep to compare here is left to the library's own validation.
            if self.merge_steps.get() > MAX_STEPS || seen.len() > MAX_CHAIN {
                return;
            }
            match selection {
                Selection::Field(field) => {
                    let key = field.response_name().as_str();
                    let fields = found.entry(key).or_default();
                    if fields.is_empty() {
                        order.push(key);
                    }
                    fields.push((field, parent.to_owned()));
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline
                        .type_condition
                        .as_ref()
                        .map_or(parent, |name| name.as_str());
                    self.gather(condition, &inline.selection_set, found, order, seen);
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    if let Some(fragment) = self.fragments.get(name).copied().filter(|_| seen.insert(name)) {
                        self.gather(
                            &fragment.type_condition,
                            &fragment.selection_set,
                            found,
                            order,
                            seen,
                        );
                    }
                }
            }
        }
    }

    fn same(&mut self, key: &str, fields: &[Selected<'d>]) {
        let Some((first, on)) = fields.first() else { return };
        // Two object types never meet in one object.
        let may_meet = |other: &str| {
            let is_object = |name: &str| self.schema.get_object(name).is_some();
            on == other || !is_object(on) || !is_object(other)
        };
        let others = fields[1..].iter().filter(|(_, other)| may_meet(other));
        let others: Vec<&'d Node<Field>> = others.map(|(field, _)| *field).collect();
        let name = |field: &Node<Field>| field.name.to_string();
        let arguments = |field: &Node<Field>| {
            let mut list: Vec<String> = field
                .arguments
                .iter()
                .map(|argument| {
                    format!(
                        "{}:{:?}",
                        argument.name,
                        argument.value.serialize().no_indent().to_string()
                    )
                })
                .collect();
            list.sort();
            format!("{{{}}}", list.join(","))
        };
        for (kind, article, show) in [
            ("field", "a", &name as &dyn Fn(&Node<Field>) -> String),
            ("argument", "an", &arguments),
        ] {
            let mut shown = vec![show(first)];
            let mut places: Vec<Option<SourceSpan>> = vec![first.location()];
            for other in &others {
                let text = show(other);
                if text != shown[0] && (kind == "field" || other.name == first.name) {
                    shown.push(text);
                    places.push(other.location());
                }
            }
            if shown.len() > 1 {
                let conflicts = shown.join(" or ");
                let message = format!("Field '{key}' has {article} {kind} conflict: {conflicts}?");
                self.report_at("fieldConflict", message, Vec::new(), places)
                    .say("fieldName", key)
                    .say("conflicts", conflicts);
            }
        }
    }
}
