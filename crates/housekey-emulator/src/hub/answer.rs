//! What a handler answers, and its HTTP form.

use bytes::Bytes;
use serde_json::Value;

use super::HubReply;

/// What an operation answers.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A JSON value.
    Json(Value),
    /// JSON that is text already, as of long lists whose parts are kept.
    Text(String),
    /// A file.
    File { content_type: &'static str, bytes: Vec<u8> },
}

impl Answer {
    /// Of operations that answer nothing. Inferred: the vendor's client takes `null` and 204 alike.
    pub(crate) const NOTHING: Self = Self::Json(Value::Null);

    pub(super) fn reply(self) -> HubReply {
        const JSON: &str = "application/json; charset=utf-8";
        let (content_type, body) = match self {
            Self::Json(value) => (JSON, Bytes::from(value.to_string())),
            Self::Text(text) => (JSON, Bytes::from(text)),
            Self::File { content_type, bytes } => (content_type, Bytes::from(bytes)),
        };
        HubReply { status: 200, content_type, body, headers: Vec::new() }
    }
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}
