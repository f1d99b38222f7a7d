//! The items that a home starts with: flows, folders, moods, an alarm, a script, a dashboard and a notification.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::Home;
use super::items::object;

/// A script as people write them.
const LIGHTS_REPORT: &str = "const devices = await Homey.devices.getDevices();
const lit = Object.values(devices)
  .filter((device) => device.class === 'light' && device.capabilitiesObj.onoff.value)
  .map((device) => device.name);
log(`${lit.length} lights are on`);
return lit.length;
";

impl Home {
    /// Adds the initial items; those for devices that a small home lacks are left out.
    pub(super) fn add_seed_data(&mut self) {
        let folder = self.seed.uuid("folder/evening");
        let mut evening = object(json!({ "id": folder, "name": "Evening", "parent": null }));
        if self.dialect == Dialect::V2 {
            evening.insert("order".to_owned(), 0.into());
        }
        self.folders.insert(folder.clone(), evening);
        self.add_flows(&folder);
        self.add_advanced_flow();
        self.add_moods();
        self.add_alarm();
        let id = self.seed.uuid("script/lights");
        self.add_script(&id, "Lights report", LIGHTS_REPORT);
        self.add_dashboard();
        self.notify("homey:manager:updates", "Updates", "The Homey is up to date");
    }

    /// The id of the device of the plan with that name, if the home is large enough to have it.
    pub(super) fn named(&self, name: &str) -> Option<String> {
        self.devices.values().find(|device| device.name == name).map(|device| device.id.clone())
    }

    /// A card as a flow of this dialect holds it.
    pub(super) fn flow_card(&self, owner: &str, id: &str, args: Value) -> Value {
        if self.dialect == Dialect::V2 {
            return json!({ "uri": owner, "id": id, "args": args });
        }
        json!({ "id": format!("{owner}:{id}"), "args": args })
    }

    fn add_flows(&mut self, folder: &str) {
        let manager = |name: &str| format!("homey:manager:{name}");
        let on_start = self.flow_card(&manager("flow"), "programmatic_trigger", json!({}));
        let note = |home: &Self, text: &str| {
            home.flow_card(
                &manager("notifications"),
                "create_notification",
                json!({ "text": text }),
            )
        };
        let then = |mut card: Value, delay: Value| {
            card["group"] = "then".into();
            card["delay"] = delay;
            card["duration"] = Value::Null;
            card
        };
        let at_ten = self.flow_card(&manager("cron"), "time_exactly", json!({ "time": "22:45" }));
        let good_night = then(note(self, "Good night"), Value::Null);
        self.add_flow("Good night", Some(folder), at_ten, json!([]), json!([good_night]));

        let started = then(note(self, "Started by hand"), Value::Null);
        self.add_flow("Say hello", None, on_start.clone(), json!([]), json!([started]));

        if let (Some(sensor), Some(lamp)) = (self.named("Motion sensor"), self.named("Floor lamp"))
        {
            let (sensor, lamp) = (format!("homey:device:{sensor}"), format!("homey:device:{lamp}"));
            let motion = self.flow_card(&sensor, "alarm_motion_true", json!({}));
            let mut dark = self.flow_card(&manager("logic"), "lt", json!({ "comparator": 20 }));
            dark["droptoken"] = format!("{sensor}|measure_luminance").into();
            dark["group"] = "group1".into();
            dark["inverted"] = false.into();
            let on = then(self.flow_card(&lamp, "on", json!({})), Value::Null);
            let later = json!({ "number": "5", "multiplier": 60 });
            let off = then(self.flow_card(&lamp, "off", json!({})), later);
            self.add_flow(
                "Light in the dark",
                Some(folder),
                motion,
                json!([dark]),
                json!([on, off]),
            );
        }
    }

    fn add_flow(
        &mut self,
        name: &str,
        folder: Option<&str>,
        trigger: Value,
        conditions: Value,
        actions: Value,
    ) {
        let id = self.seed.uuid(&format!("flow/{name}"));
        let flow = object(json!({
            "id": id,
            "name": name,
            // Flows that would switch devices unattended are disabled at first.
            "enabled": conditions.as_array().is_some_and(Vec::is_empty),
            "folder": folder,
            "order": self.flows.len(),
            "trigger": trigger,
            "conditions": conditions,
            "actions": actions,
            "triggerCount": 0,
        }));
        self.flows.insert(id, flow);
    }

    /// An advanced flow that is started by hand and writes a notification after ten minutes.
    fn add_advanced_flow(&mut self) {
        let node = |name: &str| self.seed.uuid(&format!("advancedflow/tea/{name}"));
        let (start, delay, done, note) = (node("start"), node("delay"), node("told"), node("note"));
        let cards = json!({
            start.as_str(): { "type": "start", "x": 60, "y": 60, "outputSuccess": [delay] },
            delay.as_str(): {
                "type": "delay",
                "x": 260,
                "y": 60,
                "args": { "delay": { "number": "10", "multiplier": 60 } },
                "outputSuccess": [done],
            },
            done.as_str(): {
                "type": "action",
                "ownerUri": "homey:manager:notifications",
                "id": "homey:manager:notifications:create_notification",
                "x": 460,
                "y": 60,
                "args": { "text": "The tea is ready" },
                "outputSuccess": [],
                "outputError": [],
            },
            note.as_str(): {
                "type": "note",
                "x": 60,
                "y": 220,
                "width": 220,
                "height": 60,
                "value": "Start it when the kettle is on",
                "color": "yellow",
            },
        });
        let id = self.seed.uuid("advancedflow/tea");
        let flow = object(json!({
            "id": id,
            "name": "Tea",
            "enabled": true,
            "folder": null,
            "cards": cards,
        }));
        self.advanced_flows.insert(id, flow);
    }

    fn add_moods(&mut self) {
        self.add_mood("Cosy", None, &[("Floor lamp", json!({ "onoff": true, "dim": 0.3 }))]);
        let lamp = json!({
            "onoff": true, "dim": 0.15, "light_mode": "color", "light_hue": 0.62,
            "light_saturation": 0.8,
        });
        let states = [
            ("Floor lamp", lamp),
            ("Television", json!({ "onoff": true, "volume_set": 0.4 })),
            ("Living room blinds", json!({ "windowcoverings_set": 0 })),
        ];
        self.add_mood("Cinema", Some("cinema"), &states);
    }

    /// A mood of the zone of its first device; without one of its devices it is left out.
    fn add_mood(&mut self, name: &str, preset: Option<&str>, states: &[(&str, Value)]) {
        let mut devices = Map::new();
        let mut zone = None;
        for (device, state) in states {
            let Some(id) = self.named(device) else { return };
            zone = zone.or_else(|| self.devices.get(&id).map(|device| device.zone.clone()));
            devices.insert(id, json!({ "state": state }));
        }
        let id = self.seed.uuid(&format!("mood/{}", name.to_lowercase()));
        let mood = json!({
            "id": id, "name": name, "preset": preset, "zone": zone, "devices": devices,
        });
        self.moods.insert(id, object(mood));
    }

    /// Adds a script of HomeyScript, which was not run yet.
    pub(crate) fn add_script(&mut self, id: &str, name: &str, code: &str) {
        let script = json!({
            "id": id, "name": name, "version": 1, "lastExecuted": null, "code": code,
        });
        self.scripts.insert(id.to_owned(), object(script));
    }

    /// A dashboard. The fields of a widget beside its id are inferred.
    fn add_dashboard(&mut self) {
        let Some(lamp) = self.named("Floor lamp") else { return };
        let id = |name: &str| self.seed.uuid(&format!("dashboard/wall/{name}"));
        let widget = |name: &str, owner: &str, kind: &str, settings: Value| json!({ "id": id(name), "ownerUri": owner, "widgetId": kind, "settings": settings });
        let hello = self.seed.uuid("flow/Say hello");
        let devices = json!({ "devices": [{ "id": lamp, "name": "Floor lamp" }] });
        let flows = json!({ "flows": [{ "id": hello, "type": "flow" }] });
        let columns = json!([
            { "id": id("left"), "widgets": [
                widget("devices", "homey:manager:devices", "devices", devices),
                widget("flows", "homey:manager:flow", "flows", flows),
            ] },
            { "id": id("right"), "widgets": [
                widget("weather", "homey:manager:weather", "weather", json!({})),
            ] },
        ]);
        let dashboard = json!({ "id": id("wall"), "name": "Wall", "columns": columns });
        let id = id("wall");
        self.dashboards.insert(id, object(dashboard));
    }

    fn add_alarm(&mut self) {
        // Homey Cloud has no alarms manager, so the API never shows it there.
        let id = self.seed.uuid("alarm/weekdays");
        let day = |name: &str| !matches!(name, "saturday" | "sunday");
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let repetition: serde_json::Map<String, Value> =
            days.iter().map(|name| ((*name).to_owned(), day(name).into())).collect();
        let alarm = object(json!({
            "id": id,
            "name": "Weekdays",
            "time": "06:45",
            "enabled": true,
            "repetition": repetition,
        }));
        self.alarms.insert(id, alarm);
    }
}
