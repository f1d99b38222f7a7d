//! `housekey zones`: rooms and floors.

mod create;
mod list;
mod r#move;

use clap::Subcommand;
use housekey::model::Zone;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::{Delete, One, Rename};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    /// Show a zone
    #[command(after_help = "Example:\n  housekey zones get Kitchen")]
    Get(One<Zone>),
    Create(create::Args),
    /// Give a zone another name
    #[command(after_help = "Example:\n  housekey zones rename Attic Study")]
    Rename(Rename<Zone>),
    Move(r#move::Args),
    /// Delete a zone
    #[command(after_help = "Example:\n  housekey zones delete Attic --yes")]
    Delete(Delete<Zone>),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(zone) => zone.show(|homey, id| homey.zones().get_zone(id), context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Rename(args) => {
            args.run(|homey, id, values| homey.zones().update_zone(id, values), context).await
        }
        Command::Move(args) => r#move::run(args, context).await,
        Command::Delete(args) => args.run(|homey, id| homey.zones().delete_zone(id), context).await,
    }
}
