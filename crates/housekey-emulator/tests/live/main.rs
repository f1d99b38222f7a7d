//! The live side of the emulator on the wire: text frames in, text frames out, without any client.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what is unexpected fails the test, in the functions that tests share as well"
)]

mod events;
mod faults;
mod frames;
mod interruptions;
mod silence;
mod wire;
