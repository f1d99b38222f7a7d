//! Why an address does not work.

use std::error::Error as Cause;
use std::fmt;
use std::io;

use serde::Serialize;

use crate::error::{Error, HomeyError, HttpError};
use crate::http::causes;
use crate::resolve::Unresolved;

/// Why an address does not work; [`Reason::as_str`] has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The account has no such address.
    NoAddress,
    /// The host name does not resolve.
    Dns,
    /// The machine answers, and the port is closed.
    Refused,
    /// No answer in time: switched off, or another network.
    Timeout,
    /// The certificate is not accepted, or there is no TLS.
    Tls,
    /// Any other failure of the network.
    Network,
    /// Not tried: it is plain HTTP, and that is not allowed.
    Unencrypted,
    /// The port speaks the other one of HTTP and HTTPS.
    WrongScheme,
    /// It redirects to another address.
    Redirected,
    /// The relay says that the Homey is offline.
    Offline,
    /// It is not activated yet, or still starting.
    Starting,
    /// A server answers that cannot serve now.
    Unavailable,
    /// Another kind of server answers.
    NotAHomey,
    /// Another Homey answers there.
    OtherHomey,
    /// It is the Homey, and its subscription has ended.
    SubscriptionInactive,
    /// It is the Homey, and its serial number is not accepted.
    InvalidSerialNumber,
}

impl Reason {
    /// Why a ping failed.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Homey(HomeyError::SubscriptionInactive) => Self::SubscriptionInactive,
            Error::Homey(HomeyError::InvalidSerialNumber) => Self::InvalidSerialNumber,
            Error::Homey(HomeyError::OtherHomey { .. }) => Self::OtherHomey,
            Error::Homey(HomeyError::Redirected { .. }) => Self::Redirected,
            Error::Homey(HomeyError::PingRefused { status: 417, .. }) => Self::Offline,
            Error::Homey(HomeyError::PingRefused { status: 503, .. }) => Self::Starting,
            Error::Homey(HomeyError::PingRefused { .. }) => Self::Unavailable,
            Error::Homey(_) => Self::NotAHomey,
            Error::Http(HttpError::TimedOut { .. }) => Self::Timeout,
            Error::Http(HttpError::TooLarge { .. }) => Self::NotAHomey,
            Error::Http(HttpError::Certificate { .. }) => Self::Tls,
            Error::Http(HttpError::WrongScheme { .. }) => Self::WrongScheme,
            Error::Http(HttpError::Unreachable { cause, .. } | HttpError::Cut { cause, .. }) => {
                causes(&**cause).find_map(Self::of_cause).unwrap_or(Self::Network)
            }
            _ => Self::Network,
        }
    }

    fn of_cause(cause: &(dyn Cause + 'static)) -> Option<Self> {
        if cause.is::<Unresolved>() {
            return Some(Self::Dns);
        }
        if cause.is::<rustls::Error>() {
            return Some(Self::Tls);
        }
        match cause.downcast_ref::<io::Error>()?.kind() {
            io::ErrorKind::ConnectionRefused => Some(Self::Refused),
            io::ErrorKind::TimedOut => Some(Self::Timeout),
            _ => None,
        }
    }

    /// Its words for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAddress => "no address is known",
            Self::Dns => "its name leads to no address",
            Self::Refused => "nothing listens there",
            Self::Timeout => "no answer in time",
            Self::Tls => "its certificate is not accepted",
            Self::Network => "the connection failed",
            Self::Unencrypted => "not tried: it is plain HTTP, which is not allowed for this Homey",
            Self::WrongScheme => "the port speaks the other one of http and https",
            Self::Redirected => "what answers there redirects to another address",
            Self::Offline => "the relay says that the Homey is offline",
            Self::Starting => "it is not activated yet, or still starting",
            Self::Unavailable => "what answers there does not lead to the Homey now",
            Self::NotAHomey => "what answers there is no Homey",
            Self::OtherHomey => "another Homey answers there",
            Self::SubscriptionInactive => "its subscription is not active",
            Self::InvalidSerialNumber => "its serial number is not accepted",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
