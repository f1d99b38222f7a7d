//! A gateway with its upstream, and clients.

use std::net::{SocketAddr, TcpListener as StdTcp};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use housekey::auth::store::Store;
use housekey::auth::{Cloud, OAuthClient, Password, SignIn};
use housekey::clock::{ManualClock, SharedClock};
use housekey::http::Http;
use housekey::redaction::TokenVariables;
use housekey::{Homey, Secret};
use housekey_emulator::{Builder, Emulator};
use housekey_web::Dashboard;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::counters::GatewayCounters;
use crate::gateway::{Gate, Gateway};
use crate::listeners::Listener;
use crate::security::SecurityLog;
use crate::served_homey::{LazyMirror, ServedHomey};
use crate::settings::{AccessSettings, GatewaySettings};
use crate::write_log::WriteLog;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::supervisor::PartError;

/// A running gateway; it stops when this is dropped.
pub(super) struct TestGateway {
    pub(super) address: SocketAddr,
    pub(super) counts: Arc<GatewayCounters>,
    pub(super) gate: Arc<Gate>,
    /// Stops the gateway when it is dropped.
    pub(super) stop: DropGuard,
    pub(super) running: JoinHandle<Result<(), PartError>>,
}

/// Settings with limits that a test can wait for.
pub(super) fn settings() -> GatewaySettings {
    GatewaySettings { wait: Duration::from_secs(20), ..GatewaySettings::default() }
}

impl TestGateway {
    /// A gateway for these Homeys that needs no key.
    pub(super) fn of(
        served: Vec<ServedHomey>,
        clock: SharedClock,
        settings: GatewaySettings,
    ) -> Self {
        let access = AccessSettings { require_key: false, ..AccessSettings::default() };
        Self::guarded(served, clock, settings, &access, None)
    }

    /// Leads to these Homeys.
    pub(super) fn guarded(
        served: Vec<ServedHomey>,
        clock: SharedClock,
        settings: GatewaySettings,
        access: &AccessSettings,
        tls: Option<TlsAcceptor>,
    ) -> Self {
        Self::start(served, clock, settings, access, tls, |_, _| None, Router::new())
    }

    /// The same with a dashboard.
    pub(super) fn with_dashboard(
        served: Vec<ServedHomey>,
        clock: SharedClock,
        settings: GatewaySettings,
        access: &AccessSettings,
        dashboard: impl FnOnce(&[ServedHomey], Arc<GatewayCounters>) -> Dashboard,
    ) -> Self {
        let dashboard = |homeys: &_, counts| Some(dashboard(homeys, counts));
        Self::start(served, clock, settings, access, None, dashboard, Router::new())
    }

    /// The same with routes of the agent.
    pub(super) fn with_routes(
        served: Vec<ServedHomey>,
        clock: SharedClock,
        access: &AccessSettings,
        routes: Router,
    ) -> Self {
        Self::start(served, clock, settings(), access, None, |_, _| None, routes)
    }

    fn start(
        served: Vec<ServedHomey>,
        clock: SharedClock,
        settings: GatewaySettings,
        access: &AccessSettings,
        tls: Option<TlsAcceptor>,
        dashboard: impl FnOnce(&[ServedHomey], Arc<GatewayCounters>) -> Option<Dashboard>,
        routes: Router,
    ) -> Self {
        let listener = StdTcp::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(GatewayCounters::new(
            served.iter().map(|homey| homey.name.clone()),
            SecurityLog::default(),
        ));
        let gate = Arc::new(Gate::new(access, 0, clock.clone(), counts.security.clone()));
        let page = get(async || "page\n");
        let routes = routes.route("/healthz", get(async || "ok\n"));
        let dashboard = dashboard(&served, counts.clone());
        let gateway = Gateway {
            listeners: vec![Arc::new(Listener::Tcp(listener))],
            homeys: served,
            gate: gate.clone(),
            routes: ["/readyz", "/metrics", "/docs"]
                .into_iter()
                .fold(routes, |routes, path| routes.route(path, page.clone())),
            dashboard,
            http: Http::new().unwrap(),
            clock,
            tls,
            counts: counts.clone(),
            settings,
        };
        let stop = CancellationToken::new();
        let running = tokio::spawn(gateway.run(stop.clone()));
        Self { address, counts, gate, stop: stop.drop_guard(), running }
    }

    /// Sends these bytes and gives all that comes back until the gateway closes the connection.
    pub(super) async fn say(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // A connection that is closed with bytes unread ends with an error; what came before counts.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The same, and goes away where something more was to come.
    pub(super) async fn say_and_go(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The status and the body of a response to a request with these header lines.
    pub(super) async fn request(
        &self,
        request_line: &str,
        lines: &str,
        body: &str,
    ) -> (u16, String) {
        let length = body.len();
        let text = format!(
            "{request_line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{lines}Content-Length: {length}\r\n\r\n{body}",
            self.address
        );
        let answer = self.say(text.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        (status, body.to_owned())
    }
}

/// The emulator, signed in to.
pub(super) struct Emulated {
    pub(super) world: Emulator,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Store,
    pub(super) http: Http,
}

impl Emulated {
    pub(super) async fn with(builder: Builder) -> Self {
        let clock = Arc::new(ManualClock::at("2026-03-01T12:00:00Z".parse().unwrap()));
        let world = builder.clock(clock.clone()).start().await.unwrap();
        let facts = world.facts();
        let http = Http::new().unwrap();
        let url = |text: &str| text.parse().unwrap();
        let cloud = Cloud { accounts: url(&facts.accounts_url), api: url(&facts.api_url) };
        let client = OAuthClient {
            id: facts.client_id.clone(),
            secret: Secret::new(facts.client_secret.clone()),
            redirect_uri: facts.redirect_uri.clone(),
        };
        let email = facts.email.clone();
        let password = Password { email, password: Secret::new(facts.password), otp: None };
        let sign_in = SignIn::at(cloud, http.clone()).client(client).clock(clock.clone());
        let store = Store::memory();
        let signed_in = sign_in.with_password(&password).await.unwrap();
        signed_in.named(Some("home"), &store).unwrap().save(&store).await.unwrap();
        Self { world, clock, store, http }
    }

    /// As the gateway leads to it.
    pub(super) fn served(&self, in_flight: usize) -> ServedHomey {
        let record = self.store.known_homey("home").unwrap();
        let (store, http, clock) = (self.store.clone(), self.http.clone(), self.clock.clone());
        let mirror = LazyMirror::new(clock.clone());
        let homey = Homey::stored_with_timeout(&record, store, http, clock, Duration::ZERO);
        let (name, title) = (record.name, record.title);
        let (dialect, variables) = (record.dialect, TokenVariables::default());
        let writes = WriteLog::default();
        ServedHomey { name, title, dialect, homey, in_flight, variables, writes, mirror }
    }

    /// The same, where a sink writes the token into a variable of that name.
    pub(super) fn served_with_variable(&self, name: &str) -> ServedHomey {
        ServedHomey { variables: TokenVariables::named([name]), ..self.served(8) }
    }

    pub(super) fn gateway(&self) -> TestGateway {
        TestGateway::of(vec![self.served(8)], self.clock.clone(), settings())
    }
}
