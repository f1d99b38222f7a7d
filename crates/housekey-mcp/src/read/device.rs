//! `homey_device_get`.

use std::sync::Arc;

use housekey::model::name::Called;
use housekey::model::{Capability, Device};
use housekey_backup::Part;
use housekey_backup::graph::{Access, EdgeTarget, Graph, ItemRef};
use serde_json::Value;

use super::device_line::unavailable;
use super::facts::FlowFacts;
use super::secret_free::is_secret;
use crate::answer::{Answer, Outcome};
use crate::arguments::Arguments;
use crate::find::find;
use crate::lines::{USUAL_TOKENS, fitted};
use crate::quote::{plain, quoted, quoted_to, word};
use crate::view::{View, takes, value_text};

/// The most settings that are listed.
const SETTINGS: usize = 40;

/// The most flows that are listed.
const FLOWS: usize = 20;

/// The device that is meant.
pub(crate) fn find_device<'v>(view: &'v View, wanted: &str) -> Outcome<&'v Arc<Device>> {
    let things = view.devices.iter().map(|device| Called {
        id: &device.id,
        name: device.name(),
        group: view.zone_of(device).map(housekey::model::Zone::name),
    });
    find("device", things, wanted).map(|place| &view.devices[place])
}

/// What is read beside the mirror for parts of a device.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Where its flows are wanted.
    pub(crate) facts: Option<Arc<FlowFacts>>,
    /// The device without its secrets, where its settings are wanted.
    pub(crate) setup: Option<Value>,
}

/// One device.
pub(crate) fn device(view: &View, beside: &Beside, arguments: &Arguments) -> Outcome<Answer> {
    let device = find_device(view, arguments.text("device").unwrap_or_default())?;
    let mut head = vec![view.device_name(device)];
    head.extend(device.class().map(word));
    if device.is_unavailable() {
        head.push(unavailable(device));
    }
    head.push(word(&device.id));
    let mut lines = vec![head.join(" · ")];
    for (key, text) in [("note", &device.note), ("warning", &device.warning_message)] {
        if let Some(text) = text.text().filter(|text| !text.trim().is_empty()) {
            lines.push(format!("{key}: {}", quoted(text)));
        }
    }
    lines.extend(device.all_capabilities().map(|one| capability(view, one)));
    for part in arguments.texts("include") {
        match (part, beside) {
            ("driver", _) => lines.push(driver(device)),
            ("energy", _) => lines.push(energy(device)),
            ("settings", Beside { setup: Some(setup), .. }) => lines.push(settings(setup)),
            ("flows", Beside { facts: Some(facts), .. }) => lines.extend(flows(facts, &device.id)),
            _ => lines.push(format!("{part}: not known now")),
        }
    }
    Ok(Answer::text(fitted(lines.join("\n"), USUAL_TOKENS)))
}

/// `dim=0.4 · number 0 to 1, settable · 3 min ago · "Brightness"`.
fn capability(view: &View, one: &Capability) -> String {
    let mut parts = vec![format!("{}={}", word(&one.id), value_text(one, one.value())), takes(one)];
    let at = one.last_updated.get().and_then(|time| time.timestamp());
    parts.extend(at.map(|at| view.now.age(at)));
    let title = one.title.label().map(|title| plain(title, 40)).unwrap_or_default();
    let is_new = !title.is_empty() && !one.id.eq_ignore_ascii_case(&title.replace(' ', "_"));
    if is_new {
        parts.push(format!("\"{title}\""));
    }
    parts.join(" · ")
}

fn driver(device: &Device) -> String {
    let id = device.driver_id.text().or(device.driver_uri.text());
    format!("driver: {}", id.map_or_else(|| "not known".to_owned(), word))
}

fn energy(device: &Device) -> String {
    match device.other.get("energyObj").or_else(|| device.other.get("energy")) {
        Some(Value::Object(fields)) if !fields.is_empty() => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let fields = fields.map(|(key, value)| format!("{}={}", word(key), scalar(value)));
            format!("energy: {}", fields.take(SETTINGS).collect::<Vec<_>>().join(" "))
        }
        _ => "energy: nothing known".to_owned(),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(_) | Value::Number(_) | Value::Null => value.to_string(),
        Value::String(text) => quoted_to(text, 60),
        other => quoted_to(&other.to_string(), 60),
    }
}

/// The settings; secret ones by their names.
fn settings(setup: &Value) -> String {
    let settings = setup["settings"].as_object().into_iter().flatten();
    let shown: Vec<_> = settings
        .filter(|(_, value)| !value.is_null() && **value != "")
        .map(|(key, value)| match is_secret(value) {
            true => format!("{}=(secret)", word(key)),
            false => format!("{}={}", word(key), scalar(value)),
        })
        .collect();
    if shown.is_empty() {
        return "settings: none".to_owned();
    }
    let more = shown.len().saturating_sub(SETTINGS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let text = shown.into_iter().take(SETTINGS).collect::<Vec<_>>().join(" ");
    format!("settings: {text}{more}")
}

/// The flows that use the device.
fn flows(facts: &FlowFacts, id: &str) -> Vec<String> {
    let graph = Graph::of(&facts.home);
    let target = EdgeTarget::Item(ItemRef::new(Part::Devices, id));
    let mut uses: Vec<(ItemRef, Access)> = graph
        .to(&target)
        .filter(|edge| matches!(edge.from.part, Part::Flows | Part::AdvancedFlows))
        .map(|edge| (edge.from.clone(), edge.access))
        .collect();
    uses.sort();
    uses.dedup();
    if uses.is_empty() {
        return vec!["flows: none use it".to_owned()];
    }
    let count = uses.len();
    let mut lines: Vec<_> = uses
        .iter()
        .take(FLOWS)
        .map(|(flow, access)| format!("flow: {} · {}s it", facts.flow_name(flow), access.as_str()))
        .collect();
    if count > FLOWS {
        lines.push(format!("{} more: homey_flows_list with `uses`", count - FLOWS));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::answer::Refused;
    use crate::group::Groups;
    use crate::tools;
    use crate::view::test_home::{LAMP, small, view};

    fn get(given: Value) -> String {
        let tool = tools::find(Groups::default(), "homey_device_get").unwrap();
        let arguments = Arguments::of(tool, given.as_object().unwrap().clone()).unwrap();
        match device(&view(small()), &Beside::default(), &arguments) {
            Ok(answer) => answer.text,
            Err(Refused(why)) => why,
        }
    }

    #[test]
    fn a_device_with_its_values() {
        insta::assert_snapshot!(get(json!({ "device": "Kitchen/Ceiling lamp" })), @r#"
        "Kitchen" / "Ceiling lamp" · light · e98fe6a3-1c2d-4e5f-8a9b-0c1d2e3f4a5b
        onoff=true · boolean, settable · 3 min ago
        dim=0.4 · number 0 to 1, settable · 3 min ago
        "#);
        let lock = json!({ "device": "Front door", "include": ["driver", "energy"] });
        insta::assert_snapshot!(get(lock), @r#"
        "Hall" / "Front door" · lock · 0a1b2c3d-1c2d-4e5f-8a9b-0c1d2e3f4a5b
        locked=false · boolean, settable · 3 min ago
        measure_battery=12 % · number
        driver: not known
        energy: nothing known
        "#);
        assert_eq!(get(json!({ "device": LAMP })), get(json!({ "device": "e98fe6a3" })));
    }
}
