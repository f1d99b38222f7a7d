//! The chain of one Homey: account access → delegation token → session, each link renewed when it
//! is due or refused, one renewal at a time.

mod chain;
mod news;
mod reach;
mod renewal;
mod token_clock;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

use self::chain::{Chain, Renewal, Renewing};
pub use self::news::StoreNews;
use self::token_clock::TokenClock;
use super::policy::{self, Decision, decide};
use super::store::{Access, HomeyRecord, Store};
use super::token::SessionToken;
use crate::Secret;
use crate::clock::SharedClock;
use crate::discovery::Route;
use crate::error::Error;
use crate::http::Http;

/// Hands out the bearer token of one stored Homey and keeps it fresh. Cheap to clone; clones share
/// everything.
///
/// A renewal is detached from its callers, so that one that gives up half-way cannot lose a token that the cloud has
/// already rotated. It holds the store's lock of that Homey, so that several processes renew once between them.
#[derive(Debug, Clone)]
pub struct Session {
    chain: Arc<Chain>,
}

/// A renewal that is under way.
#[derive(Debug, Clone)]
pub struct PendingRenewal {
    /// The error of the last attempt, if this is not the first.
    pub last_error: Option<Arc<Error>>,
    /// How long it is retried in all.
    pub timeout: Duration,
}

impl Session {
    /// How long a renewal with a transient failure is retried by default: as long as the vendor's client waits for a
    /// slow Homey.
    pub const RENEWAL_TIMEOUT: Duration = Duration::from_secs(30);

    /// The session of a stored Homey, which is reached by that route.
    pub fn new(
        record: &HomeyRecord,
        store: Store,
        http: Http,
        clock: SharedClock,
        route: Route,
    ) -> Self {
        let now = clock.now();
        let chain = Chain {
            name: record.name.clone(),
            store,
            http,
            clock,
            route,
            spread: fastrand::f64(),
            renewal_timeout: Self::RENEWAL_TIMEOUT,
            held: watch::Sender::new(record.access.clone()),
            token_clock: Mutex::new(TokenClock::at(now)),
            seen: Mutex::default(),
            ended: Mutex::default(),
            renewing: Mutex::default(),
            failure: Mutex::default(),
            addresses_requested: tokio::sync::Mutex::default(),
        };
        Self { chain: Arc::new(chain) }
    }

    /// The same with another time for which a renewal with a transient failure (no answer, 429, 5xx) is retried
    /// before its waiters get the error. Zero tries once.
    ///
    /// To be set before the session is shared: clones made before keep theirs.
    #[must_use]
    pub fn with_renewal_timeout(mut self, timeout: Duration) -> Self {
        if let Some(chain) = Arc::get_mut(&mut self.chain) {
            chain.renewal_timeout = timeout;
        }
        self
    }

    /// The bearer token, as the policy decides: the one at hand (with a renewal started beside it
    /// when that is due), or a new one when the old one has ended. Never one that has ended, nor one
    /// that was refused and is being renewed.
    ///
    /// # Errors
    /// What the renewal failed with, if one was needed first.
    pub async fn bearer(&self) -> Result<Secret, Error> {
        if let Some(renewal) = self.chain.renewal_of_invalid() {
            return renewal.await.map_err(Error::Shared);
        }
        let (token, decision) = match &*self.held() {
            // One that was refused is handed out once the Homey has accepted it again.
            Access::ApiKey { key, refused: true, .. } => (key.clone(), Decision::RenewFirst),
            Access::ApiKey { key, .. } => (key.clone(), Decision::Use),
            Access::Account { session, .. } | Access::LocalUser { session, .. } => {
                (session.token.clone(), self.decide(session))
            }
        };
        match decision {
            Decision::Use => Ok(token),
            Decision::RenewBehind => {
                // Detached: it continues whether or not a caller waits.
                drop(self.renewal_of(&token, false));
                Ok(token)
            }
            Decision::RenewFirst | Decision::SignIn => self.renew_after(&token).await,
        }
    }

    /// The current credentials, with the times of the session.
    pub fn access(&self) -> Access {
        self.held().clone()
    }

    /// Why the cloud has finally refused the account another token, in words, if it has: a new sign-in is required,
    /// though the token at hand may be good for a while. `None` where no account renews the session, and where the
    /// store cannot be read.
    pub fn account_ended(&self) -> Option<String> {
        self.chain.account_ended()
    }

    /// Notifies within a second when any process stores something about this Homey or its account. To be called within
    /// a runtime.
    pub fn store_news(&self) -> StoreNews {
        StoreNews::new(self.chain.clone())
    }

    /// Notifies of every change of the credentials: a token renewed here, or one that another process stored.
    pub fn subscribe(&self) -> watch::Receiver<Access> {
        self.chain.held.subscribe()
    }

    /// When the session has to be renewed, or is over where nothing renews it; `None` for a key that
    /// does not end.
    pub fn due_at(&self) -> Option<Timestamp> {
        let held = self.held();
        let session = held.session()?;
        Some(match held.is_renewable() {
            true => policy::due_at(session, self.chain.spread),
            false => session.expires_at,
        })
    }

    /// How much is left of the wait after a renewal with a transient failure; until it is over, callers get the same
    /// error again. Zero where nothing failed.
    pub fn wait_left(&self) -> Duration {
        let not_before = self.chain.last_failure().map(|(not_before, _)| not_before);
        not_before.map_or(Duration::ZERO, |end| end.saturating_duration_since(Instant::now()))
    }

    /// Reads the store, and uses what another process has stored meanwhile, if it has; sends nothing.
    ///
    /// # Errors
    /// What reading the store failed with.
    pub fn read_again(&self) -> Result<bool, Error> {
        self.chain.read_again()
    }

    /// Reads the store as [`Session::read_again`] does, renews the session if that is due (or if it was refused, and
    /// could not be renewed then) and waits for it: keeps a session fresh without a call. Returns whether there is
    /// another token than before.
    ///
    /// # Errors
    /// As [`Session::renew_after`]; until the wait after a failure is over it is the same again, and nothing is sent.
    pub async fn ensure_fresh(&self) -> Result<bool, Error> {
        let before = self.held().token().clone();
        self.chain.read_again()?;
        let due = {
            let held = self.held();
            let due = match held.session() {
                None => held.is_refused(),
                Some(session) => match self.decide(session) {
                    Decision::Use => false,
                    // Where nothing renews it, it is used until it ends.
                    Decision::RenewBehind => held.is_renewable(),
                    Decision::RenewFirst | Decision::SignIn => true,
                },
            };
            due.then(|| held.token().clone())
        };
        if let Some(due) = due {
            self.renew(&due).await?;
        }
        Ok(*self.held().token() != before)
    }

    /// A token other than `refused`, the one that the Homey would not take: the one that another
    /// task or process has stored meanwhile, or a new one.
    ///
    /// # Errors
    /// [`crate::error::SignInError::SignedOut`] after a final refusal of the cloud; anything else may pass.
    pub async fn renew_after(&self, refused: &Secret) -> Result<Secret, Error> {
        // The token is the same: subscribers need no notification.
        self.chain.held.send_if_modified(|held| {
            held.refuse(refused);
            false
        });
        self.renew(refused).await
    }

    /// A token other than that one, which ends sooner than the caller needs. It was not refused, and stays in use
    /// where there is no other.
    ///
    /// # Errors
    /// As [`Session::renew_after`].
    pub async fn renew(&self, token: &Secret) -> Result<Secret, Error> {
        loop {
            let (renewal, started_here) = self.renewal_of(token, true);
            let outcome = renewal.await.map_err(Error::Shared)?;
            // One that was under way already may have brought the very token that is not wanted.
            if started_here || outcome != *token {
                return Ok(outcome);
            }
        }
    }

    /// Where the Homey answers. When it is offline at every known address, its addresses are requested once from its
    /// account; those that have changed are stored, and tried.
    ///
    /// # Errors
    /// As [`Route::base`].
    pub async fn base(&self) -> Result<Url, Error> {
        self.chain.base().await
    }

    /// The renewal that is under way, if one is.
    pub fn pending_renewal(&self) -> Option<PendingRenewal> {
        self.chain.renewing().as_ref().filter(|renewing| renewing.is_under_way())?;
        let last_error = self.chain.last_failure().map(|(_, error)| error);
        Some(PendingRenewal { last_error, timeout: self.chain.renewal_timeout })
    }

    /// Waits until no renewal is under way. A program that ends before that may lose a refresh
    /// token which the cloud has already replaced.
    pub async fn settle(&self) {
        let renewal = self.chain.renewing().as_ref().map(|renewing| renewing.outcome.clone());
        if let Some(renewal) = renewal {
            // Its callers have the outcome.
            let _ = renewal.await;
        }
    }

    fn held(&self) -> watch::Ref<'_, Access> {
        self.chain.held.borrow()
    }

    /// As the policy decides; a token that the Homey has refused has ended, whatever its times say.
    fn decide(&self, session: &SessionToken) -> Decision {
        if session.refused {
            return Decision::RenewFirst;
        }
        decide(self.chain.now(), Some(session), self.chain.spread)
    }

    /// Joins the renewal that is under way, or starts one of that token; whether it was started here.
    /// `invalidates_current`: the token is not sent any more, so that other callers wait as well.
    fn renewal_of(&self, token: &Secret, invalidates_current: bool) -> (Renewal, bool) {
        let mut renewing = self.chain.renewing();
        if let Some(renewing) = renewing.as_mut().filter(|renewing| renewing.is_under_way()) {
            renewing.invalidates_current |= invalidates_current;
            return (renewing.outcome.clone(), false);
        }
        let (chain, token) = (self.chain.clone(), token.clone());
        let detached = tokio::spawn(async move { chain.renew(&token).await });
        let outcome =
            async move { detached.await.unwrap_or(Err(Error::Interrupted)).map_err(Arc::new) };
        let outcome = outcome.boxed().shared();
        *renewing = Some(Renewing { outcome: outcome.clone(), invalidates_current });
        (outcome, true)
    }
}
