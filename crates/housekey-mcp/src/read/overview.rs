//! `homey_home_overview`.

use std::collections::HashMap;
use std::sync::Arc;

use housekey::mirror::ItemKind;
use housekey::model::name::as_seen;
use housekey::model::{AdvancedFlow, Device, Flow, Mood, User, Variable, Zone};
use serde_json::Value;

use super::device_line::{unavailable, value};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::lines::tokens;
use crate::quote::{quoted, quoted_to, short_id};
use crate::tools::OVERVIEW_PARTS;
use crate::view::{View, value_text};

/// The tokens of an overview.
const BUDGET: usize = 800;

/// The most lines of alarms and of problems.
const NOTICES: usize = 10;

/// The most people, moods and variables that are named.
const NAMES: usize = 20;

/// The devices that use the most power.
const CONSUMERS: usize = 3;

pub(crate) fn overview(view: &View, arguments: &Arguments) -> Answer {
    let chosen = arguments.texts("include");
    let shows = |part: &str| match chosen.is_empty() {
        true => part != "variables",
        false => chosen.contains(&part),
    };
    let zones = view.zones.iter().count();
    let mut text = format!(
        "{} · {} · {} devices in {zones} zones",
        quoted(&view.title),
        view.now.in_full(),
        view.devices.len(),
    );
    let mut left_out = Vec::new();
    // Zones last: they take what is left of the budget.
    let order = OVERVIEW_PARTS.iter().filter(|part| **part != "zones").chain(&["zones"]);
    for part in order.copied().filter(|part| shows(part)) {
        let lines = match part {
            "presence" => presence(view),
            "alarms" => capped(alarms(view), "homey_devices_search"),
            "moods" => moods(view),
            "variables" => variables(view),
            "energy" => energy(view),
            "problems" => capped(problems(view), "homey_devices_search, homey_flow_audit"),
            _ => zone_lines(view),
        };
        let mut rest = lines.iter();
        for line in rest.by_ref() {
            if tokens(&text) + tokens(line) > BUDGET - 40 {
                let count = rest.len() + 1;
                left_out.push(format!("{count} lines of {part}"));
                break;
            }
            text.push('\n');
            text.push_str(line);
        }
    }
    if !left_out.is_empty() {
        text.push_str(&format!("\nleft out: {}; `include` fewer parts", left_out.join(", ")));
    }
    Answer::text(text)
}

fn capped(mut lines: Vec<String>, tool: &str) -> Vec<String> {
    if lines.len() > NOTICES {
        let more = lines.len() - NOTICES;
        lines.truncate(NOTICES);
        lines.push(format!("{more} more like these: {tool}"));
    }
    lines
}

fn presence(view: &View) -> Vec<String> {
    let state = |user: &User| match (user.present.get(), user.asleep.get()) {
        (Some(true), Some(true)) => "home, asleep",
        (Some(true), _) => "home",
        (Some(false), _) => "away",
        _ => "not known",
    };
    let people: Vec<_> = view
        .home
        .all::<User>()
        .take(NAMES)
        .map(|user| format!("{} {}", quoted_to(user.name(), 40), state(&user)))
        .collect();
    if people.is_empty() { Vec::new() } else { vec![format!("people: {}", people.join(" · "))] }
}

/// What is open or gives an alarm; motion is none.
fn alarms(view: &View) -> Vec<String> {
    let mut lines = Vec::new();
    for device in view.devices.iter().filter(|device| !device.is_unavailable()) {
        for one in device.all_capabilities().filter(|one| one.active_alarm().is_some()) {
            if matches!(one.base(), "alarm_motion" | "alarm_occupancy" | "alarm_presence") {
                continue;
            }
            let at = one.last_updated.get().and_then(|time| time.timestamp());
            let age = at.map(|at| format!(" · {}", view.now.age(at))).unwrap_or_default();
            let urgent = !matches!(one.base(), "alarm_contact" | "locked" | "garagedoor_closed");
            let (name, id) = (view.device_name(device), view.device_id(device));
            lines.push((!urgent, format!("alarm: {name} · {}{age} · {id}", value(one))));
        }
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// What does not work.
fn problems(view: &View) -> Vec<String> {
    let mut lines = Vec::new();
    for device in &view.devices {
        let (name, id) = (view.device_name(device), view.device_id(device));
        if device.is_unavailable() {
            lines.push(format!("problem: {name} · {} · {id}", unavailable(device)));
        } else if let Some(battery) = device.low_battery() {
            let percent = battery.percent.map(|percent| format!(" {percent:.0} %"));
            lines.push(format!(
                "problem: {name} · battery low{} · {id}",
                percent.unwrap_or_default()
            ));
        }
    }
    let standard = view.home.all::<Flow>().map(|flow| {
        (flow.broken.is_true(), flow.enabled.get() != Some(&false), flow.name().to_owned(), flow.id)
    });
    let advanced = view.home.all::<AdvancedFlow>().map(|flow| {
        (flow.broken.is_true(), flow.enabled.get() != Some(&false), flow.name().to_owned(), flow.id)
    });
    for (broken, enabled, name, id) in standard.chain(advanced) {
        if broken && enabled {
            lines.push(format!("problem: flow {} · broken · {}", quoted(&name), short_id(&id)));
        }
    }
    lines
}

fn moods(view: &View) -> Vec<String> {
    let mood = |mood: Mood| {
        let active = if mood.active.is_true() { " (active)" } else { "" };
        format!("{}{active}", view.in_zone(mood.zone.text(), mood.name()))
    };
    named("moods", view.home.all::<Mood>().map(mood), view.home.items(ItemKind::Mood).len())
}

fn variables(view: &View) -> Vec<String> {
    let variable = |one: Variable| {
        let value = match one.value() {
            Value::String(text) => quoted_to(text, 60),
            Value::Number(_) | Value::Bool(_) | Value::Null => one.value().to_string(),
            other => quoted_to(&other.to_string(), 60),
        };
        format!("{}={value}", quoted_to(one.name(), 60))
    };
    let count = view.home.items(ItemKind::Variable).len();
    named("variables", view.home.all::<Variable>().map(variable), count)
}

fn named(what: &str, names: impl Iterator<Item = String>, count: usize) -> Vec<String> {
    let names: Vec<_> = names.take(NAMES).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let more = count.saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    vec![format!("{what}: {}{more}", names.join(", "))]
}

/// The power at the meter, and what uses the most.
fn energy(view: &View) -> Vec<String> {
    let power = |device: &Arc<Device>| {
        let capability = device.capability("measure_power")?;
        let watts = capability.value().as_f64().filter(|_| !device.is_unavailable())?;
        Some((watts, value_text(capability, capability.value())))
    };
    let is_meter = |device: &Device| {
        device.other.get("energyObj").is_some_and(|energy| energy["cumulative"] == true)
    };
    let mut measured: Vec<_> =
        view.devices.iter().filter_map(|device| Some((device, power(device)?))).collect();
    measured.sort_by(|(_, (a, _)), (_, (b, _))| b.total_cmp(a));
    let text = |(device, (_, text)): &(&Arc<Device>, (f64, String))| {
        format!("{} {text}", view.device_name(device))
    };
    let (meters, others): (Vec<_>, Vec<_>) =
        measured.into_iter().partition(|(device, _)| is_meter(device));
    let most = others.iter().filter(|(_, (watts, _))| *watts > 0.0).take(CONSUMERS);
    let mut parts: Vec<_> =
        meters.iter().take(2).map(|one| format!("meter {}", text(one))).collect();
    let most: Vec<_> = most.map(text).collect();
    if !most.is_empty() {
        parts.push(format!("most: {}", most.join(", ")));
    }
    if parts.is_empty() { Vec::new() } else { vec![format!("power: {}", parts.join("; "))] }
}

/// `zone "Kitchen" in "Ground floor" · 21.4 °C · 2 of 5 devices on`.
fn zone_lines(view: &View) -> Vec<String> {
    let mut devices: HashMap<&str, Vec<&Arc<Device>>> = HashMap::new();
    for device in &view.devices {
        if let Some(zone) = device.zone.text() {
            devices.entry(zone).or_default().push(device);
        }
    }
    let line = |zone: &Zone| {
        let inside = devices.get(zone.id.as_str())?;
        let mut parts = vec![match zone.parent.text().and_then(|id| view.zones.get(id)) {
            Some(outer) => format!("zone {} in {}", quoted(zone.name()), quoted(outer.name())),
            None => format!("zone {}", quoted(zone.name())),
        }];
        let there = || inside.iter().filter(|device| !device.is_unavailable());
        let temperature = there()
            .find_map(|device| device.room_temperature().filter(|one| one.value().is_number()));
        parts.extend(temperature.map(|one| value_text(one, one.value())));
        let on: Vec<_> = there().filter(|device| device.is_on()).collect();
        let count = inside.len();
        let noun = if count == 1 { "device" } else { "devices" };
        parts.push(match on.len() {
            0 => format!("{count} {noun}"),
            on => format!("{on} of {count} {noun} on"),
        });
        let mut names: Vec<_> = on.iter().map(|device| quoted_to(device.name(), 40)).collect();
        names.sort_by_cached_key(|name| as_seen(name));
        if (1..=3).contains(&names.len()) {
            parts.push(names.join(", "));
        }
        Some(parts.join(" · "))
    };
    view.zones.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use housekey::mirror::Home;
    use serde_json::json;

    use super::*;
    use crate::group::Groups;
    use crate::tools;
    use crate::view::test_home::{device, home, small, view, zone};

    fn of(home: Home, given: Value) -> String {
        let tool = tools::find(Groups::default(), "homey_home_overview").unwrap();
        let arguments = Arguments::of(tool, given.as_object().unwrap().clone()).unwrap();
        overview(&view(home), &arguments).text
    }

    #[test]
    fn a_home_at_a_glance() {
        insta::assert_snapshot!(of(small(), json!({})), @r#"
        "Test home" · Tuesday 2026-03-10 12:00 UTC · 4 devices in 5 zones
        people: "Robin" home
        alarm: "Hall" / "Front door" · locked=false · 3 min ago · 0a1b2c3d
        moods: "Kitchen" / "Movie night"
        problem: "Hall" / "Front door" · battery low 12 % · 0a1b2c3d
        zone "Hall" in "Ground floor" · 1 device
        zone "Kitchen" in "Ground floor" · 21.4 °C · 1 of 2 devices on · "Ceiling lamp"
        zone "Upstairs" in "Home" · 1 device
        "#);
        insta::assert_snapshot!(of(small(), json!({ "include": ["variables"] })), @r#"
        "Test home" · Tuesday 2026-03-10 12:00 UTC · 4 devices in 5 zones
        variables: "Guests"=2
        "#);
    }

    #[test]
    fn a_large_home_stays_within_the_budget() {
        let mut items = Vec::new();
        for number in 0..300 {
            let name = format!("Zone {number} {}", "with a long name ".repeat(20));
            items.push(zone(&format!("z{number}"), &name, None));
            let value = json!({ "alarm_smoke": { "type": "boolean", "value": true } });
            items.push(device(
                &format!("d{number}"),
                &name,
                &format!("z{number}"),
                "sensor",
                value,
            ));
        }
        let text = of(home(&items), json!({}));
        assert!(tokens(&text) <= BUDGET && text.contains("left out: "), "{text}");
    }
}
