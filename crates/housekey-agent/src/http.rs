//! HTTP that is not forwarded to a Homey: errors, upgrades, and what the agent answers itself.

pub(crate) mod docs;
pub(crate) mod error_response;
pub(crate) mod history;
pub(crate) mod routes;
pub(crate) mod upgrade;
