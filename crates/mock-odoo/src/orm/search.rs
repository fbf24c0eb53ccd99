use crate::fault::Res;
use crate::orm::{Cond, Model, View};
use crate::py::Py;

impl View<'_> {
    /// `search`: the ids that a client's domain selects, in order. `limit` 0 is none.
    pub(crate) fn search(
        &self,
        model: &Model,
        domain: &Py,
        offset: usize,
        limit: Option<usize>,
        order: Option<&str>,
    ) -> Res<Vec<i64>> {
        let cond = self.domain(model, domain)?;
        let ids = self.select(model, &cond, !names_active(domain));
        let ids = self.sort(model, ids, order)?;
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        Ok(ids.into_iter().skip(offset).take(limit).collect())
    }

    /// How many records a client's domain selects.
    pub(crate) fn search_count(&self, model: &Model, domain: &Py, limit: Option<usize>) -> Res<usize> {
        let cond = self.domain(model, domain)?;
        let count = self.select(model, &cond, !names_active(domain)).len();
        Ok(limit
            .filter(|limit| *limit > 0)
            .map_or(count, |limit| count.min(limit)))
    }

    /// The records that fulfil a condition, by id; archived ones too unless `active_only`.
    pub(crate) fn select(&self, model: &Model, cond: &Cond, active_only: bool) -> Vec<i64> {
        let active_only = active_only && model.has_active();
        let keep = |id: &i64| {
            (!active_only || self.counts(model, *id)) && self.holds(model, *id, cond) == Some(true)
        };
        match self.candidates(model, cond) {
            Some(mut ids) => {
                ids.sort_unstable();
                ids.dedup();
                ids.into_iter()
                    .filter(|id| self.exists(model.name, *id) && keep(id))
                    .collect()
            }
            None => self.t.rows(model.name).map(|(id, _)| id).filter(keep).collect(),
        }
    }

    /// The active records that fulfil a condition, by id.
    pub(crate) fn search_all(&self, model: &Model, cond: &Cond) -> Vec<i64> {
        self.select(model, cond, true)
    }
}

/// Whether a domain names `active` itself, so that archived records are not left out.
fn names_active(domain: &Py) -> bool {
    domain
        .as_list()
        .unwrap_or_default()
        .iter()
        .any(|token| token.as_list().and_then(|leaf| leaf.first()).and_then(Py::as_str) == Some("active"))
}
