//! `housekey devices`: what is paired with the Homey.

mod drivers;
mod follow;
mod get;
pub(super) mod list;
mod r#move;
mod set;
mod settings;
mod several;
mod watch;
mod write;

use clap::Subcommand;
use housekey::model::Device;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::{Delete, Rename};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    /// Switch devices on
    #[command(after_help = "Example:\n  housekey devices on 'Living room/Ceiling lamp'")]
    On(write::Switched),
    /// Switch devices off
    #[command(after_help = "Examples:
  housekey devices off 'Living room/Ceiling lamp'
  housekey devices off --zone Kitchen --class light")]
    Off(write::Switched),
    /// Switch devices on that are off, and off that are on
    #[command(after_help = "Example:\n  housekey devices toggle 'Living room/Ceiling lamp'")]
    Toggle(write::Switched),
    #[command(subcommand)]
    Settings(settings::Command),
    /// Give a device another name
    #[command(
        after_help = "Example:\n  housekey devices rename 'Kitchen/Ceiling lamp' 'Table lamp'"
    )]
    Rename(Rename<Device>),
    Move(r#move::Args),
    Watch(watch::Args),
    Drivers(drivers::Args),
    /// Delete a device from the Homey; it has to be paired again to come back
    #[command(after_help = "Example:\n  housekey devices delete 'Hallway/Motion sensor' --yes")]
    Delete(Delete<Device>),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
        Command::On(device) => write::switch(device, |_| true, context).await,
        Command::Off(device) => write::switch(device, |_| false, context).await,
        Command::Toggle(device) => write::switch(device, |on| !on, context).await,
        Command::Settings(command) => settings::run(command, context).await,
        Command::Rename(args) => {
            args.run(|homey, id, values| homey.devices().update_device(id, values), context).await
        }
        Command::Move(args) => r#move::run(args, context).await,
        Command::Watch(args) => watch::run(args, context).await,
        Command::Drivers(args) => drivers::run(args, context).await,
        Command::Delete(args) => {
            args.run(|homey, id| homey.devices().delete_device(id), context).await
        }
    }
}
