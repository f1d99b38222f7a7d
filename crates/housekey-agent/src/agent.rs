//! The agent as a whole: reads its settings, starts its parts, listens to signals, drains.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use housekey::auth::store::Store;
use housekey::clock::SharedClock;
use housekey::discovery::PlainHttp;
use housekey::http::Http;
use housekey_web::Sessions;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot};
use tokio_rustls::TlsAcceptor;

use crate::components::Components;
use crate::counters::GatewayCounters;
use crate::dashboard::{self, LinkMaker};
use crate::error::AgentError;
use crate::file_limit;
use crate::gateway::{Gate, Gateway, tls};
use crate::home_metrics::Exporters;
use crate::http::{docs, history, routes};
use crate::influx::Pusher;
use crate::listeners::{Listeners, socket_path};
use crate::local_api::{ControlRequest, LocalApi, Rights};
use crate::lock::{Holder, Lock};
#[cfg(feature = "mcp")]
use crate::mcp::{self, Assistants};
#[cfg(feature = "mqtt")]
use crate::mqtt::Publisher;
use crate::served_homey::ServedHomey;
use crate::service_manager::ServiceManager;
use crate::settings::Settings;
use crate::status::Status;
use crate::supervisor::{DRAIN, Supervisor, Tier};

/// Everything the agent is given.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The file of its settings.
    pub settings: PathBuf,
    /// The directory of the stored tokens: one agent for each.
    pub state: PathBuf,
    /// Where tokens rest.
    pub store: Store,
    /// What sends requests.
    pub http: Http,
    /// The time.
    pub clock: SharedClock,
    /// Whether plain HTTP is allowed for a Homey; evaluated whenever the settings are read.
    pub plain_http: PlainHttpOf,
    /// Notified when the agent is ready.
    pub service_manager: ServiceManager,
}

/// Whether plain HTTP is allowed for the Homey of a short name.
#[derive(Clone)]
pub struct PlainHttpOf(pub Arc<dyn Fn(&str) -> PlainHttp + Send + Sync>);

impl fmt::Debug for PlainHttpOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainHttpOf")
    }
}

impl Agent {
    /// Runs until it is stopped. When this returns, everything has stopped.
    ///
    /// # Errors
    /// [`AgentError`], each of them before anything is started; a reload that fails is only logged.
    pub async fn run(&self) -> Result<(), AgentError> {
        self.at_fixed_path()?.run_at_fixed_path().await
    }

    async fn run_at_fixed_path(&self) -> Result<(), AgentError> {
        let settings = self.read_settings()?;
        let mut lock = self.lock(Some(socket_path(&settings, &self.state)))?;
        let mut signals = Signals::listen()?;
        let mut generation = self.prepare(settings, None).await?;
        // Browsers stay signed in while the settings are read again.
        let sessions = Sessions::default();
        loop {
            let (control_sender, mut control) = mpsc::channel(1);
            let listeners = generation.listeners.clone();
            let (supervisor, gate) = self.start(generation, control_sender, sessions.clone());
            let next = loop {
                let reply = match signals.next(&mut control).await {
                    ControlRequest::Stop => break None,
                    ControlRequest::Reload(reply) => reply,
                };
                match self.prepare_reload(&listeners, &mut lock).await {
                    Ok(next_generation) => {
                        // Connections of a removed key end now, before the reload is confirmed.
                        let access = &next_generation.settings.access;
                        gate.access.keep_only(access);
                        sessions.keep_keys(|key| {
                            access.keys.iter().any(|kept| dashboard::mark(kept) == key)
                        });
                        let _ = reply.send(Ok(()));
                        break Some(next_generation);
                    }
                    Err(error) => {
                        let why = error.lines(&self.settings).join("\n");
                        tracing::error!(why, "the settings stay as they were");
                        let _ = reply.send(Err(why));
                    }
                }
            };
            tracing::info!(again = next.is_some(), "stopping");
            for part in supervisor.drain(DRAIN).await {
                tracing::warn!(part, "did not stop in time, and was ended");
            }
            match next {
                Some(next_generation) => generation = next_generation,
                None => return Ok(()),
            }
        }
    }

    /// Starts everything, the keepers first.
    fn start(
        &self,
        generation: Generation,
        control: mpsc::Sender<ControlRequest>,
        sessions: Sessions,
    ) -> (Supervisor, Arc<Gate>) {
        let Generation { mut settings, components, listeners, tls } = generation;
        let board = components.board.clone();
        let address = listeners.http_address();
        board.listens_at(address);
        let mut supervisor = Supervisor::new(board.clone());
        let homeys = components.served.clone();
        components.start(&mut supervisor);
        let mut counts = GatewayCounters::new(
            homeys.iter().map(|homey| homey.name.clone()),
            board.security().clone(),
        );
        for settings in std::mem::take(&mut settings.influx) {
            let pusher = Pusher::new(settings, &homeys, &self.http, &board, &self.state);
            counts.influx.push(pusher.counts());
            supervisor.start(Tier::Sinks, pusher.name(), move |stop| pusher.clone().run(stop));
        }
        #[cfg(feature = "mqtt")]
        for settings in std::mem::take(&mut settings.mqtt) {
            let publisher = Publisher::new(settings, &homeys, &board);
            let name = publisher.name();
            supervisor.start(Tier::Sinks, name, move |stop| publisher.clone().run(stop));
        }
        let counts = Arc::new(counts);
        let own = nix::unistd::geteuid().as_raw();
        let gate =
            Arc::new(Gate::new(&settings.access, own, self.clock.clone(), counts.security.clone()));
        let routes = routes::routes(board.clone(), counts.clone());
        let routes = routes.merge(docs::routes(homeys.clone()));
        let routes = match settings.prometheus.take() {
            None => routes,
            Some(options) => {
                let tls = settings.gateway.certificate.is_some();
                let exporters = Exporters::new(&homeys, &counts, &options);
                exporters.start(&mut supervisor);
                routes.merge(exporters.routes(tls))
            }
        };
        let routes = match &settings.history {
            Some(history) => {
                let home = |homey: &ServedHomey| {
                    (homey.clone(), history.location.place(&self.state, &homey.name))
                };
                let homes = homeys.iter().map(home).collect();
                routes.merge(history::routes(homes, self.clock.clone()))
            }
            None => routes,
        };
        #[cfg(feature = "mcp")]
        let (routes, assistants) = {
            let mcp = settings.mcp.clone().unwrap_or_default();
            let (keys, history) = (&settings.access.keys, settings.history.as_ref());
            let place = (&*self.state, self.clock.clone());
            let assistants = Assistants::new(&mcp, keys, &homeys, history, place);
            let local = assistants.local(&homeys);
            let routes = match settings.mcp {
                Some(_) => {
                    assistants.start(&mut supervisor);
                    routes.merge(assistants.routes())
                }
                None => routes,
            };
            (routes, Some(local))
        };
        #[cfg(not(feature = "mcp"))]
        let assistants = None;
        if !listeners.http().is_empty() {
            let in_flight = homeys.iter().map(|homey| homey.in_flight);
            settings.gateway.connections =
                Some(file_limit::connections(&settings.gateway, in_flight));
        }
        let shown = settings.dashboard.filter(|_| !listeners.http().is_empty());
        let dashboard = shown.map(|dashboard| {
            let (sessions, clock) = (sessions.clone(), self.clock.clone());
            let status = (board.clone(), counts.clone());
            let history = |homey: &ServedHomey| {
                Some(settings.history.as_ref()?.location.place(&self.state, &homey.name))
            };
            let shown: Vec<_> =
                homeys.iter().map(|homey| (homey.clone(), history(homey))).collect();
            dashboard::start(dashboard, &shown, (sessions, clock), status)
        });
        #[cfg(feature = "mcp")]
        if let (Some(dashboard), Some(_)) = (&dashboard, &settings.mcp) {
            dashboard.show_approvals(mcp::approving(&self.state, self.clock.clone()));
        }
        let links = address.filter(|_| dashboard.is_some()).map(|address| LinkMaker {
            sessions,
            clock: self.clock.clone(),
            address: dashboard::browser_address(address, tls.is_some(), &settings.access.hosts),
        });
        let gateway = Gateway {
            listeners: listeners.http(),
            homeys,
            gate: gate.clone(),
            routes,
            dashboard,
            tls,
            counts: counts.clone(),
            http: self.http.clone(),
            clock: self.clock.clone(),
            settings: settings.gateway,
        };
        let counts = (!gateway.listeners.is_empty()).then_some(counts);
        if counts.is_some() {
            let name = "gateway".to_owned();
            supervisor.start(Tier::Listeners, name, move |stop| gateway.clone().run(stop));
        }
        let rights = Rights { own, readers: settings.readers };
        let listener = listeners.local_api;
        let local_api =
            LocalApi { listener, rights, board: board.clone(), counts, control, links, assistants };
        let name = "local-api".to_owned();
        supervisor.start(Tier::Listeners, name, move |stop| local_api.clone().run(stop));
        let manager = self.service_manager.clone();
        let name = "service-manager".to_owned();
        supervisor
            .start(Tier::Listeners, name, move |stop| manager.clone().run(board.clone(), stop));
        let (settings, http) = (self.settings.display(), address.map(tracing::field::display));
        tracing::info!(%settings, http, "started");
        (supervisor, gate)
    }

    /// Renews due tokens, delivers every token once, and returns the status.
    ///
    /// # Errors
    /// As [`Agent::run`].
    pub async fn run_once(&self) -> Result<Status, AgentError> {
        let agent = self.at_fixed_path()?;
        let settings = agent.read_settings()?;
        let _lock = agent.lock(None)?;
        let components = agent.new_components(&settings)?;
        Ok(components.run_once().await)
    }

    /// The same with the whole path of the settings: what is published must lead others there too.
    fn at_fixed_path(&self) -> Result<Self, AgentError> {
        let settings = std::path::absolute(&self.settings);
        let what = || format!("find {}", self.settings.display());
        let settings = settings.map_err(|cause| AgentError::System { what: what(), cause })?;
        Ok(Self { settings, ..self.clone() })
    }

    fn holder(&self, socket: Option<PathBuf>) -> Holder {
        Holder { pid: std::process::id(), socket, settings: Some(self.settings.clone()) }
    }

    fn read_settings(&self) -> Result<Settings, AgentError> {
        let stored = self.store.homeys().map_err(|error| AgentError::Store(error.into()))?;
        Settings::read(&self.settings, &stored).map_err(AgentError::Settings)
    }

    fn lock(&self, socket: Option<PathBuf>) -> Result<Lock, AgentError> {
        Ok(Lock::take(&self.state, &self.holder(socket))?)
    }

    fn new_components(&self, settings: &Settings) -> Result<Components, AgentError> {
        let files = (&*self.settings, &*self.state);
        let plain_http = &*self.plain_http.0;
        Components::new(settings, files, &self.store, &self.http, &self.clock, plain_http)
            .map_err(AgentError::Store)
    }

    /// Makes everything ready and makes sure that it would work.
    async fn prepare(
        &self,
        settings: Settings,
        current: Option<&Listeners>,
    ) -> Result<Generation, AgentError> {
        let components = self.new_components(&settings)?;
        components.check().await.map_err(AgentError::Unwritable)?;
        let tls = settings.gateway.certificate.as_ref().map(tls::acceptor).transpose();
        let tls = tls.map_err(AgentError::Certificate)?;
        let listeners = Listeners::open(&settings, &self.state, current)?;
        Ok(Generation { settings, components, listeners, tls })
    }

    /// Prepares the next generation while the current one runs.
    async fn prepare_reload(
        &self,
        current: &Listeners,
        lock: &mut Lock,
    ) -> Result<Generation, AgentError> {
        let generation = self.prepare(self.read_settings()?, Some(current)).await?;
        let socket = Some(generation.listeners.socket().to_owned());
        lock.write_holder(&self.holder(socket))?;
        Ok(generation)
    }
}

/// Everything that runs from one reading of the settings to the next.
struct Generation {
    settings: Settings,
    components: Components,
    listeners: Listeners,
    /// The certificate is read anew with the settings.
    tls: Option<TlsAcceptor>,
}

/// The signals, received from the start.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Result<Self, AgentError> {
        let listen = |kind| {
            let what = || "listen for signals".to_owned();
            signal(kind).map_err(|cause| AgentError::System { what: what(), cause })
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// The next request, by a signal or over the local API.
    async fn next(&mut self, control: &mut mpsc::Receiver<ControlRequest>) -> ControlRequest {
        tokio::select! {
            _ = self.interrupt.recv() => ControlRequest::Stop,
            _ = self.terminate.recv() => ControlRequest::Stop,
            _ = self.hang_up.recv() => ControlRequest::Reload(oneshot::channel().0),
            Some(wish) = control.recv() => wish,
        }
    }
}
