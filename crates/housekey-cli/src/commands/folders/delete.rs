//! `housekey folders delete`.

use housekey::args;

use super::Folders;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;

/// Delete a folder; a Homey may refuse while there are flows in it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey folders delete Evening --yes")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    folder: String,
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let folders = Folders::of(&opened).await?;
    let folder = folders.find(&args.folder)?;
    args.sure.check(&format!("Delete the folder {} of \"{}\"?", folder.name(), opened.title))?;
    let wanted = args! { "id" => &*folder.id };
    let answer = opened.homey.call_bytes("flow.deleteFlowFolder", &wanted).await?;
    context.written(&opened, &format!("The folder {} is deleted", folder.name()), &answer)
}
