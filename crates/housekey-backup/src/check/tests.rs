use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::cards::Cards;
use crate::graph::ItemRef;
use crate::test_home::{cards, home};

const LAMP: &str = "homey:device:lamp";

/// A home without faults: each kind of item, and flows of both kinds that use them.
fn tidy() -> Value {
    json!({
        "apps": { "com.example.a": { "name": "Example", "enabled": true, "state": "running" } },
        "users": { "ann": { "name": "Ann" } },
        "zones": { "home": { "name": "Home", "parent": null }, "kitchen": { "name": "Kitchen", "parent": "home" } },
        "folders": { "evening": { "name": "Evening", "parent": null } },
        "variables": { "count": { "name": "Count", "type": "number", "value": 1 } },
        "devices": { "lamp": {
            "name": "Lamp", "zone": "kitchen", "available": true, "ownerUri": "homey:app:com.example.a",
            "capabilities": ["onoff", "dim"], "capabilitiesObj": {},
        } },
        "moods": { "cosy": { "name": "Cosy", "zone": "kitchen", "devices": { "lamp": {} } } },
        "scripts": {},
        "alarms": {},
        "flows": {
            "good": {
                "name": "Good", "enabled": true, "folder": "evening", "triggerCount": 3,
                "trigger": { "id": "homey:manager:logic:variable_changed", "args": { "variable": { "id": "count", "name": "Count" } } },
                "conditions": [{ "id": "homey:manager:logic:lt", "droptoken": "homey:device:lamp|dim", "args": { "comparator": 1 }, "group": "group1" }],
                "actions": [
                    { "id": "homey:device:lamp:dim", "args": { "dim": 0.5 }, "group": "then" },
                    { "id": "homey:app:com.example.a:say", "args": { "text": "[[variable]]" }, "group": "else" },
                ],
            },
            "counts": {
                "name": "Counts", "enabled": true,
                "trigger": { "id": "homey:device:lamp:onoff_true", "args": {} },
                "actions": [{ "id": "homey:manager:logic:variable_set", "args": { "variable": { "id": "count", "name": "Count" }, "value": "1" }, "group": "then" }],
            },
        },
        "advanced-flows": { "wide": {
            "name": "Wide", "enabled": true,
            "cards": {
                "start": { "type": "start", "outputSuccess": ["say"] },
                "rain": { "type": "trigger", "id": "homey:app:com.example.a:rain", "outputSuccess": ["say"] },
                "say": { "type": "action", "id": "homey:app:com.example.a:say", "args": { "text": "[[trigger::rain::mm]]" }, "outputSuccess": ["after"] },
                "after": { "type": "action", "id": "homey:app:com.example.a:say", "args": { "text": "[[card::say::error]]" } },
                "note": { "type": "note", "value": "fine" },
            },
        } },
    })
}

fn offered() -> Value {
    let dim = json!([{ "name": "dim", "type": "range", "min": 0, "max": 1 }]);
    let mode = json!([{ "name": "mode", "type": "dropdown", "values": [{ "id": "a" }] }]);
    let variable = json!([{ "name": "variable", "type": "autocomplete" }]);
    json!({
        "trigger": [
            { "id": "homey:manager:logic:variable_changed", "args": variable, "tokens": [{ "id": "variable" }] },
            { "id": "homey:manager:flow:programmatic_trigger" },
            { "id": "homey:device:lamp:onoff_true" },
            { "id": "homey:app:com.example.a:rain", "tokens": [{ "id": "mm" }] },
        ],
        "condition": [
            { "id": "homey:manager:logic:lt", "args": [{ "name": "comparator", "type": "number" }] },
        ],
        "action": [
            { "id": "homey:device:lamp:dim", "args": dim },
            { "id": "homey:device:lamp:on" },
            { "id": "homey:device:lamp:off" },
            { "id": "homey:manager:logic:variable_set", "args": variable },
            { "id": "homey:manager:flow:programmatic_trigger", "args": [{ "name": "flow", "type": "autocomplete" }] },
            { "id": "homey:manager:moods:set" },
            { "id": "homey:manager:zones:lights_off" },
            { "id": "homey:manager:presence:set" },
            { "id": "homey:manager:alarms:enable" },
            { "id": "homey:app:com.example.a:say", "args": [{ "name": "text", "type": "text" }] },
            { "id": "homey:app:com.example.a:mode", "args": mode },
            { "id": "homey:app:com.example.a:old", "deprecated": true },
            { "id": "homey:app:com.athom.homeyscript:run" },
        ],
        "tokens": [
            { "id": "homey:device:lamp:dim", "ownerUri": "homey:device:lamp", "title": "Brightness" },
            { "id": "homey:manager:logic:count", "ownerUri": "homey:manager:logic", "title": "Count" },
        ],
    })
}

/// Which faults a home has: `HK101 Evening/Good: gone`, with the id of what is missing.
fn faults(parts: &Value, names: &LastNames) -> Vec<String> {
    let (home, cards) = (home(parts), cards(&offered()));
    let report = check(CheckInput { home: &home, cards: &cards, names });
    let line = |finding: &Finding| {
        let missing = finding.missing.as_ref().map(|missing| format!(": {}", missing.id));
        format!("{} {}{}", finding.fault.code(), finding.full_name(), missing.unwrap_or_default())
    };
    report.findings.iter().map(line).collect()
}

#[test]
fn a_tidy_home_has_no_faults() {
    assert_eq!(faults(&tidy(), &LastNames::default()), <[String; 0]>::default());
}

/// Adds a flow that is started by another card, so that it has the given fault only.
fn flow(home: &mut Value, id: &str, change: Value) {
    let mut flow = json!({
        "name": id, "enabled": true,
        "trigger": { "id": "homey:device:lamp:onoff_true", "args": {} },
        "actions": [{ "id": "homey:app:com.example.a:say", "args": { "text": id }, "group": "then" }],
    });
    for (key, value) in change.as_object().expect("an object") {
        flow[key] = value.clone();
    }
    home["flows"][id] = flow;
}

fn action(id: &str, args: Value) -> Value {
    json!({ "actions": [{ "id": id, "args": args, "group": "then" }] })
}

/// A home with every fault, and the answers: a flow or another item for each.
fn messy() -> (Value, Vec<&'static str>) {
    let mut home = tidy();
    let to = |key: &str, id: &str| json!({ key: { "id": id, "name": "Old" } });
    let say = |text: &str| action("homey:app:com.example.a:say", json!({ "text": text }));
    flow(&mut home, "f101", action("homey:device:gone:on", json!({})));
    flow(&mut home, "f102", action(&format!("{LAMP}:fly"), json!({})));
    flow(&mut home, "f103", action("homey:app:com.example.none:x", json!({})));
    home["apps"]["com.example.b"] = json!({ "name": "Lazy", "enabled": false });
    flow(&mut home, "f104", action("homey:app:com.example.b:x", json!({})));
    flow(&mut home, "f105", action("homey:manager:logic:variable_set", to("variable", "v-gone")));
    flow(&mut home, "f106", action("homey:manager:moods:set", to("mood", "m-gone")));
    flow(&mut home, "f107", action("homey:manager:zones:lights_off", to("zone", "z-gone")));
    flow(&mut home, "f108", action("homey:manager:presence:set", to("user", "u-gone")));
    flow(
        &mut home,
        "f109",
        action("homey:manager:flow:programmatic_trigger", to("flow", "f-gone")),
    );
    home["apps"]["com.athom.homeyscript"] = json!({ "name": "HomeyScript", "enabled": true });
    flow(&mut home, "f110", action("homey:app:com.athom.homeyscript:run", to("script", "s-gone")));
    flow(&mut home, "f111", action("homey:manager:alarms:enable", to("alarm", "a-gone")));
    flow(&mut home, "f112", say("[[homey:app:com.example.a|t-gone]]"));
    flow(&mut home, "f112own", say("[[mm]]"));
    flow(&mut home, "f113", say("[[homey:device:lamp:dim]]"));
    flow(&mut home, "f114", action("homey:app:com.example.a:mode", json!({ "mode": "b" })));
    flow(
        &mut home,
        "f115",
        json!({ "actions": [{ "id": "homey:app:com.example.a:say", "args": { "text": "x" } }] }),
    );
    home["devices"]["ill"] = json!({
        "name": "Ill", "zone": "kitchen", "available": false, "capabilities": ["onoff"],
    });
    flow(
        &mut home,
        "f201",
        action("homey:app:com.example.a:say", json!({ "device": { "id": "ill" }, "text": "ill" })),
    );
    flow(
        &mut home,
        "off",
        json!({ "enabled": false, "trigger": { "id": "homey:app:com.example.a:rain" } }),
    );
    flow(&mut home, "f202", action("homey:manager:flow:programmatic_trigger", to("flow", "off")));
    home["advanced-flows"]["f203"] = json!({ "name": "f203", "enabled": true, "cards": {
        "start": { "type": "start", "outputSuccess": ["say", "all", "nowhere"] },
        "say": { "type": "action", "id": "homey:app:com.example.a:say", "args": { "text": "1" } },
        "lost": { "type": "action", "id": "homey:app:com.example.a:say", "args": { "text": "[[action::say::x]]" } },
        "all": { "type": "all", "input": ["start"], "outputSuccess": [] },
    } });
    flow(
        &mut home,
        "f207",
        json!({
            "trigger": { "id": "homey:manager:flow:programmatic_trigger" },
            "actions": [{ "id": "homey:manager:flow:programmatic_trigger", "args": to("flow", "f207b"), "group": "then" }],
        }),
    );
    flow(
        &mut home,
        "f207b",
        json!({
            "trigger": { "id": "homey:manager:flow:programmatic_trigger" },
            "actions": [{ "id": "homey:manager:flow:programmatic_trigger", "args": to("flow", "f207"), "group": "then" }],
        }),
    );
    flow(
        &mut home,
        "f207self",
        json!({
            "trigger": { "id": "homey:manager:logic:variable_changed", "args": to("variable", "count") },
            "actions": [{ "id": "homey:manager:logic:variable_set", "args": to("variable", "count"), "group": "then" }],
        }),
    );
    flow(&mut home, "f208", say("https://example.org/?token=swordfish"));
    flow(&mut home, "f209", json!({ "folder": "fo-gone" }));
    home["devices"]["far"] = json!({ "name": "Far", "zone": "z-lost", "available": true });
    flow(
        &mut home,
        "f301",
        json!({ "trigger": { "id": "homey:manager:flow:programmatic_trigger" }, "triggerCount": 0 }),
    );
    home["variables"]["unused"] = json!({ "name": "Unused", "value": 1 });
    home["variables"]["written"] = json!({ "name": "Written", "value": 1 });
    flow(
        &mut home,
        "writes",
        action("homey:manager:logic:variable_set", to("variable", "written")),
    );
    home["variables"]["read"] = json!({ "name": "Read", "value": 1 });
    home["variables"]["token"] = json!({ "name": "Token", "value": "ab".repeat(30) });
    flow(&mut home, "reads", say("[[homey:manager:logic|read]]"));
    let rain = || json!({ "id": "homey:app:com.example.a:rain" });
    flow(
        &mut home,
        "bright",
        json!({ "trigger": rain(), "actions": [{ "id": "homey:device:lamp:dim", "args": { "dim": 1 }, "group": "then" }] }),
    );
    flow(
        &mut home,
        "f305",
        json!({ "trigger": rain(), "actions": [{ "id": "homey:device:lamp:dim", "args": { "dim": 0 }, "group": "then" }] }),
    );
    home["flows"]["f306"] = home["flows"]["f113"].clone();
    home["flows"]["f306"]["name"] = "f306".into();
    home["flows"]["f306"]["conditions"] = json!(null);
    home["flows"]["f306"]["actions"] = home["flows"]["reads"]["actions"].clone();
    flow(
        &mut home,
        "f307",
        json!({ "actions": [{
        "id": "homey:app:com.example.a:say", "args": { "text": "late" }, "group": "then", "delay": { "number": "11", "multiplier": 60 },
    }] }),
    );
    flow(&mut home, "f308", json!({ "actions": [] }));
    flow(&mut home, "f309", action("homey:app:com.example.a:old", json!({})));
    home["apps"]["com.example.c"] = json!({ "name": "Spare", "enabled": true });
    home["moods"]["bare"] =
        json!({ "name": "Bare", "zone": "kitchen", "devices": { "m-lamp": {} } });
    let answers = vec![
        "HK101 f101: gone",
        "HK101 Kitchen/Bare: m-lamp",
        "HK102 f102: homey:device:lamp:fly",
        "HK103 f103: com.example.none",
        "HK104 f104: com.example.b",
        "HK105 f105: v-gone",
        "HK106 f106: m-gone",
        "HK107 f107: z-gone",
        "HK108 f108: u-gone",
        "HK109 f109: f-gone",
        "HK110 f110: s-gone",
        "HK111 f111: a-gone",
        "HK112 f112: homey:app:com.example.a|t-gone",
        "HK112 f112own: mm",
        "HK112 f203: action::say::x",
        "HK113 f113: homey:device:lamp:dim",
        "HK114 f114",
        "HK115 f115",
        "HK201 f201: ill",
        "HK202 f202: off",
        "HK203 f203",
        "HK204 f203",
        "HK205 f203",
        "HK206 f203",
        "HK207 f207",
        "HK207 f207self",
        "HK208 f208",
        "HK209 f209: fo-gone",
        "HK209 Far: z-lost",
        "HK301 f301",
        "HK302 Unused",
        "HK303 Written",
        "HK304 Read",
        "HK305 f305: bright",
        "HK306 f306: reads",
        "HK307 f307",
        "HK308 f308",
        "HK309 f309",
        "HK310 Spare",
    ];
    (home, answers)
}

#[test]
fn every_fault_of_a_messy_home_is_found_and_nothing_else() {
    let (home, answers) = messy();
    let mut found = faults(&home, &LastNames::default());
    let mut answers: Vec<_> = answers.into_iter().map(str::to_owned).collect();
    found.sort();
    answers.sort();
    assert_eq!(found, answers);
    for fault in Fault::ALL {
        assert!(answers.iter().any(|answer| answer.starts_with(fault.code())), "{fault:?}");
    }
}

#[test]
fn what_was_not_read_is_never_missing() {
    let (parts, _) = messy();
    // Names differ where zones or folders are unknown.
    let faults = |parts: &Value| -> BTreeSet<(Fault, ItemRef)> {
        let (home, cards, names) = (home(parts), cards(&offered()), LastNames::default());
        let report = check(CheckInput { home: &home, cards: &cards, names: &names });
        report.findings.into_iter().map(|finding| (finding.fault, finding.item)).collect()
    };
    let all = faults(&parts);
    for part in Part::ALL {
        let mut parts = parts.clone();
        parts.as_object_mut().expect("parts").shift_remove(part.name());
        let new: Vec<_> = faults(&parts).difference(&all).cloned().collect();
        assert_eq!(new, [], "without {}", part.name());
    }
    let home = home(&parts);
    let (empty, names) = (Cards::default(), LastNames::default());
    let report = check(CheckInput { home: &home, cards: &empty, names: &names });
    let codes: Vec<_> = report.left_out.iter().map(|(fault, _)| fault.code()).collect();
    assert_eq!(codes, ["HK102", "HK112", "HK114", "HK309"]);
    assert!(report.findings.iter().all(|finding| !codes.contains(&finding.fault.code())));
}

#[test]
fn what_is_missing_has_its_last_known_name() {
    let mut names = LastNames::default();
    assert!(names.remember(&home(&tidy())));
    assert!(!names.remember(&home(&tidy())), "nothing is new");
    let mut parts = tidy();
    parts["devices"] = json!({});
    parts["variables"] = json!({});
    let mut offered = offered();
    offered["tokens"] = json!([]);
    let (home, cards) = (home(&parts), cards(&offered));
    let report = check(CheckInput { home: &home, cards: &cards, names: &names });
    let seen: Vec<_> = report
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.full_name(), finding.message))
        .collect();
    assert_eq!(
        seen,
        [
            "Counts the device \"Kitchen/Lamp\" is not there",
            "Evening/Good the device \"Kitchen/Lamp\" is not there",
            "Evening/Good the device \"Kitchen/Lamp\" is not there",
            "Kitchen/Cosy the device \"Kitchen/Lamp\" is not there",
            "Counts the variable \"Count\" is not there",
            "Evening/Good the variable \"Count\" is not there",
        ]
    );
}

#[test]
fn cards_of_an_app_that_starts_are_not_judged() {
    let mut parts = tidy();
    parts["apps"]["com.example.a"]["ready"] = false.into();
    flow(
        &mut parts,
        "new",
        action(
            "homey:app:com.example.a:later",
            json!({ "x": "[[homey:app:com.example.a|later]]" }),
        ),
    );
    flow(&mut parts, "own", action(&format!("{LAMP}:later"), json!({})));
    assert_eq!(faults(&parts, &LastNames::default()), <[String; 0]>::default());
    parts["apps"]["com.example.a"]["ready"] = true.into();
    assert_eq!(faults(&parts, &LastNames::default()).len(), 3);
}

#[test]
fn findings_can_be_left_out_by_a_list_and_by_a_note() {
    let (mut parts, _) = messy();
    parts["advanced-flows"]["f203"]["cards"]["n"] =
        json!({ "type": "note", "value": "Work in progress\nhousekey: ignore hk203, HK206" });
    let (home, cards, names) = (home(&parts), cards(&offered()), LastNames::default());
    let report = check(CheckInput { home: &home, cards: &cards, names: &names });
    let list = "[[ignore]]\ncode = \"HK101\"\nflow = \"F101\"\n[[ignore]]\ncode = \"hk302\"\n[[ignore]]\nflow = \"f102\"";
    let list = IgnoreList::read(list).unwrap();
    let (out, kept): (Vec<_>, Vec<_>) =
        report.findings.into_iter().partition(|finding| list.has(&home, finding));
    let codes: Vec<_> = out.iter().map(|finding| finding.fault.code()).collect();
    assert_eq!(codes, ["HK101", "HK102", "HK203", "HK206", "HK302"]);
    assert!(kept.iter().any(|finding| finding.fault == Fault::MissingDevice));
}

#[test]
fn sarif_names_rule_flow_and_place() {
    let (parts, _) = messy();
    let (home, cards, names) = (home(&parts), cards(&offered()), LastNames::default());
    let report = check(CheckInput { home: &home, cards: &cards, names: &names });
    let log = sarif(&report);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), report.findings.len());
    for result in results {
        let rule = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
    }
    let mut prints: Vec<_> =
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    let count = prints.len();
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), count, "fingerprints are unique");
}

#[test]
fn the_documentation_lists_every_fault() {
    let page = include_str!("../../../../docs/flows.md");
    for fault in Fault::ALL {
        let fix = fault.fix().replace('|', "\\|");
        let row = format!(
            "| {} | {} | {} | {fix} |",
            fault.code(),
            fault.severity().as_str(),
            fault.title()
        );
        assert!(page.contains(&row), "{row}");
    }
}
