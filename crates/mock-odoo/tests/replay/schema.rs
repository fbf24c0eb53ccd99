//! What kind of field each name is, as the simulated server tells it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::node::Node;

/// Field name to comodel; `None` for fields that point nowhere.
pub(crate) type Fields = BTreeMap<String, Option<String>>;

/// Asks once per model.
pub(crate) struct Schema<'a> {
    ask: Box<dyn Fn(&str) -> Node + 'a>,
    seen: RefCell<HashMap<String, Rc<Fields>>>,
}

impl<'a> Schema<'a> {
    /// `ask` answers a model's `fields_get` with types and relations.
    pub(crate) fn new(ask: impl Fn(&str) -> Node + 'a) -> Self {
        Self {
            ask: Box::new(ask),
            seen: RefCell::default(),
        }
    }

    pub(crate) fn fields(&self, model: &str) -> Rc<Fields> {
        if let Some(fields) = self.seen.borrow().get(model) {
            return Rc::clone(fields);
        }
        let mut fields = Fields::new();
        if let Node::Dict(pairs) = (self.ask)(model) {
            for (name, about) in pairs {
                let relation = about.get("relation").and_then(Node::text);
                fields.insert(name, relation.map(str::to_owned));
            }
        }
        let fields = Rc::new(fields);
        self.seen
            .borrow_mut()
            .insert(model.to_owned(), Rc::clone(&fields));
        fields
    }

    /// The comodel at the end of a dotted path (`id` is the model itself).
    pub(crate) fn target(&self, model: &str, path: &str) -> Option<String> {
        let mut model = model.to_owned();
        for part in path.split(['.', ':']) {
            if part == "id" {
                return Some(model);
            }
            match self.fields(&model).get(part) {
                Some(Some(comodel)) => model.clone_from(comodel),
                _ => return None,
            }
        }
        Some(model)
    }
}
