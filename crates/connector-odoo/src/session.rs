use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};
use sync_core::ErrorKind;

use crate::client::{CallError, Client, LoadRow, Options};
use crate::external_id::ExternalIds;
use crate::metadata::{Fields, read_fields};
use crate::order::Services;
use crate::value::{id, many2one, text};

/// The currency in which the company keeps its books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Currency {
    pub(crate) name: String,
    /// Decimal places.
    pub(crate) digits: u32,
}

/// A signed-in connection and what it has learnt about the database.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) external: ExternalIds,
    connection: String,
    /// What Odoo said about its fields; asked again at the beginning of each run.
    fields: Mutex<BTreeMap<String, Arc<Fields>>>,
    /// The connection's price list, once it is known to exist.
    pricelist: Mutex<Option<i64>>,
    /// The connection's service products, once they were looked for.
    services: Mutex<Option<Arc<Services>>>,
}

impl Session {
    pub(crate) fn new(client: Client, connection: &str) -> Self {
        Self {
            client,
            external: ExternalIds::new(connection),
            connection: connection.to_owned(),
            fields: Mutex::default(),
            pricelist: Mutex::default(),
            services: Mutex::default(),
        }
    }

    /// Forgets what the database said about itself: it may have changed.
    pub(crate) fn refresh(&self) {
        self.fields.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.pricelist.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.forget_services();
    }

    pub(crate) fn forget_services(&self) {
        *self.services.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The connection's service products that there are.
    pub(crate) async fn services(&self) -> Result<Arc<Services>, CallError> {
        let known = self
            .services
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = Arc::new(Services::find(self).await?);
        *self.services.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&found));
        Ok(found)
    }

    /// The fields of a model.
    pub(crate) async fn field_info(&self, model: &str) -> Result<Arc<Fields>, CallError> {
        let known = self
            .fields
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(model)
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let kwargs = Map::from_iter([("attributes".to_owned(), json!(["type", "store", "relation"]))]);
        let answer = self.client.call(model, "fields_get", json!([]), kwargs).await?;
        let fields = read_fields(answer).ok_or_else(|| {
            CallError::new(
                ErrorKind::Protocol,
                "fields_get",
                format!("{model}.fields_get is not understood"),
            )
        })?;
        let fields = Arc::new(fields);
        self.fields
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(model.into(), Arc::clone(&fields));
        Ok(fields)
    }

    /// The connection's price list, if there is one.
    pub(crate) async fn pricelist(&self) -> Result<Option<i64>, CallError> {
        let known = *self.pricelist.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_some() {
            return Ok(known);
        }
        let model = "product.pricelist";
        let rows = self
            .client
            .search_read(model, json!([]), &["name"], Options::default())
            .await?;
        let ids: Vec<i64> = rows.iter().map(id).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let names = self
            .client
            .call(model, "get_external_id", json!([ids]), Map::new())
            .await?;
        let ours = self.external.of("pricelist", "prices");
        let found = ids
            .into_iter()
            .find(|id| names[id.to_string()] == Value::String(ours.clone()));
        *self.pricelist.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(found)
    }

    /// The currency of the signed-in user's company.
    pub(crate) async fn currency(&self) -> Result<Currency, CallError> {
        let missing = |what: &str| {
            CallError::new(
                ErrorKind::Protocol,
                "no_currency",
                format!("Odoo shows no {what} for this user"),
            )
        };
        let user = self.client.uid().await?;
        let users = self.client.read("res.users", &[user], &["company_id"]).await?;
        let company = users.first().and_then(|row| many2one(&row["company_id"]));
        let company = company.ok_or_else(|| missing("company"))?;
        let companies = self
            .client
            .read("res.company", &[company], &["currency_id"])
            .await?;
        let currency = companies.first().and_then(|row| many2one(&row["currency_id"]));
        let currency = currency.ok_or_else(|| missing("currency"))?;
        let rows = self
            .client
            .read("res.currency", &[currency], &["name", "decimal_places"])
            .await?;
        let row = rows.first().ok_or_else(|| missing("currency"))?;
        let digits = row["decimal_places"]
            .as_u64()
            .and_then(|digits| u32::try_from(digits).ok());
        Ok(Currency {
            name: text(&row["name"]).to_owned(),
            digits: digits.unwrap_or(2).min(6),
        })
    }

    /// The connection's price list, made if there is none.
    pub(crate) async fn ensure_pricelist(&self) -> Result<i64, CallError> {
        if let Some(known) = self.pricelist().await? {
            return Ok(known);
        }
        let name = format!("Shopify prices ({})", self.connection);
        let row = LoadRow::single(vec![self.external.of("pricelist", "prices"), name]);
        let loaded = self
            .client
            .load("product.pricelist", &["id", "name"], &[row], &json!({}))
            .await;
        let made = loaded.into_iter().next().unwrap_or_else(|| {
            Err(CallError::new(
                ErrorKind::Protocol,
                "load_answer",
                "product.pricelist.load answered nothing",
            ))
        })?;
        *self.pricelist.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        Ok(made)
    }
}
