//! Prints the live events of a URI, `homey:manager:zones` for instance.
//!
//! `cargo run --example watch -- homey:manager:logic`, where `housekey login` was run, or with HOMEY_ADDRESS and HOMEY_TOKEN.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env::args;

use housekey::Homey;
use housekey::error::ErrorReport;

#[tokio::main]
async fn main() -> Result<(), ErrorReport> {
    let uri = args().nth(1).ok_or(ErrorReport::new("usage: watch URI"))?;
    let homey = Homey::open_default().await?;
    let mut events = homey.subscribe(&uri).await?;
    println!("listening to {uri}");
    while let Some(event) = events.next().await {
        let event = event?;
        println!("{} {}", event.name, event.data);
    }
    Ok(())
}
