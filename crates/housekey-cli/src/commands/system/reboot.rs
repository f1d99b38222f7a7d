//! `housekey system reboot`.

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::prompt::Sure;

/// Restart the Homey, which is gone for some minutes then
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey system reboot --homey cabin --yes")]
pub(crate) struct Args {
    #[command(flatten)]
    sure: Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    target.confirm(
        &args.sure,
        &format!("Restart \"{}\"? It is gone for some minutes.", target.title),
    )?;
    target.write(target.homey.system().reboot(), "It restarts now", context).await
}
