//! The page of one device: every capability with its control, settings, what uses it.

use housekey::model::{Device, Field};
use serde_json::Value;

use super::control::{self, Control};
use super::icon::{self, Icon};
use super::phrase;
use super::when::Now;

/// A device, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its icon.
    pub icon: Icon,
    /// The name of its zone.
    pub zone: Option<String>,
    /// Its class, as a word.
    pub class: Option<String>,
    /// Why it cannot be reached, if it cannot.
    pub unavailable: Option<String>,
    /// What it warns of.
    pub warning: Option<String>,
    /// Its capabilities: first those that can be set.
    pub rows: Vec<Row>,
    /// Its settings, as name and value.
    pub settings: Vec<(String, String)>,
}

/// A capability.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id.
    pub capability: String,
    /// What it is called.
    pub title: String,
    /// The value: `21.5 °C`.
    pub value: String,
    /// When it was reported; empty where it never was.
    pub age: String,
    /// Its control.
    pub control: Control,
    /// Whether setting it has to be confirmed.
    pub guarded: bool,
    /// Whether it is an alarm now, or open.
    pub alarm: bool,
}

/// Names of settings whose values are not shown.
const SECRET: &[&str] =
    &["password", "passwd", "secret", "token", "key", "pin", "code", "credential"];

impl DeviceView {
    /// Of a device in a zone of that name.
    pub fn of(device: &Device, zone: Option<String>, now: &Now) -> Self {
        let row = |one: &housekey::model::Capability| Row {
            capability: one.id.clone(),
            title: phrase::title(one),
            value: phrase::state(one),
            age: match one.last_updated.get().and_then(|time| time.timestamp()) {
                Some(at) => now.say(at),
                None => String::new(),
            },
            control: control::of(one),
            guarded: control::is_guarded(one),
            alarm: one.active_alarm().is_some(),
        };
        let mut rows: Vec<Row> = device.all_capabilities().map(row).collect();
        rows.sort_by_key(|row| row.control == Control::Reading);
        let settings = device.settings.get().into_iter().flatten();
        Self {
            id: device.id.clone(),
            name: device.name().to_owned(),
            icon: icon::of_device(device),
            zone,
            class: device.class().map(str::to_owned),
            unavailable: device.is_unavailable().then(|| {
                device.unavailable_message.label().unwrap_or("cannot be reached").to_owned()
            }),
            warning: text(&device.warning_message),
            rows,
            settings: settings.map(|(name, value)| (name.clone(), setting(name, value))).collect(),
        }
    }
}

fn text(field: &Field<String>) -> Option<String> {
    field.label().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// The value of a setting; a secret one is not shown.
fn setting(name: &str, value: &Value) -> String {
    let name = name.to_lowercase();
    if SECRET.iter().any(|word| name.contains(word)) {
        return "•••".to_owned();
    }
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => "–".to_owned(),
        value => value.to_string(),
    }
}
