//! Everything the emulator knows at one moment, and the way of one request through it.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use housekey::clock::Clock as _;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::watch;

use crate::call::Call;
use crate::clock::WorldClock;
use crate::cloud::{Cloud, Now, Step};
use crate::echo::{disguise, quoted_error};
use crate::facts::{Facts, HomeyFacts};
use crate::hub::{Client, Hub, HubOptions, HubRequest, Owner};
use crate::options::Options;
use crate::quirk::{Quirk, Quirks};
use crate::realtime::{EVENT, Interruption, Links};
use crate::reply::Reply;
use crate::routing::{self, Role};
use crate::script::{Canned, Failure, Fault, Seen};

/// Which tokens are to be refused from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expire {
    /// The session tokens of every Homey; API keys stay good.
    Session,
    /// The access tokens of the cloud.
    Access,
    /// The refresh tokens of the cloud.
    Refresh,
    /// All three.
    All,
}

/// What becomes of a device without a client's doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceChange {
    /// It can be used again.
    Available,
    /// It cannot be reached; why, as its app says.
    Unavailable(String),
    /// It is gone from the home.
    Removed,
}

/// The cloud, the Homeys and what the caller did to them.
pub(crate) struct World {
    options: Options,
    url: String,
    clock: WorldClock,
    state: Mutex<State>,
    seen: watch::Sender<Seen>,
    pub(crate) links: Links,
    /// Held once more by whoever sends many events.
    pub(crate) bursting: Arc<()>,
}

struct State {
    cloud: Cloud,
    hubs: Vec<Hub>,
    quirks: Quirks,
    faults: Vec<Fault>,
    resets: u64,
    /// The secrets of what was there before a reset.
    retired: Vec<String>,
}

/// Who answers a call, and under which name it counts.
pub(crate) struct Target {
    who: Answerer,
    pub(crate) name: Option<&'static str>,
}

enum Answerer {
    Cloud(Step),
    Hub(usize),
    /// An answer that needs no state.
    Fixed(Reply),
}

impl World {
    pub(crate) fn new(options: Options, url: String) -> io::Result<Self> {
        let clock = WorldClock::on(options.clock.clone());
        let state = State::new(&options, &url, &clock, 0)?;
        let (seen, _) = watch::channel(Seen::nothing());
        Ok(Self {
            options,
            url,
            clock,
            state: Mutex::new(state),
            seen,
            links: Links::default(),
            bursting: Arc::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Now {
        Now { moved: self.clock.now(), unmoved: self.clock.unmoved() }
    }

    /// The time by the clock that the caller cannot move over `/_emulator/`.
    pub(crate) fn real_time(&self) -> Timestamp {
        self.clock.unmoved()
    }

    /// Who answers a call, if it is not for the control side.
    pub(crate) fn target(&self, call: &Call) -> Option<Target> {
        let state = self.state();
        let homeys = &state.cloud.account.homeys;
        let ids: Vec<&str> = homeys.iter().map(|homey| homey.id.as_str()).collect();
        let owner = |token: &str| state.hubs.iter().position(|hub| hub.owns_token(token));
        let (who, name) = match routing::role(call, &ids, owner) {
            Role::Control => return None,
            Role::Cloud(site) => match Step::of(site, call) {
                Some(step) => {
                    let name = step.name();
                    (Answerer::Cloud(step), Some(name))
                }
                None => (Answerer::Fixed(no_route(call)), None),
            },
            Role::NoSuchHomey => {
                let why = "The relay knows no Homey of this id.";
                (Answerer::Fixed(Reply::error(404, "not_found", why)), None)
            }
            Role::Homey(_) if state.quirks.contains(&Quirk::NotAHomey) => {
                let page = "<!DOCTYPE html><title>Welcome</title><h1>It works!</h1>";
                (Answerer::Fixed(Reply::html(200, page)), None)
            }
            Role::Homey(place) if let Some(failure) = Failure::of(&state.quirks) => {
                let name = state.hubs[place].operation(&call.method, &call.path);
                (Answerer::Fixed(Canned::of(failure).into()), name)
            }
            Role::Homey(place) => {
                (Answerer::Hub(place), state.hubs[place].operation(&call.method, &call.path))
            }
        };
        Some(Target { who, name })
    }

    /// Counts a call and takes the fault that strikes it.
    pub(crate) fn note(&self, target: &Target) -> Option<Fault> {
        self.strike(&[target.name.unwrap_or_default()])
    }

    /// The same by its names; an empty one counts as nothing, but faults for all calls strike it.
    pub(crate) fn strike(&self, names: &[&'static str]) -> Option<Fault> {
        let take = |name: &&str| Fault::take(&mut self.state().faults, name);
        let fault = names.iter().find_map(take);
        for name in names.iter().filter(|name| !name.is_empty()) {
            self.seen.send_modify(|seen| seen.count(name, 1));
        }
        fault
    }

    /// Carries out a call.
    pub(crate) fn answer(&self, target: Target, call: &Call) -> Reply {
        let now = self.now();
        match target.who {
            Answerer::Fixed(reply) => reply,
            Answerer::Cloud(step) => {
                let State { cloud, quirks, .. } = &mut *self.state();
                cloud.answer(&step, call, now, quirks)
            }
            Answerer::Hub(place) => {
                let request = HubRequest {
                    method: call.method.clone(),
                    path: call.path.clone(),
                    query: call.query.clone(),
                    content_type: call.header("content-type").map(str::to_owned),
                    authorization: call.header("authorization").map(str::to_owned),
                    body: call.body.clone(),
                };
                self.at_hub(place, |hub, now, cloud| {
                    let verify = |token: &str| cloud.delegated_user(token, now.moved);
                    hub.answer(&request, now.moved, &verify).into()
                })
            }
        }
    }

    /// An answer as the quirks of careless servers make it.
    pub(crate) fn disguise(&self, reply: Reply, call: &Call) -> Reply {
        disguise(reply, call.header("authorization"), &self.state().quirks)
    }

    /// The same for an error over a live connection with that token.
    pub(crate) fn quoted_error(&self, error: &Value, token: &str) -> Option<Box<RawValue>> {
        quoted_error(error, token, &self.state().quirks)
    }

    /// Does something with a Homey, and tells those who listen what has changed by it.
    pub(crate) fn at_hub<T>(
        &self,
        place: usize,
        act: impl FnOnce(&mut Hub, Now, &Cloud) -> T,
    ) -> T {
        let now = self.now();
        let State { cloud, hubs, faults, .. } = &mut *self.state();
        let hub = &mut hubs[place];
        let outcome = act(hub, now, cloud);
        let events = hub.take_events(&|uri| self.links.listened(place, uri));
        let sent = self.links.deliver(place, &events, || Fault::take(faults, EVENT));
        if sent > 0 {
            self.seen.send_modify(|seen| seen.count(EVENT, sent));
        }
        outcome
    }

    /// Changes a device of a Homey, the first one where no cloud id is given.
    pub(crate) fn change_device(
        &self,
        homey: Option<&str>,
        id: &str,
        change: DeviceChange,
    ) -> Result<(), String> {
        let place = {
            let state = self.state();
            let mut ids = state.cloud.account.homeys.iter().map(|homey| homey.id.as_str());
            match homey {
                Some(homey) => ids.position(|known| known == homey),
                None => Some(0),
            }
        };
        let place = place.ok_or("There is no Homey of this cloud id.")?;
        let found = self.at_hub(place, |hub, now, _| hub.change_device(id, change, now.moved));
        if found { Ok(()) } else { Err(format!("There is no device {id}.")) }
    }

    /// Lets time pass in every Homey.
    pub(crate) fn tick(&self) {
        // Whoever is slow has a full queue then, and would lose the connection for one event more.
        if Arc::strong_count(&self.bursting) > 1 {
            return;
        }
        let hubs = self.state().hubs.len();
        for place in 0..hubs {
            self.at_hub(place, |hub, now, _| hub.tick(now.moved));
        }
    }

    /// Takes up who listens to what.
    pub(crate) fn count_links(&self) {
        self.seen.send_modify(|seen| seen.listening(self.links.counts()));
    }

    /// The place of the Homey that a live connection is for.
    pub(crate) fn place(&self, headers: &HeaderMap, id: Option<&str>, token: &str) -> usize {
        let state = self.state();
        let ids = state.cloud.account.homeys.iter().map(|homey| homey.id.as_str());
        let position = |id: &str| ids.clone().position(|known| known == id);
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let by_host = text("host").and_then(|host| position(host.split('.').next()?));
        let by_header = || text("x-homey-id").and_then(position);
        let by_token = || state.hubs.iter().position(|hub| hub.owns_token(token));
        by_host.or_else(by_header).or_else(|| id.and_then(position)).or_else(by_token).unwrap_or(0)
    }

    pub(crate) fn add_fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    pub(crate) fn set_quirk(&self, quirk: Quirk, on: bool) {
        let State { quirks, hubs, .. } = &mut *self.state();
        if on {
            quirks.insert(quirk);
        } else {
            quirks.remove(&quirk);
        }
        if quirk == Quirk::ThirdPartyScopes {
            hubs.iter_mut().for_each(|hub| hub.limit_third_parties(on));
        }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    pub(crate) async fn until(&self, done: impl FnMut(&Seen) -> bool) {
        // The sender lives as long as the world, so the wait cannot fail.
        self.seen.subscribe().wait_for(done).await.ok();
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.tick();
    }

    pub(crate) fn expire(&self, what: Expire) {
        let state = &mut *self.state();
        if matches!(what, Expire::Session | Expire::All) {
            state.hubs.iter_mut().for_each(Hub::expire_sessions);
        }
        if matches!(what, Expire::Access | Expire::All) {
            state.cloud.expire_access();
        }
        if matches!(what, Expire::Refresh | Expire::All) {
            state.cloud.expire_refresh();
        }
    }

    /// A new API key of the first Homey.
    pub(crate) fn new_api_key(&self, scopes: &[&str]) -> String {
        self.at_hub(0, |hub, now, _| hub.new_api_key(scopes, now.moved))
    }

    /// When the session of a bearer ends.
    pub(crate) fn session_end(&self, bearer: &str) -> Option<Timestamp> {
        self.state().hubs.iter().find_map(|hub| hub.session_end(bearer))
    }

    /// Begins anew, with the same addresses, account and Homeys.
    pub(crate) fn reset(&self) -> io::Result<()> {
        self.clock.reset();
        let mut state = self.state();
        let mut fresh = State::new(&self.options, &self.url, &self.clock, state.resets + 1)?;
        fresh.retired = state.secrets();
        *state = fresh;
        drop(state);
        self.seen.send_replace(Seen::nothing());
        self.links.interrupt(Interruption::Drop);
        Ok(())
    }

    pub(crate) fn secrets(&self) -> Vec<String> {
        self.state().secrets()
    }

    pub(crate) fn otp_code(&self) -> Option<String> {
        self.state().cloud.otp_code(self.clock.now())
    }

    pub(crate) fn facts(&self) -> Facts {
        let state = self.state();
        let account = &state.cloud.account;
        let homeys: Vec<_> = account
            .homeys
            .iter()
            .zip(&state.hubs)
            .map(|(homey, hub)| HomeyFacts {
                cloud_id: homey.id.clone(),
                name: homey.name.clone(),
                url: self.url.clone(),
                dialect: homey.model.dialect(),
                api_key: hub.api_key().to_owned(),
            })
            .collect();
        let first = homeys.first();
        Facts {
            url: self.url.clone(),
            accounts_url: self.url.clone(),
            api_url: self.url.clone(),
            homey_url: self.url.clone(),
            email: account.email.to_owned(),
            password: account.password.clone(),
            otp_secret: account.totp.as_ref().map(|totp| totp.secret()),
            client_id: account.client.id.clone(),
            client_secret: account.client.secret.clone(),
            redirect_uri: account.client.redirect_uri.to_owned(),
            personal_access_token: account.personal_access_token.clone(),
            app_token: account.app_token.clone(),
            cloud_id: first.map(|homey| homey.cloud_id.clone()).unwrap_or_default(),
            api_key: first.map(|homey| homey.api_key.clone()).unwrap_or_default(),
            homeys,
        }
    }
}

impl State {
    fn new(options: &Options, url: &str, clock: &WorldClock, resets: u64) -> io::Result<Self> {
        let cloud = Cloud::new(options, url, resets)?;
        let owner = Owner {
            athom_id: cloud.account.id.clone(),
            name: cloud.account.name(),
            email: cloud.account.email.to_owned(),
        };
        let client = Client {
            id: cloud.account.client.id.clone(),
            name: cloud.account.client.name.to_owned(),
        };
        let third_party = options.quirks.contains(&Quirk::ThirdPartyScopes);
        let hub = |homey: &crate::cloud::HomeyRecord| {
            let options = HubOptions {
                cloud_id: homey.id.clone(),
                name: homey.name.clone(),
                model: homey.model,
                devices: options.devices,
                seed: options.seed,
                session_life: options.session_life,
                owner: owner.clone(),
                client: client.clone(),
            };
            let mut hub = Hub::new(options, clock.now());
            hub.limit_third_parties(third_party);
            hub
        };
        let hubs = cloud.account.homeys.iter().map(hub).collect();
        let (quirks, faults) = (options.quirks.clone(), Vec::new());
        Ok(Self { cloud, hubs, quirks, faults, resets, retired: Vec::new() })
    }

    fn secrets(&self) -> Vec<String> {
        let hubs = self.hubs.iter().flat_map(Hub::secrets);
        self.retired.iter().cloned().chain(self.cloud.secrets()).chain(hubs).collect()
    }
}

fn no_route(call: &Call) -> Reply {
    Reply::error(404, "not_found", &format!("Cannot {} {}", call.method, call.path))
}
