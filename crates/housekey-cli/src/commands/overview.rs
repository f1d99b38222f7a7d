//! `housekey overview`: the state of the home on one screen.

mod layout;
mod read;
mod state;
mod text;

use serde_json::json;

use self::state::Overview;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Show the state of the home: who is in, what is on, what needs attention
///
/// Lights and sockets that are on, alarms, temperatures, batteries below 20 %, devices that cannot be
/// reached, broken flows, apps that do not run, and the power in use. What may not be read is named. --json
/// prints all of it as one object of lists, whose keys stay the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey overview
  housekey overview --jq '.alarms[] | .zone + \": \" + .device'")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let home = read::home(&target).await?;
    let overview = Overview::of(target.title, home);
    context.out.value(&json!(overview), || text::text(&overview, context.out.width()))
}
