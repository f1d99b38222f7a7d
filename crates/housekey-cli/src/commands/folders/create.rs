//! `housekey folders create`.

use housekey::model::FlowFolder;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::Collection;

/// Make a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey folders create Heating
  housekey folders create Winter --parent Heating")]
pub(crate) struct Args {
    /// Its name
    name: String,
    /// The folder it goes into: name, Parent/Name or id
    #[arg(long, value_name = "FOLDER")]
    parent: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let mut folder = json!({ "name": args.name });
    if let Some(wanted) = &args.parent {
        let folders = Collection::<FlowFolder>::read(&target, &context.out).await?;
        folder["parent"] = json!(folders.find(wanted)?.id);
    }
    let done = format!("The folder {} is made", args.name);
    let call = target.homey.flow().create_flow_folder(folder);
    target.write(call, &done, context).await
}
