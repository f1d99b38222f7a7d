//! Failures of live connections: lost events, lost connections, lost answers.

use std::time::Duration;

use super::advice::Advice;
use super::kind::Kind;

/// A failure of live events, or of calls over their connection.
///
/// In a stream of events the first two come between events: the stream goes on after them.
#[non_exhaustive]
#[derive(Debug, Clone, thiserror::Error)]
pub enum RealtimeError {
    /// The reader was too slow; the oldest events it had not read are gone.
    #[error("{count} events of {uri} were lost, because they were not read fast enough")]
    Lagged {
        /// The URI.
        uri: String,
        /// The number.
        count: u64,
    },
    /// The connection was lost and is restored; events in between are missing.
    #[error("events of {uri} may be missing: {why}")]
    Gap {
        /// The URI.
        uri: String,
        /// Why the connection was gone.
        why: Loss,
    },
    /// There is no connection, and it could not be made.
    #[error("no live connection to the Homey: {why}")]
    NotConnected {
        /// Why.
        why: Loss,
    },
    /// The Homey did not answer; a call may have been carried out.
    #[error("the Homey did not answer {what} within {} s", limit.as_secs_f32())]
    TimedOut {
        /// The request: an operation, or the subscription to a URI.
        what: String,
        /// The limit that ran out.
        limit: Duration,
    },
    /// The connection was lost before the answer to something that changes the home. It may have
    /// been carried out, so it was not sent again.
    #[error("the connection was lost before {operation} was answered")]
    Dropped {
        /// The operation.
        operation: String,
    },
    /// There are too many calls on the way that have not been answered.
    #[error("{operation} was not sent: too many calls are waiting for their answers")]
    Busy {
        /// The operation.
        operation: String,
    },
    /// The connection was closed by this program.
    #[error("the live connection was closed")]
    Closed,
}

/// Why a live connection was lost or could not be made.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    /// The transport could not be opened, or broke.
    #[error("{0}")]
    Transport(String),
    /// No answer to a ping in its time.
    #[error("the Homey stopped answering")]
    Silent,
    /// A step took too long.
    #[error("{0} took too long")]
    Slow(&'static str),
    /// The Homey threw us out of the namespace.
    #[error("the Homey ended the session of this connection")]
    Kicked,
    /// The Homey refused the handshake or the namespace.
    #[error("the Homey refused the connection: {0}")]
    Refused(String),
    /// The Homey stopped taking the token.
    #[error("the token has ended")]
    TokenEnded,
    /// There was no token to be had just now.
    #[error("no token: {0}")]
    NoToken(String),
}

impl RealtimeError {
    pub(super) fn kind(&self) -> Kind {
        Kind::Failed
    }

    pub(super) fn advice(&self) -> Option<Advice> {
        let advice = match self {
            Self::Lagged { .. } | Self::Gap { .. } => "read the present state anew",
            Self::NotConnected { .. } => "check that the Homey can be reached from here",
            Self::TimedOut { .. } | Self::Dropped { .. } => {
                "if it changed something, look first whether it already did, then try again"
            }
            Self::Busy { .. } => "wait for the answers of earlier calls",
            Self::Closed => return None,
        };
        Some(advice.into())
    }
}
