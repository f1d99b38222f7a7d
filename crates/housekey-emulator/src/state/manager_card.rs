//! The flow cards of the Homey's managers: a small choice, of which only `programmatic_trigger` and
//! `create_notification` are known by their real ids.

use serde_json::{Value, json};

use super::card::CardKind::{Action, Condition, Trigger};
use super::card::{Card, CardKind, CardSource};
use super::value::sentence;

/// A card of a manager.
pub(super) struct ManagerCard {
    pub(super) kind: CardKind,
    manager: &'static str,
    id: &'static str,
    title: &'static str,
    /// Name and type of each argument.
    args: &'static [(&'static str, &'static str)],
    /// Id and type of each token.
    tokens: &'static [(&'static str, &'static str)],
    droptoken: &'static [&'static str],
}

impl ManagerCard {
    pub(super) fn card(&self) -> Card {
        let pair = |key: &str, (id, kind): &(&str, &str)| {
            let mut value = json!({ "type": kind, "title": sentence(id) });
            value[key] = Value::from(*id);
            value
        };
        Card {
            owner_uri: format!("homey:manager:{}", self.manager),
            owner_name: sentence(self.manager),
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            args: self.args.iter().map(|argument| pair("name", argument)).collect(),
            tokens: self.tokens.iter().map(|token| pair("id", token)).collect(),
            droptoken: self.droptoken,
            highlight: false,
            source: CardSource::Manager,
        }
    }
}

const NUMBER: &[&str] = &["number"];
const ANY: &[&str] = &["string", "number", "boolean"];

#[rustfmt::skip]
pub(super) static CARDS: [ManagerCard; 13] = [
    ManagerCard { kind: Trigger, manager: "flow", id: "programmatic_trigger", title: "This flow is started", args: &[], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Trigger, manager: "cron", id: "time_exactly", title: "The time is", args: &[("time", "time")], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Trigger, manager: "logic", id: "variable_changed", title: "A variable changed", args: &[("variable", "autocomplete")], tokens: &[("variable", "string")], droptoken: &[] },
    ManagerCard { kind: Trigger, manager: "presence", id: "user_present", title: "Somebody came home", args: &[("user", "autocomplete")], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Trigger, manager: "presence", id: "user_absent", title: "Somebody left", args: &[("user", "autocomplete")], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Condition, manager: "cron", id: "time_between", title: "The time is between", args: &[("from", "time"), ("to", "time")], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Condition, manager: "logic", id: "equal", title: "Is exactly", args: &[("comparator", "text")], tokens: &[], droptoken: ANY },
    ManagerCard { kind: Condition, manager: "logic", id: "lt", title: "Is less than", args: &[("comparator", "number")], tokens: &[], droptoken: NUMBER },
    ManagerCard { kind: Condition, manager: "logic", id: "gt", title: "Is greater than", args: &[("comparator", "number")], tokens: &[], droptoken: NUMBER },
    ManagerCard { kind: Condition, manager: "presence", id: "user_is_present", title: "Somebody is at home", args: &[("user", "autocomplete")], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Action, manager: "flow", id: "programmatic_trigger", title: "Start a flow", args: &[("flow", "autocomplete")], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Action, manager: "logic", id: "variable_set", title: "Set a variable", args: &[("variable", "autocomplete"), ("value", "text")], tokens: &[], droptoken: &[] },
    ManagerCard { kind: Action, manager: "notifications", id: "create_notification", title: "Create a notification", args: &[("text", "text")], tokens: &[], droptoken: &[] },
];
