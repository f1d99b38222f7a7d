//! `homey_flow_save` and `homey_flow_enable`.

use std::collections::BTreeSet;

use housekey::model::name::as_seen;
use housekey_backup::Part;
use housekey_backup::check::{self, CheckInput, Severity};
use housekey_backup::graph::ItemRef;
use housekey_backup::plan::Action;
use serde_json::{Map, Value, json};

use super::{Edit, EditInput, given, step};
use crate::answer::{Outcome, Refused};
use crate::arguments::Arguments;
use crate::quote::{quoted, quoted_to};
use crate::read::FlowFacts;

/// The folder of new flows.
const FOLDER: &str = "Assistant";

/// The id of that folder in a plan that creates it.
const NEW_FOLDER: &str = "new-folder";

/// The id of a new flow in a plan.
const NEW_FLOW: &str = "new-flow";

/// The most letters of a line of an outline.
const LINE: usize = 240;

/// The fields of a flow that are written.
const FIELDS: &[&str] = &["name", "folder", "trigger", "conditions", "actions", "cards"];

/// The edit that enables or disables a flow.
pub(crate) fn enable(input: &EditInput<'_>, arguments: &Arguments) -> Outcome<Edit> {
    let (item, _) = input.facts.find_flow(arguments.text("flow").unwrap_or_default())?;
    let enabled = arguments.flag("enabled").unwrap_or_default();
    let before = before(input, &item)?;
    let mut edit = Edit::default();
    if (before["enabled"] != false) == enabled {
        return Ok(edit);
    }
    let mut after = before.clone();
    after["enabled"] = enabled.into();
    let word = if enabled { "enable" } else { "disable" };
    let line = format!("{word} the flow {}", input.facts.flow_name(&item));
    edit.add(step(input.facts, &item, Action::Update { before, after }), line);
    if enabled {
        edit.guarded = input.guard.of_item(input.view, input.facts, &item);
    }
    Ok(edit)
}

/// The edit that creates or changes a flow.
pub(crate) fn save(input: &EditInput<'_>, arguments: &Arguments) -> Outcome<Edit> {
    let flow = arguments.get("flow").and_then(Value::as_object);
    let flow = flow.ok_or_else(|| Refused::new("`flow` is required, or a `plan`."))?;
    let mut edit = Edit::default();
    let wanted = flow.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
    let (item, before, after) = match wanted {
        Some(wanted) => changed(input, wanted, flow)?,
        None => {
            let (item, after) = created(input, flow, &mut edit)?;
            (item, Value::Null, after)
        }
    };
    let facts = input.facts.with(item.part, &item.id, after.clone());
    let known = if before.is_null() { BTreeSet::new() } else { errors(input.facts, &item) };
    let found = errors(&facts, &item);
    let new: Vec<_> = found.difference(&known).map(String::as_str).collect();
    if !new.is_empty() {
        return Err(Refused::new(format!("Not planned, it would not work:\n{}", new.join("\n"))));
    }
    let words = facts.words();
    if before.is_null() {
        let name = after["name"].as_str().unwrap_or_default();
        let kind = if item.part == Part::AdvancedFlows { "advanced" } else { "standard" };
        let mut step = step(input.facts, &item, Action::Create { after: after.clone() });
        step.path = name.to_owned();
        edit.add(step, format!("create the {kind} flow {}, disabled", quoted(name)));
        for line in words.outline(&after) {
            let lead = if line.lead.is_empty() { "and" } else { line.lead };
            let depth = "  ".repeat(line.depth.min(20) + 1);
            edit.lines.push(format!("{depth}{lead} {}", quoted_to(&line.text, LINE)));
        }
        return Ok(edit);
    }
    let lines = words.changes(&before, &after);
    let start = edit.plan.steps.len();
    edit.update(input.facts, &item, &before, after);
    if edit.plan.steps.len() > start && !lines.is_empty() {
        edit.lines = vec![format!("change the flow {}", input.facts.flow_name(&item))];
        edit.lines.extend(lines.iter().map(|line| format!("  {}", quoted_to(line, LINE))));
    }
    if before["enabled"] != false {
        edit.guarded = input.guard.of_item(input.view, &facts, &item);
    }
    Ok(edit)
}

fn before(input: &EditInput<'_>, item: &ItemRef) -> Outcome<Value> {
    let before = input.setups.item(item.part, &item.id).cloned();
    before.ok_or_else(|| Refused::new("The flow is gone from the Homey."))
}

/// A flow that is there, with the fields of `flow`.
fn changed(
    input: &EditInput<'_>,
    wanted: &str,
    flow: &Map<String, Value>,
) -> Outcome<(ItemRef, Value, Value)> {
    let (item, _) = input.facts.find_flow(wanted)?;
    let before = before(input, &item)?;
    let mut after = before.clone();
    for (key, value) in flow.iter().filter(|(key, _)| *key != "id") {
        match key.as_str() {
            "enabled"
                if *value != before["enabled"]
                    && !(value == true && before["enabled"].is_null()) =>
            {
                return Err(Refused::new(
                    "Saving does not enable or disable a flow: homey_flow_enable does.",
                ));
            }
            "folder" => match folder(input.facts, value)? {
                Some(id) => after["folder"] = id.into(),
                None => drop(after.as_object_mut().map(|fields| fields.remove("folder"))),
            },
            key if is_field(item.part, key) => after[key] = value.clone(),
            key if before.get(key) == Some(value) => {}
            "enabled" | "broken" | "triggerable" | "triggerCount" | "order" => {}
            key => return Err(no_field(item.part, key)),
        }
    }
    check_name(&after)?;
    Ok((item, before, after))
}

/// A new flow, disabled; with its folder where it has to be made.
fn created(
    input: &EditInput<'_>,
    flow: &Map<String, Value>,
    edit: &mut Edit,
) -> Outcome<(ItemRef, Value)> {
    let part = if flow.contains_key("cards") { Part::AdvancedFlows } else { Part::Flows };
    let mut after = Map::new();
    after.insert("id".to_owned(), NEW_FLOW.into());
    after.insert("enabled".to_owned(), false.into());
    for (key, value) in flow {
        match key.as_str() {
            "id" | "enabled" | "folder" => {}
            key if is_field(part, key) => drop(after.insert(key.to_owned(), value.clone())),
            key => return Err(no_field(part, key)),
        }
    }
    let needed: &[&str] =
        if part == Part::Flows { &["name", "trigger", "actions"] } else { &["name", "cards"] };
    if let Some(missing) = needed.iter().find(|key| !after.contains_key(**key)) {
        return Err(Refused::new(format!(
            "A new flow needs {}; {missing} is missing.",
            needed.join(", ")
        )));
    }
    if part == Part::Flows {
        after.entry("conditions").or_insert_with(|| json!([]));
    }
    let folder = match flow.get("folder") {
        Some(value) if !value.is_null() => folder(input.facts, value)?,
        _ => {
            let mut folders = input.facts.home.items(Part::Folders);
            let found = folders.find(|(_, one)| {
                one["name"].as_str().is_some_and(|name| as_seen(name) == as_seen(FOLDER))
            });
            match found {
                Some((id, _)) => Some(id.to_owned()),
                None => {
                    let item = ItemRef::new(Part::Folders, NEW_FOLDER);
                    let folder = json!({ "id": NEW_FOLDER, "name": FOLDER });
                    let mut step = step(input.facts, &item, Action::Create { after: folder });
                    step.path = FOLDER.to_owned();
                    edit.add(step, format!("create the folder {}", quoted(FOLDER)));
                    Some(NEW_FOLDER.to_owned())
                }
            }
        }
    };
    after.extend(folder.map(|id| ("folder".to_owned(), id.into())));
    let after = Value::Object(after);
    check_name(&after)?;
    Ok((ItemRef::new(part, NEW_FLOW), after))
}

fn is_field(part: Part, key: &str) -> bool {
    let of_other = match part {
        Part::AdvancedFlows => ["trigger", "conditions", "actions"].contains(&key),
        _ => key == "cards",
    };
    FIELDS.contains(&key) && !of_other
}

fn no_field(part: Part, key: &str) -> Refused {
    let fields: Vec<_> = FIELDS.iter().filter(|key| is_field(part, key)).copied().collect();
    let name = if part == Part::AdvancedFlows { "An advanced flow" } else { "A flow" };
    Refused::new(format!("{name} takes id, {}, not {}.", fields.join(", "), given(key)))
}

fn check_name(flow: &Value) -> Outcome<()> {
    let is_name = flow["name"]
        .as_str()
        .is_some_and(|name| !name.trim().is_empty() && name.chars().count() <= 120);
    match is_name {
        true => Ok(()),
        false => Err(Refused::new("`name` takes a text of 1 to 120 letters.")),
    }
}

/// The folder that is meant.
fn folder(facts: &FlowFacts, value: &Value) -> Outcome<Option<String>> {
    match value {
        Value::Null => Ok(None),
        Value::String(wanted) => facts.find_in(Part::Folders, wanted).map(Some),
        _ => Err(Refused::new("`folder` takes a name or an id.")),
    }
}

/// What is wrong with a flow, so that it would not work.
fn errors(facts: &FlowFacts, item: &ItemRef) -> BTreeSet<String> {
    let input = CheckInput { home: &facts.home, cards: &facts.cards, names: &facts.names };
    let report = check::check(input);
    let of_flow = report.findings.iter().filter(|finding| finding.item == *item);
    of_flow
        .filter(|finding| finding.severity() == Severity::Error)
        .map(|finding| {
            let (code, message) = (finding.fault.code(), quoted_to(&finding.message, 200));
            format!("{code} · {message} · {}", finding.fault.fix())
        })
        .collect()
}
