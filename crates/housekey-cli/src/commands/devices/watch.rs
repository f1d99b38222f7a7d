//! `housekey devices watch`.

use std::collections::BTreeSet;

use housekey::mirror::{Change, Home, ItemKind, Origin, Report};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::follow::{self, Follow};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::home_time;
use crate::items::Collection;
use crate::output::when;
use crate::watch_limits::{Limits, Watch};
use housekey::model::Device;

/// Show what changes about devices, as it happens and whatever happens to the connection
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What changed while there was no connection is shown afterwards, as `caught-up`, or as `polled` while
there is none. With `--json` each line is an object: `name` and `zone` of the device, its `id`,
`change` (`value`, `added`, `updated`, `removed`, and with --now `present`), `how` (`live`,
`caught-up`, `polled`); with a value its `capability`, `value`, `previous`, and `at`, by the Homey's
clock.

Ends with 1 when what --until or --count waits for does not come in time.

Examples:
  housekey devices watch
  housekey devices watch 'Kitchen/Ceiling lamp' --json
  housekey devices watch 'Front door' --now --until '.capability == \"alarm_contact\" and .value'
  housekey devices watch --jq 'select(.capability == \"measure_power\") | .value'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id; without any, all devices
    #[arg(value_name = "DEVICE")]
    devices: Vec<String>,
    /// Begin with the values of this moment
    #[arg(long)]
    now: bool,
    #[command(flatten)]
    limits: Limits,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let mut watch = args.limits.begin()?;
    let target = context.homey(Purpose::Read).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let zone = home_time::zone_for_people(&target, context).await;
    let named = devices.find_all(&args.devices)?;
    let ids = named.iter().map(|device| device.id.clone()).collect::<BTreeSet<_>>();
    let names: Vec<_> = named.iter().map(|device| devices.full_name(device)).collect();
    let begun = tokio::select! {
        end = watch.over() => return watch.outcome(Some(end)),
        begun = Follow::begin(context, &target, ids) => begun?,
    };
    let (mut follow, home) = begun;
    let what = if names.is_empty() { "all devices".to_owned() } else { names.join(", ") };
    context.watching(&format!("{what} of \"{}\"", target.title));
    if args.now && present(context, &mut watch, &follow, &home, &zone)? {
        return watch.outcome(None);
    }
    drop(home);
    loop {
        let change = tokio::select! {
            end = watch.over() => return watch.outcome(Some(end)),
            change = follow.next() => change?,
        };
        if show(context, &mut watch, &mut follow, &change, &zone)? {
            return watch.outcome(None);
        }
    }
}

/// Shows the values of this moment; whether that was all that was wanted.
fn present(
    context: &Context,
    watch: &mut Watch,
    follow: &Follow<'_>,
    home: &Home,
    zone: &TimeZone,
) -> Outcome<bool> {
    let now = context.clock.now();
    for (id, item) in follow.devices(home) {
        let names = follow.named(id);
        let device = home.get(id);
        for report in item.reports() {
            let Report { capability, value, at } = report;
            let line = json!({
                "name": names.name,
                "zone": names.zone,
                "kind": ItemKind::Device,
                "id": &**id,
                "change": "present",
                "capability": &**capability,
                "value": value,
                "at": at,
            });
            let text = || {
                let value = follow::value(capability, value, device.as_ref());
                format!("{}  {}  {value}", when::clock(now, zone), names.full())
            };
            if watch.show(context, &line, text)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Shows a change; whether that was the last that was wanted.
fn show(
    context: &Context,
    watch: &mut Watch,
    follow: &mut Follow<'_>,
    change: &Change,
    zone: &TimeZone,
) -> Outcome<bool> {
    let names = follow.names(change);
    let mut line = Map::from_iter([
        ("name".to_owned(), Value::from(&*names.name)),
        ("zone".to_owned(), Value::from(names.zone.as_deref())),
    ]);
    // A change is an object, and always one that can be written.
    if let Ok(Value::Object(fields)) = serde_json::to_value(change) {
        line.extend(fields);
    }
    let text = || {
        let device = follow.item(&change.id).and_then(|item| item.read().ok());
        let what = follow::text(change, device.as_ref());
        let how = match change.origin {
            Origin::Live => "",
            Origin::CaughtUp => "  (caught up)",
            Origin::Polled => "  (polled)",
        };
        format!("{}  {}  {what}{how}", when::clock(context.clock.now(), zone), names.full())
    };
    watch.show(context, &Value::Object(line), text)
}
