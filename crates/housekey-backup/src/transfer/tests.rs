use serde_json::{Value, json};

use super::*;
use crate::card::Slot;
use crate::secrets::KnownSecrets;
use crate::test_home::{cards, home};

const A_LAMP: &str = "11111111-1111-4111-8111-111111111111";
const A_FLOW: &str = "22222222-2222-4222-8222-222222222222";
const A_GUESTS: &str = "33333333-3333-4333-8333-333333333333";
const B_LAMP: &str = "44444444-4444-4444-8444-444444444444";

fn lamp(driver: &Value) -> Value {
    let mut lamp =
        json!({ "name": "Lamp", "zone": "k", "class": "light", "capabilities": ["onoff", "dim"] });
    lamp.as_object_mut().unwrap().extend(driver.as_object().unwrap().clone());
    lamp
}

fn zones() -> Value {
    json!({ "r": { "name": "Home", "parent": null }, "k": { "name": "Kitchen", "parent": "r" } })
}

/// A home of an older Homey with this flow, which is in a folder.
fn old(flow: Value) -> Home {
    let mut flow = flow;
    flow["name"] = "Evening".into();
    flow["folder"] = "f".into();
    home(&json!({
        "apps": {}, "zones": zones(), "alarms": { "al": { "name": "Wake up" } },
        "folders": { "f": { "name": "Lights", "parent": "g" }, "g": { "name": "Ground floor", "parent": null } },
        "variables": { A_GUESTS: { "name": "Guests", "type": "number", "value": 2 }, "unused": { "name": "Unused", "type": "number" } },
        "devices": { A_LAMP: lamp(&json!({ "driverUri": "homey:app:a", "driverId": "bulb" })) },
        "flows": { A_FLOW: flow },
        "advanced-flows": {},
    }))
}

fn new() -> Home {
    home(&json!({
        "apps": {}, "zones": zones(), "folders": {}, "variables": {}, "alarms": {},
        "devices": { B_LAMP: lamp(&json!({ "driverId": "homey:app:a:bulb" })) },
        "flows": {}, "advanced-flows": {},
    }))
}

fn moved(from: &Home, to: &Home, offered: &Value) -> Transfer {
    let (snapshot, secrets) =
        Snapshot::of(from, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH);
    let (cards, map) = (cards(offered), BTreeMap::new());
    let folder = Some("From Old");
    let enable = false;
    transfer(TransferInput {
        from,
        snapshot: &snapshot,
        to,
        cards: &cards,
        secrets: &secrets,
        map: &map,
        folder,
        enable,
    })
}

fn card(owner: &str, id: &str, args: Value) -> Value {
    json!({ "uri": owner, "id": id, "group": "then", "args": args })
}

#[test]
fn a_flow_is_made_disabled_in_its_folder_with_the_ids_of_the_other_home() {
    let lamp = format!("homey:device:{A_LAMP}");
    let variable = json!({ "variable": { "id": A_GUESTS, "name": "Guests" } });
    let from = old(json!({
        "enabled": true,
        "trigger": card(&lamp, "onoff_true", json!({})),
        "conditions": [],
        "actions": [
            card("homey:manager:logic", "set_variable_number", variable),
            card("homey:manager:flow", "programmatic_trigger", json!({ "flow": { "id": A_FLOW } })),
        ],
    }));
    let moved = moved(&from, &new(), &json!({}));
    assert_eq!(moved.faults, vec![]);
    let steps: Vec<_> =
        moved.plan.steps.iter().map(|step| (step.part, step.path.as_str())).collect();
    assert_eq!(
        steps,
        [
            (Part::Folders, "From Old"),
            (Part::Folders, "From Old/Ground floor"),
            (Part::Folders, "From Old/Ground floor/Lights"),
            (Part::Variables, "Guests"),
            (Part::Flows, "From Old/Ground floor/Lights/Evening"),
        ]
    );
    let Action::Create { after } = &moved.plan.steps[4].action else { panic!() };
    assert_eq!(after["enabled"], false);
    assert_eq!(after["folder"], moved.plan.steps[2].id);
    assert_eq!(after["trigger"]["id"], format!("homey:device:{B_LAMP}:onoff_true"));
    assert_eq!(after["trigger"].get("uri"), None);
    // What is created gets its id when it is.
    assert_eq!(after["actions"][0]["args"]["variable"]["id"], A_GUESTS);
    assert_eq!(after["actions"][1]["args"]["flow"]["id"], A_FLOW);
}

#[test]
fn what_cannot_be_moved_is_named_by_card() {
    let device = format!("homey:device:{A_LAMP}");
    let alarm = json!({ "alarm": { "id": "al", "name": "Wake up" } });
    for (slot, to_has_lamp, card, want) in [
        ("dim", true, card(&device, "dim", json!({ "dim": 0.4 })), vec![]),
        (
            "on",
            false,
            card(&device, "on", json!({})),
            vec![Trouble::Missing(ItemRef::new(Part::Devices, A_LAMP))],
        ),
        (
            "gone",
            true,
            card("homey:manager:speech-output", "say", json!({})),
            vec![Trouble::NoCard("homey:manager:speech-output:say".to_owned())],
        ),
        (
            "app",
            true,
            card("homey:app:b", "do", json!({ "scene": { "id": "7", "name": "Cosy" } })),
            vec![
                Trouble::Missing(ItemRef::new(Part::Apps, "b")),
                Trouble::Chosen("scene".to_owned()),
            ],
        ),
        (
            "alarm",
            true,
            card("homey:manager:alarms", "enable", alarm),
            vec![Trouble::Missing(ItemRef::new(Part::Alarms, "al"))],
        ),
        (
            "secret",
            true,
            card("homey:manager:a", "b", json!({ "url": "https://u:p@host" })),
            vec![],
        ),
    ] {
        let flow =
            json!({ "trigger": { "uri": "homey:manager:cron", "id": "t" }, "actions": [card] });
        let mut to = new();
        if !to_has_lamp {
            to.insert(Part::Devices, crate::Items::new());
        }
        let offered = |uri: &str, id: &str| json!({ "id": format!("{uri}:{id}"), "ownerUri": uri });
        let actions = json!([
            offered(&format!("homey:device:{B_LAMP}"), "dim"),
            offered("homey:manager:alarms", "enable"),
            offered("homey:manager:a", "b")
        ]);
        let moved = moved(&old(flow), &to, &json!({ "action": actions }));
        let troubles: Vec<_> = moved.faults.iter().map(|fault| fault.trouble.clone()).collect();
        assert_eq!(troubles, want, "{slot}");
        assert!(moved.faults.iter().all(|fault| fault.slot == Slot::Action(0)));
    }
}

#[test]
fn a_flow_that_was_moved_is_not_made_twice() {
    let from = old(json!({ "trigger": { "uri": "homey:manager:cron", "id": "t" }, "actions": [] }));
    let mut to = new();
    let items = |all: Value| all.as_object().unwrap().clone().into_iter().collect::<crate::Items>();
    to.insert(Part::Folders, items(json!({
        "1": { "name": "From Old", "parent": null }, "2": { "name": "Ground floor", "parent": "1" },
        "3": { "name": "Lights", "parent": "2" },
    })));
    to.insert(Part::Flows, items(json!({ "x": { "name": "Evening", "folder": "3" } })));
    let moved = moved(&from, &to, &json!({}));
    assert_eq!(moved.plan.steps, vec![]);
    assert_eq!(moved.present, [ItemRef::new(Part::Flows, A_FLOW)]);
    // One that holds a device of the first home gets the one that was added since.
    let flow = |lamp: &str| json!({ "name": "Evening", "folder": "3", "trigger": { "id": format!("homey:device:{lamp}:on") } });
    to.insert(Part::Flows, items(json!({ "x": flow(A_LAMP) })));
    let from = old(
        json!({ "trigger": card(&format!("homey:device:{A_LAMP}"), "on", json!({})), "actions": [] }),
    );
    let moved = self::moved(&from, &to, &json!({}));
    let [Step { action: Action::Update { after, .. }, id, .. }] = moved.plan.steps.as_slice()
    else {
        panic!("{:?}", moved.plan.steps)
    };
    assert_eq!((id.as_str(), &after["trigger"]), ("x", &flow(B_LAMP)["trigger"]));
}
