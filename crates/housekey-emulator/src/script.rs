//! What tests do to the emulator and learn from it: faults by name, counts, and the wait for them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use housekey::catalogue;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::Step;
use crate::quirk::{Quirk, Quirks};
use crate::realtime;
use crate::reply::Reply;
use crate::world::World;

/// Whether faults and counts know a name, or the beginning of some that ends in `*`.
pub(crate) fn is_name(name: &str) -> bool {
    name.ends_with('*')
        || Step::NAMES.contains(&name)
        || realtime::STEPS.contains(&name)
        || catalogue::operations().iter().chain(catalogue::CLOUD).any(|one| one.id == name)
}

/// What is to go wrong with calls of that name.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// The name of a step or an operation; with `*` at its end every name that begins so.
    pub(crate) matches: String,
    /// How many more calls it strikes.
    pub(crate) times: u64,
    /// How long the answer is held back.
    pub(crate) delay: Duration,
    /// What is answered in place of the true answer. The call is then not carried out.
    pub(crate) reply: Option<Canned>,
    /// Whether the connection breaks in the middle of the answer.
    pub(crate) cut: bool,
    /// Whether the connection is thrown out of the namespace after the answer, or in place of the
    /// event. Of live connections alone.
    pub(crate) kick: bool,
    /// Whether the answer, or the event, never comes. Of live connections alone.
    pub(crate) lose: bool,
    /// Whether the event comes twice. Of events alone.
    pub(crate) duplicate: bool,
}

/// An answer that was written beforehand.
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
    /// The one that a quirk makes of every call to a Homey.
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
        Self {
            matches: matches.to_owned(),
            times: 1,
            delay: Duration::ZERO,
            reply: None,
            cut: false,
            kick: false,
            lose: false,
            duplicate: false,
        }
    }

    fn strikes(&self, name: &str) -> bool {
        match self.matches.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == self.matches,
        }
    }

    /// The first of the faults that strikes a call of that name; used up once.
    pub(crate) fn take(faults: &mut Vec<Self>, name: &str) -> Option<Self> {
        let place = faults.iter().position(|fault| fault.times > 0 && fault.strikes(name))?;
        faults[place].times -= 1;
        let fault = faults[place].clone();
        faults.retain(|fault| fault.times > 0);
        Some(fault)
    }
}

/// A fault in the writing, made by [`Emulator::script`](crate::Emulator::script). It takes effect
/// at the end of the statement (when it is dropped) and strikes one call unless told otherwise.
pub struct Script<'a> {
    world: &'a World,
    fault: Fault,
}

impl<'a> Script<'a> {
    pub(crate) fn new(world: &'a World, matches: &str) -> Self {
        Self { world, fault: Fault::on(matches) }
    }

    fn canned(&mut self) -> &mut Canned {
        self.fault.reply.get_or_insert_with(|| Canned::empty(200))
    }

    /// Answers with this status (200 to 599) and does not carry out the call.
    pub fn reply(mut self, status: u16) -> Self {
        self.canned().status = status;
        self
    }

    /// Answers as that failure does.
    pub fn fail(mut self, failure: Failure) -> Self {
        self.fault.reply = Some(Canned::of(failure));
        self
    }

    /// The JSON body of that answer; without it the body is empty.
    pub fn body(mut self, body: Value) -> Self {
        self.canned().set_json(&body);
        self
    }

    /// A body of that answer that is not JSON: a web page.
    pub fn page(mut self, text: impl Into<String>) -> Self {
        let canned = self.canned();
        canned.content_type = Some("text/html; charset=utf-8");
        canned.body = text.into().into();
        self
    }

    /// One more header of that answer.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.canned().headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Holds the answer back that long. The call is counted, and carried out if it is, before.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.fault.delay = delay;
        self
    }

    /// Breaks the connection after the head and half of the body. Without [`reply`](Self::reply)
    /// the call has been carried out by then.
    pub fn cut(mut self) -> Self {
        self.fault.cut = true;
        self
    }

    /// Throws a live connection out of the namespace: behind the answer, or in place of an event. At
    /// `realtime.join` that is in the moments in which clients watch for it.
    pub fn kick(mut self) -> Self {
        self.fault.kick = true;
        self
    }

    /// Never answers a call over a live connection, which has been carried out; an event is lost.
    pub fn lose(mut self) -> Self {
        self.fault.lose = true;
        self
    }

    /// Sends an event twice: for `realtime.event`.
    pub fn duplicate(mut self) -> Self {
        self.fault.duplicate = true;
        self
    }

    /// How many calls it strikes.
    pub fn times(mut self, times: u64) -> Self {
        self.fault.times = times;
        self
    }
}

impl Drop for Script<'_> {
    fn drop(&mut self) {
        self.world.add_fault(self.fault.clone());
    }
}

/// What has come in so far, counted by the names of steps and operations, and who listens now.
///
/// A call counts when it arrives, before any fault strikes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    calls: BTreeMap<&'static str, u64>,
    subscriptions: BTreeMap<String, u64>,
    connections: u64,
}

impl Seen {
    /// Nothing yet; the steps of a sign-in and of a live connection are listed with zero.
    pub(crate) fn nothing() -> Self {
        let steps = Step::NAMES.into_iter().chain(["users.login"]).chain(realtime::STEPS);
        Self {
            calls: steps.map(|name| (name, 0)).collect(),
            subscriptions: BTreeMap::new(),
            connections: 0,
        }
    }

    pub(crate) fn count(&mut self, name: &'static str, times: u64) {
        *self.calls.entry(name).or_default() += times;
    }

    pub(crate) fn listening(&mut self, (subscriptions, connections): (BTreeMap<String, u64>, u64)) {
        (self.subscriptions, self.connections) = (subscriptions, connections);
    }

    /// How often that step or operation was called.
    pub fn calls(&self, name: &str) -> u64 {
        self.calls.get(name).copied().unwrap_or_default()
    }

    /// All of them.
    pub(crate) fn all_calls(&self) -> &BTreeMap<&'static str, u64> {
        &self.calls
    }

    /// How many live connections listen to a URI now.
    pub fn subscriptions(&self, uri: &str) -> u64 {
        self.subscriptions.get(uri).copied().unwrap_or_default()
    }

    /// All URIs that anybody listens to now.
    pub(crate) fn all_subscriptions(&self) -> &BTreeMap<String, u64> {
        &self.subscriptions
    }

    /// How many live connections are in the namespace now.
    pub fn connections(&self) -> u64 {
        self.connections
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fault_that_matches_strikes_as_often_as_told() {
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
