//! Keeps a copy of a home and prints what changes in it, whatever happens to the connection.
//!
//! `cargo run --example mirror`, where `housekey login` was run, or with HOMEY_ADDRESS and HOMEY_TOKEN.

#![allow(clippy::print_stdout, reason = "an example prints")]

use housekey::Homey;
use housekey::clock::SystemClock;
use housekey::error::ErrorReport;
use housekey::mirror::{ItemKind, Kinds, Mirror};

#[tokio::main]
async fn main() -> Result<(), ErrorReport> {
    let homey = Homey::open_default().await?;
    let kinds: Kinds = [ItemKind::Device, ItemKind::Variable].into_iter().collect();
    let mirror = Mirror::start(homey, kinds, SystemClock::shared()).await?;
    let mut changes = mirror.changes();
    mirror.complete().await;
    println!("{} devices", mirror.home().items(ItemKind::Device).count());
    while let Some(change) = changes.next().await {
        match change {
            Ok(change) => println!("{}", serde_json::to_string(&*change)?),
            Err(missed) => println!("{missed}"),
        }
    }
    Ok(())
}
