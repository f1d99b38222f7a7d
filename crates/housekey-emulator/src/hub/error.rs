//! Errors of a Homey, in the words and the shape of its dialect.

use std::fmt::Display;

use housekey::catalogue::Dialect;
use serde_json::{Value, json};
use thiserror::Error;

use crate::reply::Reply;

/// Why a call is refused. The text is that of newer Homeys.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum HubError {
    #[error("Missing Session ID in Token")]
    NoSession,
    #[error("Session Not Found")]
    SessionNotFound,
    #[error("Session Expired")]
    SessionExpired,
    #[error("Invalid Token")]
    InvalidToken,
    #[error("Missing Scopes")]
    MissingScopes,
    #[error("Not Found: {item} with ID {id}")]
    NotFound { item: &'static str, id: String },
    #[error("Cannot {method} {path}")]
    NoRoute { method: String, path: String },
    #[error("{0}")]
    Argument(String),
    /// A rule of the resource itself, with the machine code older Homeys use.
    #[error("{text}")]
    Refused { status: u16, code: &'static str, text: String },
    #[error("{0} is not modelled by this virtual Homey")]
    NotModelled(&'static str),
}

impl HubError {
    pub(crate) fn not_found(item: &'static str, id: &str) -> Self {
        Self::NotFound { item, id: id.to_owned() }
    }

    pub(crate) fn missing(argument: impl Display) -> Self {
        Self::Argument(format!("Missing Argument: {argument}"))
    }

    pub(crate) fn invalid(why: impl Display) -> Self {
        Self::Argument(format!("Invalid Argument: {why}"))
    }

    pub(crate) fn refused(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self::Refused { status, code, text: text.into() }
    }

    /// The status, and the machine code of older Homeys. Measured: `session_expired`, `missing_api_method`,
    /// `cannot_delete_has_flows`; the other codes are inferred.
    fn status_and_code(&self, dialect: Dialect) -> (u16, &'static str) {
        match self {
            Self::NoSession => (401, "missing_session"),
            Self::SessionNotFound => (401, "invalid_session"),
            Self::SessionExpired => (401, "session_expired"),
            Self::InvalidToken => (401, "invalid_token"),
            Self::MissingScopes => (403, "missing_scopes"),
            Self::NotFound { .. } => (404, "not_found"),
            // Measured: older Homeys answer an unknown method with 500.
            Self::NoRoute { .. } if dialect == Dialect::V2 => (500, "missing_api_method"),
            Self::NoRoute { .. } => (404, "missing_api_method"),
            Self::Argument(_) => (400, "invalid_argument"),
            Self::Refused { status, code, .. } => (*status, code),
            Self::NotModelled(_) => (501, "not_implemented"),
        }
    }

    /// The body as JSON, the same over HTTP and over the socket.
    pub(crate) fn body(&self, dialect: Dialect) -> Value {
        let (status, code) = self.status_and_code(dialect);
        let stack = format!("Error: {self}");
        if dialect == Dialect::V2 {
            let text = match self {
                // Measured on a home whose language is English.
                Self::MissingScopes => "You have no access to do this.".to_owned(),
                Self::NoRoute { .. } => "This method does not exist.".to_owned(),
                other => other.to_string(),
            };
            return json!({
                "code": status,
                "error": code,
                "error_description": format!("{text} [{code}]"),
                "$stack": stack,
            });
        }
        // Newer Homeys answer an expired session like an unknown one.
        let text = match self {
            Self::SessionExpired => Self::SessionNotFound.to_string(),
            other => other.to_string(),
        };
        json!({ "error": text, "error_description": text, "statusCode": status, "stack": stack })
    }

    pub(super) fn reply(&self, dialect: Dialect) -> Reply {
        match self {
            Self::NoRoute { .. } if dialect != Dialect::V2 => {
                Reply::html(404, page(&self.to_string()))
            }
            _ => Reply::json(self.status_and_code(dialect).0, &self.body(dialect)),
        }
    }
}

/// The page a web server shows for a path that does not exist.
fn page(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n\
         </head>\n<body>\n<pre>{text}</pre>\n</body>\n</html>\n"
    )
}
