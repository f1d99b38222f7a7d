//! One virtual Homey, which answers requests as a Homey of its dialect would. It does no input or output.
//!
//! `http` finds the operation of a request in the catalogue and its arguments by name, `guard` checks session
//! and scopes, `arguments` the types, and `dispatch` calls the handler of the operation. Handlers know nothing
//! of HTTP, so that live connections use the same dispatch.

mod absent;
mod advanced_flows;
mod alarms;
mod answer;
mod app_api;
mod apps;
mod arguments;
mod call;
mod capability_view;
mod dashboards;
mod device_template;
mod device_text;
mod device_view;
mod devices;
mod dispatch;
mod drivers;
mod energy;
mod error;
mod events;
mod experiments;
mod flow_cards;
mod flow_run;
mod flow_tokens;
mod flows;
mod groups;
mod guard;
mod http;
mod icon;
mod images;
mod insights;
mod items;
mod keys;
mod ledring;
mod logic;
mod moods;
mod notifications;
mod options;
mod owner;
mod presence;
mod prices;
mod query;
mod radio;
mod services;
mod sessions;
mod signals;
mod socket;
mod states;
mod system;
mod thread;
mod unlisted_paths;
mod users;
mod weather;
mod zones;

use std::borrow::Cow;

#[cfg(test)]
use housekey::catalogue::Operation;
use housekey::catalogue::RouteMatch;
use jiff::Timestamp;
use serde_json::Value;

use self::answer::Answer;
use self::error::HubError;
pub(crate) use self::events::HubEvent;
use self::events::Write;
use crate::hub_options::HubOptions;
use crate::quirk::Quirks;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::availability::DeviceChange;
use crate::state::home_fault::HomeFault;
use crate::state::session::{NewSession, SessionKind};
use crate::state::user::Role;
use crate::state::value::time;
use crate::state::{Change, Home};

/// One virtual Homey.
#[derive(Debug)]
pub(crate) struct Hub {
    home: Home,
    api_key: String,
    /// What has changed since the last request or tick began, by flows as well.
    pending_changes: Vec<Change>,
    write: Option<Write>,
}

impl Hub {
    /// A Homey that has been running for some days at `now`.
    pub(crate) fn new(options: HubOptions, now: Timestamp) -> Self {
        let mut home = Home::build(&options, now);
        let api_key = own_key(&mut home, "housekey", &["homey"], now);
        Self { home, api_key, pending_changes: Vec::new(), write: None }
    }

    /// Whether an operation is answered from state; any other is answered with 501.
    #[cfg(test)]
    pub(crate) fn models(operation: &'static Operation) -> bool {
        dispatch::handler(operation).is_ok()
    }

    /// The operation that a request means, with the arguments in its path; `None` where there is none.
    pub(crate) fn route(&self, request: &Request) -> Option<RouteMatch> {
        http::route(self.home.dialect, &request.method, &request.path)
    }

    /// Answers a request made at `now`, whose operation [`route`](Self::route) has found. `verify` checks a
    /// delegation token of the cloud and returns the account that it was issued for.
    pub(crate) fn answer(
        &mut self,
        request: &Request,
        route: Option<RouteMatch>,
        now: Timestamp,
        verify: &dyn Fn(&str) -> Option<String>,
    ) -> Reply {
        self.begin(now);
        let outcome = http::handle(&mut self.home, request, route, now, verify);
        let outcome = self.end(outcome);
        let mut reply = match outcome {
            Ok(answer) => answer.reply(),
            Err(error) => error.reply(self.home.dialect),
        };
        reply.headers.splice(0..0, self.headers());
        reply
    }

    /// The events of the last request or tick, once, for the URIs with subscribers.
    pub(crate) fn take_events(&mut self, has_subscribers: &dyn Fn(&str) -> bool) -> Vec<HubEvent> {
        let changes = std::mem::take(&mut self.pending_changes);
        let write = self.write.take();
        events::of(&mut self.home, changes, write, has_subscribers, dispatch::read_item)
    }

    /// A capability of a device that has a value, and the value.
    pub(crate) fn some_value(&self, device: &str) -> Option<(String, Value)> {
        let capabilities = &self.home.devices.get(device)?.capabilities;
        let known = capabilities.iter().find(|capability| !capability.value.is_null())?;
        Some((known.id.clone(), known.value.clone()))
    }

    /// Advances the time without a request.
    pub(crate) fn tick(&mut self, now: Timestamp) {
        self.begin(now);
        self.keep_changes();
    }

    /// Changes a device without a request of a client. Returns whether the device exists.
    pub(crate) fn change_device(&mut self, id: &str, change: DeviceChange, now: Timestamp) -> bool {
        self.begin(now);
        let found = match change {
            DeviceChange::Available => self.home.set_unavailable(id, None),
            DeviceChange::Unavailable(why) => self.home.set_unavailable(id, Some(why)),
            DeviceChange::Removed => self.home.remove_device(id),
        };
        self.home.react();
        self.keep_changes();
        found
    }

    fn begin(&mut self, now: Timestamp) {
        self.write = None;
        self.home.advance(now);
        self.home.react();
    }

    fn end(
        &mut self,
        outcome: Result<(Answer, Option<Write>), HubError>,
    ) -> Result<Answer, HubError> {
        self.home.react();
        self.keep_changes();
        outcome.map(|(answer, write)| {
            self.write = write;
            answer
        })
    }

    /// Keeps the changes of this request or tick; earlier ones that were not taken are dropped, so that they do
    /// not pile up.
    fn keep_changes(&mut self) {
        self.pending_changes = self.home.take_changes();
    }

    /// The faults of a messy home.
    pub(crate) fn home_faults(&self) -> &[HomeFault] {
        &self.home.home_faults
    }

    /// Whether this Homey issued a token, valid or not.
    pub(crate) fn owns_token(&self, bearer: &str) -> bool {
        self.home.sessions.owns(bearer)
    }

    /// Sets the quirks that are on.
    pub(crate) fn set_quirks(&mut self, quirks: &Quirks) {
        self.home.quirks = quirks.clone();
    }

    /// A new API key of the owner with these scopes.
    pub(crate) fn new_api_key(&mut self, scopes: &[&str], now: Timestamp) -> String {
        own_key(&mut self.home, "made by a test", scopes, now)
    }

    /// When the session of a bearer ends; API keys never do.
    pub(crate) fn session_end(&self, bearer: &str) -> Option<Timestamp> {
        self.home.sessions.end(bearer)
    }

    /// Ends every session that came from a login. API keys have no end.
    pub(crate) fn expire_sessions(&mut self) {
        self.home.sessions.expire();
    }

    /// An API key that may do everything, ready to be used.
    pub(crate) fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Every token that was issued: no log may contain one.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.home.sessions.handed_out().to_vec()
    }

    /// The headers of every answer: the id, version and tier of the Homey.
    fn headers(&self) -> [(Cow<'static, str>, String); 3] {
        [
            ("X-Homey-ID".into(), self.home.cloud_id.clone()),
            ("X-Homey-Version".into(), self.home.model.version().to_owned()),
            ("X-Homey-Tier".into(), self.home.model.tier().to_owned()),
        ]
    }
}

/// Makes a key for the owner.
fn own_key(home: &mut Home, name: &str, scopes: &[&str], now: Timestamp) -> String {
    let owner = home.users.values().find(|user| user.role == Role::Owner);
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let wanted = NewSession {
        user: owner.map(|user| user.id.clone()).unwrap_or_default(),
        kind: SessionKind::Key,
        name: Some(name.to_owned()),
        client: None,
        intersected: scopes.clone(),
        scopes,
        life: None,
    };
    home.sessions.open(wanted, &home.seed, now).1
}

#[cfg(test)]
mod tests;
