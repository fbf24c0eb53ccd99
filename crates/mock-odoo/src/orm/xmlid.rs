//! External ids: `module.name` for a record, kept in `ir.model.data`.

use crate::orm::{Env, Row, View};

/// What an external id stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Id of the `ir.model.data` row.
    pub(crate) data_id: i64,
    pub(crate) model: String,
    pub(crate) res_id: i64,
}

/// `module.name`; without a dot the module is `__import__`.
pub(crate) fn complete(xid: &str) -> String {
    if xid.contains('.') {
        xid.to_owned()
    } else {
        format!("__import__.{xid}")
    }
}

impl View<'_> {
    /// What an external id stands for; the record itself may be gone.
    pub(crate) fn xid(&self, xid: &str) -> Option<Target> {
        let xid = complete(xid);
        let (module, name) = xid.split_once('.')?;
        self.t.find("ir.model.data", "name", name).find_map(|data_id| {
            let row = self.t.get("ir.model.data", data_id)?;
            if row.text("module") != module {
                return None;
            }
            Some(Target {
                data_id,
                model: row.text("model").to_owned(),
                res_id: row.id("res_id").unwrap_or(0),
            })
        })
    }

    /// The record of this model under an external id.
    pub(crate) fn xid_in(&self, model: &str, xid: &str) -> Option<i64> {
        self.xid(xid)
            .filter(|t| t.model == model && self.exists(model, t.res_id))
            .map(|t| t.res_id)
    }

    /// The first external id of a record.
    pub(crate) fn xid_of(&self, model: &str, id: i64) -> Option<String> {
        let data_id = self
            .t
            .find("ir.model.data", "target", &format!("{model},{id}"))
            .next()?;
        let row = self.t.get("ir.model.data", data_id)?;
        Some(format!("{}.{}", row.text("module"), row.text("name")))
    }
}

/// Gives a record an external id, or moves that id to it.
pub(crate) fn assign(env: &mut Env<'_>, xid: &str, model: &str, id: i64) {
    let xid = complete(xid);
    let (module, name) = xid.split_once('.').unwrap_or(("__import__", &xid));
    let existing = env.view().xid(&xid);
    if existing
        .as_ref()
        .is_some_and(|t| t.model == model && t.res_id == id)
    {
        return;
    }
    let mut row = if let Some(row) = existing
        .as_ref()
        .and_then(|t| env.t.get("ir.model.data", t.data_id))
    {
        row.clone()
    } else {
        let mut row = Row::default();
        row.set("module", module);
        row.set("name", name);
        row.set("create_uid", env.s.uid);
        row.set("create_date", env.s.now.micros.clone());
        row
    };
    row.set("model", model);
    row.set("res_id", id);
    env.stamp(&mut row);
    let data_id = match existing {
        Some(target) => target.data_id,
        None => env.t.next_id("ir.model.data"),
    };
    env.put("ir.model.data", data_id, row);
}
