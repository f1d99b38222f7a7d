//! Flows and their folders.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Handlers, name_in, text_in};
use super::error::HubError;
use super::items;
use crate::state::card::CardKind;
use crate::state::flow::card_id;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("flow.getFlows", |home, _| {
        let all = home.flows.iter().map(|(id, flow)| (id.clone(), view(home, flow)));
        Ok(Value::Object(all.collect()).into())
    }),
    ("flow.getFlow", |home, call| {
        Ok(view(home, items::find(&home.flows, "Flow", call.text("id")?)?).into())
    }),
    ("flow.createFlow", create),
    ("flow.updateFlow", update),
    ("flow.deleteFlow", |home, call| {
        let id = call.text("id")?;
        items::find(&home.flows, "Flow", id)?;
        home.flows.shift_remove(id);
        home.changed("flow", "flow", id, ChangeKind::Deleted);
        Ok(Answer::NOTHING)
    }),
    ("flow.getFlowFolders", |home, _| Ok(items::all(&home.folders))),
    ("flow.getFlowFolder", |home, call| items::one(&home.folders, "FlowFolder", call.text("id")?)),
    ("flow.createFlowFolder", create_folder),
    ("flow.updateFlowFolder", update_folder),
    ("flow.deleteFlowFolder", delete_folder),
];

const KEYS: [&str; 6] = ["name", "enabled", "folder", "trigger", "conditions", "actions"];

/// The stored flow with what follows from it: whether its cards exist.
pub(super) fn view(home: &Home, flow: &Map<String, Value>) -> Value {
    let list = |key: &str| flow.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let known =
        |kind: CardKind, card: &Value| home.card(kind, &card_id(home.dialect, card)).is_some();
    let broken = !known(CardKind::Trigger, flow.get("trigger").unwrap_or(&Value::Null))
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

/// What a flow must be. An unknown card is stored as well, as real Homeys do.
pub(super) fn check(home: &Home, flow: &Map<String, Value>) -> Result<(), HubError> {
    // Measured: the database refuses a flow without a trigger. Its status was not recorded.
    if flow.get("trigger").is_none_or(Value::is_null) {
        let text = "SQLITE_CONSTRAINT: NOT NULL constraint failed: flows.trigger";
        return Err(HubError::refused(500, "sqlite_constraint", text));
    }
    let is_card = |card: &Value| card.get("id").is_some_and(Value::is_string);
    let wrong =
        |key: &str| HubError::Argument(format!("Invalid Argument: {key} should be flow cards"));
    if !flow.get("trigger").is_some_and(is_card) {
        return Err(wrong("trigger"));
    }
    for key in ["conditions", "actions"] {
        let cards = flow.get(key).and_then(Value::as_array).ok_or_else(|| wrong(key))?;
        if !cards.iter().all(is_card) {
            return Err(wrong(key));
        }
    }
    if !flow.get("enabled").is_some_and(Value::is_boolean) {
        return Err(HubError::Argument("Invalid Argument: enabled should be a boolean".to_owned()));
    }
    check_folder(home, flow, "folder")
}

/// The folder an item names must be there.
pub(super) fn check_folder(
    home: &Home,
    item: &Map<String, Value>,
    key: &str,
) -> Result<(), HubError> {
    if item.get(key).is_none_or(Value::is_null) {
        return Ok(());
    }
    let id = text_in(item, key)?.unwrap_or_default();
    items::find(&home.folders, "FlowFolder", id).map(drop)
}

fn create(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let body = call.object("flow")?;
    let name = name_in(body, "name")?
        .ok_or_else(|| HubError::Argument("Missing Argument: flow.name".to_owned()))?;
    let id = home.new_id("flow");
    let mut flow = items::object(json!({
        "id": id,
        "name": name,
        "enabled": true,
        "folder": null,
        "order": home.flows.len(),
        "trigger": null,
        "conditions": [],
        "actions": [],
        "triggerCount": 0,
    }));
    items::merge(&mut flow, body, &KEYS);
    check(home, &flow)?;
    let answer = view(home, &flow);
    home.flows.insert(id.clone(), flow);
    home.changed("flow", "flow", &id, ChangeKind::Created);
    Ok(answer.into())
}

/// Takes over the given keys. Whether a real Homey keeps or drops the others is not settled; keeping
/// them is what the vendor's client relies on.
fn update(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let (id, body) = (call.text("id")?, call.object("flow")?);
    let mut flow = items::find(&home.flows, "Flow", id)?.clone();
    name_in(body, "name")?;
    items::merge(&mut flow, body, &KEYS);
    check(home, &flow)?;
    let answer = view(home, &flow);
    home.flows.insert(id.to_owned(), flow);
    home.changed("flow", "flow", id, ChangeKind::Updated);
    Ok(answer.into())
}

fn create_folder(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let body = call.object("flowfolder")?;
    let name = name_in(body, "name")?
        .ok_or_else(|| HubError::Argument("Missing Argument: flowfolder.name".to_owned()))?;
    check_folder(home, body, "parent")?;
    let id = home.new_id("folder");
    let mut folder = items::object(json!({ "id": id, "name": name, "parent": body.get("parent") }));
    if home.dialect == Dialect::V2 {
        folder.insert("order".to_owned(), home.folders.len().into());
    }
    home.folders.insert(id.clone(), folder);
    home.changed("flow", "flowfolder", &id, ChangeKind::Created);
    items::one(&home.folders, "FlowFolder", &id)
}

fn update_folder(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let (id, body) = (call.text("id")?, call.object("flowfolder")?);
    let mut folder = items::find(&home.folders, "FlowFolder", id)?.clone();
    name_in(body, "name")?;
    check_folder(home, body, "parent")?;
    items::merge(&mut folder, body, &["name", "parent", "order"]);
    let mut above = folder.get("parent").and_then(Value::as_str);
    for _ in 0..=home.folders.len() {
        let Some(parent) = above else { break };
        if parent == id {
            return Err(HubError::refused(400, "invalid_parent", "A folder cannot lie in itself"));
        }
        above = home.folders.get(parent).and_then(|folder| folder.get("parent")?.as_str());
    }
    home.folders.insert(id.to_owned(), folder);
    home.changed("flow", "flowfolder", id, ChangeKind::Updated);
    items::one(&home.folders, "FlowFolder", id)
}

/// A folder goes only when it is empty. The code is measured on an older Homey.
fn delete_folder(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let id = call.text("id")?;
    items::find(&home.folders, "FlowFolder", id)?;
    let inside = |item: &Map<String, Value>, key: &str| item.get(key).is_some_and(|at| at == id);
    if home.flows.values().chain(home.advanced_flows.values()).any(|flow| inside(flow, "folder")) {
        return Err(HubError::refused(
            400,
            "cannot_delete_has_flows",
            "The folder still has flows",
        ));
    }
    if home.folders.values().any(|folder| inside(folder, "parent")) {
        return Err(HubError::refused(400, "cannot_delete_has_folders", "The folder has folders"));
    }
    home.folders.shift_remove(id);
    home.changed("flow", "flowfolder", id, ChangeKind::Deleted);
    Ok(Answer::NOTHING)
}
