//! Stores of history: a file of SQLite, and a server of PostgreSQL where one is on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "a server of another project is started")]

mod month;
#[cfg(feature = "postgres")]
mod postgres;
mod property;
mod sqlite;
