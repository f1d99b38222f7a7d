//! A response.

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::error::HttpError;

/// A complete response.
#[derive(Debug)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Vec<u8>,
    pub(super) server: String,
}

impl HttpResponse {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the content type is JSON.
    pub fn is_json(&self) -> bool {
        self.header("content-type")
            .is_some_and(|kind| kind.trim_start().starts_with("application/json"))
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON of a given type, whatever the content type says.
    ///
    /// # Errors
    /// [`HttpError::Unreadable`], with what was expected. The body is not quoted, since it may
    /// hold a token.
    pub fn decode<T: DeserializeOwned>(&self, expected: &'static str) -> Result<T, HttpError> {
        // UTF-8 is checked far faster as a whole than string by string.
        let value = match std::str::from_utf8(&self.body) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(&self.body),
        };
        value.map_err(|_| self.unreadable(expected))
    }

    /// The error for an unexpected body.
    pub fn unreadable(&self, expected: &'static str) -> HttpError {
        HttpError::Unreadable { server: self.server.clone(), status: self.status, expected }
    }

    /// `Retry-After` in seconds; only the numeric form is read.
    pub fn retry_after_s(&self) -> Option<u64> {
        self.header("retry-after")?.trim().parse().ok()
    }
}
