//! One Homey as the gateway reaches it: its token, its endpoint, its queue.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use housekey::auth::store::Access;
use housekey::clock::SharedClock;
use housekey::error::{Kind, SignInError};
use housekey::http::Http;
use housekey::retry::Backoff;
use housekey::{Error, Secret};
use hyper::StatusCode;
use hyper::header::HeaderValue;
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::endpoint::Endpoint;
use super::fair_queue::{FairQueue, Lease, Permits};
use super::token::BearerToken;
use crate::advice::words;
use crate::counters::HomeyCounters;
use crate::error_chain::error_chain;
use crate::http::error_response::GatewayError;
use crate::redaction::Redactor;
use crate::served_homey::ServedHomey;
use crate::settings::GatewaySettings;

/// How long an endpoint is used before the library is queried for a better one.
const RECHECK_AFTER: Duration = Duration::from_secs(1);

/// The waits between attempts to reach a Homey.
pub(in crate::gateway) const RECONNECT: Backoff =
    Backoff { first: Duration::from_millis(50), longest: Duration::from_secs(1), jitter: 0.0 };

/// A Homey.
pub(in crate::gateway) struct UpstreamHomey {
    pub(in crate::gateway) served: ServedHomey,
    pub(in crate::gateway) http: Http,
    queue: Rc<FairQueue>,
    /// The queue of requests for which the Homey reads from its disk: one at a time.
    slow_requests: Rc<FairQueue>,
    pub(in crate::gateway) counts: Arc<HomeyCounters>,
    pub(in crate::gateway) settings: GatewaySettings,
    clock: SharedClock,
    /// The agent's runtime, for what must not end with this thread.
    main: Handle,
    /// Removes its tokens from its responses.
    pub(in crate::gateway) redactor: Rc<Redactor>,
    /// Its cloud id as a header, if it is known.
    pub(in crate::gateway) id: Option<HeaderValue>,
    access_updates: RefCell<Option<watch::Receiver<Access>>>,
    token: RefCell<Option<Rc<BearerToken>>>,
    endpoint: RefCell<Option<Rc<Endpoint>>>,
    checked_at: Cell<Instant>,
    /// The heartbeat of its live connection, in milliseconds: the interval of pings, and how long a reply
    /// may take. The vendor's defaults until the Homey has sent its own.
    pub(in crate::gateway) heartbeat_ms: Cell<(u64, u64)>,
}

impl UpstreamHomey {
    pub(in crate::gateway) fn new(
        served: ServedHomey,
        http: Http,
        clock: SharedClock,
        main: Handle,
        counts: Arc<HomeyCounters>,
        settings: &GatewaySettings,
    ) -> Self {
        let access_updates = served.homey.session().map(housekey::auth::Session::subscribe);
        Self {
            queue: FairQueue::new(served.in_flight, counts.clone()),
            slow_requests: FairQueue::new(1, Arc::default()),
            counts,
            redactor: Rc::new(Redactor::new(served.dialect, served.variables.clone())),
            id: served.homey.id().and_then(|id| HeaderValue::from_str(id).ok()),
            access_updates: RefCell::new(access_updates),
            served,
            http,
            clock,
            settings: settings.clone(),
            main,
            token: RefCell::default(),
            endpoint: RefCell::default(),
            checked_at: Cell::new(Instant::now()),
            heartbeat_ms: Cell::new((5000, 8000)),
        }
    }

    /// Waits for the permits of a request; `None` if there are none until then.
    pub(in crate::gateway) async fn permits(
        &self,
        lease: &Rc<Lease>,
        slow: bool,
        until: Instant,
    ) -> Option<Permits> {
        let slow = match slow {
            true => Some(self.slow_requests.acquire(lease, until).await?),
            false => None,
        };
        Some((self.queue.acquire(lease, until).await?, slow))
    }

    /// The current token; waits for one until then.
    pub(in crate::gateway) async fn token(
        &self,
        until: Instant,
    ) -> Result<Rc<BearerToken>, GatewayError> {
        let has_update = self.access_updates.borrow().as_ref().is_none_or(|access_updates| {
            // An error means that the session is gone.
            access_updates.has_changed().unwrap_or(true)
        });
        if !has_update
            && let Some(token) = &*self.token.borrow()
            && token.expires_at.is_none_or(|at| self.clock.now() < at)
        {
            return Ok(token.clone());
        }
        if let Some(access_updates) = &mut *self.access_updates.borrow_mut() {
            access_updates.mark_unchanged();
        }
        let bearer = || {
            let homey = self.served.homey.clone();
            async move { homey.bearer().await }
        };
        let secret = self.with_retry(until, bearer).await?;
        self.hold(secret)
    }

    /// Another token than the one that the Homey refused.
    pub(in crate::gateway) async fn token_after(
        &self,
        refused: &BearerToken,
        until: Instant,
    ) -> Result<Rc<BearerToken>, GatewayError> {
        let renew = || {
            let (session, refused) = (self.served.homey.session().cloned(), refused.secret.clone());
            async move {
                match session {
                    Some(session) => session.renew_after(&refused).await,
                    None => Err(SignInError::NothingToRenewWith.into()),
                }
            }
        };
        let secret = self.with_retry(until, renew).await?;
        self.hold(secret)
    }

    pub(in crate::gateway) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn hold(&self, secret: Secret) -> Result<Rc<BearerToken>, GatewayError> {
        let header = HeaderValue::from_str(&format!("Bearer {}", secret.expose()));
        let mut header = header.map_err(|_| self.unusable_token())?;
        header.set_sensitive(true);
        let session = self.served.homey.session();
        let access = session.map(housekey::auth::Session::access);
        let held = access.as_ref().and_then(Access::session).filter(|held| held.token == secret);
        let (made_at, expires_at) = held.map(|held| (held.issued_at, held.expires_at)).unzip();
        self.redactor.sends(&secret);
        let token = Rc::new(BearerToken { secret, header, made_at, expires_at });
        *self.token.borrow_mut() = Some(token.clone());
        Ok(token)
    }

    /// The error for a token that no header may hold: nothing is sent in place of it.
    fn unusable_token(&self) -> GatewayError {
        let name = &self.served.name;
        let description = format!(
            "the stored token of the Homey {name} holds a character that no token has, and was not \
             sent; sign in again with `housekey login`"
        );
        GatewayError::new(StatusCode::SERVICE_UNAVAILABLE, "token_unusable", description)
    }

    /// The current endpoint; waits for one until then.
    pub(in crate::gateway) async fn endpoint(
        self: &Rc<Self>,
        until: Instant,
    ) -> Result<Rc<Endpoint>, GatewayError> {
        let known = self.endpoint.borrow().clone();
        let Some(endpoint) = known else {
            let address = || {
                let homey = self.served.homey.clone();
                async move { homey.address().await }
            };
            let base = self.with_retry(until, address).await?;
            return self.connect_to(base);
        };
        if self.checked_at.get().elapsed() > RECHECK_AFTER {
            // The library looks for better addresses when it is queried for the current one.
            self.checked_at.set(Instant::now());
            let (upstream, homey) = (self.clone(), self.served.homey.clone());
            let lookup = self.main.spawn(async move { homey.address().await });
            tokio::task::spawn_local(async move {
                if let Ok(Ok(base)) = lookup.await {
                    let _ = upstream.connect_to(base);
                }
            });
        }
        Ok(endpoint)
    }

    fn connect_to(&self, base: Url) -> Result<Rc<Endpoint>, GatewayError> {
        let mut held = self.endpoint.borrow_mut();
        if let Some(endpoint) = held.as_ref().filter(|endpoint| endpoint.base == base) {
            return Ok(endpoint.clone());
        }
        let endpoint = Endpoint::new(base, self.served.in_flight);
        let endpoint =
            Rc::new(endpoint.ok_or_else(|| self.unreachable("its address is no address"))?);
        tracing::info!(homey = self.served.name, base = %endpoint.base, "the gateway leads there");
        self.checked_at.set(Instant::now());
        *held = Some(endpoint.clone());
        Ok(endpoint)
    }

    /// Reports that an endpoint could not be reached.
    pub(in crate::gateway) fn mark_unreachable(&self, endpoint: &Rc<Endpoint>) {
        self.endpoint.borrow_mut().take_if(|held| Rc::ptr_eq(held, endpoint));
        self.served.homey.lost(&endpoint.base);
    }

    /// Retries until then what fails temporarily, on the agent's runtime.
    async fn with_retry<T, W>(
        &self,
        until: Instant,
        attempt: impl Fn() -> W,
    ) -> Result<T, GatewayError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut attempts = 0;
        loop {
            let error = match timeout_at(until, self.main.spawn(attempt())).await {
                Ok(Ok(Ok(done))) => return Ok(done),
                Ok(Ok(Err(error))) => error,
                Ok(Err(_)) => return Err(self.unreachable("the agent is stopping")),
                Err(_) => return Err(self.unreachable("it took too long")),
            };
            if error.kind() == Kind::SignIn {
                return Err(self.signed_out(&error));
            }
            self.counts.security.record_certificate(&self.served.name, &error);
            let why = error_chain(&error);
            self.pause(&mut attempts, until, &why).await?;
        }
    }

    /// Waits before another try, if there is time for one.
    pub(in crate::gateway) async fn pause(
        &self,
        attempts: &mut u32,
        until: Instant,
        why: &str,
    ) -> Result<(), GatewayError> {
        let wait = RECONNECT.wait(*attempts, 0.0);
        *attempts += 1;
        if Instant::now() + wait >= until {
            return Err(self.unreachable(why));
        }
        sleep(wait).await;
        Ok(())
    }

    pub(in crate::gateway) fn unreachable(&self, why: &str) -> GatewayError {
        let name = &self.served.name;
        let description = format!("the Homey {name} cannot be reached: {why}");
        GatewayError::new(StatusCode::BAD_GATEWAY, "homey_unreachable", description)
    }

    fn signed_out(&self, error: &Error) -> GatewayError {
        let name = &self.served.name;
        let advice = error.advice();
        let advice = advice.map(|advice| format!("; {}", words(&advice))).unwrap_or_default();
        let description = format!("there is no token for the Homey {name}: {error}{advice}");
        GatewayError::new(StatusCode::SERVICE_UNAVAILABLE, "signed_out", description)
    }
}
