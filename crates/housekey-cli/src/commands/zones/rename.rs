//! `housekey zones rename`.

use housekey::args;
use serde_json::json;

use super::Zones;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Give a zone another name
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zones rename Attic Study")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    zone: String,
    /// The new name
    name: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let zones = Zones::of(&opened).await?;
    let zone = zones.find(&args.zone)?;
    let wanted = args! { "id" => &*zone.id, "zone" => json!({ "name": args.name }) };
    let answer = opened.homey.call_bytes("zones.updateZone", &wanted).await?;
    context.written(&opened, &format!("{} is called {} now", zone.name(), args.name), &answer)
}
