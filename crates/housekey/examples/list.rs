//! Lists the devices of a Homey with their values.
//!
//! `cargo run --example list`, where `housekey login` was run, or with HOMEY_ADDRESS and HOMEY_TOKEN.

#![allow(clippy::print_stdout, reason = "an example prints")]

use housekey::Homey;
use housekey::error::ErrorReport;

#[tokio::main]
async fn main() -> Result<(), ErrorReport> {
    let homey = Homey::open_default().await?;
    for device in homey.devices().get_devices().await? {
        println!("{}", device.name());
        for capability in device.all_capabilities() {
            println!("  {} = {}", capability.id, capability.value());
        }
    }
    homey.settle().await;
    Ok(())
}
