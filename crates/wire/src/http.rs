use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Method, Url};

use crate::{Transport, TransportError, WireRequest, WireResponse};

/// How [`HttpTransport`] talks to its server.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Time for the connection to stand.
    pub connect_timeout: Duration,
    /// Time for the whole exchange. Odoo retries contention itself for up to 20 s and may commit afterwards, so
    /// less than 30 s turns slow successes into lost answers.
    pub timeout: Duration,
    /// Largest response body accepted, in bytes.
    pub max_response_bytes: usize,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(90),
            max_response_bytes: 64 * 1024 * 1024,
        }
    }
}

/// A transport over HTTP or HTTPS. Redirects are not followed: a credential never goes to another host.
pub struct HttpTransport {
    client: Client,
    base: Url,
    max_response_bytes: usize,
}

impl HttpTransport {
    /// A transport to the server at `base` (`https://shop.example`, path and query are ignored).
    pub fn new(base: &str, options: &HttpOptions) -> Result<Self, TransportError> {
        let invalid = |reason: String| TransportError::Invalid(format!("server address `{base}`: {reason}"));
        let url = Url::parse(base).map_err(|e| invalid(e.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("must begin with https:// or http://".into()));
        }
        let client = Client::builder()
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| invalid(e.to_string()))?;
        Ok(Self {
            client,
            base: url,
            max_response_bytes: options.max_response_bytes,
        })
    }

    async fn body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, TransportError> {
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|e| TransportError::Lost(describe(e)))?
        {
            if body.len() + chunk.len() > self.max_response_bytes {
                return Err(TransportError::TooLarge(self.max_response_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// An error's text with its causes and without the URL, whose query may hold a secret.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let invalid = |reason: String| TransportError::Invalid(reason);
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|e| invalid(e.to_string()))?;
        let url = self
            .base
            .join(&request.path)
            .map_err(|e| invalid(e.to_string()))?;
        if url.origin() != self.base.origin() {
            return Err(invalid(format!(
                "path `{}` leads to another server",
                request.path
            )));
        }
        let mut builder = self.client.request(method, url).body(request.body);
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        let response = builder.send().await.map_err(|error| {
            if error.is_builder() {
                TransportError::Invalid(describe(error))
            } else if error.is_connect() {
                TransportError::NotSent(describe(error))
            } else {
                TransportError::Lost(describe(error))
            }
        })?;
        let mut answer = WireResponse::new(response.status().as_u16());
        for (name, value) in response.headers() {
            answer
                .headers
                .append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        answer.body = self.body(response).await?;
        Ok(answer)
    }
}
