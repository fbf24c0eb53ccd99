use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{FragmentDefinition, InputValueDefinition, OperationDefinition, Type, Value};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::response::JsonValue;
use apollo_compiler::{Name, Node};

use super::{Validator, inner};

/// What one definition declares and uses.
pub(super) struct Usage<'d> {
    operation: Option<&'d Node<OperationDefinition>>,
    fragment: Option<&'d str>,
    pub(super) spreads: Vec<&'d str>,
    variables: Vec<Used<'d>>,
}

#[derive(Clone)]
struct Used<'d> {
    name: &'d str,
    place: Option<SourceSpan>,
    path: Vec<String>,
    by: String,
}

impl<'d> Usage<'d> {
    pub(super) fn of_operation(operation: &'d Node<OperationDefinition>) -> Self {
        Self {
            operation: Some(operation),
            fragment: None,
            spreads: Vec::new(),
            variables: Vec::new(),
        }
    }

    pub(super) fn of_fragment(fragment: &'d Node<FragmentDefinition>) -> Self {
        Self {
            operation: None,
            fragment: Some(fragment.name.as_str()),
            spreads: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// As messages call it.
    fn called(&self) -> String {
        match (self.operation, self.fragment) {
            (Some(operation), _) => match &operation.name {
                Some(name) => name.to_string(),
                None => format!("anonymous {}", operation.operation_type.name()),
            },
            (None, name) => name.unwrap_or_default().to_owned(),
        }
    }
}

impl<'d> Validator<'d> {
    pub(super) fn use_variable(&mut self, name: &'d Name, place: Option<SourceSpan>) {
        let path = self.path.clone();
        if let Some(usage) = self.usage.last_mut() {
            let by = usage.called();
            usage.variables.push(Used {
                name,
                place,
                path,
                by,
            });
        }
    }

    /// All variables anywhere in a value.
    pub(super) fn use_variables(&mut self, value: &'d Node<Value>) {
        match value.as_ref() {
            Value::Variable(name) => self.use_variable(name, value.location()),
            Value::List(items) => items.iter().for_each(|item| self.use_variables(item)),
            Value::Object(fields) => fields.iter().for_each(|(_, field)| self.use_variables(field)),
            _ => {}
        }
    }

    /// Whether a variable's declared type fits the argument it is used for.
    pub(super) fn variable_fits(
        &mut self,
        name: &Name,
        definition: &InputValueDefinition,
        place: Option<SourceSpan>,
    ) {
        let Some(variable) = self
            .variables
            .into_iter()
            .flatten()
            .find(|variable| variable.name == *name)
        else {
            return;
        };
        if !self.schema.types.contains_key(inner(&variable.ty)) {
            return;
        }
        let mut ty = variable.ty.as_ref().clone();
        let has_default = variable
            .default_value
            .as_ref()
            .is_some_and(|default| !default.is_null());
        if has_default || definition.default_value.is_some() {
            ty = ty.non_null();
        }
        let wanted = definition.ty.as_ref();
        let problem = if inner(&ty) != inner(wanted) {
            "Type mismatch"
        } else if depth(&ty) != depth(wanted) {
            "List dimension mismatch"
        } else if !levels_fit(wanted, &ty) {
            "Nullability mismatch"
        } else {
            return;
        };
        let (shown, wanted) = (variable.ty.to_string(), wanted.to_string());
        let argument = definition.name.as_str();
        let message = format!("{problem} on variable ${name} and argument {argument} ({shown} / {wanted})");
        self.report("variableMismatch", message, place)
            .say("variableName", name.as_str())
            .say("typeName", shown)
            .say("argumentName", argument)
            .say("errorMessage", problem);
    }

    /// Variables declared and not used, and used and not declared, fragments included.
    pub(super) fn variable_use(&mut self) {
        let fragments: BTreeMap<&str, usize> = self
            .usage
            .iter()
            .enumerate()
            .filter_map(|(at, usage)| usage.fragment.map(|name| (name, at)))
            .collect();
        for at in 0..self.usage.len() {
            let Some(operation) = self.usage[at].operation else {
                continue;
            };
            let used = self.followed(at, &fragments);
            let names: BTreeSet<&str> = used.iter().map(|used| used.name).collect();
            let called = self.usage[at].called();
            let kind = operation.operation_type.name();
            let path = operation
                .name
                .as_ref()
                .map_or(kind.to_owned(), |name| format!("{kind} {name}"));
            for variable in &operation.variables {
                let name = variable.name.as_str();
                if !names.contains(name) {
                    let message = format!("Variable ${name} is declared by {called} but not used");
                    self.report_at(
                        "variableNotUsed",
                        message,
                        vec![path.as_str().into()],
                        [operation.location()],
                    )
                    .say("variableName", name);
                }
            }
            let mut told = BTreeSet::new();
            for used in used {
                let declared = operation
                    .variables
                    .iter()
                    .any(|variable| variable.name == used.name);
                if !declared && told.insert(used.name) {
                    let message = format!("Variable ${} is used by {} but not declared", used.name, used.by);
                    let path = used
                        .path
                        .iter()
                        .map(|part| JsonValue::from(part.as_str()))
                        .collect();
                    self.report_at("variableNotDefined", message, path, [used.place])
                        .say("variableName", used.name);
                }
            }
        }
    }

    /// What a definition uses, with the fragments it spreads.
    fn followed(&self, at: usize, fragments: &BTreeMap<&str, usize>) -> Vec<Used<'d>> {
        let mut used = Vec::new();
        let mut seen = BTreeSet::from([at]);
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            used.extend(self.usage[at].variables.iter().cloned());
            let spreads = self.usage[at]
                .spreads
                .iter()
                .filter_map(|name| fragments.get(name).copied());
            open.extend(spreads.filter(|next| seen.insert(*next)));
        }
        used
    }
}

fn depth(ty: &Type) -> usize {
    match ty {
        Type::List(item) | Type::NonNullList(item) => 1 + depth(item),
        Type::Named(_) | Type::NonNullNamed(_) => 0,
    }
}

/// Whether nothing that may be null stands where it must not.
fn levels_fit(wanted: &Type, given: &Type) -> bool {
    if wanted.is_non_null() && !given.is_non_null() {
        return false;
    }
    match (wanted, given) {
        (Type::List(wanted) | Type::NonNullList(wanted), Type::List(given) | Type::NonNullList(given)) => {
            levels_fit(wanted, given)
        }
        _ => true,
    }
}
