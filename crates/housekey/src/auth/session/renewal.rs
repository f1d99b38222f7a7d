//! The renewal itself: tried until it works, the failure is final, or those who wait have waited as long as they may.

use std::sync::Arc;

use tokio::time::Instant;

use super::chain::{Chain, RenewalFailure};
use crate::Secret;
use crate::auth::account_access::AccountAccess;
use crate::auth::homey_login::HomeyLogin;
use crate::auth::store::{Access, HomeyRecord, Key};
use crate::error::{Error, HomeyError, SignInError};
use crate::mutex::lock_unpoisoned;
use crate::retry::{Backoff, RetryClass, requested_wait};

impl Chain {
    /// A token other than `refused`. A failure that may pass is recorded with the wait before the next attempt, which
    /// later callers keep to as well.
    pub(super) async fn renew(&self, refused: &Secret) -> Result<Secret, Error> {
        let until = Instant::now() + self.renewal_timeout;
        let mut renewed_twice = false;
        let outcome = loop {
            if let Some(outcome) = self.wait_for_retry(refused, until).await.transpose() {
                break outcome;
            }
            match self.renew_once(refused).await {
                Ok(token) if !renewed_twice && self.is_unusable(&token) => renewed_twice = true,
                Err(error) if RetryClass::of(&error) == RetryClass::Transient => {
                    self.record_failure(error);
                }
                Err(error) if RetryClass::of(&error) == RetryClass::ReportAndBackOff => {
                    break Err(Error::Shared(self.record_failure(error)));
                }
                outcome => {
                    self.clear_failure();
                    break outcome;
                }
            }
        };
        if let Err(error) = &outcome {
            self.share_refusal(refused, error).await;
        }
        outcome
    }

    /// Waits until the wait after the last failure is over. The token that another process has stored meanwhile, if it
    /// has.
    ///
    /// # Errors
    /// The last failure, where the wait is longer than `until`.
    async fn wait_for_retry(
        &self,
        refused: &Secret,
        until: Instant,
    ) -> Result<Option<Secret>, Error> {
        let Some((not_before, error)) = self.last_failure() else { return Ok(None) };
        if let Some(token) = self.renewed_elsewhere(refused)? {
            return Ok(Some(token));
        }
        if not_before > until {
            return Err(Error::Shared(error));
        }
        tokio::time::sleep_until(not_before).await;
        Ok(None)
    }

    /// Lock, read again, still the refused one?, exchange, store, hand out.
    async fn renew_once(&self, refused: &Secret) -> Result<Secret, Error> {
        // Found first, since its addresses cannot be learned while the lock is held.
        self.base().await?;
        let key = Key::Homey(self.name.clone());
        let _lock = self.store.lock(key.clone()).await?;
        if let Some(token) = self.renewed_elsewhere(refused)? {
            return Ok(token);
        }
        let mut record = self.store.known_homey(&self.name)?;
        let login = HomeyLogin { http: &self.http, route: &self.route, clock: &*self.clock };
        match &record.access {
            Access::ApiKey { key, .. } => {
                let key = key.clone();
                return self.check_key(&login, &key, record).await;
            }
            access if !access.is_renewable() => return Err(SignInError::NothingToRenewWith.into()),
            _ => {}
        }
        self.store.reserve(&key)?;
        match &mut record.access {
            Access::Account { account, session } => {
                let access = AccountAccess::new(account, &self.store, &self.http, &*self.clock);
                *session = access.log_in(&login).await?;
            }
            Access::LocalUser { username, password: Some(password), password_refused, session } => {
                match login.with_local_user(username, password).await {
                    Ok(next) => *session = next,
                    Err(Error::SignIn(error @ SignInError::LocalUserRefused { .. })) => {
                        *password_refused = true;
                        self.store.save_homey(&record)?;
                        self.hold(record.access);
                        return Err(error.into());
                    }
                    Err(error) => return Err(error),
                }
            }
            Access::LocalUser { .. } | Access::ApiKey { .. } => {}
        }
        let token = record.access.token().clone();
        self.store.save_homey(&record)?;
        tracing::info!(homey = self.name, token = token.fingerprint(), "session renewed");
        self.hold(record.access);
        Ok(token)
    }

    /// Whether the token at hand has ended already: while it was made the machine may have slept, or
    /// the Homey may have ended all sessions.
    fn is_unusable(&self, token: &Secret) -> bool {
        let now = self.now();
        let held = self.held.borrow();
        let session = held.session().filter(|session| session.token == *token);
        session.is_some_and(|session| session.refused || session.expires_at <= now)
    }

    pub(super) fn last_failure(&self) -> Option<(Instant, Arc<Error>)> {
        let failure = lock_unpoisoned(&self.failure);
        failure.as_ref().map(|failure| (failure.not_before, failure.error.clone()))
    }

    fn clear_failure(&self) {
        *lock_unpoisoned(&self.failure) = None;
    }

    fn record_failure(&self, error: Error) -> Arc<Error> {
        let mut failure = lock_unpoisoned(&self.failure);
        let earlier = failure.as_ref().map_or(0, |failure| failure.count);
        let count = earlier.saturating_add(1);
        let wait = Backoff::BACKGROUND.wait(earlier, fastrand::f64()).max(requested_wait(&error));
        tracing::warn!(homey = self.name, failures = count, wait_s = wait.as_secs_f32(), %error, "waiting");
        let (not_before, error) = (Instant::now() + wait, Arc::new(error));
        *failure = Some(RenewalFailure { count, not_before, error: error.clone() });
        error
    }

    /// Stores that the Homey has refused a token before its end, which others who share the store could not know
    /// otherwise until it refuses them too. Of an API key only if the Homey has just confirmed it: it may still be good.
    async fn share_refusal(&self, refused: &Secret, error: &Error) {
        let now = self.now();
        let is_news = |access: &Access| {
            let is_final = match access.session() {
                Some(session) => now < session.expires_at,
                None => matches!(error, Error::Homey(HomeyError::TokenRefused { .. })),
            };
            access.token() == refused && access.is_refused() && is_final
        };
        if is_news(&self.held.borrow())
            && let Err(error) = self.store_refusal(refused).await
        {
            // It is known here; other processes, and this one when it starts again, do not know it.
            tracing::debug!(homey = self.name, %error, "the refusal is not stored");
        }
    }

    async fn store_refusal(&self, refused: &Secret) -> Result<(), Error> {
        let _lock = self.store.lock(Key::Homey(self.name.clone())).await?;
        let mut record = self.store.known_homey(&self.name)?;
        if record.access.refuse(refused) {
            self.store.save_homey(&record)?;
        }
        Ok(())
    }

    /// Nothing renews an API key: the Homey may accept it after all.
    async fn check_key(
        &self,
        login: &HomeyLogin<'_>,
        key: &Secret,
        mut record: HomeyRecord,
    ) -> Result<Secret, Error> {
        match login.check_api_key(key).await {
            Ok(()) => {}
            Err(Error::SignIn(SignInError::ApiKeyRefused { .. })) => {
                let message = "the API key was removed on the Homey".to_owned();
                return Err(HomeyError::TokenRefused { message }.into());
            }
            Err(error) => return Err(error),
        }
        if record.access.accept(key) {
            self.store.save_homey(&record)?;
        }
        // The token is the same: subscribers need no notification.
        self.held.send_if_modified(|held| {
            held.accept(key);
            false
        });
        Ok(key.clone())
    }

    /// The token that another task or process has stored meanwhile, if it differs from `refused`, has not ended and
    /// was not refused.
    fn renewed_elsewhere(&self, refused: &Secret) -> Result<Option<Secret>, Error> {
        let access = self.store.known_homey(&self.name)?.access;
        let now = self.clock.now();
        let lives = access.session().is_none_or(|session| now < session.expires_at);
        let alive = lives && !access.is_refused();
        if !alive || access.token() == refused {
            return Ok(None);
        }
        let token = access.token().clone();
        tracing::debug!(homey = self.name, token = token.fingerprint(), "renewed elsewhere");
        self.hold(access);
        Ok(Some(token))
    }
}
