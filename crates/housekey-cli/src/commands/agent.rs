//! `housekey agent`: the service that keeps tokens fresh and hands them out.

mod install;
mod key;
mod reload;
mod run;
mod service;
mod shown;
mod status;
mod stop;
mod uninstall;

use std::path::PathBuf;
use std::pin::Pin;

use clap::Subcommand;

use housekey_agent::local_api::{Answer, AskError, Request, ask};

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::logging::Style;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(run::Args),
    Status(status::Args),
    Reload(reload::Args),
    Stop(stop::Args),
    Install(install::Args),
    Uninstall(uninstall::Args),
    #[command(subcommand)]
    Key(key::Command),
}

/// Which agent is meant.
#[derive(Debug, clap::Args)]
struct Where {
    /// Its socket, where it is not the agent of our own store
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
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
        Command::Install(args) => Box::pin(async { install::run(args, context) }),
        Command::Uninstall(args) => Box::pin(async { uninstall::run(args, context) }),
        Command::Key(command) => key::run(command, context),
    }
}

/// The file of settings: the one named, else the one beside the other settings.
fn settings(named: Option<PathBuf>, context: &Context) -> PathBuf {
    named.unwrap_or_else(|| context.settings.directory().join("agent.toml"))
}

/// Asks the agent that is meant; that it refuses is a failure.
async fn asked(place: &Where, request: Request, context: &Context) -> Outcome<Answer> {
    let none =
        || Failure::failed("no agent keeps this store").hint("start one with `housekey agent run`");
    let socket = match &place.socket {
        Some(socket) => socket.clone(),
        None => {
            let holder = housekey_agent::holder(&context.state).map_err(|error| {
                Failure::failed("cannot find out whether an agent runs").because(&error)
            })?;
            // One that runs once has none, and is done soon.
            holder.ok_or_else(none)?.socket.ok_or_else(none)?
        }
    };
    match ask(&socket, request).await {
        Ok(Answer::Refused(why)) => Err(Failure::failed("the agent refuses").because_of(&why)),
        Ok(answer) => Ok(answer),
        Err(error) => {
            let failure = Failure::failed(error.to_string());
            Err(match &error {
                AskError::Unreachable { cause, .. } => failure
                    .because(cause)
                    .hint("ask as the user it runs as, or name its socket with `--socket`"),
                _ => failure.hint("use the same version of both"),
            })
        }
    }
}
