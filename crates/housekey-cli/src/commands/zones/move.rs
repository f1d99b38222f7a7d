//! `housekey zones move`.

use housekey::model::Zone;
use serde_json::json;

use crate::context::{Context, Purpose};
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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let zones = Collection::<Zone>::read(&target, &context.out).await?;
    let (zone, parent) = (zones.find(&args.zone)?, zones.find(&args.parent)?);
    let answer =
        target.homey.zones().update_zone(&zone.id, json!({ "parent": parent.id })).bytes().await?;
    context.report_write(
        &target,
        &format!("{} is part of {} now", zone.name(), parent.name()),
        &answer,
    )
}
