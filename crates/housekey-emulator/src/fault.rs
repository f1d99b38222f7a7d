//! Faults of requests, by the name of a step or an operation.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::quirk::{Quirk, Quirks};
use crate::reply::Reply;

/// A fault for calls of one name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fault {
    /// The name of a step or an operation; with `*` at its end every name with that prefix.
    pub(crate) matches: String,
    /// How many more calls it affects.
    pub(crate) times: u64,
    /// How long the answer is held back.
    pub(crate) delay: Duration,
    /// The answer instead of the true one. The call is then not carried out.
    pub(crate) reply: Option<Canned>,
    /// Whether the connection breaks in the middle of the answer.
    pub(crate) cut: bool,
    /// Whether the connection is disconnected from the namespace after the answer, or instead of the event.
    /// Live connections only.
    pub(crate) kick: bool,
    /// Whether the answer, or the event, is never sent. Over HTTP the connection ends instead.
    pub(crate) lose: bool,
    /// Whether the event is sent twice. Events only.
    pub(crate) duplicate: bool,
}

/// A prepared answer.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) content_type: Option<&'static str>,
}

impl Canned {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), content_type: None }
    }

    /// As the error of an answer over the socket.
    pub(crate) fn error(&self) -> Value {
        let reason = || json!({ "error": format!("Refused with {}", self.status), "statusCode": self.status });
        serde_json::from_slice(&self.body).unwrap_or_else(|_| reason())
    }

    pub(crate) fn set_json(&mut self, body: &Value) {
        self.content_type = Some("application/json; charset=utf-8");
        self.body = body.to_string().into();
    }
}

/// A failure whose answer is known from real sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Failure {
    /// The relay has no connection to the Homey: 417. The status was seen, the body is inferred.
    HomeyOffline,
    /// The Homey is still starting, or is a self-hosted server that has not been activated: 503. The
    /// status was seen at its ping, the body is inferred.
    NotActivated,
}

impl Failure {
    /// The failure that a quirk makes of every call to a Homey.
    pub(crate) fn of(quirks: &Quirks) -> Option<Self> {
        let by_quirk =
            [(Quirk::HomeyOffline, Self::HomeyOffline), (Quirk::NotActivated, Self::NotActivated)];
        by_quirk.into_iter().find_map(|(quirk, failure)| quirks.contains(&quirk).then_some(failure))
    }
}

impl Canned {
    /// The answer of a failure.
    pub(crate) fn of(failure: Failure) -> Self {
        let (status, text) = match failure {
            Failure::HomeyOffline => (417, "Homey Is Not Connected"),
            Failure::NotActivated => (503, "Service Unavailable"),
        };
        let mut canned = Self::empty(status);
        canned.set_json(&json!({ "error": text, "error_description": text, "statusCode": status }));
        canned
    }
}

impl From<Canned> for Reply {
    fn from(canned: Canned) -> Self {
        let kind = canned.content_type.map(|kind| (Cow::from("Content-Type"), kind.to_owned()));
        let headers = canned.headers.into_iter().map(|(name, value)| (name.into(), value));
        Self { status: canned.status, headers: headers.chain(kind).collect(), body: canned.body }
    }
}

impl Fault {
    pub(crate) fn on(matches: &str) -> Self {
        Self { matches: matches.to_owned(), times: 1, ..Self::default() }
    }

    fn matches(&self, name: &str) -> bool {
        match self.matches.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == self.matches,
        }
    }

    /// Takes the first fault that matches a call of that name, one time of it.
    pub(crate) fn take(faults: &mut Vec<Self>, name: &str) -> Option<Self> {
        let place = faults.iter().position(|fault| fault.times > 0 && fault.matches(name))?;
        faults[place].times -= 1;
        let fault = faults[place].clone();
        faults.retain(|fault| fault.times > 0);
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fault_that_matches_is_taken_as_often_as_it_says() {
        let mut twice = Fault::on("users.login");
        twice.times = 2;
        let mut faults = vec![Fault::on("devices.*"), twice, Fault::on("*")];
        let mut struck = |name| Fault::take(&mut faults, name).map(|fault| fault.matches);
        assert_eq!(struck("users.login").as_deref(), Some("users.login"));
        assert_eq!(struck("devices.getDevices").as_deref(), Some("devices.*"));
        assert_eq!(struck("users.login").as_deref(), Some("users.login"));
        assert_eq!(struck("devices.getDevices").as_deref(), Some("*"));
        assert_eq!(struck("users.login"), None);
    }
}
