//! Shopify's GraphQL Admin API over HTTP.

mod answer;
mod cost;
mod http;
mod notices;
mod secret;
mod token;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sync_core::ConnectorError;
use wire::{Transport, WireRequest, WireResponse};

use crate::ShopifyOptions;
use crate::documents::Document;
pub(crate) use answer::snake;
use answer::{Answer, read_data};
pub use cost::Bucket;
pub(crate) use cost::TOO_DEAR;
pub(crate) use http::tidy;
use http::{from_status, from_transport, request_id, server_time};
use notices::Notices;
pub use secret::Secret;
pub use token::{ClientCredentials, StaticToken, TokenProvider};

/// The version of the API that the documents are written for.
pub const API_VERSION: &str = "2026-10";

const PATH: &str = "/admin/api/2026-10/graphql.json";

/// Sends documents to a shop.
pub(crate) struct Client {
    transport: Arc<dyn Transport>,
    tokens: Arc<dyn TokenProvider>,
    options: ShopifyOptions,
    bucket: Mutex<Option<Bucket>>,
    notices: Notices,
}

impl Client {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        tokens: Arc<dyn TokenProvider>,
        options: ShopifyOptions,
    ) -> Self {
        Self {
            transport,
            tokens,
            options,
            bucket: Mutex::default(),
            notices: Notices::default(),
        }
    }

    /// Begins a conversation: the queries of one call of the connector.
    pub(crate) fn options(&self) -> &ShopifyOptions {
        &self.options
    }

    pub(crate) fn talk(&self) -> Talk<'_> {
        Talk {
            client: self,
            spent: 0.0,
            began: None,
        }
    }

    /// The bucket as the last answer showed it.
    pub(crate) fn bucket(&self) -> Option<Bucket> {
        *self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a body. A refused token is replaced once, where there is another one.
    async fn send(&self, body: &str) -> Result<WireResponse, ConnectorError> {
        let token = self.tokens.token(None).await?;
        let response = self.send_with(&token, body).await?;
        if response.status != 401 {
            return Ok(response);
        }
        let token = self.tokens.token(Some(&token)).await?;
        self.send_with(&token, body).await
    }

    async fn send_with(&self, token: &Secret, body: &str) -> Result<WireResponse, ConnectorError> {
        let request = WireRequest::post(PATH, "application/json", body)
            .with_header("Accept", "application/json")
            .with_header("X-Shopify-Access-Token", token.expose());
        let sent = self.transport.send(request).await;
        sent.map_err(|error| from_transport(&error))
    }

    async fn exchange(&self, document: &Document, variables: Value) -> Result<WireResponse, ConnectorError> {
        let body = json!({
            "query": document.text,
            "operationName": document.name,
            "variables": variables,
        });
        let response = self.send(&body.to_string()).await?;
        self.notices.look(document.name, &response);
        if response.status == 200 {
            Ok(response)
        } else {
            Err(from_status(&response))
        }
    }
}

/// The queries of one call of the connector, and what they have cost so far. A call that fails is repeated from its
/// beginning, so that much has to be in the bucket then.
pub(crate) struct Talk<'c> {
    client: &'c Client,
    spent: f64,
    began: Option<Timestamp>,
}

impl Talk<'_> {
    pub(crate) fn options(&self) -> &ShopifyOptions {
        &self.client.options
    }

    /// The server's time when this conversation began: that of its first answer.
    pub(crate) fn began(&self) -> Option<Timestamp> {
        self.began
    }

    /// Sends a document and reads its data.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &mut self,
        document: &Document,
        variables: Value,
    ) -> Result<T, ConnectorError> {
        self.try_ask(document, variables).await.map_err(|mut error| {
            error.message = format!("{}: {}", document.name, error.message);
            error
        })
    }

    async fn try_ask<T: DeserializeOwned>(
        &mut self,
        document: &Document,
        variables: Value,
    ) -> Result<T, ConnectorError> {
        let response = self.client.exchange(document, variables).await?;
        if self.began.is_none() {
            self.began = server_time(&response);
        }
        let answer = Answer::read(&response.body)?;
        let cost = answer.cost;
        tracing::trace!(
            document = document.name,
            requested = cost.requested,
            actual = cost.actual,
            available = cost.bucket.map(|bucket| bucket.available),
            "answered"
        );
        if cost.bucket.is_some() {
            *self.client.bucket.lock().unwrap_or_else(PoisonError::into_inner) = cost.bucket;
        }
        if let Some(mut error) = answer.failure(self.spent) {
            error.message.push_str(&request_id(&response));
            return Err(error);
        }
        self.spent += cost.actual.unwrap_or_default();
        read_data(&response.body)
    }
}
