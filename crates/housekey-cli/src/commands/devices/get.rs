//! `housekey devices get`.

mod live;
mod whole;

use housekey::model::Device;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::items::capability::capability;
use crate::output::value::bare;

/// Show a device with its values, or one value of it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey devices get 'Living room/Ceiling lamp'
  housekey devices get 'Ceiling lamp' dim
  housekey devices get --live 'Ceiling lamp' dim")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    /// The capability whose value is wanted
    capability: Option<String>,
    /// Go on with what changes, until Ctrl-C; JSON then comes in lines
    #[arg(long)]
    live: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let device = devices.find(&args.device)?;
    if args.live {
        let capability = args.capability.map(|wanted| capability(device, &wanted)).transpose()?;
        return live::run(context, &target, device, capability.map(|one| &*one.id)).await;
    }
    let Some(wanted) = args.capability else {
        // The device as the API tells it when it is asked for this one.
        let answer = target.homey.devices().get_device(&device.id).bytes().await?;
        return context.out.shown(&answer, "a device", |device: Device| {
            whole::text(context, &device, &devices.full_name(&device))
        });
    };
    let capability = capability(device, &wanted)?;
    context.out.value(&json!(capability.value()), || bare(capability.value()) + "\n")
}
