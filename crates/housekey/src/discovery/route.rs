//! The route to one Homey: searched when it is first needed, dropped when it fails, and replaced
//! by a better one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::Instant;
use url::Url;

use super::candidates::{Addresses, Candidate, PlainHttp, Strategy, candidates};
use super::ping::FoundHomey;
use super::preference::look_again;
use super::race::{Won, race};
use super::reason::Reason;
use crate::error::{CertificateProblem, Error, HomeyError};
use crate::http::Http;

/// The route to one Homey. Cheap to clone; clones share the address found.
///
/// * Callers during a search share its result. A failed search is not cached: the next caller
///   searches again.
/// * While its address is not the best one known, better ones are tried from time to time beside
///   the requests, and used when they answer.
/// * [`Route::lost`] reports a network failure, [`Route::update`] new addresses.
///
/// ```no_run
/// # async fn example(http: housekey::http::Http) -> Result<(), housekey::Error> {
/// use housekey::discovery::{Addresses, Route};
/// let addresses = Addresses::only("https://192.0.2.7".parse().expect("a URL"));
/// let base = Route::new(http, "Home".to_owned(), None, addresses).base().await?;
/// println!("{base}");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Route {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: Http,
    name: String,
    id: Option<String>,
    plain_http: Mutex<PlainHttp>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    addresses: Addresses,
    found: Option<FoundHomey>,
    search: Option<Search>,
    look: Option<Look>,
    /// When a better address was searched last; `None` if that is due.
    looked: Option<Instant>,
    /// How many such searches in a row found none.
    fruitless: u32,
    rejected: Option<(Url, CertificateProblem)>,
    /// Whether no address answered at the last search.
    offline: bool,
}

/// A search under way, whose result all callers share.
type Search = Shared<BoxFuture<'static, Result<FoundHomey, HomeyError>>>;

/// A search for a better address, beside the requests.
type Look = Shared<BoxFuture<'static, ()>>;

impl Route {
    /// The route to the Homey `name` with that cloud id, at one of those addresses.
    pub fn new(http: Http, name: String, id: Option<String>, addresses: Addresses) -> Self {
        let (state, plain_http) = (Mutex::default(), Mutex::default());
        let route = Self { inner: Arc::new(Inner { http, name, id, plain_http, state }) };
        route.update(addresses);
        route
    }

    /// The same, with the user's decision about plain HTTP.
    #[must_use]
    pub fn with_plain_http(self, plain_http: PlainHttp) -> Self {
        *self.inner.plain_http.lock().unwrap_or_else(PoisonError::into_inner) = plain_http;
        self
    }

    /// The Homey's cloud id, if it is known.
    pub fn id(&self) -> Option<&str> {
        self.inner.id.as_deref()
    }

    /// The base URL at which the Homey answers.
    ///
    /// # Errors
    /// [`HomeyError::Offline`] with every address that was tried and why it failed; a subscription
    /// error is returned as it is.
    pub async fn base(&self) -> Result<Url, Error> {
        let search = {
            let mut state = self.inner.state();
            if let Some(base) = state.found.as_ref().map(|found| found.base.clone()) {
                self.look_for_better(&mut state);
                return Ok(base);
            }
            self.search(&mut state)
        };
        Ok(search.await?.base)
    }

    /// The addresses it may have, as of the last update.
    pub fn addresses(&self) -> Addresses {
        self.inner.state().addresses.clone()
    }

    /// Replaces the addresses. The one in use stays in use if it is among them; else the next
    /// caller searches anew.
    pub fn update(&self, addresses: Addresses) {
        for strategy in Strategy::ALL.into_iter().filter(|strategy| strategy.is_at_home()) {
            if let Some(base) = addresses.by(strategy) {
                self.inner.http.at_home(base);
            }
        }
        let mut state = self.inner.state();
        if state.addresses != addresses {
            let found = state.found.take().filter(|found| found.is_at(&addresses));
            *state = State { addresses, found, ..State::default() };
        }
    }

    /// Reports that the network failed at `base`: the next caller searches anew.
    pub fn lost(&self, base: &Url) {
        self.inner.state().found.take_if(|found| found.base == *base);
    }

    /// The address whose certificate was rejected at the last search, and why.
    pub fn rejected_certificate(&self) -> Option<(Url, CertificateProblem)> {
        self.inner.state().rejected.clone()
    }

    /// Whether no address that may be used answered at the last search.
    pub fn is_offline(&self) -> bool {
        self.inner.state().offline
    }

    /// Waits until no search for a better address is under way.
    pub async fn settle(&self) {
        let look = self.inner.state().look.clone();
        if let Some(look) = look {
            look.await;
        }
    }

    /// Joins the search under way, or starts one in a task of its own.
    fn search(&self, state: &mut State) -> Search {
        if let Some(search) = state.search.as_ref().filter(|search| search.peek().is_none()) {
            return search.clone();
        }
        let (inner, addresses) = (self.inner.clone(), state.addresses.clone());
        let interrupted = HomeyError::Offline { name: inner.name.clone(), tried: Vec::new() };
        let detached = tokio::spawn(async move { inner.search(addresses).await });
        let search = async move { detached.await.unwrap_or(Err(interrupted)) }.boxed().shared();
        state.search = Some(search.clone());
        search
    }

    fn look_for_better(&self, state: &mut State) {
        let due = state.looked.is_none_or(|at| look_again(at.elapsed(), state.fruitless));
        let looking = state.look.as_ref().is_some_and(|look| look.peek().is_none());
        let Some(current) = state.found.clone().filter(|_| due && !looking) else { return };
        let mut better = candidates(&state.addresses, self.inner.plain_http());
        let same = |candidate: &Candidate| candidate.strategy == current.strategy;
        better.truncate(better.iter().position(same).unwrap_or(0));
        if better.is_empty() {
            return;
        }
        let inner = self.inner.clone();
        let look = tokio::spawn(async move { inner.look(&better, &current).await });
        state.look = Some(look.map(drop).boxed().shared());
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plain_http(&self) -> PlainHttp {
        *self.plain_http.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn search(&self, addresses: Addresses) -> Result<FoundHomey, HomeyError> {
        let plain_http = self.plain_http();
        let candidates = candidates(&addresses, plain_http);
        let outcome = race(&self.http, &candidates, self.id.as_deref()).await;
        let mut state = self.state();
        // Otherwise the addresses were replaced meanwhile, and this result may be outdated.
        let is_of_now = state.addresses == addresses;
        match outcome {
            Ok(won) => {
                let found = won.found.clone();
                if is_of_now {
                    self.take(&mut state, won);
                }
                Ok(found)
            }
            Err(mut lost) => {
                for Candidate { base, .. } in addresses.withheld(plain_http) {
                    lost.tried.push((base.to_string(), Reason::Unencrypted.to_string()));
                }
                let rejected = lost.rejected.take();
                let error = lost.error(&self.name);
                if is_of_now {
                    state.rejected = rejected;
                    state.offline = matches!(error, HomeyError::Offline { .. });
                }
                Err(error)
            }
        }
    }

    /// Tries the addresses better than `current`, which stays in use meanwhile.
    async fn look(&self, better: &[Candidate], current: &FoundHomey) {
        let outcome = race(&self.http, better, self.id.as_deref()).await;
        let mut state = self.state();
        if state.found.as_ref() != Some(current) {
            return;
        }
        match outcome {
            Ok(won) if won.found.is_at(&state.addresses) => self.take(&mut state, won),
            _ => {
                state.looked = Some(Instant::now());
                state.fruitless = state.fruitless.saturating_add(1);
            }
        }
    }

    fn take(&self, state: &mut State, Won { found, better_pending, rejected }: Won) {
        (state.rejected, state.offline) = (rejected, false);
        tracing::debug!(homey = self.name, strategy = %found.strategy, base = %found.base, "found");
        state.found = Some(found);
        // One that may only have been late is searched again at once.
        state.looked = (!better_pending).then(Instant::now);
        state.fruitless = 0;
    }
}

impl FoundHomey {
    /// Whether it is one of those addresses.
    fn is_at(&self, addresses: &Addresses) -> bool {
        addresses.by(self.strategy) == Some(&self.base)
    }
}
