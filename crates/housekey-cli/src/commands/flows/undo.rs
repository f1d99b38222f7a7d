//! `housekey flows undo`.

use housekey_backup::plan::{self, PlanOptions, Written};

use super::flow_versions::FlowVersions;
use crate::commands::apply;
use crate::commands::plan::files::Planned;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::prompt;

/// Make a flow as it was before, from the snapshots of the agent
///
/// Shows what would change, and changes it after a question. A flow that was deleted is made again. The
/// present flow is kept: `housekey apply --undo last` brings it back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows undo 'Good night'
  housekey flows undo 'Good night' --to 3 --yes
  housekey flows undo 'Good night' --dry-run")]
pub(crate) struct Args {
    /// Name, Folder/Name or id; also of a flow that was deleted
    flow: String,
    /// The version, by its number in `housekey flows versions`; 1 is the one before the present one
    #[arg(long, value_name = "VERSION", default_value_t = 1)]
    to: usize,
    #[command(flatten)]
    sure: prompt::Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let found = FlowVersions::read(&args.flow, &target, context).await?;
    let version = found.version(args.to)?;
    let Some(item) = version.item.clone() else {
        return Err(Failure::usage(format!("in version {} {} was deleted", args.to, found.path))
            .hint("`housekey flows delete` deletes a flow"));
    };
    let FlowVersions { flow, now, .. } = found;
    let mut wanted = now.snapshot.clone();
    let mut items: housekey_backup::Items =
        wanted.home.items(flow.part).map(|(id, item)| (id.to_owned(), item.clone())).collect();
    items.insert(flow.id, item);
    wanted.home.insert(flow.part, items);
    let options = PlanOptions::default();
    let plan = plan::plan(&wanted, &now.snapshot, &now.secrets, &Written::default(), options);
    let secrets = now.secrets.clone();
    let planned = Planned { plan, now, secrets, tree: None, undoes: None };
    apply::carry_out(planned, &args.sure, &target, context).await
}
