//! The items that a home starts with: flows, folders, a mood, an alarm and a notification.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::Home;
use super::items::object;

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
        self.add_mood();
        self.add_alarm();
        self.notify("homey:manager:updates", "Updates", "The Homey is up to date");
    }

    /// The id of the device of the plan with that name, if the home is large enough to have it.
    fn named(&self, name: &str) -> Option<String> {
        self.devices.values().find(|device| device.name == name).map(|device| device.id.clone())
    }

    /// A card as a flow of this dialect holds it.
    fn flow_card(&self, owner: &str, id: &str, args: Value) -> Value {
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

    fn add_mood(&mut self) {
        let Some(lamp) = self.named("Floor lamp") else { return };
        let zone = self.devices.get(&lamp).map(|device| device.zone.clone());
        let id = self.seed.uuid("mood/cosy");
        let mood = object(json!({
            "id": id,
            "name": "Cosy",
            "preset": null,
            "zone": zone,
            "devices": { lamp: { "state": { "onoff": true, "dim": 0.3 } } },
        }));
        self.moods.insert(id, mood);
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
