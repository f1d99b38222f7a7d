//! What of an item can be written, and whether it can be created or deleted.

use serde_json::{Map, Value};

use crate::{Part, setup};

/// Whether items of a part come and go by writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// They are created and deleted.
    Free,
    /// They only change; with the reason why none is created or deleted.
    Fixed(&'static str),
}

/// Whether items of a part can be created and deleted.
pub(crate) const fn lifecycle(part: Part) -> Lifecycle {
    match part {
        Part::Devices => Lifecycle::Fixed("devices are paired and removed in the Homey app"),
        Part::Users => Lifecycle::Fixed("people join by invitation"),
        Part::Options => Lifecycle::Fixed("options are there or not, by the kind of Homey"),
        Part::Apps => Lifecycle::Fixed("apps are installed and removed with `housekey apps`"),
        _ => Lifecycle::Free,
    }
}

/// The fields of an item that can be written.
pub(crate) const fn keys(part: Part) -> &'static [&'static str] {
    match part {
        Part::Options => &["value"],
        Part::Apps => &["enabled", "autoupdate"],
        Part::Users => &[],
        Part::Zones => &["name", "icon", "parent"],
        Part::Folders => &["name", "parent"],
        Part::Variables => &["name", "type", "value"],
        Part::Devices => &[
            "name",
            "zone",
            "note",
            "iconOverride",
            "virtualClass",
            "uiIndicator",
            "hidden",
            "settings",
        ],
        Part::Moods => &["name", "preset", "devices"],
        Part::Scripts => &["name", "code"],
        Part::Flows => &["name", "folder", "enabled", "trigger", "conditions", "actions"],
        Part::AdvancedFlows => &["name", "folder", "enabled", "cards"],
        Part::Alarms => &["name", "time", "enabled", "repetition"],
        Part::Dashboards => &["name", "columns"],
    }
}

/// The part of a set-up that can be written. Values of variables are data, not set-up: they are a part of it where
/// `values` says so.
pub(crate) fn of(part: Part, setup: &Value, values: bool) -> Map<String, Value> {
    let is_taken = |key: &&&str| values || part != Part::Variables || **key != "value";
    let field = |key: &&str| Some(((*key).to_owned(), setup.get(*key)?.clone()));
    keys(part).iter().filter(is_taken).filter_map(field).collect()
}

/// The fields to write so that `present` becomes `wanted`, `null` for those that it should lose; empty where it is
/// as it should be.
pub(crate) fn changes(
    part: Part,
    wanted: &Value,
    present: &Value,
    values: bool,
) -> Map<String, Value> {
    let (wanted, present) = (of(part, wanted, values), of(part, present, values));
    let mut changes = Map::new();
    for key in keys(part) {
        match (wanted.get(*key), present.get(*key)) {
            (Some(Value::Object(wanted)), Some(Value::Object(present)))
                if part == Part::Devices && *key == "settings" =>
            {
                let differs = |(key, value): &(&String, &Value)| {
                    present.get(*key).is_none_or(|there| !setup::is_same(value, there))
                };
                let settings = wanted.iter().filter(differs);
                let settings: Map<_, _> =
                    settings.map(|(key, value)| (key.clone(), value.clone())).collect();
                if !settings.is_empty() {
                    changes.insert((*key).to_owned(), settings.into());
                }
            }
            // Settings that a file does not have are left alone.
            (None, Some(_)) if *key == "settings" => {}
            (None, Some(_)) => drop(changes.insert((*key).to_owned(), Value::Null)),
            (Some(wanted), present)
                if present.is_none_or(|there| !setup::is_same(wanted, there)) =>
            {
                changes.insert((*key).to_owned(), wanted.clone());
            }
            _ => {}
        }
    }
    changes
}

/// The digest that says whether an item was changed since it was read: of what can be written, without the values of
/// variables.
pub(crate) fn base_hash(part: Part, setup: &Value) -> String {
    setup::hash(&Value::Object(of(part, setup, false)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_and_can_be_written_is_written() {
        for (part, wanted, present, values, want) in [
            (
                Part::Zones,
                json!({ "name": "Attic", "order": 2, "parent": "r" }),
                json!({ "name": "Loft", "order": 1, "parent": "r" }),
                false,
                json!({ "name": "Attic" }),
            ),
            (
                Part::Flows,
                json!({ "name": "A" }),
                json!({ "name": "A", "folder": "f" }),
                false,
                json!({ "folder": null }),
            ),
            (Part::Variables, json!({ "value": 2 }), json!({ "value": 1 }), false, json!({})),
            (
                Part::Variables,
                json!({ "value": 2 }),
                json!({ "value": 1 }),
                true,
                json!({ "value": 2 }),
            ),
            (Part::Variables, json!({ "value": 2 }), json!({ "value": 2.0 }), true, json!({})),
            (
                Part::Devices,
                json!({ "settings": { "a": 1, "b": 2 } }),
                json!({ "settings": { "a": 1, "b": 3, "c": 4 } }),
                false,
                json!({ "settings": { "b": 2 } }),
            ),
            (
                Part::Devices,
                json!({}),
                json!({ "settings": { "a": 1 }, "note": "x" }),
                false,
                json!({ "note": null }),
            ),
            (Part::Users, json!({ "name": "A" }), json!({ "name": "B" }), false, json!({})),
        ] {
            assert_eq!(
                Value::Object(changes(part, &wanted, &present, values)),
                want,
                "{part:?} {wanted}"
            );
        }
    }
}
