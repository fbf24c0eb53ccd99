//! What a record shows for the rules: read by identity, never by position.

use std::collections::BTreeMap;

use serde_json::Value;

use super::apply::shown;
use super::{ChildRule, Rule, RuleSet};
use crate::mapping::Side;
use crate::path::{FieldPath, PathError};
use crate::transform::id_of;

/// A record of one side, its elements found by their ids once. For reading many fields of one record.
#[derive(Debug)]
pub struct RecordView<'a> {
    side: Side,
    record: &'a Value,
    lists: BTreeMap<(&'a FieldPath, &'a str), BTreeMap<String, &'a Value>>,
    set: &'a RuleSet,
}

impl RuleSet {
    /// A view of a record of a side.
    pub fn view<'a>(&'a self, side: Side, record: &'a Value) -> RecordView<'a> {
        let mut lists = BTreeMap::new();
        for child in &self.children {
            let (list, key) = (child.collection(side), child.id_key(side));
            lists
                .entry((list, key))
                .or_insert_with(|| by_id(list, key, record));
        }
        RecordView {
            side,
            record,
            lists,
            set: self,
        }
    }

    /// The value that a record of the side `side` shows for a rule; for a rule with one value per element, that
    /// of the element with this id **on that side**. See [`RecordView::read`].
    pub fn read(
        &self,
        side: Side,
        record: &Value,
        rule: &Rule,
        element_id: Option<&str>,
    ) -> Result<Option<Value>, PathError> {
        self.view(side, record).read(rule, element_id)
    }

    /// The children whose elements a rule is about.
    fn children_of<'a>(&'a self, side: Side, list: &'a FieldPath) -> impl Iterator<Item = &'a ChildRule> {
        self.children
            .iter()
            .filter(move |child| child.collection(side) == list)
    }
}

impl RecordView<'_> {
    /// Whether the record has an element of this child record type with this id.
    pub fn has_element(&self, record_type: &str, id: &str) -> bool {
        let children = self.set.children.iter();
        let mut of_type = children.filter(|child| child.record_type == record_type);
        of_type.any(|child| {
            let list = (child.collection(self.side), child.id_key(self.side));
            self.lists.get(&list).is_some_and(|list| list.contains_key(id))
        })
    }

    /// What the record shows for a rule: as it is, no transform is applied. `None` if it is absent, if there is no
    /// element with this id, or if the rule has one value per element and no id was given. A null, or a null (or
    /// `false`) parent, is `Some(null)`. A path with `*` of a rule that is not per element is the list of its values.
    pub fn read(&self, rule: &Rule, element_id: Option<&str>) -> Result<Option<Value>, PathError> {
        let Some((list, tail)) = rule.per_element(self.side) else {
            return shown(rule.mapping().field(self.side), self.record);
        };
        let Some(id) = element_id else { return Ok(None) };
        let found = self.set.children_of(self.side, &list).find_map(|child| {
            self.lists
                .get(&(child.collection(self.side), child.id_key(self.side)))?
                .get(id)
        });
        found.map_or(Ok(None), |element| shown(&tail, element))
    }
}

/// The elements of a list by their ids; the first one of several with the same id.
fn by_id<'a>(list: &FieldPath, key: &str, record: &'a Value) -> BTreeMap<String, &'a Value> {
    let mut elements = BTreeMap::new();
    let items = list.get(record).ok().flatten().and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        if let Some(Ok(Some(id))) = item.get(key).map(id_of) {
            elements.entry(id).or_insert(item);
        }
    }
    elements
}
