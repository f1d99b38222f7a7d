//! `housekey agent`: the service that keeps tokens fresh and hands them out.

mod init;
mod install;
mod key;
mod open;
mod reload;
mod run;
mod service;
mod shown;
mod status;
mod stop;
mod target;
mod uninstall;

use std::pin::Pin;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;
use crate::logging::Style;

pub(crate) use self::service::unit_files;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(run::Args),
    Status(status::Args),
    Reload(reload::Args),
    Stop(stop::Args),
    Open(open::Args),
    Init(init::Args),
    Install(install::Args),
    Uninstall(uninstall::Args),
    #[command(subcommand)]
    Key(key::Command),
}

impl Command {
    /// How it logs where HOUSEKEY_LOG says nothing; not at all, unless it is the service itself.
    pub(crate) fn log(&self) -> Option<Style> {
        match self {
            Self::Run(args) => args.log(),
            _ => None,
        }
    }
}

pub(crate) fn run(
    command: Command,
    context: &Context,
) -> Pin<Box<dyn Future<Output = Outcome> + '_>> {
    match command {
        Command::Run(args) => Box::pin(run::run(args, context)),
        Command::Status(args) => Box::pin(status::run(args, context)),
        Command::Reload(args) => Box::pin(reload::run(args, context)),
        Command::Stop(args) => Box::pin(stop::run(args, context)),
        Command::Open(args) => Box::pin(open::run(args, context)),
        Command::Init(args) => Box::pin(async { init::run(args, context) }),
        Command::Install(args) => Box::pin(async { install::run(args, context) }),
        Command::Uninstall(args) => Box::pin(async { uninstall::run(args, context) }),
        Command::Key(command) => key::run(command, context),
    }
}
