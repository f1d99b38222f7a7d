//! A virtual Homey with its cloud, a clock that both sides share, and a sender: what a test of the
//! doing modules needs.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use housekey::auth::store::{HomeyRecord, Store};
use housekey::auth::{Cloud, OAuthClient, Password, Progress, SignIn, SignedIn};
use housekey::clock::{ManualClock, SharedClock};
use housekey::error::HttpError;
use housekey::http::{Http, Transport};
use housekey::{Error, Homey, Secret};
use housekey_emulator::{BrokenOff, Builder, Emulator};

/// What answers in this process.
struct InProcess(Arc<Emulator>);

impl std::fmt::Debug for InProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InProcess")
    }
}

impl Transport for InProcess {
    fn carry(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpError>> {
        async move {
            let cut = |error: BrokenOff| HttpError::Cut {
                server: "the virtual Homey".to_owned(),
                cause: error.into(),
            };
            self.0.call(request).await.map_err(cut)
        }
        .boxed()
    }
}

fn noon() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-03-01T12:00:00Z".parse().expect("a time")))
}

/// One such house.
pub struct House {
    pub world: Arc<Emulator>,
    pub clock: Arc<ManualClock>,
    pub http: Http,
    pub cloud: Cloud,
    pub client: OAuthClient,
}

impl House {
    /// With an emulator as the builder says.
    pub async fn with(builder: Builder) -> Self {
        let clock = noon();
        let world = builder.clock(clock.clone()).start().await.expect("a free port");
        Self::around(world.into(), clock, Http::new().expect("TLS"))
    }

    /// In one process, without a socket: for tests with paused time.
    pub fn in_process(builder: Builder) -> Self {
        let clock = noon();
        let world = Arc::new(builder.clock(clock.clone()).unserved().expect("the key is good"));
        let transport = Arc::new(InProcess(world.clone()));
        Self::around(world, clock, Http::new().expect("TLS").over(transport))
    }

    fn around(world: Arc<Emulator>, clock: Arc<ManualClock>, http: Http) -> Self {
        let facts = world.facts();
        let url = |text: &str| text.parse().expect("a URL");
        Self {
            clock,
            http,
            cloud: Cloud { accounts: url(&facts.accounts_url), api: url(&facts.api_url) },
            client: OAuthClient {
                id: facts.client_id.clone(),
                secret: Secret::new(facts.client_secret.clone()),
                redirect_uri: facts.redirect_uri.clone(),
            },
            world,
        }
    }

    /// As it is built.
    pub async fn new() -> Self {
        Self::with(Emulator::builder()).await
    }

    pub fn shared_clock(&self) -> SharedClock {
        self.clock.clone()
    }

    /// E-mail address and password of the account.
    pub fn password(&self) -> Password {
        let facts = self.world.facts();
        Password { email: facts.email, password: Secret::new(facts.password), otp: None }
    }

    /// Signs in and returns the reported steps.
    pub async fn sign_in(
        &self,
        password: &Password,
        homey: Option<&str>,
    ) -> (Result<SignedIn, Error>, Vec<Progress>) {
        let steps = Arc::new(Mutex::new(Vec::new()));
        let seen = steps.clone();
        let mut sign_in = SignIn::at(self.cloud.clone(), self.http.clone())
            .client(self.client.clone())
            .clock(self.shared_clock())
            .on_progress(move |progress| seen.lock().expect("no panic").push(progress));
        if let Some(homey) = homey {
            sign_in = sign_in.homey(homey);
        }
        let outcome = sign_in.with_password(password).await;
        let steps = steps.lock().expect("no panic").clone();
        (outcome, steps)
    }

    /// Signs in and stores what that made, the Homey as `home`.
    pub async fn signed_in(&self, store: &Store) -> HomeyRecord {
        let signed_in = self.sign_in(&self.password(), None).await.0.expect("signed in");
        let signed_in = signed_in.named(Some("home"), store).expect("a free name");
        signed_in.save(store).await.expect("saved");
        signed_in.homey
    }

    /// The Homey `home` of that store, without a wait for renewals: a failure is reported at once.
    pub fn impatient_homey(&self, store: &Store) -> Homey {
        let record = store.known_homey("home").expect("stored");
        let (http, clock) = (self.http.clone(), self.shared_clock());
        Homey::stored_with_timeout(&record, store.clone(), http, clock, Duration::ZERO)
    }

    /// The Homey `home` of that store.
    pub fn homey(&self, store: &Store) -> Homey {
        let record = store.known_homey("home").expect("stored");
        Homey::stored(&record, store.clone(), self.http.clone(), self.shared_clock())
    }
}
