//! What a handler answers, and its HTTP form.

use serde_json::Value;

use crate::reply::Reply;

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
