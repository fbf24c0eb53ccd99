//! Arguments against a Python signature, with Python's own complaints.

use crate::fault::{Fault, Res};
use crate::py::{Py, str_repr};

/// A method's signature: its qualified name and its parameters after `self`; `*` in front marks an optional one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signature<'s> {
    pub(crate) class: &'s str,
    pub(crate) method: &'s str,
    pub(crate) params: &'s [&'static str],
    /// Whether `self` is counted (a method) or not (a function).
    pub(crate) bound: bool,
}

/// Puts positional and keyword arguments into the places of the parameters.
pub(crate) fn bind(signature: Signature<'_>, args: &[Py], kwargs: &[(String, Py)]) -> Res<Vec<Option<Py>>> {
    let Signature {
        class,
        method,
        params,
        bound,
    } = signature;
    let function = if class.is_empty() {
        format!("{method}()")
    } else {
        format!("{class}.{method}()")
    };
    let extra = usize::from(bound);
    let names: Vec<&str> = params.iter().map(|p| p.trim_start_matches('*')).collect();
    if args.len() > params.len() {
        let required = params.iter().filter(|p| !p.starts_with('*')).count() + extra;
        let (total, given) = (params.len() + extra, args.len() + extra);
        let takes = if required == total {
            let s = if total == 1 { "" } else { "s" };
            format!("takes {total} positional argument{s}")
        } else {
            format!("takes from {required} to {total} positional arguments")
        };
        let were = if given == 1 { "was" } else { "were" };
        return Err(Fault::type_error(format!(
            "{function} {takes} but {given} {were} given"
        )));
    }
    let mut places: Vec<Option<Py>> = args.iter().cloned().map(Some).collect();
    places.resize(params.len(), None);
    for (name, value) in kwargs {
        let Some(at) = names.iter().position(|n| n == name) else {
            let text = format!("{function} got an unexpected keyword argument {}", str_repr(name));
            return Err(Fault::type_error(text));
        };
        if let Some(place @ None) = places.get_mut(at) {
            *place = Some(value.clone());
        } else {
            let text = format!("{function} got multiple values for argument {}", str_repr(name));
            return Err(Fault::type_error(text));
        }
    }
    let missing: Vec<String> = params
        .iter()
        .zip(&places)
        .filter(|(param, place)| place.is_none() && !param.starts_with('*'))
        .map(|(param, _)| str_repr(param))
        .collect();
    if missing.is_empty() {
        return Ok(places);
    }
    let list = match missing.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
        [] => String::new(),
    };
    let s = if missing.len() == 1 { "" } else { "s" };
    let text = format!(
        "{function} missing {} required positional argument{s}: {list}",
        missing.len()
    );
    Err(Fault::type_error(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEARCH: Signature<'static> = Signature {
        class: "BaseModel",
        method: "search",
        params: &["domain", "*offset", "*limit", "*order"],
        bound: true,
    };

    #[test]
    fn python_complains() {
        let say = |args: usize, kwargs: &[(&str, i64)]| {
            let kwargs: Vec<(String, Py)> = kwargs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), Py::Int(*v)))
                .collect();
            bind(SEARCH, &vec![Py::Int(0); args], &kwargs)
                .unwrap_err()
                .message()
        };
        assert_eq!(
            say(5, &[]),
            "BaseModel.search() takes from 2 to 5 positional arguments but 6 were given"
        );
        assert_eq!(
            say(1, &[("nosuch", 1)]),
            "BaseModel.search() got an unexpected keyword argument 'nosuch'"
        );
        assert_eq!(
            say(0, &[("limit", 1)]),
            "BaseModel.search() missing 1 required positional argument: 'domain'"
        );
        assert_eq!(
            say(1, &[("domain", 1)]),
            "BaseModel.search() got multiple values for argument 'domain'"
        );
        let bound = bind(SEARCH, &[Py::List(vec![])], &[("limit".to_owned(), Py::Int(3))]).unwrap();
        assert_eq!(bound, [Some(Py::List(vec![])), None, Some(Py::Int(3)), None]);
    }
}
