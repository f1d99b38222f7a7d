//! `housekey devices move`.

use housekey::model::{Device, Zone};
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
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
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let (devices, zones) = tokio::try_join!(
        Collection::<Device>::read(&target, &context.out),
        Collection::<Zone>::read(&target, &context.out),
    )?;
    let (device, zone) = (devices.find(&args.device)?, zones.find(&args.zone)?);
    let full = devices.full_name(device);
    let done = format!("{full} is in {} now", zone.name());
    let call = target.homey.devices().update_device(&device.id, json!({ "zone": zone.id }));
    target.write(call, &done, context).await
}
