//! What mutations answer.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};

use super::context::{Answer, Call, Context, Object, Resolve, leaf, maybe_object, object, objects};
use super::node::Node;
use super::plain::{Plain, maybe_plain, plain_list};
use super::product::units;
use crate::gid::{Gid, gid};
use crate::mutate::{Change, Group, Identifier, Payload, Slot, UserError, cancel_job, level};
use crate::state::{InventoryItem, Location, Operation, Order, Product, Rows as _};

/// The payload of a mutation as the root of an answer: the one field of the operation is answered with it.
pub(crate) struct MutationRoot<'w> {
    pub(crate) cx: &'w Context<'w>,
    pub(crate) outcome: Result<&'w Payload, FieldErrorText>,
}

/// The message of a [`FieldError`] that was made before.
pub(crate) struct FieldErrorText(pub(crate) String);

impl ObjectValue for MutationRoot<'_> {
    fn type_name(&self) -> &'static str {
        "Mutation"
    }

    fn resolve_field<'a>(&'a self, _: &'a ResolveInfo<'a>) -> Answer<'a> {
        match &self.outcome {
            Ok(payload) => Ok(ResolvedValue::object(Shown { cx: self.cx, payload })),
            Err(FieldErrorText(message)) => Err(FieldError {
                message: message.clone(),
            }),
        }
    }
}

struct Shown<'w> {
    cx: &'w Context<'w>,
    payload: &'w Payload,
}

impl ObjectValue for Shown<'_> {
    fn type_name(&self) -> &str {
        &self.payload.kind
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        let slot = self
            .payload
            .fields
            .iter()
            .find(|(name, _)| name == info.field_name());
        match slot {
            None | Some((_, Slot::Null)) => leaf(None::<bool>),
            Some((_, slot)) => show(self.cx, slot),
        }
    }
}

fn show<'a>(cx: &'a Context<'a>, slot: &'a Slot) -> Answer<'a> {
    let node = |kind: &str, id: i64| {
        Node::find_numbered(cx, kind, id).map_or_else(ResolvedValue::null, |node| node.value(cx))
    };
    match slot {
        Slot::Null => leaf(None::<bool>),
        Slot::Node(kind, id) => Ok(node(kind, *id)),
        Slot::Nodes(kind, ids) => Ok(ResolvedValue::list(ids.iter().map(move |id| node(kind, *id)))),
        Slot::Level(item, location) => maybe_object(cx, level(cx.tables, *item, *location)),
        Slot::Group(group) => object(cx, group),
        Slot::Identifiers(gone) => {
            Ok(ResolvedValue::list(gone.iter().map(|field| {
                ResolvedValue::nullable_object(field.as_ref().map(identifier))
            })))
        }
        Slot::Errors(kind, errors) => Ok(ResolvedValue::list(
            errors
                .iter()
                .map(move |error| ResolvedValue::object(Said { kind, error })),
        )),
        Slot::Job(id) => job(id, false).answer(),
        Slot::CancelResult(id, order) => cancel_result(cx, id, *order),
        Slot::SetOperation(id) => operation(cx, *id, "CREATED"),
    }
}

/// A user error under the name of its type.
struct Said<'w> {
    kind: &'w str,
    error: &'w UserError,
}

impl ObjectValue for Said<'_> {
    fn type_name(&self) -> &str {
        self.kind
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        match info.field_name() {
            "message" => leaf(&self.error.message),
            "code" => leaf(self.error.code.as_ref()),
            "elementIndex" => leaf(self.error.element),
            "field" => match &self.error.field {
                Some(path) => super::context::leaves(path),
                None => leaf(None::<bool>),
            },
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

impl Resolve for &Group {
    const TYPE: &'static str = "InventoryAdjustmentGroup";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("InventoryAdjustmentGroup", self.id)),
            "createdAt" => leaf(self.at),
            "reason" => leaf(&self.reason),
            "referenceDocumentUri" => leaf(self.reference.as_ref()),
            "staffMember" => {
                cx.need_scope(call, "read_users")?;
                leaf(None::<bool>)
            }
            "changes" => {
                let (items, locations, names) = (
                    call.texts("inventoryItemIds"),
                    call.texts("locationIds"),
                    call.texts("quantityNames"),
                );
                let wanted = move |list: &Option<Vec<&str>>, value: &str| {
                    list.as_ref().is_none_or(|list| list.contains(&value))
                };
                let shown = self.changes.iter().filter(move |change| {
                    wanted(&items, &gid("InventoryItem", change.item))
                        && wanted(&locations, &gid("Location", change.location))
                        && wanted(&names, &change.name)
                });
                objects(cx, shown)
            }
            _ => call.unknown(),
        }
    }
}

impl Resolve for &Change {
    const TYPE: &'static str = "InventoryChange";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "name" => leaf(&self.name),
            "delta" => leaf(units(self.delta)),
            "item" => maybe_object(cx, cx.tables.one::<InventoryItem>(self.item)),
            "location" => maybe_object(cx, cx.tables.one::<Location>(self.location)),
            // Null in every recording.
            "quantityAfterChange" | "ledgerDocumentUri" => leaf(None::<bool>),
            _ => call.unknown(),
        }
    }
}

fn identifier(field: &Identifier) -> Plain {
    Plain::new("MetafieldIdentifier")
        .leaf("ownerId", &field.owner)
        .leaf("namespace", &field.namespace)
        .leaf("key", &field.key)
}

fn job(id: &str, done: bool) -> Plain {
    Plain::new("Job")
        .leaf("id", format!("gid://shopify/Job/{id}"))
        .leaf("done", done)
}

/// `job(id:)`: jobs are done by the time they are asked for.
pub(crate) fn find_job<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    let text = call.text("id").unwrap_or_default();
    let Some(id) = Gid::parse(text).filter(|id| id.kind == "Job") else {
        return Err(cx.fail(call, "RESOURCE_NOT_FOUND", format!("Invalid id: {text}")));
    };
    let known = cx
        .tables
        .all::<Order>()
        .any(|order| order.cancelled_at.is_some() && cancel_job(order.id) == id.key);
    maybe_plain(known.then(|| job(id.key, true)))
}

fn cancel_result<'a>(cx: &'a Context<'a>, id: &str, order: i64) -> Answer<'a> {
    object(
        cx,
        CancelResult {
            id: format!("gid://shopify/Job/{id}"),
            order,
        },
    )
}

/// `OrderCancelJobResult`.
struct CancelResult {
    id: String,
    order: i64,
}

impl Resolve for CancelResult {
    const TYPE: &'static str = "OrderCancelJobResult";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(&self.id),
            "done" => leaf(false),
            "status" => leaf("STARTED"),
            "errors" => plain_list(Vec::new()),
            "order" => maybe_object(cx, cx.tables.one::<Order>(self.order)),
            _ => call.unknown(),
        }
    }
}

/// `ProductSetOperation`.
struct SetOperation {
    id: i64,
    status: &'static str,
}

impl Resolve for SetOperation {
    const TYPE: &'static str = "ProductSetOperation";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let product = cx
            .tables
            .one::<Operation>(self.id)
            .and_then(|op| cx.tables.one::<Product>(op.product_id));
        match call.field() {
            "id" => leaf(gid("ProductSetOperation", self.id)),
            "status" => leaf(self.status),
            "userErrors" => plain_list(Vec::new()),
            "product" => maybe_object(cx, product.filter(|_| self.status == "COMPLETE")),
            _ => call.unknown(),
        }
    }
}

fn operation<'a>(cx: &'a Context<'a>, id: i64, status: &'static str) -> Answer<'a> {
    object(cx, SetOperation { id, status })
}

/// `productOperation(id:)`: operations are under way until they are old enough.
pub(crate) fn find_operation<'a>(cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
    let text = call.text("id").unwrap_or_default();
    let Some(id) = Gid::parse(text).filter(|id| id.kind == "ProductSetOperation") else {
        return Err(cx.fail(call, "RESOURCE_NOT_FOUND", format!("Invalid id: {text}")));
    };
    let known = id.number().and_then(|id| cx.tables.one::<Operation>(id));
    let value = known.map(|operation| {
        let age = cx.now.duration_since(operation.begun_at).unsigned_abs();
        let status = if age < cx.config.operations_take {
            "ACTIVE"
        } else {
            "COMPLETE"
        };
        SetOperation {
            id: operation.id,
            status,
        }
    });
    Ok(ResolvedValue::nullable_object(
        value.map(|value| Object { cx, value }),
    ))
}
