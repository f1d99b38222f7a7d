//! The status of a mirror: whether the copy is current, and if not, why.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// The status of a mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MirrorStatus {
    /// The state.
    pub state: MirrorState,
    /// The reason for the state, for people: a loss, a refusal, a failed read. `None` where all is
    /// well.
    #[serde(serialize_with = "reason")]
    pub reason: Option<Arc<str>>,
    /// Since when, by the local clock.
    pub since: Timestamp,
    /// Whether everything that can be read has been read once.
    pub complete: bool,
}

fn reason<S: Serializer>(reason: &Option<Arc<str>>, to: S) -> Result<S::Ok, S::Error> {
    reason.as_deref().serialize(to)
}

/// The states of a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MirrorState {
    /// No live connection yet, or for less than 10 s: the copy may be outdated.
    Connecting,
    /// Live: the copy is current.
    Live,
    /// The live connection is back, or events were lost: everything is being read again.
    CatchingUp,
    /// No live connection; everything is read at intervals.
    Polling,
    /// No live connection, and reading fails too: the copy may be outdated.
    Offline,
    /// The Homey refuses the token: a new sign-in is needed.
    SignedOut,
}

impl MirrorState {
    /// Its name in JSON: `catching-up`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::CatchingUp => "catching-up",
            Self::Polling => "polling",
            Self::Offline => "offline",
            Self::SignedOut => "signed-out",
        }
    }
}

impl std::fmt::Display for MirrorState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
