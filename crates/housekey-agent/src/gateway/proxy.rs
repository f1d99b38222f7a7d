//! Requests that are forwarded to a Homey, and their answers.

mod content_coding;
pub(super) mod errors;
pub(super) mod forward;
pub(super) mod headers;
mod redact;
