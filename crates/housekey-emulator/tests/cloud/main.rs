//! The virtual cloud and the steering of the emulator, over real HTTP from a plain client.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what is unexpected fails the test, in the functions that tests share as well"
)]

mod caller;
mod consent;
mod control;
mod faults;
mod hosts;
mod renewal;
mod session;
mod sign_in;
mod six_steps;
mod token;
mod user;
