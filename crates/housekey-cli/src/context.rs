//! What a command is given: the configuration, clock, output, and the Homey meant.

use std::cell::RefCell;
use std::convert::Infallible;
use std::ops::Deref;
use std::time::Duration;

use housekey::auth::PendingRenewal;
use housekey::auth::store::{HomeyRecord, Store};
use housekey::clock::{SharedClock, SystemClock};
use housekey::config::{Config, HomeyAddress, OneOff, StoreConfig};
use housekey::discovery::{PlainHttp, candidates};
use housekey::error::ConfigError;
use housekey::http::authority;
use housekey::{Error, Homey};
use jiff::tz::TimeZone;

use crate::dry_run::DryRun;
use crate::encryption_notice;
use crate::env::{self, Environment};
use crate::error::Outcome;
use crate::global::Global;
use crate::names::SeenLists;
use crate::output::jq::Filter;
use crate::output::template::Template;
use crate::output::{Output, Shape};
use crate::prompt;
use crate::waiting::Waiting;

/// Everything a command may use.
pub(crate) struct Context {
    config: Config,
    /// The time.
    pub(crate) clock: SharedClock,
    /// Where things are said.
    pub(crate) out: Output,
    /// What is waited for.
    pub(crate) waiting: Waiting,
    /// `--homey` or its variable.
    pub(crate) homey_named: Option<String>,
    /// The stored Homeys that were opened, for their renewals to be waited for.
    opened: RefCell<Vec<(Homey, HomeyRecord, SeenLists)>>,
    /// The names of those of which it was said that plain HTTP is not used any more.
    informed: RefCell<Vec<String>>,
}

/// A Homey that can be called, and what people call it.
pub(crate) struct Target {
    /// The face of the library.
    pub(crate) homey: Homey,
    /// Its short name, where it is stored.
    pub(crate) name: Option<String>,
    /// Its title, or its address where it is not stored.
    pub(crate) title: String,
    /// Whether writes are sent.
    pub(crate) dry_run: DryRun,
}

impl Target {
    /// A Homey to which everything is sent.
    pub(crate) fn new(homey: Homey, title: String) -> Self {
        Self { homey, name: None, title, dry_run: DryRun::default() }
    }

    /// The same for a purpose: only a write that is no dry run may send anything but reads.
    fn fitting(self, purpose: Purpose) -> Self {
        match purpose {
            Purpose::Write(dry_run) if !dry_run.is_given() => self,
            Purpose::Write(dry_run) => Self { homey: self.homey.read_only(), dry_run, ..self },
            Purpose::Read => Self { homey: self.homey.read_only(), ..self },
        }
    }
}

/// What a command is about to do to a Homey.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// Read. Where several Homeys are configured and none is named, the terminal is prompted for one.
    Read,
    /// Change. The Homey must be clear without a question, and is named in the report.
    Write(DryRun),
}

impl Context {
    /// The context of this process. Reads nothing but the settings.
    pub(crate) fn new(global: &Global, env: Environment) -> Outcome<Self> {
        let homey_named = match &global.homey {
            Some(name) => Some(name.clone()),
            None => env.text(&env::HOUSEKEY_HOMEY)?,
        };
        let clock = SystemClock::shared();
        let shape = match (&global.jq, &global.template) {
            (Some(filter), _) => Some(Shape::Filter(Filter::parse("--jq", filter)?)),
            (None, Some(template)) => {
                let zone = match env.raw(&env::TZ) {
                    Some(_) => TimeZone::system(),
                    None => TimeZone::UTC,
                };
                Some(Shape::Template(Template::parse(template, zone, clock.clone())?))
            }
            (None, None) => None,
        };
        let config = Config::new(env)?;
        let out = Output::new(global.json, shape, global.quiet);
        Ok(Self::of(config, clock, out, homey_named))
    }

    fn of(config: Config, clock: SharedClock, out: Output, homey_named: Option<String>) -> Self {
        let (waiting, opened, informed) = Default::default();
        Self { config, clock, out, waiting, homey_named, opened, informed }
    }

    /// The same with another store.
    pub(crate) fn with_store(&self, store_config: StoreConfig, store: Store) -> Self {
        let config = self.config.with_store(store_config, store);
        let homey_named = self.homey_named.clone();
        let context = Self::of(config, self.clock.clone(), self.out.clone(), homey_named);
        Self { waiting: self.waiting.clone(), ..context }
    }

    /// The Homey that is meant, ready to be called: that of `HOMEY_ADDRESS` and `HOMEY_TOKEN` where
    /// both are set and no other is named, else one of the store.
    pub(crate) async fn homey(&self, purpose: Purpose) -> Outcome<Target> {
        let named_here =
            || self.homey_named.as_ref().is_some_and(|name| self.find_homey(name).is_ok());
        let target = match OneOff::new(&self.env)? {
            Some(OneOff::Homey { address, token }) if self.homey_named.is_none() => {
                let http = self.http()?;
                let server = match &address {
                    HomeyAddress::Whole(url) => authority(url),
                    either => either.to_string(),
                };
                self.waiting.name(format!("the Homey at {server}"));
                let address = prompt::complete(address, &http, false).await?;
                let title = address.to_string();
                Target::new(Homey::at(address, token, http).await?, title)
            }
            Some(OneOff::Account { token }) if !named_here() => {
                self.waiting.name("the account cloud");
                let (homey, title) = self.open_once(token, self.homey_named.as_deref()).await?;
                Target::new(homey, title)
            }
            _ => self.open(self.stored_homey(&purpose)?)?,
        };
        Ok(target.fitting(purpose))
    }

    /// The stored Homey of that name, ready to be called.
    ///
    /// # Errors
    /// Usage with the candidates, when there is none or more than one.
    pub(crate) fn named_homey(&self, name: &str, purpose: Purpose) -> Outcome<Target> {
        Ok(self.open(self.find_homey(name)?)?.fitting(purpose))
    }

    /// A stored Homey, ready to be called.
    pub(crate) fn open(&self, record: HomeyRecord) -> Outcome<Target> {
        let plain_http = self.settings.read()?.plain_http(&record.name);
        self.inform(&record, plain_http, false);
        let seen = SeenLists::default();
        let homey = self.open_stored(&record)?;
        // A program that reads JSON does not pay for completion at a prompt.
        let homey = if self.out.is_json() { homey } else { seen.note(homey) };
        let title = record.title.clone();
        let first = candidates(&record.addresses, plain_http).into_iter().next();
        let at = first.map(|first| format!(" at {}", authority(&first.base))).unwrap_or_default();
        self.waiting.name(format!("\"{title}\"{at}"));
        let name = Some(record.name.clone());
        self.opened.borrow_mut().push((homey.clone(), record, seen));
        Ok(Target { name, ..Target::new(homey, title) })
    }

    /// Says of a Homey that it was reached in the clear until now, if that is so and was not said yet.
    fn inform(&self, record: &HomeyRecord, plain_http: PlainHttp, offline: bool) {
        let mut informed = self.informed.borrow_mut();
        if record.addresses.was_reached_in_the_clear(plain_http, offline)
            && !informed.contains(&record.name)
            && !self.out.is_quiet()
        {
            self.out.note(&encryption_notice::text(record, offline));
            informed.push(record.name.clone());
        }
    }

    /// Notes after a second what a renewal waits for. Never returns.
    pub(crate) async fn tell_of_waiting(&self) -> Infallible {
        let mut looks = tokio::time::interval(Duration::from_millis(500));
        looks.tick().await;
        let mut waited = false;
        loop {
            looks.tick().await;
            let waiting = self
                .opened
                .borrow()
                .iter()
                .find_map(|(homey, ..)| homey.session()?.pending_renewal());
            // At two looks in a row: it takes longer than it should.
            if let Some(PendingRenewal { last_error, timeout }) =
                waiting.as_ref().filter(|_| waited)
            {
                let why = last_error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
                let timeout_s = timeout.as_secs();
                self.out.note(&format!("Waiting for a new token, for up to {timeout_s} s{why}"));
                std::future::pending::<()>().await;
            }
            waited = waiting.is_some();
        }
    }

    /// Says at a terminal what is watched, once that has begun.
    pub(crate) fn watching(&self, what: &str) {
        self.waiting.for_events();
        if self.out.is_for_person() {
            self.out.note(&format!("Watching {what}. Ctrl-C ends it."));
        }
    }

    /// Says what was noticed of the files of the store, such as that they were open to others.
    pub(crate) fn say_notices(&self) {
        for notice in self.store.take_notices() {
            self.out.note(&notice);
        }
    }

    /// Waits until no renewal is under way that this command began.
    pub(crate) async fn settle(&self) {
        let said_before = self.informed.borrow().len();
        self.remember_informed(0).await;
        let opened = self.opened.take();
        for (homey, record, seen) in opened {
            homey.settle().await;
            // Without it completions are older, which is no reason to fail.
            let _ = seen.save(&self.state, &record.name);
            let offline = homey.is_offline();
            if let (true, Ok(settings)) = (offline, self.settings.read()) {
                self.inform(&record, settings.plain_http(&record.name), offline);
            }
            // An error that nothing answered names every address and what is wrong with it.
            if let Some((address, problem)) = homey.rejected_certificate().filter(|_| !offline) {
                self.out.note(&format!(
                    "warning: the certificate of {address} is not accepted: {problem}. `housekey homeys \
                     diagnose` shows every way."
                ));
            }
        }
        self.remember_informed(said_before).await;
    }

    /// Remembers of whom it was said that plain HTTP is not used any more, from that place on.
    async fn remember_informed(&self, from: usize) {
        let names: Vec<_> = self.informed.borrow().iter().skip(from).cloned().collect();
        for name in names {
            // Where that cannot be stored, it is said again the next time.
            let _ = self.store.informed_of_encryption(&name).await;
        }
    }

    /// The stored Homey that is meant: as the library finds it, or the one chosen at a prompt.
    ///
    /// # Errors
    /// Usage with the candidates, when it is not clear which; sign-in, when there is none.
    pub(crate) fn stored_homey(&self, purpose: &Purpose) -> Outcome<HomeyRecord> {
        let named = self.homey_named.as_deref();
        match self.config.stored_homey(named) {
            Err(Error::Config(ConfigError::SeveralHomeys { known }))
                if named.is_none() && matches!(purpose, Purpose::Read) && prompt::can_ask() =>
            {
                let name = prompt::which("Which Homey?", known)?;
                Ok(self.store.known_homey(&name)?)
            }
            outcome => Ok(outcome?),
        }
    }
}

/// The configuration is the larger part of a context.
impl Deref for Context {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.config
    }
}
