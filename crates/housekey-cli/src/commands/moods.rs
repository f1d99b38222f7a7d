//! `housekey moods`: saved states of the devices of a zone.

mod create;
mod get;
mod list;

use clap::Subcommand;
use housekey::model::Mood;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::{ChangeOne, Delete};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    /// Put the devices into a mood
    #[command(after_help = "Example:\n  housekey moods set 'Living room/Cosy'")]
    Set(ChangeOne<Mood>),
    Create(create::Args),
    /// Delete a mood
    #[command(after_help = "Example:\n  housekey moods delete 'Living room/Cosy' --yes")]
    Delete(Delete<Mood>),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Set(mood) => {
            mood.call(|homey, id| homey.moods().set_mood(id), "is set", context).await
        }
        Command::Create(args) => create::run(args, context).await,
        Command::Delete(args) => args.run(|homey, id| homey.moods().delete_mood(id), context).await,
    }
}
