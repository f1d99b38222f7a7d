//! Refusals of a Homey, and addresses without one.

use super::advice::Advice;
use super::kind::{Kind, again, again_after, with_status};
use super::sign_in::is_transient;

/// Refusals of a Homey, or of another server at its address.
#[non_exhaustive]
#[derive(Debug, Clone, thiserror::Error)]
pub enum HomeyError {
    /// The Homey refused the call. Its text may be in the language of the home.
    ///
    /// A status that says "not now" is no refusal, and is not called one.
    #[error(
        "the Homey {} {operation}: {}",
        match status {
            417 => "is offline, as its relay says, and did not get",
            status if is_transient(*status) => "could not answer",
            _ => "refused",
        },
        with_status(message, *status)
    )]
    Refused {
        /// The call: `devices.getDevices`, or `GET /api/…` for a raw path.
        operation: String,
        /// The HTTP status.
        status: u16,
        /// Its error code, if it has one: `missing_api_method`.
        code: Option<String>,
        /// Its message.
        message: String,
        /// `Retry-After`, in seconds.
        retry_after_s: Option<u64>,
    },
    /// The key or session is known but may not do this.
    #[error("{operation} is not allowed with this token: it needs the scope {}", scopes.join(" and "))]
    MissingScope {
        /// The operation.
        operation: String,
        /// The scopes that the catalogue says it needs.
        scopes: Vec<String>,
    },
    /// The Homey does not take the token any more and there is nothing to renew it with.
    #[error("the Homey does not take this token: {message}")]
    TokenRefused {
        /// Its message.
        message: String,
    },
    /// The call changes something, and was made through a handle that only reads. Nothing was sent.
    #[error("{call} is not sent: this handle of the Homey is read-only")]
    ReadOnly {
        /// The call: `devices.setCapabilityValue`, or `PUT /api/…`.
        call: String,
    },
    /// The server is not a Homey.
    #[error("{address} is not a Homey: {why}")]
    NotAHomey {
        /// The base URL.
        address: String,
        /// The reason.
        why: &'static str,
    },
    /// A Homey answered, but another one.
    #[error("{address} is another Homey than {wanted}")]
    OtherHomey {
        /// The base URL.
        address: String,
        /// The cloud id that was expected.
        wanted: String,
    },
    /// The server redirects to another address.
    #[error("{address} redirects to {target}")]
    Redirected {
        /// The base URL.
        address: String,
        /// The target, without its path.
        target: String,
    },
    /// The address has a path, and no Homey is below it.
    #[error("no Homey answers below the path {path} of {address}")]
    ExtraPath {
        /// The base URL.
        address: String,
        /// Its path.
        path: String,
        /// The address without it.
        without: String,
    },
    /// The answer does not show whether it is a Homey: a relay whose Homey is offline
    /// (417), a Homey that is not activated or still starting (503), a proxy.
    #[error("{address} {} ({status})", of_ping(*status))]
    PingRefused {
        /// The base URL.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// The subscription of a self-hosted server has ended.
    #[error("the Homey's subscription is not active")]
    SubscriptionInactive,
    /// The self-hosted server's serial number is not accepted.
    #[error("the Homey's serial number is not accepted")]
    InvalidSerialNumber,
    /// None of its addresses answers.
    #[error("the Homey \"{name}\" cannot be reached at any of its addresses")]
    Offline {
        /// Its name.
        name: String,
        /// Each address and why it does not answer.
        tried: Vec<(String, String)>,
    },
}

/// Messages of refusals that depend on the kind of session, or on the user.
const SESSION_TYPE: &str = "Invalid Session Type";
const OWNER: &str = "Must Be Owner";

/// Signing in as another user does not help: what an OAuth client may do is fixed where it is registered.
const WITH_THAT_SCOPE: &str = "use an API key with that scope: in the Homey's web app, Settings, API Keys \
                               (Homeys of 2023 and later)";

fn is_about_the_session(message: &str) -> bool {
    message.contains(SESSION_TYPE) || message.contains(OWNER)
}

impl HomeyError {
    /// The refusal of an operation which the catalogue says needs those scopes.
    pub(crate) fn of(
        operation: &str,
        scopes: &[&str],
        status: u16,
        code: Option<String>,
        message: String,
        retry_after_s: Option<u64>,
    ) -> Self {
        let operation = operation.to_owned();
        match status {
            401 => Self::TokenRefused { message },
            403 if !scopes.is_empty() && !is_about_the_session(&message) => {
                let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
                Self::MissingScope { operation, scopes }
            }
            _ => Self::Refused { operation, status, code, message, retry_after_s },
        }
    }

    /// Whether the Homey does not know what was called: old firmware knows less. V2 says 500 then.
    pub fn is_unknown_call(&self) -> bool {
        match self {
            Self::Refused { status: 404, .. } => true,
            Self::Refused { code: Some(code), .. } => code == "missing_api_method",
            _ => false,
        }
    }

    pub(super) fn advice_while_retried(&self) -> Option<Advice> {
        match self {
            Self::Refused { status, .. } if is_transient(*status) => None,
            Self::PingRefused { status, .. } => before_another_ping(*status).map(Advice::from),
            _ => self.advice(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::TokenRefused { .. } => Kind::SignIn,
            _ => Kind::Failed,
        }
    }

    pub(super) fn advice(&self) -> Option<Advice> {
        Some(match self {
            Self::Refused { status, retry_after_s, .. } if is_transient(*status) => {
                again_after(*retry_after_s)
            }
            Self::Refused { status: 403, message, .. } => match message {
                text if text.contains(SESSION_TYPE) => {
                    "sign in with the account: an API key cannot manage API keys".into()
                }
                text if text.contains(OWNER) => "sign in as the owner of the Homey".into(),
                text if text.contains("Missing Scopes") => WITH_THAT_SCOPE.into(),
                _ => return None,
            },
            Self::Refused { .. } | Self::ReadOnly { .. } => return None,
            Self::MissingScope { .. } => WITH_THAT_SCOPE.into(),
            Self::TokenRefused { .. } => Advice::SignInOrNewKey,
            Self::NotAHomey { .. } => {
                "check the address: host and port of the Homey, such as http://192.0.2.7".into()
            }
            Self::OtherHomey { .. } => Advice::LearnAddress { any: true },
            Self::Redirected { target, .. } => {
                Advice::Words(format!("if that is the Homey, give its address: {target}"))
            }
            Self::ExtraPath { without, .. } => {
                Advice::Words(format!("leave the path out: {without}"))
            }
            Self::PingRefused { status, .. } => {
                again(before_another_ping(*status).unwrap_or("wait a little"))
            }
            Self::SubscriptionInactive | Self::InvalidSerialNumber => {
                "look at the Homey's subscription in its app".into()
            }
            Self::Offline { tried, .. } if tried.is_empty() => Advice::LearnAddress { any: false },
            Self::Offline { name, tried } => {
                let plain_http = tried.iter().any(|(_, why)| why.contains("plain HTTP"));
                let mut texts: Vec<String> = Vec::new();
                for (address, why) in tried {
                    let text = format!("{address}: {why}");
                    // Two ways may lead to the same address.
                    if !texts.contains(&text) {
                        texts.push(text);
                    }
                }
                Advice::Reconnect { name: name.clone(), plain_http, tried: texts }
            }
        })
    }
}

/// The meaning of the status of a ping.
const fn of_ping(status: u16) -> &'static str {
    match status {
        417 => "says that the Homey is offline",
        503 => "is a Homey that is not activated yet, or still starting",
        _ => "does not answer as a Homey now",
    }
}

/// What a user can do before the next ping.
const fn before_another_ping(status: u16) -> Option<&'static str> {
    match status {
        417 => Some("look whether it is switched on and online"),
        503 => Some("wait until it has started, or activate a new one in its app"),
        _ => None,
    }
}
