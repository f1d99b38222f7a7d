//! Access control by request: uses [`crate::access`] for every request except [open](is_open) paths.

use std::sync::Arc;

use housekey::catalogue::{Dialect, Need};
use housekey::clock::SharedClock;
use hyper::header::{HOST, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

use crate::access::{Access, AccessError, Caller, Guard, Hosts, Peer};
use crate::http::docs;
use crate::security::{SecurityEvent, SecurityLog};
use crate::settings::AccessSettings;

/// Whether a path is open to everyone who reaches the listener, web pages too.
pub(super) fn is_open(path: &str) -> bool {
    path == "/healthz"
}

/// Whether a path needs no key. It may name Homeys, sinks and commands: no web page may read it.
pub(super) fn needs_no_key(path: &str) -> bool {
    is_about_agent(path) || docs::PAGE.contains(&path)
}

/// Paths that monitoring reads, usually by an address.
fn is_about_agent(path: &str) -> bool {
    matches!(path, "/readyz" | "/metrics")
}

/// Paths of the homes that monitoring reads, with a key.
fn is_scraped(path: &str) -> bool {
    path == "/homeys/sd" || path.starts_with("/homeys/") && path.ends_with("/metrics")
}

/// Access control of the gateway.
#[derive(Debug)]
pub(crate) struct Gate {
    guard: Guard,
    /// Keys and their scopes.
    pub(crate) access: Access,
    security: SecurityLog,
}

/// A request to a Homey.
#[derive(Debug, Clone, Copy)]
pub(super) struct HomeyRequest<'a> {
    /// The short name of the Homey.
    pub(super) homey: &'a str,
    /// The dialect, for the catalogue.
    pub(super) dialect: Dialect,
    /// The path as it will be sent there, byte for byte, without its query.
    pub(super) path: &'a str,
}

impl Gate {
    /// The gate of an agent that runs as that user.
    pub(crate) fn new(
        settings: &AccessSettings,
        own_user: u32,
        clock: SharedClock,
        security: SecurityLog,
    ) -> Self {
        let (hosts, origins) = (settings.hosts.clone(), settings.origins.clone());
        let access = Access::new(settings, own_user, clock, security.clone());
        Self { guard: Guard { hosts, origins }, access, security }
    }

    /// Checks the origin of a request, without its key.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn guard(
        &self,
        peer: Peer,
        head: &Parts,
    ) -> Result<Option<HeaderValue>, AccessError> {
        let path = head.uri.path();
        let hosts = match is_about_agent(path) || is_scraped(path) {
            true => Hosts::ListedOrAddress,
            false => Hosts::Listed,
        };
        match self.guard.check(peer, &head.uri, &head.headers, hosts) {
            Ok(page) => Ok(page.cloned()),
            Err(refusal) => {
                let (event, header) = match refusal {
                    AccessError::Origin => (SecurityEvent::ForbiddenOrigin, ORIGIN),
                    _ => (SecurityEvent::UnknownHost, HOST),
                };
                let value = head.headers.get(header).map(HeaderValue::as_bytes);
                let value = String::from_utf8_lossy(value.unwrap_or_default());
                self.security.record(event, peer, value);
                Err(refusal)
            }
        }
    }

    /// The same for a link that was followed from another page: only its host is checked.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn guard_link(&self, peer: Peer, head: &Parts) -> Result<(), AccessError> {
        let mut own = head.clone();
        own.headers.remove("sec-fetch-site");
        self.guard(peer, &own).map(drop)
    }

    /// Identifies the caller.
    ///
    /// # Errors
    /// Why it is refused, delayed if the same peer has sent wrong keys before.
    pub(super) async fn caller(
        &self,
        peer: Peer,
        head: &Parts,
    ) -> Result<Arc<Caller>, AccessError> {
        self.access.caller(peer, &head.headers).await
    }

    /// Identifies the caller and checks that it may send this request to a Homey; `None` if it needs no
    /// key.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) async fn caller_for(
        &self,
        peer: Peer,
        head: &Parts,
        wanted: HomeyRequest<'_>,
    ) -> Result<Option<Arc<Caller>>, AccessError> {
        let need = || Need::of_request(wanted.dialect, head.method.as_str(), wanted.path);
        match self.caller(peer, head).await {
            Ok(caller) if caller.may_everything() => Ok(Some(caller)),
            Ok(caller) => match caller.may(wanted.homey, &need()) {
                Ok(()) => Ok(Some(caller)),
                Err(refusal) => {
                    let (method, path) = (&head.method, wanted.path);
                    let what = format!("{method} {path} with the key {}", caller.name());
                    self.security.record(SecurityEvent::MissingScope, peer, what);
                    Err(refusal)
                }
            },
            Err(AccessError::NoKey) if need() == Need::Nothing => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}
