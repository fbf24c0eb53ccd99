//! Simulated failures of single rows.

use crate::draws::{self, Drawn};
use crate::models::product::{LINE, TEMPLATE};
use crate::orm::{Env, View};

use super::{Item, Loader};

impl Loader<'_> {
    /// Whether this record's write attempt goes through, as far as simulated failures are concerned.
    pub(super) fn draw(&mut self, env: &Env<'_>, item: &Item) -> bool {
        let view = env.view();
        let Some(draws) = env.draws else { return true };
        let whose = if draws.covers(self.model.name) {
            self.own(&view, item)
        } else {
            self.owner(&view, item)
        };
        let Some(whose) = whose else { return true };
        if self.passed.contains(&whose) {
            return true;
        }
        let passed = draws::passes(&view, env.draws, &whose);
        let all = if passed {
            &mut self.passed
        } else {
            &mut self.failed
        };
        all.insert(whose);
        passed
    }

    /// The record of this row, by its external id.
    fn own(&self, view: &View<'_>, item: &Item) -> Option<Drawn> {
        let by_id = |id: i64| view.xid_of(self.model.name, id).unwrap_or_else(|| id.to_string());
        let name = item.xid.clone().or_else(|| item.id.map(by_id))?;
        Some(Drawn {
            model: self.model.name,
            name,
        })
    }

    /// The record that this row changes a part of. Outside of an attempt nothing is whose for it: every part would
    /// draw for the whole.
    fn owner(&self, view: &View<'_>, item: &Item) -> Option<Drawn> {
        view.s.attempt.as_ref()?;
        let known = item.xid.as_ref().and_then(|xid| view.xid(xid));
        let known = known
            .filter(|target| target.model == self.model.name)
            .map(|target| target.res_id);
        let of_parent = || {
            let parent = item
                .vals
                .id("product_tmpl_id")
                .filter(|_| self.model.name == LINE)?;
            Drawn::owner(view, TEMPLATE, parent)
        };
        known
            .or(item.id)
            .map_or_else(of_parent, |id| Drawn::owner(view, self.model.name, id))
    }
}
