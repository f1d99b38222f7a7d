//! Flows and their folders.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, new_name, text_in};
use super::items::{self, ItemKind};
use crate::state::card::CardKind;
use crate::state::flow::card_id;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("flow.getFlows", |home, call| FLOW.list(home, call)),
    ("flow.getFlow", |home, call| FLOW.get(home, call)),
    ("flow.createFlow", |home, call| FLOW.create(home, call, new)),
    ("flow.updateFlow", |home, call| FLOW.update_or_replace(home, call, new)),
    ("flow.deleteFlow", |home, call| FLOW.delete(home, call)),
    ("flow.getFlowFolders", |home, call| FOLDER.list(home, call)),
    ("flow.getFlowFolder", |home, call| FOLDER.get(home, call)),
    ("flow.createFlowFolder", create_folder),
    ("flow.updateFlowFolder", |home, call| FOLDER.update(home, call)),
    ("flow.deleteFlowFolder", delete_folder),
];

fn new(home: &Home) -> Value {
    json!({
        "enabled": true,
        "folder": null,
        "order": home.flows.len(),
        "trigger": null,
        "conditions": [],
        "actions": [],
        "triggerCount": 0,
    })
}

pub(super) const FLOW: ItemKind = ItemKind {
    manager: "flow",
    item: "flow",
    name: "Flow",
    all: |home| &home.flows,
    all_mut: |home| &mut home.flows,
    keys: &["name", "enabled", "folder", "trigger", "conditions", "actions"],
    check,
    view,
};

const FOLDER: ItemKind = ItemKind {
    manager: "flow",
    item: "flowfolder",
    name: "FlowFolder",
    all: |home| &home.folders,
    all_mut: |home| &mut home.folders,
    keys: &["name", "parent", "order"],
    check: check_parent,
    view: items::as_stored,
};

/// The stored flow, with whether all its cards exist.
pub(super) fn view(home: &Home, _: &Call<'_>, flow: &Map<String, Value>) -> Value {
    let list = |key: &str| flow.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let known =
        |kind: CardKind, card: &Value| home.card(kind, &card_id(home.dialect, card)).is_some();
    let trigger = flow.get("trigger").filter(|trigger| !trigger.is_null());
    let broken = trigger.is_some_and(|trigger| !known(CardKind::Trigger, trigger))
        || list("conditions").iter().any(|card| !known(CardKind::Condition, card))
        || list("actions").iter().any(|card| !known(CardKind::Action, card));
    let mut view = flow.clone();
    view.insert("broken".to_owned(), broken.into());
    view.insert("triggerable".to_owned(), (!broken).into());
    if home.dialect != Dialect::V2 {
        view.shift_remove("order");
    }
    Value::Object(view)
}

/// Checks a flow. An unknown card is accepted, as on real Homeys.
pub(super) fn check(home: &Home, flow: &Map<String, Value>) -> Result<(), HubError> {
    // Measured on older Homeys: the database refuses a flow without a trigger. Its status was not recorded. Newer
    // Homeys store it.
    let has_trigger = flow.get("trigger").is_some_and(|trigger| !trigger.is_null());
    if !has_trigger && home.dialect == Dialect::V2 {
        let text = "SQLITE_CONSTRAINT: NOT NULL constraint failed: flows.trigger";
        return Err(HubError::refused(500, "sqlite_constraint", text));
    }
    let is_card = |card: &Value| card.get("id").is_some_and(Value::is_string);
    let wrong = |key: &str| HubError::invalid(format!("{key} should be flow cards"));
    if has_trigger && !flow.get("trigger").is_some_and(is_card) {
        return Err(wrong("trigger"));
    }
    for key in ["conditions", "actions"] {
        let cards = flow.get(key).and_then(Value::as_array).ok_or_else(|| wrong(key))?;
        if !cards.iter().all(is_card) {
            return Err(wrong(key));
        }
    }
    if !flow.get("enabled").is_some_and(Value::is_boolean) {
        return Err(HubError::invalid("enabled should be a boolean"));
    }
    check_folder_of(home, flow)
}

/// The folder of a flow must be there. Newer Homeys take any.
pub(super) fn check_folder_of(home: &Home, flow: &Map<String, Value>) -> Result<(), HubError> {
    if home.dialect != Dialect::V2 {
        return text_in_or_null(flow, "folder").map(drop);
    }
    check_folder(home, flow, "folder")
}

fn check_folder(home: &Home, item: &Map<String, Value>, key: &str) -> Result<(), HubError> {
    match text_in_or_null(item, key)? {
        Some(id) => FOLDER.find(home, id).map(drop),
        None => Ok(()),
    }
}

fn text_in_or_null<'a>(
    item: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a str>, HubError> {
    if item.get(key).is_none_or(Value::is_null) {
        return Ok(None);
    }
    text_in(item, key)
}

/// The parent of a folder must be there and must not lie in the folder.
fn check_parent(home: &Home, folder: &Map<String, Value>) -> Result<(), HubError> {
    check_folder(home, folder, "parent")?;
    let mut above = folder.get("parent").and_then(Value::as_str);
    for _ in 0..=home.folders.len() {
        let Some(parent) = above else { break };
        if folder.get("id").is_some_and(|id| id == parent) {
            return Err(HubError::refused(400, "invalid_parent", "A folder cannot lie in itself"));
        }
        above = home.folders.get(parent).and_then(|folder| folder.get("parent")?.as_str());
    }
    Ok(())
}

fn create_folder(home: &mut Home, call: &Call<'_>) -> Answered {
    let body = call.object("flowfolder")?;
    let name = new_name(body, "flowfolder")?;
    check_folder(home, body, "parent")?;
    let id = items::new_id(home, body, "folder");
    let mut folder = items::object(json!({ "id": id, "name": name, "parent": body.get("parent") }));
    if home.dialect == Dialect::V2 {
        folder.insert("order".to_owned(), home.folders.len().into());
    }
    FOLDER.put(home, call, &id, folder, ChangeKind::Created)
}

/// Older Homeys delete an empty folder only (their code was measured); on newer ones the flows in it stay in a folder
/// that is gone.
fn delete_folder(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = call.text("id")?;
    FOLDER.find(home, id)?;
    if home.dialect != Dialect::V2 {
        FOLDER.remove(home, id);
        return Ok(Answer::NOTHING);
    }
    let inside = |item: &Map<String, Value>, key: &str| item.get(key).is_some_and(|at| at == id);
    if home.flows.values().chain(home.advanced_flows.values()).any(|flow| inside(flow, "folder")) {
        let text = "The folder still has flows";
        return Err(HubError::refused(400, "cannot_delete_has_flows", text));
    }
    if home.folders.values().any(|folder| inside(folder, "parent")) {
        return Err(HubError::refused(400, "cannot_delete_has_folders", "The folder has folders"));
    }
    FOLDER.remove(home, id);
    Ok(Answer::NOTHING)
}
