//! A simulated life: an agent, programs beside it and a person, in a world drawn from a seed.

mod happenings;

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use housekey::auth::store::Store;
use housekey::auth::{Cloud, OAuthClient, Password, SignIn};
use housekey::clock::SharedClock;
use housekey::discovery::PlainHttp;
use housekey::http::Http;
use housekey::{Error, Homey, Secret};
use housekey_emulator::Emulator;
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::{Instant, sleep, timeout};

use super::judge::{self, Judge};
use super::network::{SimulatedNetwork, Struck, Weather};
use super::tally::Tally;
use super::time::{Time, machine_clock, true_clock};
use crate::components::Components;
use crate::settings::{AccessSettings, GatewaySettings, HomeySettings, Settings};
use crate::status::HomeyState;
use crate::supervisor::Supervisor;

/// How long cloud and Homey must have been reachable before a token has to be available.
pub(super) const GRACE: Duration = Duration::from_secs(600);

/// The agent of the simulation looks more rarely than the real one, which is harder for it.
const LOOK: Duration = Duration::from_secs(290);

const HOUR_S: u64 = 3600;

/// One life.
pub(super) struct Life {
    chance: StdRng,
    time: Arc<Time>,
    network: Arc<SimulatedNetwork>,
    store: Store,
    http: Http,
    clock: SharedClock,
    agent: Option<RunningAgent>,
    judge: Arc<Judge>,
    consent: bool,
    clock_moved: bool,
    tally: Tally,
    events: VecDeque<String>,
}

/// The agent that runs now.
struct RunningAgent {
    supervisor: Supervisor,
    board: crate::status_board::StatusBoard,
    homey: Homey,
}

impl Life {
    /// The person has signed in, and the agent runs.
    pub(super) async fn begin(seed: u64) -> Self {
        let time = Time::begin();
        let world = Emulator::builder().devices(0).seed(seed).clock(true_clock(&time));
        let network =
            SimulatedNetwork::new(world.unserved().expect("the key is good"), time.clone(), seed);
        let http = Http::new().expect("TLS").over(network.clone());
        let clock = machine_clock(&time);
        let judge = Arc::new(Judge::new(network.clone(), time.clone()));
        let mut life = Self {
            chance: StdRng::seed_from_u64(seed ^ 0x5eed),
            time,
            network,
            store: Store::memory(),
            http,
            clock,
            agent: None,
            judge,
            consent: true,
            clock_moved: false,
            tally: Tally::default(),
            events: VecDeque::new(),
        };
        life.sign_in().await.expect("the weather is fair");
        life.start();
        life
    }

    /// Lives through that many days.
    pub(super) async fn go_on(mut self, days: u64) -> Result<Tally, String> {
        let until =
            self.time.now() + SignedDuration::from_hours(24 * i64::try_from(days).expect("few"));
        while self.time.now() < until {
            let calm = self.hours(1.0, 200.0);
            self.pass(calm).await?;
            self.happen().await?;
        }
        if let Some(agent) = self.agent.take() {
            agent.supervisor.drain(GRACE).await;
        }
        let (requests, sessions, exchanges) =
            self.network.book(|book| (book.requests, book.sessions.len(), book.exchanged.len()));
        self.tally.days = days;
        self.tally.requests = requests;
        self.tally.sessions = sessions as u64;
        self.tally.exchanges = exchanges as u64;
        Ok(self.tally)
    }

    /// Between the two lengths, short ones as likely as long ones on a scale of powers.
    fn hours(&mut self, least: f64, most: f64) -> Duration {
        let power = self.chance.random_range(least.ln()..most.ln());
        Duration::from_secs_f64(power.exp() * HOUR_S as f64)
    }

    /// Lets time pass while the judge watches, and signs in again where that is needed.
    async fn pass(&mut self, length: Duration) -> Result<(), String> {
        let end = Instant::now() + length;
        while Instant::now() < end {
            let Some(agent) = &self.agent else { break };
            let watched = self.judge.watch(&agent.homey, &agent.board);
            tokio::select! {
                verdict = watched => match verdict {
                    judge::Verdict::SignedOut => self.signed_out().await?,
                    judge::Verdict::Wrong(why) => return Err(self.failure(&why)),
                },
                () = tokio::time::sleep_until(end) => {}
            }
        }
        match self.network.book(|book| book.wrong.clone()) {
            Some(why) => Err(self.failure(&why)),
            None => Ok(()),
        }
    }

    fn failure(&self, why: &str) -> String {
        let events: Vec<&str> = self.events.iter().map(String::as_str).collect();
        format!("{why} at {}, after:\n  {}", self.time.now(), events.join("\n  "))
    }

    fn note(&mut self, event: impl fmt::Display) {
        self.events.push_back(format!("{} {event}", self.time.now()));
        if self.events.len() > 12 {
            self.events.pop_front();
        }
    }

    fn start(&mut self) {
        let homey = HomeySettings { name: "home".to_owned(), in_flight: None };
        let settings = Settings {
            listen: Vec::new(),
            socket: None,
            readers: Vec::new(),
            homeys: vec![homey],
            sinks: Vec::new(),
            access: AccessSettings::default(),
            gateway: GatewaySettings::default(),
            dashboard: None,
            backup: None,
            history: None,
            prometheus: None,
            influx: Vec::new(),
            mcp: None,
            #[cfg(feature = "mqtt")]
            mqtt: Vec::new(),
        };
        let path = Path::new("agent.toml");
        let (files, plain_http) = ((path, path), |_: &str| PlainHttp::Forbidden);
        let mut components =
            Components::new(&settings, files, &self.store, &self.http, &self.clock, &plain_http)
                .expect("stored");
        components.keepers =
            components.keepers.into_iter().map(|keeper| keeper.checking_every(LOOK)).collect();
        let (board, homey) = (components.board.clone(), components.keepers[0].homey().clone());
        let mut supervisor = Supervisor::new(board.clone());
        components.start(&mut supervisor);
        self.agent = Some(RunningAgent { supervisor, board, homey });
    }

    /// A final refusal has come, or the rule is broken.
    fn may_be_signed_out(&self, error: &dyn fmt::Debug) -> Result<(), String> {
        match self.network.book(|book| book.refusals) {
            0 => Err(self.failure(&format!("signed out without a final refusal: {error:?}"))),
            _ => Ok(()),
        }
    }

    /// The person finds out some time later, and signs in again.
    async fn signed_out(&mut self) -> Result<(), String> {
        self.may_be_signed_out(&"the agent says so")?;
        let lost = self.network.book(|book| book.lost);
        match (self.consent, lost) {
            (false, _) => self.tally.withdrawn += 1,
            (true, 0) => return Err(self.failure("a token was refused that no answer was lost of")),
            (true, _) => self.tally.forgotten += 1,
        }
        self.note(format_args!("signed out, {lost} answers were lost"));
        let away = self.hours(0.01, 48.0);
        sleep(away).await;
        // A person who cannot reach the cloud waits.
        self.network.turn(Weather::Fair, Struck::Both);
        self.sign_in().await.map_err(|error| self.failure(&format!("no sign-in: {error:?}")))?;
        self.note("signed in again");
        let Some(agent) = &self.agent else { return Ok(()) };
        let noticed = agent.board.until(|status| status.homeys[0].state != HomeyState::SignedOut);
        if timeout(GRACE, noticed).await.is_err() {
            return Err(self.failure("the agent does not notice the sign-in"));
        }
        self.consent = true;
        self.judge.started();
        Ok(())
    }

    /// The person signs in, with what the store keeps afterwards.
    async fn sign_in(&mut self) -> Result<(), Error> {
        let facts = self.network.world.facts();
        let url = |text: &str| text.parse().expect("a URL");
        let cloud = Cloud { accounts: url(&facts.accounts_url), api: url(&facts.api_url) };
        let client = OAuthClient {
            id: facts.client_id,
            secret: Secret::new(facts.client_secret),
            redirect_uri: facts.redirect_uri,
        };
        let password = Password {
            email: facts.email.clone(),
            password: Secret::new(facts.password),
            otp: None,
        };
        let sign_in = SignIn::at(cloud, self.http.clone()).client(client).clock(self.clock.clone());
        self.judge.disturbed();
        let signed_in = sign_in.with_password(&password).await?;
        signed_in.named(Some("home"), &self.store)?.save(&self.store).await?;
        self.network.book(|book| (book.refusals, book.lost) = (0, 0));
        Ok(())
    }
}
