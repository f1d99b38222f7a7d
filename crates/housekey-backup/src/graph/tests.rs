use serde_json::{Value, json};

use super::*;
use crate::test_home::home;
use crate::{Part, label};

const LAMP: &str = "11111111-1111-4111-8111-111111111111";
const VARIABLE: &str = "22222222-2222-4222-8222-222222222222";
const OTHER: &str = "33333333-3333-4333-8333-333333333333";

/// The home of the tests, with one flow that has this card as its trigger, condition or action.
fn with(slot: &str, card: &Value) -> Home {
    let flow = match slot {
        "trigger" => json!({ "name": "F", "trigger": card }),
        "conditions" | "actions" => json!({ "name": "F", slot: [card] }),
        kind => {
            let mut card = card.clone();
            card["type"] = kind.into();
            json!({ "name": "F", "cards": { "n": card } })
        }
    };
    let part = if flow["cards"].is_object() { "advanced-flows" } else { "flows" };
    let mut parts = json!({
        "zones": { "z": { "name": "Kitchen", "parent": "root" }, "root": { "name": "Home", "parent": null } },
        "devices": { LAMP: {
            "name": "Lamp", "zone": "z", "capabilities": ["onoff", "dim"],
            "capabilitiesObj": { "dim": { "title": "Brightness" } },
        } },
        "apps": { "com.example.a": { "name": { "en": "Example" } } },
        "variables": { VARIABLE: { "name": "Guests" } },
        "users": { "u": { "name": "Ann" } },
        "scripts": { "s": { "name": "tidy" } },
        "flows": { OTHER: { "name": "Other" } },
        "advanced-flows": {},
    });
    parts[part]["f"] = flow;
    home(&parts)
}

/// `write sure Kitchen/Lamp: Brightness` for each reference.
fn seen(home: &Home) -> Vec<String> {
    let edges = Graph::of(home).edges;
    let line = |edge: &Edge| {
        let (access, certainty) = (edge.access.as_str(), edge.certainty.as_str());
        format!("{access} {certainty} {}", label::target(home, &edge.to))
    };
    edges.iter().map(line).collect()
}

#[test]
fn a_card_refers_to_its_owner_and_to_what_was_chosen() {
    let device = |card: &str| format!("homey:device:{LAMP}:{card}");
    let variable = json!({ "variable": { "id": VARIABLE, "name": "Guests" } });
    for (slot, card, want) in [
        ("actions", json!({ "id": device("dim") }), &["write sure Kitchen/Lamp: Brightness"][..]),
        ("trigger", json!({ "id": device("onoff_true") }), &["read sure Kitchen/Lamp: Onoff"]),
        ("action", json!({ "id": device("on") }), &["write sure Kitchen/Lamp: Onoff"]),
        ("actions", json!({ "id": device("odd") }), &["write sure Kitchen/Lamp"]),
        ("actions", json!({ "id": "homey:device:gone:on" }), &["write sure gone"]),
        (
            "actions",
            json!({ "id": "time", "uri": format!("homey:device:{LAMP}"), "args": null }),
            &["write sure Kitchen/Lamp"],
        ),
        ("conditions", json!({ "id": "homey:app:com.example.a:is" }), &["read sure Example"]),
        (
            "trigger",
            json!({ "id": "homey:manager:presence:user_enter", "args": { "user": { "id": "u" } } }),
            &["read sure Presence", "read sure Ann"],
        ),
        (
            "actions",
            json!({ "id": "homey:manager:logic:variable_set", "args": variable }),
            &["write sure Logic", "write sure Guests"],
        ),
        (
            "conditions",
            json!({ "id": "homey:manager:logic:variable_text_is", "args": variable }),
            &["read sure Logic", "read sure Guests"],
        ),
        (
            "actions",
            json!({ "id": "homey:manager:flow:programmatic_trigger", "args": { "flow": { "id": OTHER } } }),
            &["write sure Flow", "write sure Other"],
        ),
        (
            "actions",
            json!({ "id": "homey:manager:ledring:set", "args": { "screensaver": { "uri": "homey:app:com.example.a", "id": "rain" } } }),
            &["write sure Ledring", "write sure Example: rain"],
        ),
        (
            "actions",
            json!({ "id": "homey:app:com.athom.homeyscript:run", "args": { "script": { "name": "tidy" } } }),
            &["write sure com.athom.homeyscript", "write sure tidy"],
        ),
        (
            "conditions",
            json!({ "id": "homey:app:net.i-dev.betterlogic:is", "args": { "variable": { "name": "count" } } }),
            &["read sure net.i-dev.betterlogic", "read sure net.i-dev.betterlogic: count"],
        ),
    ] {
        assert_eq!(seen(&with(slot, &card)), want, "{slot} {card}");
    }
}

#[test]
fn tokens_and_ids_in_texts_are_references() {
    let card = |args: Value| json!({ "id": "homey:app:com.example.a:say", "args": args });
    for (card, want) in [
        (
            json!({ "id": "homey:manager:logic:lt", "droptoken": format!("homey:device:{LAMP}|dim") }),
            &["read sure Logic", "read sure Kitchen/Lamp: Brightness"][..],
        ),
        (
            card(
                json!({ "deep": [{ "text": format!("it is [[homey:manager:logic|{VARIABLE}]]") }] }),
            ),
            &["read sure Example", "read sure Guests"],
        ),
        (
            card(json!({ "text": format!("[[homey:manager:logic:{VARIABLE}]]") })),
            &["read sure Example", "read sure Guests"],
        ),
        (
            card(
                json!({ "text": "[[homey:app:com.example.a|rain_now]] [[own]] [[trigger::n::t]]" }),
            ),
            &["read sure Example", "read sure Example: Rain now"],
        ),
        (
            card(json!({ "device": { "id": LAMP } })),
            &["read sure Example", "read sure Kitchen/Lamp"],
        ),
        (
            card(json!({ "scene": { "id": format!("x{LAMP}"), "flow": OTHER } })),
            &["read sure Example", "read soft Kitchen/Lamp", "read soft Other"],
        ),
        (card(json!({ "id": "44444444-4444-4444-8444-444444444444" })), &["read sure Example"]),
    ] {
        assert_eq!(seen(&with("conditions", &card)), want, "{card}");
    }
}

#[test]
fn moods_groups_dashboards_and_scripts_refer_too() {
    let home = home(&json!({
        "devices": {
            LAMP: { "name": "Lamp", "group": { "id": "group" }, "ownerUri": "homey:app:com.example.a" },
            "group": { "name": "All lamps" },
        },
        "apps": { "com.example.a": { "name": "Example" } },
        "moods": { "m": { "name": "Cosy", "devices": { LAMP: {}, "gone": {} } } },
        "dashboards": { "d": { "name": "Wall", "columns": [{ "widgets": [{ "x": format!("homey:device:{LAMP}") }] }] } },
        "scripts": { "s": { "name": "tidy", "code": format!("set('Lamp'); f(\"{LAMP}\"); g(`La`)") } },
    }));
    assert_eq!(
        seen(&home),
        [
            "write sure Lamp",
            "write sure gone",
            "write sure Lamp",
            "read sure Example",
            "read sure Lamp",
            "read soft Lamp",
        ]
    );
}

#[test]
fn the_users_of_a_device_include_those_of_its_capabilities() {
    let card = json!({ "id": format!("homey:device:{LAMP}:dim") });
    let graph = Graph::of(&with("actions", &card));
    let uses = |target: &EdgeTarget| graph.to(target).count();
    assert_eq!(uses(&EdgeTarget::of(Part::Devices, LAMP)), 1);
    let (device, capability) = (LAMP.to_owned(), "onoff".to_owned());
    assert_eq!(uses(&EdgeTarget::Capability { device, capability }), 0);
    assert_eq!(graph.from(&ItemRef::new(Part::Flows, "f")).count(), 1);
    assert_eq!(graph.items().len(), 2);
}
