use std::borrow::Cow;
use std::fmt;

use crate::Headers;

/// One request: what a client sends.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// Upper case: `POST`, `GET`, ...
    pub method: String,
    /// Absolute path with its query, without scheme and host.
    pub path: String,
    /// Header fields.
    pub headers: Headers,
    /// The body's bytes; empty where there is none.
    pub body: Vec<u8>,
}

impl WireRequest {
    /// A request without body.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            headers: Headers::new(),
            body: Vec::new(),
        }
    }

    /// A POST with a body of this content type.
    pub fn post(path: impl Into<String>, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut request = Self::new("POST", path).with_header("Content-Type", content_type);
        request.body = body.into();
        request
    }

    /// The same request with one more header field.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.append(name, value);
        self
    }
}

/// One response: what a server answers.
#[derive(Clone, PartialEq, Eq)]
pub struct WireResponse {
    /// HTTP status code.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl WireResponse {
    /// A response without body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Headers::new(),
            body: Vec::new(),
        }
    }

    /// The same response with one more header field.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The same response with this body.
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The body as text; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

// Bodies carry customer data and credentials, so a debug print shows their size only.

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for WireResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
