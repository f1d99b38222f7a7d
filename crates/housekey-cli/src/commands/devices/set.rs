//! `housekey devices set`.

use housekey::model::Device;

use super::write;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::items::capability::capability;

/// Set a capability of a device
///
/// The value is read by the type of the capability and held against its range before it is sent.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey devices set 'Ceiling lamp' dim 0.4
  housekey devices set Thermostat target_temperature 20.5
  housekey devices set Thermostat thermostat_mode heat")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    /// The capability: `housekey devices get DEVICE` lists them
    capability: String,
    /// The value: true, false, on, off, a number, or a text
    #[arg(allow_negative_numbers = true)]
    value: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let device = devices.find(&args.device)?;
    let capability = capability(device, &args.capability)?;
    let value = capability.read(&args.value)?;
    write::set(&target, &devices, device, &capability.id, value, context).await
}
