//! Errors of the gateway, in the JSON shape of the Homey's own errors.

use std::fmt;

use housekey::catalogue::Dialect;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::access;

/// An answer of the gateway in place of the Homey's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GatewayError {
    /// It cannot be done.
    Failed(Failure),
    /// Access is denied, in the shape of that dialect.
    Denied(access::AccessError, Dialect),
}

/// Why something cannot be done: `{"error": …, "error_description": …, "statusCode": …}`, as Homeys put
/// their errors, so that a client shows it as it shows those. Neither text holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The HTTP status.
    status: StatusCode,
    /// One word for programs: `busy`.
    error: &'static str,
    /// What failed, why, and the next step, for people.
    description: String,
    /// Whether it may be tried again at once.
    again: bool,
    /// Whether the connection is of no use any more.
    closes: bool,
}

impl GatewayError {
    pub(crate) fn new(
        status: StatusCode,
        error: &'static str,
        description: impl Into<String>,
    ) -> Self {
        let (description, again, closes) = (description.into(), false, false);
        Self::Failed(Failure { status, error, description, again, closes })
    }

    /// A request that can be understood in more than one way. Nothing after it on that connection can
    /// be trusted to be where it seems to be.
    pub(crate) fn malformed(description: impl Into<String>) -> Self {
        Self::closing(StatusCode::BAD_REQUEST, "malformed_request", description)
    }

    /// One after which the connection is closed.
    pub(crate) fn closing(
        status: StatusCode,
        error: &'static str,
        description: impl Into<String>,
    ) -> Self {
        let (description, again, closes) = (description.into(), false, true);
        Self::Failed(Failure { status, error, description, again, closes })
    }

    /// There is no Homey of the name in the path.
    pub(crate) fn unknown_homey() -> Self {
        let description = "this gateway leads to no Homey of that name";
        Self::new(StatusCode::NOT_FOUND, "unknown_homey", description)
    }

    /// Nothing was done, and the next try may go better.
    pub(crate) fn try_again(error: &'static str, description: impl Into<String>) -> Self {
        let (status, again, closes) = (StatusCode::SERVICE_UNAVAILABLE, true, false);
        Self::Failed(Failure { status, error, description: description.into(), again, closes })
    }

    /// The error object, over HTTP and over the live connection.
    pub(crate) fn body(&self) -> Value {
        match self {
            Self::Failed(cannot) => json!({
                "error": cannot.error,
                "error_description": cannot.description,
                "statusCode": cannot.status.as_u16(),
            }),
            Self::Denied(refusal, dialect) => refusal.body(*dialect),
        }
    }

    /// The error as a response.
    pub(crate) fn response(&self) -> axum::response::Response {
        let cannot = match self {
            Self::Failed(cannot) => cannot,
            Self::Denied(refusal, dialect) => return refusal.response(*dialect),
        };
        let mut response = Response::new(axum::body::Body::from(self.body().to_string()));
        *response.status_mut() = cannot.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if cannot.again {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if cannot.closes {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// The description for people.
impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(cannot) => f.write_str(&cannot.description),
            Self::Denied(refusal, _) => write!(f, "{refusal:?}"),
        }
    }
}
