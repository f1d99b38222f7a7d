//! The typed methods against the virtual Homey, on every dialect that has them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod flows;
mod household;
mod measures;
mod settings;

use housekey::catalogue::Dialect;
use housekey::http::Http;
use housekey::{Error, Homey, Secret};
use housekey_emulator::Emulator;

/// A virtual Homey and the client of its owner.
async fn home(dialect: Dialect) -> (Emulator, Homey) {
    let world = Emulator::builder().dialect(dialect).start().await.expect("a free port");
    let facts = world.facts();
    let address = facts.homey_url.parse().expect("a URL");
    let http = Http::new().expect("TLS");
    let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
    (world, homey)
}

/// Whether the call was refused before it was sent, because the dialect does not have it.
fn is_absent<T: std::fmt::Debug>(outcome: Result<T, Error>) -> bool {
    outcome.is_err_and(|error| error.to_string().contains("Homey has no"))
}
