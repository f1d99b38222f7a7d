//! Switches a device on or off by its name.
//!
//! `cargo run --example switch -- 'Ceiling lamp' on`, where `housekey login` was run, or with HOMEY_ADDRESS and HOMEY_TOKEN.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env::args;

use housekey::Homey;
use housekey::error::ErrorReport;

#[tokio::main]
async fn main() -> Result<(), ErrorReport> {
    let (name, state) = (args().nth(1), args().nth(2));
    let (name, on) = match (name, state.as_deref()) {
        (Some(name), Some("on")) => (name, true),
        (Some(name), Some("off")) => (name, false),
        _ => return Err(ErrorReport::new("usage: switch NAME on|off")),
    };
    let homey = Homey::open_default().await?;
    let devices = homey.devices().get_devices().await?;
    let device = devices
        .iter()
        .find(|device| device.name() == name)
        .ok_or(ErrorReport::new("no such device"))?;
    homey.devices().set_capability_value(&device.id, "onoff", on).await?;
    println!("{name} is {}", if on { "on" } else { "off" });
    homey.settle().await;
    Ok(())
}
