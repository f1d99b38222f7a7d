//! The names of the things in a home, and of the values of devices.

use clap::Arg;
use clap_complete::engine::CompletionCandidate;
use housekey::config::Config;
use housekey::model::name::{self, Called, as_seen};

use super::line::CommandLine;
use crate::env::{Environment, HOUSEKEY_HOMEY};
use crate::names::{DEVICES, FOLDERS, KnownNames, LOGS, Name, VARIABLES, ZONES};
use crate::shell_words;

/// What completes a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// The items that these operations list, below those that the last one lists.
    Items(&'static [&'static str], Option<&'static str>),
    /// The capabilities of all devices.
    AnyCapability,
    /// What follows the device before it: a capability that can be read, or one that can be set.
    Capability { to_set: bool },
    /// The device, its capability and the value, in this order.
    SetDevice,
    /// The value of the variable before it.
    VariableValue,
}

/// What completes an argument of the command at that path.
pub(super) fn values_of(path: &[&str], arg: &Arg) -> Option<Values> {
    let placeholder =
        arg.get_value_names().and_then(|names| names.first()).map(|name| name.as_str());
    let values = match (path, arg.get_id().as_str(), placeholder?) {
        (["devices", "set"], "first" | "second" | "third", _) => Values::SetDevice,
        (["devices", "get"], "capability", _) => Values::Capability { to_set: false },
        (["devices", ..], "capability" | "capabilities", _) => Values::AnyCapability,
        (["variables", "set"], "value", _) => Values::VariableValue,
        (_, _, "DEVICE") => Values::Items(&[DEVICES], Some(ZONES)),
        (_, _, "ZONE") => Values::Items(&[ZONES], Some(ZONES)),
        (_, _, "MOOD") => Values::Items(&["moods.getMoods"], Some(ZONES)),
        (_, _, "FLOW") => Values::Items(&["flow.getFlows", "flow.getAdvancedFlows"], Some(FOLDERS)),
        (_, _, "FOLDER") => Values::Items(&[FOLDERS], Some(FOLDERS)),
        (_, _, "VARIABLE") => Values::Items(&[VARIABLES], None),
        (_, _, "LOG") => Values::Items(&[LOGS], None),
        (_, _, "ALARM") => Values::Items(&["alarms.getAlarms"], None),
        (_, _, "USER") => Values::Items(&["users.getUsers"], None),
        (_, _, "APP") => Values::Items(&["apps.getApps"], None),
        _ => return None,
    };
    Some(values)
}

/// What may stand at `current`, which is as it was typed so far.
pub(super) fn candidates(
    values: Values,
    line: &CommandLine,
    current: &str,
) -> Vec<CompletionCandidate> {
    let Some(names) = names(line) else { return Vec::new() };
    let current = &shell_words::unquoted(current);
    let device = |place: usize| {
        let word = line.positionals.get(place)?;
        found(&names, DEVICES, Some(ZONES), word)
    };
    let to_set = line.option("device").map(|wanted| found(&names, DEVICES, Some(ZONES), &wanted));
    match (values, line.positionals.len()) {
        (Values::Items(operations, parents), _) => items(&names, operations, parents, current),
        (Values::AnyCapability, _) => words(any_capability(&names), current),
        (Values::Capability { to_set }, _) => words(capabilities(device(0), to_set), current),
        (Values::SetDevice, place) => match (to_set, place) {
            (Some(device), 0) => words(capabilities(device, true), current),
            (Some(device), _) => words(values_to_set(device, line.positionals.first()), current),
            (None, 0) => items(&names, &[DEVICES], Some(ZONES), current),
            (None, 1) => words(capabilities(device(0), true), current),
            (None, _) => words(values_to_set(device(0), line.positionals.get(1)), current),
        },
        (Values::VariableValue, _) => {
            let variable =
                line.positionals.first().and_then(|word| found(&names, VARIABLES, None, word));
            let switch = variable.is_some_and(|variable| variable.switch);
            let known: &[&str] = if switch { &["true", "false"] } else { &[] };
            words(known.iter().map(|word| (*word).to_owned()).collect(), current)
        }
    }
}

/// The names of the Homey that is meant, as far as that is clear without reading its record.
fn names(line: &CommandLine) -> Option<KnownNames> {
    let config = Config::new(Environment::of_process()).ok()?;
    let named = line.option("homey").or_else(|| config.env.text(&HOUSEKEY_HOMEY).ok().flatten());
    let known = config.store.homeys().ok()?;
    let homey = match named.or_else(|| config.settings.read().ok()?.homey) {
        Some(name) => known.into_iter().find(|one| as_seen(one) == as_seen(&name))?,
        None => match known.as_slice() {
            [only] => only.clone(),
            _ => return None,
        },
    };
    Some(KnownNames::read(&config.state, &homey))
}

/// Every item under its name, or `Parent/Name` where several have it or where that was begun.
fn items(
    names: &KnownNames,
    operations: &[&str],
    parents: Option<&str>,
    current: &str,
) -> Vec<CompletionCandidate> {
    let all: Vec<(&Name, Option<&str>)> = operations
        .iter()
        .flat_map(|operation| names.of(operation))
        .map(|item| (item, parent(names, parents, item)))
        .collect();
    let begun = as_seen(current);
    let mut found: Vec<(String, Option<&str>)> = Vec::new();
    for (item, parent) in &all {
        let full = called(item, *parent).full();
        let unique = name::find(all.iter().map(|(item, parent)| called(item, *parent)), &item.name)
            .len()
            == 1;
        let label = if unique { &item.name } else { &full };
        if as_seen(label).starts_with(&begun) {
            found.push((label.clone(), *parent));
        } else if as_seen(&full).starts_with(&begun) {
            found.push((full, None));
        }
    }
    found.sort();
    found.dedup();
    let candidate = |(label, parent): (String, Option<&str>)| {
        CompletionCandidate::new(label).help(parent.map(|parent| parent.to_owned().into()))
    };
    found.into_iter().map(candidate).collect()
}

fn called<'a>(item: &'a Name, parent: Option<&'a str>) -> Called<'a> {
    Called { id: &item.id, name: &item.name, group: parent }
}

fn parent<'a>(names: &'a KnownNames, parents: Option<&str>, item: &Name) -> Option<&'a str> {
    let id = item.parent.as_deref()?;
    names.of(parents?).iter().find(|parent| parent.id == id).map(|parent| parent.name.as_str())
}

/// The item that a word before the current one names, with or without quotes.
fn found<'a>(
    names: &'a KnownNames,
    operation: &str,
    parents: Option<&str>,
    word: &str,
) -> Option<&'a Name> {
    let all = names.of(operation);
    let find = |wanted: &str| {
        let called = all.iter().map(|item| called(item, parent(names, parents, item)));
        match name::find(called, wanted).as_slice() {
            [one] => all.get(*one),
            _ => None,
        }
    };
    find(&shell_words::unquoted(word)).or_else(|| find(word))
}

fn any_capability(names: &KnownNames) -> Vec<String> {
    let all = names.of(DEVICES).iter().flat_map(|device| device.capabilities.keys().cloned());
    let all: std::collections::BTreeSet<String> = all.collect();
    all.into_iter().collect()
}

fn capabilities(device: Option<&Name>, to_set: bool) -> Vec<String> {
    let all = device.into_iter().flat_map(|device| &device.capabilities);
    all.filter(|(_, values)| !to_set || values.is_some()).map(|(id, _)| id.clone()).collect()
}

fn values_to_set(device: Option<&Name>, capability: Option<&String>) -> Vec<String> {
    let values = device.zip(capability).and_then(|(device, id)| device.capabilities.get(id));
    values.cloned().flatten().unwrap_or_default()
}

/// Those words that begin with what was typed.
fn words(words: Vec<String>, current: &str) -> Vec<CompletionCandidate> {
    let words = words.into_iter().filter(|word| word.starts_with(current));
    words.map(CompletionCandidate::new).collect()
}
