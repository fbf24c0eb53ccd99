use super::context::{Answer, Call, Context, Resolve, leaf, maybe_object};
use super::node::Node;
use super::paging::{Sorted, names, page};
use crate::gid::gid;
use crate::state::{Metafield, Rows as _, owner};

/// The fields `metafield` and `metafields` of whatever has some.
pub(crate) fn resolve<'a>(cx: &'a Context<'a>, call: &Call<'a>, kind: &str, id: i64) -> Answer<'a> {
    let fields = cx.tables.found::<Metafield>("owner", &owner(kind, id));
    let namespace = call.text("namespace");
    if call.field() == "metafield" {
        let key = call.text("key").unwrap_or_default();
        // Without a namespace the key may carry it.
        let (namespace, key) = match (namespace, key.split_once('.')) {
            (None, Some((namespace, key))) => (namespace, key),
            (namespace, _) => (namespace.unwrap_or("custom"), key),
        };
        let mut fields = fields;
        let found = fields.find(|field| field.namespace == namespace && field.key == key);
        return maybe_object(cx, found);
    }
    let keys = call.texts("keys");
    let wanted = |field: &&Metafield| {
        namespace.is_none_or(|namespace| field.namespace == namespace)
            && keys
                .as_ref()
                .is_none_or(|keys| keys.iter().any(|key| is_called(field, key)))
    };
    let rows = fields
        .filter(wanted)
        .map(|field| Sorted::by_id(field.id, Node::Metafield(field)));
    page(cx, call, names!("Metafield"), rows.collect())
}

fn is_called(field: &Metafield, key: &str) -> bool {
    match key.split_once('.') {
        Some((namespace, key)) => field.namespace == namespace && field.key == key,
        None => field.key == key,
    }
}

impl Resolve for &Metafield {
    const TYPE: &'static str = "Metafield";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("Metafield", self.id)),
            "legacyResourceId" => leaf(self.id.to_string()),
            "namespace" => leaf(&self.namespace),
            "key" => leaf(&self.key),
            "type" => leaf(&self.kind),
            "value" => leaf(&self.value),
            "description" => leaf(None::<bool>),
            "jsonValue" => leaf(json_value(self)),
            "compareDigest" => leaf(self.digest()),
            "sizeInBytes" => leaf(i32::try_from(self.value.len()).unwrap_or(i32::MAX)),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "ownerType" => leaf(match self.owner_kind.as_str() {
                "ProductVariant" => "PRODUCTVARIANT".to_owned(),
                other => other.to_uppercase(),
            }),
            "owner" => Node::find_numbered(cx, &self.owner_kind, self.owner_id)
                .map_or_else(|| leaf(None::<bool>), |node| Ok(node.value(cx))),
            _ => call.unknown(),
        }
    }
}

/// Text types as a string, all others as the JSON that the value is.
fn json_value(field: &Metafield) -> apollo_compiler::response::JsonValue {
    let text = [
        "single_line_text_field",
        "multi_line_text_field",
        "date",
        "date_time",
        "url",
        "color",
        "id",
    ];
    if text.contains(&field.kind.as_str()) || field.kind.ends_with("_reference") {
        return field.value.as_str().into();
    }
    serde_json::from_str(&field.value).unwrap_or_else(|_| field.value.as_str().into())
}
