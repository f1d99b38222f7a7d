//! Bodies on their way through the gateway.

mod download;
pub(super) mod request;
pub(super) mod response;

pub(super) use self::download::Download;

/// Why a body broke off.
pub(super) type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// How much of a body is read and written at once, in bytes, if much arrives; small bodies are read in
/// pieces of eight KiB. Two reads fit into one TCP segment of the loopback interface (65,483 bytes): the
/// rest of a larger write becomes a segment of its own, which waits for a timer where TCP paces what it
/// sends. See docs/decisions/0034.
pub(super) const BODY_BUFFER_BYTES: usize = 32 * 1024;
