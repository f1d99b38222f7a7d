//! The state of a session, which its clones and its renewals share.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::future::{BoxFuture, Shared};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::token_clock::TokenClock;
use crate::Secret;
use crate::auth::store::{Access, Key, Store, Version};
use crate::clock::SharedClock;
use crate::discovery::Route;
use crate::error::Error;
use crate::http::Http;
use crate::mutex::lock_unpoisoned;

#[derive(Debug)]
pub(super) struct Chain {
    pub(super) name: String,
    pub(super) store: Store,
    pub(super) http: Http,
    pub(super) clock: SharedClock,
    pub(super) route: Route,
    /// Moves the moment of renewal, so that many Homeys do not renew at once; from 0 to 1.
    pub(super) spread: f64,
    /// How long a renewal with a transient failure is retried before its waiters get the error.
    pub(super) renewal_timeout: Duration,
    /// Current credentials; subscribers are notified of every change.
    pub(super) held: watch::Sender<Access>,
    /// How old the token at hand is.
    pub(super) token_clock: Mutex<TokenClock>,
    /// Of the record as it was read last.
    pub(super) seen: Mutex<Option<Version>>,
    /// Why the account was refused for good, as its record was read last.
    pub(super) ended: Mutex<(Option<Version>, Option<String>)>,
    pub(super) renewing: Mutex<Option<Renewing>>,
    pub(super) failure: Mutex<Option<RenewalFailure>>,
    /// When the Homey's addresses were last requested from its account.
    pub(super) addresses_requested: tokio::sync::Mutex<Option<Instant>>,
}

/// The outcome of a renewal; all who wait share it.
pub(super) type Renewal = Shared<BoxFuture<'static, Result<Secret, Arc<Error>>>>;

/// A renewal that was started.
#[derive(Debug)]
pub(super) struct Renewing {
    pub(super) outcome: Renewal,
    /// Whether the token that is being renewed is not sent any more.
    pub(super) invalidates_current: bool,
}

/// The last attempt to renew, which failed and may succeed later.
#[derive(Debug)]
pub(super) struct RenewalFailure {
    /// How many attempts have failed in a row.
    pub(super) count: u32,
    pub(super) not_before: Instant,
    pub(super) error: Arc<Error>,
}

impl Renewing {
    pub(super) fn is_under_way(&self) -> bool {
        self.outcome.peek().is_none()
    }
}

impl Chain {
    pub(super) fn renewing(&self) -> MutexGuard<'_, Option<Renewing>> {
        lock_unpoisoned(&self.renewing)
    }

    /// The renewal that is under way of a token that is not sent any more.
    pub(super) fn renewal_of_invalid(&self) -> Option<Renewal> {
        let renewing = self.renewing();
        let renewing =
            renewing.as_ref().filter(|one| one.invalidates_current && one.is_under_way());
        renewing.map(|renewing| renewing.outcome.clone())
    }

    /// The time for the token at hand, which does not get younger when the clock is set back.
    pub(super) fn now(&self) -> Timestamp {
        lock_unpoisoned(&self.token_clock).now(self.clock.now())
    }

    pub(super) fn hold(&self, access: Access) {
        self.replace_if(access, |_| true);
    }

    /// Replaces the current access if `wanted` accepts it; returns whether it did. A refusal of the token is kept,
    /// whether or not it is stored yet.
    pub(super) fn replace_if(&self, mut access: Access, wanted: impl Fn(&Access) -> bool) -> bool {
        let now = self.clock.now();
        self.held.send_if_modified(|held| {
            if held.is_refused() {
                access.refuse(held.token());
            }
            let replaces = *held != access && wanted(held);
            if replaces {
                if held.token() != access.token() {
                    *lock_unpoisoned(&self.token_clock) = TokenClock::at(now);
                }
                *held = access;
            }
            replaces
        })
    }

    /// Takes what another process has stored meanwhile: a renewal, another sign-in, another key.
    pub(super) fn read_again(&self) -> Result<bool, Error> {
        let version = self.store.version(&Key::Homey(self.name.clone()));
        if version.is_some() && version == *lock_unpoisoned(&self.seen) {
            return Ok(false);
        }
        let before = self.held.borrow().clone();
        let stored = self.store.known_homey(&self.name)?.access;
        *lock_unpoisoned(&self.seen) = version;
        // Otherwise it was read before a renewal here, and is out of date.
        Ok(self.replace_if(stored, |held| *held == before))
    }
}
