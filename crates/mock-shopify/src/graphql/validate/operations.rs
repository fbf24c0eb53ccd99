use std::collections::BTreeSet;

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, DirectiveList, OperationDefinition, VariableDefinition};
use apollo_compiler::schema::{DirectiveLocation, ExtendedType};

use super::fragments::Spread;
use super::usages::Usage;
use super::{Validator, inner};

/// What a directive stands at: its name in the schema, and in messages.
#[derive(Clone, Copy)]
pub(super) struct Place(DirectiveLocation, &'static str);

impl Place {
    pub(super) const FIELD: Self = Self(DirectiveLocation::Field, "fields");
    pub(super) const SPREAD: Self = Self(DirectiveLocation::FragmentSpread, "fragment spreads");
    pub(super) const INLINE: Self = Self(DirectiveLocation::InlineFragment, "inline fragments");
    pub(super) const FRAGMENT: Self = Self(DirectiveLocation::FragmentDefinition, "fragment definitions");

    const ALL: [Self; 7] = [
        Self(DirectiveLocation::Query, "queries"),
        Self(DirectiveLocation::Mutation, "mutations"),
        Self(DirectiveLocation::Subscription, "subscriptions"),
        Self::FIELD,
        Self::FRAGMENT,
        Self::SPREAD,
        Self::INLINE,
    ];

    fn called(location: DirectiveLocation) -> &'static str {
        Self::ALL
            .iter()
            .find(|place| place.0 == location)
            .map_or("other places", |place| place.1)
    }
}

impl<'d> Validator<'d> {
    pub(super) fn document(&mut self) {
        let document = self.document;
        self.endless = self.endless();
        self.operation_names();
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => self.operation(operation),
                Definition::FragmentDefinition(fragment) => self.fragment(fragment),
                other => {
                    self.path.clear();
                    let message = "Query cannot contain schema definitions";
                    self.report("queryContainsSchemaDefinitions", message, other.location());
                }
            }
        }
        self.path.clear();
        self.fragment_use();
        self.variable_use();
    }

    fn operation_names(&mut self) {
        let document = self.document;
        let operations = document
            .definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::OperationDefinition(operation) => Some(operation),
                _ => None,
            });
        let operations: Vec<&Node<OperationDefinition>> = operations.collect();
        let mut seen = BTreeSet::new();
        for operation in &operations {
            let name = operation.name.as_ref().map(apollo_compiler::Name::as_str);
            let message = match name {
                None if operations.len() > 1 => {
                    "Operation name is required when multiple operations are present".to_owned()
                }
                Some(name) if !seen.insert(name) => format!("Operation name \"{name}\" must be unique"),
                _ => continue,
            };
            let report = self.report("uniquelyNamedOperations", message, operation.location());
            if let Some(name) = name {
                report.say("operationName", name);
            }
        }
    }

    fn operation(&mut self, operation: &'d Node<OperationDefinition>) {
        let kind = operation.operation_type.name();
        self.path = vec![match &operation.name {
            Some(name) => format!("{kind} {name}"),
            None => kind.to_owned(),
        }];
        self.usage.push(Usage::of_operation(operation));
        let Some(root) = self.schema.root_operation(operation.operation_type) else {
            let message = format!("Schema is not configured for {kind}s");
            let mut code = kind.to_owned();
            code.replace_range(..1, &kind[..1].to_uppercase());
            self.report(
                &format!("missing{code}Configuration"),
                message,
                operation.location(),
            );
            return;
        };
        let place = Place::ALL
            .iter()
            .find(|place| place.0.name() == kind.to_uppercase())
            .copied();
        self.directives(&operation.directives, place.unwrap_or(Place::FIELD));
        self.variable_definitions(&operation.variables);
        self.variables = Some(&operation.variables);
        let root = root.as_str();
        self.merge(root, &operation.selection_set);
        self.selections(root, &operation.selection_set);
        self.variables = None;
    }

    fn variable_definitions(&mut self, variables: &'d [Node<VariableDefinition>]) {
        let mut seen = BTreeSet::new();
        for variable in variables {
            let name = &variable.name;
            if !seen.insert(name) {
                let message = format!("There can only be one variable named \"{name}\"");
                self.report("variableNotUnique", message, variable.location())
                    .say("variableName", name.as_str());
            }
            let type_name = inner(&variable.ty);
            match self.schema.types.get(type_name) {
                None => {
                    let message = format!("{type_name} isn't a defined input type (on ${name})");
                    self.report("variableRequiresValidType", message, variable.location())
                        .say("typeName", type_name.as_str())
                        .say("variableName", name.as_str());
                }
                Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_)) => {
                    let message = format!("{type_name} isn't a valid input type (on ${name})");
                    self.report("variableRequiresValidType", message, variable.location())
                        .say("typeName", type_name.as_str())
                        .say("variableName", name.as_str());
                }
                Some(_) => self.variable_default(variable),
            }
        }
    }

    fn variable_default(&mut self, variable: &'d Node<VariableDefinition>) {
        let Some(default) = &variable.default_value else {
            return;
        };
        let Err(wrong) = self.literal(default, &variable.ty) else {
            return;
        };
        let name = &variable.name;
        let message = wrong
            .text
            .unwrap_or_else(|| format!("Default value for ${name} doesn't match type {}", variable.ty));
        self.report("defaultValueInvalidType", message, variable.location())
            .say("variableName", name.as_str())
            .say("typeName", variable.ty.to_string());
    }

    pub(super) fn directive_list(&mut self, directives: &'d DirectiveList, place: Place) {
        let mut seen = BTreeSet::new();
        for directive in directives {
            let name = directive.name.as_str();
            let Some(definition) = self.schema.directive_definitions.get(name) else {
                let message = format!("Directive @{name} is not defined");
                self.report("undefinedDirective", message, directive.location())
                    .say("directiveName", name);
                continue;
            };
            if !definition.locations.contains(&place.0) {
                let allowed: Vec<&str> = definition
                    .locations
                    .iter()
                    .map(|location| Place::called(*location))
                    .collect();
                let message = format!(
                    "'@{name}' can't be applied to {} (allowed: {})",
                    place.1,
                    allowed.join(", ")
                );
                self.report("directiveCannotBeApplied", message, directive.location())
                    .say("targetName", place.1)
                    .say("name", name);
                continue;
            }
            if !seen.insert(name) && !definition.repeatable {
                let message = format!("The directive \"{name}\" can only be used once at this location.");
                self.report("directiveNotUniqueForLocation", message, directive.location())
                    .say("directiveName", name);
            }
            let owner = super::arguments::Owner::Directive(name);
            self.arguments(
                owner,
                &definition.arguments,
                &directive.arguments,
                directive.location(),
            );
        }
    }

    /// A fragment spread or inline fragment that can never apply where it stands.
    pub(super) fn spread_possible(&mut self, parent: &str, spread: &Spread<'_>) {
        let condition = spread.condition;
        let parents = self.possible(parent);
        if self.possible(condition).iter().any(|name| parents.contains(name)) {
            return;
        }
        let shown = spread.name.map(|name| format!(" {name}")).unwrap_or_default();
        let message = format!("Fragment{shown} on {condition} can't be spread inside {parent}");
        self.report("cannotSpreadFragment", message, spread.place)
            .say("typeName", condition)
            .say("fragmentName", spread.name.unwrap_or("unknown"))
            .say("parentName", parent);
    }

    /// The object types that a type stands for.
    fn possible(&self, name: &str) -> Vec<&'d str> {
        match self.schema.types.get(name) {
            Some(ExtendedType::Object(object)) => vec![object.name.as_str()],
            Some(ExtendedType::Union(union)) => {
                union.members.iter().map(|member| member.name.as_str()).collect()
            }
            Some(ExtendedType::Interface(interface)) => {
                let objects = self.schema.types.values().filter_map(|ty| ty.as_object());
                let members = objects.filter(|object| object.implements_interfaces.contains(&interface.name));
                members.map(|object| object.name.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }
}
