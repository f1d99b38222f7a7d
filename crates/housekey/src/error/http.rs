//! Failures of one exchange over HTTP, whoever the server is.

use std::error::Error as Cause;
use std::time::Duration;

/// No answer, or none that can be read.
///
/// `server` is host and port without path or query, since a query may carry a token.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing was sent: the name does not resolve, the port is closed, the certificate is wrong.
    #[error("cannot reach {server}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// Why.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
    /// The time limit ran out; the request may have been carried out.
    #[error("{server} did not answer within {} s", limit.as_secs_f32())]
    TimedOut {
        /// Host and port.
        server: String,
        /// The limit that ran out.
        limit: Duration,
    },
    /// The connection broke after the request had been sent; it may have been carried out.
    #[error("{server} broke off its answer")]
    Cut {
        /// Host and port.
        server: String,
        /// Why.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
    /// The answer is larger than anything a Homey sends.
    #[error("{server} answered with more than {} MiB", limit_bytes / (1024 * 1024))]
    TooLarge {
        /// Host and port.
        server: String,
        /// The limit in bytes.
        limit_bytes: usize,
    },
    /// The answer should have been JSON.
    #[error("{server} answered {status} with a body that is not {expected}")]
    Unreadable {
        /// Host and port.
        server: String,
        /// The HTTP status.
        status: u16,
        /// What the body should have been: `JSON`, `a JSON object with a token`.
        expected: &'static str,
    },
    /// No request can be made of this URL or these headers.
    #[error("no request can be made for {server}")]
    Invalid {
        /// Host and port.
        server: String,
        /// Why.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
}

impl HttpError {
    /// Whether the server certainly did not act on the request.
    pub fn certainly_not_sent(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Invalid { .. })
    }

    /// Whether it is the network that failed, so that another address may do better.
    pub fn lost_connection(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Cut { .. })
    }

    /// Whether the server did what was asked, for all we know, and its answer did not arrive.
    pub(crate) fn lost_answer(&self) -> bool {
        matches!(self, Self::Cut { .. } | Self::Unreadable { status: 200..=299, .. })
    }

    pub(super) fn advice(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable { server, .. } => {
                format!("check that {server} is switched on and can be reached from here")
            }
            Self::TimedOut { .. } | Self::Cut { .. } => {
                "try again; if it changed something, look first whether it already did".to_owned()
            }
            Self::TooLarge { .. } => "ask for less at once".to_owned(),
            Self::Unreadable { server, .. } => {
                format!("check that {server} is the address meant, and not a router or a proxy")
            }
            Self::Invalid { .. } => "check the address and the token".to_owned(),
        })
    }
}
