//! Prints the live events of a URI, `homey:manager:zones` for instance.
//!
//! `HOMEY_ADDRESS=http://192.0.2.7 HOMEY_TOKEN=… cargo run --example watch -- homey:manager:logic`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and reads the environment"
)]

use std::env::{args, var};
use std::error::Error;

use housekey::Homey;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let uri = args().nth(1).ok_or("usage: watch URI")?;
    let homey = Homey::builder(var("HOMEY_ADDRESS")?).token(var("HOMEY_TOKEN")?).connect().await?;
    let mut events = homey.subscribe(&uri).await?;
    println!("listening to {uri}");
    while let Some(event) = events.next().await {
        let event = event?;
        println!("{} {}", event.name, event.data);
    }
    Ok(())
}
