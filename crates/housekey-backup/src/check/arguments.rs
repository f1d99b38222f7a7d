//! What was filled in at a card: arguments, group, delay.

use housekey::model::{CardArgument, Choice};
use serde_json::{Number, Value};

use super::checker::{CheckedFlow, Checker};
use super::fault::Fault;
use super::secrets;
use crate::card::{CardKind, CardUse, Slot, seconds};
use crate::words::length;

/// Longer delays are lost when the Homey restarts more often than people think.
const LONG_DELAY: f64 = 600.0;

pub(super) fn check(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    for flow in flows {
        for card in &flow.cards {
            arguments(checker, flow, card);
            group(checker, flow, card);
            if let Some(key) = secrets::in_arguments(card) {
                let message = format!("the argument `{key}` looks like a password or a key");
                checker.flow(Fault::Secret, flow, Some(card), None, message);
            }
            long_delay(checker, flow, Some(card), &card.value["delay"]);
        }
        for (_, node) in flow.value["cards"].as_object().into_iter().flatten() {
            if node["type"] == "delay" {
                long_delay(checker, flow, None, &node["args"]["delay"]);
            }
        }
    }
}

fn arguments(checker: &mut Checker<'_>, flow: &CheckedFlow<'_>, card: &CardUse<'_>) {
    let Some(known) = checker.cards.card(card.kind, &card.id) else { return };
    for argument in known.args.get().into_iter().flatten() {
        let Some(name) = argument.name.text() else { continue };
        if let Some(wrong) = wrong(argument, &card.value["args"][name], card.droptoken().is_some())
        {
            let title = argument.title.label().unwrap_or(name);
            checker.flow(
                Fault::WrongArgument,
                flow,
                Some(card),
                None,
                format!("`{title}` {wrong}"),
            );
        }
    }
}

/// What is wrong with an argument.
fn wrong(argument: &CardArgument, value: &Value, has_droptoken: bool) -> Option<String> {
    let kind = argument.kind.text().unwrap_or_default();
    let has_token = value.as_str().is_some_and(|text| text.contains("[["));
    if has_token {
        return None;
    }
    let is_empty = value.is_null() || value.as_str().is_some_and(str::is_empty);
    if is_empty {
        // A text may be meant to be empty; the device of a card is often not among its arguments.
        let must_be_given = matches!(
            kind,
            "dropdown" | "number" | "range" | "autocomplete" | "time" | "date" | "color"
        );
        let is_given_else = has_droptoken && matches!(kind, "number" | "range");
        let wrong = must_be_given && argument.is_required() && !is_given_else;
        return wrong.then(|| "is empty".to_owned());
    }
    match kind {
        "dropdown" => {
            let choices = argument.values.get()?;
            let id = value.as_str().or_else(|| value["id"].as_str())?;
            let is_known = choices.is_empty() || choices.iter().any(|one: &Choice| one.id == id);
            (!is_known).then(|| format!("has no choice \"{id}\""))
        }
        "number" | "range" => {
            let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
            let Some(number) = number else { return Some("is not a number".to_owned()) };
            let bound = |bound: Option<&Number>| bound.and_then(Number::as_f64);
            let (min, max) = (bound(argument.min.get()), bound(argument.max.get()));
            match (min, max) {
                (Some(min), _) if number < min => Some(format!("is {number}, below {min}")),
                (_, Some(max)) if number > max => Some(format!("is {number}, above {max}")),
                _ => None,
            }
        }
        _ => None,
    }
}

fn group(checker: &mut Checker<'_>, flow: &CheckedFlow<'_>, card: &CardUse<'_>) {
    let is_right = match (&card.slot, card.group()) {
        (Slot::Trigger | Slot::Node(_), _) => true,
        (Slot::Condition(_), group) => matches!(group, Some("group1" | "group2" | "group3")),
        (Slot::Action(_), group) => matches!(group, Some("then" | "else")),
    };
    if !is_right {
        let message = match card.group() {
            Some(group) => format!("its group is \"{group}\""),
            None => "it has no group".to_owned(),
        };
        checker.flow(Fault::MissingGroup, flow, Some(card), None, message);
    }
}

fn long_delay(
    checker: &mut Checker<'_>,
    flow: &CheckedFlow<'_>,
    card: Option<&CardUse<'_>>,
    delay: &Value,
) {
    let is_of_action = card.is_none_or(|card| card.kind == CardKind::Action);
    if let Some(delay) = seconds(delay).filter(|delay| *delay > LONG_DELAY && is_of_action) {
        let message = format!("a delay of {} is lost when the Homey restarts", length(delay));
        checker.flow(Fault::LongDelay, flow, card, None, message);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_argument_is_held_against_what_the_card_takes() {
        let dropdown = json!({ "type": "dropdown", "values": [{ "id": "a", "title": "A" }] });
        let range = json!({ "type": "range", "min": 0, "max": 1 });
        for (argument, value, want) in [
            (&dropdown, json!("a"), None),
            (&dropdown, json!({ "id": "a" }), None),
            (&dropdown, json!("b"), Some("has no choice \"b\"")),
            (&dropdown, json!(null), Some("is empty")),
            (&dropdown, json!("[[token]]"), None),
            (&json!({ "type": "dropdown", "required": false }), json!(null), None),
            (&range, json!(0.5), None),
            (&range, json!("0.5"), None),
            (&range, json!(2), Some("is 2, above 1")),
            (&range, json!("-1"), Some("is -1, below 0")),
            (&range, json!("high"), Some("is not a number")),
            (&json!({ "type": "text" }), json!(""), None),
            (&json!({ "type": "autocomplete" }), json!({ "id": "x" }), None),
            (&json!({ "type": "autocomplete" }), json!(""), Some("is empty")),
        ] {
            let argument: CardArgument = serde_json::from_value(argument.clone()).unwrap();
            assert_eq!(wrong(&argument, &value, false).as_deref(), want, "{argument:?} {value}");
        }
    }
}
