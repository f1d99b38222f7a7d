//! `housekey mobile`: what the mobile app shows.

use housekey::args;
use housekey::catalogue::Dialect;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::raw_view;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey mobile")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if let Some(answer) = raw_view::unlisted("mobile", &target).await? {
        return raw_view::show(&answer, context);
    }
    let operation = match target.homey.dialect().await? {
        Dialect::V2 => "mobile.getSummary",
        Dialect::Local | Dialect::Cloud => "mobile.getState",
    };
    raw_view::show(&target.homey.call_bytes(operation, &args! {}).await?, context)
}
