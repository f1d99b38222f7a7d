//! `housekey mobile`: what the mobile app shows.

use housekey::args;
use housekey::catalogue::Dialect;

use super::look;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey mobile")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    if let Some(answer) = look::unlisted("mobile", &opened).await? {
        return look::show(&answer, context);
    }
    let operation = match opened.homey.dialect().await? {
        Dialect::V2 => "mobile.getSummary",
        Dialect::Local | Dialect::Cloud => "mobile.getState",
    };
    look::show(&opened.homey.call_bytes(operation, &args! {}).await?, context)
}
