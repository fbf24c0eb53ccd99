use crate::fault::Res;
use crate::orm::{GroupQuery, Perm, View};
use crate::py::Py;
use crate::rpc::args::{count, domain, order};
use crate::rpc::call::Bound;

/// `read_group(domain, fields, groupby, offset, limit, orderby, lazy)`
pub(super) fn read_group(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let args = &bound.args;
    let query = query(bound, args.get(3), args.get(4))?;
    Ok(Py::List(groups(view, bound, &query)?))
}

/// `web_read_group(domain, fields, groupby, limit, offset, orderby, lazy)`: a page of groups and how many there are.
pub(super) fn web_read_group(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let args = &bound.args;
    let page = query(bound, args.get(4), args.get(3))?;
    let page = groups(view, bound, &page)?;
    let all = groups(view, bound, &query(bound, None, None)?)?;
    let length = Py::Int(i64::try_from(all.len()).unwrap_or(i64::MAX));
    Ok(Py::dict([("groups", Py::List(page)), ("length", length)]))
}

fn groups(view: &View<'_>, bound: &Bound<'_>, query: &GroupQuery) -> Res<Vec<Py>> {
    view.allow(bound.model, Perm::Read)?;
    view.read_group(bound.model, query)
}

fn query(bound: &Bound<'_>, offset: Option<&Option<Py>>, limit: Option<&Option<Py>>) -> Res<GroupQuery> {
    let args = &bound.args;
    let texts = |n: usize| match args.get(n).cloned().flatten() {
        Some(Py::List(items)) => items.iter().map(Py::display).collect(),
        Some(Py::Str(text)) if !text.is_empty() => vec![text],
        _ => Vec::new(),
    };
    Ok(GroupQuery {
        domain: domain(args.first()),
        fields: texts(1),
        groupby: texts(2),
        offset: count(offset)?.unwrap_or(0),
        limit: count(limit)?,
        order: order(args.get(5)),
        lazy: args.get(6).cloned().flatten().is_none_or(|v| v.truthy()),
    })
}
