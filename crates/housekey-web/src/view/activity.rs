//! The page of activity: what changed since the agent began to follow the home, newest first.

use housekey::mirror::{Change, ChangeKind, Home, ItemKind, Origin};
use housekey::model::{Device, Zone};
use jiff::Timestamp;
use serde_json::Value;

use super::phrase;

/// One line of the time line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// When; for what happened while the connection was lost, when it was noticed.
    pub at: Timestamp,
    /// The id of the device, where it is about one.
    pub device: Option<String>,
    /// What it is about.
    pub subject: String,
    /// Where that is.
    pub zone: Option<String>,
    /// What happened: `Power: 143 W`.
    pub text: String,
    /// Whether it was noticed later than it happened.
    pub late: bool,
    /// What repeats it: the next line of the same key within a minute takes its place.
    pub key: Option<String>,
}

/// The line of a change; `None` for what says nothing to a person.
pub fn line(change: &Change, home: &Home, seen_at: Timestamp) -> Option<Line> {
    let late = change.origin != Origin::Live;
    let name = |kind: ItemKind| -> Option<String> {
        let item = home.item(kind, &change.id)?.value();
        let name = housekey::model::name::label(item.get("name")?)?.to_owned();
        Some(name)
    };
    let mut line = Line {
        at: seen_at,
        device: None,
        subject: String::new(),
        zone: None,
        text: String::new(),
        late,
        key: None,
    };
    match (&change.what, change.kind) {
        (ChangeKind::Value { capability, value, previous, at }, _) => {
            if value == previous {
                return None;
            }
            let device = home.get::<Device>(&change.id)?;
            let of = device.capability(capability)?;
            let zone = device.zone.text().and_then(|id| home.get::<Zone>(id));
            line.at = at.unwrap_or(seen_at);
            line.subject = device.name().to_owned();
            line.zone = zone.map(|zone| zone.name().to_owned());
            line.text = format!("{}: {}", phrase::title(of), phrase::brief_words(of, value));
            line.key =
                matches!(value, Value::Number(_)).then(|| format!("{} {capability}", change.id));
            line.device = Some(device.id);
        }
        (ChangeKind::Added(_), kind) => {
            line.subject = name(kind)?;
            line.text = format!("{} added", word(kind));
        }
        (ChangeKind::Updated { fields, .. }, ItemKind::Device) => {
            line.subject = name(ItemKind::Device)?;
            line.device = Some(change.id.to_string());
            let available = fields.iter().any(|field| **field == *"available");
            if !available {
                return None;
            }
            let device = home.get::<Device>(&change.id)?;
            line.text = match device.is_unavailable() {
                true => "cannot be reached".to_owned(),
                false => "can be reached again".to_owned(),
            };
        }
        (ChangeKind::Updated { fields, .. }, kind) => {
            let shown = ["name", "enabled", "present", "asleep", "active", "value"];
            let what = fields.iter().find(|field| shown.contains(&&***field))?;
            line.subject = name(kind)?;
            let item = home.item(kind, &change.id)?.value();
            line.text = match (&**what, item.get(&**what)) {
                ("enabled", Some(Value::Bool(true))) => "enabled".to_owned(),
                ("enabled", Some(Value::Bool(false))) => "disabled".to_owned(),
                ("present", Some(Value::Bool(true))) => "came home".to_owned(),
                ("present", Some(Value::Bool(false))) => "left".to_owned(),
                ("asleep", Some(Value::Bool(true))) => "fell asleep".to_owned(),
                ("asleep", Some(Value::Bool(false))) => "woke up".to_owned(),
                ("active", Some(Value::Bool(true))) => format!("{} active", word(kind)),
                ("active", Some(Value::Bool(false))) => format!("{} no longer active", word(kind)),
                ("value", Some(value)) => format!("variable is {}", bare(value)),
                _ => format!("{} renamed", word(kind)),
            };
        }
        (ChangeKind::Removed, kind) => {
            line.subject = format!("A {}", word(kind));
            line.text = "removed".to_owned();
        }
    }
    Some(line)
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn word(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Device => "device",
        ItemKind::Zone => "zone",
        ItemKind::Flow => "flow",
        ItemKind::AdvancedFlow => "advanced flow",
        ItemKind::Variable => "variable",
        ItemKind::Mood => "mood",
        ItemKind::User => "person",
    }
}
