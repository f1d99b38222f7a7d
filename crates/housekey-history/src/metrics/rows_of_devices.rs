//! The rows of devices and their capabilities.

use housekey::mirror::{Item, ItemKind, Report};
use serde_json::Value;

use super::device::{CapabilityView, DeviceView, Rule, number};
use super::family::{DeviceLabels, Fixed, Labels, Rows};
use super::rows::{Scrape, flag};
use super::table;

impl<'a> Scrape<'a> {
    pub(super) fn add_devices(&self, rows: &mut Rows<'a>) {
        for (id, item) in self.home.items(ItemKind::Device) {
            if let Some(device) = self.views.devices.known(id) {
                self.add_device(device, item, rows);
            }
        }
    }

    fn add_device(&self, device: &'a DeviceView, item: &'a Item, rows: &mut Rows<'a>) {
        let zone = device.zone.as_deref().filter(|_| self.sees(ItemKind::Zone));
        let names = Some((device.name.as_str(), self.views.zone_name(zone)));
        let of_device = DeviceLabels { id: &device.id, names };
        let info = Labels {
            device: Some(of_device),
            more: vec![
                ("class", &device.class),
                ("driver", &device.driver),
                ("driver_id", &device.driver_id),
                ("app", &device.app),
                ("zone_path", self.views.zone_path(zone)),
            ],
            ..self.labels()
        };
        rows.add(Fixed::DeviceInfo, info, 1.0);
        let names = names.filter(|_| self.options.names);
        let labels = Labels { device: Some(DeviceLabels { names, ..of_device }), ..self.labels() };
        rows.add(Fixed::DeviceAvailable, labels.clone(), flag(device.available));
        let updated = item.reports().iter().filter_map(|report| report.at).max();
        if let Some(at) = updated {
            let seconds = at.as_millisecond() as f64 / 1000.0;
            rows.add(Fixed::DeviceLastUpdate, labels.clone(), seconds);
        }
        let counts = self.changes.get(device.id.as_str());
        for (capability, report) in device.capabilities.iter().zip(item.reports()) {
            if self.is_excluded(&capability.id) {
                continue;
            }
            let labels = Labels { capability: Some(&capability.id), ..labels.clone() };
            if capability.is_counted() {
                let changes = counts.and_then(|counts| counts.get(capability.id.as_str()));
                // Exact up to 2^53.
                let changes = changes.copied().unwrap_or_default() as f64;
                rows.add(Fixed::CapabilityChanges, labels.clone(), changes);
            }
            // The Homey keeps the last value for ever; that would hide that the device is gone.
            if device.available {
                add_value(capability, report, labels, rows);
            }
        }
    }

    fn is_excluded(&self, capability: &str) -> bool {
        let excluded = &self.options.exclude;
        !self.options.playback && table::is_playback(capability)
            || !excluded.is_empty()
                && excluded.iter().any(|one| one == capability || one == table::base(capability))
    }
}

fn add_value<'a>(
    capability: &'a CapabilityView,
    report: &'a Report,
    labels: Labels<'a>,
    rows: &mut Rows<'a>,
) {
    if capability.is_described() && number(&report.value).is_some() {
        let more = vec![("title", capability.title.as_str()), ("unit", &capability.unit)];
        rows.add(Fixed::CapabilityInfo, Labels { more, ..labels.clone() }, 1.0);
    }
    match (&capability.rule, &report.value) {
        (Rule::Boolean(place), Value::Bool(is)) => rows.add_metric(*place, labels, flag(*is)),
        (Rule::Enum(place, states), Value::String(present)) => {
            let unlisted = (!states.contains(present)).then_some(present);
            for state in states.iter().chain(unlisted) {
                let labels = Labels { state: Some(state), ..labels.clone() };
                rows.add_metric(*place, labels, flag(state == present));
            }
        }
        (Rule::Number(place, conversion), value @ Value::Number(_)) => {
            if let Some(number) = number(value) {
                rows.add_metric(*place, labels, conversion.apply(number));
            }
        }
        (Rule::Other, value) => {
            if let Some(number) = number(value) {
                rows.add(Fixed::CapabilityValue, labels, number);
            }
        }
        _ => {}
    }
}
