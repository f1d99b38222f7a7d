//! Who may do what through the gateway: knows nothing of how requests are forwarded.
//!
//! [`Guard`](guard::Guard) keeps web pages out, [`Access::caller`] finds out who asks, and
//! [`Caller::may`] holds what is asked against what the key may do.

mod caller;
mod guard;
mod patience;
mod refusal;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};
use housekey::clock::SharedClock;

pub(crate) use self::caller::Caller;
pub(crate) use self::guard::Guard;
use self::patience::Patience;
pub(crate) use self::refusal::Refusal;
use crate::key::KeyDigest;
use crate::security::{SecurityEvent, SecurityLog};
use crate::settings::AccessSettings;

/// The header that carries a key of ours where `Authorization` is needed for something else.
pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("x-housekey-key");

/// The other side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Over TCP.
    Address(IpAddr),
    /// Over a unix socket, with the user id that the system vouches for.
    User(u32),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::User(user) => write!(f, "user {user}"),
        }
    }
}

/// The keys, and how tries to guess one are met.
#[derive(Debug)]
pub(crate) struct Access {
    keys: Vec<(KeyDigest, Arc<Caller>)>,
    /// Who is let in without a key over TCP, where the settings say so.
    keyless: Option<Arc<Caller>>,
    own_user: u32,
    patience: Patience,
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
        let keys = settings.keys.iter().map(|key| (key.hash, Arc::new(Caller::with(key))));
        let keyless = (!settings.require_key).then(|| Arc::new(Caller::trusted()));
        let (keys, patience) = (keys.collect(), Patience::default());
        Self { keys, keyless, own_user, patience, clock, security }
    }

    /// Who asks: the holder of the key in the headers; without one the owner on a unix socket, or
    /// whoever the settings let in.
    ///
    /// # Errors
    /// [`Refusal`], late where the same peer has had wrong keys before.
    pub(crate) async fn caller(
        &self,
        peer: Peer,
        headers: &HeaderMap,
    ) -> Result<Arc<Caller>, Refusal> {
        match key_in(headers) {
            Some(key) => self.holder(peer, key).await,
            None => self.without_key(peer).ok_or(Refusal::NoKey),
        }
    }

    /// Who is let in without a key.
    pub(crate) fn without_key(&self, peer: Peer) -> Option<Arc<Caller>> {
        match peer {
            Peer::User(user) if user == self.own_user || user == 0 => {
                Some(Arc::new(Caller::trusted()))
            }
            Peer::User(_) => None,
            Peer::Address(address) => self.keyless.clone().filter(|_| address.is_loopback()),
        }
    }

    /// Whose key that is. A right key is never made to wait, whatever else comes from its peer.
    ///
    /// # Errors
    /// [`Refusal`], late where the same peer has had wrong keys before.
    pub(crate) async fn holder(&self, peer: Peer, key: &str) -> Result<Arc<Caller>, Refusal> {
        let digest = KeyDigest::of(key);
        // All are looked at, so that the time it takes tells nothing.
        let found =
            self.keys.iter().fold(
                None,
                |found, (known, caller)| {
                    if *known == digest { Some(caller) } else { found }
                },
            );
        let Some(caller) = found else {
            let refusal = self.patience.spend(peer).await.err().unwrap_or(Refusal::WrongKey);
            let event = match refusal {
                Refusal::TooMany { .. } => SecurityEvent::TooManyWrongKeys,
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

    /// Whether a caller's key has not ended: to be asked again on connections that stay.
    ///
    /// # Errors
    /// [`Refusal::Ended`].
    pub(crate) fn is_valid(&self, caller: &Caller) -> Result<(), Refusal> {
        caller.has_ended(self.clock.now()).map_or(Ok(()), Err)
    }
}

/// The key that a request brings along.
pub(crate) fn key_in(headers: &HeaderMap) -> Option<&str> {
    if let Some(key) = headers.get(&KEY_HEADER) {
        return Some(key.to_str().unwrap_or_default().trim());
    }
    let value = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, key) = value.split_once(' ').unwrap_or((value, ""));
    // Another scheme is no key of ours, and a wrong one.
    Some(if scheme.eq_ignore_ascii_case("bearer") { key.trim() } else { "" })
}

#[cfg(test)]
mod tests;
