//! The methods that every model has.

use crate::fault::{Class, Fault, Res};
use crate::orm::{Env, Perm, Vals, Value, View, fields_get, load};
use crate::py::Py;
use crate::rpc::args::{count, domain, names, order};
use crate::rpc::call::Bound;
use crate::rpc::{export, group_args};

pub(super) struct Generic {
    pub(super) name: &'static str,
    pub(super) params: &'static [&'static str],
    pub(super) on_model: bool,
    pub(super) reads: bool,
    pub(super) view: fn(&View<'_>, &Bound<'_>) -> Res<Py>,
    pub(super) run: fn(&mut Env<'_>, &Bound<'_>) -> Res<Py>,
}

const fn reader(
    name: &'static str,
    on_model: bool,
    params: &'static [&'static str],
    view: fn(&View<'_>, &Bound<'_>) -> Res<Py>,
) -> Generic {
    Generic {
        name,
        params,
        on_model,
        reads: true,
        view,
        run: |_, _| Ok(Py::None),
    }
}

const fn writer(
    name: &'static str,
    on_model: bool,
    params: &'static [&'static str],
    run: fn(&mut Env<'_>, &Bound<'_>) -> Res<Py>,
) -> Generic {
    Generic {
        name,
        params,
        on_model,
        reads: false,
        view: |_, _| Ok(Py::None),
        run,
    }
}

const METHODS: &[Generic] = &[
    reader("search", true, &["domain", "*offset", "*limit", "*order"], search),
    reader("search_count", true, &["domain", "*limit"], search_count),
    reader(
        "search_fetch",
        true,
        &["domain", "field_names", "*offset", "*limit", "*order"],
        |view, bound| {
            let args = &bound.args;
            let ids = search_ids(view, bound, args.first(), args.get(2), args.get(3), args.get(4))?;
            Ok(Py::ids(&ids))
        },
    ),
    reader("read", false, &["*fields", "*load"], read),
    reader(
        "search_read",
        true,
        &["*domain", "*fields", "*offset", "*limit", "*order", "*load"],
        search_read,
    ),
    reader("fields_get", true, &["*allfields", "*attributes"], |_, bound| {
        let of = |n: usize| names(bound.args.get(n)).unwrap_or_default();
        Ok(fields_get(bound.model, &of(0), &of(1)))
    }),
    reader("default_get", true, &["fields_list"], default_get),
    reader(
        "name_search",
        true,
        &["*name", "*args", "*operator", "*limit"],
        name_search,
    ),
    reader(
        "read_group",
        true,
        &[
            "domain", "fields", "groupby", "*offset", "*limit", "*orderby", "*lazy",
        ],
        group_args::read_group,
    ),
    reader(
        "check_access_rights",
        true,
        &["operation", "*raise_exception"],
        check_access_rights,
    ),
    reader("check_access", false, &["operation"], |view, bound| {
        view.allow(bound.model, perm(bound.args.first())?)?;
        Ok(Py::None)
    }),
    reader("has_access", false, &["operation"], |view, bound| {
        Ok(Py::Bool(view.may(bound.model, perm(bound.args.first())?)))
    }),
    reader("get_external_id", false, &[], |view, bound| {
        let name = |id: &i64| {
            (
                *id,
                Py::Str(view.xid_of(bound.model.name, *id).unwrap_or_default()),
            )
        };
        Ok(Py::IntDict(bound.ids.iter().map(name).collect()))
    }),
    reader("get_metadata", false, &[], get_metadata),
    reader("exists", false, &[], |view, bound| {
        let ids: Vec<i64> = bound
            .ids
            .iter()
            .copied()
            .filter(|id| view.exists(bound.model.name, *id))
            .collect();
        Ok(Py::ids(&ids))
    }),
    reader("mapped", false, &["func"], mapped),
    reader("browse", false, &["*ids"], |_, bound| Ok(recordset(bound, &[]))),
    reader("sudo", false, &["*flag"], |_, bound| {
        Ok(recordset(bound, &bound.ids))
    }),
    reader("with_context", false, &["*args"], |_, bound| {
        Ok(recordset(bound, &bound.ids))
    }),
    reader("with_company", false, &["company"], |_, bound| {
        Ok(recordset(bound, &bound.ids))
    }),
    reader("with_user", false, &["user"], |_, bound| {
        Ok(recordset(bound, &bound.ids))
    }),
    reader("web_read", false, &["specification"], |view, bound| {
        view.allow(bound.model, Perm::Read)?;
        let specification = bound.args.first().cloned().flatten().unwrap_or_default();
        Ok(Py::List(view.web_read(
            bound.model,
            &bound.ids,
            &specification,
            0,
        )?))
    }),
    reader(
        "web_search_read",
        true,
        &[
            "domain",
            "specification",
            "*offset",
            "*limit",
            "*order",
            "*count_limit",
        ],
        web_search_read,
    ),
    writer("export_data", false, &["fields_to_export"], export::export_data),
    reader(
        "web_read_group",
        true,
        &[
            "domain", "fields", "groupby", "*limit", "*offset", "*orderby", "*lazy",
        ],
        group_args::web_read_group,
    ),
    writer(
        "web_save",
        false,
        &["vals", "specification", "*next_id"],
        web_save,
    ),
    writer("create", true, &["vals_list"], create),
    writer("write", false, &["vals"], write),
    writer("unlink", false, &[], |env, bound| {
        env.view().allow(bound.model, Perm::Unlink)?;
        env.unlink(bound.model.name, &bound.ids)?;
        Ok(Py::Bool(true))
    }),
    writer("copy", false, &["*default"], copy),
    writer("name_create", true, &["name"], |env, bound| {
        env.view().allow(bound.model, Perm::Create)?;
        let name = bound
            .args
            .first()
            .cloned()
            .flatten()
            .unwrap_or_default()
            .display();
        env.name_create(bound.model, &name)
    }),
    writer("load", true, &["fields", "data"], run_load),
    writer("action_archive", false, &[], |env, bound| {
        set_active(env, bound, false)
    }),
    writer("action_unarchive", false, &[], |env, bound| {
        set_active(env, bound, true)
    }),
    writer("toggle_active", false, &[], |env, bound| {
        let view = env.view();
        let (on, off): (Vec<i64>, Vec<i64>) = bound
            .ids
            .iter()
            .partition(|id| view.is_active(bound.model.name, **id));
        env.write(bound.model.name, &on, Vals::new().with("active", false))?;
        env.write(bound.model.name, &off, Vals::new().with("active", true))?;
        Ok(Py::None)
    }),
];

pub(super) fn find(name: &str) -> Option<&'static Generic> {
    METHODS.iter().find(|method| method.name == name)
}

fn search_ids(
    view: &View<'_>,
    bound: &Bound<'_>,
    given: Option<&Option<Py>>,
    offset: Option<&Option<Py>>,
    limit: Option<&Option<Py>>,
    sorting: Option<&Option<Py>>,
) -> Res<Vec<i64>> {
    view.allow(bound.model, Perm::Read)?;
    let domain = given.cloned().flatten().unwrap_or_default();
    let limit = count(positive(limit, "LIMIT", "InvalidRowCountInLimitClause")?)?;
    let offset = count(positive(offset, "OFFSET", "InvalidRowCountInResultOffsetClause")?)?.unwrap_or(0);
    view.search(bound.model, &domain, offset, limit, order(sorting).as_deref())
}

/// The database refuses negative numbers of rows.
fn positive<'a>(
    value: Option<&'a Option<Py>>,
    clause: &str,
    class: &'static str,
) -> Res<Option<&'a Option<Py>>> {
    match value.and_then(Option::as_ref).and_then(Py::as_int) {
        Some(rows) if rows < 0 => Err(Fault::postgres(class, format!("{clause} must not be negative\n"))),
        _ => Ok(value),
    }
}

fn search(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let args = &bound.args;
    Ok(Py::ids(&search_ids(
        view,
        bound,
        args.first(),
        args.get(1),
        args.get(2),
        args.get(3),
    )?))
}

fn search_count(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    view.allow(bound.model, Perm::Read)?;
    let domain = bound.args.first().cloned().flatten().unwrap_or_default();
    let found = view.search_count(bound.model, &domain, count(bound.args.get(1))?)?;
    Ok(Py::Int(i64::try_from(found).unwrap_or(i64::MAX)))
}

/// Whether many2one values come with their names.
fn is_classic(load: Option<&Option<Py>>) -> bool {
    match load.and_then(Option::as_ref) {
        None => true,
        Some(load) => load.as_str() == Some("_classic_read"),
    }
}

fn read(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    view.allow(bound.model, Perm::Read)?;
    let fields = names(bound.args.first());
    Ok(Py::List(view.read(
        bound.model,
        &bound.ids,
        fields.as_deref(),
        is_classic(bound.args.get(1)),
    )?))
}

fn search_read(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let args = &bound.args;
    let given = Some(domain(args.first()));
    let ids = search_ids(view, bound, Some(&given), args.get(2), args.get(3), args.get(4))?;
    let fields = names(args.get(1));
    // Unknown fields are told even if nothing was found.
    Ok(Py::List(view.read(
        bound.model,
        &ids,
        fields.as_deref(),
        is_classic(args.get(5)),
    )?))
}

fn web_search_read(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let args = &bound.args;
    let ids = search_ids(view, bound, args.first(), args.get(2), args.get(3), args.get(4))?;
    let total = view.search_count(bound.model, &domain(args.first()), None)?;
    let specification = args.get(1).cloned().flatten().unwrap_or_default();
    let records = view.web_read(bound.model, &ids, &specification, 0)?;
    let length = Py::Int(i64::try_from(total).unwrap_or(i64::MAX));
    Ok(Py::dict([("length", length), ("records", Py::List(records))]))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every method")]
fn default_get(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let wanted = names(bound.args.first()).unwrap_or_default();
    let mut found = Vec::new();
    for name in wanted {
        let Some(field) = bound.model.field(&name) else {
            continue;
        };
        if let Some(given) = view.s.ctx(&format!("default_{name}")) {
            found.push((name, given.clone()));
            continue;
        }
        let Some(default) = field.default.filter(|_| !field.precomputed) else {
            continue;
        };
        let shown = match default(view) {
            Value::Null => continue,
            Value::Ids(ids) => Py::List(vec![Py::List(vec![Py::Int(6), Py::Int(0), Py::ids(&ids)])]),
            value => view.shown(field, &value, false),
        };
        found.push((name, shown));
    }
    Ok(Py::Dict(found))
}

fn name_search(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    view.allow(bound.model, Perm::Read)?;
    let text = |n: usize| {
        bound
            .args
            .get(n)
            .cloned()
            .flatten()
            .filter(Py::truthy)
            .map(|v| v.display())
    };
    let limit = match bound.args.get(3) {
        Some(None) | None => Some(100),
        given => count(given)?,
    };
    let operator = text(2).unwrap_or_else(|| "ilike".to_owned());
    let name = text(0).unwrap_or_default();
    let found = view.name_search(bound.model, &name, &domain(bound.args.get(1)), &operator, limit)?;
    Ok(Py::List(
        found
            .into_iter()
            .map(|(id, name)| Py::List(vec![Py::Int(id), Py::Str(name)]))
            .collect(),
    ))
}

fn perm(value: Option<&Option<Py>>) -> Res<Perm> {
    let text = value.cloned().flatten().unwrap_or_default().display();
    Perm::parse(&text).ok_or_else(|| Fault::new(Class::Builtin("AssertionError"), "Invalid access mode"))
}

fn check_access_rights(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let perm = perm(bound.args.first())?;
    let raises = bound.args.get(1).cloned().flatten().is_none_or(|v| v.truthy());
    if raises {
        view.allow(bound.model, perm)?;
    }
    Ok(Py::Bool(view.may(bound.model, perm)))
}

fn get_metadata(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    let fields = ["create_uid", "create_date", "write_uid", "write_date"].map(str::to_owned);
    let mut records = Vec::new();
    for record in view.read(bound.model, &bound.ids, Some(&fields), true)? {
        let Py::Dict(mut pairs) = record else { continue };
        let id = pairs.first().and_then(|(_, id)| id.as_int()).unwrap_or(0);
        let xid = view.xid_of(bound.model.name, id).map_or(Py::Bool(false), Py::Str);
        pairs.push(("xmlid".to_owned(), xid));
        pairs.push(("noupdate".to_owned(), Py::Bool(false)));
        records.push(Py::Dict(pairs));
    }
    Ok(Py::List(records))
}

fn recordset(bound: &Bound<'_>, ids: &[i64]) -> Py {
    let ids: Vec<Py> = ids.iter().map(|id| Py::Int(*id)).collect();
    Py::Object(
        "recordset",
        format!("{}{}", bound.model.name, crate::py::tuple_repr(&ids)),
    )
}

/// `mapped('field')`: the values of one field.
fn mapped(view: &View<'_>, bound: &Bound<'_>) -> Res<Py> {
    view.allow(bound.model, Perm::Read)?;
    let name = bound
        .args
        .first()
        .cloned()
        .flatten()
        .unwrap_or_default()
        .display();
    let field = bound.model.field(&name).ok_or_else(|| Fault::key(name.clone()))?;
    if let Some(comodel) = field.kind.comodel() {
        let mut ids: Vec<i64> = Vec::new();
        for id in &bound.ids {
            ids.extend(view.value(bound.model, *id, field).as_ids());
        }
        let ids: Vec<Py> = ids.into_iter().map(Py::Int).collect();
        return Ok(Py::Object(
            "recordset",
            format!("{comodel}{}", crate::py::tuple_repr(&ids)),
        ));
    }
    let shown = |id: &i64| view.shown(field, &view.value(bound.model, *id, field), false);
    Ok(Py::List(bound.ids.iter().map(shown).collect()))
}

fn create(env: &mut Env<'_>, bound: &Bound<'_>) -> Res<Py> {
    env.view().allow(bound.model, Perm::Create)?;
    let given = bound.args.first().cloned().flatten().unwrap_or_default();
    let (single, list) = match given {
        Py::List(items) => (false, items),
        one => (true, vec![one]),
    };
    let vals = list
        .iter()
        .map(|vals| Vals::from_py(env.reg, bound.model, vals))
        .collect::<Res<Vec<_>>>()?;
    let ids = if vals.is_empty() {
        Vec::new()
    } else {
        env.create(bound.model.name, vals)?
    };
    Ok(if single {
        ids.first().map_or(Py::Bool(false), |id| Py::Int(*id))
    } else {
        Py::ids(&ids)
    })
}

fn write(env: &mut Env<'_>, bound: &Bound<'_>) -> Res<Py> {
    env.view().allow(bound.model, Perm::Write)?;
    let given = bound.args.first().cloned().flatten().unwrap_or_default();
    let vals = Vals::from_py(env.reg, bound.model, &given)?;
    env.ensure(bound.model.name, &bound.ids)?;
    let named = given.as_dict().is_some_and(|pairs| !pairs.is_empty());
    if vals.is_empty() && named {
        // Only names that are dropped: nothing changes but the date.
        for id in &bound.ids {
            env.touch(bound.model.name, *id);
        }
    }
    env.write(bound.model.name, &bound.ids, vals)?;
    Ok(Py::Bool(true))
}

/// `web_save(vals, specification)`: writes the records, or makes one where there is none, and reads.
fn web_save(env: &mut Env<'_>, bound: &Bound<'_>) -> Res<Py> {
    let ids = if bound.ids.is_empty() {
        env.view().allow(bound.model, Perm::Create)?;
        let given = bound.args.first().cloned().flatten().unwrap_or_default();
        let vals = Vals::from_py(env.reg, bound.model, &given)?;
        env.create(bound.model.name, vec![vals])?
    } else {
        write(env, bound)?;
        bound.ids.clone()
    };
    let specification = bound.args.get(1).cloned().flatten().unwrap_or_default();
    let records = env.view().web_read(bound.model, &ids, &specification, 0)?;
    Ok(Py::List(records))
}

fn copy(env: &mut Env<'_>, bound: &Bound<'_>) -> Res<Py> {
    env.view().allow(bound.model, Perm::Create)?;
    let given = match bound.args.first().cloned().flatten() {
        Some(vals) if vals.truthy() => Vals::from_py(env.reg, bound.model, &vals)?,
        _ => Vals::new(),
    };
    let mut made = Vec::new();
    for id in &bound.ids {
        made.push(env.copy(bound.model, *id, &given)?);
    }
    Ok(Py::ids(&made))
}

fn run_load(env: &mut Env<'_>, bound: &Bound<'_>) -> Res<Py> {
    let fields = names(bound.args.first()).unwrap_or_default();
    let data = bound.args.get(1).cloned().flatten().unwrap_or_default();
    load::load(env, bound.model, &fields, data.as_list().unwrap_or_default())
}

fn set_active(env: &mut Env<'_>, bound: &Bound<'_>, active: bool) -> Res<Py> {
    env.view().allow(bound.model, Perm::Write)?;
    env.ensure(bound.model.name, &bound.ids)?;
    let view = env.view();
    let ids: Vec<i64> = bound
        .ids
        .iter()
        .copied()
        .filter(|id| view.is_active(bound.model.name, *id) != active)
        .collect();
    env.write(bound.model.name, &ids, Vals::new().with("active", active))?;
    Ok(Py::None)
}
