//! `housekey folders get`.

use housekey::args;

use super::Folders;
use crate::commands::look;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Show a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey folders get Evening")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    folder: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let folders = Folders::of(&opened).await?;
    let wanted = args! { "id" => &*folders.find(&args.folder)?.id };
    look::show(&opened.homey.call_bytes("flow.getFlowFolder", &wanted).await?, context)
}
