//! `housekey zones get`.

use housekey::args;

use super::Zones;
use crate::commands::look;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Show a zone
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zones get Kitchen")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    zone: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let zones = Zones::of(&opened).await?;
    let wanted = args! { "id" => &*zones.find(&args.zone)?.id };
    look::show(&opened.homey.call_bytes("zones.getZone", &wanted).await?, context)
}
