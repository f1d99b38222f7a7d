//! The renewal itself: tried until it works, the answer is final, or the patience of those who wait is
//! at its end.

use std::sync::{Arc, PoisonError};

use tokio::time::Instant;

use super::chain::Chain;
use super::renewal_failure::RenewalFailure;
use crate::Secret;
use crate::auth::account_access::AccountAccess;
use crate::auth::backoff::{self, After};
use crate::auth::homey_login::HomeyLogin;
use crate::auth::store::{Access, HomeyRecord, Key};
use crate::error::{Error, HomeyError, SignInError};

impl Chain {
    /// Tries until it works, the answer is final, or the patience of those who wait is at its end.
    /// The wait that is due then is remembered, so that whoever asks next does not undercut it.
    pub(super) async fn renew(&self, refused: &Secret) -> Result<Secret, Error> {
        let outcome = self.renew_patiently(refused).await;
        if let Err(error) = &outcome
            && self.is_told_to_others(error)
            && let Err(error) = self.store_refusal(refused).await
        {
            // It is known here; only others, and this process when it starts again, are not told.
            tracing::debug!(homey = self.name, %error, "the refusal is not stored");
        }
        outcome
    }

    async fn renew_patiently(&self, refused: &Secret) -> Result<Secret, Error> {
        let until = Instant::now() + self.patience;
        let mut again = false;
        loop {
            if let Some((not_before, error)) = self.last_failure() {
                // Nobody has to be asked, nor waited for, where another has done it.
                if let Some(token) = self.renewed_elsewhere(refused)? {
                    return Ok(token);
                }
                if not_before > until {
                    return Err(Error::Shared(error));
                }
                tokio::time::sleep_until(not_before).await;
            }
            match self.reach_and_renew(refused).await {
                Err(error) => match After::of(&error) {
                    After::TryAgain => drop(self.record_failure(error)),
                    After::TellAndWait => return Err(Error::Shared(self.record_failure(error))),
                    After::Tell => return self.clear_failure(Err(error)),
                },
                Ok(token) if !again && self.is_unusable(&token) => again = true,
                token => return self.clear_failure(token),
            }
        }
    }

    /// Whether the token at hand has ended already: while it was made the machine may have slept, or
    /// the Homey may have ended all sessions.
    fn is_unusable(&self, token: &Secret) -> bool {
        let now = self.now();
        let held = self.held.borrow();
        let session = held.session().filter(|session| session.token == *token);
        session.is_some_and(|session| session.refused || session.expires_at <= now)
    }

    /// Whether others have to know that the token was refused. That of a session is of no use; an API key
    /// may still be, unless the Homey has just said otherwise.
    fn is_told_to_others(&self, error: &Error) -> bool {
        let is_key = matches!(&*self.held.borrow(), Access::ApiKey { .. });
        !is_key || matches!(error, Error::Homey(HomeyError::TokenRefused { .. }))
    }

    /// Tells all who share the store that the Homey has refused a token before its end, which they
    /// could not know otherwise until it refuses them too.
    async fn store_refusal(&self, refused: &Secret) -> Result<(), Error> {
        let now = self.now();
        let news = |access: &Access| {
            let lives = access.session().is_none_or(|session| now < session.expires_at);
            access.token() == refused && access.is_refused() && lives
        };
        if !news(&self.held.borrow()) {
            return Ok(());
        }
        let _lock = self.store.lock(Key::Homey(self.name.clone())).await?;
        let mut record = self.store.known_homey(&self.name)?;
        if record.access.refuse(refused) {
            self.store.save_homey(&record)?;
        }
        Ok(())
    }

    fn clear_failure(&self, outcome: Result<Secret, Error>) -> Result<Secret, Error> {
        *self.setback.lock().unwrap_or_else(PoisonError::into_inner) = None;
        outcome
    }

    pub(super) fn last_failure(&self) -> Option<(Instant, Arc<Error>)> {
        let setback = self.setback.lock().unwrap_or_else(PoisonError::into_inner);
        setback.as_ref().map(|setback| (setback.not_before, setback.error.clone()))
    }

    fn record_failure(&self, error: Error) -> Arc<Error> {
        let mut setback = self.setback.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = setback.as_ref().map_or(1, |setback| setback.failures.saturating_add(1));
        let wait = backoff::wait(failures, backoff::asked_for(&error), fastrand::f64());
        tracing::warn!(homey = self.name, failures, wait_s = wait.as_secs_f32(), %error, "waiting");
        let (not_before, error) = (Instant::now() + wait, Arc::new(error));
        *setback = Some(RenewalFailure { failures, not_before, error: error.clone() });
        error
    }

    /// Finds the Homey first, since its addresses cannot be learned while the lock is held.
    async fn reach_and_renew(&self, refused: &Secret) -> Result<Secret, Error> {
        self.base().await?;
        self.try_to_renew(refused).await
    }

    /// Lock, read again, still the refused one?, exchange, store, hand out.
    async fn try_to_renew(&self, refused: &Secret) -> Result<Secret, Error> {
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

    /// Nothing renews an API key: the Homey is asked whether it takes it after all.
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
        // No other token: nobody has to hear of it.
        self.held.send_if_modified(|held| {
            held.accept(key);
            false
        });
        Ok(key.clone())
    }

    /// The token that another task or process has stored meanwhile, if it is another one than that,
    /// lives, and nobody was refused with it.
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
