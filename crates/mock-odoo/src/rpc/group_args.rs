use crate::fault::Res;
use crate::orm::{GroupQuery, Perm, View};
use crate::py::Py;
use crate::rpc::args::{count, domain, order};
use crate::rpc::call::Bound;

/// `read_group(domain, fields, groupby, offset, limit, orderby, lazy)`
pub(super) fn read_group(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    view.allow(bound.model, Perm::Read)?;
    let args = &bound.args;
    let texts = |n: usize| match args.get(n).cloned().flatten() {
        Some(Py::List(items)) => items.iter().map(Py::display).collect(),
        Some(Py::Str(text)) if !text.is_empty() => vec![text],
        _ => Vec::new(),
    };
    let query = GroupQuery {
        domain: domain(args.first()),
        fields: texts(1),
        groupby: texts(2),
        offset: count(args.get(3))?.unwrap_or(0),
        limit: count(args.get(4))?,
        order: order(args.get(5)),
        lazy: args.get(6).cloned().flatten().is_none_or(|v| v.truthy()),
    };
    Ok(Py::List(view.read_group(bound.model, &query)?))
}
