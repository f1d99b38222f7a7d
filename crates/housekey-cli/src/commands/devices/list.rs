//! `housekey devices list`.

use housekey::model::Device;
use serde_json::Value;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::listing::place::DeviceFilter;
use crate::lookup;
use crate::natural::NaturalKey;
use crate::output::table::Table;
use crate::output::value::value_text;

/// List the devices
///
/// Every capability is a column too: --where, --sort and --columns take `dim` or `measure_battery`. A
/// device without the value never matches, but by `measure_battery=`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey devices list --zone Kitchen --class light
  housekey devices list --where 'measure_battery<20' --sort measure_battery
  housekey devices list --columns zone,name,measure_temperature --format csv
  housekey devices list --jq '.[] | select(.class == \"light\") | .name'")]
pub(crate) struct Args {
    #[command(flatten)]
    filter: DeviceFilter,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if args.list.is_whole_answer(&context.out)? && !args.filter.is_given() {
        let answer = target.homey.devices().get_devices().bytes().await?;
        return context.out.answer(&answer);
    }
    let (devices, answer) = Collection::<Device>::read_with_answer(&target, &context.out).await?;
    let zone = args.list.zone_of("last seen", &target, context).await;
    let wanted = args.filter.of(&devices)?;
    let named: Vec<_> = wanted.iter().map(|device| devices.named(device)).collect();
    let mut list = Listing::new(&["zone", "name", "class", "state"])
        .with_more_columns(&["id", "driver", "available", "last seen", "note"])
        .sorted_by(&["zone", "name"]);
    for (device, name) in wanted.iter().zip(lookup::telling(&named)) {
        let cells = vec![
            Cell::maybe(devices.parent_of(device)),
            Cell::text_shown(device.name(), name),
            Cell::maybe(device.class()),
            Cell::text(state(device)),
            Cell::text(&device.id),
            Cell::maybe(device.driver().as_deref()),
            Cell::yes_no(&device.available),
            Cell::time(device.last_seen_at.get(), &zone),
            Cell::maybe(device.note.text()),
        ];
        let values =
            device.all_capabilities().map(|one| (one.id.clone(), Cell::capability(one))).collect();
        list.row_with(&device.id, cells, values);
    }
    args.list.print(context, list, &answer, "devices", &zone)
}

/// The first devices up to `limit`, zone by zone.
pub(crate) fn table(devices: &Collection<Device>, limit: usize) -> Table {
    let named: Vec<_> = devices.iter().map(|device| devices.named(device)).collect();
    let mut sorted: Vec<_> = devices.iter().zip(lookup::telling(&named)).collect();
    sorted.sort_by_cached_key(|(device, name)| {
        (devices.parent_of(device).map(NaturalKey::of), NaturalKey::of(name))
    });
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
