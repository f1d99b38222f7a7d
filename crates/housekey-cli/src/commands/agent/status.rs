//! `housekey agent status`.

use housekey_agent::local_api::{Answer, Request};
use serde_json::json;

use super::shown;
use super::target::{Where, asked};
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Show tokens, sinks and problems
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey agent status
  housekey agent status --json --jq '.homeys[].state'")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Where,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    match asked(&args.place, Request::Status, context).await? {
        Answer::Status(status) => {
            context.out.value(&json!(status), || shown::text(&status, context))
        }
        other => Err(Failure::failed(format!("the agent answered otherwise: {other:?}"))),
    }
}
