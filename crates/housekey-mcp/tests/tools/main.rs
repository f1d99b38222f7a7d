//! The tools, called by a client in this process, for a home of the emulator.

#![recursion_limit = "256"]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod admin;
mod client;
mod edits;
mod guarded;
mod limits;
mod pages;
mod past;
mod story;
