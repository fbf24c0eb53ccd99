//! One raw call to a simulated system, for looking and testing.

use serde_json::{Value, json};
use wire::{WireRequest, WireResponse, WireService};

use super::{Service, ServiceError};
use crate::systems::{ADMINISTRATOR, SIMULATED_DATABASE, SIMULATED_TOKEN};

/// The administrator's user id; the same in every Odoo.
const ADMINISTRATOR_ID: i64 = 2;

impl Service {
    /// Calls a method of the simulated Odoo as its administrator and answers the result. A fault is an error with
    /// Odoo's own text.
    pub fn simulate_odoo(
        &self,
        model: &str,
        method: &str,
        args: &Value,
        kwargs: &Value,
    ) -> Result<Value, ServiceError> {
        if !args.is_array() {
            return Err(ServiceError::Invalid(format!(
                "the arguments have to be a JSON list, not `{args}`"
            )));
        }
        if !kwargs.is_object() {
            return Err(ServiceError::Invalid(format!(
                "the named arguments have to be a JSON object, not `{kwargs}`"
            )));
        }
        let odoo = self
            .systems
            .simulation
            .odoo
            .as_ref()
            .ok_or_else(|| not_simulated("Odoo", "ODOO_URL"))?;
        let call = json!([
            SIMULATED_DATABASE,
            ADMINISTRATOR_ID,
            ADMINISTRATOR,
            model,
            method,
            args,
            kwargs
        ]);
        let params = json!({"service": "object", "method": "execute_kw", "args": call});
        let body = json!({"jsonrpc": "2.0", "method": "call", "params": params, "id": 1});
        let request = WireRequest::post("/jsonrpc", "application/json", body.to_string());
        let mut answer = read(&odoo.handle(self.clock.now(), &request))?;
        match answer.get("error") {
            None => Ok(answer["result"].take()),
            Some(error) => {
                let text = error["data"]["message"]
                    .as_str()
                    .unwrap_or("it answered an error without a text");
                Err(ServiceError::Invalid(format!("Odoo: {text}")))
            }
        }
    }

    /// Sends a document to the simulated Shopify and answers its whole response, errors included.
    pub fn simulate_shopify(&self, query: &str, variables: &Value) -> Result<Value, ServiceError> {
        if !variables.is_object() && !variables.is_null() {
            return Err(ServiceError::Invalid(format!(
                "the variables have to be a JSON object, not `{variables}`"
            )));
        }
        let shopify = self
            .systems
            .simulation
            .shopify
            .as_ref()
            .ok_or_else(|| not_simulated("Shopify", "SHOPIFY_URL"))?;
        let path = format!("/admin/api/{}/graphql.json", connector_shopify::API_VERSION);
        let body = json!({"query": query, "variables": variables});
        let request = WireRequest::post(path, "application/json", body.to_string())
            .with_header("X-Shopify-Access-Token", SIMULATED_TOKEN);
        read(&shopify.handle(self.clock.now(), &request))
    }
}

pub(super) fn not_simulated(system: &str, setting: &str) -> ServiceError {
    ServiceError::NotSimulated {
        system: system.to_owned(),
        setting: setting.to_owned(),
    }
}

fn read(response: &WireResponse) -> Result<Value, ServiceError> {
    serde_json::from_slice(&response.body)
        .map_err(|_| ServiceError::Invalid(format!("HTTP status {}: {}", response.status, response.text())))
}
