//! `housekey mobile`: what the mobile app shows.

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
        return raw_view::show(&answer, &target, context).await;
    }
    let mobile = target.homey.mobile();
    let call = match target.homey.dialect().await? {
        Dialect::V2 => mobile.get_summary(),
        Dialect::Local | Dialect::Cloud => mobile.get_state(),
    };
    raw_view::show(&call.bytes().await?, &target, context).await
}
