//! Keeps a copy of a home and prints what changes in it, whatever happens to the connection.
//!
//! `HOMEY_ADDRESS=http://192.0.2.7 HOMEY_TOKEN=… cargo run --example mirror`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and reads the environment"
)]

use std::env::var;
use std::error::Error;

use housekey::Homey;
use housekey::clock::SystemClock;
use housekey::mirror::{ItemKind, Kinds, Mirror};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let homey = Homey::builder(var("HOMEY_ADDRESS")?).token(var("HOMEY_TOKEN")?).connect().await?;
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
