//! A call as a handler receives it: arguments by name, session and time.

use housekey::catalogue::Operation;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::error::HubError;
use crate::state::Home;
use crate::state::session::Session;

/// Answers one operation.
pub(crate) type Handler = fn(&mut Home, &Call<'_>) -> Result<Answer, HubError>;

/// The operations one manager's file answers, by id.
pub(crate) type Handlers = &'static [(&'static str, Handler)];

/// A call whose session, scopes and argument types have been checked.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'static Operation,
    /// Every argument by its name, wherever HTTP carried it.
    pub(crate) arguments: Map<String, Value>,
    /// `None` for the few operations that need no session.
    pub(crate) session: Option<Session>,
    pub(crate) now: Timestamp,
    /// Verifies a delegation token and returns the account that it was issued for.
    pub(crate) verify: &'a dyn Fn(&str) -> Option<String>,
}

impl Call<'_> {
    /// An argument that was given and is not null.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name).filter(|value| !value.is_null())
    }

    /// A text that must be there.
    pub(crate) fn text(&self, name: &str) -> Result<&str, HubError> {
        self.get(name).and_then(Value::as_str).ok_or_else(|| missing(name, "string"))
    }

    /// An object that must be there.
    pub(crate) fn object(&self, name: &str) -> Result<&Map<String, Value>, HubError> {
        self.get(name).and_then(Value::as_object).ok_or_else(|| missing(name, "object"))
    }

    /// The session of the caller.
    pub(crate) fn session(&self) -> Result<&Session, HubError> {
        self.session.as_ref().ok_or(HubError::NoSession)
    }
}

fn missing(name: &str, kind: &str) -> HubError {
    HubError::Argument(format!("Missing Argument: {name} ({kind})"))
}

/// A key of an item's body that must be a text when it is there.
pub(crate) fn text_in<'a>(
    item: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a str>, HubError> {
    match item.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(HubError::Argument(format!("Invalid Argument: {key} should be a string"))),
    }
}

/// The same for a text that must also not be empty, such as a name.
pub(crate) fn name_in<'a>(
    item: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a str>, HubError> {
    match text_in(item, key)? {
        Some(text) if text.trim().is_empty() => {
            Err(HubError::Argument(format!("Invalid Argument: {key} should not be empty")))
        }
        text => Ok(text),
    }
}
