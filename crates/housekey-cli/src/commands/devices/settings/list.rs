//! `housekey devices settings list`.

use housekey::model::Device;
use serde_json::Value;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::listing::arguments::ListArgs;

/// List the settings with their values, which may be passwords
///
/// With --json they are printed as the device holds them. `housekey call
/// devices.getDeviceSettingsObj` prints how the app describes them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey devices settings list 'Hallway/Motion sensor'
  housekey devices settings list 'Hallway/Motion sensor' --match led")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let settings = devices.find(&args.device)?.settings.get().cloned().unwrap_or_default();
    args.list.show_settings(Value::Object(settings), context)
}
