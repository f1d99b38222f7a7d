//! `housekey apps settings`: what an app keeps.

mod set;
mod unset;

use clap::Subcommand;
use housekey::model::App;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::One;

/// The settings that an app keeps
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the settings with their values, which may be passwords
    #[command(after_help = "Example:\n  housekey apps settings list com.example.lumen")]
    List(One<App>),
    Set(set::Args),
    Unset(unset::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(app) => {
            app.show(|homey, id| homey.apps().get_app_settings(id), context).await
        }
        Command::Set(args) => set::run(args, context).await,
        Command::Unset(args) => unset::run(args, context).await,
    }
}
