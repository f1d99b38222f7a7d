//! Which measurement, tags and fields a change becomes.

use housekey::mirror::{Change, ChangeKind, Home, Item, ItemKind};
use jiff::Timestamp;
use serde_json::Value;

use super::line::{self, FieldValue};
use crate::metrics::{DeviceNames, MetricNames, base, number};

/// How measurements, tags and fields are named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// A measurement for each kind of capability, tags for the rest, the fields `value` and `state`.
    #[default]
    Housekey,
    /// As the app homey-influxdb of the Homey: a measurement for each device, a field for each
    /// capability.
    HomeyInfluxdb,
}

/// Writes the changes of one home as lines.
#[derive(Debug)]
pub struct Lines {
    options: Options,
    names: MetricNames,
}

#[derive(Debug)]
struct Options {
    homey: String,
    layout: Layout,
    exclude: Vec<String>,
}

impl Lines {
    /// For the Homey with that short name, without those capabilities: whole ids, or what stands before
    /// their first dot.
    pub fn new(homey: &str, layout: Layout, exclude: Vec<String>) -> Self {
        let options = Options { homey: homey.to_owned(), layout, exclude };
        Self { options, names: MetricNames::default() }
    }

    /// Appends a line for each value that was ever reported, as it is now.
    pub fn write_all(&mut self, home: &Home, to: &mut String) {
        for (id, item) in home.items(ItemKind::Device) {
            if let Some(device) = self.names.device(home, id) {
                self.options.write_item(device, item, to);
            }
        }
    }

    /// The same with the present time, and values without a time of their own too.
    pub fn repeat_all(&mut self, home: &Home, now: Timestamp, to: &mut String) {
        for (id, item) in home.items(ItemKind::Device) {
            let Some(device) = self.names.device(home, id) else { continue };
            for report in item.reports() {
                self.options.write(device, &report.capability, &report.value, now, to);
            }
        }
    }

    /// Appends the lines of a change: values of devices alone. A new device has a line for each value that
    /// was ever reported; sent twice it stays the same point. `now` is the time of a value without one.
    pub fn write(&mut self, change: &Change, home: &Home, now: Timestamp, to: &mut String) {
        if change.kind != ItemKind::Device {
            return;
        }
        let Self { names, options } = self;
        let Some(device) = names.device(home, &change.id) else { return };
        match &change.what {
            ChangeKind::Value { capability, value, at, .. } => {
                options.write(device, capability, value, at.unwrap_or(now), to);
            }
            ChangeKind::Added(item) => {
                options.write_item(device, item, to);
            }
            ChangeKind::Updated { .. } | ChangeKind::Removed => {}
        }
    }
}

impl Options {
    fn write_item(&self, device: DeviceNames<'_>, item: &Item, to: &mut String) {
        for report in item.reports() {
            if let Some(at) = report.at {
                self.write(device, &report.capability, &report.value, at, to);
            }
        }
    }

    fn write(
        &self,
        device: DeviceNames<'_>,
        capability: &str,
        value: &Value,
        at: Timestamp,
        to: &mut String,
    ) {
        if self.exclude.iter().any(|one| one == capability || one == base(capability)) {
            return;
        }
        let value = match (value, number(value)) {
            (_, Some(number)) => FieldValue::Number(number),
            (Value::String(text), None) => FieldValue::Text(text),
            _ => return,
        };
        let time_ms = at.as_millisecond();
        match self.layout {
            Layout::Housekey => {
                let tags = [
                    ("capability", capability),
                    ("class", device.class),
                    ("device", device.name),
                    ("device_id", device.id),
                    ("homey", &self.homey),
                    ("zone", device.zone),
                ];
                let field = match value {
                    FieldValue::Number(_) => "value",
                    FieldValue::Text(_) => "state",
                };
                line::write(to, base(capability), &tags, (field, value), time_ms);
            }
            Layout::HomeyInfluxdb => {
                let tags = [
                    ("id", device.id),
                    ("name", device.name),
                    ("zone", device.zone),
                    ("zoneId", device.zone_id),
                ];
                let measurement = device.name.replace(' ', "_");
                line::write(to, &measurement, &tags, (capability, value), time_ms);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use housekey::mirror::Origin;
    use serde_json::json;

    use super::*;

    fn home() -> (Home, Change) {
        let mut home = Home::default();
        let zone = json!({"id": "z1", "name": "Living room"});
        let device = json!({
            "id": "d1", "name": "Lamp, left", "zone": "z1", "class": "light",
            "capabilitiesObj": {
                "dim": {"id": "dim", "type": "number", "value": 0.5, "lastUpdated": 1_764_500_000_000_i64},
                "onoff": {"id": "onoff", "type": "boolean", "value": true},
            },
        });
        let mut add = |kind, item: &Value| {
            let (id, item) = Item::of(kind, &item.to_string()).unwrap();
            let what = ChangeKind::Added(item.into());
            let change = Change { seq: home.seq() + 1, origin: Origin::Live, kind, id, what };
            home.apply(&change);
            change
        };
        add(ItemKind::Zone, &zone);
        let added = add(ItemKind::Device, &device);
        (home, added)
    }

    fn value(capability: &str, value: Value) -> Change {
        let at = Timestamp::from_millisecond(1_764_500_001_000).ok();
        let what =
            ChangeKind::Value { capability: capability.into(), value, previous: Value::Null, at };
        Change { seq: 9, origin: Origin::Live, kind: ItemKind::Device, id: "d1".into(), what }
    }

    fn written(layout: Layout, exclude: &[&str]) -> String {
        let (home, added) = home();
        let exclude = exclude.iter().map(|&one| one.to_owned()).collect();
        let mut lines = Lines::new("home", layout, exclude);
        let mut text = String::new();
        for change in [
            added,
            value("onoff", json!(false)),
            value("measure_power.phase1", json!(12.5)),
            value("thermostat_mode", json!("heat \"up\"")),
            value("measure_power", Value::Null),
            value("dim", json!([1])),
        ] {
            lines.write(&change, &home, Timestamp::UNIX_EPOCH, &mut text);
        }
        text
    }

    #[test]
    fn what_is_repeated_has_the_time_of_now() {
        let (home, _) = home();
        let mut lines = Lines::new("home", Layout::HomeyInfluxdb, Vec::new());
        let mut text = String::new();
        lines.repeat_all(&home, Timestamp::UNIX_EPOCH, &mut text);
        insta::assert_snapshot!(text, @r"
        Lamp\,_left,id=d1,name=Lamp\,\ left,zone=Living\ room,zoneId=z1 dim=0.5 0
        Lamp\,_left,id=d1,name=Lamp\,\ left,zone=Living\ room,zoneId=z1 onoff=1 0
        ");
    }

    #[test]
    fn both_layouts() {
        insta::assert_snapshot!(written(Layout::Housekey, &[]), @r#"
        dim,capability=dim,class=light,device=Lamp\,\ left,device_id=d1,homey=home,zone=Living\ room value=0.5 1764500000000
        onoff,capability=onoff,class=light,device=Lamp\,\ left,device_id=d1,homey=home,zone=Living\ room value=0 1764500001000
        measure_power,capability=measure_power.phase1,class=light,device=Lamp\,\ left,device_id=d1,homey=home,zone=Living\ room value=12.5 1764500001000
        thermostat_mode,capability=thermostat_mode,class=light,device=Lamp\,\ left,device_id=d1,homey=home,zone=Living\ room state="heat \"up\"" 1764500001000
        "#);
        insta::assert_snapshot!(written(Layout::HomeyInfluxdb, &["measure_power"]), @r#"
        Lamp\,_left,id=d1,name=Lamp\,\ left,zone=Living\ room,zoneId=z1 dim=0.5 1764500000000
        Lamp\,_left,id=d1,name=Lamp\,\ left,zone=Living\ room,zoneId=z1 onoff=0 1764500001000
        Lamp\,_left,id=d1,name=Lamp\,\ left,zone=Living\ room,zoneId=z1 thermostat_mode="heat \"up\"" 1764500001000
        "#);
    }
}
