//! Flows: stored as they were made, and really run.

use housekey::catalogue::Dialect;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Bench;
use crate::quirk::Quirk;

/// A card as a flow of the dialect holds it.
pub(super) fn card(dialect: Dialect, owner: &str, id: &str, args: Value) -> Value {
    if dialect == Dialect::V2 {
        json!({ "uri": owner, "id": id, "args": args })
    } else {
        json!({ "id": format!("{owner}:{id}"), "args": args })
    }
}

pub(super) fn with(mut card: Value, more: Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        card[key] = value.clone();
    }
    card
}

/// A trigger, conditions and actions on the floor lamp, the motion sensor and variables.
pub(super) struct Parts {
    dialect: Dialect,
    pub(super) lamp: String,
    plug: String,
}

impl Parts {
    pub(super) fn new(bench: &mut Bench, dialect: Dialect) -> Self {
        let uri = |id: String| format!("homey:device:{id}");
        Self { dialect, lamp: uri(bench.device("Floor lamp")), plug: uri(bench.device("Fridge")) }
    }

    pub(super) fn manager(&self, manager: &str, id: &str, args: Value) -> Value {
        card(self.dialect, &format!("homey:manager:{manager}"), id, args)
    }

    pub(super) fn by_hand(&self) -> Value {
        self.manager("flow", "programmatic_trigger", json!({}))
    }

    pub(super) fn note(&self, text: &str) -> Value {
        self.manager("notifications", "create_notification", json!({ "text": text }))
    }

    pub(super) fn lamp(&self, id: &str, args: Value) -> Value {
        card(self.dialect, &self.lamp, id, args)
    }
}

/// The texts on the timeline that the flows wrote.
pub(super) fn notes(bench: &mut Bench) -> Vec<String> {
    let all = bench.get("notifications/notification");
    let all =
        all.as_object().unwrap().values().filter(|one| one["ownerUri"] == "homey:manager:flow");
    all.map(|one| one["excerpt"].as_str().unwrap().to_owned()).collect()
}

pub(super) fn make(bench: &mut Bench, trigger: Value, conditions: Value, actions: Value) -> String {
    let body = json!({
        "name": "Test", "trigger": trigger, "conditions": conditions, "actions": actions,
    });
    bench.post("flow/flow", body)["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_flow_is_made_read_changed_and_deleted() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let action = with(
            parts.lamp("dim", json!({ "dim": 0.5 })),
            json!({ "group": "then", "delay": { "number": "10", "multiplier": 1 }, "duration": null }),
        );
        let body = json!({ "name": "Dim", "trigger": parts.by_hand(), "actions": [action] });
        let made = bench.post("flow/flow", body.clone());
        let path = format!("flow/flow/{}", made["id"].as_str().unwrap());
        assert_eq!(made["actions"], json!([action]), "kept as it was sent");
        assert_eq!((&made["enabled"], &made["folder"]), (&json!(true), &Value::Null));
        assert_eq!((&made["broken"], &made["triggerable"]), (&json!(false), &json!(true)));
        assert_eq!(made.get("order").is_some(), dialect == Dialect::V2);
        assert_eq!(bench.get(&path), made);
        assert_eq!(bench.get("flow/flow")[made["id"].as_str().unwrap()], made);

        let unknown = parts.manager("nothing", "at_all", json!({}));
        let changed = bench.put(&path, json!({ "enabled": false, "conditions": [unknown] }));
        assert_eq!(changed["name"], "Dim", "what is not sent stays");
        assert_eq!((&changed["broken"], &changed["triggerable"]), (&json!(true), &json!(false)));
        assert_eq!(bench.ask("POST", &format!("{path}/trigger"), Some(json!({}))).0, 400);

        let trigger = parts.by_hand();
        for (body, status) in [
            // Newer Homeys store it.
            (json!({ "name": "x" }), if dialect == Dialect::V2 { 500 } else { 200 }),
            (json!({ "name": "", "trigger": trigger }), 400),
            (json!({ "trigger": trigger }), 400),
            (json!({ "name": "x", "trigger": "start" }), 400),
            (json!({ "name": "x", "trigger": trigger, "actions": {} }), 400),
            (json!({ "name": "x", "trigger": trigger, "enabled": "yes" }), 400),
            (json!({ "name": "x", "trigger": trigger, "folder": 1 }), 400),
            (
                json!({ "name": "x", "trigger": trigger, "folder": "nowhere" }),
                if dialect == Dialect::V2 { 404 } else { 200 },
            ),
        ] {
            let (got, answer) = bench.ask("POST", "flow/flow", Some(body.clone()));
            assert_eq!(got, status, "{body} {answer}");
            if status == 500 {
                assert!(
                    answer["error_description"].as_str().unwrap().contains("SQLITE_CONSTRAINT")
                );
            }
        }
        bench.delete(&path);
        assert_eq!(bench.ask("GET", &path, None).0, 404);
    }
}

#[test]
fn a_flow_that_is_put_is_merged_or_with_the_quirk_replaced() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let folder = bench.post("flow/flowfolder", json!({ "name": "Old" }))["id"].clone();
        let body = json!({
            "name": "One", "enabled": false, "folder": folder, "trigger": parts.by_hand(),
            "actions": [parts.note("x")],
        });
        let id = bench.post("flow/flow", body)["id"].as_str().unwrap().to_owned();
        let path = format!("flow/flow/{id}");
        let some = json!({ "name": "Two", "trigger": parts.by_hand() });
        let merged = bench.put(&path, some.clone());
        assert_eq!((&merged["name"], &merged["folder"]), (&json!("Two"), &folder));
        assert_eq!((&merged["enabled"], &merged["actions"][0].is_object()), (&json!(false), &true));
        bench.quirk(Quirk::PutReplaces);
        let replaced = bench.put(&path, some);
        assert_eq!((&replaced["id"], &replaced["folder"]), (&json!(id), &Value::Null));
        assert_eq!((&replaced["enabled"], &replaced["actions"]), (&json!(true), &json!([])));
        assert_eq!(replaced.get("order"), merged.get("order"));
        assert_eq!(bench.ask("PUT", &path, Some(json!({ "enabled": true }))).0, 400, "no name");
        let tea = bench.id("flow/advancedflow", "Tea");
        let bare = bench.put(&format!("flow/advancedflow/{tea}"), json!({ "name": "Coffee" }));
        assert_eq!(bare["cards"], json!({}));
    }
}

#[test]
fn folders_hold_flows_and_do_not_lie_in_themselves() {
    let mut bench = Bench::new(Dialect::V2);
    let parts = Parts::new(&mut bench, Dialect::V2);
    let outer = bench.post("flow/flowfolder", json!({ "name": "Outer" }))["id"].clone();
    let inner =
        bench.post("flow/flowfolder", json!({ "name": "Inner", "parent": outer }))["id"].clone();
    let outer_path = format!("flow/flowfolder/{}", outer.as_str().unwrap());
    let inner_path = format!("flow/flowfolder/{}", inner.as_str().unwrap());
    assert_eq!(bench.ask("PUT", &outer_path, Some(json!({ "parent": inner }))).0, 400);
    assert_eq!(bench.ask("DELETE", &outer_path, None).1["error"], "cannot_delete_has_folders");
    let body = json!({ "name": "x", "trigger": parts.by_hand(), "folder": inner });
    let flow = bench.post("flow/flow", body)["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.ask("DELETE", &inner_path, None).1["error"], "cannot_delete_has_flows");
    bench.put(&format!("flow/flow/{flow}"), json!({ "folder": null }));
    bench.delete(&inner_path);
    bench.delete(&outer_path);
}

#[test]
fn newer_homeys_keep_flows_without_trigger_and_in_folders_that_are_gone() {
    for dialect in [Dialect::Local, Dialect::Cloud] {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let folder = bench.post("flow/flowfolder", json!({ "name": "Gone" }))["id"].clone();
        let within = json!({ "name": "Within", "parent": folder });
        let within = bench.post("flow/flowfolder", within)["id"].as_str().unwrap().to_owned();
        let body = json!({ "name": "Draft", "folder": folder, "actions": [parts.note("ran")] });
        let flow = bench.post("flow/flow", body);
        assert_eq!((&flow["trigger"], &flow["broken"]), (&Value::Null, &json!(false)));
        bench.delete(&format!("flow/flowfolder/{}", folder.as_str().unwrap()));
        let path = format!("flow/flow/{}", flow["id"].as_str().unwrap());
        assert_eq!(bench.get(&path)["folder"], folder);
        assert_eq!(bench.put(&path, json!({ "name": "Renamed" }))["folder"], folder);
        assert_eq!(bench.get(&format!("flow/flowfolder/{within}"))["parent"], folder);
        bench.post(&format!("{path}/trigger"), json!({}));
        assert_eq!(notes(&mut bench), ["ran"]);
    }
}

#[test]
fn a_flow_started_by_hand_acts_at_once_and_later() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let later =
            with(parts.note("later"), json!({ "delay": { "number": "2", "multiplier": 60 } }));
        let text = format!(
            "At [[{}|dim]], guests [[homey:manager:logic|{}]], [[unknown]]",
            parts.lamp,
            bench.id("logic/variable", "Guests")
        );
        let actions = json!([parts.lamp("dim", json!({ "dim": 0.2 })), parts.note(&text), later]);
        let flow = make(&mut bench, parts.by_hand(), json!([]), actions);
        assert_eq!(bench.post(&format!("flow/flow/{flow}/trigger"), json!({})), json!(true));
        assert_eq!(notes(&mut bench), ["At 0.2, guests 0, [[unknown]]"]);
        bench.advance(SignedDuration::from_secs(119));
        assert_eq!(notes(&mut bench).len(), 1);
        bench.advance(SignedDuration::from_secs(1));
        assert_eq!(notes(&mut bench)[1], "later");
        let count = bench.get(&format!("flow/flow/{flow}"))["triggerCount"].clone();
        assert_eq!(count, 0, "only the own trigger counts");
    }
}

#[test]
fn within_a_group_all_conditions_must_hold_and_one_group_is_enough() {
    let mut bench = Bench::new(Dialect::Local);
    let parts = Parts::new(&mut bench, Dialect::Local);
    let yes = |group: &str| with(parts.lamp("on", json!({})), json!({ "group": group }));
    let no = |group: &str| with(yes(group), json!({ "inverted": true }));
    let lamp = parts.lamp.rsplit(':').next().unwrap();
    bench.put(&format!("devices/device/{lamp}/capability/onoff"), json!({ "value": true }));
    for (conditions, want) in [
        (json!([]), "then"),
        (json!([yes("group1"), yes("group1")]), "then"),
        (json!([yes("group1"), no("group1")]), "else"),
        (json!([no("group1"), yes("group2"), yes("group2")]), "then"),
        (json!([no("group1"), yes("group2"), no("group2"), no("group3")]), "else"),
    ] {
        let actions = json!([
            with(parts.note("then"), json!({ "group": "then" })),
            with(parts.note("else"), json!({ "group": "else" })),
        ]);
        let flow = make(&mut bench, parts.by_hand(), conditions.clone(), actions);
        bench.delete("notifications/notification");
        bench.post(&format!("flow/flow/{flow}/trigger"), json!({}));
        assert_eq!(notes(&mut bench), [want], "{conditions}");
    }
}

#[test]
fn capabilities_variables_people_and_the_clock_start_flows() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let guests = bench.id("logic/variable", "Guests");
        let plug = parts.plug.rsplit(':').next().unwrap().to_owned();
        let off = card(dialect, &parts.plug, "onoff_false", json!({}));
        let power = card(dialect, &parts.plug, "measure_power_changed", json!({}));
        let chosen = json!({ "variable": { "id": guests, "name": "Guests" } });
        let variable = parts.manager("logic", "variable_changed", chosen);
        let clock = parts.manager("cron", "time_exactly", json!({ "time": "20:15" }));
        let left = parts.manager("presence", "user_leave", json!({}));
        let counted = make(&mut bench, off, json!([]), json!([parts.note("off")]));
        make(&mut bench, power, json!([]), json!([parts.note("[[measure_power]] W")]));
        make(&mut bench, variable, json!([]), json!([parts.note("[[variable]] guests")]));
        make(&mut bench, clock, json!([]), json!([parts.note("quarter past eight")]));
        make(&mut bench, left, json!([]), json!([parts.note("gone")]));

        let switch = format!("devices/device/{plug}/capability/onoff");
        bench.put(&switch, json!({ "value": false }));
        assert_eq!(notes(&mut bench), ["off", "0 W"]);
        bench.put(&switch, json!({ "value": false }));
        assert_eq!(notes(&mut bench).len(), 2, "nothing has changed");
        assert_eq!(bench.get(&format!("flow/flow/{counted}"))["triggerCount"], 1);
        bench.put(&format!("logic/variable/{guests}"), json!({ "value": 4 }));
        bench.put(&format!("logic/variable/{guests}"), json!({ "name": "Visitors" }));
        bench.put("presence/me/present", json!({ "value": false }));
        bench.put("presence/me/present", json!({ "value": false }));
        assert_eq!(notes(&mut bench)[2..], ["4 guests", "gone"]);
        // It is half past seven in the evening at the home.
        bench.advance(SignedDuration::from_secs(45 * 60 - 1));
        assert_eq!(notes(&mut bench).len(), 4);
        bench.advance(SignedDuration::from_secs(1));
        assert_eq!(notes(&mut bench)[4], "quarter past eight");
        bench.put(&format!("flow/flow/{counted}"), json!({ "enabled": false }));
        bench.put(&switch, json!({ "value": true }));
        bench.delete("notifications/notification");
        bench.put(&switch, json!({ "value": false }));
        assert!(!notes(&mut bench).contains(&"off".to_owned()), "a disabled flow sleeps");
    }
}

#[test]
fn flows_that_start_each_other_for_ever_come_to_an_end() {
    let mut bench = Bench::new(Dialect::Local);
    let parts = Parts::new(&mut bench, Dialect::Local);
    let first = make(&mut bench, parts.by_hand(), json!([]), json!([]));
    let again =
        |id: &str| parts.manager("flow", "programmatic_trigger", json!({ "flow": { "id": id } }));
    let second = make(&mut bench, parts.by_hand(), json!([]), json!([again(&first)]));
    bench.put(
        &format!("flow/flow/{first}"),
        json!({ "actions": [again(&second), parts.note("x")] }),
    );
    bench.post(&format!("flow/flow/{first}/trigger"), json!({}));
    assert!(notes(&mut bench).len() > 10);
    // Two variables that push each other.
    let guests = bench.id("logic/variable", "Guests");
    let chosen = json!({ "variable": { "id": guests } });
    let toggle = parts.manager(
        "logic",
        "set_variable_number",
        json!({ "variable": { "id": guests }, "value": "[[variable]]1" }),
    );
    make(
        &mut bench,
        parts.manager("logic", "variable_changed", chosen),
        json!([]),
        json!([toggle]),
    );
    bench.put(&format!("logic/variable/{guests}"), json!({ "value": 1 }));
    bench.advance(SignedDuration::from_hours(24 * 3650));
    bench.get("devices/device");
}

#[test]
fn an_unstored_flow_can_be_tested() {
    let mut bench = Bench::new(Dialect::Local);
    let parts = Parts::new(&mut bench, Dialect::Local);
    let flow = json!({ "trigger": parts.by_hand(), "actions": [parts.note("tried [[what]]")] });
    bench.post(
        "flow/flow/test",
        json!({ "flow": flow, "tokens": { "what": "out" }, "sessionId": "s" }),
    );
    assert_eq!(notes(&mut bench), ["tried out"]);
}
