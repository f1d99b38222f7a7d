//! `housekey agent stop`.

use std::time::Duration;

use housekey_agent::local_api::Request;

use super::target::{Where, asked};
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// It stops within ten seconds.
const LIMIT: Duration = Duration::from_secs(15);

/// Stop it, and wait until it has stopped
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey agent stop")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Where,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    asked(&args.place, Request::Stop, context).await?;
    if args.place.socket.is_some() {
        context.out.note("The agent stops.");
        return Ok(());
    }
    // It lets go of the lock as the last thing.
    let state = context.state.clone();
    let free = tokio::task::spawn_blocking(move || housekey_agent::wait_until_free(&state));
    match tokio::time::timeout(LIMIT, free).await {
        Ok(Ok(Ok(()))) => {
            context.out.note("The agent has stopped.");
            Ok(())
        }
        _ => Err(Failure::failed("the agent has not stopped yet")
            .hint("look at its log; what is stored is whole even if it is killed")),
    }
}
