//! Standard flows with a fault each, some with more.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::items::{GONE_APP, OF_STOPPED, STOPPED, UNREACHABLE};
use super::{FlowDraft, Messy, delayed, iff, then};

impl Messy<'_> {
    pub(super) fn faults(&mut self) {
        self.missing_devices_and_cards();
        self.missing_items();
        self.tokens();
        self.arguments();
        self.starts();
        self.circles();
        self.variables();
        self.pairs();
        self.drafts();
    }

    /// A flow with one action and one fault.
    fn one(
        &mut self,
        code: &'static str,
        name: &str,
        action: Value,
        missing: Option<&str>,
    ) -> String {
        let flow = self.does(name, action);
        self.has_fault(code, "flow", &flow, missing);
        flow
    }

    fn missing_devices_and_cards(&mut self) {
        let gone = self.gone("device");
        let owner = format!("device:{gone}");
        let lamp = self.device("Floor lamp 2");
        self.one("HK101", "Porch light", self.card(&owner, "on", json!({})), Some(&gone));
        let cold = self.card("manager:logic", "lt", json!({ "comparator": 15 }));
        let mut cold = iff(cold);
        cold["droptoken"] = format!("homey:{owner}|measure_temperature").into();
        let heat = then(self.note("It is cold"));
        let trigger = self.at_own_time();
        let flow =
            self.flow("Frost", FlowDraft { trigger, conditions: vec![cold], actions: vec![heat] });
        self.has_fault("HK101", "flow", &flow, Some(&gone));
        let text = format!("The pond has [[homey:{owner}|measure_temperature]] °C");
        self.one("HK101", "Pond", self.note(&text), Some(&gone));
        let trigger = self.card(&owner, "onoff_true", json!({}));
        let actions = vec![then(self.note("The sauna is in use"))];
        let flow = self.flow("Sauna", FlowDraft { trigger, conditions: vec![], actions });
        self.has_fault("HK101", "flow", &flow, Some(&gone));

        let card = self.card(&lamp, "levitate", json!({}));
        self.one("HK102", "Lamp trick", card, Some(&format!("{lamp}:levitate")));
        let card = self.card("manager:logic", "make_sunshine", json!({}));
        self.one("HK102", "Sunshine", card, Some("homey:manager:logic:make_sunshine"));
        let card = self.card("app:com.example.lumen", "sparkle", json!({}));
        self.one("HK102", "Sparkle", card, Some("homey:app:com.example.lumen:sparkle"));

        let card = self.card(&format!("app:{GONE_APP}"), "play", json!({ "song": "x" }));
        self.one("HK103", "Radio", card, Some(GONE_APP));
        let text = format!("On the air: [[homey:app:{GONE_APP}|song]]");
        self.one("HK103", "What plays", self.note(&text), Some(GONE_APP));

        let card = self.card(&format!("app:{STOPPED}"), "work", json!({}));
        self.one("HK104", "Work", card, Some(STOPPED));
        let vacuum = self.device(OF_STOPPED);
        let id = vacuum.trim_start_matches("homey:device:").to_owned();
        let card = self.card(&vacuum, "clean", json!({}));
        let flow = self.one("HK104", "Clean upstairs", card, Some(STOPPED));
        self.has_fault("HK201", "flow", &flow, Some(&id));
        let lamp = self.device(UNREACHABLE);
        let id = lamp.trim_start_matches("homey:device:").to_owned();
        self.one("HK201", "Reading light", self.card(&lamp, "on", json!({})), Some(&id));
    }

    fn missing_items(&mut self) {
        let rows = [
            ("HK105", "Count guests", "manager:logic", "set_variable_number", "variable"),
            ("HK106", "Party", "manager:moods", "set_mood", "mood"),
            ("HK107", "Shed off", "manager:zones", "lights_off", "zone"),
            ("HK108", "Call Kim", "manager:mobile", "push_text", "user"),
            ("HK109", "Start the old one", "manager:flow", "programmatic_trigger", "flow"),
            ("HK109", "Enable the old one", "manager:flow", "enable_flow", "flow"),
            ("HK110", "Old script", "app:com.athom.homeyscript", "run", "script"),
            ("HK111", "School alarm", "manager:alarms", "enable_alarm", "alarm"),
        ];
        for (code, name, owner, card, kind) in rows {
            // Homeys in the cloud have no alarms.
            if code == "HK111" && self.home.dialect == Dialect::Cloud {
                continue;
            }
            let gone = self.gone(kind);
            let mut args = Self::chosen(kind, &gone);
            let more =
                [("set_variable_number", "value", json!(1)), ("push_text", "text", json!("Hi"))];
            for (_, key, value) in more.into_iter().filter(|(of, ..)| *of == card) {
                args[key] = value;
            }
            self.one(code, name, self.card(owner, card, args), Some(&gone));
        }
        let gone = self.gone("variable");
        let text = format!("There are [[homey:manager:logic|{gone}]] eggs");
        self.one("HK105", "Eggs", self.note(&text), Some(&gone));
        let trigger =
            self.card("manager:logic", "variable_changed", Self::chosen("variable", &gone));
        let actions = vec![then(self.note("Changed"))];
        let flow =
            self.flow("Watch the old one", FlowDraft { trigger, conditions: vec![], actions });
        self.has_fault("HK105", "flow", &flow, Some(&gone));
        let gone = self.gone("user");
        let trigger = self.card("manager:presence", "user_enter", Self::chosen("user", &gone));
        let actions = vec![then(self.note("Kim is back"))];
        let flow = self.flow("Kim comes home", FlowDraft { trigger, conditions: vec![], actions });
        self.has_fault("HK108", "flow", &flow, Some(&gone));
        let gone = self.gone("folder");
        let flow = self.does("Forgotten", self.note("In a folder that is gone"));
        self.set(&flow, "folder", gone.as_str().into());
        self.has_fault("HK209", "flow", &flow, Some(&gone));
    }

    fn tokens(&mut self) {
        let lamp = self.device("Floor lamp 2");
        let rows = [
            ("HK112", "Days of frost", "homey:app:com.example.klima|days_of_frost".to_owned()),
            ("HK112", "Power of the lamp", format!("{lamp}|measure_power")),
            ("HK112", "Who was it", "user".to_owned()),
            ("HK113", "Brightness", format!("{lamp}:dim")),
        ];
        for (code, name, token) in rows {
            self.one(code, name, self.note(&format!("It is [[{token}]]")), Some(&token));
        }
        let mut condition = iff(self.card("manager:logic", "gt", json!({ "comparator": 3 })));
        condition["droptoken"] = format!("{lamp}|measure_power").into();
        let parts = FlowDraft {
            trigger: self.at_own_time(),
            conditions: vec![condition],
            actions: vec![then(self.note("The lamp is on"))],
        };
        let flow = self.flow("Lamp draws power", parts);
        self.has_fault("HK112", "flow", &flow, Some(&format!("{lamp}|measure_power")));
    }

    fn arguments(&mut self) {
        let lamp = self.device("Floor lamp 2");
        let rows = [
            ("Summer", "app:com.example.klima", "set_program", json!({ "program": "summer" })),
            ("Brighter than bright", lamp.as_str(), "dim", json!({ "dim": 3 })),
            ("Boost for ever", "app:com.example.klima", "boost", json!({ "minutes": 600 })),
            ("Boost a lot", "app:com.example.klima", "boost", json!({ "minutes": "a lot" })),
            ("Some mood", "manager:moods", "set_mood", json!({ "mood": null })),
            ("Some scene", "app:com.example.lumen", "scene", json!({})),
        ];
        for (name, owner, card, args) in rows {
            self.one("HK114", name, self.card(owner, card, args), None);
        }
        let bare = self.note("In no group");
        let trigger = self.at_own_time();
        let flow =
            self.flow("No group", FlowDraft { trigger, conditions: vec![], actions: vec![bare] });
        self.has_fault("HK115", "flow", &flow, None);
        let mut condition = iff(self.card("manager:logic", "is_night", json!({})));
        condition["group"] = "group4".into();
        let parts = FlowDraft {
            trigger: self.at_own_time(),
            conditions: vec![condition],
            actions: vec![then(self.note("In the fourth group"))],
        };
        let flow = self.flow("Fourth group", parts);
        self.has_fault("HK115", "flow", &flow, None);
        let url = "https://example.org/hook?token=swordfish42";
        let request = |args: Value| self.card("app:com.example.comfort", "request", args);
        let key = "0123456789abcdef".repeat(3);
        let bearer = json!({ "url": "https://example.org/", "headers": "Authorization: Bearer abcdefghijklmnopqrst" });
        let cards = [
            ("Hook", request(json!({ "url": url }))),
            ("Hook with a header", request(bearer)),
            ("Key", self.note(&format!("The key is {key}"))),
        ];
        for (name, card) in cards {
            self.one("HK208", name, card, None);
        }
        let card = self.card("app:com.example.lumen", "set_scene", json!({ "number": 4 }));
        self.one("HK309", "Scene four", card, None);
        let late = delayed(self.note("Half an hour later"), "30");
        self.one("HK307", "Oven", late, None);
    }

    fn starts(&mut self) {
        let off = self.does("Asleep", self.note("Good night all"));
        self.set(&off, "enabled", false.into());
        self.one("HK202", "Wake the sleeper", self.start(&off), Some(&off));
        let parts = FlowDraft {
            trigger: self.by_hand(),
            conditions: vec![],
            actions: vec![then(self.note("Never seen"))],
        };
        let never = self.flow("Never", parts);
        self.set(&never, "triggerCount", 0.into());
        self.has_fault("HK301", "flow", &never, None);
    }

    fn circles(&mut self) {
        let by_hand =
            |of: &Self| FlowDraft { trigger: of.by_hand(), conditions: vec![], actions: vec![] };
        let ping = self.flow("Ping", by_hand(self));
        let pong = self.flow("Pong", by_hand(self));
        for (from, to) in [(&ping, &pong), (&pong, &ping)] {
            let start = then(self.start(to));
            self.set(from, "actions", json!([start]));
        }
        self.has_fault("HK207", "flow", &ping, None);
        let count = self.variable("Echo", json!(0));
        let args = Self::chosen("variable", &count);
        let trigger = self.card("manager:logic", "variable_changed", args.clone());
        let mut more = args;
        more["value"] = "[[variable]]".into();
        let set = then(self.card("manager:logic", "set_variable_number", more));
        let flow = self.flow("Echo", FlowDraft { trigger, conditions: vec![], actions: vec![set] });
        self.has_fault("HK207", "flow", &flow, None);
        let lamp = self.device("Garden lights 2");
        let mut flows = Vec::new();
        for (name, trigger, action) in
            [("Garden off", "onoff_true", "off"), ("Garden on again", "onoff_false", "on")]
        {
            let trigger = self.card(&lamp, trigger, json!({}));
            let actions = vec![then(self.card(&lamp, action, json!({})))];
            flows.push(self.flow(name, FlowDraft { trigger, conditions: vec![], actions }));
        }
        self.has_fault("HK207", "flow", &flows[0], None);
    }

    fn variables(&mut self) {
        let unused = self.variable("Old counter", json!(7));
        self.has_fault("HK302", "variable", &unused, None);
        let written = self.variable("Last visitor", json!("Kim"));
        let mut args = Self::chosen("variable", &written);
        args["value"] = "Lee".into();
        self.does("Note the visitor", self.card("manager:logic", "set_variable_text", args));
        self.has_fault("HK303", "variable", &written, None);
        let read = self.variable("Season", json!("winter"));
        self.does("Season", self.note(&format!("It is [[homey:manager:logic|{read}]]")));
        self.has_fault("HK304", "variable", &read, None);
    }

    fn pairs(&mut self) {
        let (motion, lamp) = (self.device("Motion sensor 2"), self.device("Ceiling lamp 2"));
        let mut pair = Vec::new();
        for (name, level) in [("Dim the hall", json!(0.2)), ("Light the hall", json!(0.9))] {
            let trigger = self.card(&motion, "alarm_motion_true", json!({}));
            let dim = then(self.card(&lamp, "dim", json!({ "dim": level })));
            pair.push(
                self.flow(name, FlowDraft { trigger, conditions: vec![], actions: vec![dim] }),
            );
        }
        self.has_fault("HK305", "flow", &pair[1], Some(&pair[0]));
        let first = self.does("Bins", self.note("Put the bins out"));
        let copy = self.does("Bins (copy)", Value::Null);
        for key in ["trigger", "conditions", "actions"] {
            let same = self.home.flows.get(&first).and_then(|flow| flow.get(key)).cloned();
            self.set(&copy, key, same.unwrap_or_default());
        }
        self.has_fault("HK306", "flow", &copy, Some(&first));
    }

    fn drafts(&mut self) {
        let trigger = self.at_own_time();
        let empty = FlowDraft { trigger, conditions: vec![], actions: vec![] };
        let flow = self.flow("Idea", empty);
        self.has_fault("HK308", "flow", &flow, None);
        // Older Homeys refuse a flow without a trigger.
        if self.home.dialect != Dialect::V2 {
            let actions = vec![then(self.note("Without a trigger"))];
            let parts = FlowDraft { trigger: Value::Null, conditions: vec![], actions };
            let flow = self.flow("Half an idea", parts);
            self.has_fault("HK308", "flow", &flow, None);
        }
    }
}
