//! `housekey devices list`.

use housekey::model::Device;
use serde_json::Value;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::lookup;
use crate::output::table::Table;
use crate::output::value::value_text;

/// List the devices
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey devices list
  housekey devices list --jq '.[] | select(.class == \"light\") | .name'")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if context.out.is_json() {
        let answer = target.homey.devices().get_devices().bytes().await?;
        return context.out.answer(&answer);
    }
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    context.out.text(&context.out.render(table(&devices, usize::MAX)))
}

/// The first devices up to `limit`, zone by zone.
pub(crate) fn table(devices: &Collection<Device>, limit: usize) -> Table {
    let named: Vec<_> = devices.iter().map(|device| devices.named(device)).collect();
    let mut sorted: Vec<_> = devices.iter().zip(lookup::telling(&named)).collect();
    sorted.sort_by_cached_key(|(device, name)| (devices.parent_of(device), name.to_lowercase()));
    let mut table = Table::new(["zone", "name", "class", "state"]);
    for (device, name) in sorted.into_iter().take(limit) {
        table.row([
            devices.parent_of(device).unwrap_or_default().to_owned(),
            name,
            device.class().unwrap_or_default().to_owned(),
            state(device),
        ]);
    }
    table
}

/// Its state: the first two values, without those that only describe the device itself.
fn state(device: &Device) -> String {
    if device.available.get() == Some(&false) {
        let why = device.unavailable_message.label().unwrap_or_default();
        return format!("unavailable {why}").trim_end().to_owned();
    }
    let telling = |id: &str| !matches!(id.split('.').next(), Some("measure_battery" | "button"));
    let values = device
        .all_capabilities()
        .filter(|capability| telling(&capability.id) && !capability.value().is_null())
        .map(|capability| {
            let value = value_text(capability);
            // What has a unit, or is a word, tells by itself what it is.
            let speaks = match capability.value() {
                Value::Number(_) => capability.units.label().is_some_and(|unit| !unit.is_empty()),
                Value::Bool(_) => capability.id.starts_with("onoff"),
                _ => true,
            };
            match (speaks, capability.title.label()) {
                (true, _) => value,
                (false, title) => format!("{} {value}", title.unwrap_or(&capability.id)),
            }
        });
    values.take(2).collect::<Vec<_>>().join(", ")
}
