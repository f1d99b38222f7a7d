//! `housekey apps`: the apps that are installed on the Homey.

mod list;
mod settings;

use clap::Subcommand;
use housekey::model::App;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::{ChangeOne, One};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    /// Show an app
    #[command(after_help = "Example:\n  housekey apps get com.example.lumen")]
    Get(One<App>),
    /// Stop an app and start it again
    #[command(after_help = "Example:\n  housekey apps restart com.example.lumen")]
    Restart(ChangeOne<App>),
    /// Let an app run again
    #[command(after_help = "Example:\n  housekey apps enable com.example.lumen")]
    Enable(ChangeOne<App>),
    /// Stop an app, and keep it from running
    ///
    /// Its devices are unavailable until it is enabled again.
    #[command(after_help = "Example:\n  housekey apps disable com.example.lumen")]
    Disable(ChangeOne<App>),
    #[command(subcommand)]
    Settings(settings::Command),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(app) => app.show(|homey, id| homey.apps().get_app(id), context).await,
        Command::Restart(app) => {
            app.call(|homey, id| homey.apps().restart_app(id), "is restarted", context).await
        }
        Command::Enable(app) => {
            app.call(|homey, id| homey.apps().enable_app(id), "is enabled", context).await
        }
        Command::Disable(app) => {
            app.call(|homey, id| homey.apps().disable_app(id), "is disabled", context).await
        }
        Command::Settings(command) => settings::run(command, context).await,
    }
}
