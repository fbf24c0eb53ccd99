use apollo_compiler::Node;
use apollo_compiler::ast::{Field, Selection};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};

use super::operations::Place;
use super::{Validator, arguments, inner};

impl<'d> Validator<'d> {
    pub(super) fn selections(&mut self, parent: &str, selections: &'d [Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.field(parent, field),
                Selection::FragmentSpread(spread) => self.spread(parent, spread),
                Selection::InlineFragment(inline) => self.inline(parent, inline),
            }
        }
    }

    fn field(&mut self, parent: &str, field: &'d Node<Field>) {
        self.path.push(field.response_name().to_string());
        self.directives(&field.directives, Place::FIELD);
        if let Some(definition) = self.definition(parent, field) {
            let owner = arguments::Owner::Field(&field.name);
            self.arguments(owner, &definition.arguments, &field.arguments, field.location());
            self.below(field, definition);
        }
        self.path.pop();
    }

    fn definition(&mut self, parent: &str, field: &'d Node<Field>) -> Option<&'d FieldDefinition> {
        let schema = self.schema;
        if let Ok(definition) = schema.type_field(parent, &field.name) {
            return Some(definition);
        }
        if matches!(schema.types.get(parent), Some(ExtendedType::Union(_))) {
            let message = format!("Selections can't be made directly on unions (see selections on {parent})");
            self.report("selectionMismatch", message, field.location())
                .say("nodeName", parent);
            return None;
        }
        let name = field.name.as_str();
        let message = format!("Field '{name}' doesn't exist on type '{parent}'");
        self.report("undefinedField", message, field.location())
            .say("typeName", parent)
            .say("fieldName", name);
        None
    }

    /// Objects need a selection, leaves must not have one.
    fn below(&mut self, field: &'d Node<Field>, definition: &FieldDefinition) {
        let ty = inner(&definition.ty).as_str();
        let kind = match self.schema.types.get(ty) {
            Some(ExtendedType::Scalar(_)) => Some("scalar"),
            Some(ExtendedType::Enum(_)) => Some("enum"),
            _ => None,
        };
        let node = format!("field '{}'", field.name);
        let message = match kind {
            Some(kind) if !field.selection_set.is_empty() => {
                let list = field
                    .selection_set
                    .iter()
                    .map(shown)
                    .collect::<Vec<_>>()
                    .join(", ");
                format!(
                    "Selections can't be made on {kind}s ({node} returns {ty} but has selections [{list}])"
                )
            }
            None if field.selection_set.is_empty() => format!(
                "Field must have selections ({node} returns {ty} but has no selections. Did you mean '{} {{ ... }}'?)",
                field.name
            ),
            _ => {
                if !field.selection_set.is_empty() {
                    self.merge(ty, &field.selection_set);
                }
                return self.selections(ty, &field.selection_set);
            }
        };
        self.report("selectionMismatch", message, field.location())
            .say("nodeName", node)
            .say("typeName", ty);
    }
}

fn shown(selection: &Selection) -> String {
    match selection {
        Selection::Field(field) => format!("\"{}\"", field.name),
        Selection::FragmentSpread(spread) => format!("\"{}\"", spread.fragment_name),
        Selection::InlineFragment(inline) => {
            let condition = inline
                .type_condition
                .as_ref()
                .map_or("", apollo_compiler::Name::as_str);
            format!("\"... on {condition} {{ ... }}\"")
        }
    }
}
