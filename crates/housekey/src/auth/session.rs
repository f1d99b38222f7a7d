//! The chain of one Homey: account access → delegation token → session, each link renewed when it
//! is due or refused, one renewal at a time.

mod chain;
mod news;
mod reach;
mod renewal;
mod renewal_failure;
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
/// A renewal is detached from whoever asked for it, so that a caller who gives up half-way cannot
/// lose a token that the cloud has already rotated. It holds the store's lock of that Homey, so
/// that several processes renew once between them.
#[derive(Debug, Clone)]
pub struct Session {
    chain: Arc<Chain>,
}

/// A renewal that is under way.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// What the last try failed with, where it is not the first.
    pub setback: Option<Arc<Error>>,
    /// How long it is tried again in all.
    pub patience: Duration,
}

impl Session {
    /// How long a renewal that fails for now is tried again unless told otherwise: as long as the
    /// vendor's client waits for a slow Homey.
    pub const PATIENCE: Duration = Duration::from_secs(30);

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
            patience: Self::PATIENCE,
            held: watch::Sender::new(record.access.clone()),
            taken: Mutex::new(TokenClock::at(now)),
            seen: Mutex::default(),
            ended: Mutex::default(),
            renewing: Mutex::default(),
            setback: Mutex::default(),
            asked_for_addresses: tokio::sync::Mutex::default(),
        };
        Self { chain: Arc::new(chain) }
    }

    /// The same with another patience: how long a renewal that fails for now (no answer, 429, 5xx)
    /// is tried again before those who wait for it are told. Zero tries once.
    ///
    /// To be set before the session is shared: clones made before keep theirs.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        if let Some(chain) = Arc::get_mut(&mut self.chain) {
            chain.patience = patience;
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
        if let Some(renewal) = self.chain.renewal_in_place() {
            return renewal.await.map_err(Error::Shared);
        }
        let (token, decision) = match &*self.held() {
            // One that was refused is handed out when the Homey has taken it again.
            Access::ApiKey { key, refused: true, .. } => (key.clone(), Decision::RenewFirst),
            Access::ApiKey { key, .. } => (key.clone(), Decision::Use),
            Access::Account { session, .. } | Access::LocalUser { session, .. } => {
                (session.token.clone(), self.decide(session))
            }
        };
        match decision {
            Decision::Use => Ok(token),
            Decision::RenewBehind => {
                // Detached: it goes on whether or not anybody waits.
                drop(self.renewal_of(&token, false));
                Ok(token)
            }
            Decision::RenewFirst | Decision::SignIn => self.renew_after(&token).await,
        }
    }

    /// How the Homey lets us in now, with the times of the session.
    pub fn access(&self) -> Access {
        self.held().clone()
    }

    /// Why the account was refused another token for good, in words, where that has happened: somebody
    /// has to sign in again, though the token at hand may be good for a while. `None` where no account
    /// renews the session, and where the store cannot be read.
    pub fn account_ended(&self) -> Option<String> {
        self.chain.account_ended()
    }

    /// Hears when something is stored about this Homey or its account, by any process, within a second.
    /// To be called within a runtime.
    pub fn store_news(&self) -> StoreNews {
        StoreNews::new(self.chain.clone())
    }

    /// Hears of every change of the access: a new token of ours, or one that another process stored.
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

    /// How much is left of the wait after a renewal that failed for now; whoever asks before it is
    /// over is told the same again. Zero where nothing failed.
    pub fn wait_left(&self) -> Duration {
        let not_before = self.chain.last_failure().map(|(not_before, _)| not_before);
        not_before.map_or(Duration::ZERO, |end| end.saturating_duration_since(Instant::now()))
    }

    /// Looks whether another process has stored something newer, and takes it; asks nobody.
    ///
    /// # Errors
    /// What reading the store failed with.
    pub fn read_again(&self) -> Result<bool, Error> {
        self.chain.read_again()
    }

    /// Looks whether another process has stored something newer, renews the session if that is due
    /// (or if it was refused, and could not be renewed then) and waits for it: for whoever keeps a
    /// session fresh without calling anything. Tells whether there is another token than before.
    ///
    /// # Errors
    /// As [`Session::renew_after`]; whoever asks again before the wait is over is told the same,
    /// and nothing is sent.
    pub async fn keep(&self) -> Result<bool, Error> {
        let before = self.held().token().clone();
        self.chain.read_again()?;
        let due = {
            let held = self.held();
            let due = match held.session() {
                None => held.is_refused(),
                Some(session) => match self.decide(session) {
                    Decision::Use => false,
                    // As long as it lives there is nothing that could be done where nothing renews it.
                    Decision::RenewBehind => held.is_renewable(),
                    Decision::RenewFirst | Decision::SignIn => true,
                },
            };
            due.then(|| held.token().clone())
        };
        if let Some(due) = due {
            self.token_other_than(&due).await?;
        }
        Ok(*self.held().token() != before)
    }

    /// A token other than `refused`, the one that the Homey would not take: the one that another
    /// task or process has stored meanwhile, or a new one.
    ///
    /// # Errors
    /// [`crate::error::SignInError::SignedOut`] after a final refusal of the cloud; anything else may pass.
    pub async fn renew_after(&self, refused: &Secret) -> Result<Secret, Error> {
        // No other token: nobody has to hear of it.
        self.chain.held.send_if_modified(|held| {
            held.refuse(refused);
            false
        });
        self.token_other_than(refused).await
    }

    /// A token other than that one, which lives shorter than somebody needs. It was not refused, and stays
    /// the one in use where there is no other.
    ///
    /// # Errors
    /// As [`Session::renew_after`].
    pub async fn renew(&self, token: &Secret) -> Result<Secret, Error> {
        self.token_other_than(token).await
    }

    async fn token_other_than(&self, token: &Secret) -> Result<Secret, Error> {
        loop {
            let (renewal, begun_here) = self.renewal_of(token, true);
            let outcome = renewal.await.map_err(Error::Shared)?;
            // One that was under way already may have brought the very token that is of no use.
            if begun_here || outcome != *token {
                return Ok(outcome);
            }
        }
    }

    /// Where the Homey answers. When it is offline at every address known, its account is asked
    /// once for its record; addresses that have changed are stored, and tried.
    ///
    /// # Errors
    /// As [`Route::base`].
    pub async fn base(&self) -> Result<Url, Error> {
        self.chain.base().await
    }

    /// What whoever needs a token waits for just now; `None` where no renewal is under way.
    pub fn waiting(&self) -> Option<Waiting> {
        self.chain.renewing().as_ref().filter(|renewing| renewing.is_under_way())?;
        let setback = self.chain.last_failure().map(|(_, error)| error);
        Some(Waiting { setback, patience: self.chain.patience })
    }

    /// Waits until no renewal is under way. A program that ends before that may lose a refresh
    /// token which the cloud has already replaced.
    pub async fn settle(&self) {
        let renewal = self.chain.renewing().as_ref().map(|renewing| renewing.outcome.clone());
        if let Some(renewal) = renewal {
            // Whoever asked for it was told how it went.
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

    /// Joins the renewal that is under way, or begins one of that token; whether it was begun here.
    /// `instead` tells that the token is of no use any more, so that others wait as well.
    fn renewal_of(&self, token: &Secret, instead: bool) -> (Renewal, bool) {
        let mut renewing = self.chain.renewing();
        if let Some(renewing) = renewing.as_mut().filter(|renewing| renewing.is_under_way()) {
            renewing.instead |= instead;
            return (renewing.outcome.clone(), false);
        }
        let (chain, token) = (self.chain.clone(), token.clone());
        let detached = tokio::spawn(async move { chain.renew(&token).await });
        let outcome =
            async move { detached.await.unwrap_or(Err(Error::Interrupted)).map_err(Arc::new) };
        let outcome = outcome.boxed().shared();
        *renewing = Some(Renewing { outcome: outcome.clone(), instead });
        (outcome, true)
    }
}
