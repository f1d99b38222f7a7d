//! The gateway end to end: against the emulator, and against a plain upstream that reports exactly what it
//! received.

mod cases;
mod dashboard;
mod emulated;
mod harness;
mod hostile;
mod key_ends;
mod limits;
mod load;
#[cfg(feature = "mcp")]
mod mcp;
pub(super) mod plain;
mod scopes;
mod tls;
mod tls_upstream;
mod tokens;
mod variables;
mod wire;
