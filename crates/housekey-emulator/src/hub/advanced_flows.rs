//! Advanced flows: nodes by id with edges between them.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::call::{Answered, Call, Handlers, HubError};
use super::flows;
use super::items::ItemKind;
use crate::state::Home;
use crate::state::advanced_flow::is_start;
use crate::state::card::CardKind;
use crate::state::flow::card_id;

pub(super) const HANDLERS: Handlers = &[
    ("flow.getAdvancedFlows", |home, call| FLOW.list(home, call)),
    ("flow.getAdvancedFlow", |home, call| FLOW.get(home, call)),
    ("flow.createAdvancedFlow", |home, call| FLOW.create(home, call, new)),
    ("flow.updateAdvancedFlow", |home, call| FLOW.update_or_replace(home, call, new)),
    ("flow.deleteAdvancedFlow", |home, call| FLOW.delete(home, call)),
    ("flow.triggerAdvancedFlow", start),
];

fn new(_: &Home) -> Value {
    json!({ "enabled": true, "folder": null, "cards": {} })
}

const FLOW: ItemKind = ItemKind {
    manager: "flow",
    item: "advancedflow",
    name: "AdvancedFlow",
    all: |home| &home.advanced_flows,
    all_mut: |home| &mut home.advanced_flows,
    keys: &["name", "enabled", "folder", "cards"],
    check,
    view,
};

fn nodes(flow: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    flow.get("cards").and_then(Value::as_object).into_iter().flatten()
}

fn kind(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn view(home: &Home, _: &Call<'_>, flow: &Map<String, Value>) -> Value {
    let broken = nodes(flow).any(|(_, node)| {
        let of = match kind(node) {
            "trigger" => CardKind::Trigger,
            "condition" => CardKind::Condition,
            "action" => CardKind::Action,
            _ => return false,
        };
        home.card(of, &card_id(home.dialect, node)).is_none()
    });
    let mut view = flow.clone();
    view.insert("broken".to_owned(), broken.into());
    let startable = nodes(flow).any(|(_, node)| is_start(home.dialect, node));
    view.insert("triggerable".to_owned(), (!broken && startable).into());
    Value::Object(view)
}

/// Whether a text is a UUID as the dialect wants it: of version 0 to 5 on older Homeys, else 1 to 8.
fn is_key(dialect: Dialect, key: &str) -> bool {
    let versions = if dialect == Dialect::V2 { 0..=5 } else { 1..=8 };
    key.len() == 36
        && uuid::Uuid::parse_str(key).is_ok_and(|id| versions.contains(&id.get_version_num()))
}

const TYPES: [&str; 8] = ["trigger", "condition", "action", "start", "delay", "any", "all", "note"];

fn check(home: &Home, flow: &Map<String, Value>) -> Result<(), HubError> {
    let wrong = |text: String| Err(HubError::Argument(text));
    let Some(cards) = flow.get("cards").and_then(Value::as_object) else {
        return wrong("data.cards should be object".to_owned());
    };
    if !flow.get("enabled").is_some_and(Value::is_boolean) {
        return wrong("data.enabled should be boolean".to_owned());
    }
    for (key, node) in cards {
        if !is_key(home.dialect, key) {
            return wrong("data.cards should NOT have additional properties".to_owned());
        }
        if !TYPES.contains(&kind(node)) {
            return wrong(format!(
                "data.cards['{key}'].type should be equal to one of the allowed values"
            ));
        }
        for place in ["x", "y"] {
            if !node.get(place).is_some_and(Value::is_number) {
                return wrong(format!(
                    "data.cards['{key}'] should have required property '{place}'"
                ));
            }
        }
        let needs_id = matches!(kind(node), "trigger" | "condition" | "action");
        if needs_id && !node.get("id").is_some_and(Value::is_string) {
            return wrong(format!("data.cards['{key}'] should have required property 'id'"));
        }
        for output in ["outputSuccess", "outputTrue", "outputFalse", "outputError"] {
            let edges = match node.get(output) {
                None | Some(Value::Null) => continue,
                Some(Value::Array(edges)) => edges,
                Some(_) => return wrong(format!("data.cards['{key}'].{output} should be array")),
            };
            let lost = |edge: &Value| edge.as_str().is_none_or(|to| !cards.contains_key(to));
            if edges.iter().any(lost) {
                return wrong(format!(
                    "data.cards['{key}'].{output} names a card that is not there"
                ));
            }
        }
    }
    flows::check_folder_of(home, flow)
}

fn start(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = call.text("id")?;
    FLOW.find(home, id)?;
    if !home.start(id) {
        return Err(HubError::refused(400, "not_triggerable", "The flow has no start card"));
    }
    Ok(Value::Bool(true).into())
}
