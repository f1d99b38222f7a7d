//! `GET .../state` of the managers that no other file answers for: what the manager knows, as an object.
//!
//! Inferred, all of them: that such a state is an object is all that is known. Each is made of the state
//! of the home, so that it changes with it.

use housekey::catalogue::Operation;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Handler};
use super::error::HubError;
use super::options;
use crate::state::Home;
use crate::state::local_time;

/// The handler of such an operation.
pub(super) fn handler(operation: &'static Operation) -> Option<Handler> {
    let known = operation.name == "getState" && MANAGERS.contains(&operation.manager);
    known.then_some(answer as Handler)
}

/// The managers whose state is here; the others have it in their own files.
const MANAGERS: [&str; 39] = [
    "api",
    "apps",
    "arp",
    "ble",
    "clock",
    "coprocessor",
    "cron",
    "dashboards",
    "database",
    "devices",
    "devkit",
    "discovery",
    "drivers",
    "energy",
    "experiments",
    "flow",
    "flowtoken",
    "geolocation",
    "googleAssistant",
    "i18n",
    "icons",
    "images",
    "insights",
    "logic",
    "mobile",
    "moods",
    "notifications",
    "presence",
    "safety",
    "satellites",
    "security",
    "sessions",
    "system",
    "vdevice",
    "videos",
    "weather",
    "webserver",
    "zones",
    "matter",
];

fn answer(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let home = &*home;
    let count = |name: &str, number: usize| json!({ name: number });
    Ok(match call.operation.manager {
        "api" => count("sessions", home.sessions.alive(call.now).count()),
        "apps" => Value::Object(home.apps.values().map(app).collect()),
        "arp" => json!({ "hosts": {} }),
        "ble" => json!({ "enabled": true, "scanning": false, "peripherals": {} }),
        "clock" => clock(home),
        "coprocessor" => json!({ "bridges": {} }),
        "cron" => count("tasks", home.alarms.len()),
        "dashboards" => count("dashboards", home.dashboards.len()),
        "database" => json!({ "ready": true }),
        "devices" => devices(home),
        "devkit" => json!({ "sessions": {} }),
        "discovery" => json!({ "strategies": {} }),
        "drivers" => {
            json!({ "drivers": home.drivers().len(), "pairSessions": home.pair_sessions.len() })
        }
        "energy" => json!({
            "currency": options::value(home, "energy/currency"),
            "electricityPriceFixed": options::value(home, "energy/electricityPriceFixed"),
        }),
        "experiments" => {
            let mut enabled: Vec<_> = home.experiments.iter().collect();
            enabled.sort();
            json!({ "enabled": enabled })
        }
        "flow" => json!({
            "flows": home.flows.len(),
            "advancedFlows": home.advanced_flows.len(),
            "folders": home.folders.len(),
        }),
        "geolocation" => values(home, "geolocation", &["mode", "location"]),
        "googleAssistant" => values(home, "google-assistant", &["enabled"]),
        "i18n" => values(home, "i18n", &["language", "units"]),
        "images" => count("images", home.pictures().len()),
        "logic" => count("variables", home.variables.len()),
        "mobile" => json!({ "devices": {} }),
        "moods" => count("moods", home.moods.len()),
        "notifications" => count("notifications", home.notifications.len()),
        "presence" => presence(home),
        "safety" => safety(home),
        "satellites" => json!({ "satellites": {} }),
        "security" => security(home),
        "sessions" => count("sessions", home.sessions.alive(call.now).count()),
        "system" => json!({
            "version": home.model.version(),
            "bootDate": super::time(home.booted),
            "uptime": home.now.duration_since(home.booted).as_secs().max(0),
            "wifi": home.switched("system/wifi", true),
            "debug": options::value(home, "system/debug"),
        }),
        "videos" => json!({ "streams": {} }),
        "weather" => json!({ "location": options::value(home, "geolocation/location") }),
        "webserver" => json!({ "ready": true }),
        "zones" => count("zones", home.zones.len()),
        "matter" => json!({ "enabled": true, "nodes": {} }),
        _ => json!({}),
    }
    .into())
}

fn values(home: &Home, manager: &str, names: &[&str]) -> Value {
    let value =
        |name: &&str| ((*name).to_owned(), options::value(home, &format!("{manager}/{name}")));
    Value::Object(names.iter().map(value).collect::<Map<String, Value>>())
}

fn app(app: &crate::state::app::App) -> (String, Value) {
    let state = if app.enabled { "running" } else { "stopped" };
    (app.id.clone(), json!({ "state": state, "version": app.version }))
}

fn clock(home: &Home) -> Value {
    let dst = local_time::zone().to_offset_info(home.now).dst().is_dst();
    json!({ "date": super::time(home.now), "dateDst": dst, "timezone": local_time::NAME })
}

fn devices(home: &Home) -> Value {
    let unavailable = home.devices.values().filter(|device| home.why_unavailable(device).is_some());
    json!({ "devices": home.devices.len(), "unavailable": unavailable.count() })
}

fn presence(home: &Home) -> Value {
    let state = |user: &crate::state::user::User| {
        (user.id.clone(), json!({ "present": user.present, "asleep": user.asleep }))
    };
    json!({ "users": Value::Object(home.users.values().map(state).collect()) })
}

/// What smoke, gas and water detectors say.
fn safety(home: &Home) -> Value {
    const ALARMS: [&str; 5] =
        ["alarm_smoke", "alarm_fire", "alarm_co", "alarm_water", "alarm_heat"];
    let rings = |device: &&crate::state::device::Device| {
        ALARMS.iter().any(|id| device.capability(id).is_some_and(|alarm| alarm.value == true))
    };
    let ringing: Vec<&str> =
        home.devices.values().filter(rings).map(|device| device.id.as_str()).collect();
    json!({ "alarm": !ringing.is_empty(), "devices": ringing })
}

/// What the alarm system is set to; null in a home without one.
fn security(home: &Home) -> Value {
    let state = home.devices.values().find_map(|device| device.capability("homealarm_state"));
    json!({ "homealarmState": state.map(|state| state.value.clone()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_manager_here_has_a_state_in_the_catalogue() {
        for manager in MANAGERS {
            let id = format!("{manager}.getState");
            assert!(housekey::catalogue::find(&id).is_some(), "{id}");
        }
    }
}
