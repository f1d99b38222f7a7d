//! `Homey`, the entry point: finds the operation, adds the token, renews once when it is refused.

pub mod api;
mod builder;
mod call;
mod dialect;
mod exchange;
mod live;
mod local_sign_in;
mod observer;
pub mod pace;
mod raw;
mod typed_call;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::OnceCell;
use url::Url;

pub use builder::HomeyBuilder;
pub use local_sign_in::LocalSignIn;
pub use raw::{RawCall, RawResponse};
pub use typed_call::{Call, Done};

use self::observer::Observer;
use self::pace::Pace;
use crate::Secret;
use crate::auth::store::{HomeyRecord, Store};
use crate::auth::{Bearer, Session};
use crate::catalogue::Dialect;
use crate::clock::SharedClock;
use crate::discovery::{Addresses, Candidate, PlainHttp, Route, Strategy, ping};
use crate::error::{CertificateProblem, Error};
use crate::http::Http;
use crate::realtime::Realtime;

/// A handle to one Homey. Cheap to clone; clones share connections, token and request limits.
///
/// ```no_run
/// # async fn example() -> Result<(), housekey::Error> {
/// use housekey::{Homey, Secret, args};
/// let http = housekey::http::Http::new()?;
/// let address = "http://192.0.2.7".parse().expect("a URL");
/// let homey = Homey::at(address, Secret::new("my API key"), http).await?;
/// let devices = homey.call("devices.getDevices", &args! {}).await?;
/// println!("{devices:#}");
/// homey.call("devices.setCapabilityValue", &args! {
///     "deviceId" => "a1b2…", "capabilityId" => "onoff", "value" => true,
/// }).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Homey {
    http: Http,
    route: Route,
    dialect: Arc<OnceCell<Dialect>>,
    bearer: Bearer,
    pace: Arc<Pace>,
    live: Arc<OnceLock<Realtime>>,
    read_only: bool,
    observer: Observer,
}

impl Homey {
    /// A Homey from the store. Nothing is sent yet.
    pub fn stored(record: &HomeyRecord, store: Store, http: Http, clock: SharedClock) -> Self {
        Self::stored_with_timeout(record, store, http, clock, Session::RENEWAL_TIMEOUT)
    }

    /// The same with another time for which a call may wait for a renewal with a transient failure.
    pub fn stored_with_timeout(
        record: &HomeyRecord,
        store: Store,
        http: Http,
        clock: SharedClock,
        renewal_timeout: Duration,
    ) -> Self {
        let id = Some(record.id.clone()).filter(|id| !id.is_empty());
        let route = Route::new(http.clone(), record.title.clone(), id, record.addresses.clone());
        let session = Session::new(record, store, http.clone(), clock, route.clone());
        let session = session.with_renewal_timeout(renewal_timeout);
        let homey = Self::new(http, route, Bearer::Session(session));
        homey.pace.fit(record.dialect);
        Self { dialect: Arc::new(OnceCell::new_with(Some(record.dialect))), ..homey }
    }

    /// A Homey at a known address with a token that is not renewed: an API key, or a session token
    /// from elsewhere. Checks that a Homey answers there.
    ///
    /// # Errors
    /// [`crate::error::HomeyError::NotAHomey`], or an [`Error::Http`] when nothing answers.
    pub async fn at(address: Url, token: Secret, http: Http) -> Result<Self, Error> {
        let candidate = Candidate { strategy: Strategy::Local, base: address.clone() };
        let found = ping(&http, &candidate, None).await?;
        let route =
            Route::new(http.clone(), address.to_string(), found.id, Addresses::only(address));
        Ok(Self::new(http, route, Bearer::Fixed(token)))
    }

    fn new(http: Http, route: Route, bearer: Bearer) -> Self {
        let (dialect, pace, live) = (Arc::default(), Arc::new(Pace::gentle()), Arc::default());
        let (read_only, observer) = (false, Observer::default());
        Self { http, route, dialect, bearer, pace, live, read_only, observer }
    }

    /// The same handle, whose calls may only read: any other fails with
    /// [`crate::error::HomeyError::ReadOnly`] and is not sent.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// The same with a function that sees the answers to calls without arguments: the id of the operation and
    /// the body as the Homey sent it. Refusals, raw calls and calls over the live connection are left out. The
    /// function is called before the answer is returned, so it has to be fast.
    #[must_use]
    pub fn with_observer(
        self,
        observer: impl Fn(&'static str, &[u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { observer: Observer::new(observer), ..self }
    }

    /// The same, with the user's decision about plain HTTP for this Homey.
    #[must_use]
    pub fn with_plain_http(self, plain_http: PlainHttp) -> Self {
        Self { route: self.route.with_plain_http(plain_http), ..self }
    }

    /// The address whose certificate was rejected at the last search, and why.
    pub fn rejected_certificate(&self) -> Option<(Url, CertificateProblem)> {
        self.route.rejected_certificate()
    }

    /// Whether no address that may be used answered at the last search.
    pub fn is_offline(&self) -> bool {
        self.route.is_offline()
    }

    /// Its cloud id, if it is known.
    pub fn id(&self) -> Option<&str> {
        self.route.id()
    }

    /// Its base URL. Fetches new addresses from its account when it is offline at all known ones.
    ///
    /// # Errors
    /// [`crate::error::HomeyError::Offline`].
    pub async fn address(&self) -> Result<Url, Error> {
        match &self.bearer {
            Bearer::Fixed(_) => self.route.base().await,
            Bearer::Session(session) => session.base().await,
        }
    }

    /// Reports that the network failed at `base`, a URL from [`Homey::address`]: for programs that
    /// connect to the Homey directly. The next request searches anew.
    pub fn lost(&self, base: &Url) {
        self.route.lost(base);
    }

    /// The bearer token for the next request, renewed first if it has expired.
    ///
    /// # Errors
    /// Those of the renewal, if one was needed.
    pub async fn bearer(&self) -> Result<Secret, Error> {
        self.bearer.token().await
    }

    /// Waits until no renewal of the token is under way; to be called before a program ends.
    pub async fn settle(&self) {
        if let Bearer::Session(session) = &self.bearer {
            session.settle().await;
        }
    }

    /// The session that renews the token; `None` for a token that is not renewed here.
    pub fn session(&self) -> Option<&Session> {
        match &self.bearer {
            Bearer::Fixed(_) => None,
            Bearer::Session(session) => Some(session),
        }
    }
}
