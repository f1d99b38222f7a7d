//! The logs of Insights under the names that commands take: `Device/capability`.

use std::collections::BTreeMap;

use housekey::model::{Device, Log, Measure};

use crate::context::{Context, Target};
use crate::error::Outcome;
use crate::items::Collection;
use crate::lookup::{self, Named};

/// A log and what it can be called.
pub(super) struct NamedLog {
    pub(super) id: String,
    /// `Device/capability`, or whose else it is.
    pub(super) name: String,
    /// The zone of the device, once it is known.
    zone: Option<String>,
    pub(super) log: Log,
}

impl NamedLog {
    pub(super) fn new(log: Log) -> Self {
        Self { name: log.full_name(), zone: None, id: log.id().into_owned(), log }
    }

    pub(super) fn named(&self) -> Named<'_> {
        Named { id: &self.id, name: &self.name, zone: self.zone.as_deref() }
    }

    /// How its values are written. `devices` knows the range of a capability, which its log does not say.
    pub(super) fn measure(&self, devices: Option<&Collection<Device>>) -> Measure {
        let device = self.log.owner().and_then(|owner| owner.strip_prefix("homey:device:"));
        let capability = device.zip(devices).and_then(|(id, devices)| {
            let device = devices.with_id(id)?;
            device.capability(self.short())
        });
        Measure::of_log(&self.log, capability)
    }

    /// The name without the owner: `measure_power`.
    pub(super) fn short(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// Whose it is, as far as that is known: `Kitchen/Fridge`.
    pub(super) fn owner(&self) -> String {
        let full = self.named().full();
        full.rsplit_once('/').map_or_else(|| full.clone(), |(owner, _)| owner.to_owned())
    }
}

/// Finds the log of that name. Zones are read only where the name alone is not unique.
pub(super) async fn find(target: &Target, wanted: &str, context: &Context) -> Outcome<NamedLog> {
    let logs = target.homey.insights().get_logs().await?;
    let mut logs: Vec<_> = logs.into_iter().map(NamedLog::new).collect();
    let at = |logs: &[NamedLog]| -> Outcome<usize> {
        let found = lookup::find("log", logs, wanted, NamedLog::named)?;
        Ok(logs.iter().position(|log| log.id == found.id).unwrap_or_default())
    };
    let index = match at(&logs) {
        Ok(index) => index,
        Err(_) => {
            let devices = Collection::<Device>::read(target, &context.out).await?;
            let zones: BTreeMap<String, String> = devices
                .iter()
                .filter_map(|device| {
                    let zone = devices.parent_of(device)?.to_owned();
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

/// The devices, where a log may hold shares that only its device distinguishes from percentages. Without the
/// right to read devices, the ids of standard capabilities are used.
pub(super) async fn devices_for<'l>(
    mut logs: impl Iterator<Item = &'l Log>,
    target: &Target,
    context: &Context,
) -> Option<Collection<Device>> {
    let in_per_cent = |log: &Log| log.units.label().map(str::trim) == Some("%");
    match logs.any(in_per_cent) {
        true => Collection::read(target, &context.out).await.ok(),
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
            let mut called = NamedLog::new(serde_json::from_value(log).unwrap());
            assert_eq!((called.id.as_str(), called.name.as_str()), (id, name));
            assert!(id.ends_with(called.short()) && name.ends_with(called.short()));
            called.zone = Some("Attic".to_owned());
            assert_eq!(format!("{}/{}", called.owner(), called.short()), format!("Attic/{name}"));
        }
    }
}
