//! Advanced flows with a fault each, some with more.

use serde_json::{Value, json};

use super::items::UNREACHABLE;
use super::{Messy, node, then};

impl Messy<'_> {
    pub(super) fn advanced_faults(&mut self) {
        self.lines();
        self.nodes();
        self.node_tokens();
        self.others();
    }

    /// A node of a notification.
    fn says(&self, text: &str, lines: Value) -> Value {
        node("action", self.note(text), lines)
    }

    fn faulty(
        &mut self,
        code: &'static str,
        name: &str,
        nodes: Value,
        missing: Option<&str>,
    ) -> String {
        let flow = self.advanced(name, nodes);
        self.has_fault(code, "advancedflow", &flow, missing);
        flow
    }

    fn lines(&mut self) {
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@say@"] },
            "say": self.says("Reached", json!({})),
            "lost": self.says("Never reached", json!({})),
        });
        self.faulty("HK203", "Lost card", nodes, None);
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@say@"] },
            "say": self.says("One way only", json!({ "outputSuccess": ["@all@"] })),
            "all": { "type": "all", "input": ["@say@::outputSuccess"], "outputSuccess": ["@end@"] },
            "end": self.says("All of one", json!({})),
        });
        self.faulty("HK204", "All of one", nodes, None);
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@one@", "@two@"] },
            "one": self.says("First of two", json!({ "outputSuccess": ["@all@"] })),
            "two": self.says("Second of two", json!({ "outputSuccess": ["@all@"] })),
            "all": { "type": "all", "input": ["@one@", "@two@"], "outputSuccess": ["@end@"] },
            "end": self.says("Never fires", json!({})),
        });
        self.faulty("HK205", "Made by a script", nodes, None);
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@say@"] },
            "say": self.says("To nowhere", json!({ "outputSuccess": ["@nowhere@"] })),
        });
        self.faulty("HK206", "To nowhere", nodes, None);
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@all@", "@gone@"] },
            "all": { "type": "all", "input": ["@start@"], "outputSuccess": ["@say@"] },
            "say": self.says("Much is wrong", json!({})),
            "lost": { "type": "delay", "args": { "delay": { "number": "2", "multiplier": 1 } }, "outputSuccess": ["@say@"] },
        });
        let flow = self.faulty("HK203", "Ruin", nodes, None);
        for code in ["HK204", "HK205", "HK206"] {
            self.has_fault(code, "advancedflow", &flow, None);
        }
    }

    fn nodes(&mut self) {
        let gone = self.gone("device");
        let start = json!({ "type": "start", "outputSuccess": ["@act@"] });
        let lamp = self.device("Ceiling lamp 2");
        let unreachable = self.device(UNREACHABLE);
        let unreachable_id = unreachable.trim_start_matches("homey:device:").to_owned();
        let card = self.card(&format!("device:{gone}"), "off", json!({}));
        let nodes = json!({ "start": start, "act": node("action", card, json!({})) });
        self.faulty("HK101", "Porch at night", nodes, Some(&gone));
        let card = self.card(&lamp, "dim", json!({ "dim": -1 }));
        let nodes = json!({ "start": start, "act": node("action", card, json!({})) });
        self.faulty("HK114", "Darker than dark", nodes, None);
        let card = self.card(&unreachable, "off", json!({}));
        let nodes = json!({ "start": start, "act": node("action", card, json!({})) });
        self.faulty("HK201", "Reading light off", nodes, Some(&unreachable_id));
        let card = self.card(
            "app:com.example.comfort",
            "request",
            json!({ "url": "https://example.org/card?token=swordfish77" }),
        );
        let nodes = json!({ "start": start, "act": node("action", card, json!({})) });
        self.faulty("HK208", "Hook of a card", nodes, None);
        let gone = self.gone("mood");
        let card = self.card("manager:moods", "set_mood", Self::chosen("mood", &gone));
        let nodes = json!({ "start": start, "act": node("action", card, json!({})) });
        self.faulty("HK106", "Party at night", nodes, Some(&gone));
        let nodes = json!({
            "start": start,
            "act": { "type": "delay", "args": { "delay": { "number": "45", "multiplier": 60 } }, "outputSuccess": ["@end@"] },
            "end": self.says("Much later", json!({})),
        });
        self.faulty("HK307", "Slow roast", nodes, None);
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@if@"] },
            "if": node("condition", self.card("manager:logic", "is_night", json!({})), json!({ "outputTrue": [], "outputFalse": [] })),
        });
        self.faulty("HK308", "Only a question", nodes, None);
    }

    fn node_tokens(&mut self) {
        let motion = self.device("Motion sensor");
        let trigger = |next: &str| {
            let card = self.card(&motion, "measure_temperature_changed", json!({}));
            node("trigger", card, json!({ "outputSuccess": [next] }))
        };
        let flows = [
            // It is of a card that comes later.
            (
                "Too early",
                "@end@",
                "action::{}::answer",
                json!({
                    "start": trigger("@say@"),
                    "say": self.says("[[action::@end@::answer]]", json!({ "outputSuccess": ["@end@"] })),
                    "end": node("action", self.card("app:com.example.comfort", "request", json!({ "url": "https://example.org/early" })), json!({})),
                }),
            ),
            (
                "Not its token",
                "@start@",
                "trigger::{}::humidity",
                json!({
                    "start": trigger("@say@"),
                    "say": self.says("[[trigger::@start@::humidity]]", json!({})),
                }),
            ),
            (
                "Of no card",
                "@none@",
                "trigger::{}::measure_temperature",
                json!({
                    "start": trigger("@say@"),
                    "say": self.says("[[trigger::@none@::measure_temperature]] of no card", json!({})),
                }),
            ),
        ];
        let which_card = json!({
            "start": trigger("@say@"),
            "say": self.says("It has [[measure_temperature]] °C", json!({})),
        });
        for (name, giver, token, nodes) in flows {
            let flow = self.advanced(name, nodes);
            let giver = giver.trim_matches('@');
            let key = self.home.seed.uuid(&format!("{flow}/{giver}"));
            self.has_fault("HK112", "advancedflow", &flow, Some(&token.replace("{}", &key)));
        }
        self.faulty("HK112", "Which card", which_card, Some("measure_temperature"));
    }

    fn others(&mut self) {
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@say@"] },
            "say": self.says("I am off", json!({})),
        });
        let off = self.advanced("Off", nodes);
        if let Some(flow) = self.home.advanced_flows.get_mut(&off) {
            flow.insert("enabled".to_owned(), false.into());
        }
        let flow = self.does("Start what is off", self.start(&off));
        self.has_fault("HK202", "flow", &flow, Some(&off));
        // Two that start each other, one of each kind.
        let standard = self.does("There", self.note("There and back"));
        let nodes = json!({
            "start": { "type": "start", "outputSuccess": ["@act@"] },
            "act": node("action", self.start(&standard), json!({})),
        });
        let back = self.advanced("Back again", nodes);
        let actions = json!([then(self.start(&back))]);
        self.set(&standard, "actions", actions);
        self.has_fault("HK207", "flow", &standard, None);
        // The same but for places, keys and the note.
        let nodes = |note: &str| {
            json!({
                "start": { "type": "start", "outputSuccess": ["@say@"] },
                "say": self.says("The same twice", json!({})),
                "note": { "type": "note", "value": note, "color": "yellow", "width": 200, "height": 80 },
            })
        };
        let (one, two) = (nodes("the first"), nodes("the second"));
        let first = self.advanced("Twice", one);
        let second = self.advanced("Twice (copy)", two);
        if let Some(Value::Object(cards)) =
            self.home.advanced_flows.get_mut(&second).and_then(|flow| flow.get_mut("cards"))
        {
            for card in cards.values_mut() {
                card["y"] = json!(card["y"].as_i64().unwrap_or_default() + 500);
            }
        }
        self.has_fault("HK306", "advancedflow", &second, Some(&first));
    }
}
