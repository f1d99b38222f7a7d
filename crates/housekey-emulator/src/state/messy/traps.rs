//! Flows that are in order, and look as if they were not.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::items::UNREACHABLE;
use super::{FlowDraft, Messy, delayed, iff, node, then};

impl Messy<'_> {
    pub(super) fn traps(&mut self) {
        self.started_and_enabled();
        self.arguments_in_order();
        self.lamps();
        self.used_elsewhere();
        self.advanced_traps();
    }

    fn by_hand_only(&mut self, name: &str) -> String {
        let actions = vec![then(self.note(&format!("{name}, by hand")))];
        let trigger = self.by_hand();
        let flow = self.flow(name, FlowDraft { trigger, conditions: vec![], actions });
        self.set(&flow, "triggerCount", 0.into());
        flow
    }

    fn started_and_enabled(&mut self) {
        // It is disabled, but another flow enables it.
        let off = self.does("Holiday lights", self.note("Holiday lights"));
        self.set(&off, "enabled", false.into());
        self.does("Start the holiday lights", self.start(&off));
        let enable = self.card("manager:flow", "enable_flow", Self::chosen("flow", &off));
        self.does("Holidays begin", enable);
        // Another flow starts it, or it was started by hand.
        let started = self.by_hand_only("Started by another");
        self.does("Start another", self.start(&started));
        let by_hand = self.by_hand_only("Started by hand");
        self.set(&by_hand, "triggerCount", 5.into());
        let disabled = self.by_hand_only("Disabled");
        self.set(&disabled, "enabled", false.into());
        let tea = self.home.seed.uuid("advancedflow/tea");
        self.does("Tea time", self.start(&tea));
    }

    fn arguments_in_order(&mut self) {
        let mode = self.variable("Mode", json!("home"));
        let token = format!("[[homey:manager:logic|{mode}]]");
        let mut args = Self::chosen("variable", &mode);
        args["value"] = "away".into();
        self.does("Away", self.card("manager:logic", "set_variable_text", args));
        let rows = [
            ("Disco", "app:com.example.lumen", "effect", json!({ "effect": "disco" })),
            (
                "Slow disco",
                "app:com.example.lumen",
                "effect",
                json!({ "effect": "disco", "speed": "0.2" }),
            ),
            (
                "Chime",
                "app:com.example.senses",
                "chime",
                json!({ "sound": { "id": "bell", "name": "Bell", "image": "/bell.svg" } }),
            ),
            ("Programme", "app:com.example.klima", "set_program", json!({ "program": token })),
            ("Silence", "app:com.example.comfort", "announce", json!({ "text": "" })),
            (
                "Hook with a token",
                "app:com.example.comfort",
                "request",
                json!({ "url": format!("https://example.org/?token={token}") }),
            ),
            (
                "Brackets",
                "app:com.example.comfort",
                "announce",
                json!({ "text": "A [[ is no token, [[ this is not one ]] either" }),
            ),
            (
                "An id",
                "app:com.example.comfort",
                "announce",
                json!({ "text": "Ticket 0d2a4c1e-9b7f-4a55-8f60-2c4b7d9e1a30" }),
            ),
            (
                "Bearer",
                "app:com.example.comfort",
                "announce",
                json!({ "text": "The bearer of good news" }),
            ),
            ("Tool", "app:com.example.toolbox", "tool_0001", json!({ "text": null })),
        ];
        for (name, owner, card, args) in rows {
            self.does(name, self.card(owner, card, args));
        }
        self.does("Soup", delayed(self.note("The soup is ready"), "9"));
        // Two flows of one name.
        self.does("Lights", self.note("Lights, one"));
        self.does("Lights", self.note("Lights, two"));
        let mut odd = then(self.note("As another program writes it"));
        odd["duration"] = Value::Null;
        odd["delay"] = Value::Null;
        if self.home.dialect != Dialect::V2 {
            odd["uri"] =
                "homey:flowcardaction:homey:manager:notifications:create_notification".into();
        }
        let trigger = self.at_own_time();
        self.flow(
            "By another program",
            FlowDraft { trigger, conditions: vec![], actions: vec![odd] },
        );
    }

    fn lamps(&mut self) {
        let unreachable = self.device(UNREACHABLE);
        let flow =
            self.does("Reading light, disabled", self.card(&unreachable, "toggle", json!({})));
        self.set(&flow, "enabled", false.into());
        // A lamp that is turned off some time after it was turned on does not turn on again.
        let stairs = self.device("Bathroom lamp 2");
        let mut off = then(delayed(self.card(&stairs, "off", json!({})), "5"));
        // Missing and `null` mean the same.
        if let Some(card) = off.as_object_mut() {
            card.shift_remove("args");
        }
        let trigger = self.card(&stairs, "onoff_true", json!({}));
        self.flow("Stairs", FlowDraft { trigger, conditions: vec![], actions: vec![off] });
        // One trigger, two levels: by a condition, or one after the other.
        let (door, lamp) = (self.device("Front door 2"), self.device("Bathroom lamp"));
        for (name, level, inverted) in [("Door by day", 1.0, true), ("Door by night", 0.2, false)] {
            let mut night = iff(self.card("manager:logic", "is_night", json!({})));
            night["inverted"] = inverted.into();
            let parts = FlowDraft {
                trigger: self.card(&door, "alarm_contact_true", json!({})),
                conditions: vec![night],
                actions: vec![then(self.card(&lamp, "dim", json!({ "dim": level })))],
            };
            self.flow(name, parts);
        }
        let (door, lamp) = (self.device("Front door 3"), self.device("Bedroom lamp 2"));
        for (name, level, delay) in [("Door opens", 0.9, None), ("Door was opened", 0.1, Some("5"))]
        {
            let dim = self.card(&lamp, "dim", json!({ "dim": level }));
            let dim = match delay {
                Some(minutes) => delayed(dim, minutes),
                None => dim,
            };
            let trigger = self.card(&door, "alarm_contact_true", json!({}));
            self.flow(name, FlowDraft { trigger, conditions: vec![], actions: vec![then(dim)] });
        }
        let trigger = self.card("manager:presence", "user_enter", json!({ "user": null }));
        let mut otherwise = self.note("[[user]] is here by day");
        otherwise["group"] = "else".into();
        let night = iff(self.card("manager:logic", "is_night", json!({})));
        let actions = vec![then(self.note("[[user]] is here by night")), otherwise];
        self.flow("Who is here", FlowDraft { trigger, conditions: vec![night], actions });
    }

    /// What a script or a dashboard uses.
    fn used_elsewhere(&mut self) {
        let steps = self.variable("Steps today", json!(0));
        self.does("Steps", self.note(&format!("[[homey:manager:logic|{steps}]] steps")));
        let scripted = self.by_hand_only("Scripted evening");
        let code = "const all = Object.values(await Homey.logic.getVariables());\n\
                    const steps = all.find((one) => one.name === 'Steps today');\n\
                    await Homey.logic.updateVariable({ id: steps.id, variable: { value: 0 } });\n";
        let code = format!("{code}await Homey.flow.triggerFlow({{ id: '{scripted}' }});\n");
        let id = self.home.seed.uuid("messy/script/evening");
        self.home.add_script(&id, "Evening", &code);
        let run = json!({ "script": { "id": id, "name": "Evening" } });
        self.does("Run the script", self.card("app:com.athom.homeyscript", "run", run));
        let shown = self.by_hand_only("On the dashboard");
        let id = |name: &str| self.home.seed.uuid(&format!("messy/dashboard/{name}"));
        let settings = json!({ "flows": [{ "id": shown, "type": "flow" }] });
        let dashboard = json!({ "id": id("phone"), "name": "Phone", "columns": [
            { "id": id("column"), "widgets": [{ "id": id("widget"), "settings": settings }] },
        ] });
        let key = id("phone");
        self.home.dashboards.insert(key, super::object(dashboard));
    }

    fn advanced_traps(&mut self) {
        let (motion, lamp) = (self.device("Motion sensor 3"), self.device("Bathroom lamp"));
        let trigger = self.card(&motion, "measure_temperature_changed", json!({}));
        let request = self.card(
            "app:com.example.comfort",
            "request",
            json!({ "url": "https://example.org/" }),
        );
        let warm = self.card("manager:logic", "gt", json!({ "comparator": 25 }));
        let mut warm =
            node("condition", warm, json!({ "outputTrue": ["@all@"], "outputFalse": ["@any@"] }));
        warm["droptoken"] = "trigger::@heat@::measure_temperature".into();
        let says = |text: &str, lines: Value| node("action", self.note(text), lines);
        let nodes = json!({
            "heat": node("trigger", trigger, json!({ "outputSuccess": ["@warm@", "@request@"] })),
            "hand": { "type": "start", "outputSuccess": ["@any@"] },
            "warm": warm,
            "request": node("action", request, json!({ "outputSuccess": ["@all@"], "outputError": ["@sorry@"] })),
            "sorry": says("It failed: [[card::@request@::error]]", json!({})),
            "all": { "type": "all", "input": ["@warm@::outputTrue", "@request@::outputSuccess"], "outputSuccess": ["@report@"] },
            "report": says("[[trigger::@heat@::measure_temperature]] °C, [[action::@request@::answer]]", json!({})),
            "any": { "type": "any", "input": ["@hand@::outputSuccess", "@warm@::outputFalse"], "outputSuccess": ["@wait@"] },
            "wait": { "type": "delay", "args": { "delay": { "number": "10", "multiplier": 60 } }, "outputSuccess": ["@dim@"] },
            "dim": node("action", self.card(&lamp, "dim", json!({ "dim": 0.4 })), json!({ "outputSuccess": [], "outputError": [] })),
            "note": { "type": "note", "value": "[[trigger::none::x]] in a note", "color": "blue", "width": 200, "height": 80 },
        });
        self.advanced("Heat", nodes);
    }
}
