//! Bodies on their way through the gateway.

mod download;
pub(super) mod request;
pub(super) mod response;

pub(super) use self::download::Download;

/// Why a body broke off.
pub(super) type BodyError = Box<dyn std::error::Error + Send + Sync>;
