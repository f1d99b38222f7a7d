//! `housekey ledring`: the ring of lights.

mod brightness;
mod screensaver;
mod screensavers;
mod state;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    State(state::Args),
    Screensavers(screensavers::Args),
    Screensaver(screensaver::Args),
    Brightness(brightness::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::State(args) => state::run(args, context).await,
        Command::Screensavers(args) => screensavers::run(args, context).await,
        Command::Screensaver(args) => screensaver::run(args, context).await,
        Command::Brightness(args) => brightness::run(args, context).await,
    }
}
