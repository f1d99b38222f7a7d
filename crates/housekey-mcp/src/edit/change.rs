//! `homey_change`.

use std::collections::BTreeSet;

use housekey::model::Mood;
use housekey_backup::Part;
use housekey_backup::graph::ItemRef;
use housekey_backup::plan::Action;
use serde_json::{Map, Value};

use super::{Edit, EditInput, given, named, step, users};
use crate::answer::{Outcome, Refused};
use crate::arguments::Arguments;
use crate::find::find;
use crate::tools::{CHANGE_ACTIONS, CHANGE_KINDS};

/// The longest name.
const LONGEST_NAME: usize = 120;

/// The kinds of items with the parts that hold them, and the fields that can be set.
const KINDS: &[(&str, &[Part], &[&str])] = &[
    ("device", &[Part::Devices], &["name", "zone", "note", "hidden", "virtualClass", "settings"]),
    ("zone", &[Part::Zones], &["name", "icon", "parent"]),
    ("folder", &[Part::Folders], &["name", "parent"]),
    ("flow", &[Part::Flows, Part::AdvancedFlows], &["name", "folder"]),
    ("variable", &[Part::Variables], &["name", "type", "value"]),
    ("mood", &[Part::Moods], &["name", "preset", "devices"]),
];

/// The parts that the changes of a call are about.
pub(crate) fn parts_of(arguments: &Arguments) -> BTreeSet<Part> {
    let changes = arguments.get("changes").and_then(Value::as_array).into_iter().flatten();
    let kinds = changes.filter_map(|change| change["kind"].as_str());
    kinds.filter_map(kind).flat_map(|(_, parts, _)| parts.iter().copied()).collect()
}

fn kind(name: &str) -> Option<&'static (&'static str, &'static [Part], &'static [&'static str])> {
    KINDS.iter().find(|(kind, ..)| *kind == name)
}

/// The edit of a list of changes.
pub(crate) fn change(input: &EditInput<'_>, arguments: &Arguments) -> Outcome<Edit> {
    let changes = arguments.get("changes").and_then(Value::as_array);
    let changes = changes.filter(|changes| !changes.is_empty());
    let changes = changes.ok_or_else(|| Refused::new("`changes` is required, or a `plan`."))?;
    let mut edit = Edit::default();
    let mut seen = BTreeSet::new();
    for (place, change) in changes.iter().enumerate() {
        let number = place + 1;
        let outcome = one(input, change, number, &mut edit, &mut seen);
        outcome.map_err(|Refused(why)| Refused::new(format!("Change {number}: {why}")))?;
    }
    Ok(edit)
}

fn one(
    input: &EditInput<'_>,
    change: &Value,
    number: usize,
    edit: &mut Edit,
    seen: &mut BTreeSet<ItemRef>,
) -> Outcome<()> {
    let fields = change.as_object().into_iter().flatten();
    if let Some((unknown, _)) =
        fields.into_iter().find(|(key, _)| !["kind", "action", "id", "set"].contains(&&***key))
    {
        return Err(Refused::new(format!(
            "it takes kind, action, id and set, not {}.",
            given(unknown)
        )));
    }
    let (kind, parts, keys) = change["kind"]
        .as_str()
        .and_then(kind)
        .ok_or_else(|| Refused::new(format!("`kind` takes one of {}.", CHANGE_KINDS.join(", "))))?;
    let empty = Map::new();
    let set = match &change["set"] {
        Value::Null => &empty,
        Value::Object(set) => set,
        _ => return Err(Refused::new("`set` takes an object.")),
    };
    let is_known = |key: &&String| keys.contains(&key.as_str());
    if let Some(unknown) = set.keys().find(|key| !is_known(key)) {
        let hint = if unknown == "enabled" { " Use homey_flow_enable." } else { "" };
        let keys = keys.join(", ");
        return Err(Refused::new(format!("a {kind} takes {keys}, not {}.{hint}", given(unknown))));
    }
    if let Some(name) = set.get("name") {
        let is_name = name
            .as_str()
            .is_some_and(|name| !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME);
        if !is_name {
            return Err(Refused::new(format!(
                "`name` takes a text of 1 to {LONGEST_NAME} letters."
            )));
        }
    }
    let set = resolved(input, parts[0], set)?;
    let action = change["action"].as_str().unwrap_or_default();
    let wanted = change["id"].as_str().map(str::trim).filter(|id| !id.is_empty());
    match (action, wanted) {
        ("set", None) => create(edit, input, parts[0], &set, number),
        (_, None) => Err(Refused::new("`id` is required: a name or an id.")),
        ("delete", Some(_)) if !set.is_empty() => Err(Refused::new("`delete` takes no `set`.")),
        ("delete", Some(wanted)) => {
            let item = found(input, parts, kind, wanted)?;
            delete(edit, input, unseen(seen, item)?)
        }
        ("rename", Some(_)) if set.len() != 1 || !set.contains_key("name") => {
            Err(Refused::new("`rename` takes `set` with a name alone."))
        }
        ("update" | "set", Some(_)) if set.is_empty() => Err(Refused::new("`set` is empty.")),
        ("rename" | "update" | "set", Some(wanted)) => {
            let item = found(input, parts, kind, wanted)?;
            update(edit, input, &unseen(seen, item)?, &set)
        }
        _ => Err(Refused::new(format!("`action` takes one of {}.", CHANGE_ACTIONS.join(", ")))),
    }
}

/// Names of zones and folders as their ids.
fn resolved(
    input: &EditInput<'_>,
    part: Part,
    set: &Map<String, Value>,
) -> Outcome<Map<String, Value>> {
    let mut set = set.clone();
    let Some((key, container)) = part.container() else { return Ok(set) };
    if let Some(wanted) = set.get(key) {
        let id = match wanted {
            Value::Null => Value::Null,
            Value::String(wanted) => input.facts.find_in(container, wanted)?.into(),
            _ => return Err(Refused::new(format!("`{key}` takes a name or an id."))),
        };
        set.insert(key.to_owned(), id);
    }
    Ok(set)
}

/// The item that is meant, as the Homey has it now.
fn found(input: &EditInput<'_>, parts: &[Part], kind: &str, wanted: &str) -> Outcome<ItemRef> {
    let items: Vec<_> = parts
        .iter()
        .flat_map(|part| input.setups.items(*part).map(|(id, _)| ItemRef::new(*part, id)))
        .collect();
    let things = items.iter().map(|item| {
        let group = item.part.container().and_then(|(key, container)| {
            let id = input.setups.item(item.part, &item.id)?[key].as_str()?;
            input.facts.home.item(container, id).map(|_| input.facts.home.name(container, id))
        });
        let group = group.filter(|_| !matches!(item.part, Part::Zones | Part::Folders));
        housekey::model::name::Called {
            id: &item.id,
            name: input.setups.name(item.part, &item.id),
            group,
        }
    });
    let place = find(kind, things, wanted)?;
    Ok(items[place].clone())
}

fn unseen(seen: &mut BTreeSet<ItemRef>, item: ItemRef) -> Outcome<ItemRef> {
    match seen.insert(item.clone()) {
        true => Ok(item),
        false => Err(Refused::new("this item is in another change already: put both into one.")),
    }
}

fn create(
    edit: &mut Edit,
    input: &EditInput<'_>,
    part: Part,
    set: &Map<String, Value>,
    number: usize,
) -> Outcome<()> {
    match part {
        Part::Zones | Part::Folders | Part::Variables => {}
        Part::Flows => return Err(Refused::new("flows are created with homey_flow_save.")),
        _ => return Err(Refused::new(format!("a {} is added in the Homey app.", part.item()))),
    }
    let Some(name) = set.get("name").and_then(Value::as_str) else {
        return Err(Refused::new("`set` needs a name."));
    };
    if part == Part::Variables {
        let fits = match (set.get("type").and_then(Value::as_str), set.get("value")) {
            (Some("boolean"), Some(value)) => value.is_boolean(),
            (Some("number"), Some(value)) => value.is_number(),
            (Some("string"), Some(value)) => value.is_string(),
            _ => false,
        };
        if !fits {
            return Err(Refused::new(
                "a new variable needs type boolean, number or string, and a value of it.",
            ));
        }
    }
    let id = format!("new-{number}");
    let mut after = set.clone();
    after.insert("id".to_owned(), id.clone().into());
    if part == Part::Zones && !after.contains_key("parent") {
        let root = input.facts.home.items(Part::Zones).find(|(_, zone)| zone["parent"].is_null());
        after.extend(root.map(|(id, _)| ("parent".to_owned(), id.into())));
    }
    let item = ItemRef::new(part, id);
    let mut step = step(input.facts, &item, Action::Create { after: after.into() });
    step.path = name.to_owned();
    edit.add(step, format!("create {} {}", part.item(), given(name)));
    Ok(())
}

fn delete(edit: &mut Edit, input: &EditInput<'_>, item: ItemRef) -> Outcome<()> {
    if item.part == Part::Devices {
        return Err(Refused::new("devices are removed in the Homey app."));
    }
    let before = input.setups.item(item.part, &item.id).cloned().unwrap_or_default();
    let inside = |part: Part, key: &str| {
        input.facts.home.items(part).filter(|(_, one)| one[key] == *item.id).count()
    };
    let held = match item.part {
        Part::Zones => inside(Part::Devices, "zone") + inside(Part::Zones, "parent"),
        Part::Folders => {
            inside(Part::Flows, "folder")
                + inside(Part::AdvancedFlows, "folder")
                + inside(Part::Folders, "parent")
        }
        _ => 0,
    };
    let line = format!("delete {}", named(input.facts, &item));
    edit.add(step(input.facts, &item, Action::Delete { before }), line);
    edit.lines.extend((held > 0).then(|| format!("  it holds {held} items")));
    edit.lines.extend(users(input.facts, &item));
    if item.part == Part::Zones {
        edit.guarded.extend(input.guard.of_zone(input.view, &item.id));
    }
    Ok(())
}

fn update(
    edit: &mut Edit,
    input: &EditInput<'_>,
    item: &ItemRef,
    set: &Map<String, Value>,
) -> Outcome<()> {
    let before = input.setups.item(item.part, &item.id).cloned().unwrap_or_default();
    let mut after = before.clone();
    for (key, value) in set {
        match (key.as_str(), value) {
            ("settings", Value::Object(settings)) => {
                for (key, value) in settings {
                    after["settings"][key] = value.clone();
                }
            }
            ("type", value) if *value != before["type"] => {
                return Err(Refused::new("the type of a variable stays."));
            }
            (key, Value::Null) => {
                after.as_object_mut().map(|fields| fields.remove(key));
            }
            (key, value) => after[key] = value.clone(),
        }
    }
    if item.part == Part::Variables
        && let Some(value) = set.get("value")
    {
        let variable = serde_json::from_value::<housekey::model::Variable>(before.clone()).ok();
        if let Some(Err(error)) = variable.map(|variable| variable.check(value)) {
            return Err(Refused::new(format!("{}.", crate::quote::plain(&error.to_string(), 200))));
        }
    }
    guard(edit, input, item, set, &after);
    let steps = edit.plan.steps.len();
    edit.update(input.facts, item, &before, after);
    if edit.plan.steps.len() > steps {
        edit.lines.extend(users(input.facts, item));
    }
    Ok(())
}

/// What of a change would be a way around the guards.
fn guard(
    edit: &mut Edit,
    input: &EditInput<'_>,
    item: &ItemRef,
    set: &Map<String, Value>,
    after: &Value,
) {
    let EditInput { view, facts, guard, .. } = input;
    let has = |keys: &[&str]| keys.iter().any(|key| set.contains_key(*key));
    match item.part {
        Part::Devices => {
            let Some(device) = view.devices.iter().find(|device| device.id == item.id) else {
                return;
            };
            let names_it = has(&["name", "zone"]) && guard.is_listed(view, device);
            let changes_it =
                has(&["settings", "virtualClass"]) && guard.is_device_guarded(view, device);
            if names_it || changes_it {
                edit.guarded.insert(view.device_name(device));
            }
        }
        Part::Zones if has(&["name", "parent"]) => {
            edit.guarded.extend(guard.of_zone(view, &item.id));
        }
        Part::Variables if has(&["value"]) => {
            edit.guarded.extend(guard.of_item(view, facts, item));
        }
        Part::Moods if has(&["devices"]) => {
            let mood = serde_json::from_value::<Mood>(after.clone());
            edit.guarded.extend(mood.map(|mood| guard.of_mood(view, &mood)).unwrap_or_default());
        }
        _ => {}
    }
}
