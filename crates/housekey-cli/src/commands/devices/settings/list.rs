//! `housekey devices settings list`.

use serde_json::Value;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::output::table::Table;
use crate::output::unknown;
use housekey::model::Device;

/// List the settings with their values, which may be passwords
///
/// With --json they are printed as the device holds them. `housekey call
/// devices.getDeviceSettingsObj` prints how the app describes them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey devices settings list 'Hallway/Motion sensor'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let settings = devices.find(&args.device)?.settings.get().cloned().unwrap_or_default();
    context.out.table(&Value::Object(settings.clone()), || {
        let mut table = Table::new(["setting", "value"]);
        for (name, value) in &settings {
            table.row([name.clone(), unknown::text(value)]);
        }
        table
    })
}
