//! The network to the cloud and the Homey, with outages, delays and rate limits; it records what both
//! sides sent.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use housekey::error::HttpError;
use housekey::http::Transport;
use housekey_emulator::Emulator;
use http::{Request, Response};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::time::Time;

use crate::mutex::lock_unpoisoned;

/// The state of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// Connections are refused at once.
    Refused,
    /// Nothing comes back.
    Silent,
    /// Each request meets a fault of the emulator, or none.
    Storm,
}

/// Which side a fault affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Struck {
    Cloud,
    Homey,
    Both,
}

/// The network, and the book that is kept of it.
pub(super) struct SimulatedNetwork {
    pub(super) world: Emulator,
    time: Arc<Time>,
    state: Mutex<State>,
    /// Since when the weather has been fair; `None` while it is not.
    pub(super) fair_since: watch::Sender<Option<Instant>>,
}

struct State {
    chance: StdRng,
    weather: Weather,
    struck: Struck,
    book: Book,
}

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// How often a refresh token has brought an answer that arrived.
    pub(super) exchanged: HashMap<String, u32>,
    /// When the sessions were requested whose tokens arrived.
    pub(super) sessions: Vec<Timestamp>,
    /// Final refusals of the token endpoint that arrived.
    pub(super) refusals: u64,
    /// Answers of the token endpoint that were lost on the way since one arrived.
    pub(super) lost: u64,
    /// `Authorization` headers that were reported as refused.
    pub(super) refused: HashSet<Vec<u8>>,
    pub(super) requests: u64,
    under_way: HashSet<&'static str>,
    /// The first thing that must not happen and did.
    pub(super) wrong: Option<String>,
}

const TOKEN: &str = "/oauth2/token";
const LOGIN: &str = "/api/manager/users/login";

impl SimulatedNetwork {
    pub(super) fn new(world: Emulator, time: Arc<Time>, seed: u64) -> Arc<Self> {
        let state = State {
            chance: StdRng::seed_from_u64(seed),
            weather: Weather::Fair,
            struck: Struck::Both,
            book: Book::default(),
        };
        let fair_since = watch::Sender::new(Some(Instant::now()));
        Arc::new(Self { world, time, state: Mutex::new(state), fair_since })
    }

    pub(super) fn turn(&self, weather: Weather, struck: Struck) {
        {
            let mut state = self.state();
            (state.weather, state.struck) = (weather, struck);
        }
        self.fair_since.send_replace((weather == Weather::Fair).then(Instant::now));
    }

    /// Counts from now on as fair, if it is: for a machine that wakes up.
    pub(super) fn wake(&self) {
        self.fair_since.send_modify(|since| *since = since.map(|_| Instant::now()));
    }

    /// Whether cloud and Homey were reachable during that time.
    pub(super) fn was_fair_for(&self, time: Duration) -> bool {
        self.fair_since.borrow().is_some_and(|since| since.elapsed() >= time)
    }

    pub(super) fn book<T>(&self, read: impl FnOnce(&mut Book) -> T) -> T {
        read(&mut self.state().book)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock_unpoisoned(&self.state)
    }

    /// The weather for a request to that path.
    fn weather(&self, path: &str) -> Weather {
        let state = self.state();
        let at_homey = path.starts_with("/api/");
        match state.struck {
            Struck::Cloud if at_homey => Weather::Fair,
            Struck::Homey if !at_homey => Weather::Fair,
            _ => state.weather,
        }
    }

    fn chance<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.state().chance)
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (path, asked_at) = (request.uri().path().to_owned(), self.time.now());
        let refresh = refresh_token(&path, request.body());
        // A person may sign in with a code while an agent that is signed out tries once more.
        let only_one = match path.as_str() {
            TOKEN if refresh.is_some() => Some("a refresh"),
            LOGIN => Some("a login on the Homey"),
            _ => None,
        };
        let _guard = UnderWay::begin(self, only_one);
        let way = || Duration::from_millis(self.chance(|chance| chance.random_range(5..400)));
        match self.weather(&path) {
            Weather::Refused => return Err(unreachable()),
            Weather::Silent => std::future::pending().await,
            Weather::Fair | Weather::Storm => {}
        }
        sleep(way()).await;
        let bearer = request.headers().get("authorization").cloned();
        if self.weather(&path) == Weather::Storm {
            self.script();
        }
        let lost = Lost { network: self, armed: refresh.is_some() };
        let answer = self.world.call(request).await;
        sleep(way()).await;
        let answer = answer.map_err(|_| cut())?;
        match self.weather(&path) {
            Weather::Refused => return Err(cut()),
            Weather::Silent => std::future::pending().await,
            Weather::Fair | Weather::Storm => {}
        }
        lost.disarm();
        self.note(&path, asked_at, refresh, &answer);
        if let Some(bearer) = bearer.filter(|_| answer.status() == 401) {
            self.state().book.refused.insert(bearer.as_bytes().to_owned());
        }
        Ok(answer)
    }

    /// Lets a fault strike the very next request, most of the time.
    fn script(&self) {
        let script = || self.world.script("*");
        let (kind, status, wait_s) = self.chance(|chance| {
            let status = [500, 502, 503, 504][chance.random_range(0..4)];
            (chance.random_range(0..10), status, chance.random_range(1..300_u64))
        });
        match kind {
            0 | 1 => drop(script().reply(status)),
            2 => drop(script().reply(429)),
            3 => drop(script().reply(429).header("Retry-After", &wait_s.to_string())),
            4 | 5 => drop(script().cut()),
            6 => drop(script().delay(Duration::from_secs(wait_s / 4))),
            7 => drop(script().reply(200).page("<h1>Maintenance</h1>")),
            8 => drop(script().reply([302, 403, 404][wait_s as usize % 3]).page("<h1>Hotel</h1>")),
            _ => {}
        }
    }

    fn note(
        &self,
        path: &str,
        asked_at: Timestamp,
        refresh: Option<String>,
        answer: &Response<Bytes>,
    ) {
        let mut state = self.state();
        let book = &mut state.book;
        let ok = answer.status().is_success() && !answer.body().starts_with(b"<");
        if let Some(refresh) = refresh {
            if ok {
                book.lost = 0;
                let times = book.exchanged.entry(refresh).or_default();
                *times += 1;
                if *times > 1 {
                    book.wrong.get_or_insert("a refresh token was exchanged twice".to_owned());
                }
            }
            let words = String::from_utf8_lossy(answer.body());
            book.refusals += u64::from(words.contains("invalid_grant"));
        } else if path == LOGIN && ok {
            book.sessions.push(asked_at);
        }
    }
}

/// An exchange whose response does not arrive, even if its client is gone.
struct Lost<'a> {
    network: &'a SimulatedNetwork,
    armed: bool,
}

impl Lost<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for Lost<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.network.state().book.lost += 1;
        }
    }
}

/// A request, until its client is gone.
struct UnderWay<'a> {
    network: &'a SimulatedNetwork,
    what: Option<&'static str>,
}

impl<'a> UnderWay<'a> {
    /// `what` is reported for a request of which never two may be under way.
    fn begin(network: &'a SimulatedNetwork, what: Option<&'static str>) -> Self {
        let book = &mut network.state().book;
        book.requests += 1;
        if let Some(what) = what
            && !book.under_way.insert(what)
        {
            book.wrong.get_or_insert(format!("two of {what} were under way at once"));
        }
        Self { network, what }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(what) = self.what {
            self.network.state().book.under_way.remove(what);
        }
    }
}

impl fmt::Debug for SimulatedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

impl Transport for SimulatedNetwork {
    fn carry(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        self.exchange(request).boxed()
    }
}

fn refresh_token(path: &str, body: &Bytes) -> Option<String> {
    let fields = url::form_urlencoded::parse(body);
    let token =
        fields.into_owned().find_map(|(name, token)| (name == "refresh_token").then_some(token));
    token.filter(|_| path == TOKEN)
}

fn unreachable() -> HttpError {
    HttpError::Unreachable { server: "the world".to_owned(), cause: "no route".into() }
}

fn cut() -> HttpError {
    HttpError::Cut { server: "the world".to_owned(), cause: "reset".into() }
}
