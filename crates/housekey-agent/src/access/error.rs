//! Access errors, in the JSON shape of the Homey's own errors.

use std::time::Duration;

use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use housekey::catalogue::Dialect;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Why access is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AccessError {
    /// The `Host` is not one of ours.
    Host,
    /// The request comes from a web page of another origin.
    Origin,
    /// It has no key, and needs one.
    NoKey,
    /// Its key is none of ours.
    WrongKey,
    /// It has tried too many keys.
    TooMany {
        /// When it may try again.
        retry_after: Duration,
    },
    /// Its key has ended.
    Ended {
        /// The name of the key.
        key: String,
        /// When.
        at: Timestamp,
    },
    /// Its key is not for this Homey.
    OtherHomey {
        /// The name of the key.
        key: String,
    },
    /// Its key may not do that.
    MissingScope {
        /// The name of the key.
        key: String,
        /// The scope that is missing.
        scope: &'static str,
    },
}

impl AccessError {
    /// The HTTP status, which the error object repeats.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoKey | Self::WrongKey | Self::Ended { .. } => StatusCode::UNAUTHORIZED,
            Self::Host | Self::Origin | Self::OtherHomey { .. } | Self::MissingScope { .. } => {
                StatusCode::FORBIDDEN
            }
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// In the words of newer Homeys, where they have any; and as a code of older ones.
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Host => ("Unknown Host", "unknown_host"),
            Self::Origin => ("Forbidden Origin", "forbidden_origin"),
            Self::NoKey => ("Missing Key", "missing_key"),
            Self::WrongKey => ("Invalid Key", "invalid_key"),
            Self::TooMany { .. } => ("Too many requests", "too_many_requests"),
            Self::Ended { .. } => ("Key Expired", "key_expired"),
            Self::OtherHomey { .. } => ("Missing Homey", "missing_homey"),
            Self::MissingScope { .. } => ("Missing Scopes", "missing_scopes"),
        }
    }

    /// What is wrong, and how to fix it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Host => "This gateway is not known by that name: list it under `hosts` in \
                           agent.toml if it should be"
                .to_owned(),
            Self::Origin => {
                "The request comes from a web page of another origin: list it under `origins` in \
                             agent.toml if it may"
                    .to_owned()
            }
            Self::NoKey => {
                "Missing key: send one as `Authorization: Bearer …` or `X-Housekey-Key`; \
                            `housekey agent key create` makes it"
                    .to_owned()
            }
            Self::WrongKey => {
                "This key is unknown here: `housekey agent key create` makes one".to_owned()
            }
            Self::TooMany { .. } => "Too many wrong keys were tried from there".to_owned(),
            Self::Ended { key, at } => format!("The key \"{key}\" ended at {at}"),
            Self::OtherHomey { key } => format!("The key \"{key}\" is not for this Homey"),
            Self::MissingScope { key, scope } => {
                format!("Missing Scopes: the key \"{key}\" lacks {scope}")
            }
        }
    }

    /// The error object, over HTTP and over the live connection.
    pub(crate) fn body(&self, dialect: Dialect) -> Value {
        let (error, code) = self.words();
        let (text, status) = (self.text(), self.status().as_u16());
        match dialect {
            Dialect::V2 => json!({
                "code": status,
                "error": code,
                "error_description": format!("{text} [{code}]"),
            }),
            Dialect::Local | Dialect::Cloud => {
                json!({ "error": error, "error_description": text, "statusCode": status })
            }
        }
    }

    /// The answer over HTTP.
    pub(crate) fn response(&self, dialect: Dialect) -> Response {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let body = self.body(dialect).to_string();
        let mut response = (self.status(), [(CONTENT_TYPE, json)], body).into_response();
        let headers = response.headers_mut();
        match self {
            Self::NoKey | Self::WrongKey | Self::Ended { .. } => {
                let scheme = HeaderValue::from_static("Bearer realm=\"housekey\"");
                headers.insert(WWW_AUTHENTICATE, scheme);
            }
            Self::TooMany { retry_after } => {
                headers.insert(RETRY_AFTER, retry_after.as_secs().into());
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_scope_is_named_in_the_shape_of_the_dialect() {
        let refusal =
            AccessError::MissingScope { key: "grafana".to_owned(), scope: "homey.device" };
        assert_eq!(
            refusal.body(Dialect::Local),
            json!({
                "error": "Missing Scopes",
                "error_description": "Missing Scopes: the key \"grafana\" lacks homey.device",
                "statusCode": 403,
            })
        );
        assert_eq!(
            refusal.body(Dialect::V2),
            json!({
                "code": 403,
                "error": "missing_scopes",
                "error_description":
                    "Missing Scopes: the key \"grafana\" lacks homey.device [missing_scopes]",
            })
        );
    }

    #[test]
    fn answers_carry_what_clients_go_by() {
        let late = AccessError::TooMany { retry_after: Duration::from_secs(8) };
        let response = late.response(Dialect::Local);
        assert_eq!(response.status(), 429);
        assert_eq!(
            (&response.headers()["retry-after"], &response.headers()["connection"]),
            (&"8".parse().unwrap(), &"close".parse().unwrap())
        );
        let response = AccessError::NoKey.response(Dialect::Local);
        assert_eq!(
            (response.status().as_u16(), &response.headers()["www-authenticate"]),
            (401, &HeaderValue::from_static("Bearer realm=\"housekey\""))
        );
    }
}
