//! The state of the emulator: the cloud, the Homeys, faults and counts.

mod answer;
mod steer;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use housekey::clock::Clock as _;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::call_names::EVENT;
use crate::clock::WorldClock;
use crate::cloud::{Cloud, Now};
use crate::connection_info::ConnectionInfo;
use crate::connections::Connections;
use crate::fault::Fault;
use crate::hub::Hub;
use crate::hub_options::{HubClient, HubOptions, HubOwner};
use crate::options::Options;
use crate::quirk::Quirks;
use crate::seen::Seen;
use crate::state::home_fault::HomeFault;

pub use self::steer::Expire;

/// The whole emulator.
pub(crate) struct World {
    options: Options,
    url: String,
    clock: WorldClock,
    state: Mutex<State>,
    seen: watch::Sender<Seen>,
    pub(crate) connections: Connections,
    /// Cloned by each running burst of events.
    pub(crate) bursting: Arc<()>,
}

struct State {
    cloud: Cloud,
    hubs: Vec<Hub>,
    quirks: Quirks,
    faults: Vec<Fault>,
    resets: u64,
    /// The secrets from before the last reset.
    retired: Vec<String>,
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
            connections: Connections::default(),
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

    /// Runs `act` on a Homey, and sends subscribers the events of what it changed.
    pub(crate) fn at_hub<T>(
        &self,
        place: usize,
        act: impl FnOnce(&mut Hub, Now, &Cloud) -> T,
    ) -> T {
        let now = self.now();
        let State { cloud, hubs, faults, .. } = &mut *self.state();
        let hub = &mut hubs[place];
        let outcome = act(hub, now, cloud);
        let events = hub.take_events(&|uri| self.connections.has_subscribers(place, uri));
        let sent = self.connections.deliver(place, &events, || Fault::take(faults, EVENT));
        if sent > 0 {
            self.seen.send_modify(|seen| seen.count(EVENT, sent));
        }
        outcome
    }

    /// Advances the time of every Homey.
    pub(crate) fn tick(&self) {
        // During a burst a slow subscriber has a full queue, and one more event would end its connection.
        if Arc::strong_count(&self.bursting) > 1 {
            return;
        }
        let hubs = self.state().hubs.len();
        for place in 0..hubs {
            self.at_hub(place, |hub, now, _| hub.tick(now.moved));
        }
    }

    /// Updates the counts of live connections and subscriptions.
    pub(crate) fn count_connections(&self) {
        self.seen.send_modify(|seen| seen.set_subscriptions(self.connections.counts()));
    }

    /// The position of the Homey that a live connection is for.
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

    pub(crate) fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    pub(crate) async fn until(&self, done: impl FnMut(&Seen) -> bool) {
        // The sender lives as long as the world, so the wait cannot fail.
        self.seen.subscribe().wait_for(done).await.ok();
    }

    /// When the session of a bearer ends.
    pub(crate) fn session_end(&self, bearer: &str) -> Option<Timestamp> {
        self.state().hubs.iter().find_map(|hub| hub.session_end(bearer))
    }

    /// The faults of the home of the first Homey.
    pub(crate) fn home_faults(&self) -> Vec<HomeFault> {
        self.state().hubs.first().map(|hub| hub.home_faults().to_vec()).unwrap_or_default()
    }

    pub(crate) fn secrets(&self) -> Vec<String> {
        self.state().secrets()
    }

    pub(crate) fn otp_code(&self) -> Option<String> {
        self.state().cloud.otp_code(self.clock.now())
    }

    /// The addresses and the account.
    pub(crate) fn connection_info(&self) -> ConnectionInfo {
        let state = self.state();
        let keys = state.hubs.iter().map(|hub| hub.api_key().to_owned());
        ConnectionInfo::of(&self.url, &state.cloud.account, keys)
    }
}

impl State {
    fn new(options: &Options, url: &str, clock: &WorldClock, resets: u64) -> io::Result<Self> {
        let cloud = Cloud::new(options, url, resets)?;
        let owner = HubOwner { athom_id: cloud.account.id.clone(), name: cloud.account.name() };
        let client = HubClient {
            id: cloud.account.client.id.clone(),
            name: cloud.account.client.name.to_owned(),
        };
        let new_ids = match options.seed {
            Some(seed) => seed.wrapping_add(resets << 32),
            None => uuid::Uuid::new_v4().as_u64_pair().0,
        };
        let hub = |homey: &crate::cloud::HomeyRecord| {
            let options = HubOptions {
                cloud_id: homey.id.clone(),
                name: homey.name.clone(),
                model: homey.model,
                home: options.home,
                devices: options.devices,
                seed: options.seed(),
                new_ids,
                quirks: options.quirks.clone(),
                session_life: options.session_life,
                owner: owner.clone(),
                client: client.clone(),
            };
            Hub::new(options, clock.now())
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
