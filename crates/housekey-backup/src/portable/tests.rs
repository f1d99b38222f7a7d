use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::plan::Action;
use crate::secrets::{KnownSecrets, Secrets};
use crate::test_home::{cards as offered, home};
use crate::transfer::{TransferInput, Trouble, transfer};

const LAMP: &str = "11111111-1111-4111-8111-111111111111";
const FLOW: &str = "22222222-2222-4222-8222-222222222222";
const GUESTS: &str = "33333333-3333-4333-8333-333333333333";

fn one() -> Home {
    home(&json!({
        "apps": { "com.example.a": { "name": "Example" } },
        "zones": { "r": { "name": "Home", "parent": null }, "k": { "name": "Kitchen", "parent": "r" } },
        "folders": { "f": { "name": "Lights", "parent": null } },
        "variables": { GUESTS: { "name": "Guests", "type": "number", "value": 7 } },
        "devices": { LAMP: { "name": "Lamp", "zone": "k", "class": "light", "driverId": "homey:app:com.example.a:bulb",
            "capabilities": ["onoff", "dim", "light_hue"] } },
        "flows": { FLOW: {
            "name": "Evening", "folder": "f", "enabled": true,
            "trigger": { "uri": format!("homey:device:{LAMP}"), "id": "onoff_true" },
            "conditions": [{ "uri": "homey:manager:logic", "id": "lt", "droptoken": format!("homey:device:{LAMP}|dim"), "group": "group1" }],
            "actions": [
                { "uri": "homey:app:com.example.a", "id": "say", "group": "then", "args": { "text": format!("[[homey:manager:logic|{GUESTS}]]"), "url": "https://u:p@host" } },
                { "uri": "homey:manager:flow", "id": "programmatic_trigger", "group": "then", "args": { "flow": { "id": FLOW } } },
            ],
        } },
        "advanced-flows": {},
    }))
}

fn shared() -> Value {
    let home = one();
    let (snapshot, _) = Snapshot::of(&home, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH);
    portable(&home, &snapshot, &[ItemRef::new(Part::Flows, FLOW)])
}

#[test]
fn ids_are_replaced_by_marks_and_a_table_says_what_they_are() {
    let shared = shared();
    assert_eq!(shared["apps"], json!({ "com.example.a": "Example" }));
    let table = json!({
        "ref-device-1": { "$ref": "device", "path": "Kitchen/Lamp", "class": "light",
            "driver": "homey:app:com.example.a:bulb", "needs": ["dim", "onoff"] },
        "ref-flow-1": { "$ref": "flow", "path": "Lights/Evening" },
        "ref-variable-1": { "$ref": "variable", "path": "Guests", "type": "number" },
    });
    assert_eq!(shared["refs"], table);
    let flow = &shared["flows"][0];
    assert_eq!(flow["id"], "ref-flow-1");
    assert_eq!(flow["folder"], "Lights");
    assert_eq!(flow["trigger"], json!({ "id": "homey:device:ref-device-1:onoff_true" }));
    assert_eq!(flow["conditions"][0]["droptoken"], "homey:device:ref-device-1|dim");
    assert_eq!(flow["actions"][0]["args"]["text"], "[[homey:manager:logic|ref-variable-1]]");
    assert_eq!(flow["actions"][1]["args"]["flow"]["id"], "ref-flow-1");
    let text = shared.to_string();
    for hidden in [LAMP, FLOW, GUESTS, "u:p@"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[test]
fn shared_flows_are_made_in_another_home() {
    let from = read(&shared()).unwrap();
    let (snapshot, _) = Snapshot::of(&from, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH);
    let to = home(&json!({
        "apps": { "com.example.a": { "name": "Example" } },
        "zones": { "R": { "name": "House", "parent": null } }, "folders": {}, "variables": {},
        "devices": { "lamp-of-b": { "name": "Lamp", "zone": "R", "class": "light", "driverId": "homey:app:x:y",
            "capabilities": ["onoff", "dim"] } },
        "flows": {}, "advanced-flows": {},
    }));
    let (cards, map, secrets) = (offered(&json!({})), BTreeMap::new(), Secrets::new());
    let input = TransferInput {
        from: &from,
        snapshot: &snapshot,
        to: &to,
        cards: &cards,
        secrets: &secrets,
        map: &map,
        folder: None,
        enable: false,
    };
    let moved = transfer(input);
    let paths: Vec<&str> = moved.plan.steps.iter().map(|step| step.path.as_str()).collect();
    assert_eq!(paths, ["Lights", "Guests", "Lights/Evening"]);
    assert_eq!(moved.devices[0].new, "lamp-of-b");
    // A password is not shared: it is empty now.
    let troubles: Vec<_> = moved.faults.iter().map(|fault| &fault.trouble).collect();
    assert_eq!(troubles, [&Trouble::Secret]);
    let Action::Create { after } = &moved.plan.steps[2].action else { panic!() };
    assert_eq!(after["trigger"]["id"], "homey:device:lamp-of-b:onoff_true");
    assert_eq!(after["conditions"][0]["droptoken"], "homey:device:lamp-of-b|dim");
    assert_eq!(after["actions"][0]["args"]["url"], "");
}

#[test]
fn a_file_that_is_none_is_refused_with_the_reason() {
    for (document, want) in [
        (
            json!({ "housekey": "flows", "format": 2 }),
            "the flows are in format 2, which is newer than 1",
        ),
        (json!({ "format": 1 }), "it is no file of shared flows: missing field `flows`"),
        (
            json!({ "format": 1, "flows": [{}] }),
            "it is no file of shared flows: flow 1: it has no id",
        ),
        (
            json!({ "format": 1, "flows": [{ "id": "a", "name": "A" }] }),
            "it is no file of shared flows: flow 1: it has neither a trigger nor cards",
        ),
        (
            json!({ "format": 1, "flows": [], "refs": { "ref-x-1": { "$ref": "x", "path": "" } } }),
            "it is no file of shared flows: ref-x-1: there is no kind x",
        ),
    ] {
        assert_eq!(read(&document).unwrap_err().to_string(), want, "{document}");
    }
}
