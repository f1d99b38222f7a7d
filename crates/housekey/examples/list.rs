//! Lists the devices of a Homey with their values.
//!
//! `HOMEY_ADDRESS=http://192.0.2.7 HOMEY_TOKEN=… cargo run --example list`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and reads the environment"
)]

use std::env::var;
use std::error::Error;

use housekey::Homey;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let homey = Homey::builder(var("HOMEY_ADDRESS")?).token(var("HOMEY_TOKEN")?).connect().await?;
    for device in homey.devices().get_devices().await? {
        println!("{}", device.name());
        for capability in device.all_capabilities() {
            println!("  {} = {}", capability.id, capability.value());
        }
    }
    Ok(())
}
