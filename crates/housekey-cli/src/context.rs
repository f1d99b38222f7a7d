//! What a command is given: environment, settings, store, clock, output, and the Homey meant.

use std::cell::RefCell;
use std::convert::Infallible;
use std::net::SocketAddrV4;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use etcetera::BaseStrategy as _;
use housekey::auth::store::{HomeyRecord, Store};
use housekey::auth::{Cloud, PendingRenewal, SignIn};
use housekey::clock::{SharedClock, SystemClock};
use housekey::discovery::PlainHttp;
use housekey::error::HttpError;
use housekey::http::{Http, Network, Proxies, Roots};
use housekey::model::name::{self, Called};
use housekey::resolve::{Mdns, Resolver};
use housekey::{Homey, Secret};

use crate::access_token::{no_client, without_refresh};
use crate::encryption_notice;
use crate::env::{self, Env};
use crate::error::{Failure, Outcome};
use crate::global::Global;
use crate::one_off::{self, OneOff};
use crate::output::Output;
use crate::prompt;
use crate::settings::SettingsFile;
use crate::sign_in_records::SignInRecords;
use crate::store_config::StoreConfig;

/// Everything a command may use.
pub(crate) struct Context {
    /// The environment.
    pub(crate) env: Env,
    /// What a person has chosen.
    pub(crate) settings: SettingsFile,
    /// Where tokens rest.
    pub(crate) store: Store,
    /// How they are protected there.
    pub(crate) store_config: StoreConfig,
    /// The directory above theirs, which an agent locks.
    pub(crate) state: PathBuf,
    /// The time.
    pub(crate) clock: SharedClock,
    /// Where things are said.
    pub(crate) out: Output,
    /// `--homey` or its variable.
    pub(crate) homey_named: Option<String>,
    /// The stored Homeys that were opened, for their renewals to be waited for.
    opened: RefCell<Vec<(Homey, HomeyRecord)>>,
    /// The names of those of which it was said that plain HTTP is not used any more.
    informed: RefCell<Vec<String>>,
}

/// A Homey that can be called, and what people call it.
pub(crate) struct Target {
    /// The face of the library.
    pub(crate) homey: Homey,
    /// Its title, or its address where it is not stored.
    pub(crate) title: String,
}

/// What a command is about to do to a Homey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Read. Where several Homeys are configured and none is named, the terminal is prompted for one.
    Read,
    /// Change. The Homey must be clear without a question, and is named in the report.
    Write,
}

impl Context {
    /// The context of this process. Reads nothing but the settings.
    pub(crate) fn new(global: &Global, env: Env) -> Outcome<Self> {
        let homey_named = match &global.homey {
            Some(name) => Some(name.clone()),
            None => env.text(&env::HOUSEKEY_HOMEY)?.map(str::to_owned),
        };
        let directories = Directories::of(&env)?;
        let settings = SettingsFile::in_directory(&directories.config);
        let credentials = directories.state.join("credentials");
        let store_config =
            StoreConfig::of(&settings.read()?, &env, &directories.config, credentials)?;
        Ok(Self {
            settings,
            store: store_config.store(),
            store_config,
            state: directories.state,
            clock: SystemClock::shared(),
            out: Output::new(global.json, global.jq.as_deref(), global.quiet)?,
            homey_named,
            opened: RefCell::default(),
            informed: RefCell::default(),
            env,
        })
    }

    /// The same with another store.
    pub(crate) fn with_store(&self, store_config: StoreConfig, store: Store) -> Self {
        Self {
            env: self.env.clone(),
            settings: self.settings.clone(),
            store,
            store_config,
            state: self.state.clone(),
            clock: self.clock.clone(),
            out: self.out.clone(),
            homey_named: self.homey_named.clone(),
            opened: RefCell::default(),
            informed: RefCell::default(),
        }
    }

    /// The Homey that is meant, ready to be called: that of `HOMEY_ADDRESS` and `HOMEY_TOKEN` where
    /// both are set and no other is named, else one of the store.
    pub(crate) async fn homey(&self, purpose: Purpose) -> Outcome<Target> {
        let named_here =
            || self.homey_named.as_ref().is_some_and(|name| self.find_homey(name).is_ok());
        match OneOff::of(&self.env)? {
            Some(OneOff::Homey { address, token }) if self.homey_named.is_none() => {
                let http = self.http()?;
                let address = address.complete(&http, false).await?;
                let title = address.to_string();
                Ok(Target { homey: Homey::at(address, token, http).await?, title })
            }
            Some(OneOff::Account { token }) if !named_here() => {
                one_off::known_kind(&token, env::HOMEY_PAT.name)?;
                self.homey_of(token).await
            }
            _ => self.open(self.stored_homey(purpose)?),
        }
    }

    /// A Homey of the account that a personal access token opens, signed in to for this once.
    async fn homey_of(&self, token: Secret) -> Outcome<Target> {
        let wanted = self.homey_named.as_deref();
        let (http, cloud) = (self.http()?, self.cloud()?);
        let sign_in = SignIn {
            http: &http,
            cloud: &cloud,
            client: &no_client(),
            clock: &*self.clock,
            on_progress: &|_| {},
            plain_http: &|_| Ok(PlainHttp::Forbidden),
        };
        let tokens = without_refresh(token, self.clock.now());
        let signed_in = sign_in.with_tokens(tokens, wanted).await?;
        let records = SignInRecords::with_account(signed_in, "once".to_owned(), cloud, None)?;
        let store = Store::memory();
        records.save(&store).await?;
        let homey = records.homey;
        let target = Homey::stored(&homey, store, http, self.clock.clone());
        Ok(Target { homey: target, title: homey.title })
    }

    /// A stored Homey, ready to be called.
    pub(crate) fn open(&self, record: HomeyRecord) -> Outcome<Target> {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let plain_http = self.settings.read()?.plain_http(&record.name);
        self.inform(&record, plain_http, false);
        let homey = Homey::stored(&record, store, self.http()?, clock).with_plain_http(plain_http);
        let title = record.title.clone();
        self.opened.borrow_mut().push((homey.clone(), record));
        Ok(Target { homey, title })
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

    /// Reports a write and its Homey, and prints its answer with `--json`.
    pub(crate) fn report_write(&self, target: &Target, what: &str, answer: &[u8]) -> Outcome {
        self.report(target, what);
        self.out.data(answer)
    }

    /// Says that a write is done and at which Homey.
    pub(crate) fn report(&self, target: &Target, what: &str) {
        self.out.note(&format!("{what} (Homey \"{}\")", target.title));
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
                .find_map(|(homey, _)| homey.session()?.pending_renewal());
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
        for (homey, record) in opened {
            homey.settle().await;
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

    /// What sends requests.
    pub(crate) fn http(&self) -> Outcome<Http> {
        Ok(Http::on(Network {
            resolver: Resolver::new(self.mdns()?),
            proxies: self.proxies()?,
            roots: self.roots()?,
        })?)
    }

    fn proxies(&self) -> Outcome<Proxies> {
        let text = |variable| Ok::<_, Failure>(self.env.text(variable)?.unwrap_or_default());
        let (http, https) = (text(&env::HTTP_PROXY)?, text(&env::HTTPS_PROXY)?);
        let proxies = Proxies::new(http, https, text(&env::ALL_PROXY)?, text(&env::NO_PROXY)?);
        proxies.map_err(|error| match error {
            HttpError::Invalid { server, cause } => Failure::usage(format!(
                "{server} is no address of a proxy"
            ))
            .because(&*cause)
            .hint("write it as http://HOST:PORT or socks5h://HOST:PORT, or take the variable away"),
            error => error.into(),
        })
    }

    /// The authorities that are trusted besides the public ones.
    fn roots(&self) -> Outcome<Roots> {
        let mut roots = Roots::default();
        if let Some(file) = self.settings.read()?.ca_file {
            roots.add_file(&self.settings.directory().join(file))?;
        }
        if let Some(file) = self.env.path(&env::SSL_CERT_FILE) {
            roots.add_file(&file)?;
        }
        for directory in
            self.env.raw(&env::SSL_CERT_DIR).into_iter().flat_map(std::env::split_paths)
        {
            roots.add_directory(&directory)?;
        }
        Ok(roots)
    }

    /// The multicast DNS group for names of the home, unless the environment sets another target.
    pub(crate) fn mdns(&self) -> Outcome<Mdns> {
        let Mdns { target } = Mdns::default();
        let host = self.env.parsed(&env::HOMEY_DISCOVERY_MDNS_HOST, "an IPv4 address")?;
        let port: Option<NonZeroU16> =
            self.env.parsed(&env::HOMEY_DISCOVERY_MDNS_PORT, "a port from 1 to 65535")?;
        let (host, port) = (host.unwrap_or(*target.ip()), port.map_or(target.port(), u16::from));
        Ok(Mdns { target: SocketAddrV4::new(host, port) })
    }

    /// The account cloud: the vendor's, unless the environment moves it.
    pub(crate) fn cloud(&self) -> Outcome<Cloud> {
        let vendor = Cloud::default();
        let cloud = Cloud {
            accounts: self.env.url(&env::HOUSEKEY_ACCOUNTS_URL)?.unwrap_or(vendor.accounts),
            api: self.env.url(&env::HOUSEKEY_API_URL)?.unwrap_or(vendor.api),
        };
        cloud.check()?;
        Ok(cloud)
    }

    /// The stored Homey that is meant: the one named, else the one chosen with `homeys use`, else
    /// the only one.
    ///
    /// # Errors
    /// Usage with the candidates, when it is not clear which; sign-in, when there is none.
    pub(crate) fn stored_homey(&self, purpose: Purpose) -> Outcome<HomeyRecord> {
        if let Some(name) = &self.homey_named {
            return self.find_homey(name);
        }
        if let Some(name) = self.settings.read()?.homey {
            return self.store.homey(&name)?.ok_or_else(|| {
                Failure::usage(format!(
                    "the settings choose the Homey \"{name}\", which is not configured"
                ))
                .hint("choose another with `housekey homeys use NAME`, or run `housekey login`")
            });
        }
        let mut known = self.store.homeys()?;
        let name = match (known.len(), purpose) {
            (0, _) => return Err(housekey::error::SignInError::NotSignedIn.into()),
            (1, _) => known.remove(0),
            (_, Purpose::Read) if prompt::can_ask() => prompt::which("Which Homey?", known)?,
            _ => return Err(several(&known)),
        };
        Ok(self.store.known_homey(&name)?)
    }

    /// The stored Homey of that short name, cloud id, or title.
    pub(crate) fn find_homey(&self, wanted: &str) -> Outcome<HomeyRecord> {
        let known = self.store.homeys()?;
        if known.iter().any(|name| name == wanted) {
            return Ok(self.store.known_homey(wanted)?);
        }
        // One that is broken must not keep us from the others.
        let mut records: Vec<_> =
            known.iter().filter_map(|name| self.store.homey(name).ok().flatten()).collect();
        let called =
            records.iter().map(|one| Called { id: &one.id, name: &one.title, group: None });
        let found = name::find(called, wanted);
        let mut place = 0..;
        records.retain(|_| place.next().is_some_and(|place| found.contains(&place)));
        match (records.len(), known.is_empty()) {
            (1, _) => Ok(records.remove(0)),
            (0, true) => Err(housekey::error::SignInError::NotSignedIn.into()),
            (0, false) => Err(Failure::usage(format!("there is no configured Homey \"{wanted}\""))
                .hint(format!("there is: {}", known.join(", ")))),
            _ => Err(several(&records.into_iter().map(|record| record.name).collect::<Vec<_>>())),
        }
    }
}

fn several(known: &[String]) -> Failure {
    Failure::usage("there are several Homeys, and none is named")
        .hint(format!("name one with `--homey`: {}", known.join(", ")))
}

/// The directories of settings and tokens.
struct Directories {
    config: PathBuf,
    state: PathBuf,
}

impl Directories {
    /// As the variables say, else as XDG says.
    fn of(env: &Env) -> Outcome<Self> {
        let (config, state) = (env.path(&env::HOUSEKEY_CONFIG), env.path(&env::HOUSEKEY_STATE));
        if let (Some(config), Some(state)) = (&config, &state) {
            return Ok(Self { config: config.clone(), state: state.clone() });
        }
        let xdg = etcetera::base_strategy::Xdg::new().map_err(|error| {
            Failure::usage("there is no home directory to keep tokens in")
                .because(&error)
                .hint("set HOME, or HOUSEKEY_CONFIG and HOUSEKEY_STATE")
        })?;
        let below = |directory: PathBuf| directory.join("housekey");
        Ok(Self {
            config: config.unwrap_or_else(|| below(xdg.config_dir())),
            state: state.unwrap_or_else(|| {
                below(xdg.state_dir().unwrap_or_else(|| xdg.home_dir().join(".local/state")))
            }),
        })
    }
}
