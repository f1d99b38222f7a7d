//! The many flows that are in order, of a few kinds.

use serde_json::{Value, json};

use super::items::{OF_STOPPED, UNREACHABLE};
use super::{ADVANCED_FLOWS, FLOWS, FlowDraft, Messy, iff, node, then};

/// How many counters the flows of a home share.
const COUNTERS: usize = 8;

impl Messy<'_> {
    pub(super) fn tidy(&mut self) {
        let names =
            |of: &Self, has: &dyn Fn(&super::super::device::Device) -> bool| -> Vec<String> {
                let usable = |name: &str| name != UNREACHABLE && name != OF_STOPPED;
                let devices = of.home.devices.values().filter(|one| usable(&one.name) && has(one));
                devices.map(|one| format!("homey:device:{}", one.id)).collect()
            };
        let lights = names(self, &|one| one.class == "light");
        let sensors = names(self, &|one| one.capability("alarm_motion").is_some());
        let warm = names(self, &|one| one.capability("measure_temperature").is_some());
        let counters = self.counters();
        self.known_variables();
        let lists = Lists { lights, sensors, warm, counters };
        let mut number = 0;
        while self.home.flows.len() < FLOWS {
            self.tidy_flow(number, &lists);
            number += 1;
        }
        while self.home.advanced_flows.len() < ADVANCED_FLOWS {
            self.tidy_advanced(number, &lists);
            number += 1;
        }
    }

    /// Variables that flows set and read.
    fn counters(&mut self) -> Vec<String> {
        let names = (1..=COUNTERS).map(|number| format!("Counter {number}"));
        names.map(|name| self.variable(&name, json!(0))).collect()
    }

    /// The variables of every home, each set and read.
    fn known_variables(&mut self) {
        for (name, card, value) in [
            ("Holiday", "set_variable_boolean", json!("true")),
            ("Guests", "set_variable_number", json!(2)),
            ("Good morning", "set_variable_text", json!("Hello")),
        ] {
            let id = self.home.variables.values().find(|one| one.name == name);
            let id = id.map(|one| one.id.clone()).unwrap_or_default();
            let mut args = Self::chosen("variable", &id);
            args["value"] = value;
            self.does(&format!("Set {name}"), self.card("manager:logic", card, args));
            self.does(&format!("Say {name}"), self.note(&format!("[[homey:manager:logic|{id}]]")));
        }
    }

    fn tidy_flow(&mut self, number: usize, lists: &Lists) {
        let own_time = self.at_own_time();
        let light = Lists::pick(&lists.lights, number / 8);
        let counter = Lists::pick(&lists.counters, number / 8);
        let zones: Vec<&String> = self.home.zones.keys().collect();
        let zone = zones.get(number / 8 % zones.len().max(1)).map_or("", |id| id.as_str());
        let users: Vec<&String> = self.home.users.keys().collect();
        let user = users.get(number / 8 % users.len().max(1)).map_or("", |id| id.as_str());
        let (mut trigger, mut conditions, mut actions) = (own_time, vec![], vec![]);
        match number % 8 {
            0 => actions.push(self.card(light, "on", json!({}))),
            1 => {
                let between = json!({ "from": "17:00", "to": "23:30" });
                conditions.push(iff(self.card("manager:logic", "time_between", between)));
                actions.push(self.card(light, "toggle", json!({})));
            }
            2 => {
                let sensor = Lists::pick(&lists.sensors, number / 8);
                trigger = self.card(sensor, "alarm_motion_true", json!({}));
                let mut dark =
                    iff(self.card("manager:logic", "lt", json!({ "comparator": number })));
                dark["droptoken"] = format!("{sensor}|measure_luminance").into();
                conditions.push(dark);
                actions.push(self.card(light, "on", json!({})));
            }
            3 => {
                let sensor = Lists::pick(&lists.warm, number / 8);
                trigger = self.card(sensor, "measure_temperature_changed", json!({}));
                actions.push(self.note(&format!("[[measure_temperature]] °C ({number})")));
            }
            4 => {
                let args = Self::chosen("user", user);
                trigger = self.card("manager:presence", "user_enter", args.clone());
                let mut push = args;
                push["text"] = format!("Welcome, [[user]] ({number})").into();
                actions.push(self.card("manager:mobile", "push_text", push));
            }
            5 => {
                let args = Self::chosen("zone", zone);
                trigger = self.card("manager:zones", "zone_inactive", args.clone());
                actions.push(self.card("manager:zones", "lights_off", args));
                actions.push(self.note(&format!("All quiet ({number})")));
            }
            6 => {
                let mut args = Self::chosen("variable", counter);
                args["value"] = number.into();
                actions.push(self.card("manager:logic", "set_variable_number", args));
            }
            _ => {
                let args = Self::chosen("variable", counter);
                trigger = self.card("manager:logic", "variable_changed", args);
                let text = format!("[[variable]] is [[homey:manager:logic|{counter}]] ({number})");
                actions.push(self.note(&text));
            }
        }
        let actions = actions.into_iter().map(then).collect();
        let name = format!("{} {number}", NAMES[number % NAMES.len()]);
        let flow = self.flow(&name, FlowDraft { trigger, conditions, actions });
        if number.is_multiple_of(3) {
            let folder = self.home.seed.uuid("folder/evening");
            self.set(&flow, "folder", folder.into());
        }
    }

    fn tidy_advanced(&mut self, number: usize, lists: &Lists) {
        let light = Lists::pick(&lists.lights, number);
        let sensor = Lists::pick(&lists.sensors, number);
        let says = |text: &str, lines: Value| node("action", self.note(text), lines);
        let trigger = self.card(sensor, "alarm_motion_true", json!({}));
        let night = self.card("manager:logic", "is_night", json!({}));
        let minutes = (1 + number % 9).to_string();
        let nodes = json!({
            "trigger": node("trigger", trigger, json!({ "outputSuccess": ["@night@"] })),
            "start": { "type": "start", "outputSuccess": ["@night@"] },
            "night": node("condition", night, json!({ "outputTrue": ["@on@", "@say@"], "outputFalse": ["@day@"] })),
            "on": node("action", self.card(light, "on", json!({})), json!({ "outputSuccess": ["@all@"] })),
            "say": says(&format!("Motion ({number})"), json!({ "outputSuccess": ["@all@"] })),
            "all": { "type": "all", "input": ["@on@::outputSuccess", "@say@::outputSuccess"], "outputSuccess": ["@wait@"] },
            "wait": { "type": "delay", "args": { "delay": { "number": minutes, "multiplier": 60 } }, "outputSuccess": ["@off@"] },
            "off": node("action", self.card(light, "off", json!({})), json!({})),
            "day": says(&format!("By day ({number})"), json!({})),
        });
        self.advanced(&format!("Motion {number}"), nodes);
    }
}

/// What the flows have to do with.
struct Lists {
    lights: Vec<String>,
    sensors: Vec<String>,
    warm: Vec<String>,
    counters: Vec<String>,
}

impl Lists {
    fn pick(list: &[String], number: usize) -> &str {
        list.get(number % list.len().max(1)).map_or("", String::as_str)
    }
}

const NAMES: [&str; 8] =
    ["Light", "Toggle", "Motion", "Warmth", "Welcome", "Quiet", "Count", "Counted"];
