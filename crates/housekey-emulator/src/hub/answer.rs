//! The answer of an operation, and its HTTP form.

use serde_json::Value;

use super::error::HubError;
use crate::reply::Reply;

/// The answer of an operation.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A JSON value.
    Json(Value),
    /// JSON text, for long lists that are made from cached parts.
    Text(String),
    /// A file.
    File { content_type: &'static str, bytes: Vec<u8> },
}

impl Answer {
    /// The answer of operations without a result. Inferred: the vendor's client takes `null` and 204 alike.
    pub(crate) const NOTHING: Self = Self::Json(Value::Null);

    /// A JSON value as the result of an operation.
    pub(super) fn json(value: Value) -> Result<Self, HubError> {
        Ok(Self::Json(value))
    }

    pub(super) fn reply(self) -> Reply {
        const JSON: &str = "application/json; charset=utf-8";
        match self {
            Self::Json(value) => Reply::of(200, JSON, value.to_string()),
            Self::Text(text) => Reply::of(200, JSON, text),
            Self::File { content_type, bytes } => Reply::of(200, content_type, bytes),
        }
    }
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}
