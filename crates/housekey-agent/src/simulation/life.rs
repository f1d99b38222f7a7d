//! What happens in the simulated years, drawn from a seed.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use housekey::auth::store::{Access, AccountRecord, HomeyRecord, Store};
use housekey::auth::{Cloud, OAuthClient, Password, SignIn};
use housekey::clock::SharedClock;
use housekey::error::Kind;
use housekey::http::Http;
use housekey::{Error, Homey, Secret, args};
use housekey_emulator::{Emulator, Expire};
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::{Instant, sleep, timeout};

use super::judge::{self, Judge};
use super::network::{Network, Struck, Weather};
use super::time::{Time, machine_clock, true_clock};
use crate::crew::Crew;
use crate::settings::{AccessSettings, GatewaySettings, HomeySettings, Settings};
use crate::status::HomeyState;
use crate::supervisor::Supervisor;

/// How long everybody must have been reachable before a token has to be at hand.
pub(super) const GRACE: Duration = Duration::from_secs(600);

/// The agent of the simulation looks more rarely than the real one, which is harder for it.
const LOOK: Duration = Duration::from_secs(290);

const HOUR_S: u64 = 3600;

/// What was lived through.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    days: u64,
    requests: u64,
    sessions: u64,
    exchanges: u64,
    outages: u64,
    storms: u64,
    revoked: u64,
    clocks: u64,
    sleeps: u64,
    restarts: u64,
    programs: u64,
    /// Sign-outs after the person had withdrawn the consent.
    withdrawn: u64,
    /// Sign-outs since answers with a new refresh token were lost for longer than the cloud gives
    /// them again.
    forgotten: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.days += other.days;
        self.requests += other.requests;
        self.sessions += other.sessions;
        self.exchanges += other.exchanges;
        self.outages += other.outages;
        self.storms += other.storms;
        self.revoked += other.revoked;
        self.clocks += other.clocks;
        self.sleeps += other.sleeps;
        self.restarts += other.restarts;
        self.programs += other.programs;
        self.withdrawn += other.withdrawn;
        self.forgotten += other.forgotten;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, requests, sessions, exchanges, outages, storms, .. } = self;
        let Self { revoked, clocks, sleeps, restarts, programs, withdrawn, forgotten, .. } = self;
        write!(
            f,
            "{days} days, {requests} requests, {sessions} sessions and {exchanges} pairs of account \
             tokens; {outages} outages, {storms} storms of faults, {revoked} revocations, {clocks} \
             jumps of the clock, {sleeps} sleeps, {restarts} restarts, {programs} programs beside; \
             signed out {withdrawn} times after consent was withdrawn, {forgotten} times since answers \
             were lost for longer than the cloud repeats them"
        )
    }
}

/// One life.
pub(super) struct Life {
    chance: StdRng,
    time: Arc<Time>,
    network: Arc<Network>,
    store: Store,
    http: Http,
    clock: SharedClock,
    agent: Option<Agent>,
    judge: Arc<Judge>,
    consent: bool,
    clock_moved: bool,
    tally: Tally,
    events: VecDeque<String>,
}

/// The agent that runs now.
struct Agent {
    supervisor: Supervisor,
    board: crate::board::Board,
    homey: Homey,
}

impl Life {
    /// The person has signed in, and the agent runs.
    pub(super) async fn begin(seed: u64) -> Self {
        let time = Time::begin();
        let world = Emulator::builder().devices(0).seed(seed).clock(true_clock(&time));
        let network = Network::new(world.unserved().expect("the key is good"), time.clone(), seed);
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

    /// Lives through so many days.
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

    /// One thing.
    async fn happen(&mut self) -> Result<(), String> {
        match self.chance.random_range(0..20) {
            0..=3 => self.outage().await,
            4..=7 => self.storm().await,
            8 | 9 => self.revoke().await,
            10 | 11 => self.set_clock().await,
            12 | 13 => self.sleep().await,
            14 => self.restart().await,
            15 if self.chance.random_bool(0.2) => {
                self.note("the person withdraws the consent");
                self.consent = false;
                self.network.world.expire(Expire::Refresh);
                self.network.world.expire(Expire::Access);
                Ok(())
            }
            _ => self.programs().await,
        }
    }

    async fn outage(&mut self) -> Result<(), String> {
        let length = self.hours(0.01, 24.0);
        let weather = [Weather::Refused, Weather::Silent][self.chance.random_range(0..2)];
        let struck = [Struck::Cloud, Struck::Homey, Struck::Both][self.chance.random_range(0..3)];
        self.note(format_args!("outage of {struck:?}, {weather:?}, {length:?}"));
        self.tally.outages += 1;
        self.network.turn(weather, struck);
        self.pass(length).await?;
        self.network.turn(Weather::Fair, struck);
        self.judge.look_again();
        Ok(())
    }

    async fn storm(&mut self) -> Result<(), String> {
        let length = self.hours(0.05, 12.0);
        let struck = [Struck::Cloud, Struck::Homey, Struck::Both][self.chance.random_range(0..3)];
        self.note(format_args!("storm around {struck:?}, {length:?}"));
        self.tally.storms += 1;
        self.network.turn(Weather::Storm, struck);
        // Otherwise most of them would pass over a token that is not due.
        if self.chance.random_bool(0.5) {
            self.end_sessions();
            self.call().await?;
        }
        self.pass(length).await?;
        self.network.turn(Weather::Fair, struck);
        self.judge.look_again();
        Ok(())
    }

    /// Tokens are refused from now on, and somebody makes a call.
    async fn revoke(&mut self) -> Result<(), String> {
        self.tally.revoked += 1;
        let access = self.chance.random_bool(0.5);
        self.note(format_args!("session revoked, account token as well: {access}"));
        self.end_sessions();
        if access {
            self.network.world.expire(Expire::Access);
        }
        self.call().await
    }

    /// The Homey takes no session any more. Nobody knows before a call is refused.
    fn end_sessions(&self) {
        self.network.world.expire(Expire::Session);
        self.excuse();
        self.judge.disturbed();
    }

    fn excuse(&self) {
        let stored = self.store.known_homey("home").expect("stored").access;
        self.judge.excuse(stored.token());
        if let Some(session) = self.agent.as_ref().and_then(|agent| agent.homey.session()) {
            self.judge.excuse(session.access().token());
        }
    }

    /// Somebody makes a call.
    async fn call(&mut self) -> Result<(), String> {
        let Some(agent) = &self.agent else { return Ok(()) };
        let (homey, board) = (agent.homey.clone(), agent.board.clone());
        let fair = self.network.was_fair_for(GRACE);
        let outcome = timeout(GRACE, call(&homey)).await;
        self.judge.look_again();
        let signed_out = board.status().homeys[0].state == HomeyState::SignedOut;
        match outcome {
            Ok(Err(error)) if error.kind() == Kind::SignIn => self.may_be_signed_out(&error),
            Ok(Err(error)) if fair && !signed_out => {
                Err(self.failure(&format!("a call is lost in fair weather: {error:?}")))
            }
            Err(_) if fair && !signed_out => Err(self.failure("a call is not answered")),
            _ => Ok(()),
        }
    }

    async fn set_clock(&mut self) -> Result<(), String> {
        self.tally.clocks += 1;
        let hours = self.hours(0.02, 24.0 * 400.0).as_secs() as i64;
        let error = match self.chance.random_range(0..3) {
            0 => 0,
            1 => hours,
            _ => -hours,
        };
        self.note(format_args!("the clock is {error} s wrong from now on"));
        self.time.set_error(SignedDuration::from_secs(error));
        self.clock_moved = true;
        self.judge.disturbed();
        Ok(())
    }

    async fn sleep(&mut self) -> Result<(), String> {
        self.tally.sleeps += 1;
        let length = self.hours(0.5, 24.0 * 20.0);
        self.note(format_args!("the machine sleeps for {length:?}"));
        self.time.sleep(SignedDuration::try_from(length).expect("short"));
        self.network.wake();
        self.judge.disturbed();
        Ok(())
    }

    async fn restart(&mut self) -> Result<(), String> {
        self.note("the agent is started again");
        self.tally.restarts += 1;
        if let Some(agent) = self.agent.take() {
            agent.supervisor.drain(Duration::from_secs(10)).await;
        }
        let pause = self.hours(0.001, 40.0);
        sleep(pause).await;
        self.start();
        // How old a token is that was made by another clock is forgotten with the process.
        if self.clock_moved {
            self.excuse();
        }
        self.judge.started();
        Ok(())
    }

    /// Some programs are run beside the agent, each with a call of its own.
    async fn programs(&mut self) -> Result<(), String> {
        let count = self.chance.random_range(1..5);
        self.tally.programs += count;
        let fair = self.network.was_fair_for(GRACE);
        let Some(agent) = &self.agent else { return Ok(()) };
        let signed_out = agent.board.status().homeys[0].state == HomeyState::SignedOut;
        let calls = (0..count).map(|_| {
            let record = self.store.known_homey("home").expect("stored");
            let (store, http) = (self.store.clone(), self.http.clone());
            let homey = Homey::stored(&record, store, http, self.clock.clone());
            tokio::spawn(async move {
                let outcome = call(&homey).await;
                homey.settle().await;
                outcome
            })
        });
        for outcome in futures_util::future::join_all(calls).await {
            match outcome.expect("no panic") {
                Err(error) if error.kind() == Kind::SignIn => self.may_be_signed_out(&error)?,
                Err(error) if fair && !signed_out => {
                    return Err(self.failure(&format!("a program fails: {error:?}")));
                }
                _ => {}
            }
        }
        Ok(())
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
        };
        let path = Path::new("agent.toml");
        let mut crew =
            Crew::new(&settings, path, &self.store, &self.http, &self.clock).expect("stored");
        crew.keepers = crew.keepers.into_iter().map(|keeper| keeper.looking(LOOK)).collect();
        let (board, homey) = (crew.board.clone(), crew.keepers[0].homey().clone());
        let mut supervisor = Supervisor::new(board.clone());
        crew.start(&mut supervisor);
        self.agent = Some(Agent { supervisor, board, homey });
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
        // Who cannot get through waits for better weather.
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
        let sign_in = SignIn {
            http: &self.http,
            cloud: &cloud,
            client: &client,
            clock: &*self.clock,
            on_progress: &|_| {},
        };
        self.judge.disturbed();
        let made = sign_in.with_password(&password, None).await?;
        let account = AccountRecord {
            name: facts.email.clone(),
            id: made.account.id,
            cloud: cloud.clone(),
            client: Some(client.clone()),
            remembered: None,
            tokens: made.tokens,
        };
        let homey = HomeyRecord {
            name: "home".to_owned(),
            title: made.homey.name,
            id: made.homey.id,
            dialect: made.homey.dialect.expect("usable"),
            addresses: made.homey.addresses,
            access: Access::Account { account: facts.email, session: made.session },
        };
        self.store.save_sign_in(&account, &homey).await?;
        self.network.book(|book| (book.refusals, book.lost) = (0, 0));
        Ok(())
    }
}

/// Any call: it needs a token, and changes nothing.
async fn call(homey: &Homey) -> Result<(), Error> {
    homey.call("sessions.getSessionMe", &args! {}).await.map(drop)
}
