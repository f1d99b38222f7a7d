//! The homes for Prometheus and InfluxDB, by a whole agent against the emulator.
//!
//! The tests that are ignored need servers of other projects: `cargo xtask servers` runs them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod fixture;
mod influx;
mod prometheus;
mod server;
