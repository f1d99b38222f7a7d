//! `housekey devices move`.

use housekey::model::{Device, Zone};
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;

/// Move a device to another zone
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey devices move 'Kitchen/Ceiling lamp' 'Living room'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    /// The zone: name, Parent/Name or id
    zone: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let (devices, zones) = tokio::try_join!(
        Collection::<Device>::read(&target, &context.out),
        Collection::<Zone>::read(&target, &context.out),
    )?;
    let (device, zone) = (devices.find(&args.device)?, zones.find(&args.zone)?);
    let answer = target
        .homey
        .devices()
        .update_device(&device.id, json!({ "zone": zone.id }))
        .bytes()
        .await?;
    let full = devices.full_name(device);
    context.report_write(&target, &format!("{full} is in {} now", zone.name()), &answer)
}
