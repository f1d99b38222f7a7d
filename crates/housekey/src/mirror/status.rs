//! How a mirror is: whether what it shows can be trusted, and why not.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// How a mirror is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The state.
    pub state: State,
    /// Why it is in it, for people: what was lost, refused or not reached. `None` where all is well.
    #[serde(serialize_with = "reason")]
    pub reason: Option<Arc<str>>,
    /// Since when it is in that state, by our clock.
    pub since: Timestamp,
    /// Whether everything that can be read has been read once. Before, the copy is incomplete.
    pub complete: bool,
}

fn reason<S: Serializer>(reason: &Option<Arc<str>>, to: S) -> Result<S::Ok, S::Error> {
    reason.as_deref().serialize(to)
}

/// The states of a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There is no live connection, and not for long: what is shown is what was.
    Connecting,
    /// What is shown is what is.
    Live,
    /// The live connection is back, or events were lost: what is shown is being read anew.
    CatchingUp,
    /// There is no live connection; everything is read every few seconds.
    Polling,
    /// There is no live connection, and nothing can be read either: what is shown is what was.
    Offline,
    /// The Homey takes our token no more: somebody has to sign in.
    SignedOut,
}

impl State {
    /// The word for it: `catching-up`.
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

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
