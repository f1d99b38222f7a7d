//! The gateway from one end to the other: against the emulator, and against a plain upstream that says
//! exactly what came in.

mod cases;
mod emulated;
mod harness;
mod hostile;
mod key_ends;
mod limits;
mod load;
pub(super) mod plain;
mod scopes;
mod secret;
mod secret_line;
mod tokens;
mod variables;
mod wire;
