//! `housekey apps`: the apps that are installed on the Homey.

mod disable;
mod enable;
mod get;
mod list;
mod restart;
mod settings;

use clap::Subcommand;
use housekey::args;
use housekey::model::App;

use crate::context::{Context, Opened, Purpose};
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Restart(restart::Args),
    Enable(enable::Args),
    Disable(disable::Args),
    #[command(subcommand)]
    Settings(settings::Command),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Restart(args) => restart::run(args, context).await,
        Command::Enable(args) => enable::run(args, context).await,
        Command::Disable(args) => disable::run(args, context).await,
        Command::Settings(command) => settings::run(command, context).await,
    }
}

/// The app of that id or name.
async fn find(opened: &Opened, wanted: &str) -> Outcome<App> {
    let apps = opened.homey.apps().get_apps().await?;
    let found = naming::find("app", &apps, wanted, |app| Named {
        id: &app.id,
        name: name(app),
        zone: None,
    });
    found.cloned()
}

/// What an app is called.
fn name(app: &App) -> &str {
    app.name().unwrap_or(&app.id)
}

/// Does something to an app, and says what was done.
async fn act(operation: &str, wanted: &str, done: &str, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let app = find(&opened, wanted).await?;
    let answer = opened.homey.call_bytes(operation, &args! { "id" => &*app.id }).await?;
    context.written(&opened, &format!("{} {done}", name(&app)), &answer)
}
