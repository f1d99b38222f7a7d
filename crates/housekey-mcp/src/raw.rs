//! What a raw call to the API of a Homey may do.

use std::collections::BTreeSet;

use housekey::catalogue::Method;
use housekey::model::Mood;
use housekey_backup::Part;
use housekey_backup::graph::ItemRef;

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
    let of = |part: Part| match (call.value)("id") {
        Some(id) => guard.of_item(view, facts, &ItemRef::new(part, id)),
        None => any(),
    };
    Verdict::Write(match call.id {
        "devices.setCapabilityValue" => {
            let device = (call.value)("deviceId");
            let device = device.and_then(|id| view.devices.iter().find(|one| one.id == id));
            match device.zip((call.value)("capabilityId")) {
                Some((device, capability)) if guard.is_guarded(view, device, &capability) => {
                    BTreeSet::from([view.device_name(device)])
                }
                Some(_) => BTreeSet::new(),
                None => any(),
            }
        }
        "flow.triggerFlow" => of(Part::Flows),
        "flow.triggerAdvancedFlow" => of(Part::AdvancedFlows),
        "moods.setMood"
            if (call.value)("id").is_some_and(|id| view.home.get::<Mood>(&id).is_some()) =>
        {
            of(Part::Moods)
        }
        "logic.updateVariable" => of(Part::Variables),
        _ => any(),
    })
}
