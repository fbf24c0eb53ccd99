use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use mock_odoo::{Config, Odoo};
use serde::Deserialize;
use wire::{WireRequest, WireResponse, WireService};

use crate::answer::{answer, cut, flat, headers, padded, pages, spaced, statement_cut};
use crate::case::Case;
use crate::compare::{self, Likeness, Verdict};
use crate::ids::{Pairs, kinds};
use crate::node::Node;
use crate::schema::Schema;
use crate::walk::Kind;
use crate::{clock, xml};

/// A call that was made between the recorded ones.
#[derive(Debug, Deserialize)]
struct Setup {
    /// Made before the first case with at least this `seq`.
    before: u64,
    model: String,
    method: String,
    args: Node,
    #[serde(default)]
    kwargs: Option<Node>,
    /// The ids it made on the real server, in the order of its answer.
    #[serde(default)]
    ids: Vec<i64>,
    /// How long before the next case its transaction began.
    #[serde(default)]
    millis_back: i64,
}

/// A model's method with its arguments, taken from either protocol.
struct Call {
    model: String,
    method: String,
    args: Node,
}

struct Replay<'a> {
    odoo: &'a Odoo,
    schema: Schema<'a>,
    pairs: RefCell<Pairs>,
    cookie: RefCell<String>,
}

/// The recordings from this `seq` on began on a second fresh database.
const SECOND_DATABASE: u64 = 90_000;

/// Sends every case and says how alike the answers are.
pub(crate) fn all(cases: &[Case]) -> Vec<Verdict> {
    let setup: Vec<Setup> =
        serde_json::from_str(include_str!("setup.json")).expect("setup.json is a list of calls");
    let (first, second) = cases.split_at(cases.partition_point(|case| case.seq < SECOND_DATABASE));
    let (before, after) = setup.split_at(setup.partition_point(|step| step.before < SECOND_DATABASE));
    let mut results = database(first, before);
    results.append(&mut database(second, after));
    results
}

/// One fresh server's cases.
fn database(cases: &[Case], setup: &[Setup]) -> Vec<Verdict> {
    let config = Config {
        installed_at: "2026-11-23T07:07:18Z".parse().unwrap(),
        ..Config::recorded()
    };
    let odoo = Odoo::in_memory(config);
    let times = clock::times(cases);
    let Some(start) = times.first().copied() else {
        return Vec::new();
    };
    let ask = |model: &str| {
        let call = format!(
            r#"{{"params": {{"service": "object", "method": "execute_kw", "args": ["odoo_lab", 2, "admin", "{model}", "fields_get", [], {{"attributes": ["relation"]}}]}}}}"#
        );
        let answer = post(&odoo, start, &call);
        answer.get("result").cloned().unwrap_or(Node::Null)
    };
    let replay = Replay {
        odoo: &odoo,
        schema: Schema::new(ask),
        pairs: RefCell::default(),
        cookie: RefCell::default(),
    };
    let mut setup = setup.iter().peekable();
    let mut results = Vec::new();
    for (case, now) in cases.iter().zip(times) {
        while let Some(step) = setup.next_if(|step| step.before <= case.seq) {
            replay.prepare(step, now - SignedDuration::from_millis(step.millis_back.max(2)));
        }
        results.push(replay.case(case, now));
    }
    results
}

fn post(odoo: &Odoo, now: Timestamp, body: &str) -> Node {
    let request = WireRequest::post("/jsonrpc", "application/json", body);
    let response = odoo.handle(now, &request);
    Node::json(&response.text()).expect("JSON-RPC answers JSON")
}

impl Replay<'_> {
    fn prepare(&self, step: &Setup, now: Timestamp) {
        let mut args = step.args.clone();
        let mut kwargs = step.kwargs.clone().unwrap_or(Node::Dict(Vec::new()));
        let (arg_kinds, result_kind) = kinds(&step.model, &step.method, args.items());
        let result = {
            let pairs = self.pairs.borrow();
            if let Node::List(items) = &mut args {
                for (item, kind) in items.iter_mut().zip(&arg_kinds) {
                    pairs.translate(&self.schema, kind, item);
                }
            }
            pairs.translate(&self.schema, &Kind::Context(step.model.clone()), &mut kwargs);
            let call = format!(
                r#"{{"params": {{"service": "object", "method": "execute_kw", "args": ["odoo_lab", 2, "admin", "{}", "{}", {}, {}]}}}}"#,
                step.model,
                step.method,
                args.to_json(),
                kwargs.to_json()
            );
            post(self.odoo, now, &call)
        };
        let failed = || {
            format!(
                "setup before {}: {} {}: {}",
                step.before,
                step.model,
                step.method,
                result.to_json()
            )
        };
        let Some(result) = result.get("result") else {
            println!("{}", failed());
            return;
        };
        if result.get("ids") == Some(&Node::Bool(false)) {
            println!("{}", failed());
        }
        if !step.ids.is_empty() {
            let mut recorded = Node::List(step.ids.iter().map(|id| Node::Int(*id)).collect());
            if let (Node::Int(_), [id]) = (result, step.ids.as_slice()) {
                recorded = Node::Int(*id);
            }
            if let Kind::Wrapped(_) = result_kind {
                recorded = Node::Dict(vec![("ids".to_owned(), recorded)]);
            }
            self.pairs
                .borrow_mut()
                .learn(&self.schema, &result_kind, &recorded, result, true);
        }
    }

    fn case(&self, case: &Case, now: Timestamp) -> Verdict {
        let mut request = WireRequest::new(case.http_method.clone(), case.path.clone());
        for (name, value) in &case.request_headers {
            let value = value.replace("SESSION", &self.cookie.borrow());
            request = request.with_header(name.clone(), value);
        }
        let (body, call) = self.request(case);
        request.body = body.into_bytes();
        if let Some(length) = padded(&case.notes) {
            request.body.resize(length, b' ');
        }
        let response = self.odoo.handle(now, &request);
        for (_, cookie) in response.headers.iter().filter(|(n, _)| *n == "Set-Cookie") {
            if let Some(id) = cookie
                .strip_prefix("session_id=")
                .and_then(|c| c.split(';').next())
            {
                id.clone_into(&mut self.cookie.borrow_mut());
            }
        }
        let verdict = self.compare(case, call.as_ref(), &response);
        if shown(case, &verdict) {
            println!(
                "=== {}#{} {} {:?}\n{}\n> {}\nrecorded:  {}\nsimulated: {}\n",
                case.file,
                case.seq,
                case.name,
                verdict.likeness,
                verdict.places.join("\n"),
                String::from_utf8_lossy(&request.body)
                    .chars()
                    .take(3000)
                    .collect::<String>(),
                case.response_body.chars().take(6000).collect::<String>(),
                response.text().chars().take(6000).collect::<String>()
            );
        }
        verdict
    }

    /// The request's body with simulated ids, and what it calls.
    fn request(&self, case: &Case) -> (String, Option<Call>) {
        let as_is = || (case.request_body.clone(), None);
        if case.protocol == "xmlrpc" {
            let Some((method, mut params)) = xml::request(&case.request_body) else {
                return as_is();
            };
            if method != "execute_kw" && method != "execute" {
                return as_is();
            }
            let before = params.clone();
            let call = self.translate(&method, &mut params);
            if params == before {
                return (case.request_body.clone(), call);
            }
            return (xml::write(&method, &params), call);
        }
        let Some(mut body) = Node::json(&case.request_body) else {
            return as_is();
        };
        let before = body.clone();
        let Some(params) = body.get_mut("params") else {
            return as_is();
        };
        let method = params.get("method").and_then(Node::text).map(str::to_owned);
        let call = if let Some(model) = params.get("model").and_then(Node::text).map(str::to_owned) {
            // The web client's call.
            let empty = Node::Dict(Vec::new());
            let mut list = vec![
                Node::Null,
                Node::Int(0),
                Node::Null,
                Node::Text(model),
                Node::Text(method.unwrap_or_default()),
                params.get("args").cloned().unwrap_or(Node::List(Vec::new())),
                params.get("kwargs").cloned().unwrap_or(empty),
            ];
            let call = self.translate("execute_kw", &mut list);
            if let (Some(args), Some(new)) = (params.get_mut("args"), list.get(5)) {
                *args = new.clone();
            }
            call
        } else {
            match (method, params.get_mut("args")) {
                (Some(method), Some(Node::List(list))) if method.starts_with("execute") => {
                    self.translate(&method, list)
                }
                _ => None,
            }
        };
        if body == before {
            return (case.request_body.clone(), call);
        }
        (body.to_json(), call)
    }

    fn translate(&self, method: &str, params: &mut [Node]) -> Option<Call> {
        let text = |n: usize| params.get(n).and_then(Node::text).map(str::to_owned);
        let (model, called) = (text(3)?, text(4)?);
        let pairs = self.pairs.borrow();
        let context = Kind::Context(model.clone());
        let rest = params.get_mut(5..)?;
        for node in rest.iter_mut() {
            pairs.translate_dates(node);
        }
        let args = if method == "execute" {
            Node::List(rest.to_vec())
        } else {
            rest.first().cloned().unwrap_or(Node::Null)
        };
        let (arg_kinds, _) = kinds(&model, &called, args.items());
        let given: Option<&mut [Node]> = if method == "execute" {
            Some(&mut *rest)
        } else {
            match rest.first_mut() {
                Some(Node::List(items)) => Some(items.as_mut_slice()),
                _ => None,
            }
        };
        for (item, kind) in given.unwrap_or_default().iter_mut().zip(&arg_kinds) {
            pairs.translate(&self.schema, kind, item);
        }
        if let Some(kwargs) = rest.get_mut(1).filter(|_| method != "execute") {
            pairs.translate(&self.schema, &context, kwargs);
        }
        Some(Call {
            model,
            method: called,
            args,
        })
    }

    fn compare(&self, case: &Case, call: Option<&Call>, response: &WireResponse) -> Verdict {
        let mut verdict = Verdict::equal();
        if case.response_status != response.status {
            let place = format!("status {} is {}", case.response_status, response.status);
            verdict.note(Likeness::Different, place);
        }
        headers(case, response, &mut verdict);
        let text = response.text();
        if case.notes.contains("response cut to ") && !text.starts_with("<!") {
            // Only the beginning was kept, with JSON's escapes resolved.
            let text = Node::json(&text).map_or_else(|| text.to_string(), |node| spaced(&node));
            if !text.starts_with(&case.response_body) {
                let same = text
                    .bytes()
                    .zip(case.response_body.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                let place = format!(
                    "differs after {same} bytes: {}",
                    cut(case.response_body.get(same..).unwrap_or(""))
                );
                verdict.note(Likeness::Different, place);
            }
            return verdict;
        }
        match (answer(&case.response_body), answer(&text)) {
            (Some(Ok(recorded)), Some(Ok(simulated))) => {
                let kind = call.map_or(Kind::Plain, |call| {
                    kinds(&call.model, &call.method, call.args.items()).1
                });
                let fresh = call.is_some_and(|call| {
                    matches!(
                        call.method.as_str(),
                        "create" | "copy" | "load" | "name_create" | "find_or_create"
                    )
                });
                self.pairs
                    .borrow_mut()
                    .learn(&self.schema, &kind, &recorded, &simulated, fresh);
                let mut expected = recorded;
                self.pairs.borrow().translate(&self.schema, &kind, &mut expected);
                compare::values(&expected, &simulated, "", &mut verdict);
            }
            (Some(Err(recorded)), Some(Err(simulated))) => self.faults(&recorded, &simulated, &mut verdict),
            (None, None) => pages(&case.response_body, &text, &mut verdict),
            (recorded, simulated) => {
                let say = |answer: Option<Result<Node, Node>>| match answer {
                    None => "a page".to_owned(),
                    Some(Ok(value)) => format!("a value {}", cut(&value.to_json())),
                    Some(Err(fault)) => format!("a fault {}", cut(&fault.to_json())),
                };
                let place = format!("{} is {}", say(recorded), say(simulated));
                verdict.note(Likeness::Different, place);
            }
        }
        verdict
    }

    fn faults(&self, recorded: &Node, simulated: &Node, verdict: &mut Verdict) {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        flat(recorded, "", &mut old);
        flat(simulated, "", &mut new);
        let keys = |list: &[(String, String)]| list.iter().map(|(k, _)| k.clone()).collect::<Vec<_>>();
        if keys(&old) != keys(&new) {
            let place = format!("fault keys {:?} are {:?}", keys(&old), keys(&new));
            verdict.note(Likeness::Different, place);
        }
        let pairs = self.pairs.borrow();
        for ((key, a), (_, b)) in old.iter().zip(&new) {
            let a = pairs.translate_text(&compare::last_exception(a));
            let b = compare::last_exception(b);
            if !compare::same_text(&statement_cut(&a), &statement_cut(&b)) {
                verdict.note(Likeness::Different, format!("{key}: {a:?} is {b:?}"));
            }
        }
    }
}

/// Whether someone wants to see the case.
fn shown(case: &Case, verdict: &Verdict) -> bool {
    let Ok(wanted) = std::env::var("ODOO_WIRE_SHOW") else {
        return false;
    };
    wanted.split(',').any(|part| {
        part == case.seq.to_string() || (case.file.starts_with(part) && verdict.likeness != Likeness::Equal)
    })
}

/// Cases per file and how alike they are.
pub(crate) fn table(cases: &[Case], results: &[Verdict]) -> String {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for (case, verdict) in cases.iter().zip(results) {
        for file in [case.file.as_str(), "total"] {
            let row = counts.entry(file).or_default();
            row[0] += 1;
            row[1 + verdict.likeness as usize] += 1;
        }
    }
    let mut out = format!(
        "{:32} {:>6} {:>6} {:>6} {:>9}\n",
        "file", "cases", "equal", "shape", "different"
    );
    for (file, [all, equal, shape, different]) in counts {
        writeln!(out, "{file:32} {all:>6} {equal:>6} {shape:>6} {different:>9}").unwrap();
    }
    out
}
