//! `--zone`, `--class` and `--capability`: which devices, and other things in zones, are listed.

use std::collections::BTreeSet;

use housekey::model::Device;

use crate::error::{Failure, Outcome};
use crate::items::{Collection, Item};
use crate::nearness;

// A doc comment would become the help of the commands.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct InZone {
    /// Only what is in this zone or a zone of it: name, Parent/Name or id
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
}

impl InZone {
    pub(crate) fn is_given(&self) -> bool {
        self.zone.is_some()
    }

    /// The items in the zone; all of them where none is named.
    pub(crate) fn of<'c, T: Item>(&self, items: &'c Collection<T>) -> Outcome<Vec<&'c T>> {
        let Some(wanted) = &self.zone else { return Ok(items.iter().collect()) };
        let zones = items.zones_below(wanted)?;
        let is_in = |item: &&T| item.parent().is_some_and(|zone| zones.contains(zone));
        Ok(items.iter().filter(is_in).collect())
    }
}

// A doc comment would become the help of the commands.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct DeviceFilter {
    #[command(flatten)]
    pub(crate) in_zone: InZone,
    /// Only devices of this class: light, socket, sensor …
    #[arg(long, value_name = "CLASS")]
    pub(crate) class: Option<String>,
    /// Only devices with this capability; repeat it for those with all
    #[arg(long, value_name = "CAPABILITY")]
    pub(crate) capability: Vec<String>,
}

impl DeviceFilter {
    pub(crate) fn is_given(&self) -> bool {
        self.in_zone.is_given() || self.class.is_some() || !self.capability.is_empty()
    }

    /// The devices that are wanted.
    ///
    /// # Errors
    /// Usage with what was probably meant, for a zone, class or capability that is not there at all.
    pub(crate) fn of<'c>(&self, devices: &'c Collection<Device>) -> Outcome<Vec<&'c Device>> {
        let mut wanted = self.in_zone.of(devices)?;
        if let Some(class) = &self.class {
            known("class", class, devices.iter().filter_map(Device::class).collect())?;
            wanted.retain(|device| device.class().is_some_and(|it| it.eq_ignore_ascii_case(class)));
        }
        for capability in &self.capability {
            let all = devices.iter().flat_map(Device::all_capabilities);
            known("capability", capability, all.map(|one| one.id.as_str()).collect())?;
            wanted.retain(|device| {
                device.all_capabilities().any(|one| one.id.eq_ignore_ascii_case(capability))
            });
        }
        Ok(wanted)
    }
}

/// Refuses a name that is not among those of a home, unless the home is empty.
fn known(kind: &str, wanted: &str, names: BTreeSet<&str>) -> Outcome {
    if names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    Err(Failure::usage(format!("no device has the {kind} \"{wanted}\""))
        .hint(nearness::hint(wanted, names.iter().copied())))
}
