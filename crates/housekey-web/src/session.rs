//! Who is signed in: links that are good once, and sessions. Only digests of what a browser holds are kept.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use housekey::Secret;
use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::rights::Grant;

/// How long a link is good.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// How many links and sessions there are at once; the oldest goes.
const MAX_LINKS: usize = 16;
const MAX_SESSIONS: usize = 256;

type Digest = [u8; 32];

/// The links and sessions of an agent. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sessions(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    links: Vec<Link>,
    sessions: Vec<Session>,
}

struct Link {
    digest: Digest,
    grant: Grant,
    until: Timestamp,
}

/// A browser that is signed in.
#[derive(Clone)]
pub(crate) struct Session {
    digest: Digest,
    /// Names it in lists; worth nothing to a browser.
    pub(crate) id: String,
    pub(crate) csrf: String,
    pub(crate) grant: Grant,
    /// The host and port it was made under: cookies are not kept apart by port.
    host: String,
    since: Timestamp,
    until: Timestamp,
    /// Ends its live streams.
    pub(crate) ended: CancellationToken,
}

/// A session, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Names it.
    pub id: String,
    /// By what it was signed in.
    pub who: String,
    /// Its scopes.
    pub scopes: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Whether it is the session of this visitor.
    pub own: bool,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.held();
        write!(f, "Sessions({} links, {} sessions)", held.links.len(), held.sessions.len())
    }
}

impl Sessions {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a link: what it returns is the code at its end.
    pub fn new_link(&self, grant: Grant, now: Timestamp) -> Secret {
        let code = random();
        let mut held = self.held();
        held.links.retain(|link| link.until > now);
        if held.links.len() >= MAX_LINKS {
            held.links.remove(0);
        }
        held.links.push(Link { digest: digest(&code), grant, until: now + LINK_LIFE });
        Secret::new(code)
    }

    /// What a link is good for; it is gone then.
    pub(crate) fn take_link(&self, code: &str, now: Timestamp) -> Option<Grant> {
        let digest = digest(code.trim());
        let mut held = self.held();
        held.links.retain(|link| link.until > now);
        let place = held.links.iter().position(|link| link.digest == digest)?;
        Some(held.links.remove(place).grant)
    }

    /// Signs a browser in: what it returns is the value of its cookie.
    pub(crate) fn begin(
        &self,
        grant: Grant,
        host: &str,
        life: SignedDuration,
        now: Timestamp,
    ) -> Secret {
        let cookie = random();
        let until = grant.expires.map_or(now + life, |expires| expires.min(now + life));
        let session = Session {
            digest: digest(&cookie),
            id: random()[..11].to_owned(),
            csrf: random(),
            grant,
            host: host.to_owned(),
            since: now,
            until,
            ended: CancellationToken::new(),
        };
        let mut held = self.held();
        held.end_where(|session| session.until <= now);
        if held.sessions.len() >= MAX_SESSIONS {
            held.sessions.remove(0).ended.cancel();
        }
        held.sessions.push(session);
        Secret::new(cookie)
    }

    /// The session of a cookie under that host.
    pub(crate) fn find(&self, cookie: &str, host: &str, now: Timestamp) -> Option<Session> {
        let digest = digest(cookie);
        let mut held = self.held();
        held.end_where(|session| session.until <= now);
        held.sessions
            .iter()
            .find(|session| session.digest == digest && session.host == host)
            .cloned()
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: &str) {
        self.held().end_where(|session| session.id == id);
    }

    /// Ends the sessions of keys that are not among those digests any more.
    pub fn keep_keys(&self, is_kept: impl Fn(&str) -> bool) {
        self.held().end_where(|session| {
            session.grant.key.as_deref().is_some_and(|digest| !is_kept(digest))
        });
    }

    /// All sessions, the newest first.
    pub(crate) fn rows(&self, own: &str, now: Timestamp) -> Vec<SessionRow> {
        let mut held = self.held();
        held.end_where(|session| session.until <= now);
        let row = |session: &Session| SessionRow {
            id: session.id.clone(),
            who: session.grant.who.clone(),
            scopes: session.grant.scopes_text(),
            since: session.since,
            until: session.until,
            own: session.id == own,
        };
        held.sessions.iter().rev().map(row).collect()
    }
}

impl Session {
    /// How long it is good for, from then on.
    pub(crate) fn left(&self, now: Timestamp) -> std::time::Duration {
        self.until.duration_since(now).try_into().unwrap_or_default()
    }
}

impl Held {
    fn end_where(&mut self, ends: impl Fn(&Session) -> bool) {
        self.sessions.retain(|session| {
            let ends = ends(session);
            if ends {
                session.ended.cancel();
            }
            !ends
        });
    }
}

/// 256 bits by chance, as text.
fn random() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn digest(text: &str) -> Digest {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: SignedDuration = SignedDuration::from_hours(12);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_772_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_link_is_good_once_and_for_five_minutes() {
        let sessions = Sessions::default();
        let code = sessions.new_link(Grant::link(None), at(0));
        assert!(sessions.take_link("guessed", at(1)).is_none());
        assert!(sessions.take_link(code.expose(), at(299)).is_some());
        assert!(sessions.take_link(code.expose(), at(299)).is_none(), "replayed");
        let late = sessions.new_link(Grant::link(None), at(0));
        assert!(sessions.take_link(late.expose(), at(300)).is_none());
    }

    #[test]
    fn a_session_is_bound_to_its_host_and_ends_in_time() {
        let sessions = Sessions::default();
        let cookie = sessions.begin(Grant::link(None), "127.0.0.1:4747", LIFE, at(0));
        let find = |host, seconds| sessions.find(cookie.expose(), host, at(seconds));
        assert!(find("127.0.0.1:4747", 1).is_some());
        assert!(find("127.0.0.1:4748", 1).is_none());
        let session = find("127.0.0.1:4747", 12 * 3600 - 1).unwrap();
        assert!(find("127.0.0.1:4747", 12 * 3600).is_none());
        assert!(session.ended.is_cancelled());
    }

    #[test]
    fn sessions_end_with_their_key_and_with_their_grant() {
        let sessions = Sessions::default();
        let grant =
            Grant { key: Some("one".to_owned()), expires: Some(at(60)), ..Grant::link(None) };
        let cookie = sessions.begin(grant.clone(), "h", LIFE, at(0));
        assert!(sessions.find(cookie.expose(), "h", at(60)).is_none(), "the key has ended");
        let cookie = sessions.begin(grant, "h", LIFE, at(0));
        sessions.keep_keys(|digest| digest == "one");
        assert!(sessions.find(cookie.expose(), "h", at(1)).is_some());
        sessions.keep_keys(|_| false);
        assert!(sessions.find(cookie.expose(), "h", at(1)).is_none());
    }

    #[test]
    fn the_oldest_makes_room() {
        let sessions = Sessions::default();
        let begin = || sessions.begin(Grant::link(None), "h", LIFE, at(0));
        let first = begin();
        let mut last = begin();
        (2..=MAX_SESSIONS).for_each(|_| last = begin());
        assert!(sessions.find(first.expose(), "h", at(1)).is_none());
        assert!(sessions.find(last.expose(), "h", at(1)).is_some());
        assert!(!format!("{sessions:?}").contains(last.expose()));
    }
}
