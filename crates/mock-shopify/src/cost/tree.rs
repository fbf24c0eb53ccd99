use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Field, Operation, OperationType, Selection, Value};
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Schema};

use super::weight;

/// Objects that cost nothing, with all that is below them (recorded).
const FREE: [&str; 9] = [
    "MoneyV2",
    "MoneyBag",
    "MailingAddress",
    "LocationAddress",
    "ShopAddress",
    "Weight",
    "InventoryItemMeasurement",
    "CustomerEmailAddress",
    "CustomerPhoneNumber",
];

/// What any mutation costs before what it answers; also what a count at the root costs.
const TEN: u64 = 10;
/// What a connection costs before its nodes.
const CONNECTION: u64 = 2;
/// A document is looked at no further than this many fields: it costs too much by then.
const MAX_FIELDS: u32 = 100_000;

/// What a document's fields cost.
pub(crate) struct CostTree<'d> {
    roots: Vec<Priced<'d>>,
    too_much: bool,
}

/// A field that costs something, or holds some that do.
struct Priced<'d> {
    key: &'d str,
    kind: Kind<'d>,
}

enum Kind<'d> {
    /// A flat price.
    Flat(u64),
    /// An object or a list of objects: this much, and what is below.
    Object(u64, Below<'d>),
    /// A page of this size; of what a node costs below itself, if nodes are asked for.
    Connection(u64, Option<Below<'d>>),
}

/// Fields below an object: one alternative per type that it may have.
struct Below<'d>(Vec<Vec<Priced<'d>>>);

impl<'d> CostTree<'d> {
    pub(crate) fn new(
        schema: &'d Schema,
        document: &'d ExecutableDocument,
        operation: &'d Operation,
        variables: &'d JsonMap,
    ) -> Self {
        let mut builder = Builder {
            schema,
            document,
            variables,
            left: MAX_FIELDS,
        };
        let mutation = operation.operation_type == OperationType::Mutation;
        let set = operation.selection_set.selections.as_slice();
        let mut roots = Vec::new();
        for (key, fields) in builder.merged(&operation.selection_set.ty, &[set]) {
            let kind = match fields.first() {
                Some(field) if mutation && !field.name.starts_with("__") => Some(Kind::Object(
                    TEN + builder.input_price(field),
                    builder.payload(&fields),
                )),
                Some(field) if inner(field) == "Count" => Some(Kind::Flat(TEN)),
                _ => builder.kind(&fields),
            };
            roots.extend(kind.map(|kind| Priced { key, kind }));
        }
        Self {
            roots,
            too_much: builder.left == 0,
        }
    }

    /// The cost that has to fit into the bucket before the document is run.
    pub(crate) fn requested(&self) -> u64 {
        if self.too_much {
            u64::MAX
        } else {
            total(&self.roots)
        }
    }

    /// What it cost, by the rows that were answered.
    pub(crate) fn actual(&self, data: Option<&JsonMap>) -> u64 {
        let empty = JsonMap::new();
        answered(&self.roots, data.unwrap_or(&empty))
    }
}

impl CostTree<'_> {
    /// `extensions.cost.fields`: path, own price, price with what is below, and of what is below.
    pub(crate) fn details(&self) -> JsonValue {
        let mut list = Vec::new();
        describe(&self.roots, &mut Vec::new(), &mut list);
        JsonValue::Array(list)
    }
}

fn describe(fields: &[Priced<'_>], path: &mut Vec<JsonValue>, list: &mut Vec<JsonValue>) {
    let number = |number: u64| JsonValue::from(i64::try_from(number).unwrap_or(i64::MAX));
    for field in fields {
        path.push(field.key.into());
        let own = match &field.kind {
            Kind::Flat(price) | Kind::Object(price, _) => *price,
            Kind::Connection(..) => CONNECTION,
        };
        let total = field.requested();
        let mut entry = JsonMap::new();
        entry.insert("path", JsonValue::Array(path.clone()));
        entry.insert("definedCost", number(own));
        entry.insert("requestedTotalCost", number(total));
        entry.insert("requestedChildrenCost", number(total.saturating_sub(own)));
        list.push(JsonValue::Object(entry));
        let below = match &field.kind {
            Kind::Object(_, below) | Kind::Connection(_, Some(below)) => below.0.as_slice(),
            Kind::Flat(_) | Kind::Connection(_, None) => &[],
        };
        for alternative in below {
            describe(alternative, path, list);
        }
        path.pop();
    }
}

fn total(fields: &[Priced<'_>]) -> u64 {
    fields
        .iter()
        .fold(0, |sum: u64, field| sum.saturating_add(field.requested()))
}

fn answered(fields: &[Priced<'_>], object: &JsonMap) -> u64 {
    let cost = |field: &Priced<'_>| field.actual(object.get(field.key).unwrap_or(&JsonValue::Null));
    fields.iter().map(cost).sum()
}

impl Priced<'_> {
    fn requested(&self) -> u64 {
        match &self.kind {
            Kind::Flat(price) => *price,
            Kind::Object(price, below) => price.saturating_add(below.requested()),
            Kind::Connection(size, node) => {
                let node = node.as_ref().map_or(0, |node| node.requested().saturating_add(1));
                CONNECTION.saturating_add(weight(*size).saturating_mul(node))
            }
        }
    }

    fn actual(&self, value: &JsonValue) -> u64 {
        match &self.kind {
            Kind::Flat(price) => *price,
            Kind::Object(price, below) => price + below.actual(value),
            Kind::Connection(size, node) => {
                let (Some(node), Some(page)) = (node, value.as_object().filter(|_| *size > 0)) else {
                    return CONNECTION;
                };
                let rows: u64 = rows(page).map(|row| 1 + node.actual(row)).sum();
                CONNECTION + (weight(*size) * rows).div_ceil(*size)
            }
        }
    }
}

impl Below<'_> {
    /// The dearest alternative.
    fn requested(&self) -> u64 {
        self.0.iter().map(|fields| total(fields)).max().unwrap_or(0)
    }

    /// Of a list the dearest item; of an object the alternative that has most of its keys.
    fn actual(&self, value: &JsonValue) -> u64 {
        match value {
            JsonValue::Array(items) => items.iter().map(|item| self.actual(item)).max().unwrap_or(0),
            JsonValue::Object(object) => {
                let has =
                    |fields: &&Vec<Priced<'_>>| fields.iter().filter(|f| object.contains_key(f.key)).count();
                let best = if self.0.len() == 1 {
                    self.0.first()
                } else {
                    self.0.iter().max_by_key(has)
                };
                best.map_or(0, |fields| answered(fields, object))
            }
            _ => 0,
        }
    }
}

/// The nodes of a page, through `nodes` or `edges`, whatever they are called in the answer.
fn rows(page: &JsonMap) -> impl Iterator<Item = &JsonValue> {
    let lists = page.values().filter_map(JsonValue::as_array);
    let list = lists.max_by_key(|list| list.len()).map_or(&[][..], |list| list);
    list.iter()
        .map(|row| row.as_object().and_then(|edge| edge.get("node")).unwrap_or(row))
}

/// Fields under one response key.
type Merged<'d> = IndexMap<&'d str, Vec<&'d Field>>;

struct Builder<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    variables: &'d JsonMap,
    left: u32,
}

impl<'d> Builder<'d> {
    /// `None` for what costs nothing.
    fn kind(&mut self, fields: &[&'d Field]) -> Option<Kind<'d>> {
        let field = fields.first()?;
        let ty = inner(field);
        if FREE.contains(&ty) || self.is_leaf(field) {
            return None;
        }
        if ty.ends_with("Connection") {
            let nodes = self.nodes(fields);
            let node = if nodes.is_empty() {
                None
            } else {
                Some(self.below(&nodes))
            };
            return Some(Kind::Connection(self.page_size(field), node));
        }
        Some(Kind::Object(1, self.below(fields)))
    }

    /// 0.2 points per variant that is written (recorded for 1,499 variants at once: 310).
    fn input_price(&self, field: &Field) -> u64 {
        let list = match field.name.as_str() {
            "productVariantsBulkCreate" | "productVariantsBulkUpdate" => self.length(field, &["variants"]),
            "productSet" => self.length(field, &["input", "variants"]),
            _ => 0,
        };
        (list + 2) / 5
    }

    /// The length of the list at this path of arguments.
    fn length(&self, field: &Field, path: &[&str]) -> u64 {
        let Some((first, rest)) = path.split_first() else {
            return 0;
        };
        let argument = field.arguments.iter().find(|argument| argument.name == *first);
        let mut literal = argument.map(|argument| argument.value.as_ref());
        let mut rest = rest.iter();
        while let Some(value) = literal {
            match value {
                Value::Variable(name) => {
                    let mut json = self.variables.get(name.as_str());
                    for part in rest {
                        json = json
                            .and_then(JsonValue::as_object)
                            .and_then(|object| object.get(*part));
                    }
                    return json
                        .and_then(JsonValue::as_array)
                        .map_or(0, |list| list.len() as u64);
                }
                Value::List(list) => return list.len() as u64,
                Value::Object(entries) => {
                    let Some(part) = rest.next() else { return 0 };
                    literal = entries
                        .iter()
                        .find(|(name, _)| name == part)
                        .map(|(_, value)| value.as_ref());
                }
                _ => return 0,
            }
        }
        0
    }

    /// The objects of the payload itself are free, what is below them is not.
    fn payload(&mut self, fields: &[&'d Field]) -> Below<'d> {
        let Some(payload) = fields.first() else {
            return Below(Vec::new());
        };
        let mut list = Vec::new();
        for (key, fields) in self.merged(inner(payload), &selections(fields)) {
            let kind = match self.kind(&fields) {
                Some(Kind::Object(_, below)) => Some(Kind::Object(0, below)),
                other => other,
            };
            list.extend(kind.map(|kind| Priced { key, kind }));
        }
        Below(vec![list])
    }

    fn is_leaf(&self, field: &Field) -> bool {
        let ty = self.schema.types.get(inner(field));
        matches!(ty, None | Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)))
    }

    fn below(&mut self, fields: &[&'d Field]) -> Below<'d> {
        let Some(field) = fields.first() else {
            return Below(Vec::new());
        };
        let ty = inner(field);
        if FREE.contains(&ty) || self.is_leaf(field) {
            return Below(Vec::new());
        }
        let sets = selections(fields);
        let members = self.members(ty, &sets);
        let alternatives = members.into_iter().map(|member| self.list(member, &sets));
        Below(alternatives.collect())
    }

    fn list(&mut self, ty: &str, sets: &[&'d [Selection]]) -> Vec<Priced<'d>> {
        let merged = self.merged(ty, sets);
        let priced = merged.into_iter().filter_map(|(key, fields)| {
            let kind = self.kind(&fields)?;
            Some(Priced { key, kind })
        });
        priced.collect()
    }

    /// The types to look at: the type itself, or of an abstract one those that fragments name and one other.
    fn members(&mut self, ty: &'d str, sets: &[&'d [Selection]]) -> Vec<&'d str> {
        let mut members: Vec<&'d str> = match self.schema.types.get(ty) {
            Some(ExtendedType::Union(union)) => {
                union.members.iter().map(|member| member.name.as_str()).collect()
            }
            Some(ExtendedType::Interface(interface)) => {
                let objects = self.schema.types.values().filter_map(ExtendedType::as_object);
                let members = objects.filter(|object| object.implements_interfaces.contains(&interface.name));
                members.map(|object| object.name.as_str()).collect()
            }
            _ => return vec![ty],
        };
        let mut named = Vec::new();
        for set in sets {
            self.conditions(set, &mut named, &mut Vec::new());
        }
        let other = members.iter().copied().find(|member| !named.contains(member));
        members.retain(|member| named.contains(member) || Some(*member) == other);
        members
    }

    /// Types that fragments directly below are on.
    fn conditions(&mut self, set: &'d [Selection], named: &mut Vec<&'d str>, seen: &mut Vec<&'d str>) {
        for selection in set {
            let (condition, inside) = match selection {
                Selection::Field(_) => continue,
                Selection::InlineFragment(inline) => (inline.type_condition.as_ref(), &inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    let fragment = self
                        .document
                        .fragments
                        .get(name)
                        .filter(|_| !seen.contains(&name));
                    let Some(fragment) = fragment else { continue };
                    seen.push(name);
                    (Some(fragment.type_condition()), &fragment.selection_set)
                }
            };
            named.extend(condition.map(apollo_compiler::Name::as_str));
            if self.spend() {
                self.conditions(&inside.selections, named, seen);
            }
        }
    }

    /// The selections of a page's nodes, through `nodes` and through `edges { node }`: both together count once.
    fn nodes(&mut self, connection: &[&'d Field]) -> Vec<&'d Field> {
        let Some(first) = connection.first() else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for field in self
            .merged(inner(first), &selections(connection))
            .into_values()
            .flatten()
        {
            match field.name.as_str() {
                "nodes" => nodes.push(field),
                "edges" => {
                    let edge = self.merged(inner(field), &selections(&[field]));
                    nodes.extend(edge.into_values().flatten().filter(|field| field.name == "node"));
                }
                _ => {}
            }
        }
        nodes
    }

    /// `first` or `last` of a connection.
    fn page_size(&self, field: &Field) -> u64 {
        let size = |name: &str| {
            let argument = field.arguments.iter().find(|argument| argument.name == name)?;
            match argument.value.as_ref() {
                Value::Int(number) => number.as_str().parse().ok(),
                Value::Variable(name) => self.variables.get(name.as_str()).and_then(JsonValue::as_u64),
                _ => None,
            }
        };
        size("first").or_else(|| size("last")).unwrap_or(0)
    }

    /// Fields by response key, as they apply to an object of this type; skipped ones are left out.
    fn merged(&mut self, ty: &str, sets: &[&'d [Selection]]) -> Merged<'d> {
        let mut merged = Merged::default();
        let mut seen = Vec::new();
        for set in sets {
            self.gather(ty, set, &mut merged, &mut seen);
        }
        merged
    }

    fn gather(&mut self, ty: &str, set: &'d [Selection], merged: &mut Merged<'d>, seen: &mut Vec<&'d str>) {
        for selection in set {
            if !self.spend() || self.is_skipped(selection) {
                continue;
            }
            match selection {
                Selection::Field(field) => merged
                    .entry(field.response_key().as_str())
                    .or_default()
                    .push(field),
                Selection::InlineFragment(inline) => {
                    if inline
                        .type_condition
                        .as_ref()
                        .is_none_or(|condition| self.applies(ty, condition))
                    {
                        self.gather(ty, &inline.selection_set.selections, merged, seen);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    let fragment = self
                        .document
                        .fragments
                        .get(name)
                        .filter(|_| !seen.contains(&name));
                    let Some(fragment) = fragment else { continue };
                    seen.push(name);
                    if self.applies(ty, fragment.type_condition()) {
                        self.gather(ty, &fragment.selection_set.selections, merged, seen);
                    }
                }
            }
        }
    }

    fn applies(&self, ty: &str, condition: &str) -> bool {
        ty == condition || self.schema.is_subtype(condition, ty)
    }

    /// Counts down; false when too much was looked at.
    fn spend(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    fn is_skipped(&self, selection: &Selection) -> bool {
        let flag = |directive: &str| {
            let directive = selection.directives().get(directive)?;
            let value = directive.specified_argument_by_name("if")?;
            match value.as_ref() {
                Value::Boolean(flag) => Some(*flag),
                Value::Variable(name) => self.variables.get(name.as_str())?.as_bool(),
                _ => None,
            }
        };
        flag("skip") == Some(true) || flag("include") == Some(false)
    }
}

fn selections<'d>(fields: &[&'d Field]) -> Vec<&'d [Selection]> {
    fields
        .iter()
        .map(|field| field.selection_set.selections.as_slice())
        .collect()
}

fn inner(field: &Field) -> &str {
    field.ty().inner_named_type().as_str()
}
