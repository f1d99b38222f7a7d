//! `housekey devices get`.

mod live;

use housekey::args;
use housekey::model::Device;
use serde_json::{Value, json};

use super::{Devices, capability, value_text};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::output::terminal::one_line;

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
    let opened = context.homey(Purpose::Read).await?;
    let devices = Devices::of(&opened).await?;
    let device = devices.find(&args.device)?;
    if args.live {
        let capability = args.capability.map(|wanted| capability(device, &wanted)).transpose()?;
        return live::run(context, &opened, device, capability.map(|one| &*one.id)).await;
    }
    let Some(wanted) = args.capability else {
        // The device as the API tells it when it is asked for this one.
        let wanted = args! { "id" => &*device.id };
        let answer = opened.homey.call_bytes("devices.getDevice", &wanted).await?;
        return context.out.shown(&answer, "a device", |device: Device| {
            text(context, &device, &devices.named(&device).full())
        });
    };
    let capability = capability(device, &wanted)?;
    context.out.value(&json!(capability.value()), || bare(capability.value()) + "\n")
}

/// A device with its values.
fn text(context: &Context, device: &Device, full: &str) -> String {
    let mut table = Table::new(["capability", "value", "title", "can be set"]);
    for capability in device.all_capabilities() {
        table.row([
            capability.id.clone(),
            value_text(capability),
            capability.title.label().unwrap_or_default().to_owned(),
            if capability.setable.is_true() { "yes" } else { "no" }.to_owned(),
        ]);
    }
    let class = device.class().unwrap_or("device");
    let head = one_line(&format!("{full}  {class}  {}", device.id));
    format!("{head}\n\n{}", context.out.render(table))
}

/// A value by itself: a text without quotes.
fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
