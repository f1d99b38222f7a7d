//! What a raw call to the API of a Homey may do.

use std::collections::BTreeSet;

use housekey::catalogue::Method;
use housekey_backup::Part;
use housekey_backup::graph::ItemRef;
use percent_encoding::percent_decode_str;

use crate::guard::Guarded;
use crate::quote::word;
use crate::read::FlowFacts;
use crate::view::View;

/// Whether a raw call is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It reads.
    Read,
    /// It is sent; what of it needs a person, if anything.
    Write(BTreeSet<String>),
    /// It is never sent, for this reason.
    Never(&'static str),
}

/// Operations that are never called, with the reason.
const NEVER: &[(&str, &str)] = &[
    ("flow.testFlow", "a test of a flow runs its actions"),
    ("flow.runFlowCardAction", "a test of a card runs it"),
    ("flow.runFlowCardCondition", "a test of a card runs it"),
    ("devices.deleteDevice", "devices are removed in the Homey app"),
];

/// Managers of which nothing is called: what they answer is for signing in.
const SECRET: &[&str] = &["sessions", "webserver", "mobile", "account"];

/// Managers of which nothing is written.
const READ_ONLY: &[&str] = &[
    "users",
    "system",
    "security",
    "zigbee",
    "zwave",
    "matter",
    "thread",
    "rf",
    "ble",
    "coprocessor",
    "backup",
    "database",
    "devkit",
    "updates",
];

/// A call of an operation with the values that name items.
pub(crate) struct RawOperation<'r> {
    pub(crate) id: &'r str,
    pub(crate) manager: &'r str,
    pub(crate) method: Method,
    /// A value by its name: `deviceId`.
    pub(crate) value: &'r dyn Fn(&str) -> Option<String>,
}

/// Whether a path arrives as it is judged. Parsers of URLs drop dot segments, tabs and line breaks, and read a backslash
/// as a slash; servers decode what is in a segment.
pub(crate) fn arrives_as_written(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:@!$&'()*+,;=%/".contains(c);
    let is_segment = |segment: &str| {
        let Ok(text) = percent_decode_str(segment).decode_utf8() else { return false };
        let has_other = |c: char| c.is_control() || matches!(c, '/' | '\\');
        !matches!(&*text, "." | "..") && !text.contains(has_other)
    };
    path.chars().all(is_plain) && path.split('/').all(is_segment)
}

/// Whether an operation is called.
pub(crate) fn verdict(
    call: &RawOperation<'_>,
    view: &View,
    facts: &FlowFacts,
    guard: &Guarded,
) -> Verdict {
    if let Some((_, why)) = NEVER.iter().find(|(id, _)| *id == call.id) {
        return Verdict::Never(why);
    }
    let tokens = ["Token", "login", "Login", "Credentials"];
    if SECRET.contains(&call.manager) || tokens.iter().any(|word| call.id.contains(word)) {
        return Verdict::Never("its answer is for signing in");
    }
    if call.method == Method::Get {
        return Verdict::Read;
    }
    if READ_ONLY.contains(&call.manager) {
        return Verdict::Never("users, radios and the system are changed in the Homey app");
    }
    let any = || BTreeSet::from([format!("the operation {}", word(call.id))]);
    // What an item reaches is known of those alone that are known.
    let of = |part: Part| match (call.value)("id").map(|id| ItemRef::new(part, id)) {
        Some(item) if facts.home.item(part, &item.id).is_some() => {
            guard.of_item(view, facts, &item)
        }
        _ => any(),
    };
    Verdict::Write(match call.id {
        "devices.setCapabilityValue" => {
            let device = (call.value)("deviceId");
            let device = device.and_then(|id| view.devices.iter().find(|one| one.id == id));
            let wanted = (call.value)("capabilityId");
            let capability = wanted.zip(device).filter(|(capability, device)| {
                device.all_capabilities().any(|one| one.id == *capability)
            });
            match capability {
                Some((capability, device)) if guard.is_guarded(view, device, &capability) => {
                    BTreeSet::from([view.device_name(device)])
                }
                Some(_) => BTreeSet::new(),
                None => any(),
            }
        }
        "flow.triggerFlow" => of(Part::Flows),
        "flow.triggerAdvancedFlow" => of(Part::AdvancedFlows),
        "moods.setMood" => of(Part::Moods),
        "logic.updateVariable" => of(Part::Variables),
        _ => any(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_parsers_change_are_known() {
        for path in [
            "/api/manager/devices/device/a-1/capability/onoff.left",
            "/api/app/com.x/y%20z/",
            "/api/a..b",
        ] {
            assert!(arrives_as_written(path), "{path}");
        }
        for path in [
            "/api/x/../y",
            "/api/x/./y",
            "/api/x/%2e%2E/y",
            "/api/x/.%2e",
            "/api/x\\y",
            "/api/x%5cy",
            "/api/x%2fy",
            "/api/x\ty",
            "/api/x\ny",
            "/api/x%0ay",
            "/api/%ff",
            "/api/x y",
            "/api/é",
        ] {
            assert!(!arrives_as_written(path), "{path:?}");
        }
    }
}
