use std::collections::BTreeSet;

use apollo_compiler::ast::{Argument, InputValueDefinition, Type, Value};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node};

use super::{Validator, inner};

/// What an argument belongs to.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    Field(&'a str),
    Directive(&'a str),
    InputObject(&'a str),
}

impl<'a> Owner<'a> {
    fn kind(self) -> &'static str {
        match self {
            Self::Field(_) => "Field",
            Self::Directive(_) => "Directive",
            Self::InputObject(_) => "InputObject",
        }
    }

    fn name(self) -> &'a str {
        match self {
            Self::Field(name) | Self::Directive(name) | Self::InputObject(name) => name,
        }
    }
}

/// One argument, or one field of an input object.
struct Given<'d> {
    name: &'d Name,
    value: &'d Node<Value>,
    place: Option<SourceSpan>,
}

impl<'d> Validator<'d> {
    pub(super) fn arguments(
        &mut self,
        owner: Owner<'_>,
        known: &'d [Node<InputValueDefinition>],
        given: &'d [Node<Argument>],
        place: Option<SourceSpan>,
    ) {
        let list: Vec<Given<'d>> = given
            .iter()
            .map(|argument| Given {
                name: &argument.name,
                value: &argument.value,
                place: argument.location(),
            })
            .collect();
        self.unique(&list);
        let known: Vec<&'d InputValueDefinition> = known.iter().map(AsRef::as_ref).collect();
        self.given(owner, &known, &list, place);
        let missing = known.iter().filter(|argument| argument.is_required());
        let missing: Vec<&str> = missing
            .filter(|argument| !list.iter().any(|given| *given.name == argument.name))
            .map(|argument| argument.name.as_str())
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let message = format!(
                "{} '{}' is missing required arguments: {missing}",
                owner.kind(),
                owner.name()
            );
            self.report("missingRequiredArguments", message, place)
                .say("className", owner.kind())
                .say("name", owner.name())
                .say("arguments", missing);
        }
    }

    fn unique(&mut self, list: &[Given<'d>]) {
        let mut seen = BTreeSet::new();
        for given in list {
            let name = given.name.as_str();
            if !seen.insert(name) {
                let message = format!("There can be only one argument named \"{name}\"");
                self.report("argumentNotUnique", message, given.place)
                    .say("name", name);
            }
        }
    }

    /// Each given argument: known, of the right type, variables included.
    fn given(
        &mut self,
        owner: Owner<'_>,
        known: &[&'d InputValueDefinition],
        list: &[Given<'d>],
        place: Option<SourceSpan>,
    ) {
        for given in list {
            let name = given.name.as_str();
            self.path.push(name.to_owned());
            match known.iter().find(|argument| argument.name == name) {
                None => {
                    let message = format!(
                        "{} '{}' doesn't accept argument '{name}'",
                        owner.kind(),
                        owner.name()
                    );
                    self.report("argumentNotAccepted", message, given.place)
                        .say("name", owner.name())
                        .say("typeName", owner.kind())
                        .say("argumentName", name);
                    self.use_variables(given.value);
                }
                Some(definition) => self.value(owner, definition, given, place),
            }
            self.path.pop();
        }
    }

    fn value(
        &mut self,
        owner: Owner<'_>,
        definition: &'d InputValueDefinition,
        given: &Given<'d>,
        place: Option<SourceSpan>,
    ) {
        if let Value::Variable(name) = given.value.as_ref() {
            self.use_variable(name, given.value.location());
            self.variable_fits(name, definition, given.place);
            return;
        }
        if let Err(wrong) = self.literal(given.value, &definition.ty) {
            let name = given.name.as_str();
            if let Some(text) = wrong.text {
                self.report("argumentLiteralsIncompatible", text, place)
                    .say("typeName", "CoercionError");
            } else {
                let message = format!(
                    "Argument '{name}' on {} '{}' has an invalid value ({}). Expected type '{}'.",
                    owner.kind(),
                    owner.name(),
                    given.value.serialize().no_indent(),
                    definition.ty
                );
                self.report("argumentLiteralsIncompatible", message, place)
                    .say("typeName", owner.kind())
                    .say("argumentName", name);
            }
        }
        self.nested(&definition.ty, given.value);
    }

    /// Input objects inside a value are checked like argument lists of their own.
    fn nested(&mut self, ty: &'d Type, value: &'d Node<Value>) {
        match value.as_ref() {
            Value::List(items) => {
                for item in items {
                    if let Value::Variable(name) = item.as_ref() {
                        self.use_variable(name, item.location());
                    }
                    self.nested(ty, item);
                }
            }
            Value::Object(fields) => match self.schema.types.get(inner(ty)) {
                Some(ExtendedType::InputObject(object)) => self.input_object(object, value, fields),
                // A custom scalar such as JSON: anything goes.
                _ => self.use_variables(value),
            },
            _ => {}
        }
    }

    fn input_object(
        &mut self,
        object: &'d InputObjectType,
        value: &'d Node<Value>,
        fields: &'d [(Name, Node<Value>)],
    ) {
        let list: Vec<Given<'d>> = fields
            .iter()
            .map(|(name, value)| Given {
                name,
                value,
                place: name.location(),
            })
            .collect();
        self.unique(&list);
        let known: Vec<&'d InputValueDefinition> =
            object.fields.values().map(|field| field.node.as_ref()).collect();
        let owner = Owner::InputObject(&object.name);
        self.given(owner, &known, &list, value.location());
        for field in known.iter().filter(|field| field.ty.is_non_null()) {
            if list.iter().any(|given| *given.name == field.name) {
                continue;
            }
            let (name, ty, input) = (field.name.as_str(), field.ty.to_string(), object.name.as_str());
            self.path.push(name.to_owned());
            let message =
                format!("Argument '{name}' on InputObject '{input}' is required. Expected type {ty}");
            self.report("missingRequiredInputObjectAttribute", message, value.location())
                .say("argumentName", name)
                .say("argumentType", ty)
                .say("inputObjectType", input);
            self.path.pop();
        }
        if object.directives.has("oneOf") {
            self.one_of(object, value, &list);
        }
    }

    fn one_of(&mut self, object: &'d InputObjectType, value: &'d Node<Value>, list: &[Given<'d>]) {
        let input = object.name.as_str();
        let [only] = list else {
            let message = format!("OneOf Input Object '{input}' must specify exactly one key.");
            self.report("invalidOneOfInputObject", message, value.location())
                .say("inputObjectType", input);
            return;
        };
        let (message, place) = match only.value.as_ref() {
            Value::Null => (
                format!("Field '{input}.{}' must be non-null.", only.name),
                only.place,
            ),
            Value::Variable(name) if self.is_nullable_variable(name) => {
                let text = format!(
                    "Variable '{name}' must be non-nullable to be used for OneOf Input Object '{input}'."
                );
                (text, value.location())
            }
            _ => return,
        };
        self.path.push(only.name.to_string());
        self.report("invalidOneOfInputObject", message, place)
            .say("inputObjectType", input);
        self.path.pop();
    }

    fn is_nullable_variable(&self, name: &Name) -> bool {
        let declared = self
            .variables
            .into_iter()
            .flatten()
            .find(|variable| variable.name == *name);
        declared.is_some_and(|variable| !variable.ty.is_non_null())
    }
}
