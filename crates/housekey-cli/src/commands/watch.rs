//! `housekey watch`: live events of the Homey.

pub(super) mod line;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::select_all;
use housekey::Homey;
use housekey::catalogue;
use housekey::error::RealtimeError;
use housekey::model::Device;
use housekey::realtime::{ConnectionStatus, Event, Subscription};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::context::{Context, Purpose, Target};
use crate::error::{Failure, Outcome};
use crate::home_time;
use crate::items::Collection;
use crate::nearness;
use crate::output::when;
use crate::reconnection::trying_again;
use crate::watch_limits::{Limits, Watch};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
With `--json` each line is an object: `at` (when it came, by the clock of this machine), `uri`,
`event`, `data`. For the values of devices `housekey devices watch` is better: it also shows what was
missed while there was no connection.

Ends with 1 when what --until or --count waits for does not come in time.

Examples:
  housekey watch
  housekey watch zones flow --for 10m
  housekey watch homey:manager:logic --until '.event == \"variable.update\" and .data.name == \"Go\"'")]
pub(crate) struct Args {
    /// A manager (`zones`), an item (`zone:ID`), or a whole URI (`homey:manager:zones`); without
    /// any, every manager and every device
    #[arg(value_name = "URI")]
    uris: Vec<String>,
    #[command(flatten)]
    limits: Limits,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let mut named = BTreeSet::new();
    for uri in &args.uris {
        let uri = whole(uri)?;
        if !named.insert(uri.clone()) {
            return Err(Failure::usage(format!("`{uri}` is given twice")).hint("name it once"));
        }
    }
    let mut watch = args.limits.begin()?;
    let target = context.homey(Purpose::Read).await?;
    let devices = devices(&target, context, named.is_empty()).await?;
    check_devices(&named, &devices)?;
    let zone = home_time::zone_for_people(&target, context).await;
    let uris = if named.is_empty() { all(&target.homey, &devices).await? } else { named.clone() };
    let subscriptions = subscribed(context, &target.homey, uris, named.is_empty()).await?;
    let what = if named.is_empty() { "every event".to_owned() } else { args.uris.join(", ") };
    context.watching(&format!("{what} of \"{}\"", target.title));
    let mut events = select_all(subscriptions);
    let mut connection = target.homey.realtime().status();
    let mut lost = false;
    loop {
        tokio::select! {
            // How the connection is comes before what came over it.
            biased;
            Ok(()) = connection.changed() => {
                let status = connection.borrow_and_update().clone();
                tell(context, &status, &mut lost);
            }
            end = watch.over() => return watch.outcome(Some(end)),
            event = events.next() => match event {
                Some(Ok(event)) => {
                    if show(context, &mut watch, &event, &devices, &zone)? {
                        return watch.outcome(None);
                    }
                }
                // Noted once, for all URIs, and before the first event: the connection counts as
                // live a little later than it brings them.
                Some(Err(housekey::Error::Realtime(RealtimeError::Gap { .. }))) => {
                    tell(context, &ConnectionStatus::Live, &mut lost);
                }
                Some(Err(housekey::Error::Realtime(error @ RealtimeError::Lagged { .. }))) => {
                    context.out.note(&error.to_string());
                }
                Some(Err(error)) => return Err(error.into()),
                None => return Err(Failure::failed("the live connection was closed")),
            },
        }
    }
}

/// Refuses URIs of devices that the Homey does not have; where they cannot be read, it says so itself.
fn check_devices(uris: &BTreeSet<String>, devices: &BTreeMap<String, String>) -> Outcome {
    let unknown = |uri: &&String| {
        uri.strip_prefix("homey:device:").is_some_and(|id| !devices.contains_key(id))
    };
    match uris.iter().find(unknown).filter(|_| !devices.is_empty()) {
        Some(uri) => Err(Failure::usage(format!("there is no device behind `{uri}`"))
            .hint("`housekey devices list --columns name,id` shows their ids")),
        None => Ok(()),
    }
}

/// The URI that is meant.
fn whole(uri: &str) -> Outcome<String> {
    let managers = || catalogue::operations().iter().map(|operation| operation.manager);
    if uri.starts_with("homey:") {
        return match uri.strip_prefix("homey:manager:") {
            Some(manager) if !managers().any(|known| known == manager) => {
                Err(Failure::usage(format!("there is no manager \"{manager}\""))
                    .hint(nearness::hint(manager, managers().collect::<BTreeSet<_>>())))
            }
            _ => Ok(uri.to_owned()),
        };
    }
    if managers().any(|manager| manager == uri) {
        return Ok(format!("homey:manager:{uri}"));
    }
    match uri.split_once(':') {
        Some((item, id)) if !item.is_empty() && !id.is_empty() => Ok(format!("homey:{uri}")),
        _ => {
            let failure = Failure::usage(format!("`{uri}` is neither a manager nor a URI"));
            let near = nearness::nearest(uri, managers().collect::<BTreeSet<_>>());
            Err(match near.is_empty() {
                true => failure.hint("write `zones`, `device:ID` or `homey:manager:zones`"),
                false => failure.hint(format!("did you mean {}?", near.join(" or "))),
            })
        }
    }
}

/// The names of the devices by their ids: for people, and to know all of them.
async fn devices(
    target: &Target,
    context: &Context,
    all: bool,
) -> Outcome<BTreeMap<String, String>> {
    if context.out.is_json() && !all {
        return Ok(BTreeMap::new());
    }
    match Collection::<Device>::read(target, &context.out).await {
        Ok(devices) => {
            let named = |device: &Device| (device.id.clone(), devices.full_name(device));
            Ok(devices.iter().map(named).collect())
        }
        // Names are a courtesy, and a key may not be allowed to read them.
        Err(_) if !all => Ok(BTreeMap::new()),
        Err(failure) => Err(failure),
    }
}

/// Every manager of the dialect, and every device.
async fn all(homey: &Homey, devices: &BTreeMap<String, String>) -> Outcome<BTreeSet<String>> {
    let dialect = homey.dialect().await?;
    let here = catalogue::operations().iter().filter(|one| one.on(dialect).is_some());
    let managers = here.map(|one| format!("homey:manager:{}", one.manager));
    Ok(managers.chain(devices.keys().map(|id| format!("homey:device:{id}"))).collect())
}

/// Subscribes to all of them at once. Where they were not named, some may be refused.
async fn subscribed(
    context: &Context,
    homey: &Homey,
    uris: BTreeSet<String>,
    some: bool,
) -> Outcome<Vec<Subscription>> {
    let asked = join_all(uris.iter().map(|uri| homey.subscribe(uri))).await;
    let (mut granted, mut refused) = (Vec::new(), Vec::new());
    for (uri, outcome) in uris.iter().zip(asked) {
        match outcome {
            Ok(subscription) => granted.push(subscription),
            Err(error) => refused.push((uri, error)),
        }
    }
    if some && !granted.is_empty() {
        for (uri, error) in refused {
            context.out.note(&format!("not watched: {uri}: {error}"));
        }
    } else if let Some((_, error)) = refused.into_iter().next() {
        return Err(error.into());
    }
    Ok(granted)
}

fn show(
    context: &Context,
    watch: &mut Watch,
    event: &Event,
    devices: &BTreeMap<String, String>,
    zone: &TimeZone,
) -> Outcome<bool> {
    let (now, data) = (context.clock.now(), event.value());
    let value = json!({ "at": now, "uri": &*event.uri, "event": &*event.name, "data": data });
    let line = || line::text(event, &value["data"], devices);
    let text = || format!("{}  {}", when::clock(now, zone), line());
    watch.show(context, &value, text)
}

/// Says when the connection is lost, once, and when it is back.
fn tell(context: &Context, status: &ConnectionStatus, lost: &mut bool) {
    match status {
        ConnectionStatus::Waiting(why) if !*lost => {
            *lost = true;
            let again = trying_again();
            context.out.note(&format!("the live connection was lost: {why}; {again}"));
        }
        ConnectionStatus::Live if *lost => {
            *lost = false;
            context.out.note("live again; events in between are lost");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_may_be_written_short() {
        for (written, want) in [
            ("zones", Some("homey:manager:zones")),
            ("device:d1", Some("homey:device:d1")),
            ("homey:app:com.example", Some("homey:app:com.example")),
            ("zone", None),
            ("device:", None),
            ("", None),
        ] {
            assert_eq!(whole(written).ok().as_deref(), want, "{written}");
        }
    }
}
