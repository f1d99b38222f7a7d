//! A call as a handler receives it: arguments by name, session and time.

use housekey::catalogue::Operation;
use jiff::Timestamp;
use serde_json::{Map, Value};

pub(super) use super::answer::Answer;
pub(super) use super::error::HubError;
use crate::state::Home;
use crate::state::session::Session;

/// The result of an operation.
pub(super) type Answered = Result<Answer, HubError>;

/// Answers one operation.
pub(super) type Handler = fn(&mut Home, &Call<'_>) -> Answered;

/// The operations one manager's file answers, by id.
pub(super) type Handlers = &'static [(&'static str, Handler)];

/// A call whose session, scopes and argument types have been checked.
pub(super) struct Call<'a> {
    pub(super) operation: &'static Operation,
    /// Every argument by its name, wherever HTTP carried it.
    pub(super) arguments: Map<String, Value>,
    /// `None` for the few operations that need no session.
    pub(super) session: Option<Session>,
    pub(super) now: Timestamp,
    /// Verifies a delegation token and returns the account that it was issued for.
    pub(super) verify: &'a dyn Fn(&str) -> Option<String>,
}

impl Call<'_> {
    /// An argument that was given and is not null.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name).filter(|value| !value.is_null())
    }

    /// An argument, null if it is missing.
    pub(super) fn value(&self, name: &str) -> Value {
        self.get(name).cloned().unwrap_or_default()
    }

    /// An argument that is a text.
    pub(super) fn text_if_any(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A text that must be there.
    pub(super) fn text(&self, name: &str) -> Result<&str, HubError> {
        self.text_if_any(name).ok_or_else(|| HubError::missing(format!("{name} (string)")))
    }

    /// An object that must be there.
    pub(super) fn object(&self, name: &str) -> Result<&Map<String, Value>, HubError> {
        let object = self.get(name).and_then(Value::as_object);
        object.ok_or_else(|| HubError::missing(format!("{name} (object)")))
    }

    /// The session of the caller.
    pub(super) fn session(&self) -> Result<&Session, HubError> {
        self.session.as_ref().ok_or(HubError::NoSession)
    }
}

/// A key of an item's body that must be a text when it is there.
pub(super) fn text_in<'a>(
    item: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a str>, HubError> {
    match item.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(HubError::invalid(format!("{key} should be a string"))),
    }
}

/// The same for a text that must also not be empty, such as a name.
pub(super) fn name_in<'a>(
    item: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a str>, HubError> {
    match text_in(item, key)? {
        Some(text) if text.trim().is_empty() => {
            Err(HubError::invalid(format!("{key} should not be empty")))
        }
        text => Ok(text),
    }
}

/// The name in the body of a new item.
pub(super) fn new_name<'a>(body: &'a Map<String, Value>, item: &str) -> Result<&'a str, HubError> {
    name_in(body, "name")?.ok_or_else(|| HubError::missing(format!("{item}.name")))
}
