//! The set-up of an item: what people have chosen, without what the Homey counts, measures or computes.
//!
//! Fields that are not known are kept: a newer Homey has more of them, and a backup that drops them would lose
//! them. Files hold this form, and comparisons compare it.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::Part;

/// Fields of any item that are no set-up.
const STATE: &[&str] =
    &["broken", "iconObj", "order", "sortIndex", "triggerCount", "triggerable", "uri"];

/// Fields of a device that its app decides, or that change without any edit. What identifies it
/// (driver, class, capabilities) is noted beside the files, see `refs`.
const DEVICE_STATE: &[&str] = &[
    "__athom_api_type",
    "available",
    "capabilities",
    "capabilitiesObj",
    "class",
    "color",
    "data",
    "driverId",
    "driverUri",
    "energy",
    "energyObj",
    "firmwareUpdate",
    "flags",
    "icon",
    "images",
    "insights",
    "lastSeenAt",
    "ownerUri",
    "ready",
    "repair",
    "settingsObj",
    "speechExamples",
    "ui",
    "unavailableMessage",
    "unpair",
    "videos",
    "warningMessage",
    "zoneName",
];

/// Fields of an app other than which version it is, and whether it runs and updates.
const APP_STATE: &[&str] = &[
    "author",
    "brandColor",
    "compatibility",
    "crashed",
    "crashedMessage",
    "exitCode",
    "exitCount",
    "exitSignal",
    "hasDrivers",
    "icon",
    "images",
    "permissions",
    "ready",
    "sdk",
    "settings",
    "state",
    "updateAvailable",
    "usage",
];

/// Fields whose absence is the same as `null` where they stand in a card of a flow.
const CARD_FIELDS: &[&str] = &["args", "delay", "droptoken", "duration", "inverted"];

/// The order of the fields that are known; others follow by alphabet.
const ORDER: &[&str] = &[
    "id",
    "name",
    "type",
    "enabled",
    "zone",
    "folder",
    "parent",
    "group",
    "uri",
    "ownerUri",
    "trigger",
    "conditions",
    "actions",
    "cards",
    "inverted",
    "args",
    "droptoken",
    "delay",
    "duration",
    "x",
    "y",
    "width",
    "height",
];

/// The set-up of an item, with its fields in a fixed order.
pub fn of(part: Part, id: &str, item: &Value) -> Value {
    let Value::Object(fields) = item else { return item.clone() };
    let mut kept = Map::new();
    kept.insert("id".to_owned(), id.into());
    for (key, value) in fields {
        if is_setup(part, key) && !value.is_null() && key != "id" {
            kept.insert(key.clone(), field(part, key, value));
        }
    }
    sorted(kept)
}

/// A digest of a set-up, equal for set-ups that are equal as [`is_same`] means it.
pub fn hash(setup: &Value) -> String {
    let digest = Sha256::digest(canonical(setup).to_string());
    digest.iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two set-ups mean the same: the order of fields does not count, and 20 equals 20.0.
pub fn is_same(one: &Value, other: &Value) -> bool {
    canonical(one) == canonical(other)
}

/// 128 bits: files stay short, and two set-ups that collide would harm only their author.
const HASH_BYTES: usize = 16;

/// Whether people set up this field of an item.
pub fn is_setup(part: Part, key: &str) -> bool {
    let state: &[&str] = match part {
        Part::Devices => DEVICE_STATE,
        Part::Apps => APP_STATE,
        Part::Zones => &["active", "activeLastUpdated", "activeOrigins"],
        Part::Moods => &["active"],
        Part::Alarms => &["nextOccurance", "nextOccurence", "nextOccurrence"],
        Part::Scripts => &["lastExecuted", "version"],
        // Whatever else is known of a person stays with the Homey.
        Part::Users => return matches!(key, "id" | "name" | "role"),
        _ => &[],
    };
    !STATE.contains(&key) && !state.contains(&key)
}

fn field(part: Part, key: &str, value: &Value) -> Value {
    match (part, key, value) {
        (Part::Flows, "trigger", card) => of_card(card),
        (Part::Flows, "conditions" | "actions", Value::Array(cards)) => {
            cards.iter().map(of_card).collect()
        }
        (Part::AdvancedFlows, "cards", Value::Object(nodes)) => nodes_in_order(nodes),
        _ => ordered(value),
    }
}

fn of_card(card: &Value) -> Value {
    let Value::Object(fields) = card else { return card.clone() };
    let is_kept = |(key, value): &(&String, &Value)| {
        !(value.is_null() && CARD_FIELDS.contains(&key.as_str()))
    };
    let kept = fields.iter().filter(is_kept);
    sorted(kept.map(|(key, value)| (key.clone(), ordered(value))).collect())
}

/// The nodes of an advanced flow from left to right, so that a box that was moved is a small difference.
fn nodes_in_order(nodes: &Map<String, Value>) -> Value {
    let mut nodes: Vec<_> = nodes.iter().collect();
    let place = |node: &Value, axis: &str| node[axis].as_f64().unwrap_or_default();
    nodes.sort_by(|(a_id, a), (b_id, b)| {
        let by = |axis| place(a, axis).total_cmp(&place(b, axis));
        by("x").then_with(|| by("y")).then_with(|| a_id.cmp(b_id))
    });
    nodes.into_iter().map(|(id, node)| (id.clone(), of_card(node))).collect::<Map<_, _>>().into()
}

/// The same value with the fields of all objects in order.
fn ordered(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            sorted(fields.iter().map(|(key, value)| (key.clone(), ordered(value))).collect())
        }
        Value::Array(items) => items.iter().map(ordered).collect(),
        value => value.clone(),
    }
}

fn sorted(fields: Map<String, Value>) -> Value {
    let mut fields: Vec<_> = fields.into_iter().collect();
    let place = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    fields.sort_by(|(a, _), (b, _)| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
    fields.into_iter().collect::<Map<_, _>>().into()
}

/// Fields in the order in which files have them.
pub(crate) fn ordered_fields(fields: Map<String, Value>) -> Value {
    sorted(fields)
}

/// Fields by alphabet, and numbers as JSON numbers of one kind.
pub(crate) fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let canonical = fields.into_iter().map(|(key, value)| (key.clone(), canonical(value)));
            canonical.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(canonical).collect(),
        // A whole number that a double holds exactly is the same number with and without a point.
        Value::Number(number) => match number.as_f64() {
            Some(double) if number.is_f64() && is_whole(double) => Value::from(double as i64),
            _ => value.clone(),
        },
        value => value.clone(),
    }
}

fn is_whole(double: f64) -> bool {
    double.fract() == 0.0 && double.abs() < 9e15
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn state_is_dropped_and_what_is_not_known_is_kept() {
        let rows = [
            (
                Part::Devices,
                json!({ "zone": "z", "name": "Lamp", "id": "d", "available": true, "note": null,
                    "capabilitiesObj": { "onoff": { "value": true } }, "settings": { "b": null, "a": "1" },
                    "newField": 1 }),
                json!({ "id": "d", "name": "Lamp", "zone": "z", "newField": 1,
                    "settings": { "a": "1", "b": null } }),
            ),
            (
                Part::Flows,
                json!({ "name": "F", "broken": false, "triggerCount": 5, "folder": null,
                    "trigger": { "args": null, "id": "t" },
                    "actions": [{ "group": "then", "delay": null, "id": "a", "args": { "x": null } }] }),
                json!({ "id": "d", "name": "F", "trigger": { "id": "t" },
                    "actions": [{ "id": "a", "group": "then", "args": { "x": null } }] }),
            ),
            (
                Part::Users,
                json!({ "name": "Robin", "athomId": "x", "email": "robin@example.org", "role": "owner" }),
                json!({ "id": "d", "name": "Robin", "role": "owner" }),
            ),
        ];
        for (part, item, want) in rows {
            assert_eq!(of(part, "d", &item).to_string(), want_in_order(&want), "{part:?}");
        }
    }

    fn want_in_order(want: &Value) -> String {
        ordered(want).to_string()
    }

    #[test]
    fn nodes_stand_from_left_to_right() {
        let flow = json!({ "cards": { "c": { "x": 10, "y": 0 }, "b": { "x": 5, "y": 9 },
            "a": { "x": 5, "y": 9 } } });
        let setup = of(Part::AdvancedFlows, "f", &flow);
        let ids: Vec<_> = setup["cards"].as_object().into_iter().flat_map(Map::keys).collect();
        assert_eq!(ids, ["a", "b", "c"]);
    }

    #[test]
    fn a_hash_is_that_of_the_meaning() {
        let same = [json!({ "a": 20, "b": 1.5 }), json!({ "b": 1.5, "a": 20.0 })];
        assert_eq!(hash(&same[0]), hash(&same[1]));
        assert!(is_same(&same[0], &same[1]));
        for other in
            [json!({ "a": 20 }), json!({ "a": "20", "b": 1.5 }), json!({ "a": 21, "b": 1.5 })]
        {
            assert_ne!(hash(&same[0]), hash(&other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn the_set_up_of_a_set_up_is_itself(item in crate::home::tests::any_json()) {
            for part in Part::ALL {
                let once = of(part, "id", &item);
                prop_assert_eq!(of(part, "id", &once).to_string(), once.to_string());
            }
        }
    }
}
