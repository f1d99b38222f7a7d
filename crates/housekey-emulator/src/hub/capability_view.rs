//! Capabilities as the API shows them: those of a device, and those of the system.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::device_template::mark;
use super::items::object;
use crate::state::capability::Capability;
use crate::state::definition::{Definition, ValueType};
use crate::state::device::{Device, Slot};
use crate::state::value::{number, sentence};

/// All capabilities of a device, by id.
pub(super) fn all(dialect: Dialect, device: &Device) -> Map<String, Value> {
    let view = if dialect == Dialect::V2 { old_capability } else { capability };
    let all = device.capabilities.iter().enumerate();
    all.map(|(index, one)| (one.id.clone(), Value::Object(view(index, one)))).collect()
}

fn capability(index: usize, one: &Capability) -> Map<String, Value> {
    let definition = one.definition;
    let mut map = object(json!({
        "id": one.id,
        "type": definition.kind.as_str(),
        "iconObj": null,
        "title": one.title,
        "titleShort": null,
        "getable": definition.getable,
        "setable": definition.setable,
        "insights": true,
        "insightsTitleTrue": null,
        "insightsTitleFalse": null,
        "titleTrue": null,
        "titleFalse": null,
        "value": mark(Slot::Value(index)),
        "lastUpdated": mark(Slot::Updated(index)),
        "units": definition.units,
    }));
    let (is_boolean, is_number) =
        (definition.kind == ValueType::Boolean, definition.kind == ValueType::Number);
    for (key, applies) in [
        ("insights", definition.insights),
        ("titleTrue", is_boolean),
        ("titleFalse", is_boolean),
        ("units", is_number),
    ] {
        if !applies {
            map.shift_remove(key);
        }
    }
    range(definition, &mut map);
    if !definition.getable {
        put(&mut map, "maintenanceAction", false);
    }
    map
}

fn old_capability(index: usize, one: &Capability) -> Map<String, Value> {
    let definition = one.definition;
    let mut map = object(json!({
        "value": mark(Slot::Value(index)),
        "lastUpdated": mark(Slot::Updated(index)),
        "type": definition.kind.as_str(),
        "getable": definition.getable,
        "setable": definition.setable,
        "title": one.title,
        "desc": null,
        "units": definition.units,
    }));
    range(definition, &mut map);
    if let Some(chart) = definition.chart {
        put(&mut map, "chartType", chart);
    }
    map.extend(object(json!({ "id": one.id, "options": {} })));
    map
}

fn put(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    map.insert(key.to_owned(), value.into());
}

/// The keys that are there only when they are defined.
fn range(definition: &Definition, map: &mut Map<String, Value>) {
    if let Some(decimals) = definition.decimals {
        put(map, "decimals", decimals);
    }
    for (key, edge) in [("min", definition.min), ("max", definition.max), ("step", definition.step)]
    {
        if let Some(edge) = edge {
            put(map, key, number(edge));
        }
    }
    if !definition.values.is_empty() {
        let title = |id: &str| json!({ "id": id, "title": sentence(id) });
        put(map, "values", definition.values.iter().map(|id| title(id)).collect::<Value>());
    }
}

/// A system capability as older Homeys list it.
pub(super) fn definition(definition: &Definition) -> Value {
    let mut map = object(json!({
        "uri": "homey:manager:capabilities",
        "id": definition.id,
        "title": definition.title,
        "desc": null,
        "type": definition.kind.as_str(),
        "getable": definition.getable,
        "setable": definition.setable,
        "units": definition.units,
    }));
    range(definition, &mut map);
    if let Some(chart) = definition.chart {
        put(&mut map, "chartType", chart);
    }
    Value::Object(map)
}
