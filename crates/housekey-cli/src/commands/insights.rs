//! `housekey insights`: what values were over time.

mod get;
mod list;
mod rows;
mod series;

use std::collections::BTreeMap;

use clap::Subcommand;
use housekey::model::{Log, Measure};

use super::devices::Devices;
use crate::context::{Context, Opened};
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
    }
}

/// A log and what it can be called.
struct Called {
    id: String,
    /// `Device/capability`, or whose else it is.
    name: String,
    /// The zone of the device, once it is known.
    zone: Option<String>,
    log: Log,
}

impl Called {
    fn new(log: Log) -> Self {
        let id = log.id().into_owned();
        let owner = log.owner().unwrap_or_default();
        let short = id.strip_prefix(owner).and_then(|rest| rest.strip_prefix(':')).unwrap_or(&id);
        let name = format!("{}/{short}", log.owner_name().unwrap_or(owner));
        Self { name, zone: None, id, log }
    }

    fn named(&self) -> Named<'_> {
        Named { id: &self.id, name: &self.name, zone: self.zone.as_deref() }
    }

    /// How its values are written. `devices` knows the range of a capability, which its log does not say.
    fn measure(&self, devices: Option<&Devices>) -> Measure {
        let device = self.log.owner().and_then(|owner| owner.strip_prefix("homey:device:"));
        let capability = device.zip(devices).and_then(|(id, devices)| {
            let device = devices.items.iter().find(|device| device.id == id)?;
            device.capability(self.short())
        });
        Measure::of_log(&self.log, capability)
    }

    /// What stands behind the owner: `measure_power`.
    fn short(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// Whose it is, as far as that is known: `Kitchen/Fridge`.
    fn owner(&self) -> String {
        let full = self.named().full();
        full.rsplit_once('/').map_or_else(|| full.clone(), |(owner, _)| owner.to_owned())
    }
}

/// The log that is called so. Zones are asked for only where the name alone does not tell it.
async fn find(opened: &Opened, wanted: &str) -> Outcome<Called> {
    let logs = opened.homey.insights().get_logs().await?;
    let mut logs: Vec<_> = logs.into_iter().map(Called::new).collect();
    let at = |logs: &[Called]| -> Outcome<usize> {
        let found = naming::find("log", logs, wanted, Called::named)?;
        Ok(logs.iter().position(|log| log.id == found.id).unwrap_or_default())
    };
    let index = match at(&logs) {
        Ok(index) => index,
        Err(_) => {
            let devices = Devices::of(opened).await?;
            let zones: BTreeMap<String, String> = devices
                .items
                .iter()
                .filter_map(|device| {
                    let zone = devices.named(device).zone?.to_owned();
                    Some((format!("homey:device:{}", device.id), zone))
                })
                .collect();
            for log in &mut logs {
                log.zone = log.log.owner().and_then(|owner| zones.get(owner)).cloned();
            }
            at(&logs)?
        }
    };
    Ok(logs.swap_remove(index))
}

/// The devices, where a log may hold shares of one that its device alone tells from percentages. Without
/// the right to read them the ids of the vendor's capabilities have to do.
async fn devices_for<'l>(
    mut logs: impl Iterator<Item = &'l Log>,
    opened: &Opened,
) -> Option<Devices> {
    let in_per_cent = |log: &Log| log.units.label().map(str::trim) == Some("%");
    match logs.any(in_per_cent) {
        true => Devices::of(opened).await.ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn logs_are_called_alike_on_every_dialect() {
        for (log, id, name) in [
            (
                json!({"uri": "homey:device:d", "id": "measure_power.1", "uriObj": {"name": "On/Off"}}),
                "homey:device:d:measure_power.1",
                "On/Off/measure_power.1",
            ),
            (
                json!({"ownerUri": "homey:device:d", "id": "homey:device:d:onoff", "ownerName": "Lamp"}),
                "homey:device:d:onoff",
                "Lamp/onoff",
            ),
            (
                json!({"ownerUri": "homey:manager:weather", "id": "homey:manager:weather:rain", "ownerName": null}),
                "homey:manager:weather:rain",
                "homey:manager:weather/rain",
            ),
        ] {
            let mut called = Called::new(serde_json::from_value(log).unwrap());
            assert_eq!((called.id.as_str(), called.name.as_str()), (id, name));
            assert!(id.ends_with(called.short()) && name.ends_with(called.short()));
            called.zone = Some("Attic".to_owned());
            assert_eq!(format!("{}/{}", called.owner(), called.short()), format!("Attic/{name}"));
        }
    }
}
