//! What a call would change: checked against the home before anything is sent.

use std::sync::Arc;

use housekey::mirror::{Home, ItemKind};
use housekey::model::name::Called;
use housekey::model::{Capability, Device, Mood, Variable};
use serde_json::Value;

use crate::answer::{Outcome, Refused};
use crate::arguments::Arguments;
use crate::find::find;
use crate::guard::is_same;
use crate::quote::{quoted, quoted_to, word};
use crate::read::find_device;
use crate::view::{View, value_text};

/// A value for a capability of a device.
#[derive(Debug, Clone)]
pub(crate) struct DeviceWrite {
    pub(crate) device: Arc<Device>,
    pub(crate) capability: String,
    pub(crate) value: Value,
    pub(crate) step: Step,
    /// Whether the device reports what it is set to; a button does not.
    pub(crate) reports: bool,
}

/// What comes of a write before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is sent.
    Send,
    /// The device is so already.
    Unchanged,
    /// It is not sent, for this reason.
    Refused(String),
}

/// The writes of `homey_device_set`. A name that fits no device, or several, refuses all of them.
pub(crate) fn device_writes(view: &View, arguments: &Arguments) -> Outcome<Vec<DeviceWrite>> {
    let capability = arguments.text("capability").unwrap_or_default();
    let value = arguments.get("value").cloned().unwrap_or_default();
    let names = arguments.texts("device");
    if names.is_empty() {
        return Err(Refused::new("`device` is empty: name at least one."));
    }
    let mut writes: Vec<DeviceWrite> = Vec::new();
    for name in names {
        let device = find_device(view, name)
            .map_err(|Refused(why)| Refused::new(format!("{why} Nothing was set.")))?;
        if writes.iter().all(|write| write.device.id != device.id) {
            writes.push(device_write(device, capability, &value));
        }
    }
    Ok(writes)
}

fn device_write(device: &Arc<Device>, capability: &str, given: &Value) -> DeviceWrite {
    let write = |value: Value, step, reports| DeviceWrite {
        device: device.clone(),
        capability: capability.to_owned(),
        value,
        step,
        reports,
    };
    let Some(found) = device.capability(capability) else {
        let settable = device.all_capabilities().filter(|one| one.setable.get() != Some(&false));
        let settable: Vec<_> = settable.take(12).map(|one| word(&one.id)).collect();
        let why = match settable.is_empty() {
            true => "it has nothing that can be set".to_owned(),
            false => format!("it has no {}, but {}", word(capability), settable.join(", ")),
        };
        return write(given.clone(), Step::Refused(why), false);
    };
    let value = match given {
        Value::String(text) => found.read(text),
        value => found.check(value).map(|()| value.clone()),
    };
    let reports = found.getable.get() != Some(&false) && found.base() != "button";
    match value {
        Err(error) => write(given.clone(), Step::Refused(plain_error(&error.to_string())), reports),
        Ok(value) if device.is_unavailable() => {
            write(value, Step::Refused("the device is unavailable".to_owned()), reports)
        }
        Ok(value) if reports && is_same(found.value(), &value) => {
            write(value, Step::Unchanged, reports)
        }
        Ok(value) => write(value, Step::Send, reports),
    }
}

/// An error names what a capability takes, which an app has chosen.
fn plain_error(text: &str) -> String {
    crate::quote::plain(text, 200)
}

impl DeviceWrite {
    /// `"Kitchen" / "Ceiling lamp" · dim=0.4`.
    pub(crate) fn text(&self, view: &View) -> String {
        let value = match self.device.capability(&self.capability) {
            Some(capability) => value_text(capability, &self.value),
            None => quoted_to(&self.value.to_string(), 60),
        };
        format!("{} · {}={value}", view.device_name(&self.device), word(&self.capability))
    }

    /// Whether the home says so.
    pub(crate) fn is_done(&self, home: &Home) -> bool {
        let item = home.item(ItemKind::Device, &self.device.id);
        let report = item.and_then(|item| item.report(&self.capability));
        report.is_some_and(|report| is_same(&report.value, &self.value))
    }

    /// The value that the home reports.
    pub(crate) fn present(&self, home: &Home) -> String {
        let device = home.get::<Device>(&self.device.id);
        let capability = device.as_ref().and_then(|device| device.capability(&self.capability));
        capability.map_or_else(|| "none".to_owned(), present)
    }
}

fn present(capability: &Capability) -> String {
    value_text(capability, capability.value())
}

/// The mood that is meant.
pub(crate) fn find_mood(view: &View, wanted: &str) -> Outcome<Mood> {
    let mut moods: Vec<Mood> = view.home.all().collect();
    let groups: Vec<_> = moods
        .iter()
        .map(|mood| mood.zone.text().and_then(|id| view.zones.get(id)).map(|zone| zone.name()))
        .collect();
    let things = moods.iter().zip(&groups).map(|(mood, group)| Called {
        id: &mood.id,
        name: mood.name(),
        group: *group,
    });
    find("mood", things, wanted).map(|place| moods.swap_remove(place))
}

/// The variable that is meant, and its new value.
pub(crate) fn variable_write(view: &View, arguments: &Arguments) -> Outcome<(Variable, Value)> {
    let mut variables: Vec<Variable> = view.home.all().collect();
    let things = variables.iter().map(|one| Called { id: &one.id, name: one.name(), group: None });
    let place = find("variable", things, arguments.text("variable").unwrap_or_default())?;
    let variable = variables.swap_remove(place);
    let value = match arguments.get("value") {
        Some(Value::String(text)) => variable.read(text),
        Some(value) => variable.check(value).map(|()| value.clone()),
        None => variable.check(&Value::Null).map(|()| Value::Null),
    };
    match value {
        Ok(value) => Ok((variable, value)),
        Err(error) => Err(Refused::new(format!(
            "{} is not set: {}.",
            quoted(variable.name()),
            plain_error(&error.to_string())
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::group::{Group, Groups};
    use crate::tools;
    use crate::view::test_home::{device, home, small, view, with};

    fn steps(home: Home, given: Value) -> String {
        let tool = tools::find(Groups::of([Group::Control]), "homey_device_set").unwrap();
        let arguments = Arguments::of(tool, given.as_object().unwrap().clone()).unwrap();
        let view = view(home);
        match device_writes(&view, &arguments) {
            Ok(writes) => {
                let line =
                    |write: &DeviceWrite| format!("{} · {:?}", write.text(&view), write.step);
                writes.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            Err(Refused(why)) => why,
        }
    }

    #[test]
    fn a_write_is_checked_before_it_is_sent() {
        let lamp = "\"Kitchen\" / \"Ceiling lamp\"";
        for (device, capability, value, want) in [
            ("e98fe6a3", "dim", json!(0.5), format!("{lamp} · dim=0.5 · Send")),
            ("e98fe6a3", "dim", json!("0.5"), format!("{lamp} · dim=0.5 · Send")),
            ("e98fe6a3", "dim", json!(0.4), format!("{lamp} · dim=0.4 · Unchanged")),
            (
                "e98fe6a3",
                "dim",
                json!(50),
                format!("{lamp} · dim=50 · Refused(\"`dim` takes a number from 0 to 1, and 50 is outside\")"),
            ),
            ("e98fe6a3", "onoff", json!("off"), format!("{lamp} · onoff=false · Send")),
            (
                "e98fe6a3",
                "volume_set",
                json!(1),
                format!("{lamp} · volume_set=\"1\" · Refused(\"it has no volume_set, but onoff, dim\")"),
            ),
            (
                "Ceiling",
                "dim",
                json!(1),
                "There is no device \"Ceiling\". Like it: \"Upstairs\" / \"Ceiling lamp\" (b0b0b0b0), \"Kitchen\" / \
                 \"Ceiling lamp\" (e98fe6a3). Nothing was set."
                    .to_owned(),
            ),
        ] {
            let given = json!({ "device": device, "capability": capability, "value": value });
            assert_eq!(steps(small(), given), want, "{device} {capability} {value}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_sent() {
        let onoff = json!({ "onoff": { "type": "boolean", "value": true, "setable": true } });
        let (kind, mut item) = device("gone", "Gone", "k", "light", onoff);
        item["available"] = false.into();
        let given = json!({ "device": ["gone", "gone"], "capability": "onoff", "value": false });
        assert_eq!(
            steps(with(&home(&[]), kind, &item), given),
            "\"Gone\" · onoff=false · Refused(\"the device is unavailable\")"
        );
    }
}
