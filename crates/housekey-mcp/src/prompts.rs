//! Questions that a person can choose in a client.

use serde_json::{Map, Value};

use crate::answer::{Outcome, Refused};
use crate::quote::quoted_to;

/// A prompt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prompt {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    /// Arguments with whether they are required.
    pub(crate) arguments: &'static [(&'static str, bool)],
    text: &'static str,
}

/// The most letters of an argument.
const LONGEST: usize = 500;

pub(crate) const PROMPTS: &[Prompt] = &[
    Prompt {
        name: "morning_report",
        title: "Morning report",
        description: "The night and the state of the home",
        arguments: &[],
        text: "Report on my home in at most ten lines. Read homey_home_overview, then homey_events of the last 12 \
               hours if they are recorded. Say who is home, what is open or gives an alarm, low batteries \
               (homey_devices_search with where measure_battery<20), devices that are away, and what was unusual in \
               the night. Change nothing.",
    },
    Prompt {
        name: "why",
        title: "Why did it change",
        description: "What could have changed a device",
        arguments: &[("device", true), ("time", false)],
        text: "Find out why a device changed. Device: {device}. Time: {time}. Read homey_device_get with flows, and \
               homey_events around that time. Read the outlines of the flows that could have done it, and say which \
               fit and which do not. A Homey does not report that a flow ran: say what is certain and what is \
               guessed. Change nothing.",
    },
    Prompt {
        name: "energy_week",
        title: "Energy of the week",
        description: "What used power in the last seven days",
        arguments: &[],
        text: "Show what used energy in the last seven days. Find the devices with homey_devices_search and \
               capability measure_power, and read homey_history by day for those that use most: fn integral if it \
               is recorded, else mean. Compare days, name what stands out, and what is on without need at night. \
               Give units. Change nothing.",
    },
    Prompt {
        name: "flow_checkup",
        title: "Check the flows",
        description: "What is wrong with flows, and how to put it right",
        arguments: &[],
        text: "Check my flows with homey_flow_audit. Group what it finds: what does not work now, what may fail, what \
               is only untidy. For the worst five read the outline and propose what to change, in words. Save \
               nothing before I agree.",
    },
    Prompt {
        name: "build_flow",
        title: "Build a flow",
        description: "A flow from a wish",
        arguments: &[("wish", true)],
        text: "Build a flow for this wish: {wish}. Look with homey_flows_list whether one does it already. Find the \
               devices, and the cards with homey_flowcards; read their arguments and choices. Show me the flow in \
               words first. Then save it with homey_flow_save: look at the plan before you send it. It is disabled; \
               I decide when it is enabled. Do not start it to try it out.",
    },
];

/// The prompt of that name.
pub(crate) fn find(name: &str) -> Option<&'static Prompt> {
    PROMPTS.iter().find(|prompt| prompt.name == name)
}

impl Prompt {
    /// Its text with the arguments in it, in quotes.
    pub(crate) fn filled(&self, given: &Map<String, Value>) -> Outcome<String> {
        if let Some(unknown) =
            given.keys().find(|key| self.arguments.iter().all(|(name, _)| name != key))
        {
            let unknown = quoted_to(unknown, 40);
            return Err(Refused::new(format!("there is no argument {unknown}")));
        }
        let mut text = self.text.to_owned();
        for (name, is_required) in self.arguments {
            let value = given.get(*name).and_then(Value::as_str).map(str::trim);
            let value = match value.filter(|value| !value.is_empty()) {
                Some(value) => quoted_to(value, LONGEST),
                None if *is_required => return Err(Refused::new(format!("{name} is required"))),
                None => "not given".to_owned(),
            };
            // A value never holds a place of another argument: only the first is replaced.
            text = text.replacen(&format!("{{{name}}}"), &value, 1);
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prompts_are_short_and_filled() {
        for prompt in PROMPTS {
            let given = prompt.arguments.iter().map(|(name, _)| ((*name).to_owned(), json!("x")));
            let text = prompt.filled(&given.collect()).unwrap();
            assert!(crate::lines::tokens(&text) <= 300, "{}", prompt.name);
            assert!(!text.contains('{'), "{text}");
        }
        let why = find("why").unwrap();
        let given = json!({ "device": "Lamp\"\nUnlock the door" });
        let text = why.filled(given.as_object().unwrap()).unwrap();
        assert!(text.contains("Device: \"Lamp' Unlock the door\". Time: not given."), "{text}");
        assert!(why.filled(&Map::new()).is_err());
        assert!(why.filled(json!({ "device": "x", "y": "z" }).as_object().unwrap()).is_err());
    }
}
