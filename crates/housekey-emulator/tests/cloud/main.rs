//! The virtual cloud and the steering of the emulator, over real HTTP from a plain client.

mod caller;
mod consent;
mod control;
mod faults;
mod hosts;
mod renewal;
mod sign_in;
mod six_steps;
mod token;
mod user;
