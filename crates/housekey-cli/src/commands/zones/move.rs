//! `housekey zones move`.

use housekey::model::Zone;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::Collection;

/// Make a zone part of another one
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zones move Study 'First floor'")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    zone: String,
    /// The zone it goes to
    parent: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let zones = Collection::<Zone>::read(&target, &context.out).await?;
    let (zone, parent) = (zones.find(&args.zone)?, zones.find(&args.parent)?);
    let done = format!("{} is part of {} now", zone.name(), parent.name());
    let call = target.homey.zones().update_zone(&zone.id, json!({ "parent": parent.id }));
    target.write(call, &done, context).await
}
