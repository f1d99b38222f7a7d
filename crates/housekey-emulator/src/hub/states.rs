//! `GET .../state` of the managers whose own file has none.
//!
//! Inferred: it is known only that such a state is an object. Each is made from the state of the home.

use housekey::catalogue::Operation;
use serde_json::{Value, json};

use super::call::{Answered, Call, Handler};
use super::options::{self, values};
use crate::state::app::App;
use crate::state::device::Device;
use crate::state::user::User;
use crate::state::{Home, local_time};

/// The handler of such an operation.
pub(super) fn handler(operation: &'static Operation) -> Option<Handler> {
    let known = operation.name == "getState" && state(operation.manager).is_some();
    known.then_some(answer as Handler)
}

fn answer(home: &mut Home, call: &Call<'_>) -> Answered {
    let state = state(call.operation.manager).map(|state| state(home, call));
    Ok(state.unwrap_or_default().into())
}

type StateReader = fn(&Home, &Call<'_>) -> Value;

fn state(manager: &str) -> Option<StateReader> {
    STATES.iter().find(|(known, _)| *known == manager).map(|(_, state)| *state)
}

/// The managers whose state is here; the others have it in their own files.
const STATES: &[(&str, StateReader)] = &[
    ("api", |home, call| json!({ "sessions": home.sessions.alive(call.now).count() })),
    ("apps", |home, _| Value::Object(home.apps.values().map(app).collect())),
    ("arp", |_, _| json!({ "hosts": {} })),
    ("ble", |_, _| json!({ "enabled": true, "scanning": false, "peripherals": {} })),
    ("clock", |home, _| clock(home)),
    ("coprocessor", |_, _| json!({ "bridges": {} })),
    ("cron", |home, _| json!({ "tasks": home.alarms.len() })),
    ("dashboards", |home, _| json!({ "dashboards": home.dashboards.len() })),
    ("database", |_, _| json!({ "ready": true })),
    ("devices", |home, _| devices(home)),
    ("devkit", |_, _| json!({ "sessions": {} })),
    ("discovery", |_, _| json!({ "strategies": {} })),
    (
        "drivers",
        |home, _| json!({ "drivers": home.drivers().len(), "pairSessions": home.pair_sessions.len() }),
    ),
    ("energy", |home, _| values(home, "energy", &["currency", "electricityPriceFixed"])),
    ("experiments", |home, _| {
        let mut enabled: Vec<_> = home.experiments.iter().collect();
        enabled.sort();
        json!({ "enabled": enabled })
    }),
    ("flow", |home, _| {
        let (flows, advanced) = (home.flows.len(), home.advanced_flows.len());
        json!({ "flows": flows, "advancedFlows": advanced, "folders": home.folders.len() })
    }),
    ("flowtoken", |_, _| json!({})),
    ("geolocation", |home, _| values(home, "geolocation", &["mode", "location"])),
    ("googleAssistant", |home, _| values(home, "google-assistant", &["enabled"])),
    ("i18n", |home, _| values(home, "i18n", &["language", "units"])),
    ("icons", |_, _| json!({})),
    ("images", |home, _| json!({ "images": home.pictures().len() })),
    ("insights", |_, _| json!({})),
    ("logic", |home, _| json!({ "variables": home.variables.len() })),
    ("matter", |_, _| json!({ "enabled": true, "nodes": {} })),
    ("mobile", |_, _| json!({ "devices": {} })),
    ("moods", |home, _| json!({ "moods": home.moods.len() })),
    ("notifications", |home, _| json!({ "notifications": home.notifications.len() })),
    ("presence", |home, _| json!({ "users": presence(home) })),
    ("safety", |home, _| safety(home)),
    ("satellites", |_, _| json!({ "satellites": {} })),
    ("security", |home, _| security(home)),
    ("sessions", |home, call| json!({ "sessions": home.sessions.alive(call.now).count() })),
    ("system", |home, _| {
        json!({
            "version": home.model.version(),
            "bootDate": super::time(home.booted),
            "uptime": home.now.duration_since(home.booted).as_secs().max(0),
            "wifi": home.switched("system/wifi", true),
            "debug": options::value(home, "system/debug"),
        })
    }),
    ("vdevice", |_, _| json!({})),
    ("videos", |_, _| json!({ "streams": {} })),
    ("weather", |home, _| json!({ "location": options::value(home, "geolocation/location") })),
    ("webserver", |_, _| json!({ "ready": true })),
    ("zones", |home, _| json!({ "zones": home.zones.len() })),
];

fn app(app: &App) -> (String, Value) {
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

/// The presence of users, by id.
pub(super) fn presence(home: &Home) -> Value {
    let state =
        |user: &User| (user.id.clone(), json!({ "present": user.present, "asleep": user.asleep }));
    Value::Object(home.users.values().map(state).collect())
}

/// The devices whose alarm of smoke, gas or water is on.
fn safety(home: &Home) -> Value {
    const ALARMS: [&str; 5] =
        ["alarm_smoke", "alarm_fire", "alarm_co", "alarm_water", "alarm_heat"];
    let rings = |device: &&Device| {
        ALARMS.iter().any(|id| device.capability(id).is_some_and(|alarm| alarm.value == true))
    };
    let ringing: Vec<&str> =
        home.devices.values().filter(rings).map(|device| device.id.as_str()).collect();
    json!({ "alarm": !ringing.is_empty(), "devices": ringing })
}

/// The state of the alarm system; null in a home without one.
fn security(home: &Home) -> Value {
    let state = home.devices.values().find_map(|device| device.capability("homealarm_state"));
    json!({ "homealarmState": state.map(|state| state.value.clone()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_manager_here_has_a_state_in_the_catalogue() {
        for (manager, _) in STATES {
            let id = format!("{manager}.getState");
            assert!(housekey::catalogue::find(&id).is_some(), "{id}");
        }
    }
}
