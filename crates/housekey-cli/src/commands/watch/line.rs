//! An event as people read it, on one line.

use std::collections::BTreeMap;

use housekey::realtime::Event;
use serde_json::Value;

/// How many characters of data are shown that we have no better words for.
const LONGEST: usize = 120;

/// `Kitchen/Ceiling lamp  onoff = true`, `homey:manager:zones  zone.update  Attic`. `devices` has
/// the names of devices by their ids.
pub(super) fn text(event: &Event, data: &Value, devices: &BTreeMap<String, String>) -> String {
    let device = event.uri.strip_prefix("homey:device:").and_then(|id| devices.get(id));
    let place = device.map_or(&*event.uri, String::as_str);
    match (&*event.name, data["capabilityId"].as_str()) {
        ("capability", Some(capability)) => format!("{place}  {capability} = {}", data["value"]),
        (name, _) => match summary(data) {
            Some(summary) => format!("{place}  {name}  {summary}"),
            None => format!("{place}  {name}"),
        },
    }
}

/// What an item is called; of anything else its beginning. An item itself is not shown: people keep
/// keys in variables and settings.
fn summary(data: &Value) -> Option<String> {
    let called = data["name"].as_str().or_else(|| data["id"].as_str());
    match (called, data) {
        (Some(called), _) => Some(called.to_owned()),
        (None, Value::Null) => None,
        (None, data) => {
            let text = data.to_string();
            let mut shown: String = text.chars().take(LONGEST).collect();
            if shown.len() < text.len() {
                shown.push('…');
            }
            Some(shown)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn an_event_is_one_line() {
        let devices = BTreeMap::from([("d1".to_owned(), "Kitchen/Lamp".to_owned())]);
        let long = json!({ "percent": "9".repeat(200) });
        for (uri, name, data, want) in [
            (
                "homey:device:d1",
                "capability",
                json!({ "capabilityId": "dim", "value": 0.5, "transactionId": "t" }),
                "Kitchen/Lamp  dim = 0.5".to_owned(),
            ),
            (
                "homey:device:d2",
                "capability",
                json!({ "capabilityId": "onoff", "value": null }),
                "homey:device:d2  onoff = null".to_owned(),
            ),
            (
                "homey:manager:logic",
                "variable.update",
                json!({ "id": "v", "name": "Key", "value": "hunter2" }),
                "homey:manager:logic  variable.update  Key".to_owned(),
            ),
            (
                "homey:manager:zones",
                "zone.delete",
                json!({ "id": "z" }),
                "homey:manager:zones  zone.delete  z".to_owned(),
            ),
            (
                "homey:manager:updates",
                "download_done",
                json!(null),
                "homey:manager:updates  download_done".to_owned(),
            ),
            (
                "homey:manager:updates",
                "download_progress",
                long.clone(),
                format!(
                    "homey:manager:updates  download_progress  {}…",
                    &long.to_string()[..LONGEST]
                ),
            ),
        ] {
            let raw = RawValue::from_string(data.to_string()).unwrap().into();
            let event = Event { uri: uri.into(), name: name.into(), data: raw };
            assert_eq!(text(&event, &data, &devices), want);
        }
    }
}
