//! The homes for Prometheus, InfluxDB and MQTT, by a whole agent against the emulator.
//!
//! The tests that are ignored need servers of other projects: `cargo xtask servers` runs them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod fixture;
mod influx;
#[cfg(feature = "mqtt")]
mod mqtt;
mod prometheus;
mod server;
