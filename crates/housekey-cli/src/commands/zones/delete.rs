//! `housekey zones delete`.

use housekey::args;

use super::Zones;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;

/// Delete a zone
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zones delete Attic --yes")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    zone: String,
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let zones = Zones::of(&opened).await?;
    let zone = zones.find(&args.zone)?;
    args.sure.check(&format!("Delete the zone {} of \"{}\"?", zone.name(), opened.title))?;
    let wanted = args! { "id" => &*zone.id };
    let answer = opened.homey.call_bytes("zones.deleteZone", &wanted).await?;
    context.written(&opened, &format!("The zone {} is deleted", zone.name()), &answer)
}
