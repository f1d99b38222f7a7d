//! The access to an account: renewed with its refresh token when it is due or refused.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::account::Account;
use super::delegation::delegate;
use super::homey_login::HomeyLogin;
use super::oauth::{self, TokenGrant};
use super::policy::{Decision, decide_account};
use super::reauthentication::reauthenticate;
use super::revocation::{self, Revoked};
use super::store::{AccountRecord, Key, Store};
use super::token::{AccountTokens, SessionToken};
use crate::Secret;
use crate::clock::Clock;
use crate::error::{Error, SignInError};
use crate::http::Http;

/// Requests to the cloud for a stored account. Its access token is renewed when that is due or when the cloud refuses
/// it, one renewal at a time across processes, and stored before it is used.
pub struct AccountAccess<'a> {
    name: &'a str,
    store: &'a Store,
    http: &'a Http,
    clock: &'a dyn Clock,
}

/// How often in a row a refresh token is presented again after a lost answer.
const MAX_LOST_ANSWERS: u32 = 2;

/// How often in a row a refresh token is exchanged while the answers hold no access token.
const MAX_EXCHANGES: u32 = 3;

/// How much of a refusal's text is stored, in characters.
const REASON_CHARS: usize = 300;

/// A request that takes an access token.
type CloudRequest<T> =
    for<'r> fn(&'r Http, &'r AccountRecord, &'r Secret) -> BoxFuture<'r, Result<T, Error>>;

impl<'a> AccountAccess<'a> {
    /// The account of that name in that store.
    pub fn new(name: &'a str, store: &'a Store, http: &'a Http, clock: &'a dyn Clock) -> Self {
        Self { name, store, http, clock }
    }

    /// The account's own record.
    ///
    /// # Errors
    /// [`SignInError::NotSignedIn`] when there is no such account, [`SignInError::SignedOut`] after a
    /// final refusal of the cloud; anything else may pass.
    pub async fn account(&self) -> Result<Account, Error> {
        self.send(|http, record, access| Account::fetch(http, &record.cloud, access).boxed()).await
    }

    /// A session on a Homey of the account: steps 5 and 6; both once more if the Homey refuses the delegation token, which
    /// lives so shortly that a machine may have slept through it.
    ///
    /// # Errors
    /// As [`AccountAccess::account`] and [`HomeyLogin::with_delegation`].
    pub async fn log_in(&self, login: &HomeyLogin<'_>) -> Result<SessionToken, Error> {
        match login.with_delegation(&self.delegation().await?).await {
            Err(Error::SignIn(SignInError::HomeyRefused { .. })) => {
                login.with_delegation(&self.delegation().await?).await
            }
            outcome => outcome,
        }
    }

    /// Ends the sign-in at the cloud, with all its tokens and copies of them. What is stored stays, and is of no use any
    /// more.
    ///
    /// # Errors
    /// As [`AccountAccess::account`]; [`SignInError::Refused`] where the cloud does not end it.
    pub async fn revoke(&self) -> Result<Revoked, Error> {
        if self.record()?.client.is_none() {
            return Ok(Revoked::NotOurs);
        }
        self.send(|http, record, access| revocation::revoke(http, record, access).boxed()).await
    }

    async fn delegation(&self) -> Result<Secret, Error> {
        self.send(|http, record, access| delegate(http, &record.cloud, access).boxed()).await
    }

    /// Sends a request; the access is renewed before when that is due, and once after when the cloud refuses it.
    async fn send<T>(&self, request: CloudRequest<T>) -> Result<T, Error> {
        let record = self.record()?;
        let held = &record.tokens.access;
        let access = match decide_account(self.clock.now(), &record.tokens) {
            Decision::Use => held.clone(),
            _ => self.renew_after(held).await?,
        };
        let message = match request(self.http, &record, &access).await {
            Err(Error::SignIn(SignInError::AccessRefused { message })) => message,
            outcome => return outcome,
        };
        match self.renew_after(&access).await {
            Ok(access) => request(self.http, &record, &access).await,
            // The words of the cloud say more.
            Err(Error::SignIn(SignInError::NothingToRenewWith)) => {
                let _lock = self.store.lock(Key::Account(self.name.to_owned())).await?;
                self.end(&mut self.record()?, SignInError::AccessEnded { message })
            }
            Err(error) => Err(error),
        }
    }

    fn record(&self) -> Result<AccountRecord, Error> {
        Ok(self.store.account(self.name)?.ok_or(SignInError::NotSignedIn)?)
    }

    /// An access token other than `refused`. The whole answer of the token endpoint is on disk
    /// before the new token is used.
    async fn renew_after(&self, refused: &Secret) -> Result<Secret, Error> {
        let key = Key::Account(self.name.to_owned());
        let _lock = self.store.lock(key.clone()).await?;
        let mut record = self.record()?;
        let due = decide_account(self.clock.now(), &record.tokens) != Decision::Use;
        if !due && record.tokens.access != *refused {
            return Ok(record.tokens.access);
        }
        for _ in 0..MAX_EXCHANGES {
            self.store.reserve(&key)?;
            record.tokens = self.next_tokens(&mut record).await?;
            record.ended = None;
            self.store.save_account(&record)?;
            let access = &record.tokens.access;
            if !access.is_empty() {
                tracing::info!(account = self.name, token = access.fingerprint(), "renewed");
                return Ok(access.clone());
            }
        }
        Err(SignInError::Refused {
            what: "the access to the account",
            status: 200,
            message: "the answers hold no access token".to_owned(),
            retry_after_s: None,
        }
        .into())
    }

    /// The next tokens: for the refresh token, else by a new sign-in with stored credentials. Where the cloud refuses
    /// both for good, that is stored.
    async fn next_tokens(&self, record: &mut AccountRecord) -> Result<AccountTokens, Error> {
        let refusal = match self.exchange(record).await {
            Err(Error::SignIn(refusal)) if refusal.is_the_end() => refusal,
            outcome => return outcome,
        };
        match self.sign_in_again(record, refusal).await {
            // The caller knows more of why.
            Err(Error::SignIn(SignInError::NothingToRenewWith)) => {
                Err(SignInError::NothingToRenewWith.into())
            }
            Err(Error::SignIn(end)) if end.is_the_end() => self.end(record, end),
            outcome => outcome,
        }
    }

    /// Stores why nothing renews the access any more, for all who share the store. The first refusal is kept, so that the
    /// record is not written again with each that follows.
    fn end<T>(&self, record: &mut AccountRecord, end: SignInError) -> Result<T, Error> {
        if record.ended.is_none() {
            record.ended = Some(end.to_string().chars().take(REASON_CHARS).collect());
            if let Err(error) = self.store.save_account(record) {
                tracing::debug!(account = self.name, %error, "the refusal is not stored");
            }
        }
        Err(end.into())
    }

    /// Signs in again with stored credentials after the refusal of the refresh token. Credentials that the cloud refuses
    /// are not tried a second time.
    async fn sign_in_again(
        &self,
        record: &mut AccountRecord,
        refusal: SignInError,
    ) -> Result<AccountTokens, Error> {
        let homeys: Vec<_> =
            self.store.homeys_of(self.name)?.into_iter().map(|homey| homey.id).collect();
        let outcome = reauthenticate(record, &homeys, self.http, self.clock).await;
        let Some(outcome) = outcome else { return Err(refusal.into()) };
        if let (Err(Error::SignIn(error)), Some(kept)) = (&outcome, &mut record.remembered)
            && error.is_about_credentials()
        {
            kept.refused = true;
            self.store.save_account(record)?;
            let refusal = refusal.to_string();
            let refusal = refusal.trim_end_matches('.');
            let message = format!("{refusal}; what was kept to sign in again is refused too");
            return Err(SignInError::StoredCredentialsRefused { message }.into());
        }
        if outcome.is_ok() {
            tracing::warn!(account = self.name, %refusal, "signed in again with what was kept");
        }
        outcome
    }

    /// Buys the next pair. The refresh token before the last one is tried when the last is refused:
    /// a crash may have kept us from storing what it was exchanged for, or the cloud from keeping it.
    async fn exchange(&self, record: &AccountRecord) -> Result<AccountTokens, Error> {
        let held = &record.tokens;
        let refresh = held.refresh.as_ref().ok_or(SignInError::NothingToRenewWith)?;
        let outcome = match (self.buy(record, refresh).await, &held.previous_refresh) {
            (Err(Error::SignIn(SignInError::SignedOut { message })), Some(previous)) => {
                match self.buy(record, previous).await {
                    // The refusal of the current one says more.
                    Err(Error::SignIn(SignInError::SignedOut { .. })) => {
                        Err(SignInError::SignedOut { message }.into())
                    }
                    outcome => outcome,
                }
            }
            (outcome, _) => outcome,
        };
        let mut tokens = outcome?;
        tokens.previous_refresh = Some(refresh.clone());
        // A server that does not rotate sends none; the old one stays good then.
        tokens.refresh.get_or_insert_with(|| refresh.clone());
        Ok(tokens)
    }

    /// An answer that was lost may have used up the token. The request is repeated at once, since a cloud that knows of
    /// lost answers gives the same one only for a short while.
    async fn buy(&self, record: &AccountRecord, refresh: &Secret) -> Result<AccountTokens, Error> {
        let client = record.client.as_ref().ok_or(SignInError::NothingToRenewWith)?;
        let mut lost_answers = 0;
        loop {
            let (grant, now) = (TokenGrant::RefreshToken(refresh), self.clock.now());
            match oauth::request(self.http, &record.cloud, client, grant, now).await {
                Err(Error::Http(error))
                    if error.lost_answer() && lost_answers < MAX_LOST_ANSWERS =>
                {
                    lost_answers += 1;
                }
                outcome => return outcome,
            }
        }
    }
}
