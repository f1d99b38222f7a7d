//! Access control of the gateway, independent of how requests are forwarded.
//!
//! [`Guard`](guard::Guard) refuses requests from other web pages, [`Access::caller`] identifies the
//! caller, and [`Caller::may`] checks its scopes.

mod caller;
mod error;
mod guard;
mod guess_limiter;
mod key_end;
mod peer;

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use housekey::clock::SharedClock;

pub(crate) use self::caller::{ANONYMOUS, Caller};
pub(crate) use self::error::AccessError;
pub(crate) use self::guard::{Guard, Hosts};
use self::guess_limiter::GuessLimiter;
pub(crate) use self::key_end::KeyEnd;
use self::key_end::KeyEnds;
pub(crate) use self::peer::{Network, Peer};
use crate::key::KeyDigest;
use crate::security::{SecurityEvent, SecurityLog};
use crate::settings::{AccessSettings, KeySettings};

/// The header that carries a key of ours where `Authorization` is needed for something else.
pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("x-housekey-key");

/// The keys, and how tries to guess one are met.
#[derive(Debug)]
pub(crate) struct Access {
    keys: Vec<(KeySettings, Arc<Caller>)>,
    /// Of the keys, and last of those who need none.
    ends: KeyEnds,
    /// The caller without a key over TCP, if the settings allow one.
    keyless: Option<Arc<Caller>>,
    own_user: u32,
    guesses: GuessLimiter,
    clock: SharedClock,
    security: SecurityLog,
}

impl Access {
    pub(crate) fn new(
        settings: &AccessSettings,
        own_user: u32,
        clock: SharedClock,
        security: SecurityLog,
    ) -> Self {
        let key = |(index, key): (usize, &KeySettings)| {
            (key.clone(), Arc::new(Caller::with(key).at_index(index)))
        };
        let keys: Vec<_> = settings.keys.iter().enumerate().map(key).collect();
        let keyless =
            (!settings.require_key).then(|| Arc::new(Caller::trusted().at_index(keys.len())));
        let ends = KeyEnds::new(settings.keys.iter().map(|key| key.expires).chain([None]));
        let guesses = GuessLimiter::default();
        Self { keys, ends, keyless, own_user, guesses, clock, security }
    }

    /// Identifies the caller: the holder of the key in the headers; without a key the owner on a unix
    /// socket, or the caller that the settings allow.
    ///
    /// # Errors
    /// [`AccessError`], delayed if the same peer has sent wrong keys before.
    pub(crate) async fn caller(
        &self,
        peer: Peer,
        headers: &HeaderMap,
    ) -> Result<Arc<Caller>, AccessError> {
        match key_in(headers) {
            Some(key) => self.holder(peer, &key).await,
            None => self.without_key(peer).ok_or(AccessError::NoKey),
        }
    }

    /// The caller without a key, if this peer needs none.
    pub(crate) fn without_key(&self, peer: Peer) -> Option<Arc<Caller>> {
        let keyless = || self.keyless.clone().filter(|caller| self.is_valid(caller).is_ok());
        match peer {
            Peer::User(user) if user == self.own_user || user == 0 => {
                Some(Arc::new(Caller::trusted()))
            }
            Peer::User(_) => None,
            Peer::Address(address) if address.is_loopback() => keyless(),
            Peer::Address(_) => None,
        }
    }

    /// Whose key that is. A right key is never made to wait, whatever else comes from its peer.
    ///
    /// # Errors
    /// [`AccessError`], late where the same peer has had wrong keys before.
    pub(crate) async fn holder(&self, peer: Peer, key: &str) -> Result<Arc<Caller>, AccessError> {
        let digest = KeyDigest::of(key);
        // All keys are compared, so that the time taken reveals nothing.
        let found =
            self.keys.iter().fold(
                None,
                |found, (known, caller)| {
                    if known.hash == digest { Some(caller) } else { found }
                },
            );
        let Some(caller) = found else {
            let refusal =
                self.guesses.delay_failure(peer).await.err().unwrap_or(AccessError::WrongKey);
            let event = match refusal {
                AccessError::TooMany { .. } => SecurityEvent::TooManyWrongKeys,
                _ => SecurityEvent::WrongKey,
            };
            self.security.record(event, peer, "");
            return Err(refusal);
        };
        self.is_valid(caller).inspect_err(|_| {
            self.security.record(SecurityEvent::ExpiredKey, peer, caller.name());
        })?;
        Ok(caller.clone())
    }

    /// The key that a caller holds, if it is one of the settings.
    pub(crate) fn key_of(&self, caller: &Caller) -> Option<&KeySettings> {
        self.keys.get(caller.key_index?).map(|(key, _)| key)
    }

    /// Checks that a caller's key has not ended. Long-lived connections check it again.
    ///
    /// # Errors
    /// [`AccessError::Ended`]; [`AccessError::WrongKey`] for one that was deleted meanwhile.
    pub(crate) fn is_valid(&self, caller: &Caller) -> Result<(), AccessError> {
        match caller.has_ended(self.clock.now()) {
            Some(ended) => Err(ended),
            None if self.ends.has_ended(caller.key_index) => Err(AccessError::WrongKey),
            None => Ok(()),
        }
    }

    /// The end of a caller's key: what it has open then ends as well.
    pub(crate) fn end_of(&self, caller: &Caller) -> KeyEnd {
        self.ends.of(caller.key_index)
    }

    /// Ends every key when its time has come; never done.
    pub(crate) async fn watch_ends(&self) {
        self.ends.watch(&*self.clock).await;
    }

    /// Ends the keys that those settings do not have, or that may do something else there.
    pub(crate) fn keep_only(&self, settings: &AccessSettings) {
        for (index, (key, _)) in self.keys.iter().enumerate() {
            if !settings.keys.contains(key) {
                self.ends.end(index);
            }
        }
        if settings.require_key {
            self.ends.end(self.keys.len());
        }
    }
}

/// The key that a request brings along: a header of its own, a bearer token, or a password with any
/// user name, as monitoring sends it.
fn key_in(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    if let Some(key) = headers.get(&KEY_HEADER) {
        return Some(key.to_str().unwrap_or_default().trim().into());
    }
    let value = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, key) = value.split_once(' ').unwrap_or((value, ""));
    let key = key.trim();
    // Another scheme is no key of ours, and a wrong one.
    Some(match scheme {
        _ if scheme.eq_ignore_ascii_case("bearer") => key.into(),
        _ if scheme.eq_ignore_ascii_case("basic") => password(key).unwrap_or_default().into(),
        _ => "".into(),
    })
}

/// The password of the scheme `Basic`.
fn password(credentials: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    Some(text.split_once(':')?.1.to_owned())
}

#[cfg(test)]
mod tests;
