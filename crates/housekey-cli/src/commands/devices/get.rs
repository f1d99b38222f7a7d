//! `housekey devices get`.

use housekey::args;
use housekey::model::Device;
use serde_json::json;

use super::{Devices, capability, value_text};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// Show a device with its values, or one value of it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey devices get 'Living room/Ceiling lamp'
  housekey devices get 'Ceiling lamp' dim")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    /// The capability whose value is wanted
    capability: Option<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let devices = Devices::of(&opened).await?;
    let device = devices.find(&args.device)?;
    let Some(wanted) = args.capability else {
        // The device as the API tells it when it is asked for this one.
        let wanted = args! { "id" => &*device.id };
        let answer = opened.homey.call_bytes("devices.getDevice", &wanted).await?;
        return context.out.shown(&answer, "a device", |device: Device| {
            let mut table = Table::new(["capability", "value", "title", "can be set"]);
            for capability in device.all_capabilities() {
                table.row([
                    capability.id.clone(),
                    value_text(capability),
                    capability.title.text().unwrap_or_default().to_owned(),
                    if capability.setable.is_true() { "yes" } else { "no" }.to_owned(),
                ]);
            }
            let class = device.class().unwrap_or("device");
            let full = devices.named(&device).full();
            format!("{full}  {class}  {}\n\n{}", device.id, context.out.render(table))
        });
    };
    let capability = capability(device, &wanted)?;
    context.out.value(&json!(capability.value()), || match capability.value() {
        serde_json::Value::String(text) => format!("{text}\n"),
        value => format!("{value}\n"),
    })
}
