//! Failures of one HTTP exchange, with any server.

use std::error::Error as Cause;
use std::path::PathBuf;
use std::time::Duration;

use super::advice::Advice;

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
    /// Nothing was sent: the certificate of the server is not accepted.
    #[error("the certificate of {server} is not accepted: {problem}")]
    Certificate {
        /// Host and port.
        server: String,
        /// What is wrong with it.
        problem: CertificateProblem,
        /// The words of the TLS library.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
    /// Nothing was understood: the port speaks the other one of HTTP and HTTPS.
    #[error("{server} speaks {speaks} at that port")]
    WrongScheme {
        /// Host and port.
        server: String,
        /// `http` or `https`.
        speaks: &'static str,
    },
    /// Nothing was sent: the proxy for that server did not lead there.
    #[error("cannot reach {server} through the proxy {proxy}")]
    Proxy {
        /// Host and port.
        server: String,
        /// Host and port of the proxy.
        proxy: String,
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
        /// The expected body: `JSON`, `a JSON object with a token`.
        expected: &'static str,
    },
    /// The certificates of additional authorities cannot be read.
    #[error("cannot read the trusted certificates in {}", path.display())]
    Roots {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
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

/// Why a certificate is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// It has expired, or this machine's clock is ahead.
    #[error("it has expired")]
    Expired,
    /// It is not valid yet, or this machine's clock is behind.
    #[error("it is not valid yet")]
    NotYetValid,
    /// No trusted authority has signed it.
    #[error("it is signed by an authority that is not trusted here")]
    UnknownIssuer,
    /// The certificate has other names.
    #[error("it is for another name{}", if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) })]
    OtherName {
        /// Its names.
        names: Vec<String>,
    },
    /// It was revoked.
    #[error("it was revoked")]
    Revoked,
    /// It is malformed, or may not be used by a server.
    #[error("it is malformed, or not for servers")]
    Unusable,
}

impl CertificateProblem {
    fn advice(&self) -> Advice {
        match self {
            Self::Expired | Self::NotYetValid => "check the clock of this machine, then renew it".into(),
            Self::UnknownIssuer => Advice::TrustAuthority,
            Self::OtherName { .. } => {
                "use the name that the certificate is for; another machine may answer at this address".into()
            }
            Self::Revoked | Self::Unusable => "have a new certificate made for that server".into(),
        }
    }
}

impl HttpError {
    /// Whether the server certainly did not act on the request.
    pub fn certainly_not_sent(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Certificate { .. }
                | Self::WrongScheme { .. }
                | Self::Proxy { .. }
                | Self::Roots { .. }
                | Self::Invalid { .. }
        )
    }

    /// Whether it is the network that failed, so that another address may do better.
    pub fn lost_connection(&self) -> bool {
        matches!(self, Self::TimedOut { .. } | Self::Cut { .. })
            || self.certainly_not_sent()
                && !matches!(self, Self::Invalid { .. } | Self::Roots { .. })
    }

    /// Whether the server probably carried it out, and its answer did not arrive.
    pub(crate) fn lost_answer(&self) -> bool {
        matches!(self, Self::Cut { .. } | Self::Unreadable { status: 200..=299, .. })
    }

    pub(super) fn advice(&self) -> Option<Advice> {
        Some(match self {
            Self::Unreachable { server, .. } => Advice::Words(format!(
                "check that {server} is switched on and can be reached from here"
            )),
            Self::Certificate { problem, .. } => problem.advice(),
            Self::WrongScheme { server, speaks } => {
                Advice::Words(format!("give its address as {speaks}://{server}"))
            }
            Self::Proxy { server, .. } => {
                let host = server.split(':').next().unwrap_or(server);
                Advice::CheckProxy { host: host.to_owned() }
            }
            Self::TimedOut { .. } | Self::Cut { .. } => {
                "try again; if it changed something, look first whether it already did".into()
            }
            Self::TooLarge { .. } => "request less at once".into(),
            Self::Unreadable { server, .. } => Advice::Words(format!(
                "check that {server} is the address meant, and not a router or a proxy"
            )),
            Self::Roots { .. } => Advice::CheckAuthorities,
            Self::Invalid { .. } => "check the address and the token".into(),
        })
    }
}
