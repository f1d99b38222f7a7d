//! `housekey devices delete`.

use housekey::args;

use super::Devices;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;

/// Remove a device from the Homey; it has to be paired anew to come back
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey devices delete 'Hallway/Motion sensor' --yes")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let devices = Devices::of(&opened).await?;
    let device = devices.find(&args.device)?;
    let full = devices.named(device).full();
    args.sure.check(&format!("Remove the device {full} from \"{}\"?", opened.title))?;
    let wanted = args! { "id" => &*device.id };
    let answer = opened.homey.call_bytes("devices.deleteDevice", &wanted).await?;
    context.written(&opened, &format!("{full} is removed"), &answer)
}
