//! `housekey agent key`: keys of the gateway, which stand in the settings of the agent.

mod create;
mod delete;
mod file;
mod list;

use std::path::PathBuf;
use std::pin::Pin;

use clap::Subcommand;
use housekey_agent::local_api::{Answer, Request, ask};

use crate::context::Context;
use crate::error::Outcome;

/// Keys of the gateway: what a program may do through it
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Create(create::Args),
    List(list::Args),
    Delete(delete::Args),
}

/// Which settings are meant.
#[derive(Debug, clap::Args)]
struct Config {
    /// The file of settings; agent.toml beside config.toml otherwise
    #[arg(long = "config", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Config {
    fn open(&self, context: &Context) -> Outcome<file::KeyFile> {
        file::KeyFile::open(super::settings(self.file.clone(), context), context)
    }
}

pub(crate) fn run(
    command: Command,
    context: &Context,
) -> Pin<Box<dyn Future<Output = Outcome> + '_>> {
    match command {
        Command::Create(args) => Box::pin(create::run(args, context)),
        Command::List(args) => Box::pin(list::run(args, context)),
        Command::Delete(args) => Box::pin(delete::run(args, context)),
    }
}

/// Makes the agent that works by these settings read them again, and says so; or how to.
async fn tell_the_agent(file: &file::KeyFile, context: &Context) {
    let told = async {
        let socket = housekey_agent::holder(&context.state).ok()??.socket?;
        let Ok(Answer::Status(status)) = ask(&socket, Request::Status).await else { return None };
        if !file.is(status.settings.as_ref()) {
            return None;
        }
        Some(matches!(ask(&socket, Request::Reload).await, Ok(Answer::Done)))
    };
    match told.await {
        Some(true) => context.out.note("The agent works by it."),
        Some(false) => {
            context.out.note("The agent could not read its settings again: look at its log.")
        }
        None => context
            .out
            .note("It counts once the agent reads these settings: `housekey agent reload`."),
    }
}
