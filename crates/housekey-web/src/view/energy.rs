//! The page of energy: what uses power now, and how much was used.

use housekey::mirror::{Home, ItemKind};
use housekey::model::{Device, Zone};

use super::history::{RecordedSeries, Values};
use super::icon::{self, Icon};

/// What a device uses now.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// The id of the device.
    pub device: String,
    /// Its name.
    pub name: String,
    /// The name of its zone.
    pub zone: Option<String>,
    /// Its icon.
    pub icon: Icon,
    /// The power in watts.
    pub watts: f64,
    /// The share of the largest, in percent.
    pub share: u8,
}

/// What flows now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EnergyNow {
    /// What uses power, the largest first.
    pub uses: Vec<Use>,
    /// What gives power, the largest first.
    pub sources: Vec<Use>,
    /// What a meter of the whole home says, in watts.
    pub whole: Option<f64>,
}

impl EnergyNow {
    /// Of a home.
    pub fn of(home: &Home) -> Self {
        let mut now = Self::default();
        for device in home.all::<Device>() {
            let power = device.all_capabilities().find(|one| one.base() == "measure_power");
            let Some(watts) = power.and_then(|one| one.value().as_f64()) else { continue };
            if device.is_unavailable() {
                continue;
            }
            if measures_all(home, &device.id) {
                now.whole = Some(now.whole.unwrap_or_default() + watts);
                continue;
            }
            let gives = matches!(device.class(), Some("solarpanel")) || watts < 0.0;
            let zone = device.zone.text().and_then(|id| home.get::<Zone>(id));
            let one = Use {
                name: device.name().to_owned(),
                zone: zone.map(|zone| zone.name().to_owned()),
                icon: icon::of_device(&device),
                watts: watts.abs(),
                share: 0,
                device: device.id,
            };
            if gives { &mut now.sources } else { &mut now.uses }.push(one);
        }
        for list in [&mut now.uses, &mut now.sources] {
            list.sort_by(|one, other| {
                other.watts.total_cmp(&one.watts).then_with(|| one.name.cmp(&other.name))
            });
            let largest = list.first().map_or(1.0, |one| one.watts).max(1.0);
            for one in list {
                one.share = (one.watts / largest * 100.0).round().clamp(0.0, 100.0) as u8;
            }
        }
        now
    }

    /// What the home uses, in watts: what its meter says, or else the sum.
    pub fn total(&self) -> f64 {
        self.whole.unwrap_or_else(|| self.uses.iter().map(|one| one.watts).sum())
    }
}

/// Whether a device measures the whole home.
pub fn measures_all(home: &Home, device: &str) -> bool {
    let item = home.item(ItemKind::Device, device);
    item.is_some_and(|item| {
        item.value().get("energyObj").is_some_and(|energy| energy["cumulative"] == true)
    })
}

/// The meters whose increase is the use of the home: those of the whole home, or else those of all devices.
pub fn meters<'s>(home: &Home, all: &'s [RecordedSeries]) -> Vec<&'s RecordedSeries> {
    let meter = |one: &&RecordedSeries| {
        let of_class =
            || home.get::<Device>(&one.item).and_then(|device| device.class().map(str::to_owned));
        one.kind == "device"
            && one.values == Values::Meter
            && matches!(one.capability.as_str(), "meter_power" | "meter_power.imported")
            && of_class().is_none_or(|class| class != "solarpanel")
    };
    let all: Vec<_> = all.iter().filter(meter).collect();
    let whole: Vec<_> = all.iter().copied().filter(|one| measures_all(home, &one.item)).collect();
    if whole.is_empty() { all } else { whole }
}

/// Watts as people say them: `640 W`, `1.25 kW`.
pub fn power(watts: f64) -> String {
    match watts.abs() {
        ..10.0 => format!("{} W", housekey::model::number_text(watts, Some(1))),
        ..1000.0 => format!("{} W", housekey::model::number_text(watts, Some(0))),
        _ => format!("{} kW", housekey::model::number_text(watts / 1000.0, Some(2))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_as_people_say_it() {
        for (watts, want) in
            [(0.0, "0 W"), (0.94, "0.9 W"), (142.6, "143 W"), (1250.0, "1.25 kW"), (2000.0, "2 kW")]
        {
            assert_eq!(power(watts), want, "{watts}");
        }
    }
}
