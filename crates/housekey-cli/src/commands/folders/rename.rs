//! `housekey folders rename`.

use housekey::args;
use serde_json::json;

use super::Folders;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Give a folder another name
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey folders rename Evening Night")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    folder: String,
    /// The new name
    name: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let folders = Folders::of(&opened).await?;
    let folder = folders.find(&args.folder)?;
    let wanted = args! { "id" => &*folder.id, "flowfolder" => json!({ "name": args.name }) };
    let answer = opened.homey.call_bytes("flow.updateFlowFolder", &wanted).await?;
    context.written(&opened, &format!("{} is called {} now", folder.name(), args.name), &answer)
}
