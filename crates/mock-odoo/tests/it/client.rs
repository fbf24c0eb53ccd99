//! A small JSON-RPC client over the service.

use jiff::Timestamp;
use mock_odoo::{Config, Odoo};
use serde_json::{Value, json};
use wire::{WireRequest, WireService};

/// A server and the moment of the next call; each call takes a second.
pub(crate) struct Client {
    pub(crate) odoo: Odoo,
    pub(crate) now: std::cell::Cell<Timestamp>,
    db: String,
    pub(crate) uid: i64,
    password: String,
}

/// What a failed call says: class and message.
#[derive(Debug, PartialEq, Eq, Clone)]
pub(crate) struct Failed {
    pub(crate) class: String,
    pub(crate) message: String,
}

impl Client {
    /// The administrator of a fresh recorded-like server.
    pub(crate) fn new() -> Self {
        Self::with(Config::recorded())
    }

    pub(crate) fn with(config: Config) -> Self {
        let db = config.databases[0].clone();
        let now: Timestamp = "2026-11-23T08:00:00.5Z".parse().unwrap();
        Self {
            odoo: Odoo::in_memory(config),
            now: now.into(),
            db,
            uid: 2,
            password: "admin".to_owned(),
        }
    }

    /// The same server as another user.
    pub(crate) fn signed_in(mut self, uid: i64, password: &str) -> Self {
        self.uid = uid;
        password.clone_into(&mut self.password);
        self
    }

    pub(crate) fn tick(&self) -> Timestamp {
        let now = self.now.get();
        self.now.set(now + jiff::Span::new().seconds(1));
        now
    }

    pub(crate) fn post(&self, service: &str, method: &str, args: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "method": "call", "id": 1,
            "params": {"service": service, "method": method, "args": args}});
        let request = WireRequest::post("/jsonrpc", "application/json", body.to_string());
        let response = self.odoo.handle(self.tick(), &request);
        assert_eq!(response.status, 200);
        serde_json::from_slice(&response.body).unwrap()
    }

    pub(crate) fn try_call(
        &self,
        model: &str,
        method: &str,
        args: Value,
        kwargs: Value,
    ) -> Result<Value, Failed> {
        let all = json!([self.db, self.uid, self.password, model, method, args, kwargs]);
        let answer = self.post("object", "execute_kw", all);
        match answer.get("error") {
            None => Ok(answer.get("result").cloned().unwrap_or(Value::Null)),
            Some(error) => Err(Failed {
                class: error["data"]["name"].as_str().unwrap().to_owned(),
                message: error["data"]["message"].as_str().unwrap().to_owned(),
            }),
        }
    }

    /// The same call over XML-RPC, ids and integers only in `args`; answers the body.
    pub(crate) fn xml(&self, model: &str, method: &str, ids: &[i64], context: &[(&str, bool)]) -> String {
        let ids: Vec<String> = ids
            .iter()
            .map(|id| format!("<value><int>{id}</int></value>"))
            .collect();
        let ids = ids.concat();
        let context: Vec<String> = context
            .iter()
            .map(|(key, value)| {
                format!(
                    "<member><name>{key}</name><value><boolean>{}</boolean></value></member>",
                    u8::from(*value)
                )
            })
            .collect();
        let context = context.concat();
        let param = |value: &str| format!("<param><value>{value}</value></param>");
        let text = |value: &str| param(&format!("<string>{value}</string>"));
        let body = format!(
            "<?xml version='1.0'?><methodCall><methodName>execute_kw</methodName><params>{}{}{}{}{}{}{}</params>\
             </methodCall>",
            text(&self.db),
            param(&format!("<int>{}</int>", self.uid)),
            text(&self.password),
            text(model),
            text(method),
            param(&format!(
                "<array><data><value><array><data>{ids}</data></array></value></data></array>"
            )),
            param(&format!(
                "<struct><member><name>context</name><value><struct>{context}</struct></value></member></struct>"
            )),
        );
        let request = WireRequest::post("/xmlrpc/2/object", "text/xml", body);
        let response = self.odoo.handle(self.tick(), &request);
        assert_eq!(response.status, 200);
        String::from_utf8(response.body.clone()).unwrap()
    }

    /// Moves the clock on.
    pub(crate) fn wait(&self, seconds: i64) {
        self.now.set(self.now.get() + jiff::Span::new().seconds(seconds));
    }

    /// A call with a context.
    pub(crate) fn call_in(&self, context: Value, model: &str, method: &str, args: Value) -> Value {
        self.call_kw(model, method, args, json!({"context": context}))
    }

    /// A storable product of one variant: its variant's id.
    pub(crate) fn goods(&self, name: &str, code: &str, price: f64) -> i64 {
        let vals = json!({"name": name, "default_code": code, "list_price": price, "is_storable": true});
        let template = self.create("product.template", vals);
        self.read("product.template", template, "product_variant_id")[0]
            .as_i64()
            .unwrap()
    }

    /// Counts and applies a level in one call; answers the quant.
    pub(crate) fn stock(&self, product: i64, location: i64, quantity: f64) -> i64 {
        let vals = json!({"product_id": product, "location_id": location, "inventory_quantity_auto_apply": quantity});
        let context = json!({"inventory_mode": true});
        self.call_in(context, "stock.quant", "create", json!([vals]))
            .as_i64()
            .unwrap()
    }

    pub(crate) fn reads(&self, model: &str, id: i64, fields: &[&str]) -> Value {
        let mut row = self.call(model, "read", json!([[id], fields]))[0].clone();
        row.as_object_mut().unwrap().remove("id");
        row
    }

    pub(crate) fn call(&self, model: &str, method: &str, args: Value) -> Value {
        self.call_kw(model, method, args, json!({}))
    }

    pub(crate) fn call_kw(&self, model: &str, method: &str, args: Value, kwargs: Value) -> Value {
        self.try_call(model, method, args, kwargs)
            .unwrap_or_else(|failed| panic!("{model}.{method}: {failed:?}"))
    }

    pub(crate) fn fail(&self, model: &str, method: &str, args: Value) -> Failed {
        self.try_call(model, method, args, json!({}))
            .expect_err("the call fails")
    }

    pub(crate) fn create(&self, model: &str, vals: Value) -> i64 {
        self.call(model, "create", json!([vals])).as_i64().unwrap()
    }

    pub(crate) fn read(&self, model: &str, id: i64, field: &str) -> Value {
        self.call(model, "read", json!([[id], [field]]))[0][field].clone()
    }

    pub(crate) fn search_read(&self, model: &str, domain: Value, fields: &[&str]) -> Vec<Value> {
        let found = self.call_kw(
            model,
            "search_read",
            json!([domain]),
            json!({"fields": fields, "order": "id"}),
        );
        found.as_array().unwrap().clone()
    }

    /// `load`; answers the ids, or panics with the messages.
    pub(crate) fn load(&self, model: &str, fields: Value, rows: Value) -> Vec<i64> {
        let answer = self.call(model, "load", json!([fields, rows]));
        let Some(ids) = answer["ids"].as_array() else {
            panic!("{model}.load: {answer}")
        };
        ids.iter().map(|id| id.as_i64().unwrap()).collect()
    }
}
