//! `housekey system reboot`.

use housekey::args;

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
    let opened = context.homey(Purpose::Write).await?;
    args.sure.check(&format!("Restart \"{}\"? It is gone for some minutes.", opened.title))?;
    let answer = opened.homey.call_bytes("system.reboot", &args! {}).await?;
    context.written(&opened, "It restarts now", &answer)
}
