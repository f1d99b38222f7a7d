//! One virtual Homey: takes a request, answers as a Homey of its dialect would. No input or output
//! of its own.
//!
//! The way of a request: `wire` finds the operation in the catalogue and the arguments by name,
//! `guard` judges session and scopes, `arguments` the types, and `dispatch` hands the call to the
//! manager's file. The handlers know nothing of HTTP, so that a socket can use the same dispatch.

mod absent;
mod advanced_flows;
mod alarms;
mod answer;
mod apps;
mod arguments;
mod call;
mod dashboards;
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
mod roots;
mod services;
mod sessions;
mod signals;
mod socket;
mod states;
mod system;
mod thread;
mod users;
mod weather;
mod wire;
mod zones;

use bytes::Bytes;
use housekey::catalogue::Operation;
use jiff::{SignedDuration, Timestamp};

use self::answer::Answer;
use self::error::HubError;
pub use self::events::HubEvent;
use self::events::Write;
use crate::model::Model;
pub(crate) use crate::state::house::APPS;
use crate::state::session::{Kind, Wanted};
use crate::state::user::Role;
use crate::state::value::time;
use crate::state::{Change, Home};
use crate::world::DeviceChange;

/// How a virtual Homey is to be.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Its id in the cloud: 24 hexadecimal digits.
    pub cloud_id: String,
    /// The name its owner gave it.
    pub name: String,
    /// What kind of hub it is, which says what it speaks.
    pub model: Model,
    /// How many devices it has; thirty are a whole house.
    pub devices: usize,
    /// What everything that looks random is made from.
    pub seed: u64,
    /// How long a session token is taken; real Homeys say 24 hours.
    pub session_life: SignedDuration,
    /// Whose Homey it is.
    pub owner: Owner,
    /// The OAuth client that people sign in with.
    pub client: Client,
}

/// An OAuth client, as a Homey knows it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// The name shown.
    pub name: String,
}

/// The owner of a Homey, as the cloud knows them.
#[derive(Debug, Clone)]
pub struct Owner {
    /// The account's id in the cloud.
    pub athom_id: String,
    /// The name shown.
    pub name: String,
    /// The account's e-mail address.
    pub email: String,
}

/// One HTTP request to a Homey.
#[derive(Debug, Clone, Default)]
pub struct HubRequest {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// The path as sent, percent-encoded or not.
    pub path: String,
    /// The query without its question mark; empty for none.
    pub query: String,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// What a Homey answers.
#[derive(Debug, Clone)]
pub struct HubReply {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
    /// Further headers: every answer tells the Homey's id, version and tier.
    pub headers: Vec<(&'static str, String)>,
}

/// One virtual Homey.
#[derive(Debug)]
pub struct Hub {
    home: Home,
    api_key: String,
    /// What has changed since the last request or tick began, flows included.
    untold: Vec<Change>,
    write: Option<Write>,
}

impl Hub {
    /// A Homey that has been running for some days at `now`.
    pub fn new(options: HubOptions, now: Timestamp) -> Self {
        let mut home = Home::build(&options, now);
        let api_key = own_key(&mut home, "housekey", &["homey"], now);
        Self { home, api_key, untold: Vec::new(), write: None }
    }

    /// Whether an operation is answered from state; of the others the answer is an honest 501.
    pub fn models(operation: &'static Operation) -> bool {
        dispatch::handler(operation).is_ok()
    }

    /// The operation a request means, such as `users.login`; `None` where there is none.
    pub fn operation(&self, method: &str, path: &str) -> Option<&'static str> {
        wire::route(self.home.dialect, method, path).map(|(operation, ..)| operation.id)
    }

    /// Answers a request made at `now`. `verify` judges a delegation token of the cloud and tells the
    /// account it was made for.
    pub fn answer(
        &mut self,
        request: &HubRequest,
        now: Timestamp,
        verify: &dyn Fn(&str) -> Option<String>,
    ) -> HubReply {
        self.begin(now);
        let outcome = wire::handle(&mut self.home, request, now, verify);
        let outcome = self.end(outcome);
        let mut reply = match outcome {
            Ok(answer) => answer.reply(),
            Err(error) => error.reply(self.home.dialect),
        };
        reply.headers = self.headers();
        reply
    }

    /// Lets time pass without a request.
    pub fn tick(&mut self, now: Timestamp) {
        self.begin(now);
        self.note_changes();
    }

    /// Changes a device without a client's doing. Whether there is such a device.
    pub fn change_device(&mut self, id: &str, change: DeviceChange, now: Timestamp) -> bool {
        self.begin(now);
        let found = match change {
            DeviceChange::Available => self.home.set_unavailable(id, None),
            DeviceChange::Unavailable(why) => self.home.set_unavailable(id, Some(why)),
            DeviceChange::Removed => self.home.remove_device(id),
        };
        self.home.react();
        self.note_changes();
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
        self.note_changes();
        outcome.map(|(answer, write)| {
            self.write = write;
            answer
        })
    }

    /// Those that nobody took are forgotten, so that they do not pile up.
    fn note_changes(&mut self) {
        self.untold = self.home.take_changes();
    }

    /// Whether a bearer was handed out by this Homey, whatever has become of it.
    pub fn owns_token(&self, bearer: &str) -> bool {
        self.home.sessions.owns(bearer)
    }

    /// Whether sessions of OAuth clients from now on get no more than the vendor gives to third parties.
    pub fn limit_third_parties(&mut self, on: bool) {
        self.home.third_party_scopes = on;
    }

    /// A new API key of the owner with these scopes.
    pub fn new_api_key(&mut self, scopes: &[&str], now: Timestamp) -> String {
        own_key(&mut self.home, "made by a test", scopes, now)
    }

    /// When the session of a bearer ends; API keys never do.
    pub fn session_end(&self, bearer: &str) -> Option<Timestamp> {
        self.home.sessions.end(bearer)
    }

    /// Ends every session that came from a login. API keys have no end.
    pub fn expire_sessions(&mut self) {
        self.home.sessions.expire();
    }

    /// An API key that may do everything, ready to be used.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Every token ever handed out: what must not be found in any log.
    pub fn secrets(&self) -> Vec<String> {
        self.home.sessions.handed_out().to_vec()
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("X-Homey-ID", self.home.cloud_id.clone()),
            ("X-Homey-Version", self.home.model.version().to_owned()),
            ("X-Homey-Tier", self.home.model.tier().to_owned()),
        ]
    }
}

/// Makes a key for the owner.
fn own_key(home: &mut Home, name: &str, scopes: &[&str], now: Timestamp) -> String {
    let owner = home.users.values().find(|user| user.role == Role::Owner);
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let wanted = Wanted {
        user: owner.map(|user| user.id.clone()).unwrap_or_default(),
        kind: Kind::Key,
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
