//! Sessions: who is signed in, with what token, for how long and for what.

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};

use super::ids::Seed;

/// How a session came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// By a login, through the cloud or locally.
    OAuth,
    /// An API key.
    Key,
}

impl SessionKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::OAuth => "OAUTH",
            Self::Key => "PAT",
        }
    }
}

/// One token's session.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) kind: SessionKind,
    /// An API key's name, or what the client called itself.
    pub(crate) name: Option<String>,
    /// The id of the client that signed in; an API key has none.
    pub(crate) client: Option<String>,
    /// The scopes that were requested.
    pub(crate) scopes: Vec<String>,
    /// What it may really do: the scopes cut with those of its user.
    pub(crate) intersected: Vec<String>,
    pub(crate) created: Timestamp,
    /// `None`: never, as of an API key.
    pub(crate) expires: Option<Timestamp>,
    pub(crate) last_used: Timestamp,
    token: String,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Why a bearer token has no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenRefusal {
    /// It does not even look like a token.
    Malformed,
    /// No session has this token, or it has been revoked.
    Unknown,
    /// It has lived its time.
    Expired,
}

/// The parameters of a new session.
pub(crate) struct NewSession {
    pub(crate) user: String,
    pub(crate) kind: SessionKind,
    pub(crate) name: Option<String>,
    pub(crate) client: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) intersected: Vec<String>,
    pub(crate) life: Option<SignedDuration>,
}

/// All sessions, and every token ever handed out.
#[derive(Default)]
pub(crate) struct Sessions {
    open: IndexMap<String, Session>,
    handed_out: Vec<String>,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sessions({} open)", self.open.len())
    }
}

impl Sessions {
    /// Opens a session. Only this call returns its token, `<user uuid>:<session uuid>:<40 hex digits>`.
    pub(crate) fn open(
        &mut self,
        wanted: NewSession,
        seed: &Seed,
        now: Timestamp,
    ) -> (Session, String) {
        let number = self.handed_out.len();
        let id = seed.uuid(&format!("session/{number}"));
        let secret = seed.secret(&format!("session/{number}"));
        let token = format!("{}:{id}:{secret}", wanted.user);
        let session = Session {
            id: id.clone(),
            user: wanted.user,
            kind: wanted.kind,
            name: wanted.name,
            client: wanted.client,
            scopes: wanted.scopes,
            intersected: wanted.intersected,
            created: now,
            expires: wanted.life.map(|life| now.saturating_add(life).unwrap_or(Timestamp::MAX)),
            last_used: now,
            token: token.clone(),
        };
        self.open.insert(id, session.clone());
        self.handed_out.push(token.clone());
        (session, token)
    }

    /// The session of a bearer, which counts as used now.
    pub(crate) fn admit(&mut self, bearer: &str, now: Timestamp) -> Result<Session, TokenRefusal> {
        let mut parts = bearer.split(':');
        let (Some(_), Some(id), Some(_), None) =
            (parts.next(), parts.next().filter(|id| !id.is_empty()), parts.next(), parts.next())
        else {
            return Err(TokenRefusal::Malformed);
        };
        let session = self.open.get_mut(id).filter(|session| session.token == bearer);
        let session = session.ok_or(TokenRefusal::Unknown)?;
        if session.expires.is_some_and(|expires| expires <= now) {
            return Err(TokenRefusal::Expired);
        }
        session.last_used = session.last_used.max(now);
        Ok(session.clone())
    }

    /// When the session of a bearer ends; `None` where it does not, or is not.
    pub(crate) fn end(&self, bearer: &str) -> Option<Timestamp> {
        self.open.values().find(|session| session.token == bearer)?.expires
    }

    /// Those whose tokens are still taken.
    pub(crate) fn alive(&self, now: Timestamp) -> impl Iterator<Item = &Session> {
        self.open.values().filter(move |session| session.expires.is_none_or(|end| end > now))
    }

    /// Removes a session; its token is unknown from then on.
    pub(crate) fn close(&mut self, id: &str) -> bool {
        self.open.shift_remove(id).is_some()
    }

    /// Removes all sessions of a user.
    pub(crate) fn close_all_of(&mut self, user: &str) {
        self.open.retain(|_, session| session.user != user);
    }

    /// Ends the life of every session that has one.
    pub(crate) fn expire(&mut self) {
        for session in self.open.values_mut() {
            session.expires = session.expires.map(|_| Timestamp::MIN);
        }
    }

    pub(crate) fn owns(&self, bearer: &str) -> bool {
        self.handed_out.iter().any(|token| token == bearer)
    }

    pub(crate) fn handed_out(&self) -> &[String] {
        &self.handed_out
    }
}
