//! `housekey system reboot`.

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;

/// Restart the Homey, which is gone for some minutes then
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey system reboot --homey cabin --yes")]
pub(crate) struct Args {
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    args.sure.check(&format!("Restart \"{}\"? It is gone for some minutes.", target.title))?;
    let answer = target.homey.system().reboot().bytes().await?;
    context.report_write(&target, "It restarts now", &answer)
}
