//! What is offered is a part of Shopify's schema and nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use apollo_compiler::Schema;
use apollo_compiler::ast::{Directive, DirectiveList, InputValueDefinition};
use apollo_compiler::schema::{Component, ExtendedType, FieldDefinition};

const OURS: &str = include_str!("../../schema.graphql");

fn parse(sdl: &str) -> Schema {
    Schema::parse(
        format!("directive @oneOf on INPUT_OBJECT\n{sdl}"),
        "schema.graphql",
    )
    .unwrap()
}

fn directives<'a>(list: impl IntoIterator<Item = &'a Directive>) -> String {
    let mut shown: Vec<String> = list.into_iter().map(ToString::to_string).collect();
    shown.sort();
    shown.join(" ")
}

fn of(list: &DirectiveList) -> String {
    directives(list.iter().map(AsRef::as_ref))
}

fn argument(argument: &InputValueDefinition) -> String {
    let default = argument
        .default_value
        .as_ref()
        .map(|value| format!(" = {value}"))
        .unwrap_or_default();
    format!(
        "{}: {}{default} {}",
        argument.name,
        argument.ty,
        of(&argument.directives)
    )
}

fn field(field: &Component<FieldDefinition>) -> String {
    let arguments = field
        .arguments
        .iter()
        .map(|a| argument(a))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "{}({arguments}): {} {}",
        field.name,
        field.ty,
        of(&field.directives)
    )
}

/// A type as a kind with its lines by name; lines of objects and interfaces may be fewer than in the original.
fn lines(ty: &ExtendedType) -> (&'static str, String, BTreeMap<String, String>) {
    let fields = |fields: &mut dyn Iterator<Item = (&apollo_compiler::Name, &Component<FieldDefinition>)>| {
        fields.map(|(name, f)| (name.to_string(), field(f))).collect()
    };
    match ty {
        ExtendedType::Scalar(ty) => (
            "scalar",
            directives(ty.directives.iter().map(AsRef::as_ref)),
            BTreeMap::new(),
        ),
        ExtendedType::Object(ty) => (
            "type",
            directives(ty.directives.iter().map(AsRef::as_ref)),
            fields(&mut ty.fields.iter()),
        ),
        ExtendedType::Interface(ty) => (
            "interface",
            directives(ty.directives.iter().map(AsRef::as_ref)),
            fields(&mut ty.fields.iter()),
        ),
        ExtendedType::Union(ty) => {
            let members = ty
                .members
                .iter()
                .map(|member| (member.name.to_string(), String::new()));
            (
                "union",
                directives(ty.directives.iter().map(AsRef::as_ref)),
                members.collect(),
            )
        }
        ExtendedType::Enum(ty) => {
            let values = ty
                .values
                .values()
                .map(|value| (value.value.to_string(), of(&value.directives)));
            (
                "enum",
                directives(ty.directives.iter().map(AsRef::as_ref)),
                values.collect(),
            )
        }
        ExtendedType::InputObject(ty) => {
            let fields = ty
                .fields
                .values()
                .map(|field| (field.name.to_string(), argument(field)));
            (
                "input",
                directives(ty.directives.iter().map(AsRef::as_ref)),
                fields.collect(),
            )
        }
    }
}

fn interfaces(ty: &ExtendedType) -> Vec<String> {
    match ty {
        ExtendedType::Object(ty) => ty.implements_interfaces.iter().map(ToString::to_string).collect(),
        ExtendedType::Interface(ty) => ty.implements_interfaces.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn it_is_a_valid_schema_without_descriptions() {
    Schema::parse_and_validate(
        format!("directive @oneOf on INPUT_OBJECT\n{OURS}"),
        "schema.graphql",
    )
    .unwrap();
    assert!(!OURS.contains("\"\"\""));
}

/// Compares with the published schema, where a folder with `admin-schema-2026-10.graphql` is named.
#[test]
fn it_is_a_part_of_the_published_schema() {
    let Some(folder) = std::env::var_os("SHOPIFY_WIRE_DIR").map(PathBuf::from) else {
        eprintln!("SHOPIFY_WIRE_DIR is not set: nothing to compare with");
        return;
    };
    let theirs = parse(&std::fs::read_to_string(folder.join("admin-schema-2026-10.graphql")).unwrap());
    let ours = parse(OURS);
    let mut wrong = Vec::new();
    for (name, ty) in ours.types.iter().filter(|(_, ty)| !ty.is_built_in()) {
        let Some(original) = theirs.types.get(name) else {
            wrong.push(format!("invented type {name}"));
            continue;
        };
        let ((kind, own, mine), (their_kind, their_own, all)) = (lines(ty), lines(original));
        if (kind, &own) != (their_kind, &their_own) {
            wrong.push(format!(
                "{name}: {kind} {own} instead of {their_kind} {their_own}"
            ));
        }
        for (line, text) in &mine {
            match all.get(line) {
                None => wrong.push(format!("invented {name}.{line}")),
                Some(original) if original != text => {
                    wrong.push(format!("{name}: {text}\n  instead of {original}"));
                }
                Some(_) => {}
            }
        }
        if matches!(kind, "enum" | "input") && mine.len() != all.len() {
            wrong.push(format!("{kind} {name} is not whole"));
        }
        let whole = interfaces(original);
        wrong.extend(
            interfaces(ty)
                .into_iter()
                .filter(|i| !whole.contains(i))
                .map(|i| format!("{name} implements {i}")),
        );
    }
    for (name, directive) in ours
        .directive_definitions
        .iter()
        .filter(|(name, d)| !d.is_built_in() && *name != "oneOf")
    {
        let text = theirs.directive_definitions.get(name).map(|original| {
            let mut original = original.as_ref().clone();
            original.description = None;
            for argument in &mut original.arguments {
                argument.make_mut().description = None;
            }
            original.to_string()
        });
        assert_eq!(text, Some(directive.to_string()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
