//! Every list command against homes that are not tidy: items whose name is no name, items that are no
//! items, folders that cannot be read, names that look the same, hundreds of devices, other models.

use serde_json::{Map, Value, json};

use crate::context::TestContext;
use crate::fake;

/// A list command, the path it reads below `/api/manager/`, and a field without which an item is none.
const LISTS: &[(&[&str], &str)] = &[
    (&["devices", "list"], "devices/device"),
    (&["devices", "drivers"], "drivers/driver"),
    (&["zones", "list"], "zones/zone"),
    (&["flows", "list"], "flow/flow"),
    (&["flows", "list", "--kind", "advanced"], "flow/advancedflow"),
    (&["folders", "list"], "flow/flowfolder"),
    (&["variables", "list"], "logic/variable"),
    (&["users", "list"], "users/user"),
    (&["presence", "list"], "users/user"),
    (&["keys", "list"], "users/pat"),
    (&["apps", "list"], "apps/app"),
    (&["alarms", "list"], "alarms/alarm"),
    (&["moods", "list"], "moods/mood"),
    (&["notifications", "list"], "notifications/notification"),
    (&["images", "list"], "images/image"),
    (&["tokens", "list"], "flowtoken/flowtoken"),
    (&["insights", "list"], "insights/log"),
];

/// A Homey that answers with these collections, with an empty one where there is none, and refuses what
/// is `null`.
fn homey(answers: &[(&str, Value)], model: Value) -> TestContext {
    let answers: Map<String, Value> =
        answers.iter().map(|(path, answer)| ((*path).to_owned(), answer.clone())).collect();
    let address = fake::homey(move |path, stream| {
        let path = path.trim_end_matches('/').trim_start_matches("/api/manager/");
        // The entries of a log stand below its owner and its id.
        let path = if path.ends_with("/entry") { "entry" } else { path };
        let (status, answer) = match (path, answers.get(path)) {
            ("system/ping", _) => (200, json!(true)),
            ("system", _) => (200, model.clone()),
            (_, Some(Value::Null)) => (403, json!({"error": "Missing Scopes", "statusCode": 403})),
            (_, Some(answer)) => (200, answer.clone()),
            ("presence", None) => (404, json!({"error": "Not Found"})),
            (_, None) => (200, json!({})),
        };
        fake::answer(stream, status, "application/json", answer.to_string().as_bytes())
    });
    let mut context = TestContext::alone();
    context.set("HOMEY_ADDRESS", &address);
    context.set("HOMEY_TOKEN", "a:b:c");
    context
}

fn pro_2023() -> Value {
    json!({"homeyVersion": "13.2.0", "homeyPlatform": "local", "homeyPlatformVersion": 2})
}

/// Items that are wrong in every way, each under its id.
fn untidy() -> Value {
    json!({
        "null-name": {"id": "null-name", "name": null, "title": null, "agent": null},
        "no-name": {"id": "no-name"},
        "number": {"id": "number", "name": 7, "title": [7]},
        "blank": {"id": "blank", "name": " \u{a0}"},
        "no-id": {"name": "Without an id"},
        "null-id": {"id": null},
        "null-item": null,
        "text-item": "text",
        "fine": {"id": "fine", "name": "Fine", "title": "Fine", "excerpt": "Fine"},
    })
}

#[test]
fn no_item_takes_a_list_down() {
    for (typed, path) in LISTS {
        let context = homey(&[(path, untidy())], pro_2023());
        let said = context.run(typed);
        assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{typed:?}\n{said}");
        assert_eq!(said.stdout.lines().count(), 10, "{typed:?} shows each\n{said}");
        let ids = ["null-name", "no-name", "number", "blank", "no-id", "null-item", "text-item"];
        for id in ids {
            let shown = match typed[0] {
                // These show no id beside a name.
                "devices" | "presence" if id == "no-id" => "Without an id",
                _ => id,
            };
            assert!(said.stdout.contains(shown), "{typed:?} {id}\n{said}");
        }
        if typed[0] != "flows" {
            let json = context.run(&[typed, &["--json"][..]].concat());
            let told: Value = serde_json::from_str(&json.stdout).expect("JSON");
            assert_eq!((json.exit, told), (0, untidy()), "{typed:?}");
        }
    }
}

#[test]
fn an_array_shows_all_that_can_be_called_and_says_what_cannot() {
    let list: Vec<Value> = untidy().as_object().expect("items").values().cloned().collect();
    let context = homey(&[("zones/zone", list.into())], pro_2023());
    let said = context.run(&["zones", "list"]);
    assert_eq!(said.exit, 0, "{said}");
    assert_eq!(said.stdout.lines().count(), 6, "{said}");
    insta::assert_snapshot!(said.stderr, @"Left out, for want of an id: 4 of 9 zones; `--json` shows them");
}

#[test]
fn flows_are_listed_when_their_folders_cannot_be_read() {
    let flows = json!({"f": {"id": "f", "name": "Night", "folder": "o", "trigger": {}}});
    let context = homey(&[("flow/flow", flows), ("flow/flowfolder", Value::Null)], pro_2023());
    let said = context.run(&["flows", "list"]);
    assert_eq!(said.exit, 0, "{said}");
    assert!(said.stdout.contains("Night"), "{said}");
    assert!(said.stderr.starts_with("Flows are shown without their folders: "), "{said}");
}

#[test]
fn what_is_in_a_zone_is_listed_when_zones_cannot_be_read() {
    let devices = json!({
        "d": {"id": "d", "name": "Lamp", "zone": "z", "class": "light", "capabilities": [],
            "capabilitiesObj": {}},
    });
    let moods = json!({"m": {"id": "m", "name": "Cosy", "zone": "z", "devices": {}}});
    let images = json!({"i": {"id": "i", "ownerUri": "homey:device:d"}});
    let answers = [
        ("devices/device", devices.clone()),
        ("devices/device/d", devices["d"].clone()),
        ("moods/mood", moods.clone()),
        ("images/image", images),
        ("zones/zone", Value::Null),
    ];
    let context = homey(&answers, pro_2023());
    for (typed, thing, shown) in [
        (&["devices", "list"][..], "device", "Lamp"),
        (&["devices", "get", "lamp"], "device", "Lamp"),
        (&["moods", "list"], "mood", "Cosy"),
        (&["images", "list"], "device", "Lamp"),
    ] {
        let said = context.run(typed);
        assert_eq!(said.exit, 0, "{typed:?}: {said}");
        assert!(said.stdout.contains(shown), "{typed:?}: {said}");
        let note = format!("Each {thing} is shown without its zone: ");
        assert!(said.stderr.starts_with(&note), "{typed:?}: {said}");
        assert!(said.stderr.contains("homey.zone.readonly"), "{typed:?}: {said}");
        assert_eq!(said.stderr.lines().count(), 1, "{typed:?}: {said}");
        assert!(!said.stdout.split_whitespace().any(|word| word == "z"), "{typed:?}: {said}");
    }
    for (noun, want) in [("devices", devices), ("moods", moods)] {
        let said = context.run(&[noun, "list", "--json"]);
        let got: Value = serde_json::from_str(&said.stdout).expect("JSON");
        assert_eq!((said.exit, &*said.stderr, got), (0, "", want), "{noun}");
    }
}

#[test]
fn a_name_is_what_people_see() {
    let variables = json!({
        "a": {"id": "a", "name": "Cafe\u{301}\u{a0}lamp ", "type": "number", "value": 1},
        "b": {"id": "b", "name": "guests", "type": "number", "value": 2},
        "c": {"id": "c", "name": "Guests", "type": "number", "value": 3},
        "d": {"id": "d", "name": "Heart\u{2764}\u{fe0f}", "type": "number", "value": 4},
    });
    let mut answers = vec![("logic/variable", variables.clone())];
    let ids = ["a", "b", "c", "d"].map(|id| format!("logic/variable/{id}"));
    answers.extend(
        ids.iter().zip(["a", "b", "c", "d"]).map(|(path, id)| (&**path, variables[id].clone())),
    );
    let context = homey(&answers, pro_2023());
    for (wanted, value) in
        [("café lamp", "1"), ("Guests", "3"), ("guests", "2"), ("heart\u{2764}", "4"), ("a", "1")]
    {
        let said = context.run(&["variables", "get", wanted]);
        assert_eq!((said.exit, said.stdout.trim()), (0, value), "{wanted}\n{said}");
    }
    insta::assert_snapshot!(context.run(&["variables", "get", "GUESTS"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there are several variables "GUESTS"
    hint: there is: guests (b), Guests (c)
    "#);
    let said = context.run(&["variables", "create", "Café lamp", "5"]);
    let told = "error: there is a variable \"Café lamp\" already, encoded differently: a\n";
    assert!(said.exit == 2 && said.stderr.starts_with(told), "{said}");
}

#[test]
fn devices_that_a_name_does_not_tell_apart_are_listed_with_their_ids() {
    let device =
        |id: &str, name: &str| json!({"id": id, "name": name, "zone": "z", "class": "light"});
    let devices =
        json!({"a": device("a", "Lamp"), "b": device("b", "lamp\u{a0}"), "c": device("c", "Fan")});
    let zones = json!({"z": {"id": "z", "name": "Attic"}});
    let context = homey(&[("devices/device", devices), ("zones/zone", zones)], pro_2023());
    let said = context.run(&["devices", "list"]);
    for name in ["Attic  Fan ", "Attic  Lamp (a) ", "Attic  lamp\u{a0} (b) "] {
        assert!(said.stdout.contains(name), "{name}\n{said}");
    }
}

#[test]
fn a_share_is_written_alike_everywhere() {
    let capability = |id: &str| json!({"id": id, "type": "number", "min": 0, "max": 1, "units": "%", "value": 0.5});
    let device = json!({
        "id": "d", "name": "Fan", "zone": "z", "capabilities": ["fan_level", "measure_x"],
        "capabilitiesObj": {
            "fan_level": capability("fan_level"),
            "measure_x": {"id": "measure_x", "type": "number", "units": {"en": "l/h"}, "value": 99.166_666_666_666_67},
        },
    });
    let log = json!({
        "id": "homey:device:d:fan_level", "ownerUri": "homey:device:d", "ownerName": "Fan",
        "title": {"nl": "Stand", "en": "Level"}, "type": "number", "units": "%", "lastValue": 0.5,
    });
    let entries = json!({"values": [{"t": "2026-01-30T00:00:00.000Z", "v": 0.5}]});
    let mood = json!({"id": "m", "name": "Cosy", "devices": {"d": {"state": {"fan_level": 0.5}}}});
    let context = homey(
        &[
            ("devices/device", json!({"d": device})),
            ("devices/device/d", device.clone()),
            ("insights/log", json!({"l": log})),
            ("entry", entries),
            ("moods/mood", json!({"m": mood})),
            ("moods/mood/m", mood.clone()),
        ],
        pro_2023(),
    );
    for typed in [
        &["devices", "list"][..],
        &["devices", "get", "Fan"],
        &["insights", "list"],
        &["insights", "get", "Fan/fan_level"],
        &["insights", "get", "Fan/fan_level", "--plot"],
        &["moods", "get", "Cosy"],
    ] {
        let said = context.run(typed);
        assert!(said.exit == 0 && said.stdout.contains("50 %"), "{typed:?}\n{said}");
    }
    let csv = context.run(&["insights", "get", "Fan/fan_level", "--csv"]);
    assert_eq!(csv.stdout, "time,value,unit\n2026-01-30T00:00:00Z,50,%\n", "{csv}");
    let get = context.run(&["devices", "get", "Fan"]);
    assert!(get.stdout.contains("99.17 l/h"), "{get}");
    assert!(context.run(&["insights", "list"]).stdout.contains("Level"));
    let raw = context.run(&["devices", "get", "Fan", "fan_level"]);
    assert_eq!(raw.stdout, "0.5\n", "for programs the value is what the Homey sends");
}

#[test]
fn every_list_command_reads_homes_of_every_kind() {
    let devices: Map<String, Value> = (0..400)
        .map(|number| {
            let id = format!("device-{number}");
            let device = json!({
                "id": id, "name": format!("Lamp {number}"), "zone": format!("zone-{}", number % 40),
                "class": "light", "icon": null, "iconOverride": "lamp", "unavailableMessage": null,
                "capabilities": ["onoff"],
                "capabilitiesObj": {"onoff": {"id": "onoff", "type": "boolean", "value": true}},
                "settings": {"note": "x".repeat(500)},
            });
            (id, device)
        })
        .collect();
    let zones: Map<String, Value> = (0..40)
        .map(|number| {
            let id = format!("zone-{number}");
            (id.clone(), json!({"id": id, "name": format!("Room {number}"), "parent": null}))
        })
        .collect();
    let answers = [("devices/device", Value::from(devices)), ("zones/zone", zones.into())];
    for model in [
        pro_2023(),
        json!({"homeyVersion": "12.0.0", "homeyModelId": "homey5q", "homeyModelName": "Homey Pro (Early 2023)", "homeyPlatform": "local", "homeyPlatformVersion": 2}),
        json!({"homeyVersion": "13.4.1", "homeyModelId": "homey6q", "homeyModelName": "Homey Pro mini", "homeyPlatform": "local", "homeyPlatformVersion": 2}),
        json!({"homeyVersion": "13.4.1", "homeyModelId": "homey-self-hosted", "homeyPlatform": "local", "homeyPlatformVersion": 2, "address": "172.17.0.2"}),
        json!({"homey_version": "8.1.6", "homey_model_id": "homey3s", "homeyVersion": "8.1.6"}),
        json!({"homeyVersion": "1.5.13", "homeyModelName": "Homey"}),
    ] {
        let context = homey(&answers, model.clone());
        for (typed, _) in LISTS {
            let said = context.run(typed);
            let is_missing = said.exit == 2 && said.stderr.contains("it is there on");
            let is_empty = said.stderr.starts_with("There are no ");
            assert!(
                said.exit == 0 && (said.stderr.is_empty() || is_empty) || is_missing,
                "{model} {typed:?}\n{said}"
            );
        }
        assert_eq!(context.run(&["devices", "list"]).stdout.lines().count(), 401, "{model}");
        assert_eq!(context.run(&["zones", "list"]).stdout.lines().count(), 41, "{model}");
    }
}
