//! `housekey agent uninstall`.

use std::fs;

use housekey_agent::unit::UNIT;

use super::service::Manager;
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Stop the service and take it out; tokens and settings stay
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey agent uninstall")]
pub(crate) struct Args {
    #[command(flatten)]
    manager: Manager,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let path = args.manager.file(context);
    if !path.exists() {
        return Err(Failure::failed(format!(
            "it is not installed: there is no {}",
            path.display()
        ))
        .hint("say `--system` for a service of the machine"));
    }
    // The file goes all the same: what cannot be stopped now would come back at the next start.
    let stopped = args.manager.ask(&["disable", "--now", UNIT]);
    fs::remove_file(&path).map_err(|error| {
        Failure::failed(format!("cannot remove {}", path.display())).because(&error)
    })?;
    context.out.note(&format!("Removed {}", path.display()));
    stopped?;
    args.manager.ask(&["daemon-reload"])
}
