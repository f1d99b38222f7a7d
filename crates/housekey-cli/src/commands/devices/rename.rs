//! `housekey devices rename`.

use housekey::args;
use serde_json::json;

use super::Devices;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Give a device another name
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey devices rename 'Kitchen/Ceiling lamp' 'Table lamp'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    /// The new name
    name: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let devices = Devices::of(&opened).await?;
    let device = devices.find(&args.device)?;
    let wanted = args! { "id" => &*device.id, "device" => json!({ "name": args.name }) };
    let answer = opened.homey.call_bytes("devices.updateDevice", &wanted).await?;
    let full = devices.named(device).full();
    context.written(&opened, &format!("{full} is called {} now", args.name), &answer)
}
