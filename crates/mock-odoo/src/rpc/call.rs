//! One call of a model's method: who calls, on what, in which transaction.

use std::sync::Arc;

use crate::draws;
use crate::fault::{Class, Fault, Res};
use crate::odoo::Inner;
use crate::orm::{Env, Method, Model, Moment, Perm, Session, Signature, View, bind};
use crate::py::Py;
use crate::rpc::{Arrival, args, generic};

/// What is called.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) model: String,
    pub(crate) method: String,
    pub(crate) args: Vec<Py>,
    pub(crate) kwargs: Vec<(String, Py)>,
}

/// A call whose arguments were put in their places.
pub(super) struct Bound<'c> {
    pub(super) model: &'c Model,
    pub(super) ids: Vec<i64>,
    pub(super) args: Vec<Option<Py>>,
}

/// Finds the method, binds the arguments and runs it as this user.
pub(crate) fn call_kw(odoo: &Inner, arrival: Arrival<'_>, uid: i64, call: &Call) -> Res<Py> {
    let model = odoo.registry.model(&call.model)?;
    let target = find(model, &call.method)?;
    let mut kwargs = call.kwargs.clone();
    let context = match kwargs.iter().position(|(name, _)| name == "context") {
        Some(at) => kwargs.remove(at).1,
        None => Py::None,
    };
    let session = session(uid, context, arrival)?;
    if let Some(lang) = session
        .ctx("lang")
        .and_then(Py::as_str)
        .filter(|lang| *lang != "en_US")
    {
        return Err(Fault::user(format!("Invalid language code: {lang}")));
    }
    let mut positional = call.args.as_slice();
    let mut ids = args::Ids {
        ids: Vec::new(),
        text: None,
    };
    if !target.on_model() {
        let Some((head, rest)) = positional.split_first() else {
            return Err(Fault::new(
                Class::Builtin("IndexError"),
                "list index out of range",
            ));
        };
        ids = args::ids(head)?;
        positional = rest;
    }
    let class = model.logic.class_of(&call.method);
    let class = match &target {
        Found::Own(_) if class == "BaseModel" => class_name(model.name),
        _ => class.to_owned(),
    };
    let signature = Signature {
        class: &class,
        method: &call.method,
        params: target.params(),
        bound: true,
    };
    let args = bind(signature, positional, &kwargs)?;
    if let Some(text) = ids.text.filter(|_| !target.drops_text_ids())
        && text.trim().parse::<i64>().is_err()
    {
        return Err(crate::orm::invalid_id_text(model, &text));
    }
    let bound = Bound {
        model,
        ids: ids.ids,
        args,
    };
    match target {
        Found::Generic(method) if method.reads => odoo.read(|tables| {
            (method.view)(
                &View {
                    t: tables,
                    reg: &odoo.registry,
                    s: &session,
                },
                &bound,
            )
        }),
        Found::Generic(method) => odoo.write(&session, call, |env| {
            draws::draw_call(env, model.name, &bound.ids)?;
            (method.run)(env, &bound)
        }),
        Found::Own(method) => odoo.write(&session, call, |env| {
            if !method.reads {
                draws::draw_call(env, model.name, &bound.ids)?;
            }
            own(env, method, &bound)
        }),
    }
}

fn own(env: &mut Env<'_>, method: &Method, bound: &Bound<'_>) -> Res<Py> {
    if !method.on_model {
        env.view().allow(bound.model, Perm::Read)?;
        if !method.reads {
            env.view().allow(bound.model, Perm::Write)?;
        }
        env.ensure(bound.model.name, &bound.ids)?;
    }
    (method.run)(env, &bound.ids, &bound.args)
}

fn session(uid: i64, context: Py, arrival: Arrival<'_>) -> Res<Session> {
    let context = match context {
        Py::Dict(pairs) => Py::Dict(pairs),
        other if !other.truthy() => Py::Dict(Vec::new()),
        other => {
            return Err(Fault::type_error(format!(
                "'{}' object is not a mapping",
                other.type_name()
            )));
        }
    };
    Ok(Session {
        uid,
        context: Arc::new(context),
        now: Arc::new(Moment::new(arrival.now)),
        attempt: arrival.attempt.map(Arc::from),
    })
}

/// A public method.
enum Found {
    Generic(&'static generic::Generic),
    Own(&'static Method),
}

impl Found {
    fn on_model(&self) -> bool {
        match self {
            Self::Generic(method) => method.on_model,
            Self::Own(method) => method.on_model,
        }
    }

    fn params(&self) -> &'static [&'static str] {
        match self {
            Self::Generic(method) => method.params,
            Self::Own(method) => method.params,
        }
    }

    /// `read(['1'])` finds nothing instead of failing.
    fn drops_text_ids(&self) -> bool {
        matches!(self, Self::Generic(method) if method.reads)
    }
}

fn find(model: &Model, name: &str) -> Res<Found> {
    let unknown = || {
        Fault::attribute(format!(
            "The method '{name}' does not exist on the model '{}'",
            model.name
        ))
    };
    if name.starts_with('_') || name == "init" {
        return Err(Fault::access(format!(
            "Private methods (such as {name}) cannot be called remotely."
        )));
    }
    if name == "env" {
        return Err(Fault::attribute(
            "'Environment' object has no attribute '__name__'",
        ));
    }
    if let Some(method) = model.method(name) {
        return Ok(Found::Own(method));
    }
    generic::find(name).map(Found::Generic).ok_or_else(unknown)
}

/// `sale.order.line` -> `SaleOrderLine`
fn class_name(model: &str) -> String {
    model
        .split(['.', '_'])
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map_or(String::new(), |c| {
                c.to_uppercase().collect::<String>() + chars.as_str()
            })
        })
        .collect()
}
