//! Requests over a live connection: handshake, subscriptions, calls by name. Answers, scopes and errors are
//! those of HTTP, since both use the same dispatch.

use housekey::catalogue::{self, Method, Operation, scope};
use jiff::Timestamp;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::error::HubError;
use super::{Hub, arguments, guard, http};

impl Hub {
    /// Whether a token opens this Homey.
    ///
    /// # Errors
    /// The error object of the answer.
    pub(crate) fn admit(&mut self, token: &str, now: Timestamp) -> Result<(), Value> {
        self.begin(now);
        let outcome = guard::admit(&mut self.home, Some(token), now);
        self.keep_changes();
        outcome.map(drop).map_err(|error| error.body(self.home.dialect))
    }

    /// Whether a session may subscribe to a URI. Inferred: read access to anything of a manager includes
    /// the events of the manager and its items; unknown URIs are open.
    ///
    /// # Errors
    /// The error object of the answer.
    pub(crate) fn may_listen(
        &mut self,
        uri: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<(), Value> {
        self.begin(now);
        let dialect = self.home.dialect;
        let admitted = guard::admit(&mut self.home, Some(token), now);
        self.keep_changes();
        let session = admitted.map_err(|error| error.body(dialect))?;
        let reads: Vec<_> = catalogue::operations()
            .iter()
            .filter(|operation| concerns(operation, uri))
            .filter_map(|operation| operation.on(dialect))
            .filter(|variant| variant.method == Method::Get)
            .collect();
        let may = |scopes| scope::missing(&session.intersected, scopes).is_none();
        if reads.is_empty() || reads.iter().any(|variant| may(variant.scopes)) {
            return Ok(());
        }
        Err(HubError::MissingScopes.body(dialect))
    }

    /// Calls an operation with its arguments by name. Keys that are no arguments are passed over.
    ///
    /// # Errors
    /// The error object of the answer.
    pub(crate) fn call(
        &mut self,
        (uri, name): (&str, &str),
        given: &Map<String, Value>,
        token: &str,
        now: Timestamp,
        verify: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Box<RawValue>, Value> {
        self.begin(now);
        let dialect = self.home.dialect;
        let found = catalogue::by_uri(uri, name)
            .and_then(|operation| Some((operation, operation.on(dialect)?)));
        let outcome = match found {
            None => Err(HubError::NoRoute { method: name.to_owned(), path: uri.to_owned() }),
            Some((operation, variant)) => {
                let arguments = || Ok(arguments::by_name(variant, given));
                http::carry_out(
                    &mut self.home,
                    (operation, variant),
                    arguments,
                    Some(token),
                    now,
                    verify,
                )
            }
        };
        let answer = self.end(outcome).and_then(|answer| answer.raw());
        answer.map_err(|error| error.body(dialect))
    }
}

/// Whether an operation belongs to what a URI names: `homey:manager:zones`, `homey:zone:<uuid>`.
fn concerns(operation: &Operation, uri: &str) -> bool {
    let mut parts = uri.splitn(3, ':').skip(1);
    match (parts.next(), parts.next()) {
        (Some("manager"), Some(manager)) => operation.manager == manager,
        (Some(item), Some(_)) => super::events::is_getter(operation, item),
        _ => false,
    }
}

impl super::answer::Answer {
    /// As an argument of an answer over the socket, which carries JSON alone.
    fn raw(self) -> Result<Box<RawValue>, HubError> {
        let broken = |error: serde_json::Error| {
            HubError::refused(500, "internal_error", format!("The answer is not JSON: {error}"))
        };
        match self {
            Self::Json(value) => to_raw_value(&value).map_err(broken),
            Self::Text(text) => RawValue::from_string(text).map_err(broken),
            Self::File { .. } => Err(HubError::refused(
                400,
                "not_over_socket",
                "A file cannot be sent over a socket",
            )),
        }
    }
}
